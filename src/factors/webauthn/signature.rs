//! An assertion's signature in the form that WebCrypto takes. Verifies nothing. WebAuthn Level 3 §6.5.5, RFC 3279 §2.2.3, X.690 §8.3 and §10.1.

use crate::platform::VerificationAlgorithm;

/// The tags of DER.
const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
/// Octets of a number below the order of P-256.
const NUMBER: usize = 32;

/// The signature as WebCrypto takes it: ECDSA's DER as R || S, the others as they are. `None` where it isn't one of the algorithm.
#[must_use]
pub(super) fn raw(algorithm: VerificationAlgorithm, signature: &[u8]) -> Option<Vec<u8>> {
    match algorithm {
        VerificationAlgorithm::Es256 => r_and_s(signature),
        VerificationAlgorithm::Ed25519 => (signature.len() == 64).then(|| signature.to_vec()),
        VerificationAlgorithm::Rs256 => Some(signature.to_vec()),
    }
}

/// `Ecdsa-Sig-Value`, in the one way that DER has to write it.
fn r_and_s(der: &[u8]) -> Option<Vec<u8>> {
    let [SEQUENCE, length, numbers @ ..] = der else { return None };
    // Two numbers take 70 octets at most, so that every length is in its short form.
    if usize::from(*length) != numbers.len() || numbers.len() > 2 * (NUMBER + 3) {
        return None;
    }
    let (r, rest) = number(numbers)?;
    let (s, rest) = number(rest)?;
    rest.is_empty().then(|| [r, s].concat())
}

/// A positive number at the start, and what is behind it.
fn number(der: &[u8]) -> Option<([u8; NUMBER], &[u8])> {
    let [INTEGER, length, rest @ ..] = der else { return None };
    let (octets, rest) = rest.split_at_checked(usize::from(*length))?;
    let digits = match octets {
        // The zero in front is there only where the number would read as a negative one.
        [0, next, ..] if *next < 0x80 => return None,
        [0, digits @ ..] => digits,
        [first, ..] if *first >= 0x80 => return None,
        digits => digits,
    };
    if digits.is_empty() {
        return None;
    }
    let mut number = [0; NUMBER];
    number.get_mut(NUMBER.checked_sub(digits.len())?..)?.copy_from_slice(digits);
    Some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
        let number = |octets: &[u8]| [&[INTEGER, octets.len() as u8], octets].concat();
        let numbers = [number(r), number(s)].concat();
        [&[SEQUENCE, numbers.len() as u8], numbers.as_slice()].concat()
    }

    fn es256(der: &[u8]) -> Option<Vec<u8>> {
        raw(VerificationAlgorithm::Es256, der)
    }

    #[test]
    fn numbers_are_padded_to_32_octets() {
        let high = [&[0][..], &[0xff; 32]].concat();
        assert_eq!(es256(&der(&[1], &[0x7f; 32])), Some([[0; 31].as_slice(), &[1], &[0x7f; 32]].concat()));
        assert_eq!(es256(&der(&high, &[0, 0x80])), Some([[0xff; 32].as_slice(), &[0; 31], &[0x80]].concat()));
    }

    #[test]
    fn only_der_is_taken() {
        let right = der(&[1, 2], &[3, 4]);
        assert!(es256(&right).is_some());
        for at in 0..right.len() {
            assert!(es256(&right[..at]).is_none(), "{at}");
        }
        let long_form = [&[SEQUENCE, 0x81], &right[1..]].concat();
        let other_tag = [&[0x31], &right[1..]].concat();
        let longer = [right.as_slice(), &[0]].concat();
        let three = [&[SEQUENCE, 11], &right[2..], &[INTEGER, 1, 1]].concat();
        let negative = der(&[0x80], &[1]);
        let needless_zero = der(&[0, 1], &[1]);
        let zero = der(&[0], &[1]);
        let empty = der(&[], &[1]);
        let too_long = der(&[1; 33], &[1]);
        let far_too_long = der(&[0x7f; 60], &[0x7f; 60]);
        for wrong in [long_form, other_tag, longer, three, negative, needless_zero, zero, empty, too_long, far_too_long, vec![1; 64]] {
            assert!(es256(&wrong).is_none(), "{wrong:x?}");
        }
    }

    #[test]
    fn the_others_stay_as_they_are() {
        assert_eq!(raw(VerificationAlgorithm::Ed25519, &[1; 64]), Some(vec![1; 64]));
        assert_eq!(raw(VerificationAlgorithm::Ed25519, &[1; 63]), None);
        assert_eq!(raw(VerificationAlgorithm::Rs256, &[1; 256]), Some(vec![1; 256]));
    }
}
