//! Hashes of ASP.NET Identity, versions 2 and 3: base64 of a marker, parameters, salt and hash. Verifies; makes none.
//!
//! Version 2: `00`, 16 octets of salt, 32 of hash; PBKDF2 with HMAC-SHA-1 and 1,000 iterations. Version 3: `01`, then PRF, iterations and length
//! of the salt as 32-bit numbers, big-endian, then salt and hash. As `PasswordHasher` of ASP.NET Core reads them.

use super::encoding::padded_base64;
use super::pbkdf2::{Pbkdf2, Prf, Rounds};
use super::stored::UnreadableHash;

const VERSION_2: Rounds = Rounds { prf: Prf::Sha1, iterations: 1_000 };
/// Of salt and of hash each, at least.
const LEAST_OCTETS: usize = 16;

/// Reads the base64 text.
pub(super) fn parse(text: &str) -> Result<Pbkdf2, UnreadableHash> {
    let octets = padded_base64(text).ok_or(UnreadableHash::UnknownScheme)?;
    match octets.split_first() {
        Some((0, rest)) => version_2(rest),
        Some((1, rest)) => version_3(rest),
        Some(_) | None => Err(UnreadableHash::UnknownScheme),
    }
}

fn version_2(octets: &[u8]) -> Result<Pbkdf2, UnreadableHash> {
    match octets.split_at_checked(16) {
        Some((salt, hash)) if hash.len() == 32 => Pbkdf2::new(VERSION_2, salt.to_vec(), hash.to_vec()),
        Some(_) | None => Err(UnreadableHash::Malformed),
    }
}

fn version_3(octets: &[u8]) -> Result<Pbkdf2, UnreadableHash> {
    let (prf, octets) = big_endian(octets).ok_or(UnreadableHash::Malformed)?;
    let (iterations, octets) = big_endian(octets).ok_or(UnreadableHash::Malformed)?;
    let (salt_length, octets) = big_endian(octets).ok_or(UnreadableHash::Malformed)?;
    let prf = match prf {
        0 => Prf::Sha1,
        1 => Prf::Sha256,
        2 => Prf::Sha512,
        _ => return Err(UnreadableHash::UnknownScheme),
    };
    let split = usize::try_from(salt_length).ok().and_then(|length| octets.split_at_checked(length));
    match split {
        Some((salt, hash)) if salt.len() >= LEAST_OCTETS && hash.len() >= LEAST_OCTETS => {
            Pbkdf2::new(Rounds { prf, iterations }, salt.to_vec(), hash.to_vec())
        }
        Some(_) | None => Err(UnreadableHash::Malformed),
    }
}

/// The 32-bit number at the front, and what follows it.
fn big_endian(octets: &[u8]) -> Option<(u32, &[u8])> {
    let (number, rest) = octets.split_first_chunk::<4>()?;
    Some((u32::from_be_bytes(*number), rest))
}
