//! The signature port over WebCrypto: RS256 and ES256, to verify Ed25519 too; keys that can't be taken out again.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::{Object, Promise, Uint8Array};

use super::failure::settled;
use super::jwk::{Half, of_algorithm};
use crate::platform::{Crypto, Fault, SignatureAlgorithm, Signed, VerificationAlgorithm};

#[wasm_bindgen]
extern "C" {
    type SubtleCrypto;
    #[wasm_bindgen(thread_local_v2, js_namespace = crypto, js_name = subtle)]
    static SUBTLE: SubtleCrypto;
    #[wasm_bindgen(method, catch)]
    fn sign(this: &SubtleCrypto, parameters: &Parameters, key: &CryptoKey, message: &Uint8Array) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn verify(
        this: &SubtleCrypto,
        parameters: &Parameters,
        key: &CryptoKey,
        signature: &Uint8Array,
        message: &Uint8Array,
    ) -> Result<Promise, JsValue>;

    type Parameters;
    #[wasm_bindgen(method, setter)]
    fn set_name(this: &Parameters, name: &str);
    #[wasm_bindgen(method, setter)]
    fn set_hash(this: &Parameters, hash: &str);
    #[wasm_bindgen(method, setter, js_name = namedCurve)]
    fn set_named_curve(this: &Parameters, curve: &str);

    /// A key inside WebCrypto.
    #[derive(Clone)]
    pub(super) type CryptoKey;
}

#[wasm_bindgen(module = "/src/cloudflare/crypto.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = importKey)]
    fn import_key(jwk: &str, parameters: &Parameters, usage: &str) -> Result<Promise, JsValue>;
}

thread_local! {
    static RS256: Parameters = parameters("RSASSA-PKCS1-v1_5");
    static ES256: Parameters = {
        let parameters = parameters("ECDSA");
        parameters.set_named_curve("P-256");
        parameters
    };
    // It has its hash built in, and passes over ours.
    static ED25519: Parameters = parameters("Ed25519");
}

fn parameters(name: &str) -> Parameters {
    let parameters = Object::new().unchecked_into::<Parameters>();
    parameters.set_name(name);
    parameters.set_hash("SHA-256");
    parameters
}

fn with_parameters<T>(algorithm: VerificationAlgorithm, call: impl FnOnce(&Parameters) -> T) -> T {
    match algorithm {
        VerificationAlgorithm::Rs256 => RS256.with(call),
        VerificationAlgorithm::Es256 => ES256.with(call),
        VerificationAlgorithm::Ed25519 => ED25519.with(call),
    }
}

async fn import(algorithm: VerificationAlgorithm, half: Half, json: &str) -> Result<CryptoKey, Fault> {
    let jwk = of_algorithm(algorithm, half, json)?;
    let usage = match half {
        Half::Public => "verify",
        Half::Private => "sign",
    };
    let called = with_parameters(algorithm, |parameters| import_key(&jwk, parameters, usage));
    Ok(settled("importKey", called).await?.unchecked_into())
}

/// The global `crypto.subtle`.
pub(super) struct WebCrypto;

impl Crypto for WebCrypto {
    type SigningKey = CryptoKey;
    type VerifyingKey = CryptoKey;

    async fn import_signing_key(&self, algorithm: SignatureAlgorithm, private_jwk: &str) -> Result<CryptoKey, Fault> {
        import(algorithm.into(), Half::Private, private_jwk).await
    }

    async fn import_verifying_key(&self, algorithm: VerificationAlgorithm, public_jwk: &str) -> Result<CryptoKey, Fault> {
        import(algorithm, Half::Public, public_jwk).await
    }

    async fn sign(&self, algorithm: SignatureAlgorithm, key: &CryptoKey, message: &[u8]) -> Result<Vec<u8>, Fault> {
        let message = Uint8Array::from(message);
        let called = with_parameters(algorithm.into(), |parameters| SUBTLE.with(|subtle| subtle.sign(parameters, key, &message)));
        Ok(Uint8Array::new(&settled("sign", called).await?).to_vec())
    }

    async fn verify(&self, algorithm: VerificationAlgorithm, key: &CryptoKey, signed: Signed<'_>) -> Result<bool, Fault> {
        let (message, signature) = (Uint8Array::from(signed.message), Uint8Array::from(signed.signature));
        let called = with_parameters(algorithm, |parameters| SUBTLE.with(|subtle| subtle.verify(parameters, key, &signature, &message)));
        Ok(settled("verify", called).await?.is_truthy())
    }
}
