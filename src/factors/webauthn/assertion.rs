//! Signing in with a passkey: what came back from `navigator.credentials.get`, verified. Looks nothing up and stores nothing: the caller finds the passkey
//! by its id, and keeps the new counter. WebAuthn Level 3 §7.2.

use sha2::{Digest, Sha256};

use super::authenticator_data::AuthenticatorData;
use super::client_data::{self, Ceremony};
use super::response::AssertionResponse;
use super::{Expected, WebauthnError, signature};
use crate::platform::{Crypto, Fault, Signed, VerificationAlgorithm};
use crate::values::{CredentialId, UserId};

/// A passkey as it was kept.
#[derive(Debug, Clone, Copy)]
pub struct StoredPasskey<'a> {
    /// Its id.
    pub credential: &'a CredentialId,
    /// Whose it is.
    pub user: &'a UserId,
    /// How we came to look at this one.
    pub found_by: FoundBy,
    /// What it signs with.
    pub algorithm: VerificationAlgorithm,
    /// Its public key, as a JWK in JSON.
    pub public_jwk: &'a str,
    /// The counter of its last use.
    pub counter: u32,
    /// Whether it may be copied to other devices.
    pub backup_eligible: bool,
}

/// How the person was identified (step 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundBy {
    /// Before the ceremony: the passkey is one of this person's. It may leave the person out.
    Person,
    /// By the passkey alone, which then has to say whose it is.
    Passkey,
}

/// That the person has the passkey, and what to keep of this use (step 24). Only a right signature makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// The counter now.
    pub counter: u32,
    /// Whether the passkey has been copied to other devices by now.
    pub backed_up: bool,
    /// Whether the authenticator knew the person: then the passkey counts as two factors.
    pub user_verified: bool,
}

/// An assertion of which everything is right, unless the signature is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked<'a> {
    algorithm: VerificationAlgorithm,
    public_jwk: &'a str,
    /// The authenticator data, and the hash of the client data.
    message: Vec<u8>,
    /// As WebCrypto takes it.
    signature: Vec<u8>,
    proof: Proof,
}

/// Verifies an assertion.
///
/// # Errors
/// Refused with the first check that fails; a fault where the platform can't verify at all.
pub async fn verify(
    crypto: &impl Crypto,
    response: &AssertionResponse,
    passkey: &StoredPasskey<'_>,
    expected: &Expected<'_>,
) -> Result<Result<Proof, WebauthnError>, Fault> {
    match check(response, passkey, expected) {
        Ok(checked) => checked.verify(crypto).await,
        Err(refused) => Ok(Err(refused)),
    }
}

/// Every check but the signature's.
///
/// # Errors
/// The first one that fails.
pub fn check<'a>(response: &AssertionResponse, passkey: &StoredPasskey<'a>, expected: &Expected<'_>) -> Result<Checked<'a>, WebauthnError> {
    if response.credential != *passkey.credential {
        return Err(WebauthnError::ForeignCredential);
    }
    match (&response.user_handle, passkey.found_by) {
        (Some(user), _) if user == passkey.user => {}
        (None, FoundBy::Person) => {}
        (Some(_), _) | (None, FoundBy::Passkey) => return Err(WebauthnError::UserHandle),
    }
    client_data::check(&response.client_data, Ceremony::Get, expected)?;
    let data = AuthenticatorData::parse(&response.authenticator_data)?;
    data.check(expected)?;
    // Only a registration has one (§6.1).
    if data.attested.is_some() {
        return Err(WebauthnError::AuthenticatorData);
    }
    if data.backup_eligible() != passkey.backup_eligible {
        return Err(WebauthnError::BackupEligibility);
    }
    // Step 22 asks us what to make of a counter that doesn't grow: a copy of the authenticator may be about, so nobody comes in.
    if (data.counter, passkey.counter) != (0, 0) && data.counter <= passkey.counter {
        return Err(WebauthnError::Counter);
    }
    Ok(Checked {
        algorithm: passkey.algorithm,
        public_jwk: passkey.public_jwk,
        message: [response.authenticator_data.as_slice(), &Sha256::digest(&response.client_data)].concat(),
        signature: signature::raw(passkey.algorithm, &response.signature).ok_or(WebauthnError::Signature)?,
        proof: Proof { counter: data.counter, backed_up: data.backed_up(), user_verified: data.user_verified() },
    })
}

impl Checked<'_> {
    /// The proof, if the signature is the passkey's.
    async fn verify(self, crypto: &impl Crypto) -> Result<Result<Proof, WebauthnError>, Fault> {
        let key = crypto.import_verifying_key(self.algorithm, self.public_jwk).await?;
        let signed = Signed { message: &self.message, signature: &self.signature };
        let valid = crypto.verify(self.algorithm, &key, signed).await?;
        Ok(if valid { Ok(self.proof) } else { Err(WebauthnError::Signature) })
    }
}
