//! The code of an authenticator app: RFC 6238 with SHA-1, six digits and steps of 30 seconds, which is what every app takes.
//!
//! Makes the key, shows it for enrolment, seals it for the database, and says which step a typed code belongs to. Keeps no step: the caller
//! stores the last one that was used and hands it in, and no code counts for that step or an earlier one again (RFC 6238 §5.2).

use super::sealed::sealed_secret;
use crate::values::keyring::Purpose;
use crate::values::{Timestamp, typed_code};
use base32ct::{Base32UpperUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

/// Octets of a key: 160 bits, as many as the hash has (RFC 4226 §4, R6).
pub const KEY_BYTES: usize = 20;
/// Seconds of a step (RFC 6238 §4.1, X).
const STEP: i64 = 30;
/// One step either side makes up for clocks that differ and for the time that typing takes (RFC 6238 §5.2).
const STEPS_EITHER_SIDE: i64 = 1;
/// Six digits.
const CODES: u32 = 1_000_000;

sealed_secret! {
    /// The key that an authenticator app and we share.
    TotpKey, KEY_BYTES, Purpose::TotpKey
}

impl TotpKey {
    /// The key in base 32 (RFC 4648 §6), in groups of four, for people who type it.
    #[must_use]
    pub fn groups(&self) -> Zeroizing<String> {
        let text = self.base32();
        let mut groups = Zeroizing::new(String::with_capacity(text.len() + text.len() / 4));
        for (place, symbol) in text.chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                groups.push(' ');
            }
            groups.push(symbol);
        }
        groups
    }

    /// What the QR code says: an `otpauth:` URI, the form that authenticator apps read ("Key Uri Format").
    #[must_use]
    pub fn uri(&self, issuer: &str, account: &str) -> Zeroizing<String> {
        let (issuer, account) = (label_part(issuer), label_part(account));
        let text = self.base32();
        let uri = format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits=6&period={STEP}", text.as_str());
        Zeroizing::new(uri)
    }

    /// The step whose code was typed; to be stored as the last one used. `None` for a wrong code and for one of a step that isn't later than
    /// `last_step`. Compares in constant time.
    #[must_use]
    pub fn matching_step(&self, typed: &str, now: Timestamp, last_step: Option<i64>) -> Option<i64> {
        let typed = typed_code::digits(typed);
        let current = now.seconds().div_euclid(STEP);
        let mut matching = None;
        // All of them, found or not: the time tells nothing. Of two equal codes the later step counts, so that neither works again.
        for step in current.saturating_sub(STEPS_EITHER_SIDE)..=current.saturating_add(STEPS_EITHER_SIDE) {
            let is_right = bool::from(self.code(step).as_bytes().ct_eq(typed.as_bytes()));
            if is_right && last_step.is_none_or(|last| step > last) {
                matching = Some(step);
            }
        }
        matching
    }

    /// RFC 4226 §5.3, with the step as the counter.
    fn code(&self, step: i64) -> Zeroizing<String> {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha1>::new_from_slice(self.0.expose()).expect("HMAC takes a key of any length");
        mac.update(&step.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        // The last four bits say where the number begins. They are 15 at most, so that four of the 20 octets are always there.
        let offset = digest.last().map_or(0, |last| usize::from(last & 0xF));
        let number = digest.iter().skip(offset).take(4).fold(0_u32, |number, octet| (number << 8) | u32::from(*octet));
        Zeroizing::new(format!("{:06}", (number & 0x7FFF_FFFF) % CODES))
    }

    fn base32(&self) -> Zeroizing<String> {
        Zeroizing::new(Base32UpperUnpadded::encode_string(self.0.expose()))
    }
}

/// A name for the label: without colons, which part issuer and account there, and percent-encoded (RFC 3986 §2.1; a space as `%20`, since
/// apps take `+` for itself).
fn label_part(name: &str) -> String {
    byte_serialize(name.replace(':', " ").trim().as_bytes()).collect::<String>().replace('+', "%20")
}

#[cfg(test)]
#[path = "totp_tests.rs"]
mod tests;
