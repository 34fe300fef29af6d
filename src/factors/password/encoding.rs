//! What texts of password hashes are made of: numbers, lists of parameters, base64. Knows no scheme.
//!
//! The PHC string format, and what older systems write in its place.

use base64::Engine;
use base64::alphabet::{BCRYPT, STANDARD};
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, PAD};

/// Base64 as the PHC string format has it: without padding.
const PHC: GeneralPurpose = GeneralPurpose::new(&STANDARD, NO_PAD);
/// Base64 with padding.
const PADDED: GeneralPurpose = GeneralPurpose::new(&STANDARD, PAD);
/// bcrypt's own alphabet. Old implementations left the last bits as they happened to be.
const FOR_BCRYPT: GeneralPurpose = GeneralPurpose::new(&BCRYPT, NO_PAD.with_decode_allow_trailing_bits(true));

/// A decimal number as a computer writes it: no sign, no leading zero.
pub(super) fn number(text: &str) -> Option<u32> {
    let is_plain = text.bytes().all(|digit| digit.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    is_plain.then(|| text.parse().ok())?
}

/// The values of a list `a=1,b=2`, where it has exactly these names in this order.
pub(super) fn parameters<const N: usize>(list: &str, names: [&str; N]) -> Option<[u32; N]> {
    let mut values = [0; N];
    let mut items = list.split(',');
    for (value, name) in values.iter_mut().zip(names) {
        *value = number(items.next()?.strip_prefix(name)?.strip_prefix('=')?)?;
    }
    items.next().is_none().then_some(values)
}

/// The parts between `$` signs, where there are exactly so many.
pub(super) fn fields<const N: usize>(text: &str) -> Option<[&str; N]> {
    let mut parts = [""; N];
    let mut split = text.split('$');
    for part in &mut parts {
        *part = split.next()?;
    }
    split.next().is_none().then_some(parts)
}

/// Base64 without padding.
pub(super) fn base64(text: &str) -> Option<Vec<u8>> {
    PHC.decode(text).ok()
}

/// The same, from octets.
pub(super) fn to_base64(octets: &[u8]) -> String {
    PHC.encode(octets)
}

/// Base64 with padding.
pub(super) fn padded_base64(text: &str) -> Option<Vec<u8>> {
    PADDED.decode(text).ok()
}

/// passlib's "adapted" base64: without padding, `.` in place of `+`; the usual one, too.
pub(super) fn adapted_base64(text: &str) -> Option<Vec<u8>> {
    base64(&text.replace('.', "+"))
}

/// bcrypt's base64.
pub(super) fn bcrypt_base64(text: &str) -> Option<Vec<u8>> {
    FOR_BCRYPT.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::{fields, number, parameters};

    #[test]
    fn a_number_is_written_in_one_way() {
        assert_eq!((number("0"), number("10"), number("4294967295")), (Some(0), Some(10), Some(u32::MAX)));
        for wrong in ["", "00", "01", "+1", "-1", " 1", "1 ", "0x1", "4294967296", "١"] {
            assert_eq!(number(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn parameters_stand_in_their_order_and_once() {
        assert_eq!(parameters("m=8,t=1,p=2", ["m", "t", "p"]), Some([8, 1, 2]));
        for wrong in ["m=8,t=1", "t=1,m=8,p=2", "m=8,t=1,p=2,p=2", "m=8,t=1,p=", "m=8,t=1,p=2,", "m=8 ,t=1,p=2", "m8,t1,p2", ""] {
            assert_eq!(parameters(wrong, ["m", "t", "p"]), None, "{wrong:?}");
        }
    }

    #[test]
    fn fields_are_as_many_as_asked_for() {
        assert_eq!(fields("a$b$"), Some(["a", "b", ""]));
        assert_eq!(fields::<3>("a$b"), None);
        assert_eq!(fields::<3>("a$b$c$d"), None);
    }
}
