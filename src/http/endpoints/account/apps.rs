//! The sites that the person has let in, and the button that ends it.

use ::http::{Method, StatusCode};

use super::Account;
use crate::flows::Failure;
use crate::http::reply::Reply;
use crate::pages::{AppsPage, ShownApp};
use crate::platform::Platform;
use crate::values::ClientId;

/// What the forms' token is for.
const DISCONNECT: &str = "disconnect";

/// Answers `/account/apps`.
pub(super) async fn answer<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    if account.exchange.is(&Method::POST) { disconnect(account).await } else { show(account).await }
}

async fn show<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    let (provider, visit) = (account.exchange.provider, &account.exchange.visit);
    let listed = provider.apps_of(&account.person.user, visit.now).await?;
    let apps: Vec<ShownApp<'_>> = listed
        .iter()
        .map(|app| ShownApp { client: &app.client, name: app.name.as_deref().unwrap_or(&app.client), scope: &app.scope, since: app.since })
        .collect();
    let (csrf, news) = (account.token(DISCONNECT), account.news());
    account.show(StatusCode::OK, AppsPage { look: account.look(), apps: &apps, csrf: &csrf, news: news.as_deref() }.render())
}

async fn disconnect<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    let form = account.form(DISCONNECT);
    let client = form.as_ref().and_then(|form| form.one("client")).and_then(ClientId::parse);
    let Some(client) = client else { return Ok(account.foreign()?) };
    account.exchange.provider.disconnect(&account.person, &client, &account.exchange.visit).await?;
    Ok(account.done("disconnected"))
}
