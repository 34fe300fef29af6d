//! Makes any text safe for one line of a mail: a header, a name, a place. RFC 5322 §2.2; bidirectional controls after UAX #9.

/// The text on one line: no control, no bidirectional control, no invisible character; runs of space become one; at most `limit`
/// characters. So nothing that a stranger named can end a header or turn a line around.
///
/// ```
/// use nightlatch::mail::one_line;
/// assert_eq!(one_line("Shop\r\nBcc: all@example.com", 60), "Shop Bcc: all@example.com");
/// ```
#[must_use]
pub fn one_line(text: &str, limit: usize) -> String {
    let mut line = String::with_capacity(text.len().min(4 * limit));
    let mut length = 0;
    let mut gap = false;
    for character in text.chars() {
        if character.is_whitespace() || character.is_control() {
            gap = length > 0;
            continue;
        }
        if is_invisible(character) {
            continue;
        }
        let room = limit.saturating_sub(length);
        if room <= usize::from(gap) {
            break;
        }
        if gap {
            line.push(' ');
            length += 1;
            gap = false;
        }
        line.push(character);
        length += 1;
    }
    line
}

/// Characters that take no room, or that change the order of others. Joiners stay: Persian and Hindi need them.
const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_break_of_any_kind_becomes_a_space() {
        assert_eq!(one_line("a\rb\nc\u{2028}d\u{2029}e\u{85}f\u{0}g", 60), "a b c d e f g");
    }

    #[test]
    fn characters_that_turn_text_around_go() {
        assert_eq!(one_line("\u{202E}moc.elpmaxe\u{202C}\u{2067}x\u{2069}\u{200F}", 60), "moc.elpmaxex");
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        assert_eq!(one_line(&"ü".repeat(100), 60).chars().count(), 60);
        assert_eq!(one_line("ab cd", 3), "ab");
        assert_eq!(one_line("   ", 3), "");
    }

    proptest! {
        #[test]
        fn whatever_comes_in_is_one_tidy_line(text in ".*", limit in 0_usize..80) {
            let line = one_line(&text, limit);
            prop_assert!(!line.chars().any(|character| character.is_control() || is_invisible(character)));
            prop_assert!(line.chars().count() <= limit);
            prop_assert_eq!(line.trim(), &line);
            prop_assert_eq!(one_line(&line, limit), line);
        }
    }
}
