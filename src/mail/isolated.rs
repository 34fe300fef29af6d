//! Values in plain text, each kept from turning the words around it. UAX #9 §3.1.2.

use crate::texts::fill;
use crate::values::Language;
use crate::values::language::Direction;

/// Plain text with its places set. Where the language runs from right to left, each value but the code is isolated, or it would jumble the
/// line; the code stays bare, so that telephones find it.
pub(super) fn fill_isolated(language: Language, text: &str, values: &[(&str, &str)]) -> String {
    match language.direction() {
        Direction::LeftToRight => fill(text, values),
        Direction::RightToLeft => {
            let isolated: Vec<(&str, String)> = values
                .iter()
                .map(|(name, value)| (*name, if *name == "code" { (*value).to_owned() } else { format!("\u{2068}{value}\u{2069}") }))
                .collect();
            let borrowed: Vec<(&str, &str)> = isolated.iter().map(|(name, value)| (*name, value.as_str())).collect();
            fill(text, &borrowed)
        }
    }
}
