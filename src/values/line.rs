//! Texts in one line that people read beside others: names, actions, titles. What can't be seen there, or turns what follows, has no place in them.

/// Whether the character breaks a line, turns its direction, or can't be seen. The joiners U+200C and U+200D are left alone:
/// names are written with them.
///
/// ```
/// # use nightlatch::values::line::is_deceptive;
/// assert!(is_deceptive('\n') && is_deceptive('\u{202e}') && is_deceptive('\u{feff}'));
/// assert!("O’Brien 李 👩\u{200d}🚀".chars().all(|c| !is_deceptive(c)));
/// ```
#[must_use]
pub fn is_deceptive(c: char) -> bool {
    c.is_control() || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
