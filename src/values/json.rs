//! The one way to read JSON (RFC 8259). A reader of text beside one of bytes would bring everything that is read into the module twice.

use serde::de::DeserializeOwned;

/// Reads a whole document.
///
/// ```
/// # use nightlatch::values::json;
/// assert_eq!(json::read::<Vec<u8>>(b"[1, 2]").unwrap(), [1, 2]);
/// assert!(json::read::<Vec<u8>>(b"[1, 2] 3").is_err() && json::read::<String>(b"\"\xff\"").is_err());
/// ```
///
/// # Errors
/// It isn't JSON in UTF-8, or not of that form.
pub fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, serde_json::Error> {
    serde_json::from_slice(json)
}
