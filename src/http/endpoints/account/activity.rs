//! What happened to the account.

use ::http::StatusCode;

use super::Account;
use crate::flows::Failure;
use crate::http::reply::Reply;
use crate::pages::ActivityPage;
use crate::platform::Platform;

/// Answers `/account/activity`.
pub(super) async fn answer<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    let happened = account.exchange.provider.activity_of(&account.person.user, account.exchange.visit.now).await?;
    account.show(StatusCode::OK, ActivityPage { look: account.look(), happened: &happened }.render())
}
