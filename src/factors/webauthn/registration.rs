//! Registering a passkey: what came back from `navigator.credentials.create`, verified. Stores nothing; whether the credential is new (step 26) is the
//! store's to say. WebAuthn Level 3 §7.1.

use sha2::{Digest, Sha256};

use super::aaguid::Aaguid;
use super::attestation::{AttestationObject, Statement};
use super::authenticator_data::AuthenticatorData;
use super::client_data::{self, Ceremony};
use super::response::RegistrationResponse;
use super::{Expected, WebauthnError, cose, signature};
use crate::platform::{Crypto, Fault, Signed, VerificationAlgorithm};
use crate::values::CredentialId;

/// A passkey as it is to be kept: the credential record of step 27.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    /// Its id.
    pub credential: CredentialId,
    /// What it signs with.
    pub algorithm: VerificationAlgorithm,
    /// Its public key, as a JWK in JSON.
    pub public_jwk: String,
    /// How often it has signed; 0 where it doesn't count.
    pub counter: u32,
    /// Whether it may be copied to other devices. This never changes.
    pub backup_eligible: bool,
    /// Whether it has been.
    pub backed_up: bool,
    /// The kind of authenticator.
    pub aaguid: Aaguid,
    /// How a browser may reach the authenticator.
    pub transports: Vec<String>,
    /// Whether the authenticator knew the person.
    pub user_verified: bool,
}

/// A registration of which everything is right, unless a signature is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    passkey: NewPasskey,
    /// What self attestation claims: the message, and the signature as WebCrypto takes it.
    attested: Option<(Vec<u8>, Vec<u8>)>,
}

/// Verifies a registration.
///
/// # Errors
/// Refused with the first check that fails; a fault where the platform can't verify at all.
pub async fn verify(
    crypto: &impl Crypto,
    response: RegistrationResponse,
    expected: &Expected<'_>,
) -> Result<Result<NewPasskey, WebauthnError>, Fault> {
    match check(response, expected) {
        Ok(checked) => checked.verify(crypto).await,
        Err(refused) => Ok(Err(refused)),
    }
}

/// Every check that needs no key.
///
/// # Errors
/// The first one that fails.
pub fn check(response: RegistrationResponse, expected: &Expected<'_>) -> Result<Checked, WebauthnError> {
    client_data::check(&response.client_data, Ceremony::Create, expected)?;
    let object = AttestationObject::parse(&response.attestation_object)?;
    let data = AuthenticatorData::parse(object.authenticator_data)?;
    data.check(expected)?;
    let (user_verified, backup_eligible, backed_up) = (data.user_verified(), data.backup_eligible(), data.backed_up());
    let new = data.attested.ok_or(WebauthnError::NoCredential)?;
    // The browser's word isn't signed; the authenticator's is.
    if new.id != response.credential {
        return Err(WebauthnError::CredentialId);
    }
    let attested = match object.statement {
        Statement::None => None,
        Statement::SelfAttestation { algorithm, .. } if algorithm != cose::identifier(new.key.algorithm) => return Err(WebauthnError::Attestation),
        Statement::SelfAttestation { signature, .. } => {
            let message = [object.authenticator_data, &Sha256::digest(&response.client_data)].concat();
            Some((message, signature::raw(new.key.algorithm, signature).ok_or(WebauthnError::Signature)?))
        }
    };
    let passkey = NewPasskey {
        credential: new.id,
        algorithm: new.key.algorithm,
        public_jwk: new.key.jwk,
        counter: data.counter,
        backup_eligible,
        backed_up,
        aaguid: new.aaguid,
        transports: response.transports,
        user_verified,
    };
    Ok(Checked { passkey, attested })
}

impl Checked {
    /// The passkey, if its key is one and its own signature, where there is one, is right.
    async fn verify(self, crypto: &impl Crypto) -> Result<Result<NewPasskey, WebauthnError>, Fault> {
        let Self { passkey, attested } = self;
        // A point that isn't on its curve is found here, not when the person wants to sign in.
        let Ok(key) = crypto.import_verifying_key(passkey.algorithm, &passkey.public_jwk).await else { return Ok(Err(WebauthnError::Key)) };
        if let Some((message, signature)) = attested
            && !crypto.verify(passkey.algorithm, &key, Signed { message: &message, signature: &signature }).await?
        {
            return Ok(Err(WebauthnError::Signature));
        }
        Ok(Ok(passkey))
    }
}
