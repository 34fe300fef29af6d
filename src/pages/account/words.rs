//! Words that several of the account's pages have: a browser's name, and how somebody has proven who they are.

use crate::oidc::proof::Proof;
use crate::texts::{Texts, fill};
use crate::values::UserAgent;

/// A browser as people know it: which, and on which system.
pub(super) fn browser(texts: &Texts, user_agent: &str) -> String {
    let UserAgent { browser, system } = UserAgent::read(user_agent);
    match (browser, system) {
        (Some(browser), Some(system)) => fill(&texts.account_browser_on, &[("browser", browser), ("system", system)]),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => texts.account_browser_unknown.to_string(),
    }
}

/// The ways in which a proof was given.
pub(super) fn methods(texts: &Texts, proof: &Proof) -> String {
    let known = proof.methods().filter_map(|method| match method {
        "otp" => Some(&*texts.account_proven_code),
        "sms" => Some(&*texts.account_proven_sms),
        "pwd" => Some(&*texts.account_proven_password),
        "pop" => Some(&*texts.account_proven_passkey),
        // `user` and `mfa` only say more of the others.
        _ => None,
    });
    known.collect::<Vec<_>>().join(" + ")
}
