//! A mail that is ready to leave. Carries a code, so nothing of it is ever printed by accident.

use super::line::one_line;
use std::fmt;

/// One sending of one mail or text message: what providers recognise a repetition by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailId(String);

impl MailId {
    /// Takes 1 to 64 letters, digits, `-` and `_`: it goes into headers.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        fits.then(|| Self(text.to_owned()))
    }

    /// The id's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Why a sender isn't taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SenderProblem {
    /// Not a bare address.
    #[error("\"{0}\" isn't a sender: write it as codes@example.com or Name <codes@example.com>")]
    Address(String),
}

/// Who mails come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    address: String,
    name: String,
}

impl Sender {
    /// Reads `codes@example.com` or `Name <codes@example.com>`.
    ///
    /// # Errors
    /// The address isn't a plain one in ASCII.
    pub fn parse(text: &str) -> Result<Self, SenderProblem> {
        let wrong = || SenderProblem::Address(one_line(text, 100));
        let (name, address) = match text.trim().strip_suffix('>') {
            Some(front) => front.split_once('<').ok_or_else(wrong)?,
            None => ("", text.trim()),
        };
        let (local, domain) = address.split_once('@').ok_or_else(wrong)?;
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_graphic() && !br#"@<>()[],;:\""#.contains(&byte));
        if !plain(local) || !plain(domain) || address.len() > 254 {
            return Err(wrong());
        }
        Ok(Self { address: address.to_owned(), name: one_line(name.trim().trim_matches('"'), 60) })
    }

    /// The bare address.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The display name; may be empty.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// As a `From` field has it: `Name <address>`, the name quoted where it must be (RFC 5322 §3.4).
    #[must_use]
    pub fn mailbox(&self) -> String {
        if self.name.is_empty() {
            return self.address.clone();
        }
        let is_atom = |character: char| character.is_alphanumeric() || character == ' ' || "!#$%&'*+-/=?^_`{|}~".contains(character);
        if self.name.chars().all(is_atom) {
            return format!("{} <{}>", self.name, self.address);
        }
        format!("\"{}\" <{}>", self.name.replace('\\', "\\\\").replace('"', "\\\""), self.address)
    }
}

/// A mail, ready to leave.
#[derive(Clone)]
pub struct Mail {
    /// This sending.
    pub id: MailId,
    /// Who it comes from.
    pub from: Sender,
    /// Who it goes to: a bare address in its stored form.
    pub to: String,
    /// Subject line.
    pub subject: String,
    /// Plain text part.
    pub text: String,
    /// HTML part.
    pub html: String,
    /// The code alone, for the webhook and the development mailbox; empty where the mail carries none.
    pub code: String,
    /// When it was made, in seconds since the epoch.
    pub sent_at: u64,
}

impl fmt::Debug for Mail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Mail").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        assert_eq!(Sender::parse(" codes@example.com ").unwrap().mailbox(), "codes@example.com");
        assert_eq!(Sender::parse("Müller & Co <codes@example.com>").unwrap().mailbox(), "Müller & Co <codes@example.com>");
        assert_eq!(Sender::parse("Ann \"A\" Lee, Inc. <a@b.example>").unwrap().mailbox(), "\"Ann \\\"A\\\" Lee, Inc.\" <a@b.example>");
    }

    #[test]
    fn a_sender_that_could_break_a_header_is_refused_or_made_harmless() {
        for text in ["", "codes", "@example.com", "a@b@c", "a@b, c@d", "<a@b> x", "N <a@b\r\nBcc: c@d>", "ü@example.com"] {
            assert!(Sender::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(Sender::parse("A\r\nBcc: c@d.example <a@b.example>").unwrap().name(), "A Bcc: c@d.example");
    }

    #[test]
    fn a_mail_shows_nothing_but_its_id() {
        let mail = Mail {
            id: MailId::parse("m1").unwrap(),
            from: Sender::parse("codes@example.com").unwrap(),
            to: "ann@example.org".to_owned(),
            subject: "123456".to_owned(),
            text: "123456".to_owned(),
            html: "123456".to_owned(),
            code: "123456".to_owned(),
            sent_at: 0,
        };
        let shown = format!("{mail:?}");
        assert!(shown.contains("m1") && !shown.contains("123456") && !shown.contains("ann"), "{shown}");
    }

    #[test]
    fn a_mails_id_fits_into_a_header() {
        assert!(MailId::parse("a\nb").is_none() && MailId::parse("").is_none() && MailId::parse(&"a".repeat(65)).is_none());
    }
}
