//! An authenticator and its browser, in software: makes and uses passkeys, and lets a test change what they say before it is signed.

use ed25519_dalek::Signer as _;
use nightlatch::platform::{Crypto, SignatureAlgorithm, VerificationAlgorithm};
use nightlatch::values::{UserId, base64url};
use p256::ecdsa;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{NativeCrypto, keys, run};

/// Somebody touched it.
pub(crate) const USER_PRESENT: u8 = 1;
/// It knew who.
pub(crate) const USER_VERIFIED: u8 = 1 << 2;
/// The passkey may be copied.
pub(crate) const BACKUP_ELIGIBLE: u8 = 1 << 3;
/// It has been.
pub(crate) const BACKED_UP: u8 = 1 << 4;
const ATTESTED_CREDENTIAL: u8 = 1 << 6;

/// Google Password Manager's.
const AAGUID: [u8; 16] = [0xea, 0x9b, 0x8d, 0x66, 0x4d, 0x01, 0x1d, 0x21, 0x3c, 0xe4, 0xb6, 0xb4, 0x8c, 0xb5, 0x75, 0xd4];

/// One passkey of one person.
pub(crate) struct Authenticator {
    algorithm: VerificationAlgorithm,
    seed: u8,
    user: UserId,
}

/// What a page asks for, and where it is.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// 32 bytes.
    pub(crate) challenge: [u8; 32],
    /// The RP id of the options.
    pub(crate) rp_id: &'a str,
    /// Where the page is from.
    pub(crate) origin: &'a str,
}

/// What will be signed: right from the start, and there to be changed.
pub(crate) struct Answer {
    /// By the browser.
    pub(crate) client_data: Value,
    /// The RP id whose hash the authenticator writes.
    pub(crate) rp_id: String,
    /// The flags of the authenticator data.
    pub(crate) flags: u8,
    /// The signature counter.
    pub(crate) counter: u32,
    /// The credential's id.
    pub(crate) credential: Vec<u8>,
    /// Whose passkey it says it is; an assertion has it.
    pub(crate) user_handle: Option<String>,
}

impl Authenticator {
    /// A new one; two with the same seed have the same key.
    pub(crate) fn new(algorithm: VerificationAlgorithm, seed: u8, user: &UserId) -> Self {
        Self { algorithm, seed, user: user.clone() }
    }

    /// What it says when a passkey is made.
    pub(crate) fn creates(&self, asked: Asked<'_>) -> Answer {
        self.answers("webauthn.create", asked, 0)
    }

    /// What it says when the passkey is used.
    pub(crate) fn gets(&self, asked: Asked<'_>, counter: u32) -> Answer {
        self.answers("webauthn.get", asked, counter)
    }

    fn answers(&self, ceremony: &str, asked: Asked<'_>, counter: u32) -> Answer {
        let challenge = base64url::encode(asked.challenge);
        Answer {
            client_data: json!({"type": ceremony, "challenge": challenge, "origin": asked.origin, "crossOrigin": false}),
            rp_id: asked.rp_id.to_owned(),
            flags: USER_PRESENT | USER_VERIFIED | BACKUP_ELIGIBLE,
            counter,
            credential: vec![self.seed; 16],
            user_handle: Some(self.user.to_string()),
        }
    }

    /// The `RegistrationResponseJSON`, without attestation.
    pub(crate) fn registration(&self, answer: &Answer) -> Value {
        self.registration_with(answer, &self.cose_key(), b"\x64none", b"\xa0")
    }

    /// The same with self attestation.
    pub(crate) fn self_attested(&self, answer: &Answer) -> Value {
        let data = self.new_credential_data(answer, &self.cose_key());
        let signature = self.sign(&[data.as_slice(), &Sha256::digest(answer.client_data.to_string())].concat());
        let alg: &[u8] = match self.algorithm {
            VerificationAlgorithm::Es256 => b"\x26",
            VerificationAlgorithm::Ed25519 => b"\x27",
            VerificationAlgorithm::Rs256 => b"\x39\x01\x00",
        };
        let statement = [b"\xa2\x63alg", alg, b"\x63sig", &cbor_bytes(&signature)].concat();
        self.registration_with(answer, &self.cose_key(), b"\x66packed", &statement)
    }

