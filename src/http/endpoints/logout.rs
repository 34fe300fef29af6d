//! The end-session endpoint, the page that asks first, and signing out at our own home page. A POST from a client answers 303 to GET, so that Lax cookies arrive.

use ::http::{Method, StatusCode};

use crate::flows::Failure;
use crate::flows::logout::{LoggedOut, LogoutAsked};
use crate::flows::sign_in::Asker;
use crate::http::exchange::{Exchange, display};
use crate::http::reply::Reply;
use crate::oidc::authorization_response::Location;
use crate::oidc::logout_request::{self, LogoutRequest};
use crate::pages::{ConfirmSignOutPage, ErrorKind, SignedOutPage};
use crate::platform::{Fault, Platform};
use crate::routes;

/// What the token in the confirming form is for.
const CONFIRM: &str = "confirm-logout";
/// What the token in the home page's form is for.
pub(in crate::http::endpoints) const SIGN_OUT: &str = "sign-out";

/// Answers `/logout`.
///
/// # Errors
/// A fault where something broke.
pub async fn answer<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    if exchange.is(&Method::POST) {
        // What can't be carried over counts as left out, so that signing out always works.
        let query = exchange.form().unwrap_or_default().to_query(logout_request::READ).unwrap_or_default();
        let again = format!("{}?{query}", routes::LOGOUT);
        return Ok(Reply::redirect(&Location::to_own_page(exchange.issuer(), again.trim_end_matches('?'))));
    }
    let request = LogoutRequest::parse(&exchange.query());
    let ui_locales = request.ui_locales.clone().unwrap_or_default();
    match exchange.provider.log_out(request, &exchange.visit).await? {
        LoggedOut::Ask(asked) => Ok(ask(exchange, &asked, &ui_locales)?),
        gone @ (LoggedOut::SendOn(_) | LoggedOut::Here(_, _)) => Ok(leave(exchange, gone)?),
    }
}

/// Answers `/logout/confirm`.
///
/// # Errors
/// A fault where something broke.
pub async fn confirm<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let form =
        exchange.own_form().filter(|form| exchange.provider.accepts_form_token(&exchange.visit, CONFIRM, form.one("csrf").unwrap_or_default()));
    let Some(form) = form else { return Ok(foreign(exchange)?) };
    match exchange.provider.confirm_logout(form.one("request").unwrap_or_default(), &exchange.visit).await? {
        Some(gone) => Ok(leave(exchange, gone)?),
        None => Ok(foreign(exchange)?),
    }
}

/// Answers `/sign-out`.
///
/// # Errors
/// A fault where something broke.
pub async fn sign_out<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let form =
        exchange.own_form().filter(|form| exchange.provider.accepts_form_token(&exchange.visit, SIGN_OUT, form.one("csrf").unwrap_or_default()));
    if form.is_none() {
        return Ok(foreign(exchange)?);
    }
    if let Some(session) = &exchange.visit.session {
        exchange.provider.end_session(session, exchange.visit.now).await?;
    }
    let page = Location::to_own_page(exchange.issuer(), routes::SIGNED_OUT);
    Ok(Reply::redirect(&page).with_cookie(&exchange.forget_session()))
}

/// Answers `/signed-out`.
///
/// # Errors
/// A fault where it couldn't be rendered.
pub fn signed_out<P: Platform>(exchange: &Exchange<'_, P>, asker: &Asker, ui_locales: &str) -> Result<Reply, Fault> {
    let name = asker.as_ref().map(|client| client.shown_name()).unwrap_or_default();
    let back = asker.as_ref().and_then(|client| client.display.client_uri.as_deref()).map(|uri| (name.as_str(), uri));
    exchange.page(StatusCode::OK, SignedOutPage { look: exchange.look(ui_locales), back }.render())
}

fn leave<P: Platform>(exchange: &Exchange<'_, P>, gone: LoggedOut) -> Result<Reply, Fault> {
    let reply = match gone {
        LoggedOut::SendOn(location) => Reply::redirect(&location),
        LoggedOut::Here(client, ui_locales) => signed_out(exchange, &client, &ui_locales)?,
        LoggedOut::Ask(asked) => return ask(exchange, &asked, ""),
    };
    Ok(reply.with_cookie(&exchange.forget_session()))
}

fn ask<P: Platform>(exchange: &Exchange<'_, P>, asked: &LogoutAsked, ui_locales: &str) -> Result<Reply, Fault> {
    let name = asked.client.as_ref().map(|client| client.shown_name()).unwrap_or_default();
    let page = ConfirmSignOutPage {
        look: exchange.look(ui_locales),
        client: display(&asked.client, &name),
        csrf: &exchange.provider.form_token(&asked.browser, CONFIRM),
        sealed: &asked.sealed,
    };
    Ok(exchange.page(StatusCode::OK, page.render())?.with_cookie(&exchange.browser_cookie(&asked.browser)))
}

fn foreign<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Fault> {
    exchange.error_page(StatusCode::FORBIDDEN, ErrorKind::ForeignForm, "the form was not posted from this site's own page")
}
