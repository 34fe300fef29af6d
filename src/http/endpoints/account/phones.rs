//! The person's phone numbers, where text messages can leave. Each change needs a fresh proof;
//! the code that proves a new one is typed on the code page that every sign-in has.

use ::http::{Method, StatusCode};

use super::Account;
use crate::flows::Failure;
use crate::flows::sign_in::{NotSent, PhoneSent, Sent};
use crate::http::endpoints::sign_in_code::whole;
use crate::http::reply::Reply;
use crate::oidc::authorization_response::Location;
use crate::pages::{PhoneProblem, PhonesPage};
use crate::platform::Platform;
use crate::routes;
use crate::values::PhoneNumber;

/// What the forms' token is for.
const CHANGE: &str = "phones";

/// Answers `/account/phones`.
pub(super) async fn answer<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    if account.exchange.is(&Method::POST) { change(account).await } else { show(account, None).await }
}

async fn show<P: Platform>(account: &Account<'_, P>, problem: Option<(&str, PhoneProblem)>) -> Result<Reply, Failure> {
    let numbers = account.exchange.provider.phones_of(&account.person.user).await?;
    let (csrf, news) = (account.token(CHANGE), account.news());
    let (typed, problem) = problem.map_or(("", None), |(typed, problem)| (typed, Some(problem)));
    let status = match problem {
        None => StatusCode::OK,
        Some(PhoneProblem::Blocked { .. }) => StatusCode::TOO_MANY_REQUESTS,
        Some(PhoneProblem::Failed) => StatusCode::SERVICE_UNAVAILABLE,
        Some(PhoneProblem::Malformed | PhoneProblem::NotServed | PhoneProblem::HasAlready | PhoneProblem::TooMany) => StatusCode::BAD_REQUEST,
    };
    let page = PhonesPage { look: account.look(), numbers: &numbers, csrf: &csrf, typed, news: news.as_deref(), problem };
    account.show(status, page.render())
}

async fn change<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    let Some(form) = account.form(CHANGE) else { return Ok(account.foreign()?) };
    if !account.is_fresh() {
        return Ok(account.to_confirm());
    }
    let Some(number) = form.one("remove") else { return add(account, form.one("phone").unwrap_or_default()).await };
    let Ok(number) = PhoneNumber::parse(number) else { return Ok(account.foreign()?) };
    let told = account.exchange.provider.remove_phone(&account.person.user, &number, &account.exchange.visit).await?;
    Ok(account.done("removed").and_then(told))
}

async fn add<P: Platform>(account: &Account<'_, P>, typed: &str) -> Result<Reply, Failure> {
    let exchange = account.exchange;
    let problem = match exchange.provider.send_phone_code(&account.person.user, typed, &account.browser, &exchange.visit).await? {
        PhoneSent::Tried(Sent::OnItsWay(sent)) => {
            let page = Location::to_own_page(exchange.issuer(), &routes::code_page(&sent.challenge));
            return Ok(Reply::redirect(&page).with_cookie(&exchange.browser_cookie(&account.browser)));
        }
        PhoneSent::Tried(Sent::No(NotSent::Blocked(until))) => {
            let wait = exchange.until(until);
            return Ok(show(account, Some((typed, PhoneProblem::Blocked { seconds: whole(wait) }))).await?.retry_after(wait));
        }
        PhoneSent::Tried(Sent::No(NotSent::MailFailed)) => PhoneProblem::Failed,
        // The others are refusals of addresses and of browsers that aren't signed in.
        PhoneSent::Tried(Sent::No(NotSent::Malformed | NotSent::NotAscii | NotSent::DomainNotAllowed | NotSent::NotHuman)) => PhoneProblem::Malformed,
        PhoneSent::NotServed => PhoneProblem::NotServed,
        PhoneSent::HasAlready => PhoneProblem::HasAlready,
        PhoneSent::TooMany => PhoneProblem::TooMany,
    };
    show(account, Some((typed, problem))).await
}
