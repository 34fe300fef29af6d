//! A phone number that a text message can go to, in its international form. ITU-T E.164 §6.2: at most 15 digits, country code included.
//!
//! Judges the form alone: whether a number has been given out, or belongs to a phone, is learnt by sending to it.

use super::typed_code::ascii_digit;
use std::fmt;

/// The most digits (E.164 §6.1).
const MOST_DIGITS: usize = 15;
/// Fewer than this no country has behind its code for anything that takes text messages.
const LEAST_DIGITS: usize = 8;
/// Anything longer is refused unread, in octets.
const LONGEST_TYPED: usize = 128;

/// Why a text is no phone number that we send to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneNumberError {
    /// Nothing was typed.
    #[error("a number is needed")]
    Empty,
    /// No `+` at the beginning, or a 0 behind it, with which no country code begins.
    #[error("the number must begin with + and the country code, as in +43 664 1234567")]
    NoCountryCode,
    /// A letter, or a sign that no number is written with.
    #[error("the number has a character that no number has")]
    ForbiddenCharacter,
    /// Fewer than 8 digits, or more than 15.
    #[error("the number must have 8 to 15 digits")]
    Length,
}

/// A phone number: `+`, then 8 to 15 digits of which the first isn't 0.
///
/// ```
/// use nightlatch::values::PhoneNumber;
/// assert_eq!(PhoneNumber::parse(" +49 (0)151 234-56.78").unwrap().as_str(), "+491512345678");
/// assert!(PhoneNumber::parse("0151 2345678").is_err());
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a number as a person types it: spaces, dots, dashes, slashes and parentheses go, and so does the `(0)` that is dialled within a
    /// country alone; other scripts' digits become ASCII's.
    ///
    /// # Errors
    /// Says what is wrong. Nothing is guessed: a number without its country code could be anybody's.
    pub fn parse(typed: &str) -> Result<Self, PhoneNumberError> {
        if typed.len() > LONGEST_TYPED {
            return Err(PhoneNumberError::Length);
        }
        let tidied: String = typed.replace("(0)", "").chars().filter(|c| !is_ornament(*c)).map(ascii_digit).collect();
        if tidied.is_empty() {
            return Err(PhoneNumberError::Empty);
        }
        let (plus, digits) = tidied.strip_prefix(['+', '\u{FF0B}']).map_or((false, tidied.as_str()), |digits| (true, digits));
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PhoneNumberError::ForbiddenCharacter);
        }
        if !plus || digits.starts_with('0') {
            return Err(PhoneNumberError::NoCountryCode);
        }
        if !(LEAST_DIGITS..=MOST_DIGITS).contains(&digits.len()) {
            return Err(PhoneNumberError::Length);
        }
        Ok(Self(format!("+{digits}")))
    }

    /// What the number is compared, stored and sent to by.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its end alone, by which its person recognises it in the record of what happened.
    ///
    /// ```
    /// # use nightlatch::values::PhoneNumber;
    /// assert_eq!(PhoneNumber::parse("+436641234567").unwrap().ending(), "…4567");
    /// ```
    #[must_use]
    pub fn ending(&self) -> String {
        // The form has digits alone behind its `+`, and at least eight.
        format!("…{}", self.0.get(self.0.len().saturating_sub(4)..).unwrap_or_default())
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for PhoneNumber {
    /// Without the number: it is somebody's.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PhoneNumber(…)")
    }
}

/// What people write between digits, and the marks of direction that come along when a number is copied from an address book.
fn is_ornament(c: char) -> bool {
    matches!(c, ' ' | '\u{A0}' | '\u{2002}'..='\u{200A}' | '\u{202F}' | '\u{3000}' | '\t')
        || matches!(c, '.' | '(' | ')' | '/' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0D}')
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(typed: &str) -> Result<String, PhoneNumberError> {
        PhoneNumber::parse(typed).map(|number| number.as_str().to_owned())
    }

    #[test]
    fn what_people_write_between_the_digits_goes() {
        let texts = ["+436641234567", " +43 664 123 45 67 ", "+43 (664) 1234-567", "+43.664.1234567", "+43 664/1234567", "+43 (0)664 1234567"];
        for typed in texts.iter().chain(&[
            "\u{202A}+43 664\u{A0}1234567\u{202C}",
            "+٤٣ ٦٦٤ ١٢٣٤٥٦٧",
            "＋４３６６４１２３４５６７",
            "+43\u{2013}664\u{2011}1234567",
        ]) {
            assert_eq!(read(typed).as_deref(), Ok("+436641234567"), "{typed:?}");
        }
    }

    #[test]
    fn a_number_has_eight_to_fifteen_digits() {
        assert!(read("+12345678").is_ok() && read("+123456789012345").is_ok());
        for typed in ["+", "+1", "+1234567", "+1234567890123456", &format!("+{}", "1".repeat(500))] {
            assert_eq!(read(typed), Err(PhoneNumberError::Length), "{typed}");
        }
    }

    #[test]
    fn a_number_without_its_country_code_is_refused() {
        for typed in ["06641234567", "00436641234567", "436641234567", "+0436641234567", "(0)664 1234567"] {
            assert_eq!(read(typed), Err(PhoneNumberError::NoCountryCode), "{typed}");
        }
        for typed in ["", "  ", "( ) -", "(0)"] {
            assert_eq!(read(typed), Err(PhoneNumberError::Empty), "{typed}");
        }
    }

    #[test]
    fn letters_signs_and_line_breaks_are_refused() {
        for typed in
            ["+1 800 FLOWERS", "+43664 1234567 ext. 8", "++436641234567", "+43+6641234567", "+43664123456\n7", "+43664123456,7", "+43;ext=1 123456"]
        {
            assert_eq!(read(typed), Err(PhoneNumberError::ForbiddenCharacter), "{typed:?}");
        }
    }

    #[test]
    fn a_number_never_shows_itself_in_a_log() {
        assert_eq!(format!("{:?}", PhoneNumber::parse("+436641234567")), "Ok(PhoneNumber(…))");
    }

    proptest! {
        #[test]
        fn whatever_comes_in_is_read_in_its_one_form_or_refused(typed in r"([0-9]|[+ ().\-/a-z]|\PC){0,40}") {
            if let Ok(number) = PhoneNumber::parse(&typed) {
                let digits = number.as_str().strip_prefix('+').unwrap();
                prop_assert!((8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0'));
                prop_assert_eq!(PhoneNumber::parse(number.as_str()), Ok(number));
            }
        }

        #[test]
        fn ornaments_change_no_number(digits in "[1-9][0-9]{7,14}", ornaments in proptest::collection::vec("[ .)/-]{0,2}", 15)) {
            let typed: String = digits.chars().zip(&ornaments).map(|(digit, ornament)| format!("{digit}{ornament}")).collect();
            prop_assert_eq!(read(&format!("+{typed}")), Ok(format!("+{digits}")));
        }
    }
}
