//! The one-time code that is sent by e-mail: derived from its challenge, and compared with what a person types.
//!
//! Derives and compares; stores, counts and sends nothing. HMAC-SHA-256 (RFC 2104) over challenge id and address is cut down to the alphabet
//! by rejection, so that every code is equally likely (the same idea as RFC 4226 §5.3, without its bias).

use crate::values::code_alphabet::CodeAlphabet;
use crate::values::typed_code;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

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
    match alphabet {
        CodeAlphabet::Digits(_) => typed_code::digits(typed),
        CodeAlphabet::Crockford8 => typed_code::crockford(typed),
    }
}

#[cfg(test)]
#[path = "email_otp_tests.rs"]
mod tests;
