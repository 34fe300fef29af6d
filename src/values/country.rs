//! Countries, by their ISO 3166-1 alpha-2 codes.

use serde::Deserialize;

/// A country's code: two capital letters.
///
/// ```
/// # use nightlatch::values::Country;
/// assert!(Country::parse("DE").is_some());
/// assert!(Country::parse("de").is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Country([u8; 2]);

impl Country {
    /// The code, if it can be one. Which codes are in use the list of countries says, and it changes.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let code: [u8; 2] = code.as_bytes().try_into().ok()?;
        code.iter().all(u8::is_ascii_uppercase).then_some(Self(code))
    }
}

impl TryFrom<String> for Country {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("a country is two capital letters, such as DE")
    }
}
