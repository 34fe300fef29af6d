//! Recovery codes: ten of ten Crockford characters, each for one sign-in without the second factor.
//!
//! Makes them, reads them as people type them, and gives the tag by which the database knows one. Stores and voids none. A tag is an HMAC under
//! the set's pepper and bound to the person, so that who reads the database can neither try codes nor move them (look-up secrets: NIST SP 800-63B-4
//! §3.1.2). The pepper is random and lies sealed beside the tags: a new secret of the Worker seals it anew, and the codes stay.

use super::sealed::sealed_secret;
use crate::values::code_alphabet::CodeAlphabet;
use crate::values::keyring::Purpose;
use crate::values::{UserId, base64url, typed_code};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// How many a person gets at a time.
pub const CODES: usize = 10;
/// Random octets for all of them.
pub const RANDOM_BYTES: usize = CODES * SYMBOLS;
/// Octets of a set's pepper.
pub const PEPPER_BYTES: usize = 32;
/// With fewer left than this a person is warned.
pub const FEW: usize = 3;
/// Symbols of a code: 50 bits.
const SYMBOLS: usize = 10;

/// One recovery code. It has no `Display` and prints no symbol in `Debug`; its memory is wiped when it goes.
pub struct RecoveryCode(Zeroizing<String>);

impl RecoveryCode {
    /// A new set, from random octets.
    #[must_use]
    pub fn set(random: &[u8; RANDOM_BYTES]) -> Vec<Self> {
        let (chunks, _) = random.as_chunks::<SYMBOLS>();
        chunks.iter().map(Self::new).collect()
    }

    fn new(random: &[u8; SYMBOLS]) -> Self {
        let symbols = CodeAlphabet::Crockford8.symbols();
        let mut text = Zeroizing::new(String::with_capacity(SYMBOLS));
        // 32 symbols divide the 256 octets: each is equally likely.
        text.extend(random.iter().filter_map(|octet| symbols.get(usize::from(octet % 32))).map(|symbol| char::from(*symbol)));
        Self(text)
    }

    /// What a person typed, if it has the form of such a code. Case, spaces, dashes and look-alike letters are forgiven.
    #[must_use]
    pub fn read(typed: &str) -> Option<Self> {
        let text = typed_code::crockford(typed);
        let is_one = text.len() == SYMBOLS && text.bytes().all(|symbol| CodeAlphabet::Crockford8.symbols().contains(&symbol));
        is_one.then_some(Self(text))
    }

    /// `XXXXX-XXXXX`, for the person, once.
    #[must_use]
    pub fn shown(&self) -> Zeroizing<String> {
        let (front, back) = self.0.split_at_checked(SYMBOLS / 2).unwrap_or((&self.0, ""));
        Zeroizing::new(format!("{front}-{back}"))
    }

    /// The tag that the database holds for this person's code.
    #[must_use]
    pub fn tag(&self, pepper: &Pepper, user: &UserId) -> String {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(pepper.0.expose()).expect("HMAC takes a key of any length");
        // No code has a tilde: it parts the two without doubt.
        for part in [user.as_str(), "~", self.0.as_str()] {
            mac.update(part.as_bytes());
        }
        base64url::encode(mac.finalize().into_bytes())
    }
}

