//! What a person has proven, and when: `acr`, `amr` and `auth_time`. OpenID Connect Core §2, RFC 8176.

use serde::{Deserialize, Serialize};

use crate::values::Timestamp;

/// How surely somebody is who they say: the authentication context class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// By one factor.
    One,
    /// By two factors of different kinds.
    Two,
}

impl Level {
    /// All of them, the lowest first.
    pub const ALL: [Self; 2] = [Self::One, Self::Two];

    /// The value of `acr`.
    #[must_use]
    pub const fn acr(self) -> &'static str {
        match self {
            Self::One => "1",
            Self::Two => "2",
        }
    }

    /// The level that a value of `acr` names, if it is one of ours.
    #[must_use]
    pub fn of_acr(acr: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.acr() == acr)
    }

    /// The first of `acr_values` (separated by spaces, the most wanted first) that we know. Others are what a provider may ignore
    /// (OpenID Connect Core §3.1.2.1).
    ///
    /// ```
    /// # use nightlatch::oidc::proof::Level;
    /// assert_eq!(Level::asked("urn:example:gold 2 1"), Some(Level::Two));
    /// assert_eq!(Level::asked("urn:example:gold"), None);
    /// ```
    #[must_use]
    pub fn asked(acr_values: &str) -> Option<Self> {
        acr_values.split(' ').find_map(Self::of_acr)
    }
}

/// Something that proves who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// A one-time code that was sent by e-mail.
    EmailCode,
    /// A one-time code that was sent to a phone.
    SmsCode,
    /// A password.
    Password,
    /// An authenticator app's code.
    AuthenticatorApp,
    /// A recovery code.
    RecoveryCode,
    /// A passkey whose authenticator has verified the person: two factors at once.
    VerifiedPasskey,
    /// A passkey whose authenticator has only seen that somebody is there.
    Passkey,
}

impl Method {
    /// Its values of `amr` (RFC 8176 §2). Whether a passkey's key lies in hardware nobody can tell without attestation: what is sure is that its holder
    /// has it (`pop`) and was there (`user`).
    const fn amr(self) -> &'static [&'static str] {
        match self {
            Self::EmailCode | Self::AuthenticatorApp | Self::RecoveryCode => &["otp"],
            Self::SmsCode => &["sms"],
            Self::Password => &["pwd"],
            Self::Passkey => &["pop", "user"],
            Self::VerifiedPasskey => &["pop", "user", "mfa"],
        }
    }

    /// What it proves by itself.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::VerifiedPasskey => Level::Two,
            Self::EmailCode | Self::SmsCode | Self::Password | Self::AuthenticatorApp | Self::RecoveryCode | Self::Passkey => Level::One,
        }
    }
}

/// A proof of who somebody is. Only a factor's verification, or a row that such a one wrote, gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// When it was given; of two factors, the earlier.
    pub auth_time: Timestamp,
    /// The methods, separated by spaces (RFC 8176).
    pub amr: String,
    /// The authentication context class.
    pub acr: String,
}

impl Proof {
    /// By one method.
    #[must_use]
    pub fn by(method: Method, now: Timestamp) -> Self {
        Self { auth_time: now, amr: method.amr().join(" "), acr: method.level().acr().to_owned() }
    }

    /// By another factor beside this one. `auth_time` stays: since then everything had been as it is said here. Methods stand in the order in which
    /// they were shown; of several codes, whose one name is `otp`, the last one's place counts.
    #[must_use]
    pub fn and(&self, second: Method) -> Self {
        let is_code = second.amr().contains(&"otp");
        let mut methods: Vec<&str> = self.methods().filter(|method| !(is_code && *method == "otp")).collect();
        for method in second.amr().iter().copied().chain(["mfa"]) {
            if !methods.contains(&method) {
                methods.push(method);
            }
        }
        Self { auth_time: self.auth_time, amr: methods.join(" "), acr: Level::Two.acr().to_owned() }
    }

    /// Its level; what isn't one of ours counts as the lowest.
    #[must_use]
    pub fn level(&self) -> Level {
        Level::of_acr(&self.acr).unwrap_or(Level::One)
    }

    /// The methods, one by one.
    pub fn methods(&self) -> impl Iterator<Item = &str> {
        self.amr.split(' ').filter(|method| !method.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_factors_are_more_than_one_and_keep_the_earlier_time() {
        let first = Proof::by(Method::Password, Timestamp::from_seconds(5));
        assert_eq!((first.level(), first.amr.as_str()), (Level::One, "pwd"));
        let both = first.and(Method::AuthenticatorApp);
        assert_eq!((both.level(), both.amr.as_str(), both.auth_time), (Level::Two, "pwd otp mfa", Timestamp::from_seconds(5)));
    }

    #[test]
    fn no_method_is_named_twice() {
        assert_eq!(Proof::by(Method::EmailCode, Timestamp::from_seconds(5)).and(Method::RecoveryCode).amr, "otp mfa");
    }

    #[test]
    fn a_passkey_is_two_factors_only_where_the_person_was_verified() {
        assert_eq!(Proof::by(Method::VerifiedPasskey, Timestamp::from_seconds(5)).level(), Level::Two);
        assert_eq!(Proof::by(Method::Passkey, Timestamp::from_seconds(5)).level(), Level::One);
    }
}
