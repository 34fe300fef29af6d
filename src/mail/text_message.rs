//! A text message with a code: short, and with a last line that lets a phone fill the code in at our host and nowhere else. Sends nothing.
//! After the WICG's "Origin-bound one-time codes delivered via SMS", §3.

use super::isolated::fill_isolated;
use super::line::one_line;
use super::message::MailId;
use crate::texts::Texts;
use crate::values::{Language, PhoneNumber};
use std::fmt;

/// Longest brand that a message repeats, in characters.
const BRAND_LIMIT: usize = 30;

/// What the code of a message is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextPurpose {
    /// To prove that the number is the person's.
    VerifyPhoneNumber,
}

impl TextPurpose {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::VerifyPhoneNumber => "verify_phone_number",
        }
    }
}

/// What the message tells.
#[derive(Clone, Copy)]
pub struct CodeText<'a> {
    /// The language.
    pub language: Language,
    /// Its texts.
    pub texts: &'a Texts,
    /// The code.
    pub code: &'a str,
    /// For how many more minutes it works.
    pub minutes_left: u64,
    /// Whose code it is.
    pub brand: &'a str,
    /// The one host where it may be typed.
    pub host: &'a str,
}

impl CodeText<'_> {
    /// The message's words. The last line is for the phone: `@`, our host, `#`, the code.
    #[must_use]
    pub fn words(&self) -> String {
        let brand = one_line(self.brand, BRAND_LIMIT);
        let minutes = self.texts.minutes_in_words(self.language, self.minutes_left);
        let values = [("code", self.code), ("brand", &brand), ("minutes", &minutes), ("host", self.host)];
        format!("{}\n\n@{} #{}", fill_isolated(self.language, self.texts.sms_code, &values), self.host, self.code)
    }
}

/// A text message, ready to leave.
#[derive(Clone)]
pub struct TextMessage {
    /// This sending.
    pub id: MailId,
    /// Who it goes to.
    pub to: PhoneNumber,
    /// All that it says.
    pub text: String,
    /// The code alone.
    pub code: String,
    /// What the code is for.
    pub purpose: TextPurpose,
    /// When it was made, in seconds since the epoch.
    pub sent_at: u64,
}

impl fmt::Debug for TextMessage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TextMessage").field("id", &self.id).field("purpose", &self.purpose).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::original;

    fn words(language: Language, brand: &str) -> String {
        CodeText { language, texts: original(language), code: "123456", minutes_left: 10, brand, host: "id.example.com" }.words()
    }

    #[test]
    fn the_message_is_short_and_its_last_line_binds_the_code_to_our_host() {
        assert_eq!(
            words(Language::En, "Harbour Books"),
            "123456 is your code for Harbour Books. Valid for 10 minutes. Type it only at id.example.com.\n\n@id.example.com #123456"
        );
    }

    #[test]
    fn in_every_language_it_says_code_brand_time_and_host_in_two_parts_at_most() {
        for language in Language::ALL {
            let words = words(*language, "Harbour Books");
            let minutes = original(*language).minutes_in_words(*language, 10);
            for fact in ["123456", "Harbour Books", &minutes, "id.example.com"] {
                assert!(words.contains(fact), "{fact} in {words}");
            }
            assert_eq!(words.lines().last(), Some("@id.example.com #123456"), "{}", language.own_name());
            // Two parts of 67 characters of UCS-2 each (3GPP TS 23.040 §9.2.3.24.1).
            assert!(words.encode_utf16().count() <= 134, "{}: {words}", words.chars().count());
        }
    }

    #[test]
    fn a_brand_adds_no_line_and_no_length() {
        let words = words(Language::En, &format!("x\n@evil.example #000000 {}", "y".repeat(200)));
        assert_eq!(words.lines().count(), 3, "{words}");
        assert!(words.ends_with("\n\n@id.example.com #123456") && words.len() < 160, "{words}");
    }

    #[test]
    fn an_arabic_message_keeps_its_code_bare_and_its_names_apart() {
        let words = words(Language::Ar, "Demo");
        assert!(words.starts_with("123456 ") && words.contains("\u{2068}Demo\u{2069}"), "{words}");
    }

    #[test]
    fn a_message_shows_neither_number_nor_code() {
        let to = PhoneNumber::parse("+436641234567").unwrap();
        let (id, purpose) = (MailId::parse("t1").unwrap(), TextPurpose::VerifyPhoneNumber);
        let message = TextMessage { id, to, text: words(Language::En, "Demo"), code: "123456".to_owned(), purpose, sent_at: 0 };
        let shown = format!("{message:?}");
        assert!(shown.contains("t1") && !shown.contains("123456") && !shown.contains("664"), "{shown}");
    }
}
