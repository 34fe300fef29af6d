//! A code as a person types it, brought to the form in which we write codes. Judges no code.
//!
//! Spaces and dashes go, other scripts' digits become ASCII's, and in base 32 Crockford's look-alikes count as what they look like.
//! A text in which nothing is a code stays wrong: nothing is repaired beyond that.

use zeroize::Zeroizing;

/// Nothing that a person could mean as a code is longer, in octets; what is longer is read as nothing.
const LONGEST_TYPED: usize = 256;

/// A code of decimal digits.
///
/// ```
/// use nightlatch::values::typed_code;
/// assert_eq!(typed_code::digits(" ١٢٣ - 456").as_str(), "123456");
/// ```
#[must_use]
pub fn digits(typed: &str) -> Zeroizing<String> {
    tidied(typed, |symbol| symbol)
}

/// A code in Crockford's base 32: upper case, I and L are 1, O is 0.
///
/// ```
/// use nightlatch::values::typed_code;
/// assert_eq!(typed_code::crockford("abo-il7").as_str(), "AB0117");
/// ```
#[must_use]
pub fn crockford(typed: &str) -> Zeroizing<String> {
    tidied(typed, crockford_symbol)
}

fn tidied(typed: &str, read: fn(char) -> char) -> Zeroizing<String> {
    // Room for all of it from the start: a text that grows leaves copies behind.
    let mut text = Zeroizing::new(String::with_capacity(LONGEST_TYPED));
    if typed.len() <= LONGEST_TYPED {
        text.extend(typed.chars().filter(|c| !is_ignored(*c)).map(ascii_digit).map(read));
    }
    text
}

/// White space, hyphens and dashes, and the invisible marks that come along when a code is copied from right-to-left text.
fn is_ignored(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '\u{AD}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE63}' | '\u{FF0D}')
        || matches!(c, '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// The ASCII digit for an Arabic-Indic, an Extended Arabic-Indic or a full-width one; everything else as it is.
pub(super) fn ascii_digit(c: char) -> char {
    let value = [0x660, 0x6F0, 0xFF10].into_iter().find_map(|zero| u32::from(c).checked_sub(zero).filter(|value| *value < 10));
    value.and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
}

fn crockford_symbol(c: char) -> char {
    match c.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{crockford, digits};

    #[test]
    fn gaps_dashes_and_other_scripts_digits_are_forgiven() {
        for typed in ["102938", " 102 938 ", "102\u{2013}938", "102\u{A0}938\n", "\u{200F}102938", "１０２９３８", "١٠٢٩٣٨", "۱۰۲ ۹۳۸"]
        {
            assert_eq!(digits(typed).as_str(), "102938", "{typed:?}");
        }
    }

    #[test]
    fn look_alikes_are_forgiven_in_base_32_alone() {
        assert_eq!(crockford("alOb-ciZ9").as_str(), "A10BC1Z9");
        assert_eq!(digits("lO2938").as_str(), "lO2938");
    }

    #[test]
    fn what_is_no_code_stays_none() {
        assert_eq!(digits("+1.5").as_str(), "+1.5");
        assert_eq!(crockford(&"1".repeat(257)).as_str(), "");
        assert_eq!(crockford(&"1".repeat(256)).len(), 256);
    }
}
