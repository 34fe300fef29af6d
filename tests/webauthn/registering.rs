//! Passkeys that are made, and every check of §7.1 broken in turn.

use nightlatch::factors::webauthn::registration::{self, NewPasskey};
use nightlatch::factors::webauthn::response::RegistrationResponse;
use nightlatch::factors::webauthn::{Expected, UserVerification, WebauthnError};
use nightlatch::platform::VerificationAlgorithm;
use nightlatch::values::{CredentialId, UserId};
use serde_json::{Value, json};

use crate::support::authenticator::{Answer, Asked, Authenticator, BACKED_UP, BACKUP_ELIGIBLE, USER_PRESENT, USER_VERIFIED};
use crate::support::{NativeCrypto, run};

const ASKED: Asked<'_> = Asked { challenge: [9; 32], rp_id: "example.org", origin: "https://login.example.org" };
const ALL: [VerificationAlgorithm; 3] = [VerificationAlgorithm::Es256, VerificationAlgorithm::Ed25519, VerificationAlgorithm::Rs256];

fn authenticator(algorithm: VerificationAlgorithm) -> Authenticator {
    Authenticator::new(algorithm, 3, &UserId::new([1; 16]))
}

fn verify(response: &Value, user_verification: UserVerification) -> Result<NewPasskey, WebauthnError> {
    let origins = ["https://login.example.org", "https://www.example.org"];
    let expected = Expected { challenge: &[9; 32], rp_id: "example.org", origins: &origins, user_verification };
    let response = RegistrationResponse::parse(&response.to_string())?;
    run(registration::verify(&NativeCrypto, response, &expected)).unwrap()
}

/// What comes of a registration in which one thing is changed.
fn with(change: impl FnOnce(&mut Answer)) -> Result<NewPasskey, WebauthnError> {
    let authenticator = authenticator(VerificationAlgorithm::Es256);
    let mut answer = authenticator.creates(ASKED);
    change(&mut answer);
    verify(&authenticator.registration(&answer), UserVerification::Required)
}

fn with_key(cose_key: &[u8]) -> Result<NewPasskey, WebauthnError> {
    let authenticator = authenticator(VerificationAlgorithm::Es256);
    let answer = authenticator.creates(ASKED);
    verify(&authenticator.registration_with(&answer, cose_key, b"\x64none", b"\xa0"), UserVerification::Required)
}

#[test]
fn a_passkey_of_each_algorithm_is_registered() {
    for algorithm in ALL {
        let authenticator = authenticator(algorithm);
        let answer = authenticator.creates(ASKED);
        for response in [authenticator.registration(&answer), authenticator.self_attested(&answer)] {
            let passkey = verify(&response, UserVerification::Required).unwrap();
            assert_eq!((passkey.algorithm, passkey.counter, passkey.user_verified), (algorithm, 0, true));
            assert_eq!((passkey.backup_eligible, passkey.backed_up), (true, false));
            assert_eq!(passkey.credential, CredentialId::from_bytes(&[3; 16]).unwrap());
            assert_eq!(
                (passkey.aaguid.name(), passkey.transports),
                (Some("Google Password Manager"), vec!["internal".to_owned(), "hybrid".to_owned()])
            );
        }
    }
}

#[test]
fn a_registration_is_for_its_own_ceremony_challenge_origin_and_rp_id() {
    assert_eq!(with(|answer| answer.client_data["type"] = "webauthn.get".into()), Err(WebauthnError::Type));
    assert_eq!(with(|answer| answer.client_data["challenge"] = "AAAA".into()), Err(WebauthnError::Challenge));
    assert_eq!(with(|answer| answer.client_data["origin"] = "https://evil.example".into()), Err(WebauthnError::Origin));
    assert_eq!(with(|answer| answer.client_data["crossOrigin"] = true.into()), Err(WebauthnError::CrossOrigin));
    assert_eq!(with(|answer| answer.client_data = json!([])), Err(WebauthnError::ClientData));
    assert_eq!(with(|answer| answer.rp_id = "evil.example".to_owned()), Err(WebauthnError::RpId));
    assert!(with(|answer| answer.client_data["origin"] = "https://www.example.org".into()).is_ok());
}

#[test]
fn flags_have_to_be_right() {
    assert_eq!(with(|answer| answer.flags &= !USER_PRESENT), Err(WebauthnError::UserPresence));
    assert_eq!(with(|answer| answer.flags &= !USER_VERIFIED), Err(WebauthnError::UserVerification));
    assert_eq!(with(|answer| answer.flags = USER_PRESENT | USER_VERIFIED | BACKED_UP), Err(WebauthnError::BackupState));
    assert!(with(|answer| answer.flags |= BACKED_UP).unwrap().backed_up);
    assert!(!with(|answer| answer.flags &= !BACKUP_ELIGIBLE).unwrap().backup_eligible);
}

