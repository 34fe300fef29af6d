//! Passkeys that are used, and every check of §7.2 broken in turn.

use nightlatch::factors::webauthn::assertion::{self, FoundBy, Proof, StoredPasskey};
use nightlatch::factors::webauthn::registration::{self, NewPasskey};
use nightlatch::factors::webauthn::response::{AssertionResponse, RegistrationResponse};
use nightlatch::factors::webauthn::{Expected, UserVerification, WebauthnError};
use nightlatch::platform::VerificationAlgorithm;
use nightlatch::values::{UserId, base64url};
use serde_json::{Value, json};

use crate::support::authenticator::{Answer, Asked, Authenticator, BACKED_UP, BACKUP_ELIGIBLE, USER_PRESENT, USER_VERIFIED};
use crate::support::{NativeCrypto, run};

const ASKED: Asked<'_> = Asked { challenge: [9; 32], rp_id: "example.org", origin: "https://login.example.org" };
const EXPECTED: Expected<'_> =
    Expected { challenge: &[9; 32], rp_id: "example.org", origins: &["https://login.example.org"], user_verification: UserVerification::Required };
const ALL: [VerificationAlgorithm; 3] = [VerificationAlgorithm::Es256, VerificationAlgorithm::Ed25519, VerificationAlgorithm::Rs256];

/// Ann, her authenticator, and the passkey as we keep it.
struct Enrolled {
    user: UserId,
    authenticator: Authenticator,
    passkey: NewPasskey,
    found_by: FoundBy,
}

impl Enrolled {
    fn new(algorithm: VerificationAlgorithm) -> Self {
        let user = UserId::new([1; 16]);
        let authenticator = Authenticator::new(algorithm, 3, &user);
        let response = RegistrationResponse::parse(&authenticator.registration(&authenticator.creates(ASKED)).to_string()).unwrap();
        let passkey = run(registration::verify(&NativeCrypto, response, &EXPECTED)).unwrap().unwrap();
        Self { user, authenticator, passkey, found_by: FoundBy::Passkey }
    }

    fn answers(&self, response: &Value, expected: &Expected<'_>) -> Result<Proof, WebauthnError> {
        let response = AssertionResponse::parse(&response.to_string())?;
        let passkey = StoredPasskey {
            credential: &self.passkey.credential,
            user: &self.user,
            found_by: self.found_by,
            algorithm: self.passkey.algorithm,
            public_jwk: &self.passkey.public_jwk,
            counter: self.passkey.counter,
            backup_eligible: self.passkey.backup_eligible,
        };
        run(assertion::verify(&NativeCrypto, &response, &passkey, expected)).unwrap()
    }

    /// What comes of an assertion in which one thing is changed before it is signed.
    fn with(&self, change: impl FnOnce(&mut Answer)) -> Result<Proof, WebauthnError> {
        let mut answer = self.authenticator.gets(ASKED, self.passkey.counter + 1);
        change(&mut answer);
        self.answers(&self.authenticator.assertion(&answer), &EXPECTED)
    }
}

fn ann() -> Enrolled {
    Enrolled::new(VerificationAlgorithm::Es256)
}

#[test]
fn a_passkey_of_each_algorithm_signs_in() {
    for algorithm in ALL {
        let proof = Enrolled::new(algorithm).with(|_| {}).unwrap();
        assert_eq!(proof, Proof { counter: 1, backed_up: false, user_verified: true }, "{algorithm:?}");
    }
}