sealed_secret! {
    /// What the codes of one set are tagged with.
    Pepper, PEPPER_BYTES, Purpose::RecoveryCode
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RecoveryCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::{Pepper, RANDOM_BYTES, RecoveryCode};
    use crate::values::{Keyring, Secret, UserId};
    use sha2::{Digest, Sha256};
    use std::collections::BTreeMap;

    fn keyring(current: u8, previous: Option<u8>) -> Keyring {
        let previous = previous.map(|byte| Secret::new(vec![byte; 32]));
        Keyring::new(&Secret::new(vec![current; 32]), previous.as_ref())
    }

    fn ann() -> UserId {
        UserId::new([1; 16])
    }

    fn code(typed: &str) -> RecoveryCode {
        RecoveryCode::read(typed).unwrap()
    }

    #[test]
    fn a_set_is_ten_codes_of_ten_characters() {
        let random: [u8; RANDOM_BYTES] = std::array::from_fn(|place| u8::try_from(place).unwrap());
        let shown: Vec<_> = RecoveryCode::set(&random).iter().map(|code| code.shown().to_string()).collect();
        assert_eq!(shown.len(), 10);
        assert_eq!(shown[0], "01234-56789");
        assert_eq!(shown[1], "ABCDE-FGHJK");
        assert_eq!(shown[9], "TVWXY-Z0123");
        assert!(shown.iter().all(|code| code.len() == 11 && RecoveryCode::read(code).unwrap().shown().as_str() == code));
    }

    #[test]
    fn every_symbol_is_as_frequent_as_the_others() {
        let mut counts = BTreeMap::<char, u32>::new();
        for round in 0..200_u32 {
            let octets: Vec<u8> = (0..4_u32).flat_map(|part| Sha256::digest([round.to_be_bytes(), part.to_be_bytes()].concat())).collect();
            let random = octets[..RANDOM_BYTES].try_into().unwrap();
            for code in RecoveryCode::set(random) {
                code.shown().chars().filter(|symbol| *symbol != '-').for_each(|symbol| *counts.entry(symbol).or_default() += 1);
            }
        }
        assert_eq!(counts.keys().collect::<String>(), "0123456789ABCDEFGHJKMNPQRSTVWXYZ");
        let expected = 200.0 * 100.0 / 32.0;
        let chi_squared: f64 = counts.values().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
        // 31 degrees of freedom: one run in a hundred thousand would exceed 75.
        assert!(chi_squared < 75.0, "{chi_squared}");
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for typed in ["A10BC-1Z9XY", "a1obcIz9xy", " aLObc lz9xy ", "A10BC–1Z9XY", "a 1 0 b c 1 z 9 x y"] {
            assert_eq!(code(typed).shown().as_str(), "A10BC-1Z9XY", "{typed:?}");
        }
        for typed in ["", "A10BC-1Z9X", "A10BC-1Z9XYZ", "U10BC-1Z9XY", "A10BC_1Z9XY", "ä10BC1Z9X", &"A".repeat(1_000)] {
            assert!(RecoveryCode::read(typed).is_none(), "{typed:?}");
        }
    }

    #[test]
    fn a_tag_is_one_persons_and_one_codes() {
        let pepper = Pepper::new([1; 32]);
        let tag = code("A10BC-1Z9XY").tag(&pepper, &ann());
        assert_eq!(code("aIObc1z9xy").tag(&pepper, &ann()), tag);
        assert_ne!(code("A10BC-1Z9XZ").tag(&pepper, &ann()), tag);
        assert_ne!(code("A10BC-1Z9XY").tag(&pepper, &UserId::new([2; 16])), tag);
        assert_ne!(code("A10BC-1Z9XY").tag(&Pepper::new([2; 32]), &ann()), tag);
        assert!(!tag.contains("A10BC"));
    }

    #[test]
    fn a_pepper_opens_under_either_secret_for_its_person_alone() {
        let pepper = Pepper::new([1; 32]);
        let sealed = pepper.seal(&keyring(1, None), &ann(), [9; 24]);
        assert_eq!(Pepper::open(&keyring(2, Some(1)), &ann(), &sealed), Some(pepper));
        assert_eq!(Pepper::open(&keyring(3, Some(2)), &ann(), &sealed), None);
        assert_eq!(Pepper::open(&keyring(1, None), &UserId::new([2; 16]), &sealed), None);
    }

    #[test]
    fn debug_shows_no_symbol() {
        assert_eq!(format!("{:?}", code("A10BC-1Z9XY")), "RecoveryCode(…)");
    }
}
