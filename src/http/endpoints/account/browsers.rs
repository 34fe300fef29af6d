//! Browsers in which the second factor isn't asked for, and the buttons that change that.

use ::http::{Method, StatusCode};

use super::Account;
use crate::flows::Failure;
use crate::http::reply::Reply;
use crate::pages::{BrowsersPage, ShownBrowser};
use crate::platform::Platform;
use crate::values::TrustedBrowserId;

/// What the forms' token is for.
const FORGET: &str = "forget-browser";

/// Answers `/account/browsers`.
pub(super) async fn answer<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    if account.exchange.is(&Method::POST) { forget(account).await } else { show(account).await }
}

async fn show<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    let listed = account.exchange.provider.trusted_browsers_of(&account.person.user, account.exchange.visit.now).await?;
    let browsers: Vec<ShownBrowser<'_>> = listed
        .iter()
        .map(|browser| ShownBrowser { id: browser.id.as_str(), user_agent: &browser.user_agent, place: &browser.place, until: browser.id.end() })
        .collect();
    let (csrf, news) = (account.token(FORGET), account.news());
    let page = BrowsersPage { look: account.look(), browsers: &browsers, csrf: &csrf, news: news.as_deref() };
    account.show(StatusCode::OK, page.render())
}

async fn forget<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    let Some(form) = account.form(FORGET) else { return Ok(account.foreign()?) };
    let (provider, visit) = (account.exchange.provider, &account.exchange.visit);
    let which = form.one("browser").and_then(TrustedBrowserId::parse);
    if form.is_there("browser") && which.is_none() {
        return Ok(account.foreign()?);
    }
    provider.forget_browsers(&account.person.user, which.as_ref(), visit).await?;
    Ok(account.done(if which.is_some() { "one" } else { "all" }))
}
