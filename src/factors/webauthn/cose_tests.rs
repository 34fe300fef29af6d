//! Keys as WebAuthn Level 3 §6.5.1.1 writes them, and every way to write them wrong.

use super::*;

fn es256() -> Vec<u8> {
    [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..], &[0xaa; 32], &[0x22, 0x58, 32], &[0xbb; 32]].concat()
}

fn ed25519() -> Vec<u8> {
    [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32][..], &[0xcc; 32]].concat()
}

fn rs256(n: &[u8], e: &[u8]) -> Vec<u8> {
    let length = u16::try_from(n.len()).unwrap().to_be_bytes();
    [&[0xa4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59][..], &length, n, &[0x21, 0x40 | u8::try_from(e.len()).unwrap()], e].concat()
}

fn modulus(first: u8, bytes: usize) -> Vec<u8> {
    let mut n = vec![0xff; bytes];
    n[0] = first;
    n
}

fn parse(bytes: &[u8]) -> Result<PublicKey, WebauthnError> {
    read(&mut Decoder::new(bytes))
}

/// The key with one byte of it changed.
fn with(mut key: Vec<u8>, at: usize, byte: u8) -> Result<PublicKey, WebauthnError> {
    key[at] = byte;
    parse(&key)
}

#[test]
fn each_key_becomes_a_jwk() {
    let (a, b, c) = (base64url::encode([0xaa; 32]), base64url::encode([0xbb; 32]), base64url::encode([0xcc; 32]));
    let expected = PublicKey { algorithm: VerificationAlgorithm::Es256, jwk: format!(r#"{{"kty":"EC","crv":"P-256","x":"{a}","y":"{b}"}}"#) };
    assert_eq!(parse(&es256()), Ok(expected));
    let expected = PublicKey { algorithm: VerificationAlgorithm::Ed25519, jwk: format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{c}"}}"#) };
    assert_eq!(parse(&ed25519()), Ok(expected));
    let n = modulus(0x80, 256);
    let jwk = format!(r#"{{"kty":"RSA","n":"{}","e":"AQAB"}}"#, base64url::encode(&n));
    assert_eq!(parse(&rs256(&n, &[1, 0, 1])), Ok(PublicKey { algorithm: VerificationAlgorithm::Rs256, jwk }));
}

#[test]
fn the_identifiers_are_those_that_are_asked_for() {
    let mut known = [VerificationAlgorithm::Es256, VerificationAlgorithm::Ed25519, VerificationAlgorithm::Rs256].map(identifier);
    known.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(known, [-7, -8, -257]);
    assert!(ALGORITHMS.iter().all(|asked| known.contains(asked)));
}

#[test]
fn behind_the_key_the_reading_stops() {
    for key in [es256(), ed25519(), rs256(&modulus(1, 300), &[1, 0, 1])] {
        let longer = [key.as_slice(), &[0xa0, 1, 2]].concat();
        let mut decoder = Decoder::new(&longer);
        assert!(read(&mut decoder).is_ok());
        assert_eq!(decoder.position(), key.len());
    }
}

#[test]
fn an_algorithm_that_we_dont_ask_for_is_refused() {
    // -36 (ES512), -9, 1, -65535 (RS1).
    for alg in [&[0x38, 0x23][..], &[0x28], &[1], &[0x39, 0xff, 0xfe]] {
        let key = [&[0xa5, 1, 2, 3], alg, &es256()[5..]].concat();
        assert_eq!(parse(&key), Err(WebauthnError::Algorithm), "{alg:x?}");
    }
}

#[test]
fn a_key_of_another_kind_than_its_algorithms_is_refused() {
    // EdDSA, RS256's kty, a kty that nobody knows; another curve.
    assert_eq!(with(es256(), 4, 0x27), Err(WebauthnError::Key));
    assert_eq!(with(es256(), 2, 3), Err(WebauthnError::Key));
    assert_eq!(with(es256(), 2, 4), Err(WebauthnError::Key));
    assert_eq!(with(es256(), 6, 2), Err(WebauthnError::Key));
    assert_eq!(with(ed25519(), 4, 0x26), Err(WebauthnError::Key));
    assert_eq!(with(ed25519(), 6, 4), Err(WebauthnError::Key));
    // The same, by another number of members.
    assert_eq!(with(es256(), 0, 0xa4), Err(WebauthnError::Key));
    assert_eq!(with(ed25519(), 0, 0xa5), Err(WebauthnError::Key));
}

#[test]
fn a_member_twice_missing_moved_or_added_is_refused() {
    let key = es256();
    let twice = [&[0xa6, 1, 2, 1, 2][..], &key[3..]].concat();
    let moved = [&[0xa5, 3, 0x26, 1, 2][..], &key[5..]].concat();
    let key_ops = [&[0xa6, 1, 2, 3, 0x26, 4, 0x81, 2][..], &key[5..]].concat();
    let text_label = [&[0xa5, 0x61, b'1', 2][..], &key[3..]].concat();
    let compressed = [&key[..42], &[0x22, 0xf5]].concat();
    let swapped = [&key[..7], &key[42..], &key[7..42]].concat();
    let y_twice = [&key[..7], &[0x22], &key[8..]].concat();
    let indefinite = [&[0xbf], &key[1..], &[0xff]].concat();
    for wrong in [twice, moved, key_ops, text_label, compressed, swapped, y_twice, indefinite] {
        assert_eq!(parse(&wrong), Err(WebauthnError::Key), "{wrong:x?}");
    }
}

#[test]
fn coordinates_have_32_bytes() {
    let short_x = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 31][..], &[0xaa; 31], &[0x22, 0x58, 32], &[0xbb; 32]].concat();
    let long_y = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..], &[0xaa; 32], &[0x22, 0x58, 33], &[0xbb; 33]].concat();
    let short_okp = [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x50][..], &[0xcc; 16]].concat();
    for wrong in [short_x, long_y, short_okp] {
        assert_eq!(parse(&wrong), Err(WebauthnError::Key), "{wrong:x?}");
    }
}

#[test]
fn an_rsa_key_has_2048_to_4096_bits_and_the_usual_exponent() {
    for n in [modulus(0x80, 256), modulus(1, 257), modulus(0xff, 512)] {
        assert!(parse(&rs256(&n, &[1, 0, 1])).is_ok());
    }
    for n in [modulus(0x7f, 256), modulus(0xff, 255), modulus(0, 257), modulus(1, 513), vec![]] {
        assert_eq!(parse(&rs256(&n, &[1, 0, 1])), Err(WebauthnError::Key), "{}", n.len());
    }
    for e in [&[][..], &[1], &[3], &[0, 1, 0, 1], &[1, 0, 0], &[1, 0, 1, 0]] {
        assert_eq!(parse(&rs256(&modulus(0x80, 256), e)), Err(WebauthnError::Key), "{e:x?}");
    }
}

#[test]
fn a_key_cut_short_is_refused() {
    for key in [es256(), ed25519(), rs256(&modulus(0x80, 256), &[1, 0, 1])] {
        for at in 0..key.len() {
            assert_eq!(parse(&key[..at]), Err(WebauthnError::Key), "{at}");
        }
    }
}