#[test]
fn an_assertion_is_for_its_own_ceremony_challenge_origin_and_rp_id() {
    let ann = ann();
    assert_eq!(ann.with(|answer| answer.client_data["type"] = "webauthn.create".into()), Err(WebauthnError::Type));
    assert_eq!(ann.with(|answer| answer.client_data["challenge"] = base64url::encode([8; 32]).into()), Err(WebauthnError::Challenge));
    assert_eq!(ann.with(|answer| answer.client_data["origin"] = "https://login.example.com".into()), Err(WebauthnError::Origin));
    assert_eq!(ann.with(|answer| answer.client_data["crossOrigin"] = true.into()), Err(WebauthnError::CrossOrigin));
    assert_eq!(ann.with(|answer| answer.client_data["topOrigin"] = "https://evil.example".into()), Err(WebauthnError::CrossOrigin));
    assert_eq!(ann.with(|answer| answer.client_data = json!("webauthn.get")), Err(WebauthnError::ClientData));
    assert_eq!(ann.with(|answer| answer.rp_id = "login.example.org".to_owned()), Err(WebauthnError::RpId));
}

#[test]
fn an_answer_to_one_challenge_is_none_to_the_next() {
    let ann = ann();
    let response = ann.authenticator.assertion(&ann.authenticator.gets(ASKED, 1));
    assert!(ann.answers(&response, &EXPECTED).is_ok());
    let next = Expected { challenge: &[10; 32], ..EXPECTED };
    assert_eq!(ann.answers(&response, &next), Err(WebauthnError::Challenge));
}

#[test]
fn somebody_is_there_and_known_where_that_is_required() {
    let ann = ann();
    assert_eq!(ann.with(|answer| answer.flags &= !USER_PRESENT), Err(WebauthnError::UserPresence));
    assert_eq!(ann.with(|answer| answer.flags &= !USER_VERIFIED), Err(WebauthnError::UserVerification));
    let mut unknown = ann.authenticator.gets(ASKED, 1);
    unknown.flags &= !USER_VERIFIED;
    let preferred = Expected { user_verification: UserVerification::Preferred, ..EXPECTED };
    let proof = ann.answers(&ann.authenticator.assertion(&unknown), &preferred).unwrap();
    assert!(!proof.user_verified);
}

#[test]
fn eligibility_for_backup_stays_and_the_state_needs_it() {
    let mut ann = ann();
    assert!(ann.with(|answer| answer.flags |= BACKED_UP).unwrap().backed_up);
    assert_eq!(ann.with(|answer| answer.flags &= !BACKUP_ELIGIBLE), Err(WebauthnError::BackupEligibility));
    assert_eq!(ann.with(|answer| answer.flags = USER_PRESENT | USER_VERIFIED | BACKED_UP), Err(WebauthnError::BackupState));
    ann.passkey.backup_eligible = false;
    assert_eq!(ann.with(|_| {}), Err(WebauthnError::BackupEligibility));
    assert!(ann.with(|answer| answer.flags &= !BACKUP_ELIGIBLE).is_ok());
}

#[test]
fn the_counter_grows_unless_there_is_none() {
    let mut ann = ann();
    for (kept, shown, accepted) in [
        (0, 0, true),
        (0, 1, true),
        (5, 6, true),
        (5, u32::MAX, true),
        (5, 5, false),
        (5, 4, false),
        (5, 0, false),
        (u32::MAX, u32::MAX, false),
        (u32::MAX, 0, false),
    ] {
        ann.passkey.counter = kept;
        let answer = ann.authenticator.gets(ASKED, shown);
        let outcome = ann.answers(&ann.authenticator.assertion(&answer), &EXPECTED).map(|proof| proof.counter);
        assert_eq!(outcome, if accepted { Ok(shown) } else { Err(WebauthnError::Counter) }, "{kept} {shown}");
    }
}

#[test]
fn a_passkey_says_whose_it_is() {
    let mut ann = ann();
    let bob = UserId::new([2; 16]).to_string();
    for found_by in [FoundBy::Passkey, FoundBy::Person] {
        ann.found_by = found_by;
        assert_eq!(ann.with(|answer| answer.user_handle = Some(bob.clone())), Err(WebauthnError::UserHandle));
        assert_eq!(ann.with(|answer| answer.user_handle = Some("AAAA".to_owned())), Err(WebauthnError::UserHandle));
        assert!(ann.with(|_| {}).is_ok());
    }
    // Somebody known before may have a passkey that doesn't say.
    assert!(ann.with(|answer| answer.user_handle = None).is_ok());
    ann.found_by = FoundBy::Passkey;
    assert_eq!(ann.with(|answer| answer.user_handle = None), Err(WebauthnError::UserHandle));
}

