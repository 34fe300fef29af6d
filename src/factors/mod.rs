//! Ways to prove who one is, each verified here as pure functions: what was sent and what came back. They store and send nothing.

pub mod email_otp;
pub mod password;
pub mod recovery_code;
mod sealed;
pub mod totp;
pub mod webauthn;

/// Anything that a client may ask its person to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    /// A code that is sent by e-mail.
    EmailCode,
    /// A password.
    Password,
    /// One that may also be shown beside another.
    Second(SecondFactor),
}

impl Factor {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Second(SecondFactor::Passkey),
        Self::Second(SecondFactor::AuthenticatorApp),
        Self::Second(SecondFactor::RecoveryCode),
        Self::EmailCode,
        Self::Password,
    ];

    /// Its name in rows and interfaces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EmailCode => "email_code",
            Self::Password => "password",
            Self::Second(second) => second.name(),
        }
    }

    /// The factor of that name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|factor| factor.name() == name)
    }
}

/// What may be shown beside a first proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    /// A passkey.
    Passkey,
    /// An authenticator app's code.
    AuthenticatorApp,
    /// A recovery code.
    RecoveryCode,
}

impl SecondFactor {
    /// All of them, the safest first.
    pub const ALL: [Self; 3] = [Self::Passkey, Self::AuthenticatorApp, Self::RecoveryCode];

    /// Its name in settings, rows and interfaces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::AuthenticatorApp => "authenticator",
            Self::RecoveryCode => "recovery_code",
        }
    }

    /// The factor of that name.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|factor| factor.name() == name)
    }
}
