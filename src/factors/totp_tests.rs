//! Codes against the RFCs' vectors, which steps count, and how a key is shown and kept.

use super::TotpKey;
use crate::values::{Keyring, Secret, Timestamp, UserId};
use serde_json::Value;

fn rfc_key() -> TotpKey {
    TotpKey::new(*b"12345678901234567890")
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn keyring(byte: u8) -> Keyring {
    Keyring::new(&Secret::new(vec![byte; 32]), None)
}

#[test]
fn codes_are_those_of_rfc_4226() {
    let vectors: Value = serde_json::from_str(include_str!("../../tests/vectors/rfc4226_hotp.json")).unwrap();
    let codes = vectors["codes"].as_array().unwrap();
    assert_eq!(codes.len(), 10);
    for (counter, code) in codes.iter().enumerate() {
        assert_eq!(rfc_key().code(i64::try_from(counter).unwrap()).as_str(), code.as_str().unwrap());
    }
}

#[test]
fn codes_are_those_of_rfc_6238() {
    let vectors: Value = serde_json::from_str(include_str!("../../tests/vectors/rfc6238_totp.json")).unwrap();
    let vectors = vectors["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 6);
    for vector in vectors {
        let seconds = vector["seconds"].as_i64().unwrap();
        let code = &vector["code"].as_str().unwrap()[2..];
        assert_eq!(rfc_key().matching_step(code, at(seconds), None), Some(seconds / 30), "{vector}");
    }
}

#[test]
fn a_code_counts_one_step_early_and_one_late() {
    let code = rfc_key().code(1_000);
    let first_second = 1_000 * 30;
    for (seconds, counts) in [(-31, false), (-30, true), (0, true), (29, true), (30, true), (59, true), (60, false)] {
        let found = rfc_key().matching_step(&code, at(first_second + seconds), None);
        assert_eq!(found, counts.then_some(1_000), "{seconds}");
    }
}

#[test]
fn a_step_counts_once_and_none_before_it_does() {
    let now = at(1_000 * 30);
    for (step, last_step, counts) in
        [(1_000, 999, true), (1_000, 1_000, false), (999, 1_000, false), (1_001, 1_000, true), (999, 998, true), (1_000, 1_001, false)]
    {
        let found = rfc_key().matching_step(&rfc_key().code(step), now, Some(last_step));
        assert_eq!(found, counts.then_some(step), "{step} after {last_step}");
    }
}

#[test]
fn of_two_steps_with_the_same_code_the_later_one_is_used() {
    // Found by search: one pair of neighbours in a million has the same code.
    let step = 910_737;
    let code = rfc_key().code(step);
    assert_eq!(code, rfc_key().code(step + 1));
    assert_eq!(rfc_key().matching_step(&code, at(step * 30), None), Some(step + 1));
    assert_eq!(rfc_key().matching_step(&code, at(step * 30), Some(step + 1)), None);
}

#[test]
fn a_code_is_forgiven_gaps_and_other_scripts_digits() {
    // 005924 at that time.
    let now = at(1_234_567_890);
    for typed in ["005924", " 005 924\n", "005-924", "٠٠٥٩٢٤", "۰۰۵ ۹۲۴", "００５９２４"] {
        assert!(rfc_key().matching_step(typed, now, None).is_some(), "{typed:?}");
    }
    for typed in ["", "5924", "05924", "0005924", "005925", "89005924", "00592a", "+005924", &"0".repeat(10_000)] {
        assert_eq!(rfc_key().matching_step(typed, now, None), None, "{typed:?}");
    }
}

#[test]
fn another_key_has_other_codes() {
    assert_eq!(TotpKey::new([7; 20]).matching_step("005924", at(1_234_567_890), None), None);
}

#[test]
fn any_time_is_a_time() {
    for seconds in [i64::MIN, -1, 0, i64::MAX] {
        assert_eq!(rfc_key().matching_step("x", at(seconds), None), None);
    }
}

#[test]
fn people_type_the_key_in_groups_of_four() {
    assert_eq!(rfc_key().groups().as_str(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
}

#[test]
fn apps_read_the_key_from_a_uri() {
    let uri = rfc_key().uri("Ann & Söhne: Shop", "ann+x@example.org");
    assert_eq!(
        uri.as_str(),
        "otpauth://totp/Ann%20%26%20S%C3%B6hne%20%20Shop:ann%2Bx%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
         &issuer=Ann%20%26%20S%C3%B6hne%20%20Shop&algorithm=SHA1&digits=6&period=30"
    );
    let url = url::Url::parse(&uri).unwrap();
    assert_eq!(url.query_pairs().find(|(name, _)| name == "issuer").unwrap().1, "Ann & Söhne  Shop");
    assert_eq!(url.path().matches(':').count(), 1);
}

#[test]
fn a_sealed_key_opens_for_its_person_alone() {
    let (ann, bob) = (UserId::new([1; 16]), UserId::new([2; 16]));
    let sealed = rfc_key().seal(&keyring(1), &ann, [9; 24]);
    assert!(!sealed.contains("GEZD"));
    assert_eq!(TotpKey::open(&keyring(1), &ann, &sealed), Some(rfc_key()));
    assert_eq!(TotpKey::open(&keyring(1), &bob, &sealed), None);
    assert_eq!(TotpKey::open(&keyring(2), &ann, &sealed), None);
}

#[test]
fn debug_shows_no_key() {
    assert_eq!(format!("{:?}", rfc_key()), "TotpKey(Secret(…))");
}
