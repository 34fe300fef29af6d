//! The person's addresses. Each change needs a fresh proof; the code that proves a new one is typed on the code page that every sign-in has.

use ::http::{Method, StatusCode};

use super::Account;
use crate::flows::Failure;
use crate::flows::sign_in::{AddressSent, NotSent, OnItsWay, Sent};
use crate::http::endpoints::sign_in::allowed_domains;
use crate::http::endpoints::sign_in_code::whole;
use crate::http::reply::Reply;
use crate::oidc::authorization_response::Location;
use crate::oidc::parameters::Parameters;
use crate::pages::{AddressProblem, AddressesPage, NewAddressProblem, ShownAddress};
use crate::platform::Platform;
use crate::routes;

/// What the forms' token is for.
const CHANGE: &str = "addresses";

/// Answers `/account/addresses`.
pub(super) async fn answer<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    if account.exchange.is(&Method::POST) { change(account).await } else { show(account, None).await }
}

async fn show<P: Platform>(account: &Account<'_, P>, problem: Option<(&str, NewAddressProblem<'_>)>) -> Result<Reply, Failure> {
    let listed = account.exchange.provider.addresses_of(&account.person.user).await?;
    let addresses: Vec<ShownAddress<'_>> =
        listed.iter().map(|address| ShownAddress { identity: &address.identity, typed: &address.typed, is_primary: address.is_primary }).collect();
    let (csrf, news) = (account.token(CHANGE), account.news());
    let (typed, problem) = problem.map_or(("", None), |(typed, problem)| (typed, Some(problem)));
    let status = match problem {
        None => StatusCode::OK,
        Some(NewAddressProblem::Address(AddressProblem::Blocked { .. })) => StatusCode::TOO_MANY_REQUESTS,
        Some(NewAddressProblem::Address(AddressProblem::MailFailed)) => StatusCode::SERVICE_UNAVAILABLE,
        Some(NewAddressProblem::Address(_) | NewAddressProblem::HasAlready | NewAddressProblem::TooMany) => StatusCode::BAD_REQUEST,
    };
    let page = AddressesPage { look: account.look(), addresses: &addresses, csrf: &csrf, typed, news: news.as_deref(), problem };
    account.show(status, page.render())
}

async fn change<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    let Some(form) = account.form(CHANGE) else { return Ok(account.foreign()?) };
    if !account.is_fresh() {
        return Ok(account.to_confirm());
    }
    let (provider, visit) = (account.exchange.provider, &account.exchange.visit);
    match (form.one("primary"), form.one("remove")) {
        (Some(address), _) => {
            let told = provider.make_primary(&account.person, address, visit).await?;
            Ok(account.done("primary").and_then(told))
        }
        (None, Some(address)) => {
            let told = provider.remove_address(&account.person, address, visit).await?;
            Ok(account.done("removed").and_then(told))
        }
        (None, None) => add(account, &form).await,
    }
}

async fn add<P: Platform>(account: &Account<'_, P>, form: &Parameters) -> Result<Reply, Failure> {
    let exchange = account.exchange;
    let typed = form.one("email").unwrap_or_default();
    let why = match exchange.provider.send_address_code(&account.person, typed, &account.browser, &exchange.visit).await? {
        AddressSent::Tried(Sent::OnItsWay(sent)) => return Ok(to_code_page(account, sent)),
        AddressSent::HasAlready => return show(account, Some((typed, NewAddressProblem::HasAlready))).await,
        AddressSent::TooMany => return show(account, Some((typed, NewAddressProblem::TooMany))).await,
        AddressSent::Tried(Sent::No(why)) => why,
    };
    let domains = allowed_domains(exchange);
    let problem = match &why {
        NotSent::Malformed => AddressProblem::Malformed,
        NotSent::NotAscii => AddressProblem::NotAscii,
        NotSent::DomainNotAllowed => AddressProblem::DomainNotAllowed { allowed: &domains },
        NotSent::Blocked(until) => AddressProblem::Blocked { seconds: whole(exchange.until(*until)) },
        NotSent::MailFailed => AddressProblem::MailFailed,
        NotSent::NotHuman => AddressProblem::TurnstileFailed,
    };
    let reply = show(account, Some((typed, NewAddressProblem::Address(problem)))).await?;
    Ok(match why {
        NotSent::Blocked(until) => reply.retry_after(exchange.until(until)),
        NotSent::Malformed | NotSent::NotAscii | NotSent::DomainNotAllowed | NotSent::MailFailed | NotSent::NotHuman => reply,
    })
}

fn to_code_page<P: Platform>(account: &Account<'_, P>, sent: OnItsWay) -> Reply {
    let page = Location::to_own_page(account.exchange.issuer(), &routes::code_page(&sent.challenge));
    Reply::redirect(&page).with_cookie(&account.exchange.browser_cookie(&account.browser)).and_then(sent.afterwards)
}
