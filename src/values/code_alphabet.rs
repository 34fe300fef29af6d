//! What a one-time code is written in: its symbols and how many of them. The code itself is made in `factors::email_otp`.

/// Six to ten decimal digits, or eight symbols of Crockford's base 32.
///
/// ```
/// use nightlatch::values::code_alphabet::CodeAlphabet;
/// assert_eq!(CodeAlphabet::digits(6).unwrap().length(), 6);
/// assert!(CodeAlphabet::digits(5).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeAlphabet {
    /// Decimal digits.
    Digits(DigitCount),
    /// Eight symbols without I, L, O and U: 40 bits.
    Crockford8,
}

/// How many digits a code has: six (20 bits, ASVS 6.5.4) to ten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DigitCount(u8);

/// How the database says `Crockford8`; no count of digits is as high.
const STORED_CROCKFORD: i64 = 32;

impl CodeAlphabet {
    /// So many decimal digits; `None` where it isn't 6 to 10.
    #[must_use]
    pub fn digits(count: u8) -> Option<Self> {
        (6..=10).contains(&count).then_some(Self::Digits(DigitCount(count)))
    }

    /// How many symbols the code has.
    #[must_use]
    pub fn length(self) -> usize {
        match self {
            Self::Digits(DigitCount(count)) => usize::from(count),
            Self::Crockford8 => 8,
        }
    }

    /// How many different codes there are.
    #[must_use]
    pub fn codes(self) -> u64 {
        match self {
            Self::Digits(DigitCount(count)) => 10_u64.pow(u32::from(count)),
            Self::Crockford8 => 1 << 40,
        }
    }

    /// The symbols, the one for zero first.
    #[must_use]
    pub fn symbols(self) -> &'static [u8] {
        match self {
            Self::Digits(DigitCount(_)) => b"0123456789",
            Self::Crockford8 => b"0123456789ABCDEFGHJKMNPQRSTVWXYZ",
        }
    }

    /// As the column `challenges.digits` holds it.
    #[must_use]
    pub fn stored(self) -> i64 {
        match self {
            Self::Digits(DigitCount(count)) => i64::from(count),
            Self::Crockford8 => STORED_CROCKFORD,
        }
    }

    /// From the column `challenges.digits`; `None` where it holds nothing that `stored` gives.
    #[must_use]
    pub fn from_stored(stored: i64) -> Option<Self> {
        if stored == STORED_CROCKFORD {
            return Some(Self::Crockford8);
        }
        u8::try_from(stored).ok().and_then(Self::digits)
    }
}

#[cfg(test)]
mod tests {
    use super::CodeAlphabet;

    #[test]
    fn what_is_stored_is_read_back_and_nothing_else_is() {
        let all = (6..=10).filter_map(CodeAlphabet::digits).chain([CodeAlphabet::Crockford8]);
        for alphabet in all {
            assert_eq!(CodeAlphabet::from_stored(alphabet.stored()), Some(alphabet));
        }
        for stored in [-1, 0, 5, 11, 31, 33, 262, 288] {
            assert_eq!(CodeAlphabet::from_stored(stored), None, "{stored}");
        }
    }

    #[test]
    fn the_number_of_codes_is_the_symbols_to_the_power_of_the_length() {
        for alphabet in (6..=10).filter_map(CodeAlphabet::digits).chain([CodeAlphabet::Crockford8]) {
            let symbols = alphabet.symbols().len() as u64;
            assert_eq!(alphabet.codes(), symbols.pow(u32::try_from(alphabet.length()).unwrap()));
        }
    }
}
