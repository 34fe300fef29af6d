//! PBKDF2 (RFC 8018 §5.2) with HMAC, in the texts of Django, passlib and the PHC string format. Verifies imported hashes; makes none.

use super::encoding::{adapted_base64, fields, number, padded_base64, parameters};
use super::stored::UnreadableHash;
use crate::values::secret::equal_in_constant_time;
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

/// Iterations of a whole hash, all its blocks counted: some two seconds of a Worker. Django 6 makes 1,200,000.
const MOST_ITERATIONS: u32 = 2_000_000;

/// The hash within the HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prf {
    Sha1,
    Sha256,
    Sha512,
}

impl Prf {
    const fn octets(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

/// How a hash was derived.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rounds {
    pub(super) prf: Prf,
    pub(super) iterations: u32,
}

/// A hash that was read.
pub(super) struct Pbkdf2 {
    rounds: Rounds,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Pbkdf2 {
    /// From its parts, within the bounds that every scheme has.
    pub(super) fn new(rounds: Rounds, salt: Vec<u8>, hash: Vec<u8>) -> Result<Self, UnreadableHash> {
        let is_sound = rounds.iterations >= 1 && (4..=128).contains(&salt.len()) && (16..=64).contains(&hash.len());
        if !is_sound {
            return Err(UnreadableHash::Malformed);
        }
        let blocks = u32::try_from(hash.len().div_ceil(rounds.prf.octets())).map_err(|_| UnreadableHash::TooCostly)?;
        if rounds.iterations.saturating_mul(blocks) > MOST_ITERATIONS {
            return Err(UnreadableHash::TooCostly);
        }
        Ok(Self { rounds, salt, hash })
    }

    /// Reads Django's `ITERATIONS$SALT$HASH`, where the salt is used as the text that it is.
    pub(super) fn parse_django(prf: Prf, text: &str) -> Result<Self, UnreadableHash> {
        let [iterations, salt, hash] = fields(text).ok_or(UnreadableHash::Malformed)?;
        let iterations = number(iterations).ok_or(UnreadableHash::Malformed)?;
        let hash = padded_base64(hash).ok_or(UnreadableHash::Malformed)?;
        Self::new(Rounds { prf, iterations }, salt.as_bytes().to_vec(), hash)
    }

    /// Reads passlib's `ITERATIONS$SALT$HASH`, and the PHC string format's `i=ITERATIONS,l=LENGTH$SALT$HASH`.
    pub(super) fn parse_modular(prf: Prf, text: &str) -> Result<Self, UnreadableHash> {
        let [list, salt, hash] = fields(text).ok_or(UnreadableHash::Malformed)?;
        let (salt, hash) = adapted_base64(salt).zip(adapted_base64(hash)).ok_or(UnreadableHash::Malformed)?;
        let with_length =
            || parameters(list, ["i", "l"]).filter(|[_, length]| usize::try_from(*length) == Ok(hash.len())).map(|[iterations, _]| iterations);
        let iterations = number(list).or_else(|| parameters(list, ["i"]).map(|[iterations]| iterations)).or_else(with_length);
        Self::new(Rounds { prf, iterations: iterations.ok_or(UnreadableHash::Malformed)? }, salt, hash)
    }

    /// Whether it is this password's.
    pub(super) fn is_of(&self, password: &[u8]) -> bool {
        let mut hash = Zeroizing::new(vec![0; self.hash.len()]);
        let Rounds { prf, iterations } = self.rounds;
        match prf {
            Prf::Sha1 => pbkdf2_hmac::<Sha1>(password, &self.salt, iterations, &mut hash),
            Prf::Sha256 => pbkdf2_hmac::<Sha256>(password, &self.salt, iterations, &mut hash),
            Prf::Sha512 => pbkdf2_hmac::<Sha512>(password, &self.salt, iterations, &mut hash),
        }
        equal_in_constant_time(&hash, &self.hash)
    }
}
