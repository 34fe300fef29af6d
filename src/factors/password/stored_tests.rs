//! Hashes of other implementations, our own ones, what is refused before anything is computed, and when a hash is made anew.

use super::{StoredPassword, UnreadableHash, Verdict, verify_nobody};
use crate::factors::password::{Cost, Password, hash};
use serde_json::Value;

fn cheap() -> Cost {
    Cost::new(8, 1).unwrap()
}

fn password(text: &str) -> Password {
    Password::typed(text.to_owned()).unwrap()
}

fn verify(stored: &str, typed: &str) -> Verdict {
    StoredPassword::parse(stored).unwrap().verify(&password(typed), cheap()).unwrap()
}

fn refused(text: &str) -> UnreadableHash {
    StoredPassword::parse(text).unwrap_err()
}

fn vectors() -> Vec<(String, String)> {
    let file: Value = serde_json::from_str(include_str!("../../../tests/vectors/password_hashes.json")).unwrap();
    let text = |vector: &Value, name: &str| vector[name].as_str().unwrap().to_owned();
    file["vectors"].as_array().unwrap().iter().map(|vector| (text(vector, "password"), text(vector, "hash"))).collect()
}

#[test]
fn what_other_implementations_made_is_verified() {
    let vectors = vectors();
    assert!(vectors.len() >= 35);
    for (typed, stored) in vectors {
        let verdict = verify(&stored, &typed);
        let is_ours = stored.starts_with("$argon2id$v=19$m=8,t=1,p=1$");
        assert_eq!(verdict, if is_ours { Verdict::Right } else { Verdict::RightButRehash }, "{stored}");
        assert_eq!(verify(&stored, &format!("{}x", typed.chars().take(40).collect::<String>())), Verdict::Wrong, "{stored}");
    }
}

#[test]
fn every_octet_of_a_stored_hash_counts() {
    // One octet of the hash changed each time; salts and parameters are covered by the vectors being right.
    for (stored, octets) in [
        ("$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$", "21930e44ba3e34a33db1fddd0c7d590a4e216c38f44907987d31d4e7578c2605"),
        ("$pbkdf2-sha256$1000$.//..//..//..//..//.$", "a0fb13e3eb644868bf9cd0de42ed2a7ada7f7affcc50d09abb6e26e6a6746b18"),
    ] {
        let octets: Vec<u8> = (0..octets.len() / 2).map(|at| u8::from_str_radix(&octets[2 * at..2 * at + 2], 16).unwrap()).collect();
        for place in 0..octets.len() {
            let mut changed = octets.clone();
            changed[place] ^= 1;
            let stored = format!("{stored}{}", super::super::encoding::to_base64(&changed));
            assert_eq!(verify(&stored, "correct horse battery staple"), Verdict::Wrong, "{place}");
        }
    }
}

#[test]
fn our_own_hash_is_right_until_the_cost_changes() {
    let stored = hash(&password("rq7vkzpw"), *b"0123456789abcdef", cheap()).unwrap();
    assert!(stored.starts_with("$argon2id$v=19$m=8,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$"), "{stored}");
    assert_eq!(verify(&stored, "rq7vkzpw"), Verdict::Right);
    assert_eq!(verify(&stored, "rq7vkzpW"), Verdict::Wrong);
    for other in [Cost::new(9, 1), Cost::new(8, 2)] {
        let verdict = StoredPassword::parse(&stored).unwrap().verify(&password("rq7vkzpw"), other.unwrap());
        assert_eq!(verdict, Ok(Verdict::RightButRehash));
    }
    let other_salt = hash(&password("rq7vkzpw"), *b"0123456789abcdeg", cheap()).unwrap();
    assert_ne!(stored.rsplit('$').next(), other_salt.rsplit('$').next());
}

#[test]
fn the_default_cost_is_what_owasp_recommends() {
    assert_eq!((Cost::DEFAULT.memory_kib(), Cost::DEFAULT.iterations()), (19 * 1_024, 2));
    assert_eq!(Cost::new(19_456, 2), Some(Cost::DEFAULT));
}

#[test]
fn a_letter_written_in_two_ways_is_one_password_in_our_own_hash() {
    let stored = hash(&password("caf\u{E9} noir"), [7; 16], cheap()).unwrap();
    assert_eq!(verify(&stored, "cafe\u{301} noir"), Verdict::Right);
}

#[test]
fn bcrypt_looks_at_72_octets() {
    let (long, stored) = vectors().into_iter().find(|(typed, _)| typed.len() > 72).unwrap();
    assert_eq!(verify(&stored, &long[..72]), Verdict::RightButRehash);
    assert_eq!(verify(&stored, &format!("{}!", &long[..72])), Verdict::RightButRehash);
    assert_eq!(verify(&stored, &long[..71]), Verdict::Wrong);
    // The hash that replaces it looks at all of them.
    let ours = hash(&password(&long), [7; 16], cheap()).unwrap();
    assert_eq!(verify(&ours, &long[..72]), Verdict::Wrong);
}

#[test]
fn nobody_has_a_password() {
    for typed in ["", "rq7vkzpw", &"x".repeat(4_096)] {
        assert_eq!(verify_nobody(&password(typed), cheap()), Ok(Verdict::Wrong));
    }
}