    /// The same with a key, a format and a statement in CBOR.
    pub(crate) fn registration_with(&self, answer: &Answer, cose_key: &[u8], format: &[u8], statement: &[u8]) -> Value {
        let data = cbor_bytes(&self.new_credential_data(answer, cose_key));
        let object = [b"\xa3\x63fmt", format, b"\x67attStmt", statement, b"\x68authData", &data].concat();
        answer.response(json!({
            "clientDataJSON": base64url::encode(answer.client_data.to_string()),
            "attestationObject": base64url::encode(object),
            "transports": ["internal", "hybrid"],
        }))
    }

    /// The `AuthenticationResponseJSON`.
    pub(crate) fn assertion(&self, answer: &Answer) -> Value {
        let data = answer.authenticator_data(answer.flags);
        let client_data = answer.client_data.to_string();
        let signature = self.sign(&[data.as_slice(), &Sha256::digest(&client_data)].concat());
        answer.response(json!({
            "clientDataJSON": base64url::encode(client_data),
            "authenticatorData": base64url::encode(data),
            "signature": base64url::encode(signature),
            "userHandle": answer.user_handle,
        }))
    }

    fn new_credential_data(&self, answer: &Answer, cose_key: &[u8]) -> Vec<u8> {
        let length = u16::try_from(answer.credential.len()).unwrap().to_be_bytes();
        [&answer.authenticator_data(answer.flags | ATTESTED_CREDENTIAL), AAGUID.as_slice(), &length, &answer.credential, cose_key].concat()
    }

    /// Its public key as COSE writes it.
    pub(crate) fn cose_key(&self) -> Vec<u8> {
        match self.algorithm {
            VerificationAlgorithm::Es256 => {
                let point = self.p256().verifying_key().to_sec1_point(false);
                let (x, y) = point.as_bytes()[1..].split_at(32);
                [b"\xa5\x01\x02\x03\x26\x20\x01\x21", cbor_bytes(x).as_slice(), b"\x22", &cbor_bytes(y)].concat()
            }
            VerificationAlgorithm::Ed25519 => {
                [b"\xa4\x01\x01\x03\x27\x20\x06\x21", cbor_bytes(self.ed25519().verifying_key().as_bytes()).as_slice()].concat()
            }
            VerificationAlgorithm::Rs256 => {
                let jwk: Value = serde_json::from_str(keys::RS256_PUBLIC).unwrap();
                let n = base64url::decode(jwk["n"].as_str().unwrap()).unwrap();
                [b"\xa4\x01\x03\x03\x39\x01\x00\x20", cbor_bytes(&n).as_slice(), b"\x21\x43\x01\x00\x01"].concat()
            }
        }
    }

    fn p256(&self) -> ecdsa::SigningKey {
        ecdsa::SigningKey::from_slice(&[self.seed; 32]).unwrap()
    }

    fn ed25519(&self) -> ed25519_dalek::SigningKey {
        ed25519_dalek::SigningKey::from_bytes(&[self.seed; 32])
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self.algorithm {
            VerificationAlgorithm::Es256 => {
                let signature: ecdsa::Signature = self.p256().sign(message);
                signature.to_der().as_bytes().to_vec()
            }
            VerificationAlgorithm::Ed25519 => self.ed25519().sign(message).to_bytes().to_vec(),
            VerificationAlgorithm::Rs256 => run(async {
                let key = NativeCrypto.import_signing_key(SignatureAlgorithm::Rs256, keys::RS256_PRIVATE).await.unwrap();
                NativeCrypto.sign(SignatureAlgorithm::Rs256, &key, message).await.unwrap()
            }),
        }
    }
}

impl Answer {
    fn authenticator_data(&self, flags: u8) -> Vec<u8> {
        [Sha256::digest(&self.rp_id).as_slice(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    fn response(&self, response: Value) -> Value {
        let id = base64url::encode(&self.credential);
        json!({
            "id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "platform", "clientExtensionResults": {}, "response": response,
        })
    }
}

fn cbor_bytes(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
    [&[0x59], length.as_slice(), bytes].concat()
}