#[test]
fn verification_that_is_only_preferred_may_be_missing() {
    let authenticator = authenticator(VerificationAlgorithm::Es256);
    let mut answer = authenticator.creates(ASKED);
    answer.flags &= !USER_VERIFIED;
    let passkey = verify(&authenticator.registration(&answer), UserVerification::Preferred).unwrap();
    assert!(!passkey.user_verified);
}

#[test]
fn only_keys_of_the_algorithms_that_we_ask_for_are_registered() {
    let key = authenticator(VerificationAlgorithm::Es256).cose_key();
    assert!(with_key(&key).is_ok());
    // ES384.
    assert_eq!(with_key(&[&[0xa5, 1, 2, 3, 0x38, 0x22], &key[5..]].concat()), Err(WebauthnError::Algorithm));
    // An ES256 key that says that it is for EdDSA.
    assert_eq!(with_key(&[&[0xa5, 1, 2, 3, 0x27], &key[5..]].concat()), Err(WebauthnError::Key));
    // A point beside the curve: the key's form is right, and no platform imports it.
    let mut off_curve = key.clone();
    *off_curve.last_mut().unwrap() ^= 1;
    assert_eq!(with_key(&off_curve), Err(WebauthnError::Key));
}

#[test]
fn browser_and_authenticator_name_one_credential() {
    let authenticator = authenticator(VerificationAlgorithm::Es256);
    let mut response = authenticator.registration(&authenticator.creates(ASKED));
    response["id"] = "AAAA".into();
    assert_eq!(verify(&response, UserVerification::Required), Err(WebauthnError::Response));
    response["rawId"] = "AAAA".into();
    assert_eq!(verify(&response, UserVerification::Required), Err(WebauthnError::CredentialId));
}

#[test]
fn a_credential_id_is_1_to_1023_bytes_long() {
    assert!(with(|answer| answer.credential = vec![1; 1_023]).is_ok());
    // The browser's own JSON has it first.
    assert_eq!(with(|answer| answer.credential = vec![1; 1_024]), Err(WebauthnError::Response));
    assert_eq!(with(|answer| answer.credential = vec![]), Err(WebauthnError::Response));
}

#[test]
fn self_attestation_is_signed_by_the_new_key() {
    for algorithm in ALL {
        let authenticator = authenticator(algorithm);
        let answer = authenticator.creates(ASKED);
        let mut other = authenticator.creates(ASKED);
        other.client_data["extra"] = 1.into();
        // The statement of one registration beside the client data of another.
        let mut response = authenticator.self_attested(&answer);
        response["response"]["clientDataJSON"] = authenticator.self_attested(&other)["response"]["clientDataJSON"].take();
        assert_eq!(verify(&response, UserVerification::Required), Err(WebauthnError::Signature), "{algorithm:?}");
    }
    let authenticator = authenticator(VerificationAlgorithm::Es256);
    let answer = authenticator.creates(ASKED);
    let attested = |statement: &[u8]| {
        let response = authenticator.registration_with(&answer, &authenticator.cose_key(), b"\x66packed", statement);
        verify(&response, UserVerification::Required)
    };
    assert_eq!(attested(b"\xa2\x63alg\x27\x63sig\x42xy"), Err(WebauthnError::Attestation));
    assert_eq!(attested(b"\xa2\x63alg\x26\x63sig\x42xy"), Err(WebauthnError::Signature));
    assert_eq!(attested(b"\xa2\x63alg\x26\x63sig\x48\x30\x06\x02\x01\x01\x02\x01\x01"), Err(WebauthnError::Signature));
}

#[test]
fn a_registration_without_a_credential_is_none() {
    let authenticator = authenticator(VerificationAlgorithm::Es256);
    let answer = authenticator.gets(ASKED, 0);
    let data = authenticator.assertion(&answer)["response"]["authenticatorData"].take();
    let data = nightlatch::values::base64url::decode(data.as_str().unwrap()).unwrap();
    let object = [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58\x25", data.as_slice()].concat();
    let mut response = authenticator.registration(&authenticator.creates(ASKED));
    response["response"]["attestationObject"] = nightlatch::values::base64url::encode(object).into();
    assert_eq!(verify(&response, UserVerification::Required), Err(WebauthnError::NoCredential));
}
