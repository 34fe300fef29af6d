//! What is an address, what isn't, and what none of them may turn into.

use super::{EmailAddress, EmailAddressError, EmailDomain, LocalPart};
use proptest::prelude::*;

fn identity(typed: &str) -> Result<String, EmailAddressError> {
    EmailAddress::parse(typed, LocalPart::AsciiOnly).map(|address| address.identity().to_owned())
}

fn unicode_identity(typed: &str) -> Result<String, EmailAddressError> {
    EmailAddress::parse(typed, LocalPart::AnyUnicode).map(|address| address.identity().to_owned())
}

#[test]
fn good_addresses_have_one_identity() {
    let good = [
        ("ann@example.org", "ann@example.org"),
        ("  ann@example.org ", "ann@example.org"),
        ("\u{A0}\u{3000}ann@example.org\u{A0}", "ann@example.org"),
        ("Ann.B+tag@Example.ORG", "ann.b+tag@example.org"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("a_b-c/d=e?f^g`h{i|j}k~l#m$n&o*p@example.org", "a_b-c/d=e?f^g`h{i|j}k~l#m$n&o*p@example.org"),
        ("-@example.org", "-@example.org"),
        ("1@2.example", "1@2.example"),
        ("ann@bücher.example", "ann@xn--bcher-kva.example"),
        ("ann@XN--BCHER-KVA.example", "ann@xn--bcher-kva.example"),
        ("ann@bu\u{308}cher.example", "ann@xn--bcher-kva.example"),
        ("ann@例え.テスト", "ann@xn--r8jz45g.xn--zckzah"),
        ("ann@faß.example", "ann@xn--fa-hia.example"),
        ("ann@ｅｘａｍｐｌｅ.org", "ann@example.org"),
        ("ann@example。org", "ann@example.org"),
        ("ann@مثال.إختبار", "ann@xn--mgbh0fb.xn--kgbechtv"),
    ];
    for (typed, expected) in good {
        assert_eq!(identity(typed).as_deref(), Ok(expected), "{typed:?}");
    }
}

#[test]
fn bad_addresses_are_refused_for_what_is_wrong_with_them() {
    use EmailAddressError::{BadDomain, BadLocalPart, Empty, ForbiddenCharacter, NonAsciiLocalPart, NotOneAt};
    let bad = [
        ("", Empty),
        ("  \u{A0} ", Empty),
        ("ann", NotOneAt),
        ("ann.example.org", NotOneAt),
        ("ann@@example.org", NotOneAt),
        ("ann@example.org@evil.example", NotOneAt),
        ("ann@example.org,bob@evil.example", NotOneAt),
        ("ann@example.org\u{FF20}evil.example", NotOneAt),
        ("@example.org", BadLocalPart),
        (".ann@example.org", BadLocalPart),
        ("ann.@example.org", BadLocalPart),
        ("a..b@example.org", BadLocalPart),
        ("<ann@example.org>", BadLocalPart),
        ("Ann<ann@example.org", BadLocalPart),
        ("\"ann\"@example.org", BadLocalPart),
        ("a,b@example.org", BadLocalPart),
        ("a;b@example.org", BadLocalPart),
        ("a:b@example.org", BadLocalPart),
        ("a\\b@example.org", BadLocalPart),
        ("a(comment)@example.org", BadLocalPart),
        ("ann%evil.example@example.org", BadLocalPart),
        ("evil.example!ann@example.org", BadLocalPart),
        ("[ann]@example.org", BadLocalPart),
        ("ann@", BadDomain),
        ("ann@example", BadDomain),
        ("ann@localhost", BadDomain),
        ("ann@example.org.", BadDomain),
        ("ann@.example.org", BadDomain),
        ("ann@example..org", BadDomain),
        ("ann@[1.2.3.4]", BadDomain),
        ("ann@[IPv6:::1]", BadDomain),
        ("ann@1.2.3.4", BadDomain),
        ("ann@example.0x7f", BadDomain),
        ("ann@-example.org", BadDomain),
        ("ann@example-.org", BadDomain),
        ("ann@exa_mple.org", BadDomain),
        ("ann@exa%mple.org", BadDomain),
        ("ann@example.org>", BadDomain),
        ("ann@example.org,", BadDomain),
        ("ann@example.org:25", BadDomain),
        ("ann@xn--a.example", BadDomain),
        ("ann@xn--.example", BadDomain),
        ("Ann ann@example.org", ForbiddenCharacter),
        ("ann @example.org", ForbiddenCharacter),
        ("ann@ example.org", ForbiddenCharacter),
        ("ann@example.org\r\nBcc: bob@evil.example", ForbiddenCharacter),
        ("ann@example.org\n", ForbiddenCharacter),
        ("\tann@example.org", ForbiddenCharacter),
        ("ann\0@example.org", ForbiddenCharacter),
        ("ann@example.org\u{85}", ForbiddenCharacter),
        ("ann@example.org\u{2028}", ForbiddenCharacter),
        ("ann@example\u{2029}.org", ForbiddenCharacter),
        ("ann\u{202E}@example.org", ForbiddenCharacter),
        ("ann@\u{2066}example.org", ForbiddenCharacter),
        ("ann\u{200B}@example.org", ForbiddenCharacter),
        ("ann@exam\u{AD}ple.org", ForbiddenCharacter),
        ("\u{FEFF}ann@example.org", ForbiddenCharacter),
        ("änn@example.org", NonAsciiLocalPart),
    ];
    for (typed, expected) in bad {
        assert_eq!(identity(typed), Err(expected), "{typed:?}");
    }
}

#[test]
fn lengths_end_where_smtp_ends() {
    let local = "a".repeat(64);
    assert!(identity(&format!("{local}@example.org")).is_ok());
    assert_eq!(identity(&format!("a{local}@example.org")), Err(EmailAddressError::TooLong));
    let label = "b".repeat(63);
    let longest = format!("{}@{label}.{label}.{}.org", "a".repeat(64), "c".repeat(57));
    assert_eq!(longest.len(), 254);
    assert!(identity(&longest).is_ok());
    assert_eq!(identity(&format!("a@b{label}.org")), Err(EmailAddressError::BadDomain));
    assert_eq!(identity(&longest.replace(".org", ".orgs")), Err(EmailAddressError::TooLong));
    assert_eq!(identity(&format!("{}@example.org", "a".repeat(5_000))), Err(EmailAddressError::TooLong));
}

#[test]
fn letters_that_look_or_fold_like_ascii_never_become_it_before_the_at() {
    let look_alikes = [
        "\u{FF41}nn@example.org",  // full-width a
        "mi\u{212A}e@example.org", // Kelvin sign
        "m\u{131}ke@example.org",  // dotless i
        "M\u{130}KE@example.org",  // dotted capital I
        "\u{FB01}nn@example.org",  // ligature fi
        "\u{17F}am@example.org",   // long s
        "\u{2460}@example.org",    // circled one
        "a\u{FF0E}b@example.org",  // full-width full stop
        "a\u{3002}b@example.org",  // ideographic full stop
        "\u{1D41A}nn@example.org", // mathematical bold a
        "u\u{308}@example.org",    // u with a combining mark
        "ÄNN@example.org",         // no folding beyond ASCII
        "ann\u{FF20}evil@example.org",
        "\u{301}a@example.org", // a mark with nothing to stand on
    ];
    for typed in look_alikes {
        assert_eq!(identity(typed), Err(EmailAddressError::NonAsciiLocalPart), "{typed:?}");
        assert_eq!(unicode_identity(typed), Err(EmailAddressError::BadLocalPart), "{typed:?}");
    }
}

#[test]
fn letters_beyond_ascii_keep_their_own_identity_where_they_are_allowed() {
    for (typed, expected) in [
        ("änn@example.org", "änn@example.org"),
        ("GROß@example.org", "groß@example.org"),
        ("用户@例子.广告", "用户@xn--fsqu00a.xn--4rr70v"),
        ("аnn@example.org", "аnn@example.org"), // a Cyrillic а: another person than ann
    ] {
        assert_eq!(unicode_identity(typed).as_deref(), Ok(expected), "{typed:?}");
        assert_eq!(identity(typed), Err(EmailAddressError::NonAsciiLocalPart), "{typed:?}");
    }
    assert_ne!(unicode_identity("аnn@example.org"), unicode_identity("ann@example.org"));
}

#[test]
fn what_was_typed_is_kept_for_display_and_the_domain_is_the_identitys() {
    let address = EmailAddress::parse(" Ann@BÜCHER.example", LocalPart::AsciiOnly).unwrap();
    assert_eq!(address.typed(), "Ann@BÜCHER.example");
    assert_eq!(address.domain(), &EmailDomain::parse("bücher.EXAMPLE").unwrap());
}

/// Texts that come near to an address, so that the properties are tried on more than refusals.
fn near_addresses() -> impl Strategy<Value = String> {
    let local = proptest::string::string_regex("[a-zA-Z0-9.+_%!\"<> äßıKﬁ-]{0,12}").unwrap();
    let domain = proptest::string::string_regex("[a-zA-Z0-9.üßı。Kﬁ-]{0,16}\\.[a-zA-Z]{2,4}").unwrap();
    prop_oneof![
        (local, domain).prop_map(|(local, domain)| format!("{local}@{domain}")),
        any::<String>(),
        (any::<String>(), any::<String>()).prop_map(|(local, domain)| format!("{local}@{domain}.org")),
    ]
}

proptest! {
    #[test]
    fn an_identity_is_its_own_identity(typed in near_addresses()) {
        for allowed in [LocalPart::AsciiOnly, LocalPart::AnyUnicode] {
            if let Ok(address) = EmailAddress::parse(&typed, allowed) {
                let again = EmailAddress::parse(address.identity(), allowed).unwrap();
                prop_assert_eq!(again.identity(), address.identity());
                prop_assert_eq!(again.domain(), address.domain());
                let display = EmailAddress::parse(address.typed(), allowed).unwrap();
                prop_assert_eq!(display, address);
            }
        }
    }

    #[test]
    fn an_identity_can_neither_end_a_header_nor_name_a_second_recipient(typed in near_addresses()) {
        if let Ok(address) = EmailAddress::parse(&typed, LocalPart::AnyUnicode) {
            prop_assert!(!address.identity().contains(|c: char| c.is_control() || c.is_whitespace() || ",;:<>()[]\"\\%!".contains(c)));
            prop_assert_eq!(address.identity().matches('@').count(), 1);
            prop_assert!(address.identity().len() <= 254);
        }
    }

    #[test]
    fn by_default_an_identity_is_ascii_in_lower_case(typed in near_addresses()) {
        if let Ok(address) = EmailAddress::parse(&typed, LocalPart::AsciiOnly) {
            prop_assert!(address.identity().is_ascii());
            prop_assert_eq!(address.identity().to_ascii_lowercase(), address.identity());
        }
    }
}
