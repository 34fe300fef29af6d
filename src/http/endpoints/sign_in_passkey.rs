//! Where the passkey of the address page is verified, and the page that offers one after a sign-in by code.

use ::http::{Method, StatusCode};
use serde_json::json;

use super::authorize::no_way_back;
use super::passkeys::Written;
use super::sign_in::passkey_failed;
use super::sign_in_code::{foreign, not_from_here, nothing_more, over, signed_in};
use crate::flows::Failure;
use crate::flows::passkeys::Shown;
use crate::flows::sign_in::{OfferAnswer, OfferSettled, Offered, PasskeySignedIn};
use crate::http::exchange::{Exchange, display};
use crate::http::reply::Reply;
use crate::oidc::authorization_response::Location;
use crate::oidc::parameters::Parameters;
use crate::pages::{ErrorKind, PasskeyOfferPage};
use crate::platform::{Fault, Platform};
use crate::routes;
use crate::values::SignInId;

/// Answers `/sign-in/passkey`.
///
/// # Errors
/// A fault where something broke.
pub async fn answer<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let (provider, visit) = (exchange.provider, &exchange.visit);
    let Some(form) = exchange.own_form() else { return Ok(foreign(exchange)?) };
    let interaction = form.one("request").and_then(|sealed| provider.open_interaction(sealed, visit));
    let (Some(interaction), Some(browser)) = (interaction, &visit.browser) else { return Ok(over(exchange)?) };
    match provider.sign_in_by_passkey(shown(&form), &interaction, browser, visit).await? {
        PasskeySignedIn::SignedIn(session) => Ok(signed_in(exchange, *session)),
        PasskeySignedIn::More(sign_in) => Ok(Reply::redirect(&Location::to_own_page(exchange.issuer(), &routes::second_factor(&sign_in)))),
        PasskeySignedIn::Failed { .. } if exchange.prefers_json() => {
            Ok(Reply::json(StatusCode::BAD_REQUEST, &json!({"error": "invalid_grant", "error_description": "the passkey didn't work"})))
        }
        PasskeySignedIn::Failed { unknown } => {
            let asked = provider.ask_address(&interaction, visit, String::new()).await?;
            Ok(passkey_failed(exchange, &asked, unknown.as_ref().map_or("", |unknown| unknown.as_str()))?)
        }
        PasskeySignedIn::Disabled => {
            Ok(exchange.error_page(StatusCode::FORBIDDEN, ErrorKind::AccountDisabled, "the operator has disabled this account")?)
        }
        PasskeySignedIn::ToldClient(location) => Ok(Reply::redirect(&location)),
        PasskeySignedIn::NotFromHere => Ok(not_from_here(exchange)?),
        PasskeySignedIn::NothingMore => Ok(nothing_more(exchange)?),
        PasskeySignedIn::Rejected(why) => Ok(no_way_back(exchange, why)?),
    }
}

/// Answers `/sign-in/passkey/new`.
///
/// # Errors
/// A fault where something broke.
pub async fn offer<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    if exchange.is(&Method::POST) {
        return settle(exchange).await;
    }
    let offered = match exchange.query().one("sign_in").and_then(SignInId::parse) {
        Some(sign_in) => exchange.provider.passkey_offer(&sign_in, &exchange.visit).await?,
        None => None,
    };
    match offered {
        Some(offered) => Ok(offer_page(exchange, offered, StatusCode::OK)?),
        None => Ok(over(exchange)?),
    }
}

async fn settle<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let provider = exchange.provider;
    let form = exchange.own_form().filter(|form| provider.accepts_offer_form(form.one("csrf").unwrap_or_default(), &exchange.visit));
    let Some(form) = form else { return Ok(foreign(exchange)?) };
    let Some(sign_in) = form.one("sign_in").and_then(SignInId::parse) else { return Ok(over(exchange)?) };
    let answer = if form.one("credential").is_some() { OfferAnswer::Taken(shown(&form)) } else { OfferAnswer::Left };
    match provider.settle_offer(&sign_in, answer, &exchange.visit).await? {
        OfferSettled::GoesOn(session, told) => {
            let browser = session.browser.clone();
            let reply = signed_in(exchange, *session).and_then(told);
            Ok(match answer {
                OfferAnswer::Taken(_) => reply,
                OfferAnswer::Left => reply.with_cookie(&exchange.passkey_declined_cookie(&browser)),
            })
        }
        OfferSettled::Failed(offered) => Ok(offer_page(exchange, *offered, StatusCode::BAD_REQUEST)?),
        OfferSettled::ToldClient(location) => Ok(Reply::redirect(&location)),
        OfferSettled::Rejected(why) => Ok(no_way_back(exchange, why)?),
        OfferSettled::StartAgain => Ok(over(exchange)?),
    }
}

fn offer_page<P: Platform>(exchange: &Exchange<'_, P>, offered: Offered, status: StatusCode) -> Result<Reply, Fault> {
    let name = offered.asker.as_ref().map(|client| client.shown_name()).unwrap_or_default();
    let written = Written::of(offered.ceremony);
    let view = PasskeyOfferPage {
        look: exchange.look(&offered.ui_locales),
        client: display(&offered.asker, &name),
        sign_in: offered.sign_in.as_str(),
        csrf: &offered.token,
        passkey: written.asked(),
        failed: status != StatusCode::OK,
    };
    exchange.page(status, view.render())
}

/// What the script has put into the form.
pub(in crate::http::endpoints) fn shown(form: &Parameters) -> Shown<'_> {
    Shown { ceremony: form.one("ceremony").unwrap_or_default(), credential: form.one("credential").unwrap_or_default() }
}
