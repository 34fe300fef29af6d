//! WebAuthn Level 3 §16, byte for byte.

use nightlatch::factors::webauthn::aaguid::Aaguid;
use nightlatch::factors::webauthn::assertion::{self, FoundBy, Proof, StoredPasskey};
use nightlatch::factors::webauthn::registration::{self, NewPasskey};
use nightlatch::factors::webauthn::response::{AssertionResponse, RegistrationResponse};
use nightlatch::factors::webauthn::{Expected, UserVerification, WebauthnError};
use nightlatch::factors::webauthn::{cose, cose::PublicKey};
use nightlatch::platform::VerificationAlgorithm;
use nightlatch::values::{UserId, base64url};
use serde_json::{Value, json};

use crate::support::{NativeCrypto, run};

fn vector(section: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("../vectors/webauthn_level3.json")).unwrap();
    all["vectors"].as_array().unwrap().iter().find(|vector| vector["section"] == section).unwrap().clone()
}

fn bytes(value: &Value) -> Vec<u8> {
    let hex = value.as_str().unwrap();
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

fn encoded(value: &Value) -> String {
    base64url::encode(bytes(value))
}

fn expected<T>(challenge: &Value, then: impl FnOnce(&Expected<'_>) -> T) -> T {
    let challenge = bytes(challenge).try_into().unwrap();
    let user_verification = UserVerification::Preferred;
    then(&Expected { challenge: &challenge, rp_id: "example.org", origins: &["https://example.org"], user_verification })
}

fn register(vector: &Value) -> Result<NewPasskey, WebauthnError> {
    let created = &vector["registration"];
    let id = encoded(&created["credential_id"]);
    let response = json!({"clientDataJSON": encoded(&created["clientDataJSON"]), "attestationObject": encoded(&created["attestationObject"])});
    let response = json!({"id": id, "rawId": id, "type": "public-key", "response": response}).to_string();
    let response = RegistrationResponse::parse(&response).unwrap();
    expected(&created["challenge"], |expected| run(registration::verify(&NativeCrypto, response, expected)).unwrap())
}

/// Signs in with a passkey of that key; its id and eligibility are the vector's.
fn sign_in(vector: &Value, key: &PublicKey) -> Result<Proof, WebauthnError> {
    let got = &vector["authentication"];
    let id = encoded(&vector["registration"]["credential_id"]);
    let response = json!({
        "clientDataJSON": encoded(&got["clientDataJSON"]), "authenticatorData": encoded(&got["authenticatorData"]), "signature": encoded(&got["signature"]),
    });
    let response = AssertionResponse::parse(&json!({"id": id, "rawId": id, "type": "public-key", "response": response}).to_string()).unwrap();
    let passkey = StoredPasskey {
        credential: &response.credential,
        user: &UserId::new([0; 16]),
        found_by: FoundBy::Person,
        algorithm: key.algorithm,
        public_jwk: &key.jwk,
        counter: 0,
        backup_eligible: bytes(&got["authenticatorData"])[32] & 0x08 != 0,
    };
    expected(&got["challenge"], |expected| run(assertion::verify(&NativeCrypto, &response, &passkey, expected)).unwrap())
}

/// The key in a registration that we refuse: behind the credential's id, the last thing in the attestation object.
fn key_in(vector: &Value) -> PublicKey {
    let object = bytes(&vector["registration"]["attestationObject"]);
    let id = bytes(&vector["registration"]["credential_id"]);
    let start = object.windows(id.len()).position(|window| window == id).unwrap() + id.len();
    cose::read(&mut minicbor::Decoder::new(&object[start..])).unwrap()
}

#[test]
fn passkeys_without_and_with_self_attestation_register_and_sign_in() {
    for (section, user_verified, backup_eligible, backed_up) in
        [("16.2", false, true, true), ("16.3", true, true, true), ("16.6", false, true, false)]
    {
        let vector = vector(section);
        let passkey = register(&vector).unwrap();
        assert_eq!(passkey.credential.as_str(), encoded(&vector["registration"]["credential_id"]), "{section}");
        assert_eq!(passkey.aaguid, Aaguid::from_bytes(bytes(&vector["registration"]["aaguid"]).try_into().unwrap()), "{section}");
        assert_eq!((passkey.algorithm, passkey.counter, passkey.aaguid.name()), (VerificationAlgorithm::Es256, 0, None), "{section}");
        assert_eq!((passkey.user_verified, passkey.backup_eligible, passkey.backed_up), (user_verified, backup_eligible, backed_up), "{section}");
        let key = PublicKey { algorithm: passkey.algorithm, jwk: passkey.public_jwk };
        let flags = bytes(&vector["authentication"]["authenticatorData"])[32];
        let proof = Proof { counter: 0, backed_up: flags & 0x10 != 0, user_verified: flags & 0x04 != 0 };
        assert_eq!(sign_in(&vector, &key), Ok(proof), "{section}");
    }
}

#[test]
fn a_page_in_a_frame_is_refused() {
    for section in ["16.4", "16.5"] {
        let vector = vector(section);
        assert_eq!(register(&vector), Err(WebauthnError::CrossOrigin), "{section}");
        assert_eq!(sign_in(&vector, &key_in(&vector)), Err(WebauthnError::CrossOrigin), "{section}");
    }
}

#[test]
fn attestation_that_we_didnt_ask_for_is_refused_and_every_algorithm_signs_in() {
    for (section, algorithm) in
        [("16.7", VerificationAlgorithm::Es256), ("16.10", VerificationAlgorithm::Rs256), ("16.11", VerificationAlgorithm::Ed25519)]
    {
        let vector = vector(section);
        assert_eq!(register(&vector), Err(WebauthnError::Attestation), "{section}");
        let key = key_in(&vector);
        assert_eq!(key.algorithm, algorithm, "{section}");
        assert!(sign_in(&vector, &key).is_ok(), "{section}");
    }
}

#[test]
fn one_vectors_key_signs_nobody_else_in() {
    let other = key_in(&vector("16.7"));
    assert_eq!(sign_in(&vector("16.2"), &other), Err(WebauthnError::Signature));
}
