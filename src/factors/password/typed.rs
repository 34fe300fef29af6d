//! A password as it was typed, and the form of it that is hashed. Judges none.
//!
//! One password has one form: Unicode's NFC (NIST SP 800-63B-4 §3.1.1.2; RFC 8265 §4.2), since keyboards write "é" as one character or as
//! two. Nothing is trimmed, folded or cut off.

use crate::values::Secret;
use icu_normalizer::ComposingNormalizerBorrowed;

/// Octets beyond which nothing is read as a password: more than the longest that a policy can allow, and no work for a hash.
const LONGEST_READ: usize = 4_096;

/// What a person typed as their password. It can't be printed, and is wiped when it goes.
#[derive(Debug, Clone)]
pub struct Password {
    typed: Secret<String>,
    normal: Secret<String>,
}

impl Password {
    /// Takes what was typed; `None` where it has more than 4,096 octets.
    #[must_use]
    pub fn typed(text: String) -> Option<Self> {
        let typed = Secret::new(text);
        if typed.expose().len() > LONGEST_READ {
            return None;
        }
        let normal = Secret::new(normal_form(typed.expose()));
        Some(Self { typed, normal })
    }

    /// The form that our own hashes are made of.
    pub(super) fn normal(&self) -> &str {
        self.normal.expose()
    }

    /// As it was typed: what other systems made their hashes of.
    pub(super) fn as_typed(&self) -> &[u8] {
        self.typed.expose().as_bytes()
    }
}

/// Unicode's normalization form C.
pub(super) fn normal_form(text: &str) -> String {
    const NFC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();
    NFC.normalize(text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::Password;

    #[test]
    fn two_ways_to_write_a_letter_are_one_password() {
        let composed = Password::typed("caf\u{E9} cr\u{E8}me".to_owned()).unwrap();
        let decomposed = Password::typed("cafe\u{301} cre\u{300}me".to_owned()).unwrap();
        assert_eq!(composed.normal(), decomposed.normal());
        assert_ne!(composed.as_typed(), decomposed.as_typed());
        // Hangul is composed by rule, not by table.
        assert_eq!(Password::typed("\u{1112}\u{1161}\u{11AB}".to_owned()).unwrap().normal(), "한");
    }

    #[test]
    fn letters_that_merely_look_alike_stay_apart() {
        for (one, other) in [("ﬁ", "fi"), ("Ａ", "A"), ("²", "2"), ("a", "A"), (" a", "a")] {
            assert_ne!(Password::typed(one.to_owned()).unwrap().normal(), Password::typed(other.to_owned()).unwrap().normal());
        }
    }

    #[test]
    fn a_text_that_nobody_types_is_not_read() {
        assert!(Password::typed("x".repeat(4_096)).is_some());
        assert!(Password::typed("x".repeat(4_097)).is_none());
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Password::typed("hunter2".to_owned()).unwrap()), "Password { typed: Secret(…), normal: Secret(…) }");
    }
}
