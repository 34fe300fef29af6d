//! Signing out: from our own home page, and RP-initiated. Without a hint that fits the session the person is asked first, and without a valid hint
//! nobody is ever sent on. OpenID Connect RP-Initiated Logout 1.0.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::{Provider, Visit};
use crate::jose::jws::TokenType;
use crate::oidc::authorization_response::Location;
use crate::oidc::client::Client;
use crate::oidc::logout_request::LogoutRequest;
use crate::platform::{Fault, Platform};
use crate::store::{run, sessions};
use crate::values::keyring::Purpose;
use crate::values::{BrowserId, ClientId, SessionId, Timestamp, UserId, json};

/// Where a logout request leads.
pub enum LoggedOut {
    /// The person is signed out and goes on to the client's page.
    SendOn(Location),
    /// The person is signed out and reads so here, in the languages that the client asked for.
    Here(Option<Rc<Client>>, String),
    /// The person is asked first.
    Ask(Box<LogoutAsked>),
}

/// What the page that asks is made of.
pub struct LogoutAsked {
    /// The browser that is asked.
    pub browser: BrowserId,
    /// The request, sealed for it.
    pub sealed: String,
    /// The client that asks, if it is known.
    pub client: Option<Rc<Client>>,
}

#[derive(Deserialize)]
struct HintClaims {
    iss: String,
    sub: UserId,
    aud: ClientId,
    sid: Option<SessionId>,
}

/// What is left of a logout once the hint is verified: who asked, and where the person goes.
#[derive(Serialize, Deserialize)]
struct Destination {
    client: Option<ClientId>,
    uri: Option<String>,
    state: Option<String>,
    ui_locales: Option<String>,
}

impl<P: Platform> Provider<P> {
    /// Answers a logout request.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn log_out(&self, request: LogoutRequest, visit: &Visit) -> Result<LoggedOut, Fault> {
        let hint = self.logout_hint(&request, visit.now).await?;
        let destination = Destination {
            client: hint.as_ref().map(|hint| hint.aud.clone()).or_else(|| request.client_id.clone()),
            uri: hint.as_ref().and(request.post_logout_redirect_uri),
            state: request.state,
            ui_locales: request.ui_locales,
        };
        let session = match &visit.session {
            Some(session) => self.session_at(session, visit.now).await?,
            None => None,
        };
        let Some(session) = session else { return self.leave(destination, visit.now).await };
        // Who shows the session's own ID token asks for its end; anybody else may have made the person's browser ask (ASVS 10.6.2).
        if hint.is_some_and(|hint| hint.sub == session.user && hint.sid.is_none_or(|sid| sid == session.id)) {
            self.end_session(&session.id, visit.now).await?;
            return self.leave(destination, visit.now).await;
        }
        let browser = self.browser(visit)?;
        let text = serde_json::to_string(&destination).map_err(|_| Fault::new("a logout can't be written"))?;
        let sealed = self.seal(Purpose::Logout, browser.as_str(), &text)?;
        Ok(LoggedOut::Ask(Box::new(LogoutAsked { browser, sealed, client: self.logout_client(&destination, visit.now).await? })))
    }

    /// Ends the session after the person's yes, and goes where the sealed request said; `None` where it wasn't sealed for this browser.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn confirm_logout(&self, sealed: &str, visit: &Visit) -> Result<Option<LoggedOut>, Fault> {
        let opened = visit.browser.as_ref().and_then(|browser| self.keyring.open(Purpose::Logout, browser.as_str(), sealed));
        let Some(destination) = opened.and_then(|bytes| json::read::<Destination>(&bytes).ok()) else { return Ok(None) };
        if let Some(session) = &visit.session {
            self.end_session(session, visit.now).await?;
        }
        self.leave(destination, visit.now).await.map(Some)
    }

    /// Ends a session and the grants that live by it.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn end_session(&self, session: &SessionId, now: Timestamp) -> Result<(), Fault> {
        run(self.platform.database(), sessions::end(session, now).into()).await.map(|_| ())
    }

    /// The living session of that id.
    ///
    /// # Errors
    /// A fault where something broke.
    async fn session_at(&self, session: &SessionId, now: Timestamp) -> Result<Option<sessions::Session>, Fault> {
        crate::store::run_one(self.platform.database(), sessions::read(session, now)).await?.map(sessions::session).transpose()
    }

    async fn leave(&self, destination: Destination, now: Timestamp) -> Result<LoggedOut, Fault> {
        let client = self.logout_client(&destination, now).await?;
        let registered = match (&client, &destination.uri) {
            (Some(client), Some(uri)) => client.post_logout_redirect_uri(uri),
            (Some(_), None) | (None, _) => None,
        };
        match registered {
            Some(uri) => Ok(LoggedOut::SendOn(Location::after_logout(uri, destination.state.as_deref()))),
            None => Ok(LoggedOut::Here(client, destination.ui_locales.unwrap_or_default())),
        }
    }

    async fn logout_client(&self, destination: &Destination, now: Timestamp) -> Result<Option<Rc<Client>>, Fault> {
        match &destination.client {
            Some(id) => self.client(id, now).await,
            None => Ok(None),
        }
    }

    /// The hint, if we signed it and it fits the client that the request names. It may have expired (RP-Initiated Logout §4).
    async fn logout_hint(&self, request: &LogoutRequest, now: Timestamp) -> Result<Option<HintClaims>, Fault> {
        let Some(token) = &request.id_token_hint else { return Ok(None) };
        let claims = self.verified(TokenType::IdToken, token, now).await?.and_then(|shown| shown.claims::<HintClaims>());
        let fits = |claims: &HintClaims| claims.iss == self.issuer().as_str() && request.client_id.as_ref().is_none_or(|named| *named == claims.aud);
        Ok(claims.filter(fits))
    }
}
