//! Authenticator apps: the list, and the page that adds one.

use ::http::{Method, StatusCode};

use super::{Account, recovery_codes};
use crate::flows::Failure;
use crate::flows::account::authenticators::{Added, NewApp, Offered};
use crate::http::reply::Reply;
use crate::oidc::authorization_response::Location;
use crate::pages::{AppProblem, AuthenticatorsPage, NewAuthenticatorPage, ShownAuthenticator};
use crate::platform::Platform;
use crate::routes::AccountPage;
use crate::store::authenticators::MOST;
use crate::values::AuthenticatorId;

/// What the forms' tokens are for.
const ADD: &str = "add-authenticator";
const REMOVE: &str = "remove-authenticator";

/// Answers `/account/authenticators`.
pub(super) async fn answer<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    if account.exchange.is(&Method::POST) { remove(account).await } else { show(account).await }
}

async fn show<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    let listed = account.exchange.provider.authenticators_of(&account.person.user).await?;
    let apps: Vec<ShownAuthenticator<'_>> =
        listed.iter().map(|app| ShownAuthenticator { id: app.id.as_str(), name: &app.name, since: app.created_at, used: app.used_at }).collect();
    let (csrf, news) = (account.token(REMOVE), account.news());
    let is_full = i64::try_from(apps.len()).is_ok_and(|count| count >= MOST);
    let page = AuthenticatorsPage { look: account.look(), apps: &apps, is_full, csrf: &csrf, news: news.as_deref() };
    account.show(StatusCode::OK, page.render())
}

async fn remove<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    let Some(form) = account.form(REMOVE) else { return Ok(account.foreign()?) };
    if !account.is_fresh() {
        return Ok(account.to_confirm());
    }
    let Some(id) = form.one("app").and_then(AuthenticatorId::parse) else { return Ok(account.foreign()?) };
    let told = account.exchange.provider.remove_authenticator(&account.person.user, &id, &account.exchange.visit).await?;
    Ok(account.done("removed").and_then(told))
}

/// Answers `/account/authenticators/add`.
pub(super) async fn answer_new<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    if account.exchange.is(&Method::POST) {
        return add(account).await;
    }
    if !account.is_fresh() {
        return Ok(account.to_confirm());
    }
    offer(account, None)
}

async fn add<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    let Some(form) = account.form(ADD) else { return Ok(account.foreign()?) };
    if !account.is_fresh() {
        return Ok(account.to_confirm());
    }
    let typed = |name| form.one(name).unwrap_or_default();
    let (name, new) = (typed("name"), NewApp { sealed: typed("offer"), code: typed("code"), name: typed("name") });
    match account.exchange.provider.add_authenticator(&account.person, &account.browser, new, &account.exchange.visit).await? {
        Added::Done(Some(made), told) => Ok(recovery_codes::show_made(account, &made)?.and_then(told)),
        Added::Done(None, told) => Ok(to_list(account, "added").and_then(told)),
        Added::Wrong(offered) => new_page(account, &offered, (name, Some(AppProblem::Wrong)), StatusCode::BAD_REQUEST),
        Added::Over => offer(account, Some(AppProblem::Over)),
        Added::Refused => Ok(to_list(account, "refused")),
    }
}

fn offer<P: Platform>(account: &Account<'_, P>, problem: Option<AppProblem>) -> Result<Reply, Failure> {
    let offered = account.exchange.provider.offer_authenticator(&account.person.user, &account.browser, account.exchange.visit.now)?;
    let status = if problem.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    new_page(account, &offered, ("", problem), status)
}

fn new_page<P: Platform>(
    account: &Account<'_, P>,
    offered: &Offered,
    typed: (&str, Option<AppProblem>),
    status: StatusCode,
) -> Result<Reply, Failure> {
    let (name, problem) = typed;
    let issuer = account.exchange.branding.name();
    let page = NewAuthenticatorPage {
        look: account.look(),
        uri: &offered.key.uri(issuer, &account.person.address),
        key: &offered.key.groups(),
        sealed: &offered.sealed,
        name,
        csrf: &account.token(ADD),
        problem,
    };
    account.show(status, page.render())
}

fn to_list<P: Platform>(account: &Account<'_, P>, word: &str) -> Reply {
    Reply::redirect(&Location::to_own_page(account.exchange.issuer(), &AccountPage::Authenticators.done(word)))
}
