//! The application: a request in, an answer out. The one dispatch.

use std::collections::BTreeMap;
use std::future::ready;

use ::http::{Method, StatusCode};
use serde_json::json;

use crate::config::{Config, Misconfigured, RequestLog};
use crate::flows::{self, Afterwards, Failure, Provider};
use crate::http::cors;
use crate::http::endpoints::{
    Answering, account, authorize, challenge, challenges, home, introspect, logout, mailbox, metadata, passkey_tickets, passkeys, revoke, sign_in,
    sign_in_code, sign_in_new_password, sign_in_passkey, sign_in_password, sign_in_second, token, userinfo,
};
use crate::http::exchange::Exchange;
use crate::http::message::{Body, Handled, Incoming};
use crate::http::reply::Reply;
use crate::oidc::error::Refusal;
use crate::pages::{Branding, Colour, ErrorKind, Logo};
use crate::platform::{Fault, Platform};
use crate::routes::{AccountMethods, AccountPage, Audience, Route};
use crate::values::RequestId;

/// The provider of an isolate, with its looks.
pub struct App<P: Platform> {
    provider: Provider<P>,
    branding: Branding,
}

/// Reads and checks the settings as the Worker does at its start.
///
/// # Errors
/// The first thing that is wrong, in one line that says how to mend it.
pub fn check(environment: &BTreeMap<String, String>) -> Result<Config, Misconfigured> {
    let config = Config::parse(environment)?;
    branding(&config)?;
    flows::provider::check(&config)?;
    Ok(config)
}

impl<P: Platform> App<P> {
    /// Reads and checks the settings.
    ///
    /// # Errors
    /// The first thing that is wrong, in one line that says how to mend it.
    pub fn new(platform: P, environment: &BTreeMap<String, String>) -> Result<Self, Misconfigured> {
        let config = Config::parse(environment)?;
        let branding = branding(&config)?;
        Ok(Self { provider: Provider::new(platform, config)?, branding })
    }

    /// Answers one request.
    pub async fn handle(&self, incoming: Incoming) -> Handled {
        let begun = self.provider.platform.now_milliseconds();
        let request_id = self.provider.random().map(RequestId::new).unwrap_or_else(|_| RequestId::from_stored("none".to_owned()));
        let exchange = Exchange::new(&self.provider, &self.branding, &incoming, request_id.clone());
        let reply = match Route::parse(&incoming.path) {
            Some(route) => self.dispatch(route, &exchange).await,
            None => not_found(&exchange),
        };
        let reply = if incoming.method == Method::HEAD { reply.without_body() } else { reply };
        if self.has_line(reply.status()) {
            let line = json!({
                "request_id": request_id, "method": incoming.method.as_str(), "path": incoming.path, "status": reply.status().as_u16(),
                "milliseconds": self.provider.platform.now_milliseconds().saturating_sub(begun),
            });
            self.provider.log("info", "request", line);
        }
        reply.send(self.provider.issuer(), &request_id)
    }

    /// Whether the log has a line for a request that was answered so.
    fn has_line(&self, status: StatusCode) -> bool {
        match self.provider.config.settings.log_requests {
            RequestLog::All => true,
            RequestLog::Refused => status.is_client_error() || status.is_server_error(),
        }
    }

    /// Does what an answer left to do.
    pub async fn afterwards(&self, work: Afterwards) {
        self.provider.afterwards(work).await;
    }

    /// The cron's work.
    pub async fn clean_up(&self) {
        if let Err(fault) = self.provider.clean_up(self.provider.platform.now()).await {
            self.provider.log("error", "clean_up_failed", json!({"fault": fault.to_string()}));
        }
    }

