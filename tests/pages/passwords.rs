//! The pages of passwords.

use nightlatch::factors::password::Refused;
use nightlatch::pages::{ClientDisplay, Look, NewPasswordPage, Page, PasswordMessage, PasswordPage, PasswordProblem, PasswordSettingsPage};
use nightlatch::platform::Fault;

use super::{CLIENT, EVIL};

fn password<'a>(look: Look<'a>, problem: Option<PasswordProblem<'a>>) -> PasswordPage<'a> {
    PasswordPage { look, client: Some(CLIENT), sealed: "sealed-request", email: "ann@example.org", problem, turnstile_site_key: None }
}

fn new_password(look: Look<'_>, problem: Option<Refused>) -> NewPasswordPage<'_> {
    NewPasswordPage { look, client: Some(CLIENT), address: "ann@example.org", sign_in: "sign-in", csrf: "csrf", shortest: 8, problem }
}

fn account_password(look: Look<'_>, message: Option<PasswordMessage>) -> PasswordSettingsPage<'_> {
    PasswordSettingsPage { look, address: "ann@example.org", has_password: false, shortest: 8, save: "save", remove: "remove", message }
}

/// Each with a name for its file.
pub(super) fn pages(look: Look<'_>) -> Vec<(&'static str, Result<Page, Fault>)> {
    vec![
        ("password", password(look, None).render()),
        ("password_wrong", password(look, Some(PasswordProblem::Wrong)).render()),
        ("password_blocked", PasswordPage { client: None, ..password(look, Some(PasswordProblem::Blocked { seconds: 300 })) }.render()),
        ("new_password", new_password(look, None).render()),
        ("new_password_common", new_password(look, Some(Refused::Common)).render()),
        ("account_password", account_password(look, None).render()),
        ("account_password_saved", PasswordSettingsPage { has_password: true, ..account_password(look, Some(PasswordMessage::Saved)) }.render()),
    ]
}

/// Each with markup in all that strangers write.
pub(super) fn evil_pages<'a>(look: Look<'a>, client: ClientDisplay<'a>) -> Vec<Result<Page, Fault>> {
    vec![
        PasswordPage { client: Some(client), sealed: EVIL, email: EVIL, ..password(look, None) }.render(),
        NewPasswordPage { client: Some(client), address: EVIL, sign_in: EVIL, csrf: EVIL, ..new_password(look, None) }.render(),
        PasswordSettingsPage { address: EVIL, save: EVIL, remove: EVIL, has_password: true, ..account_password(look, None) }.render(),
    ]
}
