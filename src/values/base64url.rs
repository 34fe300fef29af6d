//! Base64url without padding (RFC 4648 §5), and hashes in it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Bytes to text.
///
/// ```
/// assert_eq!(nightlatch::values::base64url::encode(b"\xff\xef"), "_-8");
/// ```
#[must_use]
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Text to bytes; `None` where it isn't base64url without padding.
#[must_use]
pub fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// SHA-256 of the bytes, in base64url: 43 characters.
#[must_use]
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    encode(Sha256::digest(bytes.as_ref()))
}

/// Whether the text is made of base64url's characters alone.
#[must_use]
pub fn is_alphabet(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
