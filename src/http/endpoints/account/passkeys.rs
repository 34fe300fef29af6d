//! The person's passkeys, and the forms that add, rename and remove one.

use ::http::{Method, StatusCode};

use super::Account;
use crate::flows::Failure;
use crate::flows::activity::Happening;
use crate::flows::passkeys::{Name, Removed};
use crate::http::endpoints::passkeys::Written;
use crate::http::endpoints::sign_in_passkey::shown;
use crate::http::reply::Reply;
use crate::oidc::parameters::Parameters;
use crate::pages::{PasskeysPage, PasskeysProblem, ShownPasskey};
use crate::platform::Platform;
use crate::store::events::EventKind;
use crate::values::CredentialId;

/// What the forms' token is for.
const CHANGE: &str = "passkeys";

/// Answers `/account/passkeys`.
pub(super) async fn answer<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    if account.exchange.is(&Method::POST) { change(account).await } else { show(account, None).await }
}

async fn show<P: Platform>(account: &Account<'_, P>, problem: Option<PasskeysProblem>) -> Result<Reply, Failure> {
    let (provider, visit) = (account.exchange.provider, &account.exchange.visit);
    let listed = provider.passkeys_of(&account.person.user).await?;
    let ceremony = provider.ceremony_to_add(&account.person, &listed, &account.browser, visit)?;
    let written = ceremony.map(Written::of);
    let passkeys: Vec<ShownPasskey<'_>> = listed
        .iter()
        .map(|passkey| ShownPasskey {
            id: passkey.id.as_str(),
            name: &passkey.name,
            authenticator: passkey.aaguid.and_then(|aaguid| aaguid.name()).unwrap_or_default(),
            created_at: passkey.created_at,
            used_at: passkey.used_at,
            is_synced: passkey.backed_up,
        })
        .collect();
    let (csrf, news, confirm) = (account.token(CHANGE), account.news(), account.page.confirm());
    let page = PasskeysPage {
        look: account.look(),
        passkeys: &passkeys,
        add: written.as_ref().map(Written::asked),
        // Before a passkey is made, not behind it: one that is refused here would stay on the device.
        confirm: (!account.is_fresh()).then_some(confirm.as_str()),
        csrf: &csrf,
        news: news.as_deref(),
        problem,
    };
    account.show(if problem.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK }, page.render())
}

async fn change<P: Platform>(account: &Account<'_, P>) -> Result<Reply, Failure> {
    let Some(form) = account.form(CHANGE) else { return Ok(account.foreign()?) };
    let id = form.one("passkey").and_then(CredentialId::parse);
    // An emptied name is no name; only the form that removes has none.
    let name = form.is_there("name").then(|| Name::parse(form.one("name").unwrap_or_default()));
    match (id, name) {
        (Some(id), Some(Some(name))) => {
            account.exchange.provider.rename_passkey(&account.person.user, &id, &name).await?;
            Ok(account.done("renamed"))
        }
        (Some(_), Some(None)) => show(account, Some(PasskeysProblem::Name)).await,
        (Some(_) | None, _) if !account.is_fresh() => Ok(account.to_confirm()),
        (Some(id), None) => remove(account, &id).await,
        (None, _) => add(account, &form).await,
    }
}

async fn add<P: Platform>(account: &Account<'_, P>, form: &Parameters) -> Result<Reply, Failure> {
    let (provider, visit) = (account.exchange.provider, &account.exchange.visit);
    let user = &account.person.user;
    match provider.add_passkey((user, &account.person.session, &account.browser), shown(form), visit).await? {
        Some(added) => {
            let told = provider.notify(user, Happening { kind: EventKind::PasskeyAdded, detail: added.name.as_str() }, visit).await;
            Ok(account.done("added").and_then(told))
        }
        None => show(account, Some(PasskeysProblem::NotAdded)).await,
    }
}

async fn remove<P: Platform>(account: &Account<'_, P>, id: &CredentialId) -> Result<Reply, Failure> {
    let (provider, visit) = (account.exchange.provider, &account.exchange.visit);
    let user = &account.person.user;
    match provider.remove_passkey(user, id, visit).await? {
        Removed::Gone(name) => {
            let told = provider.notify(user, Happening { kind: EventKind::PasskeyRemoved, detail: &name }, visit).await;
            Ok(account.done("removed").and_then(told))
        }
        // Twice pressed, or removed from another browser: gone is gone.
        Removed::NotThere => Ok(account.done("removed")),
        Removed::LastWayIn => show(account, Some(PasskeysProblem::LastWayIn)).await,
    }
}
