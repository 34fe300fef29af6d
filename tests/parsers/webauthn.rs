//! CBOR, COSE, authenticator data, client data and their JSON, from random bytes and from damaged right ones: read or refused, never a panic, and what
//! is read is never larger than what came in.

use minicbor::Decoder;
use nightlatch::factors::webauthn::aaguid::Aaguid;
use nightlatch::factors::webauthn::assertion::{self, FoundBy, StoredPasskey};
use nightlatch::factors::webauthn::attestation::AttestationObject;
use nightlatch::factors::webauthn::authenticator_data::AuthenticatorData;
use nightlatch::factors::webauthn::client_data::{self, Ceremony};
use nightlatch::factors::webauthn::cose::{self, PublicKey};
use nightlatch::factors::webauthn::registration;
use nightlatch::factors::webauthn::response::{AssertionResponse, RegistrationResponse};
use nightlatch::factors::webauthn::{Expected, UserVerification, WebauthnError};
use nightlatch::platform::VerificationAlgorithm;
use nightlatch::values::{CredentialId, UserId, base64url};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

const EXPECTED: Expected<'_> =
    Expected { challenge: &[0; 32], rp_id: "example.org", origins: &["https://example.org"], user_verification: UserVerification::Preferred };

/// The specification's own examples: a member of each registration or authentication.
fn examples(ceremony: &str, member: &str) -> Vec<Vec<u8>> {
    let all: Value = serde_json::from_str(include_str!("../vectors/webauthn_level3.json")).unwrap();
    let hex = all["vectors"].as_array().unwrap().iter().map(|vector| vector[ceremony][member].as_str().unwrap().to_owned());
    hex.map(|hex| (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()).collect()
}

/// Bytes in which those that begin something in CBOR are frequent, the largest lengths too.
fn cbor() -> impl Strategy<Value = Vec<u8>> {
    let head = proptest::sample::select(
        &[
            0x01, 0x03, 0x20, 0x21, 0x22, 0x26, 0x27, 0x39, 0x58, 0x59, 0x5b, 0x5f, 0x60, 0x7f, 0x80, 0x81, 0x9b, 0x9f, 0xa0, 0xa1, 0xa5, 0xbb, 0xbf,
            0xc0, 0xf6, 0xf9, 0xff,
        ][..],
    );
    proptest::collection::vec(prop_oneof![3 => head, 1 => any::<u8>()], 0..200)
}

/// One of the examples with bytes changed, cut out and put in.
fn damaged(examples: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let edits = proptest::collection::vec((any::<Index>(), any::<u8>(), 0..4_u8), 0..6);
    (proptest::sample::select(examples), edits, cbor()).prop_map(|(mut bytes, edits, inserted)| {
        for (at, byte, edit) in edits {
            let at = at.index(bytes.len() + 1);
            match edit {
                0 => bytes.truncate(at.max(1)),
                1 => drop(bytes.splice(at..at, inserted.iter().copied())),
                2 if at < bytes.len() => drop(bytes.remove(at)),
                _ if at < bytes.len() => bytes[at] = byte,
                _ => bytes.push(byte),
            }
        }
        bytes
    })
}

/// A key that was read is JSON of its kind, no longer than base64url makes what came in.
fn is_sound(key: &PublicKey, came_in: usize) -> bool {
    let jwk: Value = serde_json::from_str(&key.jwk).unwrap();
    let kty = match key.algorithm {
        VerificationAlgorithm::Es256 => "EC",
        VerificationAlgorithm::Ed25519 => "OKP",
        VerificationAlgorithm::Rs256 => "RSA",
    };
    jwk["kty"] == kty && key.jwk.len() <= came_in * 4 / 3 + 100
}

proptest! {
    #[test]
    fn a_key_is_read_in_its_one_form_or_refused(bytes in prop_oneof![cbor(), damaged(keys())]) {
        let mut decoder = Decoder::new(&bytes);
        if let Ok(key) = cose::read(&mut decoder) {
            prop_assert!(is_sound(&key, decoder.position()));
            // Nothing shorter is the same key.
            let end = decoder.position();
            prop_assert_eq!(cose::read(&mut Decoder::new(&bytes[..end - 1])), Err(WebauthnError::Key));
        }
    }

    #[test]
    fn authenticator_data_are_read_to_their_last_byte(bytes in prop_oneof![cbor(), damaged(all_data())], behind in any::<u8>()) {
        let Ok(data) = AuthenticatorData::parse(&bytes) else { return Ok(()) };
        if let Some(new) = &data.attested {
            prop_assert!(is_sound(&new.key, bytes.len()));
            prop_assert!(new.id.as_str().len() <= bytes.len() * 4 / 3);
        }
        let _ = data.check(&EXPECTED);
        prop_assert!(AuthenticatorData::parse(&[bytes.as_slice(), &[behind]].concat()).is_err());
    }

    #[test]
    fn an_attestation_object_is_read_to_its_last_byte(
        bytes in prop_oneof![cbor(), damaged(examples("registration", "attestationObject"))], behind in any::<u8>(),
    ) {
        if let Ok(object) = AttestationObject::parse(&bytes) {
            prop_assert!(object.authenticator_data.len() < bytes.len());
            prop_assert!(AttestationObject::parse(&[bytes.as_slice(), &[behind]].concat()).is_err());
        }
    }

    #[test]
    fn client_data_are_json_of_their_kind(
        bytes in prop_oneof![any::<Vec<u8>>(), damaged(examples("authentication", "clientDataJSON"))],
        name in "type|challenge|origin|crossOrigin|topOrigin|x", value in r#"null|true|\[\]|\{\}|1|"\PC{0,9}"#,
    ) {
        for ceremony in [Ceremony::Create, Ceremony::Get] {
            // The examples' challenges are others than the expected one.
            prop_assert!(client_data::check(&bytes, ceremony, &EXPECTED).is_err());
        }
        let mut right = json!({"type": "webauthn.get", "challenge": base64url::encode([0; 32]), "origin": "https://example.org"});
        prop_assert_eq!(client_data::check(right.to_string().as_bytes(), Ceremony::Get, &EXPECTED), Ok(()));
        right[name.as_str()] = value.into();
        prop_assert_eq!(client_data::check(right.to_string().as_bytes(), Ceremony::Get, &EXPECTED).is_ok(), name == "x");
    }

    #[test]
    fn responses_are_read_or_refused(
        text in r#"([\[\]{}",:a-z0-9\\]|\PC){0,80}"#, object in damaged(examples("registration", "attestationObject")),
        data in damaged(examples("authentication", "authenticatorData")), signature in damaged(examples("authentication", "signature")),
    ) {
        let _ = (RegistrationResponse::parse(&text), AssertionResponse::parse(&text));
        let challenge = base64url::encode([0; 32]);
        let client_data = |kind: &str| base64url::encode(json!({"type": kind, "challenge": challenge, "origin": "https://example.org"}).to_string());
        let response = |response: Value| json!({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": response}).to_string();
        let created = json!({"clientDataJSON": client_data("webauthn.create"), "attestationObject": base64url::encode(&object)});
        if let Ok(created) = RegistrationResponse::parse(&response(created)) {
            let _ = registration::check(created, &EXPECTED);
        }
        let got = json!({
            "clientDataJSON": client_data("webauthn.get"), "authenticatorData": base64url::encode(&data), "signature": base64url::encode(&signature),
        });
        let Ok(got) = AssertionResponse::parse(&response(got)) else { return Ok(()) };
        for algorithm in [VerificationAlgorithm::Es256, VerificationAlgorithm::Ed25519, VerificationAlgorithm::Rs256] {
            for backup_eligible in [false, true] {
                let (credential, user) = (&CredentialId::parse("AAAA").unwrap(), &UserId::new([0; 16]));
                let passkey = StoredPasskey { credential, user, found_by: FoundBy::Person, algorithm, public_jwk: "", counter: 0, backup_eligible };
                let _ = assertion::check(&got, &passkey, &EXPECTED);
            }
        }
    }

    #[test]
    fn ids_of_credentials_and_authenticators_are_read_in_their_own_form(text in r"[A-Za-z0-9_-]{0,40}|\PC{0,40}", bytes in any::<[u8; 16]>()) {
        if let Some(id) = CredentialId::parse(&text) {
            prop_assert_eq!(id.as_str(), text.as_str());
        }
        if let Some(aaguid) = Aaguid::parse(&text) {
            prop_assert_eq!(aaguid.to_string(), text);
        }
        let aaguid = Aaguid::from_bytes(bytes);
        prop_assert_eq!(Aaguid::parse(&aaguid.to_string()), Some(aaguid));
    }
}

fn created_data() -> Vec<Vec<u8>> {
    let data = |object: &Vec<u8>| {
        // The last member, behind a head of two or three bytes.
        let at = object.windows(8).position(|window| window == b"authData").unwrap() + 8;
        object[at + if object[at] == 0x58 { 2 } else { 3 }..].to_vec()
    };
    examples("registration", "attestationObject").iter().map(data).collect()
}

fn all_data() -> Vec<Vec<u8>> {
    [created_data(), examples("authentication", "authenticatorData")].concat()
}

fn keys() -> Vec<Vec<u8>> {
    let ids = examples("registration", "credential_id");
    created_data().iter().zip(ids).map(|(data, id)| data[55 + id.len()..].to_vec()).collect()
}
