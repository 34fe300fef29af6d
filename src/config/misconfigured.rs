//! What stops the start: one line that says what is wrong and how to mend it.

use super::row::variable;

/// A setting that is missing, unknown or wrong. Its text is one line and never shows a secret's value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Misconfigured(String);

impl Misconfigured {
    /// About the setting of this name (without the prefix): what is wrong and what would be right.
    #[must_use]
    pub fn of(name: &str, sentence: impl AsRef<str>) -> Self {
        Self::line(&format!("{} {}", variable(name), sentence.as_ref()))
    }

    /// From a text of any shape; what would break the line becomes a space.
    #[must_use]
    pub(super) fn line(text: &str) -> Self {
        Self(text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect())
    }
}
