//! The signature port over RustCrypto: the same keys, refusals and signature formats as WebCrypto's.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use nightlatch::platform::{Crypto, Fault, SignatureAlgorithm, Signed, VerificationAlgorithm};
use p256::ecdsa;
use rsa::pkcs1v15;
use rsa::signature::{SignatureEncoding, Signer, Verifier};
use rsa::{BoxedUint, RsaPrivateKey, RsaPublicKey};
use serde_json::Value;
use sha2::Sha256;

/// RS256 and ES256; Ed25519 to verify.
#[derive(Default)]
pub(crate) struct NativeCrypto;

/// An imported private key.
#[derive(Clone)]
pub(crate) enum NativeSigningKey {
    /// For RS256.
    Rsa(Box<pkcs1v15::SigningKey<Sha256>>),
    /// For ES256.
    Ec(ecdsa::SigningKey),
}

/// An imported public key.
#[derive(Clone)]
pub(crate) enum NativeVerifyingKey {
    /// For RS256.
    Rsa(Box<pkcs1v15::VerifyingKey<Sha256>>),
    /// For ES256.
    Ec(ecdsa::VerifyingKey),
    /// For Ed25519.
    Ed(Box<ed25519_dalek::VerifyingKey>),
}

impl Crypto for NativeCrypto {
    type SigningKey = NativeSigningKey;
    type VerifyingKey = NativeVerifyingKey;

    async fn import_signing_key(&self, algorithm: SignatureAlgorithm, private_jwk: &str) -> Result<NativeSigningKey, Fault> {
        let jwk = Jwk::of_algorithm(algorithm.into(), private_jwk)?;
        match algorithm {
            SignatureAlgorithm::Rs256 => {
                let primes = vec![jwk.number("p")?, jwk.number("q")?];
                let key = RsaPrivateKey::from_components(jwk.number("n")?, jwk.number("e")?, jwk.number("d")?, primes).map_err(fault)?;
                Ok(NativeSigningKey::Rsa(Box::new(pkcs1v15::SigningKey::new(key))))
            }
            SignatureAlgorithm::Es256 => ecdsa::SigningKey::from_slice(&jwk.bytes("d")?).map(NativeSigningKey::Ec).map_err(fault),
        }
    }

    async fn import_verifying_key(&self, algorithm: VerificationAlgorithm, public_jwk: &str) -> Result<NativeVerifyingKey, Fault> {
        let jwk = Jwk::of_algorithm(algorithm, public_jwk)?;
        match algorithm {
            VerificationAlgorithm::Rs256 => {
                let key = RsaPublicKey::new(jwk.number("n")?, jwk.number("e")?).map_err(fault)?;
                Ok(NativeVerifyingKey::Rsa(Box::new(pkcs1v15::VerifyingKey::new(key))))
            }
            VerificationAlgorithm::Es256 => {
                let point = [vec![4], jwk.bytes("x")?, jwk.bytes("y")?].concat();
                ecdsa::VerifyingKey::from_sec1_bytes(&point).map(NativeVerifyingKey::Ec).map_err(fault)
            }
            VerificationAlgorithm::Ed25519 => {
                let key = ed25519_dalek::VerifyingKey::try_from(jwk.bytes("x")?.as_slice()).map_err(fault)?;
                Ok(NativeVerifyingKey::Ed(Box::new(key)))
            }
        }
    }

    async fn sign(&self, algorithm: SignatureAlgorithm, key: &NativeSigningKey, message: &[u8]) -> Result<Vec<u8>, Fault> {
        match (algorithm, key) {
            (SignatureAlgorithm::Rs256, NativeSigningKey::Rsa(key)) => Ok(key.try_sign(message).map_err(fault)?.to_vec()),
            (SignatureAlgorithm::Es256, NativeSigningKey::Ec(key)) => {
                let signature: ecdsa::Signature = key.try_sign(message).map_err(fault)?;
                Ok(signature.to_vec())
            }
            (SignatureAlgorithm::Rs256, NativeSigningKey::Ec(_)) | (SignatureAlgorithm::Es256, NativeSigningKey::Rsa(_)) => Err(mismatch()),
        }
    }

    async fn verify(&self, algorithm: VerificationAlgorithm, key: &NativeVerifyingKey, signed: Signed<'_>) -> Result<bool, Fault> {
        match (algorithm, key) {
            (VerificationAlgorithm::Rs256, NativeVerifyingKey::Rsa(key)) => {
                Ok(pkcs1v15::Signature::try_from(signed.signature).is_ok_and(|signature| key.verify(signed.message, &signature).is_ok()))
            }
            (VerificationAlgorithm::Es256, NativeVerifyingKey::Ec(key)) => {
                Ok(ecdsa::Signature::from_slice(signed.signature).is_ok_and(|signature| key.verify(signed.message, &signature).is_ok()))
            }
            (VerificationAlgorithm::Ed25519, NativeVerifyingKey::Ed(key)) => {
                Ok(ed25519_dalek::Signature::from_slice(signed.signature).is_ok_and(|signature| key.verify(signed.message, &signature).is_ok()))
            }
            (VerificationAlgorithm::Rs256, NativeVerifyingKey::Ec(_) | NativeVerifyingKey::Ed(_))
            | (VerificationAlgorithm::Es256, NativeVerifyingKey::Rsa(_) | NativeVerifyingKey::Ed(_))
            | (VerificationAlgorithm::Ed25519, NativeVerifyingKey::Rsa(_) | NativeVerifyingKey::Ec(_)) => Err(mismatch()),
        }
    }
}

struct Jwk(Value);

impl Jwk {
    fn of_algorithm(algorithm: VerificationAlgorithm, json: &str) -> Result<Self, Fault> {
        let jwk: Value = serde_json::from_str(json).map_err(fault)?;
        let (kty, crv) = match algorithm {
            VerificationAlgorithm::Rs256 => ("RSA", None),
            VerificationAlgorithm::Es256 => ("EC", Some("P-256")),
            VerificationAlgorithm::Ed25519 => ("OKP", Some("Ed25519")),
        };
        let alg = algorithm.name();
        let fits = jwk["kty"] == kty && jwk["crv"].as_str() == crv && (jwk["alg"].is_null() || jwk["alg"] == alg);
        fits.then_some(Self(jwk)).ok_or_else(|| Fault::new(format!("the JWK isn't a key for {alg}")))
    }

    fn bytes(&self, member: &str) -> Result<Vec<u8>, Fault> {
        let text = self.0[member].as_str().ok_or_else(|| Fault::new(format!("the JWK has no member {member}")))?;
        URL_SAFE_NO_PAD.decode(text).map_err(fault)
    }

    fn number(&self, member: &str) -> Result<BoxedUint, Fault> {
        Ok(BoxedUint::from_be_slice_vartime(&self.bytes(member)?))
    }
}

fn mismatch() -> Fault {
    Fault::new("the key belongs to another algorithm")
}

fn fault(error: impl std::fmt::Display) -> Fault {
    Fault::new(error.to_string())
}
