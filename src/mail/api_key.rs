//! What a provider knows us by. Never shown: no `Display`, no `Serialize`, a `Debug` that says nothing.

use std::fmt;
use zeroize::Zeroizing;

/// A provider's key or token.
#[derive(Clone)]
pub struct ApiKey(Zeroizing<String>);

impl ApiKey {
    /// Takes the key, if it can stand in a header: visible ASCII, at least one character.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The key, for the request's header alone.
    #[must_use]
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApiKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_never_shows_itself() {
        assert_eq!(format!("{:?}", ApiKey::parse("re_123").unwrap()), "ApiKey(…)");
    }

    #[test]
    fn a_key_that_would_break_a_header_is_refused() {
        for text in ["", "  ", "a b", "a\r\nX-Evil: 1", "schlüssel"] {
            assert!(ApiKey::parse(text).is_none(), "{text:?}");
        }
    }
}
