//! The address page, and the form on it that asks for a code.

use ::http::{Method, StatusCode};
use serde_json::json;

use super::passkeys::Written;
use super::sign_in_code::whole;
use crate::config::Admission;
use crate::flows::Failure;
use crate::flows::authorize::AddressAsked;
use crate::flows::interaction::{Interaction, SignInFor, Then};
use crate::flows::passkeys::Use;
use crate::flows::sign_in::{NotSent, Sent, ToSend};
use crate::http::exchange::{Exchange, display};
use crate::http::reply::Reply;
use crate::oidc::authorization_response::Location;
use crate::oidc::parameters::Parameters;
use crate::pages::{AddressPage, AddressProblem, ErrorKind, PasskeyAsked};
use crate::platform::{Fault, Platform};
use crate::routes::{self, AccountPage};
use crate::values::ChallengeId;

/// Answers `/sign-in`.
///
/// # Errors
/// A fault where something broke.
pub async fn answer<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    if exchange.is(&Method::POST) { send(exchange).await } else { show(exchange).await }
}

/// The page for our own home page's sign-in, or once more for that of a challenge.
async fn show<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let challenge = exchange.query().one("challenge").and_then(ChallengeId::parse);
    let visit = &exchange.visit;
    let interaction = match challenge {
        Some(challenge) => exchange.provider.interaction_of(&challenge, visit).await?,
        None => Some(Interaction { purpose: SignInFor::Home, expected: None, began_at: visit.now, earlier: None, then: Then::GoOn }),
    };
    let Some(interaction) = interaction else { return Ok(exchange.error_page(StatusCode::BAD_REQUEST, ErrorKind::Expired, "this sign-in is over")?) };
    if let Some(page) = page_of(&interaction.purpose) {
        return Ok(Reply::redirect(&Location::to_own_page(exchange.issuer(), page.path())));
    }
    Ok(ask(exchange, &interaction, String::new(), None).await?)
}

/// The address page of a sign-in, perhaps with what was wrong.
///
/// # Errors
/// A fault where something broke.
pub(super) async fn ask<P: Platform>(
    exchange: &Exchange<'_, P>,
    interaction: &Interaction,
    address: String,
    why: Option<&NotSent>,
) -> Result<Reply, Fault> {
    let asked = exchange.provider.ask_address(interaction, &exchange.visit, address).await?;
    address_page(exchange, &asked, why)
}

/// Where another address, or another number, is typed, if not here.
const fn page_of(purpose: &SignInFor) -> Option<AccountPage> {
    match purpose {
        SignInFor::NewAddress => Some(AccountPage::Addresses),
        SignInFor::NewPhone => Some(AccountPage::Phones),
        SignInFor::Home | SignInFor::Account(_) | SignInFor::Action(_) | SignInFor::Client(_) => None,
    }
}

async fn send<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Failure> {
    let visit = &exchange.visit;
    let Some(form) = exchange.own_form() else {
        return Ok(exchange.error_page(StatusCode::FORBIDDEN, ErrorKind::ForeignForm, "the form was not posted from this site's own page")?);
    };
    let interaction = form.one("request").and_then(|sealed| exchange.provider.open_interaction(sealed, visit));
    let (Some(interaction), Some(browser)) = (interaction, &visit.browser) else {
        return Ok(exchange.error_page(StatusCode::BAD_REQUEST, ErrorKind::Expired, "the page is too old, or was made for another browser")?);
    };
    let then = if form.one("forgot").is_some() && exchange.provider.offers_passwords() { Then::NewPassword } else { interaction.then };
    let interaction = Interaction { then, ..interaction };
    let asker = exchange.provider.client_of(&interaction, visit.now).await?;
    let typed = form.one("email").unwrap_or_default();
    let to_send = ToSend { interaction: &interaction, asker: &asker, typed, turnstile: form.one("cf-turnstile-response").unwrap_or_default() };
    match exchange.provider.send_code(&to_send, browser, visit).await? {
        Sent::OnItsWay(sent) => {
            let page = Location::to_own_page(exchange.issuer(), &routes::code_page(&sent.challenge));
            Ok(Reply::redirect(&page).with_cookie(&exchange.browser_cookie(browser)).and_then(sent.afterwards))
        }
        Sent::No(why) => not_sent(exchange, &interaction, &form, &why).await,
    }
}

async fn not_sent<P: Platform>(exchange: &Exchange<'_, P>, interaction: &Interaction, form: &Parameters, why: &NotSent) -> Result<Reply, Failure> {
    if exchange.prefers_json() {
        return Ok(not_sent_as_json(exchange, why));
    }
    let typed = form.owned("email").unwrap_or_default();
    Ok(ask(exchange, interaction, typed, Some(why)).await?)
}

