//! A passkey's public key: COSE_Key in, JWK out. Knows the three algorithms that we ask for, imports nothing. WebAuthn Level 3 §5.8.5 and §6.5.1.1,
//! RFC 9052 §7, RFC 9053 §7, RFC 8230 §4.
//!
//! §6.5.1.1 has one way to write each key, which is all that is read: its members once each, in canonical order, and no other.

use minicbor::Decoder;
use minicbor::decode::Error;

use super::{WebauthnError, cbor};
use crate::platform::VerificationAlgorithm;
use crate::values::base64url;

/// What `pubKeyCredParams` names, the most wanted first: EdDSA, ES256, RS256 (IANA's COSE algorithms; the order of WebAuthn Level 3 §5.4).
pub const ALGORITHMS: [i64; 3] = [EDDSA, ES256, RS256];

const ES256: i64 = -7;
const EDDSA: i64 = -8;
const RS256: i64 = -257;

const KTY: i64 = 1;
const ALG: i64 = 3;
const OKP: i64 = 1;
const EC2: i64 = 2;
const RSA: i64 = 3;
const P_256: i64 = 1;
const ED25519: i64 = 6;

/// 65,537: TPMs and platforms make no other exponent, and small ones are unsafe.
const RSA_EXPONENT: [u8; 3] = [1, 0, 1];
/// 2,048 to 4,096 bits (RFC 7518 §3.3; no authenticator makes longer ones).
const RSA_BYTES: std::ops::RangeInclusive<usize> = 256..=512;

/// A public key, and what it verifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// The one algorithm that it is for.
    pub algorithm: VerificationAlgorithm,
    /// The key as a JWK, in JSON (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2).
    pub jwk: String,
}

/// What `alg` says in COSE.
#[must_use]
pub(super) const fn identifier(algorithm: VerificationAlgorithm) -> i64 {
    match algorithm {
        VerificationAlgorithm::Es256 => ES256,
        VerificationAlgorithm::Ed25519 => EDDSA,
        VerificationAlgorithm::Rs256 => RS256,
    }
}

/// The key that begins here; goes on behind it.
///
/// # Errors
/// [`WebauthnError::Algorithm`] where it is for an algorithm that we don't ask for, [`WebauthnError::Key`] where it isn't written as one of its algorithm.
pub fn read(decoder: &mut Decoder<'_>) -> Result<PublicKey, WebauthnError> {
    let malformed = |_: Error| WebauthnError::Key;
    let members = cbor::map(decoder).map_err(malformed)?;
    let kty = integer(decoder, KTY).map_err(malformed)?;
    let alg = integer(decoder, ALG).map_err(malformed)?;
    let (algorithm, jwk) = match (alg, kty, members) {
        (ES256, EC2, 5) => (VerificationAlgorithm::Es256, es256(decoder).map_err(malformed)?),
        (EDDSA, OKP, 4) => (VerificationAlgorithm::Ed25519, ed25519(decoder).map_err(malformed)?),
        (RS256, RSA, 4) => (VerificationAlgorithm::Rs256, rs256(decoder).map_err(malformed)?),
        (ES256 | EDDSA | RS256, _, _) => return Err(WebauthnError::Key),
        (_, _, _) => return Err(WebauthnError::Algorithm),
    };
    Ok(PublicKey { algorithm, jwk: jwk.ok_or(WebauthnError::Key)? })
}

fn es256(decoder: &mut Decoder<'_>) -> Result<Option<String>, Error> {
    let (curve, x, y) = (integer(decoder, -1)?, bytes(decoder, -2)?, bytes(decoder, -3)?);
    // A compressed point would have a boolean for y; §5.8.5 forbids it.
    let fits = curve == P_256 && x.len() == 32 && y.len() == 32;
    Ok(fits.then(|| format!(r#"{{"kty":"EC","crv":"P-256","x":"{}","y":"{}"}}"#, base64url::encode(x), base64url::encode(y))))
}

fn ed25519(decoder: &mut Decoder<'_>) -> Result<Option<String>, Error> {
    let (curve, x) = (integer(decoder, -1)?, bytes(decoder, -2)?);
    let fits = curve == ED25519 && x.len() == 32;
    Ok(fits.then(|| format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{}"}}"#, base64url::encode(x))))
}

fn rs256(decoder: &mut Decoder<'_>) -> Result<Option<String>, Error> {
    let (n, e) = (bytes(decoder, -1)?, bytes(decoder, -2)?);
    // RFC 8230 §4: as few bytes as the number takes.
    let minimal = n.first().is_some_and(|first| *first >= if n.len() == *RSA_BYTES.start() { 0x80 } else { 1 });
    let fits = RSA_BYTES.contains(&n.len()) && minimal && e == RSA_EXPONENT;
    Ok(fits.then(|| format!(r#"{{"kty":"RSA","n":"{}","e":"{}"}}"#, base64url::encode(n), base64url::encode(e))))
}

fn label(decoder: &mut Decoder<'_>, expected: i64) -> Result<(), Error> {
    if decoder.i64()? == expected { Ok(()) } else { Err(Error::message("another member is due")) }
}

fn integer(decoder: &mut Decoder<'_>, name: i64) -> Result<i64, Error> {
    label(decoder, name)?;
    decoder.i64()
}

fn bytes<'a>(decoder: &mut Decoder<'a>, name: i64) -> Result<&'a [u8], Error> {
    label(decoder, name)?;
    decoder.bytes()
}

#[cfg(test)]
#[path = "cose_tests.rs"]
mod tests;
