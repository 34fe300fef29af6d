//! What a person's factor hangs on at rest: random octets that the database holds sealed, under a purpose of their own and for that person alone.

/// Makes the type of such a secret: its name, how many octets it has, and the purpose that it is sealed for.
macro_rules! sealed_secret {
    ($(#[$doc:meta])* $name:ident, $bytes:ident, $purpose:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name($crate::values::Secret<[u8; $bytes]>);

        impl $name {
            /// A new one from random octets.
            #[must_use]
            pub const fn new(random: [u8; $bytes]) -> Self {
                Self($crate::values::Secret::new(random))
            }

            /// As the database holds it: sealed, for this person alone. The nonce is random.
            #[must_use]
            pub fn seal(
                &self,
                keys: &$crate::values::Keyring,
                user: &$crate::values::UserId,
                nonce: [u8; $crate::values::keyring::NONCE_BYTES],
            ) -> String {
                keys.seal($purpose, user.as_str(), $crate::values::keyring::Sealing { plain: self.0.expose(), nonce })
            }

            /// What [`Self::seal`] gave for this person, opened; `None` for anything else.
            #[must_use]
            pub fn open(keys: &$crate::values::Keyring, user: &$crate::values::UserId, sealed: &str) -> Option<Self> {
                let plain = zeroize::Zeroizing::new(keys.open($purpose, user.as_str(), sealed)?);
                plain.as_slice().try_into().ok().map(Self::new)
            }
        }
    };
}
pub(super) use sealed_secret;
