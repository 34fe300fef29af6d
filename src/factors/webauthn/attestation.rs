//! The attestation object: a new credential's authenticator data, and who vouches for it. Reads; the signature is verified in `registration`.
//! WebAuthn Level 3 §6.5.4, §8.2, §8.7; §7.1 steps 13 and 21 to 24.
//!
//! We ask for no attestation. A browser then replaces every statement by `none`, but for one: `packed` self attestation, which names no maker, reaches us
//! unaltered (§5.1.3, §5.4.7). So both are accepted, the latter only with a right signature by the new credential's own key; anything else comes from no
//! browser that follows the specification, and is refused.

use minicbor::Decoder;
use minicbor::decode::Error;

use super::{WebauthnError, cbor};

/// What the browser passes on of a new credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestationObject<'a> {
    /// The authenticator data, byte for byte.
    pub authenticator_data: &'a [u8],
    /// Who vouches for it.
    pub statement: Statement<'a>,
}

/// An attestation statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statement<'a> {
    /// Nobody vouches: `none` (§8.7).
    None,
    /// The credential vouches for itself: `packed` without certificates (§8.2).
    SelfAttestation {
        /// COSE's identifier of the signature's algorithm.
        algorithm: i64,
        /// By the new credential, over authenticator data and the hash of the client data.
        signature: &'a [u8],
    },
}

impl<'a> AttestationObject<'a> {
    /// Reads it.
    ///
    /// # Errors
    /// [`WebauthnError::AttestationObject`] where it isn't one, [`WebauthnError::Attestation`] where its statement is none that we take.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, WebauthnError> {
        let members = Members::read(bytes).map_err(|_| WebauthnError::AttestationObject)?;
        let (Some(format), Some(statement), Some(authenticator_data)) = (members.format, members.statement, members.authenticator_data) else {
            return Err(WebauthnError::AttestationObject);
        };
        let statement = match format {
            "none" if statement == EMPTY_MAP => Statement::None,
            "packed" => packed(statement).map_err(|_| WebauthnError::Attestation)?,
            _ => return Err(WebauthnError::Attestation),
        };
        Ok(Self { authenticator_data, statement })
    }
}

const EMPTY_MAP: [u8; 1] = [0xa0];

#[derive(Default)]
struct Members<'a> {
    format: Option<&'a str>,
    statement: Option<&'a [u8]>,
    authenticator_data: Option<&'a [u8]>,
}

impl<'a> Members<'a> {
    /// The three members, each once, in any order: early browsers didn't write them in the canonical one.
    fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut decoder = Decoder::new(bytes);
        let mut members = Self::default();
        for _ in 0..cbor::map(&mut decoder)? {
            match decoder.str()? {
                "fmt" if members.format.is_none() => members.format = Some(decoder.str()?),
                "attStmt" if members.statement.is_none() => members.statement = Some(cbor::skip_map(&mut decoder)?),
                "authData" if members.authenticator_data.is_none() => members.authenticator_data = Some(decoder.bytes()?),
                _ => return Err(Error::message("another member, or one of them twice")),
            }
        }
        if decoder.position() == bytes.len() { Ok(members) } else { Err(Error::message("bytes are left over")) }
    }
}

/// `alg` and `sig`, and no `x5c`.
fn packed(statement: &[u8]) -> Result<Statement<'_>, Error> {
    let mut decoder = Decoder::new(statement);
    let (2, "alg", algorithm, "sig", signature) = (cbor::map(&mut decoder)?, decoder.str()?, decoder.i64()?, decoder.str()?, decoder.bytes()?) else {
        return Err(Error::message("no self attestation"));
    };
    Ok(Statement::SelfAttestation { algorithm, signature })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8]) -> Result<AttestationObject<'_>, WebauthnError> {
        AttestationObject::parse(bytes)
    }

    #[test]
    fn no_attestation_is_what_we_ask_for() {
        let read = parse(b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x42ab").unwrap();
        assert_eq!(read, AttestationObject { authenticator_data: b"ab", statement: Statement::None });
        assert_eq!(parse(b"\xa3\x68authData\x42ab\x63fmt\x64none\x67attStmt\xa0"), Ok(read));
    }

    #[test]
    fn self_attestation_is_passed_on_by_browsers() {
        let read = parse(b"\xa3\x63fmt\x66packed\x67attStmt\xa2\x63alg\x26\x63sig\x42xy\x68authData\x40").unwrap();
        assert_eq!(read.statement, Statement::SelfAttestation { algorithm: -7, signature: b"xy" });
    }

    #[test]
    fn every_other_statement_is_refused() {
        for bytes in [
            &b"\xa3\x63fmt\x64none\x67attStmt\xa1\x63alg\x26\x68authData\x40"[..],
            b"\xa3\x63fmt\x64None\x67attStmt\xa0\x68authData\x40",
            b"\xa3\x63fmt\x60\x67attStmt\xa0\x68authData\x40",
            b"\xa3\x63fmt\x65apple\x67attStmt\xa0\x68authData\x40",
            b"\xa3\x63fmt\x63tpm\x67attStmt\xa0\x68authData\x40",
            b"\xa3\x63fmt\x68fido-u2f\x67attStmt\xa0\x68authData\x40",
            b"\xa3\x63fmt\x66packed\x67attStmt\xa0\x68authData\x40",
            b"\xa3\x63fmt\x66packed\x67attStmt\xa1\x63alg\x26\x68authData\x40",
            b"\xa3\x63fmt\x66packed\x67attStmt\xa3\x63alg\x26\x63sig\x42xy\x63x5c\x81\x41c\x68authData\x40",
            b"\xa3\x63fmt\x66packed\x67attStmt\xa2\x63alg\x26\x63alg\x26\x68authData\x40",
        ] {
            assert_eq!(parse(bytes), Err(WebauthnError::Attestation), "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn what_is_no_attestation_object_is_refused() {
        for bytes in [
            &b""[..],
            b"\xa0",
            b"\xa2\x63fmt\x64none\x67attStmt\xa0",
            b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x40\x00",
            b"\xa4\x63fmt\x64none\x67attStmt\xa0\x68authData\x40\x62ep\xf4",
            b"\xa4\x63fmt\x64none\x63fmt\x64none\x67attStmt\xa0\x68authData\x40",
            b"\xa3\x63fmt\x64none\x63fmt\x64none\x68authData\x40",
            b"\xa3\x63fmt\x44none\x67attStmt\xa0\x68authData\x40",
            b"\xa3\x63fmt\x64none\x67attStmt\x80\x68authData\x40",
            b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x5f\x40\xff",
            b"\xbf\x63fmt\x64none\x67attStmt\xa0\x68authData\x40\xff",
            b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
        ] {
            assert_eq!(parse(bytes), Err(WebauthnError::AttestationObject), "{}", bytes.escape_ascii());
        }
    }
}
