//! Scopes: space-separated tokens (RFC 6749 §3.3).

use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest scope parameter, in characters.
pub const LONGEST: usize = 300;

/// A set of scope tokens in the order in which they were asked for, each once.
///
/// ```
/// # use nightlatch::values::Scope;
/// let scope = Scope::parse("openid email openid").unwrap();
/// assert_eq!(scope.to_string(), "openid email");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scope(Vec<String>);

impl Scope {
    /// Parses a `scope` parameter; `None` where it is too long or has characters that no scope may have.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |b: u8| b == b' ' || matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        if text.len() > LONGEST || !text.bytes().all(allowed) {
            return None;
        }
        let mut tokens: Vec<String> = Vec::new();
        for token in text.split(' ').filter(|token| !token.is_empty()) {
            if !tokens.iter().any(|known| known == token) {
                tokens.push(token.to_owned());
            }
        }
        Some(Self(tokens))
    }

    /// Whether the token is among them.
    #[must_use]
    pub fn contains(&self, token: &str) -> bool {
        self.0.iter().any(|own| own == token)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that the other has too.
    #[must_use]
    pub fn within(&self, allowed: &Self) -> Self {
        Self(self.0.iter().filter(|token| allowed.contains(token)).cloned().collect())
    }

    /// Whether the other has them all.
    #[must_use]
    pub fn is_within(&self, allowed: &Self) -> bool {
        self.0.iter().all(|token| allowed.contains(token))
    }

    /// Without one token.
    #[must_use]
    pub fn without(&self, token: &str) -> Self {
        Self(self.0.iter().filter(|own| *own != token).cloned().collect())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl TryFrom<String> for Scope {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a scope")
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_no_scope_may_have_are_refused() {
        for bad in ["a\"b", "a\\b", "a\nb", "ä"] {
            assert_eq!(Scope::parse(bad), None, "{bad}");
        }
        assert_eq!(Scope::parse(&"a".repeat(301)), None);
    }

    #[test]
    fn order_and_spaces_do_not_matter() {
        assert_eq!(Scope::parse("  email   openid ").unwrap().to_string(), "email openid");
        assert!(Scope::parse("email openid").unwrap().is_within(&Scope::parse("openid profile email").unwrap()));
    }
}
