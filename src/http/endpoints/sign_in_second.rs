//! The page that asks for a second factor, and the form on it.

use ::http::{Method, StatusCode};
use serde_json::json;

use super::authorize::no_way_back;
use super::passkeys::Written;
use super::sign_in::ask;
use super::sign_in_code::{done, foreign, over, signed_in, whole};
use crate::factors::SecondFactor;
use crate::flows::Failure;
use crate::flows::passkeys;
use crate::flows::sign_in::{SecondAsked, SecondVerified, Shown, StepVisited, Trust};
use crate::http::exchange::{Exchange, display};
use crate::http::reply::Reply;
use crate::oidc::authorization_response::Location;
use crate::oidc::parameters::Parameters;
use crate::pages::{Asked, SecondFactorPage, SecondProblem};
use crate::platform::{Fault, Platform};
use crate::routes;
use crate::values::{SignInId, Timestamp};

/// The parameter that asks for the page of another factor.
const BY: &str = "by";
const DAY: i64 = 86_400;

/// Answers `/sign-in/second`.
///
/// # Errors
/// A fault where something broke.
pub async fn answer<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    if exchange.is(&Method::POST) { verify(exchange).await } else { show(exchange).await }
}

async fn show<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let query = exchange.query();
    let asked = match query.one("sign_in").and_then(SignInId::parse) {
        Some(sign_in) => exchange.provider.second_factor_page(&sign_in, &exchange.visit).await?,
        None => StepVisited::Gone,
    };
    let asked = match asked {
        StepVisited::Open(asked) => asked,
        StepVisited::Done => return Ok(done(exchange)?),
        StepVisited::Gone => return Ok(over(exchange)?),
    };
    let wanted = match query.one(BY).and_then(SecondFactor::of_name) {
        Some(SecondFactor::RecoveryCode) => Asked::RecoveryCode,
        Some(SecondFactor::AuthenticatorApp | SecondFactor::Passkey) | None => Asked::AuthenticatorCode,
    };
    Ok(page(exchange, &asked, (wanted, None), StatusCode::OK)?)
}

async fn verify<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let provider = exchange.provider;
    let form = exchange.own_form().filter(|form| provider.accepts_second_factor_form(form.one("csrf").unwrap_or_default(), &exchange.visit));
    let Some(form) = form else { return Ok(foreign(exchange)?) };
    let Some(sign_in) = form.one("sign_in").and_then(SignInId::parse) else { return Ok(over(exchange)?) };
    let (shown, asked) = shown(&form);
    let wrong = match shown {
        Shown::Passkey(_) => SecondProblem::PasskeyFailed,
        Shown::AuthenticatorCode(_) | Shown::RecoveryCode(_) => SecondProblem::Wrong,
    };
    let trust = if form.one("trust").is_some() { Trust::ThisBrowser } else { Trust::Nothing };
    match provider.verify_second_factor(&sign_in, shown, trust, &exchange.visit).await? {
        SecondVerified::SignedIn(session) => Ok(signed_in(exchange, *session)),
        SecondVerified::NewPassword(sign_in, told) => {
            Ok(Reply::redirect(&Location::to_own_page(exchange.issuer(), &routes::new_password(&sign_in))).and_then(told))
        }
        SecondVerified::Wrong(_) if exchange.prefers_json() => {
            let body = json!({"error": "invalid_grant", "error_description": "the code is wrong or was used before"});
            Ok(Reply::json(StatusCode::BAD_REQUEST, &body))
        }
        SecondVerified::Wrong(page_of) => Ok(page(exchange, &page_of, (asked, Some(wrong)), StatusCode::BAD_REQUEST)?),
        SecondVerified::Blocked(page_of, until) => Ok(blocked(exchange, &page_of, asked, until)?),
        SecondVerified::ToldClient(location) => Ok(Reply::redirect(&location)),
        SecondVerified::Rejected(why) => Ok(no_way_back(exchange, why)?),
        SecondVerified::TooOld(again) => Ok(ask(exchange, &again.interaction, again.address, None).await?),
        SecondVerified::StartAgain => Ok(over(exchange)?),
    }
}

fn shown(form: &Parameters) -> (Shown<'_>, Asked) {
    if let Some(credential) = form.one("credential") {
        let ceremony = form.one("ceremony").unwrap_or_default();
        return (Shown::Passkey(passkeys::Shown { ceremony, credential }), Asked::AuthenticatorCode);
    }
    match form.one("recovery_code") {
        Some(code) => (Shown::RecoveryCode(code), Asked::RecoveryCode),
        None => (Shown::AuthenticatorCode(form.one("authenticator_code").unwrap_or_default()), Asked::AuthenticatorCode),
    }
}

fn blocked<P: Platform>(exchange: &Exchange<'_, P>, page_of: &SecondAsked, asked: Asked, until: Timestamp) -> Result<Reply, Fault> {
    let wait = exchange.until(until);
    let reply = if exchange.prefers_json() {
        let body = json!({"error": "too_many_requests", "error_description": "too many wrong codes", "blocked_until": until.rfc3339()});
        Reply::json(StatusCode::TOO_MANY_REQUESTS, &body)
    } else {
        let problem = SecondProblem::Blocked { seconds: whole(wait) };
        page(exchange, page_of, (asked, Some(problem)), StatusCode::TOO_MANY_REQUESTS)?
    };
    Ok(reply.retry_after(wait))
}

fn page<P: Platform>(
    exchange: &Exchange<'_, P>,
    page_of: &SecondAsked,
    asked: (Asked, Option<SecondProblem>),
    status: StatusCode,
) -> Result<Reply, Fault> {
    let (wanted, problem) = asked;
    let name = page_of.asker.as_ref().map(|client| client.shown_name()).unwrap_or_default();
    let takes = |factor: SecondFactor| page_of.asks.contains(&factor);
    let here = routes::second_factor(&page_of.sign_in);
    // A recovery code is asked for only where somebody chose it.
    let (asked, other) = match wanted {
        Asked::RecoveryCode if takes(SecondFactor::RecoveryCode) => (Some(Asked::RecoveryCode), Some(here)),
        Asked::RecoveryCode | Asked::AuthenticatorCode => {
            let recovery = format!("{here}&{BY}={}", SecondFactor::RecoveryCode.name());
            (takes(SecondFactor::AuthenticatorApp).then_some(Asked::AuthenticatorCode), takes(SecondFactor::RecoveryCode).then_some(recovery))
        }
    };
    let ceremony = page_of.ceremony.clone().map(Written::of);
    let view = SecondFactorPage {
        look: exchange.look(&page_of.ui_locales),
        client: display(&page_of.asker, &name),
        address: &page_of.address,
        sign_in: page_of.sign_in.as_str(),
        csrf: &page_of.token,
        asked,
        passkey: ceremony.as_ref().map(Written::asked),
        other: other.as_deref(),
        trust_days: u64::try_from(exchange.provider.config.settings.trusted_browser_lifetime.count() / DAY).unwrap_or_default(),
        problem,
    };
    exchange.page(status, view.render())
}
