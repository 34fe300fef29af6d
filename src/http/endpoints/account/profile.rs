//! What the person says of themselves.

use ::http::{Method, StatusCode};

use super::Account;
use crate::flows::Failure;
use crate::http::reply::Reply;
use crate::oidc::profile::{ProfileField, ProfilePatch};
use crate::pages::ProfilePage;
use crate::platform::Platform;
use crate::values::Language;

/// What the form's token is for.
const CHANGE: &str = "profile";

/// Answers `/account/profile`.
pub(super) async fn answer<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    if account.exchange.is(&Method::POST) { change(account).await } else { show(account).await }
}

async fn show<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    let (profile, locale) = account.exchange.provider.profile_of(&account.person.user).await?;
    let values = ProfileField::ALL.map(|field| profile.get(field.claim()).and_then(serde_json::Value::as_str).unwrap_or_default());
    let news = account.news();
    let page = ProfilePage {
        look: account.look(),
        values,
        language: locale.as_deref().and_then(Language::of_tag),
        csrf: &account.token(CHANGE),
        is_saved: news.is_some(),
        unusable: None,
    };
    account.show(StatusCode::OK, page.render())
}

async fn change<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    let Some(form) = account.form(CHANGE) else { return Ok(account.foreign()?) };
    let typed = |field: ProfileField| form.one(field.claim()).unwrap_or_default();
    let language = form.one("locale").and_then(Language::of_tag);
    match ProfilePatch::read(typed) {
        Ok(patch) => {
            account.exchange.provider.change_profile(&account.person, &patch, language, &account.exchange.visit).await?;
            Ok(account.done("saved"))
        }
        Err(unusable) => {
            let values = ProfileField::ALL.map(typed);
            let (look, csrf) = (account.look(), account.token(CHANGE));
            let page = ProfilePage { look, values, language, csrf: &csrf, is_saved: false, unusable: Some(unusable) };
            account.show(StatusCode::BAD_REQUEST, page.render())
        }
    }
}
