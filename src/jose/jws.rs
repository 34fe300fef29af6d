//! Compact JSON Web Signatures: what is signed, and what somebody shows. Of a header only `alg`, `kid` and `typ` are read: `jwk`, `jku`, `x5c`
//! and `x5u` name keys of the sender's choice and are never looked at. RFC 7515 §3.1 and §7.1, RFC 9068 §4.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::platform::SignatureAlgorithm;
use crate::values::{KeyId, base64url, json};

/// What kind of token it is, so that one can't pass for the other (RFC 8725 §3.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenType {
    /// An ID token: `typ` is `JWT`.
    IdToken,
    /// An access token: `typ` is `at+jwt`.
    AccessToken,
}

impl TokenType {
    const fn name(self) -> &'static str {
        match self {
            Self::IdToken => "JWT",
            Self::AccessToken => "at+jwt",
        }
    }
}

/// The bytes to sign: header and claims, each in base64url.
#[must_use]
pub fn signing_input(kind: TokenType, algorithm: SignatureAlgorithm, kid: &KeyId, claims: &Value) -> String {
    let header = json!({"alg": algorithm.name(), "kid": kid, "typ": kind.name()});
    format!("{}.{}", base64url::encode(header.to_string()), base64url::encode(claims.to_string()))
}

/// The whole token.
#[must_use]
pub fn compact(signing_input: &str, signature: &[u8]) -> String {
    format!("{signing_input}.{}", base64url::encode(signature))
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
}

/// A token as somebody shows it, its signature not yet verified.
pub struct Shown<'a> {
    /// The algorithm that it names.
    pub algorithm: SignatureAlgorithm,
    /// The key that it names.
    pub kid: KeyId,
    /// The bytes that were signed.
    pub signing_input: &'a str,
    /// The signature.
    pub signature: Vec<u8>,
    payload: Vec<u8>,
}

impl<'a> Shown<'a> {
    /// Reads a token of one kind; `None` for anything else, `alg: none` and unknown `crit` included.
    #[must_use]
    pub fn parse(kind: TokenType, token: &'a str) -> Option<Self> {
        let (signing_input, signature) = token.rsplit_once('.')?;
        let (header, payload) = signing_input.split_once('.')?;
        let header: Header = json::read(&base64url::decode(header)?).ok()?;
        if header.crit.is_some() || !header.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case(kind.name())) {
            return None;
        }
        Some(Self {
            algorithm: SignatureAlgorithm::parse(&header.alg)?,
            kid: KeyId::from_stored(header.kid?),
            signing_input,
            signature: base64url::decode(signature)?,
            payload: base64url::decode(payload)?,
        })
    }

    /// The claims. Call it only once the signature has been verified.
    #[must_use]
    pub fn claims<T: for<'de> Deserialize<'de>>(&self) -> Option<T> {
        json::read(&self.payload).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &Value) -> String {
        format!("{}.{}.c2ln", base64url::encode(header.to_string()), base64url::encode("{}"))
    }

    #[test]
    fn one_kind_of_token_does_not_pass_for_the_other() {
        let kid = KeyId::from_stored("k".to_owned());
        let access = compact(&signing_input(TokenType::AccessToken, SignatureAlgorithm::Es256, &kid, &json!({})), b"sig");
        assert!(Shown::parse(TokenType::AccessToken, &access).is_some());
        assert!(Shown::parse(TokenType::IdToken, &access).is_none());
    }

    #[test]
    fn what_is_not_signed_as_we_sign_is_not_read() {
        for header in [
            json!({"alg": "none", "kid": "k", "typ": "JWT"}),
            json!({"alg": "HS256", "kid": "k", "typ": "JWT"}),
            json!({"alg": "RS256", "typ": "JWT"}),
            json!({"alg": "RS256", "kid": "k"}),
            json!({"alg": "RS256", "kid": "k", "typ": "JWT", "crit": ["b64"]}),
        ] {
            assert!(Shown::parse(TokenType::IdToken, &token(&header)).is_none(), "{header}");
        }
        for garbage in ["", ".", "..", "a.b", "a.b.c", "🦀.🦀.🦀"] {
            assert!(Shown::parse(TokenType::IdToken, garbage).is_none(), "{garbage}");
        }
    }
}