#[test]
fn another_credential_is_refused() {
    assert_eq!(ann().with(|answer| answer.credential = vec![4; 16]), Err(WebauthnError::ForeignCredential));
}

#[test]
fn another_authenticators_signature_is_refused() {
    for algorithm in [VerificationAlgorithm::Es256, VerificationAlgorithm::Ed25519] {
        let ann = Enrolled::new(algorithm);
        let foreign = Authenticator::new(algorithm, 4, &ann.user);
        let mut answer = foreign.gets(ASKED, 1);
        answer.credential = vec![3; 16];
        assert_eq!(ann.answers(&foreign.assertion(&answer), &EXPECTED), Err(WebauthnError::Signature), "{algorithm:?}");
    }
}

#[test]
fn a_passkey_of_one_algorithm_takes_no_signature_of_another() {
    for algorithm in ALL {
        let ann = Enrolled::new(algorithm);
        for other in ALL.into_iter().filter(|other| *other != algorithm) {
            let foreign = Authenticator::new(other, 3, &ann.user);
            let response = foreign.assertion(&foreign.gets(ASKED, 1));
            assert_eq!(ann.answers(&response, &EXPECTED), Err(WebauthnError::Signature), "{algorithm:?} {other:?}");
        }
    }
}

#[test]
fn whatever_is_signed_cant_be_changed_afterwards() {
    for algorithm in ALL {
        let ann = Enrolled::new(algorithm);
        let signed = ann.authenticator.assertion(&ann.authenticator.gets(ASKED, 1));
        let mut later = ann.authenticator.gets(ASKED, 2);
        later.client_data["extra"] = 1.into();
        let other = ann.authenticator.assertion(&later);
        for part in ["clientDataJSON", "authenticatorData", "signature"] {
            let mut mixed = signed.clone();
            mixed["response"][part] = other["response"][part].clone();
            assert_eq!(ann.answers(&mixed, &EXPECTED), Err(WebauthnError::Signature), "{algorithm:?} {part}");
        }
        let mut unsigned = signed.clone();
        unsigned["response"]["signature"] = "".into();
        assert_eq!(ann.answers(&unsigned, &EXPECTED), Err(WebauthnError::Signature), "{algorithm:?}");
    }
}

#[test]
fn an_assertion_brings_no_new_credential() {
    let ann = ann();
    let object = ann.authenticator.registration(&ann.authenticator.creates(ASKED))["response"]["attestationObject"].take();
    let object = base64url::decode(object.as_str().unwrap()).unwrap();
    let start = object.windows(8).position(|window| window == b"authData").unwrap() + 11;
    let mut response = ann.authenticator.assertion(&ann.authenticator.gets(ASKED, 1));
    response["response"]["authenticatorData"] = base64url::encode(&object[start..]).into();
    assert_eq!(ann.answers(&response, &EXPECTED), Err(WebauthnError::AuthenticatorData));
}

#[test]
fn a_broken_key_in_the_database_is_a_fault_and_nobodys_refusal() {
    let mut ann = ann();
    ann.passkey.public_jwk = "{}".to_owned();
    let response = AssertionResponse::parse(&ann.authenticator.assertion(&ann.authenticator.gets(ASKED, 1)).to_string()).unwrap();
    let passkey = StoredPasskey {
        credential: &ann.passkey.credential,
        user: &ann.user,
        found_by: FoundBy::Passkey,
        algorithm: ann.passkey.algorithm,
        public_jwk: &ann.passkey.public_jwk,
        counter: 0,
        backup_eligible: true,
    };
    assert!(run(assertion::verify(&NativeCrypto, &response, &passkey, &EXPECTED)).is_err());
}