/// The same for a program.
pub(super) fn not_sent_as_json<P: Platform>(exchange: &Exchange<'_, P>, why: &NotSent) -> Reply {
    let (status, error, description) = match why {
        NotSent::Malformed => (StatusCode::BAD_REQUEST, "invalid_request", "the e-mail address is malformed"),
        NotSent::NotAscii => (StatusCode::BAD_REQUEST, "invalid_request", "letters beyond ASCII before the @ are not taken"),
        NotSent::DomainNotAllowed => (StatusCode::BAD_REQUEST, "access_denied", "addresses of this domain are not let in"),
        NotSent::Blocked(_) => (StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "too many codes were asked for"),
        NotSent::MailFailed => (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable", "the code could not be sent"),
        NotSent::NotHuman => (StatusCode::BAD_REQUEST, "access_denied", "the check for robots failed"),
    };
    match why {
        NotSent::Blocked(until) => {
            let body = json!({"error": error, "error_description": description, "blocked_until": until.rfc3339()});
            Reply::json(status, &body).retry_after(exchange.until(*until))
        }
        NotSent::Malformed | NotSent::NotAscii | NotSent::DomainNotAllowed | NotSent::MailFailed | NotSent::NotHuman => {
            Reply::json(status, &json!({"error": error, "error_description": description}))
        }
    }
}

/// The address page, perhaps with what was wrong.
///
/// # Errors
/// A fault where it couldn't be rendered.
pub(super) fn address_page<P: Platform>(exchange: &Exchange<'_, P>, asked: &AddressAsked, why: Option<&NotSent>) -> Result<Reply, Fault> {
    let domains = allowed_domains(exchange);
    let problem = why.map(|why| address_problem(exchange, why, &domains));
    let status = match why {
        None => StatusCode::OK,
        Some(NotSent::Blocked(_)) => StatusCode::TOO_MANY_REQUESTS,
        Some(NotSent::MailFailed) => StatusCode::SERVICE_UNAVAILABLE,
        Some(NotSent::Malformed | NotSent::NotAscii | NotSent::DomainNotAllowed | NotSent::NotHuman) => StatusCode::BAD_REQUEST,
    };
    let reply = shown(exchange, asked, (problem, ""), status)?;
    Ok(match why {
        Some(NotSent::Blocked(until)) => reply.retry_after(exchange.until(*until)),
        Some(NotSent::Malformed | NotSent::NotAscii | NotSent::DomainNotAllowed | NotSent::MailFailed | NotSent::NotHuman) | None => reply,
    })
}

/// The address page once more, after a passkey that didn't work. The browser is told of one that nobody here has.
///
/// # Errors
/// A fault where it couldn't be rendered.
pub(super) fn passkey_failed<P: Platform>(exchange: &Exchange<'_, P>, asked: &AddressAsked, unknown: &str) -> Result<Reply, Fault> {
    shown(exchange, asked, (Some(AddressProblem::PasskeyFailed), unknown), StatusCode::BAD_REQUEST)
}

fn shown<P: Platform>(
    exchange: &Exchange<'_, P>,
    asked: &AddressAsked,
    told: (Option<AddressProblem<'_>>, &str),
    status: StatusCode,
) -> Result<Reply, Fault> {
    let (problem, unknown) = told;
    let name = asked.client.as_ref().map(|client| client.shown_name()).unwrap_or_default();
    let ceremony = match asked.takes_passkeys {
        true => exchange.provider.assertion_ceremony(Use::SignIn, &[], &asked.browser, exchange.visit.now)?.map(Written::of),
        false => None,
    };
    let page = AddressPage {
        look: exchange.look(&asked.ui_locales),
        client: display(&asked.client, &name),
        sealed: &asked.sealed,
        email: &asked.login_hint,
        takes_passwords: asked.takes_passwords,
        asks_again: asked.asks_again,
        problem,
        turnstile_site_key: exchange.provider.config.turnstile.as_ref().map(|turnstile| turnstile.site_key.as_str()),
        passkey: ceremony.as_ref().map(|written| PasskeyAsked { unknown, ..written.asked() }),
    };
    Ok(exchange.page(status, page.render())?.with_cookie(&exchange.browser_cookie(&asked.browser)))
}

/// Why no code was sent, as the pages say it.
pub(super) fn address_problem<'a, P: Platform>(exchange: &Exchange<'_, P>, why: &NotSent, allowed: &'a [String]) -> AddressProblem<'a> {
    match why {
        NotSent::Malformed => AddressProblem::Malformed,
        NotSent::NotAscii => AddressProblem::NotAscii,
        NotSent::DomainNotAllowed => AddressProblem::DomainNotAllowed { allowed },
        NotSent::Blocked(until) => AddressProblem::Blocked { seconds: whole(exchange.until(*until)) },
        NotSent::MailFailed => AddressProblem::MailFailed,
        NotSent::NotHuman => AddressProblem::TurnstileFailed,
    }
}

pub(super) fn allowed_domains<P: Platform>(exchange: &Exchange<'_, P>) -> Vec<String> {
    match &exchange.provider.config.admission {
        Admission::AllowedDomains(domains) => domains.iter().map(|domain| domain.as_str().to_owned()).collect(),
        Admission::Open | Admission::InviteOnly => Vec::new(),
    }
}
