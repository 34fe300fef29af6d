//! Passkeys: what browser and authenticator answer, verified as W3C Web Authentication Level 3 asks of a relying party. Parses and compares; stores
//! nothing, looks nothing up, and leaves the signature itself to the `Crypto` port.
//!
//! | Registering (§7.1) | Signing in (§7.2) | Where |
//! |---|---|---|
//! | 1, 2: options, and the call in the page | 1, 2 | the flows and their page |
//! | 3: the response | 3, 7 | [`response`] |
//! | 4, 28: extensions: none is asked for, none is looked at | 4, 23 | |
//! | | 5, 6: which passkey, whose | the flows look it up, [`assertion`] compares |
//! | 5–11: type, challenge, origin, frames | 8–14 | [`client_data`] |
//! | 12: the hash of the client data | 20 | [`registration`], [`assertion`] |
//! | 13: CBOR | | [`attestation`], [`authenticator_data`] |
//! | 14–17: RP id, presence, verification, backup state without eligibility | 15–18 | [`authenticator_data`] |
//! | 18, 19: backup flags are kept | 19: eligibility can't change | [`assertion`] |
//! | 20: the algorithm | | [`cose`] |
//! | 21–24: attestation | | [`attestation`], [`registration`] |
//! | 25: the length of the id | | [`crate::values::CredentialId`] |
//! | | 21: the signature | [`assertion`], by the port |
//! | | 22: the counter | [`assertion`] |
//! | 26, 27, 29: not yet registered; kept | 24, 25: kept | the flows and the store |
//!
//! Conditional creation (step 15's exception) isn't offered: a passkey is made only by somebody who is there.

pub mod aaguid;
pub mod assertion;
pub mod attestation;
pub mod authenticator_data;
mod cbor;
pub mod client_data;
pub mod cose;
pub mod registration;
pub mod response;
mod signature;

/// What a ceremony must show: what its options asked for, and where we live.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The challenge that this ceremony was begun with.
    pub challenge: &'a [u8; 32],
    /// The RP id: a domain.
    pub rp_id: &'a str,
    /// The origins whose pages may go through it.
    pub origins: &'a [&'a str],
    /// Whether the authenticator has to know the person.
    pub user_verification: UserVerification,
}

/// `userVerification` (§5.8.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserVerification {
    /// The passkey is to count as two factors.
    Required,
    /// The passkey counts as what it shows.
    Preferred,
}

/// Which check failed. For tests and the log: a person is told only that it didn't work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebauthnError {
    /// The response isn't JSON of its kind, or something in it is too long.
    #[error("the response isn't a public key credential's JSON")]
    Response,
    /// The client data isn't JSON of its kind.
    #[error("the client data is malformed")]
    ClientData,
    /// The client data is of another ceremony.
    #[error("the ceremony is another one")]
    Type,
    /// The challenge is another one.
    #[error("the challenge is another one")]
    Challenge,
    /// The page is of an origin that isn't expected.
    #[error("the origin isn't expected")]
    Origin,
    /// The page was within another one.
    #[error("the page was in a frame")]
    CrossOrigin,
    /// The attestation object isn't CBOR of its kind.
    #[error("the attestation object is malformed")]
    AttestationObject,
    /// The attestation statement is none that we take.
    #[error("the attestation isn't `none`")]
    Attestation,
    /// The authenticator data lacks bytes, or has too many.
    #[error("the authenticator data is malformed")]
    AuthenticatorData,
    /// The passkey is for another RP id.
    #[error("the RP id is another one")]
    RpId,
    /// Nobody touched the authenticator.
    #[error("nobody was present")]
    UserPresence,
    /// The authenticator doesn't know who touched it, but was to.
    #[error("the person wasn't verified")]
    UserVerification,
    /// The passkey is said to be copied, but can't be.
    #[error("the passkey is backed up but not eligible for it")]
    BackupState,
    /// The passkey could be copied before and can't now, or the other way round.
    #[error("the passkey's backup eligibility has changed")]
    BackupEligibility,
    /// A registration without a credential.
    #[error("there is no credential in the registration")]
    NoCredential,
    /// The credential's id is empty or too long, or browser and authenticator name two.
    #[error("the credential id isn't one, or two")]
    CredentialId,
    /// The key is for an algorithm that we don't ask for.
    #[error("the algorithm isn't asked for")]
    Algorithm,
    /// The key isn't one of its algorithm.
    #[error("the public key is malformed")]
    Key,
    /// The passkey isn't the one that was looked up.
    #[error("the credential is another one")]
    ForeignCredential,
    /// The passkey says that it is somebody else's, or doesn't say whose.
    #[error("the user handle is another one")]
    UserHandle,
    /// The counter hasn't grown: a copy of the authenticator may be about.
    #[error("the signature counter hasn't grown")]
    Counter,
    /// The signature isn't the passkey's.
    #[error("the signature is wrong")]
    Signature,
}
