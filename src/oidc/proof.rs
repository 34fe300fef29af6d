//! What a person has proven, and when: `acr`, `amr` and `auth_time`. OpenID Connect Core §2, RFC 8176.

use serde::{Deserialize, Serialize};

use crate::values::Timestamp;

/// The authentication context class of a sign-in by one factor.
pub const ACR_ONE_FACTOR: &str = "1";

/// A proof of who somebody is. Only a factor's verification, or a row that such a one wrote, gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// When it was given.
    pub auth_time: Timestamp,
    /// The methods, separated by spaces (RFC 8176).
    pub amr: String,
    /// The authentication context class.
    pub acr: String,
}

impl Proof {
    /// By a one-time code that was sent by e-mail.
    #[must_use]
    pub fn by_email_code(now: Timestamp) -> Self {
        Self { auth_time: now, amr: "otp".to_owned(), acr: ACR_ONE_FACTOR.to_owned() }
    }

    /// The methods, one by one.
    pub fn methods(&self) -> impl Iterator<Item = &str> {
        self.amr.split(' ').filter(|method| !method.is_empty())
    }
}
