//! bcrypt, in its texts `$2a$`, `$2b$` and `$2y$`. Verifies imported hashes; makes none.
//!
//! Provos and Mazières, "A Future-Adaptable Password Scheme" (1999). It looks at 72 octets, the closing zero among them: whoever has a longer
//! password signs in by its first 72 once, and has a hash of all of it from then on.

use super::encoding::{bcrypt_base64, fields};
use super::stored::UnreadableHash;
use crate::values::secret::equal_in_constant_time;
use zeroize::Zeroizing;

/// What the scheme looks at.
const OCTETS: usize = 72;
/// The cost is a power of two. 14 takes some two seconds of a Worker.
const MOST_COST: u32 = 14;
/// What the text keeps of the 24 octets that come out.
const HASH_BYTES: usize = 23;

/// A hash that was read.
pub(super) struct Bcrypt {
    cost: u32,
    salt: [u8; 16],
    hash: Vec<u8>,
}

impl Bcrypt {
    /// Reads what stands behind `$2b$`: `COST$`, then 22 characters of salt and 31 of hash.
    pub(super) fn parse(text: &str) -> Result<Self, UnreadableHash> {
        let [cost, rest] = fields(text).ok_or(UnreadableHash::Malformed)?;
        let is_two_digits = cost.len() == 2 && cost.bytes().all(|digit| digit.is_ascii_digit());
        let cost: u32 = cost.parse().ok().filter(|cost| is_two_digits && (4..=31).contains(cost)).ok_or(UnreadableHash::Malformed)?;
        let (salt, hash) = rest.split_at_checked(22).ok_or(UnreadableHash::Malformed)?;
        let salt = bcrypt_base64(salt).and_then(|salt| salt.try_into().ok());
        let hash = bcrypt_base64(hash).filter(|hash| hash.len() == HASH_BYTES);
        let (salt, hash) = salt.zip(hash).ok_or(UnreadableHash::Malformed)?;
        if cost > MOST_COST {
            return Err(UnreadableHash::TooCostly);
        }
        Ok(Self { cost, salt, hash })
    }

    /// Whether it is this password's.
    pub(super) fn is_of(&self, password: &[u8]) -> bool {
        let mut key = Zeroizing::new(Vec::with_capacity(OCTETS));
        key.extend(password.iter().chain(&[0]).take(OCTETS));
        let hash = Zeroizing::new(bcrypt::bcrypt(self.cost, self.salt, &key));
        let (hash, _) = hash.split_at(HASH_BYTES);
        equal_in_constant_time(hash, &self.hash)
    }
}
