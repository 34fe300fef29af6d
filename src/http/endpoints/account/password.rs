//! The password: set, changed or removed.

use ::http::{Method, StatusCode};

use super::Account;
use crate::factors::password::Refused;
use crate::flows::Failure;
use crate::flows::account::{Others, PasswordRemoved, PasswordSaved};
use crate::http::endpoints::sign_in_code::over;
use crate::http::reply::Reply;
use crate::pages::{PasswordMessage, PasswordSettingsPage};
use crate::platform::Platform;

/// What the forms' tokens are for.
const SAVE: &str = "save-password";
const REMOVE: &str = "remove-password";

/// Answers `/account/password`. It changes how the person signs in, so it asks for a fresh proof even to be seen: what is typed there isn't lost then.
pub(super) async fn answer<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    if !account.is_fresh() {
        return Ok(account.to_confirm());
    }
    if !account.exchange.is(&Method::POST) {
        let message = account.news().as_deref().and_then(PasswordMessage::of_word);
        return show(account, message, StatusCode::OK);
    }
    if account.form(REMOVE).is_some() {
        return remove(account).await;
    }
    save(account).await
}

async fn save<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    let Some(form) = account.form(SAVE) else { return Ok(account.foreign()?) };
    let (provider, visit) = (account.exchange.provider, &account.exchange.visit);
    let others = if form.one("others").is_some() { Others::SignedOut } else { Others::Stay };
    match provider.save_password(&account.person, form.one("new_password").unwrap_or_default(), others, visit).await? {
        PasswordSaved::Saved(afterwards) => Ok(account.done(PasswordMessage::Saved.word()).and_then(afterwards)),
        PasswordSaved::Refused(why) => refused(account, why),
        PasswordSaved::StartAgain => Ok(over(account.exchange)?),
    }
}

async fn remove<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    match account.exchange.provider.remove_password(&account.person, &account.exchange.visit).await? {
        PasswordRemoved::Removed(afterwards) => Ok(account.done(PasswordMessage::Removed.word()).and_then(afterwards)),
        PasswordRemoved::LastWayIn => show(account, Some(PasswordMessage::LastWayIn), StatusCode::BAD_REQUEST),
    }
}

fn refused<P: Platform>(account: &Account<'_, P>, why: Refused) -> Result<Reply, Failure> {
    show(account, Some(PasswordMessage::Refused(why)), StatusCode::BAD_REQUEST)
}

fn show<P: Platform>(account: &Account<'_, P>, message: Option<PasswordMessage>, status: StatusCode) -> Result<Reply, Failure> {
    let page = PasswordSettingsPage {
        look: account.look(),
        address: &account.person.address,
        has_password: account.person.factors.password,
        shortest: account.exchange.provider.password_lengths().0,
        save: &account.token(SAVE),
        remove: &account.token(REMOVE),
        message,
    };
    account.show(status, page.render())
}
