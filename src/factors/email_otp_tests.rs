//! Codes against vectors from another HMAC, their spread, and what a person may type.

use super::{OneTimeCode, derive};
use crate::values::code_alphabet::CodeAlphabet;
use serde_json::Value;

fn code(challenge_id: &str, alphabet: CodeAlphabet) -> OneTimeCode {
    derive(b"a key of this test, 32 bytes long", challenge_id, "ann@example.org", alphabet)
}

fn six() -> CodeAlphabet {
    CodeAlphabet::digits(6).unwrap()
}

#[test]
fn codes_are_those_of_the_vectors() {
    let vectors: Value = serde_json::from_str(include_str!("../../tests/vectors/email_otp.json")).unwrap();
    let vectors = vectors["vectors"].as_array().unwrap();
    assert!(vectors.len() >= 20);
    for vector in vectors {
        let text = |name: &str| vector[name].as_str().unwrap();
        let alphabet = match text("alphabet") {
            "crockford8" => CodeAlphabet::Crockford8,
            digits => CodeAlphabet::digits(digits.strip_prefix("digits").unwrap().parse().unwrap()).unwrap(),
        };
        let key: Vec<u8> = (0..text("key_hex").len()).step_by(2).map(|at| u8::from_str_radix(&text("key_hex")[at..at + 2], 16).unwrap()).collect();
        assert_eq!(derive(&key, text("challenge_id"), text("address"), alphabet).reveal(), text("code"), "{vector}");
    }
}

#[test]
fn a_code_depends_on_key_challenge_and_address() {
    let alphabet = CodeAlphabet::Crockford8;
    let first = derive(b"key", "challenge", "ann@example.org", alphabet);
    assert!(first.matches(derive(b"key", "challenge", "ann@example.org", alphabet).reveal()));
    for other in [
        derive(b"kez", "challenge", "ann@example.org", alphabet),
        derive(b"key", "challengf", "ann@example.org", alphabet),
        derive(b"key", "challenge", "bob@example.org", alphabet),
        // The boundary between id and address counts.
        derive(b"key", "challengea", "nn@example.org", alphabet),
    ] {
        assert!(!first.matches(other.reveal()));
    }
}

#[test]
fn every_digit_is_as_frequent_as_the_others_at_every_place() {
    let rounds = 20_000_u32;
    let mut counts = [[0_u32; 10]; 6];
    for round in 0..rounds {
        for (place, symbol) in code(&round.to_string(), six()).reveal().bytes().enumerate() {
            counts[place][usize::from(symbol - b'0')] += 1;
        }
    }
    let expected = f64::from(rounds) / 10.0;
    for place in counts {
        let chi_squared: f64 = place.iter().map(|count| (f64::from(*count) - expected).powi(2) / expected).sum();
        // Nine degrees of freedom: one place in a hundred thousand would exceed 39.
        assert!(chi_squared < 39.0, "{place:?}: {chi_squared}");
    }
}

#[test]
fn every_base_32_symbol_comes_up_and_no_look_alike_does() {
    let mut seen = std::collections::BTreeSet::new();
    for round in 0..500 {
        seen.extend(code(&round.to_string(), CodeAlphabet::Crockford8).reveal().chars());
    }
    assert_eq!(seen.into_iter().collect::<String>(), "0123456789ABCDEFGHJKMNPQRSTVWXYZ");
}

#[test]
fn a_code_has_its_length_with_leading_zeros() {
    for count in 6..=10 {
        let alphabet = CodeAlphabet::digits(count).unwrap();
        let codes: Vec<_> = (0..200).map(|round| code(&round.to_string(), alphabet)).collect();
        assert!(codes.iter().all(|code| code.reveal().len() == usize::from(count)));
        assert!(codes.iter().any(|code| code.reveal().starts_with('0')));
    }
}

#[test]
fn typed_with_gaps_dashes_or_other_scripts_digits_it_is_the_same_code() {
    let code = OneTimeCode { symbols: zeroize::Zeroizing::new("102938".into()), alphabet: six() };
    for typed in [
        "102938",
        " 102 938 ",
        "102-938",
        "102\u{2013}938",
        "102\u{A0}938\n",
        "\u{200F}102938",
        "１０２９３８",
        "١٠٢٩٣٨",
        "۱۰۲۹۳۸",
        "١٠٢ ٩٣٨",
        "1-0-2-9-3-8",
    ] {
        assert!(code.matches(typed), "{typed:?}");
    }
    for typed in ["", "10293", "1029380", "102939", "1O2938", "l02938", "102938x", "+102938", "①02938", &"1".repeat(10_000)] {
        assert!(!code.matches(typed), "{typed:?}");
    }
}

#[test]
fn base_32_forgives_case_and_look_alikes() {
    let code = OneTimeCode { symbols: zeroize::Zeroizing::new("A10BC1Z9".into()), alphabet: CodeAlphabet::Crockford8 };
    for typed in ["A10BC1Z9", "a10bc1z9", "aIoB-clZ9", "ALOB CIZ9", "a1Ob c1z９"] {
        assert!(code.matches(typed), "{typed:?}");
    }
    for typed in ["A10BC1Z", "A10BC1Z8", "U10BC1Z9", ""] {
        assert!(!code.matches(typed), "{typed:?}");
    }
}

#[test]
fn debug_shows_no_symbol() {
    let code = code("x", six());
    assert_eq!(format!("{code:?}"), "OneTimeCode(…)");
}
