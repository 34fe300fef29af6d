//! Proof Key for Code Exchange, S256 alone. Verifies form; the comparison is part of the statement that redeems the code. RFC 7636 §4.

use serde::{Deserialize, Serialize};

use crate::values::base64url;

/// A `code_challenge` of the method S256: 43 base64url characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeChallenge(String);

/// A `code_verifier`: 43 to 128 unreserved characters.
pub struct CodeVerifier(String);

impl CodeChallenge {
    /// What came from outside, if it can be the SHA-256 of a verifier.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 43 && base64url::is_alphabet(text)).then(|| Self(text.to_owned()))
    }

    /// The challenge as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl CodeVerifier {
    /// What came from outside, if it can be a verifier (RFC 7636 §4.1).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
        ((43..=128).contains(&text.len()) && text.bytes().all(unreserved)).then(|| Self(text.to_owned()))
    }

    /// The challenge that this verifier answers: `BASE64URL(SHA256(verifier))`.
    ///
    /// ```
    /// # use nightlatch::oidc::pkce::CodeVerifier;
    /// // RFC 7636, appendix B.
    /// let verifier = CodeVerifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
    /// assert_eq!(verifier.challenge().as_str(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    /// ```
    #[must_use]
    pub fn challenge(&self) -> CodeChallenge {
        CodeChallenge(base64url::sha256(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_has_43_to_128_unreserved_characters() {
        assert!(CodeVerifier::parse(&"a".repeat(43)).is_some());
        assert!(CodeVerifier::parse(&"a".repeat(128)).is_some());
        for bad in ["a".repeat(42), "a".repeat(129), format!("{}+", "a".repeat(43)), String::new()] {
            assert!(CodeVerifier::parse(&bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_challenge_has_43_base64url_characters() {
        assert!(CodeChallenge::parse(&"a".repeat(43)).is_some());
        assert!(CodeChallenge::parse(&"a".repeat(44)).is_none());
        assert!(CodeChallenge::parse(&"=".repeat(43)).is_none());
    }
}
