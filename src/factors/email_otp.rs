//! The one-time code that is sent by e-mail: derived from its challenge, and compared with what a person types.
//!
//! Derives and compares; stores, counts and sends nothing. HMAC-SHA-256 (RFC 2104) over challenge id and address is cut down to the alphabet
//! by rejection, so that every code is equally likely (the same idea as RFC 4226 §5.3, without its bias).

use crate::values::code_alphabet::CodeAlphabet;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Nothing that a person could mean as a code is longer, in octets.
const LONGEST_TYPED: usize = 256;

/// A one-time code. It has no `Display` and prints no symbol in `Debug`; its memory is wiped when it goes.
pub struct OneTimeCode {
    symbols: Zeroizing<String>,
    alphabet: CodeAlphabet,
}

/// The code of this challenge for this address (its identity). The same input always gives the same code.
#[must_use]
pub fn derive(key: &[u8], challenge_id: &str, address: &str, alphabet: CodeAlphabet) -> OneTimeCode {
    let codes = alphabet.codes();
    // 2^64 isn't a multiple of the number of codes: what lies above its last multiple is left out, or low codes would come up more often.
    let first_left_out = u64::MAX - (u64::MAX % codes + 1) % codes;
    let mut counter = 0_u32;
    loop {
        let block = block(key, challenge_id, address, counter);
        let (chunks, _) = block.as_chunks::<8>();
        if let Some(number) = chunks.iter().map(|chunk| u64::from_be_bytes(*chunk)).find(|number| *number <= first_left_out) {
            return OneTimeCode { symbols: written(number % codes, alphabet), alphabet };
        }
        counter = counter.wrapping_add(1);
    }
}

/// 32 pseudo-random octets. The id's length goes first, so that no id and address run into another pair's octets.
fn block(key: &[u8], challenge_id: &str, address: &str, counter: u32) -> Zeroizing<[u8; 32]> {
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(&(challenge_id.len() as u64).to_be_bytes());
    mac.update(challenge_id.as_bytes());
    mac.update(address.as_bytes());
    mac.update(&counter.to_be_bytes());
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// The number in the alphabet's symbols, with leading zeros.
fn written(mut number: u64, alphabet: CodeAlphabet) -> Zeroizing<String> {
    let symbols = alphabet.symbols();
    let base = symbols.len() as u64;
    let mut text = Zeroizing::new(String::with_capacity(alphabet.length()));
    for _ in 0..alphabet.length() {
        let digit = usize::try_from(number % base).unwrap_or_default();
        text.insert(0, char::from(symbols.get(digit).copied().unwrap_or(b'0')));
        number /= base;
    }
    text
}

impl OneTimeCode {
    /// The symbols, for the mail and nothing else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.symbols
    }

    /// Whether the person typed this code; compared in constant time. Spaces, hyphens, other scripts' digits and, in base 32, look-alike
    /// letters are forgiven.
    #[must_use]
    pub fn matches(&self, typed: &str) -> bool {
        let typed = normalised(typed, self.alphabet);
        self.symbols.as_bytes().ct_eq(typed.as_bytes()).into()
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OneTimeCode(…)")
    }
}

/// What was typed, as `derive` would have written it.
fn normalised(typed: &str, alphabet: CodeAlphabet) -> Zeroizing<String> {
    // Room for all of it from the start: a text that grows leaves copies behind.
    let mut text = Zeroizing::new(String::with_capacity(LONGEST_TYPED));
    if typed.len() <= LONGEST_TYPED {
        text.extend(typed.chars().filter(|c| !is_ignored(*c)).map(ascii_digit).map(|c| match alphabet {
            CodeAlphabet::Digits(_) => c,
            CodeAlphabet::Crockford8 => crockford_symbol(c),
        }));
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
fn ascii_digit(c: char) -> char {
    let value = [0x660, 0x6F0, 0xFF10].into_iter().find_map(|zero| u32::from(c).checked_sub(zero).filter(|value| *value < 10));
    value.and_then(|value| char::from_digit(value, 10)).unwrap_or(c)
}

/// Crockford's reading: upper case, I and L are 1, O is 0.
fn crockford_symbol(c: char) -> char {
    match c.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    }
}

#[cfg(test)]
#[path = "email_otp_tests.rs"]
mod tests;
