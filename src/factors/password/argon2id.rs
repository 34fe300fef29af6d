//! Argon2id (RFC 9106), the scheme of our own hashes, as texts in the PHC string format. One lane: a Worker has one thread.
//!
//! Takes the salt and the cost; chooses neither. A text from the database or an import can't ask for more memory or time than a Worker has.

use super::encoding::{base64, fields, parameters, to_base64};
use super::stored::UnreadableHash;
use super::typed::Password;
use crate::platform::Fault;
use crate::values::secret::equal_in_constant_time;
use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

/// Octets of a salt (RFC 9106 §3.1).
pub const SALT_BYTES: usize = 16;
/// Octets of our hashes.
const HASH_BYTES: usize = 32;
/// The version that RFC 9106 describes, 1.3.
const VERSION: &str = "v=19";
/// Less than eight blocks for each lane doesn't exist.
const LEAST_KIB_PER_LANE: u32 = 8;
/// A Worker has 128 MiB for everything that it does at a time.
const MOST_KIB: u32 = 65_536;
/// Memory times iterations: what takes the time. 64 MiB, four times over.
const MOST_WORK: u32 = 4 * MOST_KIB;
/// Lanes run one after the other here; foreign hashes have up to so many.
const MOST_LANES: u32 = 16;

/// What one hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    iterations: u32,
}

impl Cost {
    /// 19 MiB and two iterations, OWASP's recommendation for one lane.
    pub const DEFAULT: Self = Self { memory_kib: 19_456, iterations: 2 };

    /// From KiB of memory and iterations; `None` where that is nothing (less than 8 KiB, no iteration) or more than a Worker can bear (64 MiB;
    /// 256 MiB of memory and iterations multiplied).
    #[must_use]
    pub fn new(memory_kib: u32, iterations: u32) -> Option<Self> {
        let is_bearable =
            (LEAST_KIB_PER_LANE..=MOST_KIB).contains(&memory_kib) && iterations >= 1 && memory_kib.saturating_mul(iterations) <= MOST_WORK;
        is_bearable.then_some(Self { memory_kib, iterations })
    }

    /// KiB of memory.
    #[must_use]
    pub const fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    #[must_use]
    pub const fn iterations(self) -> u32 {
        self.iterations
    }
}

/// The text to store for this password. The salt is random.
///
/// # Errors
/// A fault where there isn't memory enough.
pub fn hash(password: &Password, salt: [u8; SALT_BYTES], cost: Cost) -> Result<String, Fault> {
    let mut hash = [0; HASH_BYTES];
    derive(password, &salt, (cost, 1), &mut hash)?;
    let Cost { memory_kib, iterations } = cost;
    Ok(format!("$argon2id${VERSION}$m={memory_kib},t={iterations},p=1${}${}", to_base64(&salt), to_base64(&hash)))
}

/// A hash that was read.
pub(super) struct Argon2id {
    cost: Cost,
    lanes: u32,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl Argon2id {
    /// Reads what stands behind `$argon2id$`.
    pub(super) fn parse(text: &str) -> Result<Self, UnreadableHash> {
        let [version, list, salt, hash] = fields(text).ok_or(UnreadableHash::Malformed)?;
        let [memory_kib, iterations, lanes] = parameters(list, ["m", "t", "p"]).ok_or(UnreadableHash::Malformed)?;
        let (salt, hash) = base64(salt).zip(base64(hash)).ok_or(UnreadableHash::Malformed)?;
        let is_sound = version == VERSION
            && (8..=64).contains(&salt.len())
            && (16..=64).contains(&hash.len())
            && lanes >= 1
            && iterations >= 1
            && memory_kib >= lanes.saturating_mul(LEAST_KIB_PER_LANE);
        if !is_sound {
            return Err(UnreadableHash::Malformed);
        }
        let cost = Cost::new(memory_kib, iterations).filter(|_| lanes <= MOST_LANES).ok_or(UnreadableHash::TooCostly)?;
        Ok(Self { cost, lanes, salt, hash })
    }

    /// A hash that no password has, at this cost.
    pub(super) fn nobodys(cost: Cost) -> Self {
        Self { cost, lanes: 1, salt: vec![0; SALT_BYTES], hash: vec![0; HASH_BYTES] }
    }

    /// Whether it is this password's. A fault where there isn't memory enough.
    pub(super) fn is_of(&self, password: &Password) -> Result<bool, Fault> {
        let mut hash = Zeroizing::new(vec![0; self.hash.len()]);
        derive(password, &self.salt, (self.cost, self.lanes), &mut hash)?;
        Ok(equal_in_constant_time(&hash, &self.hash))
    }

    /// Whether we would make it like this today.
    pub(super) fn is_up_to_date(&self, cost: Cost) -> bool {
        self.cost == cost && self.lanes == 1 && self.salt.len() == SALT_BYTES && self.hash.len() == HASH_BYTES
    }
}

fn derive(password: &Password, salt: &[u8], (cost, lanes): (Cost, u32), hash: &mut [u8]) -> Result<(), Fault> {
    let fault = |error: argon2::Error| Fault::new(format!("Argon2id with {} KiB: {error}", cost.memory_kib));
    let params = Params::new(cost.memory_kib, cost.iterations, lanes, Some(hash.len())).map_err(fault)?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into(password.normal().as_bytes(), salt, hash).map_err(fault)
}
