//! One request beside everything that answering it needs.

use ::http::header::{ACCEPT, ACCEPT_LANGUAGE, COOKIE, USER_AGENT};
use ::http::{Method, StatusCode};
use serde_json::json;

use super::cookies::Cookie;
use super::cross_site;
use super::message::{Body, Incoming};
use super::reply::Reply;
use crate::flows::sign_in::{Asker, VerifiedSession};
use crate::flows::{Provider, Visit};
use crate::oidc::error::Refusal;
use crate::oidc::parameters::Parameters;
use crate::pages::{Branding, ClientDisplay, ErrorKind, ErrorPage, Look, Page};
use crate::platform::{Fault, Platform};
use crate::values::{BrowserId, Country, Issuer, Language, RequestId, Seconds, SessionId, Timestamp};

/// How long a browser keeps its id: the longest that browsers allow.
const BROWSER_LIFETIME: Seconds = Seconds::new(400 * 86_400);

/// A request, the provider that answers it, and the visit that it is.
pub struct Exchange<'a, P: Platform> {
    /// The provider.
    pub provider: &'a Provider<P>,
    /// How pages look.
    pub branding: &'a Branding,
    /// The request.
    pub incoming: &'a Incoming,
    /// What it brings, parsed.
    pub visit: Visit,
}

impl<'a, P: Platform> Exchange<'a, P> {
    /// Parses what every request brings.
    pub fn new(provider: &'a Provider<P>, branding: &'a Branding, incoming: &'a Incoming, request_id: RequestId) -> Self {
        let now = provider.platform.now();
        let issuer = provider.issuer();
        let header = |name| incoming.header(name).unwrap_or_default();
        let cookies = header(COOKIE);
        let edge = &incoming.edge;
        // A visitor on this machine is nowhere that the edge could know; what a local edge says of them is made up.
        let known = edge.ip.is_some_and(|ip| !ip.is_loopback());
        let session = Cookie::Session.read(cookies, issuer).and_then(|cookie| provider.session_of_cookie(cookie, now));
        let (session, seen) = session.unzip();
        let places: Vec<&str> = [edge.city.as_deref(), edge.country.as_deref()].into_iter().flatten().filter(|_| known).collect();
        let visit = Visit {
            now,
            request_id,
            ip: edge.ip,
            place: Some(places.join(", ")).filter(|place| !place.is_empty()),
            country: edge.country.as_deref().filter(|_| known).and_then(Country::parse),
            user_agent: header(USER_AGENT).to_owned(),
            accept_language: header(ACCEPT_LANGUAGE).to_owned(),
            browser: Cookie::Browser.read(cookies, issuer).and_then(BrowserId::parse),
            session,
            seen,
            known_addresses: Cookie::KnownAddresses.read(cookies, issuer).unwrap_or_default().to_owned(),
            passkey_declined: Cookie::PasskeyDeclined.read(cookies, issuer).unwrap_or_default().to_owned(),
        };
        Self { provider, branding, incoming, visit }
    }

    /// Who we are.
    pub fn issuer(&self) -> &Issuer {
        self.provider.issuer()
    }

    /// Whether the verb is this one.
    pub fn is(&self, method: &Method) -> bool {
        self.incoming.method == *method
    }

    /// The query's parameters; those of an unreadable one are none.
    pub fn query(&self) -> Parameters {
        Parameters::parse(&self.incoming.query).unwrap_or_default()
    }

