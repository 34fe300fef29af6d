//! The end of an account: asked for with a fresh proof, confirmed by typing the address, and done at once.

use ::http::{Method, StatusCode};

use super::Account;
use crate::flows::Failure;
use crate::http::exchange::Exchange;
use crate::http::reply::Reply;
use crate::oidc::authorization_response::Location;
use crate::pages::{DeletePage, DeletedPage};
use crate::platform::{Fault, Platform};
use crate::routes;

/// What the form's token is for.
const DELETE: &str = "delete";

/// Answers `/account/delete`.
pub(super) async fn answer<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    if !account.exchange.is(&Method::POST) {
        // Asked for before the page, so that nobody types an address in vain.
        return if account.is_fresh() { show(account, StatusCode::OK) } else { Ok(account.to_confirm()) };
    }
    let Some(form) = account.form(DELETE) else { return Ok(account.foreign()?) };
    if !account.is_fresh() {
        return Ok(account.to_confirm());
    }
    let (exchange, provider) = (account.exchange, account.exchange.provider);
    if !provider.is_own_address(&account.person, form.one("address").unwrap_or_default()) {
        return show(account, StatusCode::BAD_REQUEST);
    }
    let told = provider.delete_account(&account.person, &exchange.visit).await?;
    let page = Location::to_own_page(exchange.issuer(), routes::ACCOUNT_DELETED);
    Ok(Reply::redirect(&page).with_cookie(&exchange.forget_session()).and_then(told))
}

fn show<P: Platform>(account: &Account<'_, P>, status: StatusCode) -> Result<Reply, Failure> {
    let is_mistyped = status != StatusCode::OK;
    let page = DeletePage { look: account.look(), address: &account.person.address, csrf: &account.token(DELETE), is_mistyped };
    account.show(status, page.render())
}

/// Answers `/account/deleted`.
///
/// # Errors
/// A fault where it couldn't be rendered.
pub fn deleted<P: Platform>(exchange: &Exchange<'_, P>) -> Result<Reply, Fault> {
    exchange.page(StatusCode::OK, DeletedPage { look: exchange.look("") }.render())
}
