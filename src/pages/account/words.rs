//! Words that several of the account's pages have: how somebody has proven who they are.

use crate::oidc::proof::Proof;
use crate::texts::Texts;

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