    async fn dispatch(&self, route: Route, exchange: &Exchange<'_, P>) -> Reply {
        // Before anything else: of what doesn't exist here, not even the verbs are told.
        if matches!(route, Route::Mailbox | Route::MailboxJson) && !mailbox::exists(exchange) {
            return not_found(exchange);
        }
        if matches!(route, Route::SignInPassword | Route::SignInNewPassword | Route::Account(AccountPage::Password))
            && !exchange.provider.offers_passwords()
        {
            return not_found(exchange);
        }
        if route == Route::Account(AccountPage::Phones) && !exchange.provider.takes_phones() {
            return not_found(exchange);
        }
        if let Some(allowed) = refused_method(route, exchange) {
            return Reply::method_not_allowed(allowed);
        }
        if exchange.incoming.body == Body::TooLarge {
            return too_large(route, exchange);
        }
        endpoint(route, exchange).await.unwrap_or_else(|failure| failed(route, exchange, &failure))
    }
}

/// The endpoint of a route.
fn endpoint<'a, P: Platform>(route: Route, exchange: &'a Exchange<'_, P>) -> Answering<'a> {
    match route {
        Route::Home => Box::pin(home::answer(exchange)),
        Route::Authorize => Box::pin(authorize::answer(exchange)),
        Route::SignIn => Box::pin(sign_in::answer(exchange)),
        Route::SignInCode => Box::pin(sign_in_code::answer(exchange)),
        Route::SignInResend => Box::pin(sign_in_code::resend(exchange)),
        Route::SignInPassword => Box::pin(sign_in_password::answer(exchange)),
        Route::SignInNewPassword => Box::pin(sign_in_new_password::answer(exchange)),
        Route::SignInSecond => Box::pin(sign_in_second::answer(exchange)),
        Route::SignInPasskey => Box::pin(sign_in_passkey::answer(exchange)),
        Route::SignInPasskeyNew => Box::pin(sign_in_passkey::offer(exchange)),
        Route::PasskeyCeremony => Box::pin(ready(passkeys::ceremony(exchange))),
        Route::PasskeyTicket => Box::pin(passkey_tickets::ticket(exchange)),
        Route::PasskeyOptions => Box::pin(passkey_tickets::options(exchange)),
        Route::Passkeys => Box::pin(passkey_tickets::add(exchange)),
        Route::PasskeyNew => Box::pin(passkey_tickets::page(exchange)),
        Route::Webauthn => Box::pin(ready(Ok(passkeys::related_origins(exchange)))),
        Route::Account(page) => Box::pin(account::answer(page, exchange)),
        Route::AccountConfirm => Box::pin(account::confirm::answer(exchange)),
        Route::AccountDeleted => Box::pin(ready(account::delete::deleted(exchange).map_err(Failure::Broken))),
        Route::Challenges => Box::pin(challenges::begin(exchange)),
        Route::ChallengesValidate => Box::pin(challenges::validate(exchange)),
        Route::Challenge => Box::pin(challenge::answer(exchange)),
        Route::SignOut => Box::pin(logout::sign_out(exchange)),
        Route::SignedOut => Box::pin(ready(logout::signed_out(exchange, &None, "").map_err(Failure::Broken))),
        Route::Logout => Box::pin(logout::answer(exchange)),
        Route::LogoutConfirm => Box::pin(logout::confirm(exchange)),
        Route::Token => Box::pin(token::answer(exchange)),
        Route::Userinfo => Box::pin(userinfo::answer(exchange)),
        Route::Introspect => Box::pin(introspect::answer(exchange)),
        Route::Revoke => Box::pin(revoke::answer(exchange)),
        Route::Jwks | Route::Metadata if exchange.is(&Method::OPTIONS) => Box::pin(ready(Ok(cors::preflight(exchange.incoming)))),
        Route::Jwks => Box::pin(metadata::keys(exchange)),
        Route::Metadata => Box::pin(ready(Ok(metadata::document(exchange)))),
        Route::Health => Box::pin(async { Ok(metadata::health(exchange).await) }),
        Route::Mailbox => Box::pin(ready(mailbox::page(exchange))),
        Route::MailboxJson => Box::pin(ready(Ok(mailbox::json(exchange)))),
    }
}

