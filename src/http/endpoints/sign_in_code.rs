//! The code page, the form on it that is verified, and the one that asks for the code once more.

use ::http::{Method, StatusCode};
use serde_json::json;

use super::account::claimed;
use super::authorize::no_way_back;
use super::sign_in::not_sent_as_json;
use super::sign_in_password::ask_password;
use crate::config::Admission;
use crate::flows::Failure;
use crate::flows::sign_in::{Channel, CodeAsked, CodePageVisited, NotSent, Passkeys, Resent, Sent, Verified, VerifiedSession};
use crate::http::exchange::{Exchange, display};
use crate::http::reply::Reply;
use crate::oidc::authorization_response::Location;
use crate::pages::{CodePage, CodeProblem, ErrorKind, Promise};
use crate::platform::{Fault, Platform};
use crate::routes;
use crate::values::{ChallengeId, Seconds, Timestamp};

/// Answers `/sign-in/code`.
///
/// # Errors
/// A fault where something broke.
pub async fn answer<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    if exchange.is(&Method::POST) { verify(exchange).await } else { show(exchange).await }
}

/// Answers `/sign-in/resend`.
///
/// # Errors
/// A fault where something broke.
pub async fn resend<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let Some(form) = exchange.own_form() else { return Ok(foreign(exchange)?) };
    match exchange.provider.resend_code(form.one("ticket").unwrap_or_default(), &exchange.visit).await? {
        Resent::Tried(Sent::OnItsWay(sent), _) => {
            let page = format!("{}&sent=again", routes::code_page(&sent.challenge));
            Ok(Reply::redirect(&Location::to_own_page(exchange.issuer(), &page)).and_then(sent.afterwards))
        }
        Resent::Tried(Sent::No(why), _) if exchange.prefers_json() => Ok(not_sent_as_json(exchange, &why)),
        Resent::Tried(Sent::No(NotSent::Blocked(until)), mut asked) => {
            let wait = exchange.until(until);
            asked.resend_in = wait;
            let problem = CodeProblem::ResendTooSoon { seconds: whole(wait) };
            Ok(code_page(exchange, &asked, Some(problem), StatusCode::TOO_MANY_REQUESTS)?.retry_after(wait))
        }
        Resent::Tried(Sent::No(_), asked) => Ok(code_page(exchange, &asked, Some(CodeProblem::MailFailed), StatusCode::SERVICE_UNAVAILABLE)?),
        Resent::AskAddress(challenge) => Ok(Reply::redirect(&Location::to_own_page(exchange.issuer(), &routes::other_address(&challenge)))),
        Resent::StartAgain => Ok(over(exchange)?),
    }
}

async fn show<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let query = exchange.query();
    let Some(challenge) = query.one("challenge").and_then(ChallengeId::parse) else { return Ok(over(exchange)?) };
    match exchange.provider.code_page(&challenge, &exchange.visit).await? {
        CodePageVisited::Open(asked) => {
            let news = query.one("sent").map(|_| CodeProblem::Resent);
            Ok(code_page(exchange, &asked, news, StatusCode::OK)?)
        }
        // The page itself is found: what no longer works is its code, and it says so before one is typed.
        CodePageVisited::Over(asked) => Ok(code_page(exchange, &asked, Some(CodeProblem::WrongOrExpired), StatusCode::OK)?),
        CodePageVisited::Done => Ok(done(exchange)?),
        CodePageVisited::Gone => Ok(over(exchange)?),
    }
}

