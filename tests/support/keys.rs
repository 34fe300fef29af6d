//! Keys that are known to everybody: for tests alone, made once with WebCrypto.

/// A private RSA key of 2,048 bits.
pub(crate) const RS256_PRIVATE: &str = include_str!("keys/rs256-private.json");
/// Its public half.
pub(crate) const RS256_PUBLIC: &str = include_str!("keys/rs256-public.json");
/// A private key on P-256.
pub(crate) const ES256_PRIVATE: &str = include_str!("keys/es256-private.json");
/// Its public half.
pub(crate) const ES256_PUBLIC: &str = include_str!("keys/es256-public.json");
