//! The account's first page.

use ::http::StatusCode;

use super::Account;
use crate::flows::Failure;
use crate::http::endpoints::logout::SIGN_OUT;
use crate::http::reply::Reply;
use crate::pages::OverviewPage;
use crate::platform::Platform;

/// Answers `/account`.
pub(super) async fn answer<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    let (provider, person) = (account.exchange.provider, &account.person);
    let page = OverviewPage {
        look: account.look(),
        address: &person.address,
        name: &person.name,
        counts: provider.account_counts(&person.user, account.exchange.visit.now).await?,
        takes_passwords: provider.offers_passwords(),
        takes_phones: provider.takes_phones(),
        // The button is the home page's: its form knows the browser, not the session.
        csrf: &provider.form_token(&account.browser, SIGN_OUT),
    };
    account.show(StatusCode::OK, page.render())
}