/// The methods that a route takes, where the request's isn't one of them.
fn refused_method<P: Platform>(route: Route, exchange: &Exchange<'_, P>) -> Option<&'static str> {
    let reads = exchange.is(&Method::GET) || exchange.is(&Method::HEAD);
    let posts = exchange.is(&Method::POST);
    let asks = exchange.is(&Method::OPTIONS);
    let (fits, allowed) = match route {
        // A GET here writes a code or ends a session: no HEAD, which promises to do nothing.
        Route::Authorize | Route::Logout => (exchange.is(&Method::GET) || posts, "GET, POST"),
        Route::SignIn
        | Route::SignInCode
        | Route::SignInPassword
        | Route::SignInNewPassword
        | Route::SignInSecond
        | Route::SignInPasskeyNew
        | Route::PasskeyNew
        | Route::Challenge => (reads || posts, "GET, HEAD, POST"),
        Route::Account(page) => match page.methods() {
            AccountMethods::Reads => (reads, "GET, HEAD"),
            AccountMethods::ReadsAndPosts => (reads || posts, "GET, HEAD, POST"),
        },
        Route::SignInResend
        | Route::SignInPasskey
        | Route::SignOut
        | Route::LogoutConfirm
        | Route::Introspect
        | Route::Challenges
        | Route::ChallengesValidate => (posts, "POST"),
        Route::Token | Route::Revoke | Route::PasskeyTicket | Route::PasskeyOptions | Route::Passkeys => (posts || asks, "POST, OPTIONS"),
        Route::Userinfo => (reads || posts || asks, "GET, HEAD, POST, OPTIONS"),
        Route::Jwks | Route::Metadata => (reads || asks, "GET, HEAD, OPTIONS"),
        Route::Home
        | Route::AccountConfirm
        | Route::AccountDeleted
        | Route::SignedOut
        | Route::Health
        | Route::Mailbox
        | Route::MailboxJson
        | Route::PasskeyCeremony
        | Route::Webauthn => (reads, "GET, HEAD"),
    };
    (!fits).then_some(allowed)
}

/// People get a page, programs get JSON.
fn failed<P: Platform>(route: Route, exchange: &Exchange<'_, P>, failure: &Failure) -> Reply {
    let json = exchange.failed(failure);
    match route.audience() {
        Audience::Programs => json,
        Audience::People => exchange.error_page(StatusCode::INTERNAL_SERVER_ERROR, ErrorKind::ServerError, "server_error").unwrap_or(json),
    }
}

/// A body beyond every limit, which nobody has read.
fn too_large<P: Platform>(route: Route, exchange: &Exchange<'_, P>) -> Reply {
    let refusal = Refusal::invalid_request("the body is larger than 128 KiB");
    let json = Reply::failure(&refusal.clone().into()).with_status(StatusCode::PAYLOAD_TOO_LARGE);
    match route.audience() {
        Audience::Programs => json,
        Audience::People => exchange.error_page(StatusCode::PAYLOAD_TOO_LARGE, ErrorKind::BadRequest, &refusal.description).unwrap_or(json),
    }
}

fn not_found<P: Platform>(exchange: &Exchange<'_, P>) -> Reply {
    exchange.error_page(StatusCode::NOT_FOUND, ErrorKind::NotFound, "").unwrap_or_else(|fault: Fault| exchange.failed(&fault.into()))
}

fn branding(config: &Config) -> Result<Branding, Misconfigured> {
    let settings = &config.settings;
    let logo = settings.brand_logo_url.as_ref().map(|url| Logo::parse(url.as_str())).transpose();
    let logo = logo.map_err(|problem| Misconfigured::of("brand_logo_url", format!("can't be used: {problem}")))?;
    let light = Colour::parse(settings.brand_color.as_ref().map_or(Branding::ACCENT, |colour| colour.as_str()));
    let light = light.map_err(|problem| Misconfigured::of("brand_color", format!("can't be used: {problem}")))?;
    let dark = Colour::parse(settings.brand_color_dark.as_ref().map_or(Branding::ACCENT_DARK, |colour| colour.as_str()));
    let dark = dark.map_err(|problem| Misconfigured::of("brand_color_dark", format!("can't be used: {problem}")))?;
    Branding::new(settings.brand_name.as_str(), logo, light, dark)
        .map_err(|problem| Misconfigured::of("brand_name", format!("can't be used: {problem}")))
}
