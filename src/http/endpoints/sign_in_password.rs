//! The page that asks for a password, and the form on it. The address page's second button posts the sign-in here without a password: then the page is
//! shown, so that no address and no sealed request stands in a URL.

use ::http::{Method, StatusCode};
use serde_json::json;

use super::authorize::no_way_back;
use super::sign_in::{address_problem, allowed_domains, not_sent_as_json};
use super::sign_in_code::{foreign, not_from_here, nothing_more, over, signed_in, whole};
use crate::flows::Failure;
use crate::flows::authorize::AddressAsked;
use crate::flows::interaction::{Interaction, Then};
use crate::flows::sign_in::{NotSent, PasswordTyped, PasswordVerified};
use crate::http::exchange::{Exchange, display};
use crate::http::reply::Reply;
use crate::oidc::authorization_response::Location;
use crate::oidc::parameters::Parameters;
use crate::pages::{PasswordPage, PasswordProblem};
use crate::platform::{Fault, Platform};
use crate::routes;
use crate::values::{BrowserId, Timestamp};

/// Why the page is shown once more.
pub(super) enum Why {
    Wrong,
    Blocked(Timestamp),
    Address(NotSent),
}

/// Answers `/sign-in/password`.
///
/// # Errors
/// A fault where something broke.
pub async fn answer<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    if !exchange.is(&Method::POST) {
        // Whoever comes without a sign-in begins one.
        return Ok(Reply::redirect(&Location::to_own_page(exchange.issuer(), routes::SIGN_IN)));
    }
    let visit = &exchange.visit;
    let Some(form) = exchange.own_form() else { return Ok(foreign(exchange)?) };
    let interaction = form.one("request").and_then(|sealed| exchange.provider.open_interaction(sealed, visit));
    let (Some(interaction), Some(browser)) = (interaction, &visit.browser) else { return Ok(over(exchange)?) };
    let typed = form.owned("email").unwrap_or_default();
    match form.one("password") {
        // Whoever types their password hasn't forgotten it.
        Some(password) => verify(exchange, (&form, &Interaction { then: Then::GoOn, ..interaction }, browser), password).await,
        None => Ok(ask_password(exchange, &interaction, typed, None).await?),
    }
}

async fn verify<P: Platform>(exchange: &Exchange<'_, P>, posted: (&Parameters, &Interaction, &BrowserId), password: &str) -> Result<Reply, Failure> {
    let ((form, interaction, browser), visit) = (posted, &exchange.visit);
    let asker = exchange.provider.client_of(interaction, visit.now).await?;
    let address = form.one("email").unwrap_or_default();
    let typed = PasswordTyped { interaction, asker: &asker, address, password };
    let why = match exchange.provider.verify_password(&typed, browser, visit).await? {
        PasswordVerified::SignedIn(session) => return Ok(signed_in(exchange, *session)),
        PasswordVerified::SecondFactor(sign_in) => {
            return Ok(Reply::redirect(&Location::to_own_page(exchange.issuer(), &routes::second_factor(&sign_in))));
        }
        PasswordVerified::ToldClient(location) => return Ok(Reply::redirect(&location)),
        PasswordVerified::Rejected(why) => return Ok(no_way_back(exchange, why)?),
        PasswordVerified::StartAgain => return Ok(over(exchange)?),
        PasswordVerified::NotFromHere => return Ok(not_from_here(exchange)?),
        PasswordVerified::NothingMore => return Ok(nothing_more(exchange)?),
        PasswordVerified::Wrong => Why::Wrong,
        PasswordVerified::Blocked(until) => Why::Blocked(until),
        PasswordVerified::NotAdmitted(why) => Why::Address(why),
    };
    if exchange.prefers_json() {
        return Ok(as_json(exchange, &why));
    }
    Ok(ask_password(exchange, interaction, address.to_owned(), Some(&why)).await?)
}

/// The password page of a sign-in, perhaps with what was wrong.
///
/// # Errors
/// A fault where something broke.
pub(super) async fn ask_password<P: Platform>(
    exchange: &Exchange<'_, P>,
    interaction: &Interaction,
    address: String,
    why: Option<&Why>,
) -> Result<Reply, Fault> {
    let asked = exchange.provider.ask_address(interaction, &exchange.visit, address).await?;
    page(exchange, &asked, why)
}

fn as_json<P: Platform>(exchange: &Exchange<'_, P>, why: &Why) -> Reply {
    match why {
        Why::Wrong => {
            let body = json!({"error": "invalid_grant", "error_description": "the address or the password is wrong"});
            Reply::json(StatusCode::BAD_REQUEST, &body)
        }
        Why::Blocked(until) => {
            let body = json!({"error": "too_many_requests", "error_description": "too many wrong passwords", "blocked_until": until.rfc3339()});
            Reply::json(StatusCode::TOO_MANY_REQUESTS, &body).retry_after(exchange.until(*until))
        }
        Why::Address(why) => not_sent_as_json(exchange, why),
    }
}

fn page<P: Platform>(exchange: &Exchange<'_, P>, asked: &AddressAsked, why: Option<&Why>) -> Result<Reply, Fault> {
    let name = asked.client.as_ref().map(|client| client.shown_name()).unwrap_or_default();
    let domains = allowed_domains(exchange);
    let problem = why.map(|why| match why {
        Why::Wrong => PasswordProblem::Wrong,
        Why::Blocked(until) => PasswordProblem::Blocked { seconds: whole(exchange.until(*until)) },
        Why::Address(why) => PasswordProblem::Address(address_problem(exchange, why, &domains)),
    });
    let page = PasswordPage {
        look: exchange.look(&asked.ui_locales),
        client: display(&asked.client, &name),
        sealed: &asked.sealed,
        email: &asked.login_hint,
        problem,
        turnstile_site_key: exchange.provider.config.turnstile.as_ref().map(|turnstile| turnstile.site_key.as_str()),
    };
    let status = match why {
        None => StatusCode::OK,
        Some(Why::Wrong | Why::Address(_)) => StatusCode::BAD_REQUEST,
        Some(Why::Blocked(_)) => StatusCode::TOO_MANY_REQUESTS,
    };
    let reply = exchange.page(status, page.render())?.with_cookie(&exchange.browser_cookie(&asked.browser));
    Ok(match why {
        Some(Why::Blocked(until)) => reply.retry_after(exchange.until(*until)),
        Some(Why::Wrong | Why::Address(_)) | None => reply,
    })
}