async fn verify<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let Some(form) = exchange.own_form() else { return Ok(foreign(exchange)?) };
    let (ticket, code) = (form.one("ticket").unwrap_or_default(), form.one("code").unwrap_or_default());
    let passkeys = if form.one("passkeys") == Some("1") { Passkeys::Possible } else { Passkeys::Unknown };
    match exchange.provider.verify_code(ticket, code, passkeys, &exchange.visit).await? {
        Verified::SignedIn(session) => Ok(signed_in(exchange, *session)),
        Verified::Claimed(new) => Ok(claimed(exchange, &new).await),
        Verified::Offered(session, sign_in) => {
            let page = Location::to_own_page(exchange.issuer(), &routes::passkey_offer(&sign_in));
            Ok(signed_in(exchange, VerifiedSession { to: Some(page), ..*session }))
        }
        Verified::SecondFactor(sign_in) => Ok(Reply::redirect(&Location::to_own_page(exchange.issuer(), &routes::second_factor(&sign_in)))),
        Verified::NewPassword(sign_in) => Ok(Reply::redirect(&Location::to_own_page(exchange.issuer(), &routes::new_password(&sign_in)))),
        Verified::AskPassword(again) => Ok(ask_password(exchange, &again.interaction, again.address, None).await?),
        Verified::WrongOrExpired(_) if exchange.prefers_json() => {
            let body = json!({"error": "invalid_grant", "error_description": "the code is wrong or expired"});
            Ok(Reply::json(StatusCode::BAD_REQUEST, &body))
        }
        Verified::WrongOrExpired(asked) => Ok(code_page(exchange, &asked, Some(CodeProblem::WrongOrExpired), StatusCode::BAD_REQUEST)?),
        Verified::Blocked(asked, until) => Ok(blocked(exchange, &asked, until)?),
        Verified::ToldClient(location) => Ok(Reply::redirect(&location)),
        Verified::Disabled => Ok(exchange.error_page(StatusCode::FORBIDDEN, ErrorKind::AccountDisabled, "the operator has disabled this account")?),
        Verified::NotFromHere => Ok(not_from_here(exchange)?),
        Verified::NothingMore => Ok(nothing_more(exchange)?),
        Verified::Rejected(why) => Ok(no_way_back(exchange, why)?),
        Verified::StartAgain => Ok(over(exchange)?),
    }
}

pub(super) fn signed_in<P: Platform>(exchange: &Exchange<'_, P>, verified: VerifiedSession) -> Reply {
    let home = || Location::to_own_page(exchange.issuer(), routes::HOME);
    Reply::redirect(verified.to.as_ref().unwrap_or(&home()))
        .with_cookie(&exchange.session_cookie(&verified.session))
        .with_cookie(&exchange.browser_cookie(&verified.browser))
        .with_cookie(&exchange.known_addresses_cookie(&verified))
        .and_then(verified.afterwards)
}

fn blocked<P: Platform>(exchange: &Exchange<'_, P>, asked: &CodeAsked, until: Timestamp) -> Result<Reply, Fault> {
    let wait = exchange.until(until);
    let reply = if exchange.prefers_json() {
        let body = json!({"error": "too_many_requests", "error_description": "too many wrong codes", "blocked_until": until.rfc3339()});
        Reply::json(StatusCode::TOO_MANY_REQUESTS, &body)
    } else {
        code_page(exchange, asked, Some(CodeProblem::Blocked { seconds: whole(wait) }), StatusCode::TOO_MANY_REQUESTS)?
    };
    Ok(reply.retry_after(wait))
}

fn code_page<P: Platform>(exchange: &Exchange<'_, P>, asked: &CodeAsked, problem: Option<CodeProblem>, status: StatusCode) -> Result<Reply, Fault> {
    let name = asked.asker.as_ref().map(|client| client.shown_name()).unwrap_or_default();
    let page = CodePage {
        look: exchange.look(&asked.ui_locales),
        client: display(&asked.asker, &name),
        address: &asked.address,
        channel: asked.channel,
        promise: match (&exchange.provider.config.admission, asked.channel) {
            (Admission::InviteOnly, Channel::Mail) => Promise::IfInvited,
            (Admission::InviteOnly, Channel::Text) | (Admission::Open | Admission::AllowedDomains(_), _) => Promise::Sent,
        },
        ticket: &asked.ticket,
        problem,
        alphabet: asked.alphabet,
        resend_in: whole(asked.resend_in),
        other_address: &routes::other_address(&asked.challenge),
    };
    exchange.page(status, page.render())
}

pub(super) fn whole(seconds: Seconds) -> u64 {
    u64::try_from(seconds.count()).unwrap_or_default()
}

pub(super) fn foreign<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Fault> {
    exchange.error_page(StatusCode::FORBIDDEN, ErrorKind::ForeignForm, "the form was not posted from this site's own page")
}

pub(super) fn over<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Fault> {
    exchange.error_page(StatusCode::BAD_REQUEST, ErrorKind::Expired, "this sign-in is over, or belongs to another browser")
}

/// The page for whoever goes back to a step that this browser has taken.
pub(super) fn done<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Fault> {
    exchange.error_page(StatusCode::BAD_REQUEST, ErrorKind::StepDone, "")
}

/// The page for whom a policy keeps out, where no client can be told.
pub(super) fn not_from_here<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Fault> {
    exchange.error_page(StatusCode::FORBIDDEN, ErrorKind::NotFromHere, "the operator's policies don't allow this sign-in")
}

/// The page for whom has nothing of what is asked for, where no client can be told.
pub(super) fn nothing_more<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Fault> {
    exchange.error_page(StatusCode::FORBIDDEN, ErrorKind::NothingMore, "this sign-in asks for a factor that the account hasn't")
}
