//! scrypt (RFC 7914), in the PHC string format's text `$scrypt$ln=…,r=…,p=…$SALT$HASH`. Verifies imported hashes; makes none.

use super::encoding::{base64, fields, parameters};
use super::stored::UnreadableHash;
use crate::values::secret::equal_in_constant_time;
use scrypt::Params;
use zeroize::Zeroizing;

/// Octets of memory: 128 r N. A Worker has 128 MiB for everything that it does at a time.
const MOST_MEMORY: u64 = 64 << 20;
/// Blocks mixed in all, N r p: what takes the time. Twice what passlib's default has.
const MOST_WORK: u64 = 1 << 20;

/// A hash that was read.
pub(super) struct Scrypt {
    params: Params,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Scrypt {
    /// Reads what stands behind `$scrypt$`.
    pub(super) fn parse(text: &str) -> Result<Self, UnreadableHash> {
        let [list, salt, hash] = fields(text).ok_or(UnreadableHash::Malformed)?;
        let [log_n, r, p] = parameters(list, ["ln", "r", "p"]).ok_or(UnreadableHash::Malformed)?;
        let (salt, hash) = base64(salt).zip(base64(hash)).ok_or(UnreadableHash::Malformed)?;
        let is_sound = (1..=63).contains(&log_n) && r >= 1 && p >= 1 && (4..=128).contains(&salt.len()) && (16..=64).contains(&hash.len());
        if !is_sound {
            return Err(UnreadableHash::Malformed);
        }
        let mixed = (1_u64 << log_n).saturating_mul(u64::from(r));
        if mixed.saturating_mul(128) > MOST_MEMORY || mixed.saturating_mul(u64::from(p)) > MOST_WORK {
            return Err(UnreadableHash::TooCostly);
        }
        let params = u8::try_from(log_n).ok().and_then(|log_n| Params::new(log_n, r, p).ok()).ok_or(UnreadableHash::Malformed)?;
        Ok(Self { params, salt, hash })
    }

    /// Whether it is this password's.
    pub(super) fn is_of(&self, password: &[u8]) -> bool {
        let mut hash = Zeroizing::new(vec![0; self.hash.len()]);
        // It refuses an output of no octets alone, and this one has 16.
        scrypt::scrypt(password, &self.salt, &self.params, &mut hash).is_ok() && equal_in_constant_time(&hash, &self.hash)
    }
}
