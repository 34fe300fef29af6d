//! The page on which a person answers a challenge that a client's backend has begun, and the form on it.

use ::http::{Method, StatusCode};

use super::sign_in::ask;
use super::sign_in_code::{foreign, not_from_here, over};
use super::sign_in_password::ask_password;
use crate::flows::Failure;
use crate::flows::action_challenge::{ActionAnswered, ActionPageAsked, ActionPageVisited, PersonSays};
use crate::http::exchange::{Exchange, display};
use crate::http::reply::Reply;
use crate::oidc::authorization_response::Location;
use crate::pages::{ChallengePage, ErrorKind};
use crate::platform::{Fault, Platform};
use crate::routes;
use crate::values::ActionChallengeId;

/// Answers `/challenge`.
///
/// # Errors
/// A fault where something broke.
pub async fn answer<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    if exchange.is(&Method::POST) { submit(exchange).await } else { show(exchange).await }
}

async fn show<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let Some(id) = exchange.query().one("id").and_then(ActionChallengeId::parse) else { return Ok(over(exchange)?) };
    Ok(match exchange.provider.action_page(&id, &exchange.visit).await? {
        ActionPageVisited::Open(asked) => page(exchange, &asked)?,
        ActionPageVisited::SomebodyElse => somebody_else(exchange)?,
        ActionPageVisited::NotFromHere => not_from_here(exchange)?,
        ActionPageVisited::Gone => over(exchange)?,
    })
}

async fn submit<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let provider = exchange.provider;
    let form = exchange.own_form().filter(|form| provider.accepts_action_form(form.one("csrf").unwrap_or_default(), &exchange.visit));
    let Some(form) = form else { return Ok(foreign(exchange)?) };
    let Some(id) = form.one("id").and_then(ActionChallengeId::parse) else { return Ok(over(exchange)?) };
    let says = match form.one("answer") {
        Some("yes") => PersonSays::Yes,
        Some("code") => PersonSays::YesByCode,
        // Whatever else it is, it isn't a yes.
        Some(_) | None => PersonSays::No,
    };
    Ok(match provider.answer_action(&id, says, &exchange.visit).await? {
        ActionAnswered::Declined(location) => Reply::redirect(&location),
        ActionAnswered::SecondFactor(sign_in) => Reply::redirect(&Location::to_own_page(exchange.issuer(), &routes::second_factor(&sign_in))),
        ActionAnswered::SignIn(first) => ask(exchange, &first.interaction, first.address, None).await?,
        ActionAnswered::Password(first) => ask_password(exchange, &first.interaction, first.address, None).await?,
        ActionAnswered::SomebodyElse => somebody_else(exchange)?,
        ActionAnswered::NotFromHere => not_from_here(exchange)?,
        ActionAnswered::Gone => over(exchange)?,
    })
}

fn page<P: Platform>(exchange: &Exchange<'_, P>, asked: &ActionPageAsked) -> Result<Reply, Fault> {
    let name = asked.asker.as_ref().map(|client| client.shown_name()).unwrap_or_default();
    let view = ChallengePage {
        look: exchange.look(""),
        client: display(&asked.asker, &name),
        action: &asked.action,
        challenge: asked.challenge.as_str(),
        csrf: &asked.token,
        by_code: asked.by_code,
    };
    Ok(exchange.page(StatusCode::OK, view.render())?.with_cookie(&exchange.browser_cookie(&asked.browser)))
}

fn somebody_else<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Fault> {
    exchange.error_page(StatusCode::FORBIDDEN, ErrorKind::SomebodyElse, "this challenge is for another person than the one who is signed in")
}
