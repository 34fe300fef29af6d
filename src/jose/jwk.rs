//! JSON Web Keys: the public members of one, and its thumbprint. RFC 7517 §4, RFC 7518 §6, RFC 7638 §3.

use serde_json::{Value, json};

use crate::platform::SignatureAlgorithm;
use crate::values::{KeyId, base64url};

/// Why a JWK can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the JWK isn't a key for this algorithm")]
pub struct NotAKey;

impl SignatureAlgorithm {
    /// The name in `alg`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }

    /// The algorithm of that name, if we sign with it.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            _ => None,
        }
    }

    /// The members of its public keys, in the order of RFC 7638 §3.2.
    const fn public_members(self) -> &'static [&'static str] {
        match self {
            Self::Rs256 => &["e", "kty", "n"],
            Self::Es256 => &["crv", "kty", "x", "y"],
        }
    }
}

/// The thumbprint of a key's required members: its `kid`.
///
/// # Errors
/// Where a member is missing.
pub fn thumbprint(algorithm: SignatureAlgorithm, jwk: &Value) -> Result<KeyId, NotAKey> {
    let mut members = Vec::new();
    for name in algorithm.public_members() {
        let value = jwk.get(*name).and_then(Value::as_str).filter(|value| base64url::is_alphabet(value)).ok_or(NotAKey)?;
        members.push(format!("\"{name}\":\"{value}\""));
    }
    Ok(KeyId::from_stored(base64url::sha256(format!("{{{}}}", members.join(",")))))
}

/// The public half of a key as it is published: its required members, `kid`, `use` and `alg`.
///
/// # Errors
/// Where the key isn't one of the algorithm: `kty` RSA of 2,048 bits at least, or EC on P-256.
pub fn public(algorithm: SignatureAlgorithm, jwk: &Value) -> Result<Value, NotAKey> {
    let member = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap_or_default();
    let fits = match algorithm {
        SignatureAlgorithm::Rs256 => member("kty") == "RSA" && base64url::decode(member("n")).is_some_and(|n| n.len() >= 256),
        SignatureAlgorithm::Es256 => {
            member("kty") == "EC" && member("crv") == "P-256" && base64url::decode(member("x")).is_some_and(|x| x.len() == 32)
        }
    };
    if !fits {
        return Err(NotAKey);
    }
    let mut public = json!({"kid": thumbprint(algorithm, jwk)?, "use": "sig", "alg": algorithm.name()});
    if let Some(object) = public.as_object_mut() {
        for name in algorithm.public_members() {
            object.insert((*name).to_owned(), json!(member(name)));
        }
    }
    Ok(public)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7638 §3.1.
    const RSA_N: &str = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

    #[test]
    fn the_thumbprint_is_the_one_of_rfc_7638() {
        let jwk = json!({"kty": "RSA", "n": RSA_N, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"});
        assert_eq!(thumbprint(SignatureAlgorithm::Rs256, &jwk).unwrap().as_str(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn no_private_member_is_published() {
        let jwk = json!({"kty": "RSA", "n": RSA_N, "e": "AQAB", "d": "private", "p": "private"});
        let published = public(SignatureAlgorithm::Rs256, &jwk).unwrap();
        assert!(!published.to_string().contains("private"));
        assert_eq!(published["alg"], "RS256");
    }

    #[test]
    fn a_key_of_another_kind_is_refused() {
        assert!(public(SignatureAlgorithm::Es256, &json!({"kty": "RSA", "n": RSA_N, "e": "AQAB"})).is_err());
        assert!(public(SignatureAlgorithm::Rs256, &json!({"kty": "RSA", "n": "AQAB", "e": "AQAB"})).is_err());
        assert!(thumbprint(SignatureAlgorithm::Rs256, &json!({"n": "a\"b", "e": "AQAB", "kty": "RSA"})).is_err());
    }
}
