//! Ids, each of its own type. Those of rows that expire begin with their end, so that a clean-up deletes a range of keys.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Timestamp, base64url};

/// Random bytes in an id: 128 bits.
pub const RANDOM_BYTES: usize = 16;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// From a row of the database, where it was checked when it was written.
            #[must_use]
            pub const fn from_stored(text: String) -> Self {
                Self(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident) => {
        id!($(#[$doc])* $name);

        impl $name {
            /// A new one from random bytes.
            #[must_use]
            pub fn new(random: [u8; RANDOM_BYTES]) -> Self {
                Self(base64url::encode(random))
            }

            /// What came from outside, if it has the form of such an id.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                (text.len() == 22 && base64url::is_alphabet(text)).then(|| Self(text.to_owned()))
            }
        }
    };
}

macro_rules! timed_id {
    ($(#[$doc:meta])* $name:ident) => {
        id!($(#[$doc])* $name);

        impl $name {
            /// A new one that begins with the end of what it names.
            #[must_use]
            pub fn new(end: Timestamp, random: [u8; RANDOM_BYTES]) -> Self {
                Self(end.hex() + &base64url::encode(random))
            }

            /// What came from outside, if it has the form of such an id.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                (text.len() >= 30 && text.len() <= 40 && base64url::is_alphabet(text) && end_of(text).is_some()).then(|| Self(text.to_owned()))
            }

            /// When what it names ends.
            #[must_use]
            pub fn end(&self) -> Timestamp {
                end_of(&self.0).unwrap_or(Timestamp::from_seconds(0))
            }
        }
    };
}

fn end_of(text: &str) -> Option<Timestamp> {
    let digits = text.get(..8)?;
    u32::from_str_radix(digits, 16).ok().map(|s| Timestamp::from_seconds(i64::from(s)))
}

random_id!(
    /// A person; the `sub` of their tokens.
    UserId
);
random_id!(
    /// A browser that has been here, known by its cookie. Whoever knows it can act as that browser.
    BrowserId
);
random_id!(
    /// One HTTP request, for the log and the error page.
    RequestId
);
timed_id!(
    /// A session at this provider; the `sid` of its ID tokens.
    SessionId
);
timed_id!(
    /// An authorization code's row.
    CodeId
);
timed_id!(
    /// What one authorization code gave.
    GrantId
);
timed_id!(
    /// A one-time code that was asked for. Ends with the name of the secret that the code is derived with.
    ChallengeId
);
timed_id!(
    /// A sign-in that goes on after its first proof.
    SignInId
);
timed_id!(
    /// A ceremony of a passkey: its challenge is derived from it. Ends with the name of the secret that it is derived with.
    CeremonyId
);
timed_id!(
    /// A browser in which one person isn't asked for the second factor.
    TrustedBrowserId
);
timed_id!(
    /// Something that happened to an account.
    EventId
);
timed_id!(
    /// A proof that a client's backend has asked for.
    ActionChallengeId
);
random_id!(
    /// An authenticator app of a person.
    AuthenticatorId
);
id!(
    /// A client's `client_id`: 1 to 100 visible ASCII characters (RFC 6749 §A.1).
    ClientId
);
id!(
    /// A signing key's `kid`: its RFC 7638 thumbprint.
    KeyId
);
id!(
    /// A passkey's credential id: 1 to 1,023 bytes that its authenticator chose, in base64url (WebAuthn Level 3 §4).
    CredentialId
);

macro_rules! derived_with_a_secret {
    ($name:ident) => {
        impl $name {
            /// A new one, which names the secret that is derived with.
            #[must_use]
            pub fn derived_with(secret_name: &str, end: Timestamp, random: [u8; RANDOM_BYTES]) -> Self {
                Self(format!("{}{}", Self::new(end, random), secret_name))
            }

            /// The name of the secret that is derived with.
            #[must_use]
            pub fn secret_name(&self) -> &str {
                self.0.get(30..).unwrap_or_default()
            }
        }
    };
}

derived_with_a_secret!(ChallengeId);
derived_with_a_secret!(CeremonyId);

impl CredentialId {
    /// Bytes of the longest one (WebAuthn Level 3 §7.1, step 25).
    pub const LONGEST: usize = 1_023;

    /// What came from outside, if it can be a credential id.
    ///
    /// ```
    /// # use nightlatch::values::CredentialId;
    /// assert!(CredentialId::parse("8-DxNRW0").is_some());
    /// assert!(CredentialId::parse("").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // Looked at before it is decoded: four characters hold three bytes.
        let short = text.len() <= Self::LONGEST / 3 * 4;
        Self::from_bytes(&short.then(|| base64url::decode(text))??)
    }

    /// The bytes of an authenticator, unless there are none or too many.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        (1..=Self::LONGEST).contains(&bytes.len()).then(|| Self(base64url::encode(bytes)))
    }
}

impl ClientId {
    /// What came from outside, if it can be a `client_id`.
    ///
    /// ```
    /// # use nightlatch::values::ClientId;
    /// assert!(ClientId::parse("demo").is_some());
    /// assert!(ClientId::parse("a\nb").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let visible = text.bytes().all(|b| (0x21..=0x7e).contains(&b));
        (!text.is_empty() && text.len() <= 100 && visible).then(|| Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_expire_sort_by_their_end() {
        let sooner = CodeId::new(Timestamp::from_seconds(1_000), [255; 16]);
        let later = CodeId::new(Timestamp::from_seconds(1_001), [0; 16]);
        assert!(sooner < later);
        assert_eq!(later.end(), Timestamp::from_seconds(1_001));
    }

    #[test]
    fn only_the_form_of_an_id_is_accepted() {
        let id = SessionId::new(Timestamp::from_seconds(1_000), [7; 16]);
        assert_eq!(SessionId::parse(id.as_str()), Some(id.clone()));
        assert_eq!(SessionId::parse("' OR 1=1 --                   "), None);
        assert_eq!(SessionId::parse("zzzzzzzz0000000000000000000000"), None);
        assert_eq!(UserId::parse("short"), None);
    }

    #[test]
    fn a_challenge_names_its_secret() {
        let id = ChallengeId::derived_with("ab12", Timestamp::from_seconds(5), [1; 16]);
        assert_eq!(id.secret_name(), "ab12");
        assert!(ChallengeId::parse(id.as_str()).is_some());
    }

    #[test]
    fn a_credential_id_has_1_to_1023_bytes() {
        for bytes in [&[0][..], &[7; 16], &[255; 1_023]] {
            let id = CredentialId::from_bytes(bytes).unwrap();
            assert_eq!(CredentialId::parse(id.as_str()), Some(id));
        }
        assert_eq!(CredentialId::from_bytes(&[]), None);
        assert_eq!(CredentialId::from_bytes(&[1; 1_024]), None);
        for text in ["", "A", "AB", "AA==", "A A", "+/+/", &base64url::encode([1; 1_024])] {
            assert_eq!(CredentialId::parse(text), None, "{text}");
        }
    }
}
