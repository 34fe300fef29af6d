//! What a person can prove themselves by, read beside whatever else a statement reads of them.

use super::sql::Columns;
use crate::oidc::proof::Level;
use crate::platform::{Fault, Value};

/// The columns `has_passkey, has_authenticator, has_recovery_code, has_password, trusts_browser` of the person `u.id`, in the browser and at the
/// time (as eight hexadecimal digits) of these two parameters.
macro_rules! factors_of_u {
    ($browser:literal, $now:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM passkeys f WHERE f.user_id = u.id) AS has_passkey,
             EXISTS (SELECT 1 FROM authenticators f WHERE f.user_id = u.id) AS has_authenticator,
             EXISTS (SELECT 1 FROM recovery_codes f WHERE f.user_id = u.id) AS has_recovery_code,
             EXISTS (SELECT 1 FROM passwords f WHERE f.user_id = u.id) AS has_password,
             EXISTS (SELECT 1 FROM trusted_browsers f WHERE f.user_id = u.id AND f.browser = ",
            $browser,
            " AND substr(f.id, 1, 8) > ",
            $now,
            ") AS trusts_browser"
        )
    };
}
pub(super) use factors_of_u;

/// Whether a passkey can be shown here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeysHere {
    /// It can, and counts.
    Count,
    /// The operator has switched them off: one that somebody has protects nothing.
    AreOff,
}

impl From<PasskeysHere> for Value {
    fn from(here: PasskeysHere) -> Self {
        match here {
            PasskeysHere::Count => 1_i64.into(),
            PasskeysHere::AreOff => 0_i64.into(),
        }
    }
}

/// The condition that the session or sign-in `s` is as sure as its person's account is by now: of two factors where there is a second one, of those
/// that count by a [`PasskeysHere`] under this number.
macro_rules! as_sure_as_account {
    ($passkeys_here:literal) => {
        concat!(
            "(s.acr >= '2' OR NOT (",
            $passkeys_here,
            " AND EXISTS (SELECT 1 FROM passkeys f WHERE f.user_id = s.user_id)
               OR EXISTS (SELECT 1 FROM authenticators f WHERE f.user_id = s.user_id)))"
        )
    };
}
pub(super) use as_sure_as_account;

/// What a person can prove themselves by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each says by its name what is there; they are read, never passed")]
pub struct Factors {
    /// At least one passkey.
    pub passkey: bool,
    /// At least one authenticator app.
    pub authenticator: bool,
    /// At least one recovery code.
    pub recovery_code: bool,
    /// A password.
    pub password: bool,
    /// Not a factor: in this browser the person needn't show the second one.
    pub trusted_browser: bool,
}

impl Factors {
    /// The highest level at which the person can prove who they are.
    #[must_use]
    pub const fn highest_level(self) -> Level {
        if self.passkey || self.authenticator { Level::Two } else { Level::One }
    }
}

/// The factors from the columns of [`factors_of_u`].
pub(super) fn factors(row: &mut Columns) -> Result<Factors, Fault> {
    let mut there = || row.integer().map(|number| number == 1);
    Ok(Factors { passkey: there()?, authenticator: there()?, recovery_code: there()?, password: there()?, trusted_browser: there()? })
}