#[test]
fn what_a_worker_cannot_bear_is_refused_unread() {
    for text in [
        // 64 MiB and one KiB; five passes over 64 MiB; seventeen lanes.
        "$argon2id$v=19$m=65537,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=65536,t=5,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=4294967295,t=4294967295,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=8,t=4294967295,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=136,t=1,p=17$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$2b$15$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
        "$2b$31$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
        "$scrypt$ln=17,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=16,r=8,p=3$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=1,r=4294967295,p=4294967295$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=63,r=4294967295,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$pbkdf2-sha256$2000001$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        // 64 octets of SHA-1 are four blocks, each with all of its iterations.
        "$pbkdf2$500001$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8AAQIDBAUGBwgJCgsMDQ4PAAECAwQFBgcICQoLDA0ODw",
        "pbkdf2_sha256$4294967295$seasalt12345$18fMAtaEEIPKVRZAIKIGArBrs8yvx3L9K0VnNh8ygOA=",
        // ASP.NET, version 3 with 2^32 - 1 iterations.
        "AQAAAAH/////AAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==",
    ] {
        assert_eq!(refused(text), UnreadableHash::TooCostly, "{text}");
    }
}

#[test]
fn what_is_usual_elsewhere_is_not_too_costly() {
    for text in [
        // argon2-cffi's and passlib's defaults, OWASP's alternatives, Django 6's and ASP.NET's iterations, bcrypt as PHP has it.
        "$argon2id$v=19$m=65536,t=3,p=4$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=47104,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=7168,t=5,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=16,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=13,r=8,p=10$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "pbkdf2_sha256$1200000$seasalt1234567890ABCDE$18fMAtaEEIPKVRZAIKIGArBrs8yvx3L9K0VnNh8ygOA=",
        "AQAAAAIAAYagAAAAEAABAgMEBQYHCAkKCwwNDg9B0Oxwty+PGIDSp95gcCfzeDvA4sGapUIUov8usXfD6A==",
        "$2y$12$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
    ] {
        assert!(StoredPassword::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn what_is_wrong_in_itself_is_refused() {
    for text in [
        "$argon2id$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw$",
        "$argon2id$v=16$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=7,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=8,t=1,p=2$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=8,t=0,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=8,t=1,p=0$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=8,t=1,p=4294967295$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$AAECAwQFBgcICQoLDA0ODw",
        "$argon2id$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$c2hvcnQ",
        "$argon2id$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw==$AAECAwQFBgcICQoLDA0ODw",
        "$2b$03$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
        "$2b$4$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
        "$2b$+4$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
        "$2b$32$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
        "$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6C",
        "$2b$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CGG",
        "$2b$04$äbcdefghijklmnopqrstu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
        "$scrypt$ln=0,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=64,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=4,r=0,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=4,r=8,p=0$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$scrypt$ln=4,r=8,p=1$AAECAwQFBgcICQoLDA0ODw$",
        "$pbkdf2-sha256$0$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$pbkdf2-sha256$i=1000,l=32$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$pbkdf2-sha256$1000$$AAECAwQFBgcICQoLDA0ODw",
        "pbkdf2_sha256$1000$seasalt12345$18fMAtaEEIPKVRZAIKIGArBrs8yvx3L9K0VnNh8ygOA",
        // ASP.NET's own examples of what is too short or too long.
        "AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggE=",
        "AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJgAAAAAAAAAAAAA=",
        "AQAAAAIAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4A=",
        "AQAAAAIAAAAyAAAA",
        "AA==",
    ] {
        assert_eq!(refused(text), UnreadableHash::Malformed, "{text}");
    }
}

#[test]
fn what_is_of_no_known_scheme_is_refused() {
    for text in [
        "",
        "$",
        "hunter2",
        "password",
        "$1$salt$hash",
        "$argon2i$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
        "$2x$04$abcdefghijklmnopqrstuu7EJV7kdjBBQxyb0HjTh9KS7.Lah/6CG",
        "$2b",
        "{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
        "AgABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==",
        "AQAAAAMAAAAyAAAAEOMwvh3+FZxqkdMBz2ekgGhwQ4B6pZWND6zgESBuWiHw",
        &"A".repeat(100_000),
    ] {
        assert_eq!(refused(text), UnreadableHash::UnknownScheme, "{text}");
    }
}

#[test]
fn an_operators_cost_is_within_reason() {
    for (memory_kib, iterations) in [(8, 1), (65_536, 4), (7_168, 5), (8, 32_768)] {
        assert!(Cost::new(memory_kib, iterations).is_some());
    }
    for (memory_kib, iterations) in [(7, 1), (8, 0), (65_537, 1), (65_536, 5), (8, 32_769), (u32::MAX, u32::MAX)] {
        assert_eq!(Cost::new(memory_kib, iterations), None);
    }
}

#[test]
fn debug_shows_no_hash() {
    let stored = hash(&password("rq7vkzpw"), [7; 16], cheap()).unwrap();
    assert_eq!(format!("{:?}", StoredPassword::parse(&stored).unwrap()), "StoredPassword(…)");
}
