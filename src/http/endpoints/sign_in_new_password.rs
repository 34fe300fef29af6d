//! The page that asks for a new password in place of a forgotten one, and the form on it.

use ::http::{Method, StatusCode};
use serde_json::json;

use super::authorize::no_way_back;
use super::sign_in_code::{done, foreign, over, signed_in};
use crate::factors::password::Refused;
use crate::flows::Failure;
use crate::flows::sign_in::{NewPasswordAsked, NewPasswordSet, StepVisited};
use crate::http::exchange::{Exchange, display};
use crate::http::reply::Reply;
use crate::pages::NewPasswordPage;
use crate::platform::{Fault, Platform};
use crate::values::SignInId;

/// Answers `/sign-in/new-password`.
///
/// # Errors
/// A fault where something broke.
pub async fn answer<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    if exchange.is(&Method::POST) { set(exchange).await } else { show(exchange).await }
}

async fn show<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let asked = match exchange.query().one("sign_in").and_then(SignInId::parse) {
        Some(sign_in) => exchange.provider.new_password_page(&sign_in, &exchange.visit).await?,
        None => StepVisited::Gone,
    };
    match asked {
        StepVisited::Open(asked) => Ok(page(exchange, &asked, None)?),
        StepVisited::Done => Ok(done(exchange)?),
        StepVisited::Gone => Ok(over(exchange)?),
    }
}

async fn set<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let provider = exchange.provider;
    let form = exchange.own_form().filter(|form| provider.accepts_new_password_form(form.one("csrf").unwrap_or_default(), &exchange.visit));
    let Some(form) = form else { return Ok(foreign(exchange)?) };
    let Some(sign_in) = form.one("sign_in").and_then(SignInId::parse) else { return Ok(over(exchange)?) };
    match provider.set_new_password(&sign_in, form.one("new_password").unwrap_or_default(), &exchange.visit).await? {
        NewPasswordSet::SignedIn(session, told) => Ok(signed_in(exchange, *session).and_then(told)),
        NewPasswordSet::Refused(_, why) if exchange.prefers_json() => {
            Ok(Reply::json(StatusCode::BAD_REQUEST, &json!({"error": "invalid_request", "error_description": why.to_string()})))
        }
        NewPasswordSet::Refused(asked, why) => Ok(page(exchange, &asked, Some(why))?),
        NewPasswordSet::ToldClient(location) => Ok(Reply::redirect(&location)),
        NewPasswordSet::Rejected(why) => Ok(no_way_back(exchange, why)?),
        NewPasswordSet::StartAgain => Ok(over(exchange)?),
    }
}

fn page<P: Platform>(exchange: &Exchange<'_, P>, asked: &NewPasswordAsked, problem: Option<Refused>) -> Result<Reply, Fault> {
    let name = asked.asker.as_ref().map(|client| client.shown_name()).unwrap_or_default();
    let page = NewPasswordPage {
        look: exchange.look(&asked.ui_locales),
        client: display(&asked.asker, &name),
        address: &asked.address,
        sign_in: asked.sign_in.as_str(),
        csrf: &asked.token,
        shortest: exchange.provider.password_lengths().0,
        problem,
    };
    let status = if problem.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    exchange.page(status, page.render())
}
