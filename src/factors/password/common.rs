//! Whether a password is among the common ones, by a Bloom filter: 18,000 passwords in 32 KiB, and never a common one missed.
//!
//! `scripts/common-passwords.mjs` builds the filter, from the list that `@zxcvbn-ts/language-common` ships. Of other passwords fewer than one
//! in a thousand are refused with them; the person then takes another. Bloom, "Space/time trade-offs in hash coding" (1970).

use sha2::{Digest, Sha256};

/// The bits, the first one the lowest of the first octet.
static FILTER: &[u8] = include_bytes!("common.bloom");
/// How many bits the filter has: a power of two.
const BITS: u32 = 1 << 18;
/// How many of them one password sets.
const HASHES: usize = 10;

/// Whether the password, in lower case, is one of the list.
pub(super) fn contains(password: &str) -> bool {
    let digest = Sha256::digest(password.to_lowercase());
    // Three octets of the hash for each: independent of one another, so that the share of false hits is the textbook's.
    let (threes, _) = digest.as_chunks::<3>();
    threes.iter().take(HASHES).all(|[a, b, c]| is_set(u32::from_be_bytes([0, *a, *b, *c]) % BITS))
}

fn is_set(bit: u32) -> bool {
    usize::try_from(bit / 8).ok().and_then(|place| FILTER.get(place)).is_some_and(|octet| octet >> (bit % 8) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::{BITS, FILTER, HASHES, contains};

    #[test]
    fn common_ones_are_known_in_any_case() {
        for common in ["password", "PassWord", "12345678", "qwertyuiop", "baseball", "1qaz2wsx", "superman", "passw0rd", "sunshine"] {
            assert!(contains(common), "{common}");
        }
    }

    #[test]
    fn the_filter_has_room_for_its_list() {
        assert_eq!(FILTER.len() * 8, usize::try_from(BITS).unwrap());
        let ones: u32 = FILTER.iter().map(|octet| octet.count_ones()).sum();
        // A password that isn't in the list is taken for one of it where all its bits happen to be set.
        let false_hits = (f64::from(ones) / f64::from(BITS)).powi(i32::try_from(HASHES).unwrap());
        assert!((0.000_5..0.001).contains(&false_hits), "{false_hits}");
    }

    #[test]
    fn others_are_taken_for_common_as_rarely_as_the_arithmetic_says() {
        let tries = 20_000_u32;
        let false_hits = (0..tries).filter(|number| contains(&format!("nobody's password {number}"))).count();
        // 18 are expected; 45 would be six standard deviations off.
        assert!((1..45).contains(&false_hits), "{false_hits} of {tries}");
    }
}
