//! Authenticator data: what the authenticator saw, read to its last byte, and the checks that both ceremonies make on it. WebAuthn Level 3 §6.1,
//! §6.5.1; §7.1 steps 13 to 17, §7.2 steps 15 to 18.

use minicbor::Decoder;
use sha2::{Digest, Sha256};

use super::aaguid::Aaguid;
use super::cose::{self, PublicKey};
use super::{Expected, UserVerification, WebauthnError, cbor};
use crate::values::CredentialId;

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const ATTESTED_CREDENTIAL: u8 = 1 << 6;
const EXTENSIONS: u8 = 1 << 7;

/// What the authenticator says of a ceremony.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticatorData {
    rp_id_hash: [u8; 32],
    flags: u8,
    /// How often the authenticator has signed; 0 where it doesn't count.
    pub counter: u32,
    /// The credential that it has just made; `None` in an assertion.
    pub attested: Option<AttestedCredential>,
}

/// A new credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestedCredential {
    /// The kind of authenticator.
    pub aaguid: Aaguid,
    /// What the authenticator calls it.
    pub id: CredentialId,
    /// Its public half.
    pub key: PublicKey,
}

impl AuthenticatorData {
    /// Reads it. Extension outputs are passed over: we ask for none.
    ///
    /// # Errors
    /// [`WebauthnError::AuthenticatorData`] where a byte is missing or left over, and the errors of [`cose::read`].
    pub fn parse(bytes: &[u8]) -> Result<Self, WebauthnError> {
        let short = WebauthnError::AuthenticatorData;
        let (rp_id_hash, rest) = bytes.split_first_chunk().ok_or(short)?;
        let (flags, rest) = rest.split_first().ok_or(short)?;
        let (counter, mut rest) = rest.split_first_chunk().ok_or(short)?;
        let mut attested = None;
        if flags & ATTESTED_CREDENTIAL != 0 {
            let (credential, behind) = AttestedCredential::parse(rest)?;
            attested = Some(credential);
            rest = behind;
        }
        if flags & EXTENSIONS != 0 {
            let extensions = cbor::skip_map(&mut Decoder::new(rest)).map_err(|_| short)?;
            rest = rest.get(extensions.len()..).ok_or(short)?;
        }
        if !rest.is_empty() {
            return Err(WebauthnError::AuthenticatorData);
        }
        Ok(Self { rp_id_hash: *rp_id_hash, flags: *flags, counter: u32::from_be_bytes(*counter), attested })
    }

    /// The checks that registering and signing in have in common.
    ///
    /// # Errors
    /// The first one that fails.
    pub fn check(&self, expected: &Expected<'_>) -> Result<(), WebauthnError> {
        if self.rp_id_hash != *Sha256::digest(expected.rp_id) {
            return Err(WebauthnError::RpId);
        }
        if self.flags & USER_PRESENT == 0 {
            return Err(WebauthnError::UserPresence);
        }
        match expected.user_verification {
            UserVerification::Required if !self.user_verified() => return Err(WebauthnError::UserVerification),
            UserVerification::Required | UserVerification::Preferred => {}
        }
        if self.backed_up() && !self.backup_eligible() {
            return Err(WebauthnError::BackupState);
        }
        Ok(())
    }

    /// Whether the authenticator knew the person: by a PIN, a finger, a face.
    #[must_use]
    pub const fn user_verified(&self) -> bool {
        self.flags & USER_VERIFIED != 0
    }

    /// Whether the passkey may be copied to other devices.
    #[must_use]
    pub const fn backup_eligible(&self) -> bool {
        self.flags & BACKUP_ELIGIBLE != 0
    }

    /// Whether it has been.
    #[must_use]
    pub const fn backed_up(&self) -> bool {
        self.flags & BACKED_UP != 0
    }
}

impl AttestedCredential {
    /// The credential, and the bytes behind it.
    fn parse(bytes: &[u8]) -> Result<(Self, &[u8]), WebauthnError> {
        let short = WebauthnError::AuthenticatorData;
        let (aaguid, rest) = bytes.split_first_chunk().ok_or(short)?;
        let (length, rest) = rest.split_first_chunk().ok_or(short)?;
        let (id, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into()).ok_or(short)?;
        let id = CredentialId::from_bytes(id).ok_or(WebauthnError::CredentialId)?;
        let mut decoder = Decoder::new(rest);
        let key = cose::read(&mut decoder)?;
        let rest = rest.get(decoder.position()..).ok_or(short)?;
        Ok((Self { aaguid: Aaguid::from_bytes(*aaguid), id, key }, rest))
    }
}

#[cfg(test)]
#[path = "authenticator_data_tests.rs"]
mod tests;