    /// The body.
    ///
    /// # Errors
    /// Where it was too large.
    pub fn body(&self) -> Result<&'a [u8], Refusal> {
        match &self.incoming.body {
            Body::Complete(bytes) => Ok(bytes),
            Body::TooLarge => Err(Refusal::invalid_request("the body is too large")),
        }
    }

    /// The form in the body.
    ///
    /// # Errors
    /// Where it isn't a form, or too large.
    pub fn form(&self) -> Result<Parameters, Refusal> {
        if !self.incoming.is_of_type("application/x-www-form-urlencoded") {
            return Err(Refusal::invalid_request("the body must be application/x-www-form-urlencoded"));
        }
        let text = std::str::from_utf8(self.body()?).map_err(|_| Refusal::invalid_request("the body isn't UTF-8"))?;
        Parameters::parse(text).ok_or(Refusal::invalid_request("the body has too many parameters"))
    }

    /// The form that one of our own pages has posted; `None` where anything about it is wrong.
    pub fn own_form(&self) -> Option<Parameters> {
        self.form().ok().filter(|_| cross_site::comes_from_our_page(self.incoming, self.issuer()))
    }

    /// The language of the answer.
    pub fn language(&self, ui_locales: &str) -> Language {
        self.provider.language(ui_locales, &self.visit)
    }

    /// How a page in that language looks.
    pub fn look(&self, ui_locales: &str) -> Look<'_> {
        let language = self.language(ui_locales);
        Look { language, texts: self.provider.texts.texts(language), branding: self.branding }
    }

    /// Whether the caller is a program that asks for JSON rather than a page.
    pub fn prefers_json(&self) -> bool {
        let accept = self.incoming.header(ACCEPT).unwrap_or_default();
        accept.contains("application/json") && !accept.contains("text/html")
    }

    /// A page, in its place.
    ///
    /// # Errors
    /// A fault where it couldn't be rendered.
    pub fn page(&self, status: StatusCode, page: Result<Page, Fault>) -> Result<Reply, Fault> {
        Ok(Reply::page(status, page?))
    }

    /// The page that says why it doesn't go on.
    ///
    /// # Errors
    /// A fault where it couldn't be rendered.
    pub fn error_page(&self, status: StatusCode, kind: ErrorKind, detail: &str) -> Result<Reply, Fault> {
        if self.prefers_json() {
            return Ok(Reply::json(status, &json!({"error": error_name(kind), "error_description": detail})));
        }
        let page = ErrorPage { look: self.look(""), kind, detail, request_id: self.visit.request_id.as_str() };
        self.page(status, page.render())
    }

    /// The browser's cookie, anew: it lives on from this visit.
    pub fn browser_cookie(&self, browser: &BrowserId) -> String {
        Cookie::Browser.set(browser.as_str(), BROWSER_LIFETIME, self.issuer())
    }

    /// The cookie of addresses that this browser has signed in, anew.
    pub fn known_addresses_cookie(&self, signed_in: &VerifiedSession) -> String {
        let value = self.provider.known_addresses_with(signed_in, &self.visit);
        Cookie::KnownAddresses.set(&value, BROWSER_LIFETIME, self.issuer())
    }

    /// The cookie of a browser that wants no passkey for now.
    pub fn passkey_declined_cookie(&self, browser: &BrowserId) -> String {
        let pause = self.provider.config.settings.passkey_offer_pause;
        Cookie::PasskeyDeclined.set(&self.provider.passkey_declined(browser), pause, self.issuer())
    }

    /// The session's cookie, visited now.
    pub fn session_cookie(&self, session: &SessionId) -> String {
        let idle = self.provider.config.settings.session_idle;
        Cookie::Session.set(&self.provider.session_cookie(session, self.visit.now), idle, self.issuer())
    }

    /// The cookie that forgets the session.
    pub fn forget_session(&self) -> String {
        Cookie::Session.forget(self.issuer())
    }

    /// Seconds until then, for people and `Retry-After`.
    pub fn until(&self, then: Timestamp) -> Seconds {
        crate::flows::sign_in::seconds_until(then, self.visit.now)
    }
}

/// What people see of whoever asks.
pub fn display<'c>(asker: &'c Asker, name: &'c str) -> Option<ClientDisplay<'c>> {
    asker.as_ref().map(|client| {
        let text = |field: &'c Option<String>| field.as_deref().unwrap_or_default();
        let shown = &client.display;
        ClientDisplay {
            name,
            logo_uri: text(&shown.logo_uri),
            client_uri: text(&shown.client_uri),
            policy_uri: text(&shown.policy_uri),
            tos_uri: text(&shown.tos_uri),
        }
    })
}

const fn error_name(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::BadRequest | ErrorKind::UnknownClient | ErrorKind::BadRedirectUri | ErrorKind::Expired | ErrorKind::StepDone => "invalid_request",
        ErrorKind::ForeignForm | ErrorKind::AccountDisabled | ErrorKind::NotFromHere | ErrorKind::SomebodyElse => "access_denied",
        ErrorKind::TooManyChanges { .. } => "too_many_requests",
        ErrorKind::NothingMore => "unmet_authentication_requirements",
        ErrorKind::NotFound => "not_found",
        ErrorKind::ServerError => "server_error",
    }
}

impl<P: Platform> Exchange<'_, P> {
    /// An RFC's error as JSON; a fault goes into the log and its text nowhere else.
    pub fn failed(&self, failure: &crate::flows::Failure) -> Reply {
        if let crate::flows::Failure::Broken(fault) = failure {
            self.log_fault(fault);
        }
        Reply::failure(failure)
    }

    /// Puts a fault into the log beside the request's id.
    pub fn log_fault(&self, fault: &Fault) {
        let line = json!({"request_id": self.visit.request_id, "path": self.incoming.path, "fault": fault.to_string()});
        self.provider.log("error", "fault", line);
    }
}
