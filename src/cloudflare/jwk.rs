//! A JWK before WebCrypto sees it: the kind of key that the algorithm takes, and no member beside. RFC 7517 §4, RFC 7518 §6, RFC 8037 §2.
//!
//! WebCrypto refuses keys over members that don't matter here (`use`, `key_ops`, `ext`), and takes RSA keys that are too short.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::platform::{Fault, VerificationAlgorithm};
use crate::values::json;

/// Bits of the shortest RSA modulus that RFC 7518 §3.3 lets sign.
const RSA_BITS: usize = 2048;

/// Which half of a key is wanted.
#[derive(Clone, Copy)]
pub(super) enum Half {
    /// To verify.
    Public,
    /// To sign.
    Private,
}

/// The JWK with only the members that make up that half of a key of the algorithm, as JSON.
///
/// # Errors
/// A fault where it isn't such a key.
pub(super) fn of_algorithm(algorithm: VerificationAlgorithm, half: Half, json: &str) -> Result<String, Fault> {
    let jwk: Map<String, Value> = json::read(json.as_bytes()).map_err(|_| Fault::new("the JWK isn't a JSON object"))?;
    let (kty, curve) = match algorithm {
        VerificationAlgorithm::Rs256 => ("RSA", None),
        VerificationAlgorithm::Es256 => ("EC", Some("P-256")),
        VerificationAlgorithm::Ed25519 => ("OKP", Some("Ed25519")),
    };
    let name = algorithm.name();
    let text = |member: &str| jwk.get(member).and_then(Value::as_str);
    if text("kty") != Some(kty) || text("crv") != curve || jwk.contains_key("alg") && text("alg") != Some(name) {
        return Err(Fault::new(format!("the JWK isn't a key for {name}")));
    }
    if let VerificationAlgorithm::Rs256 = algorithm {
        require_length(text("n"))?;
    }
    let mut kept = Map::new();
    for member in members(algorithm, half) {
        let value = text(member).ok_or_else(|| Fault::new(format!("the JWK has no member {member}")))?;
        kept.insert((*member).to_owned(), Value::from(value));
    }
    Ok(Value::Object(kept).to_string())
}

fn members(algorithm: VerificationAlgorithm, half: Half) -> &'static [&'static str] {
    match (algorithm, half) {
        (VerificationAlgorithm::Rs256, Half::Public) => &["kty", "n", "e"],
        (VerificationAlgorithm::Rs256, Half::Private) => &["kty", "n", "e", "d", "p", "q", "dp", "dq", "qi"],
        (VerificationAlgorithm::Es256, Half::Public) => &["kty", "crv", "x", "y"],
        (VerificationAlgorithm::Es256, Half::Private) => &["kty", "crv", "x", "y", "d"],
        (VerificationAlgorithm::Ed25519, Half::Public) => &["kty", "crv", "x"],
        (VerificationAlgorithm::Ed25519, Half::Private) => &["kty", "crv", "x", "d"],
    }
}

fn require_length(modulus: Option<&str>) -> Result<(), Fault> {
    let bytes = URL_SAFE_NO_PAD.decode(modulus.unwrap_or_default()).unwrap_or_default();
    let significant = bytes.iter().skip_while(|byte| **byte == 0);
    let leading_zeros = significant.clone().next().map_or(0, |byte| byte.leading_zeros() as usize);
    if significant.count() * 8 < RSA_BITS + leading_zeros {
        return Err(Fault::new(format!("the RSA key is shorter than {RSA_BITS} bits")));
    }
    Ok(())
}
