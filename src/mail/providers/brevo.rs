//! Brevo: `POST https://api.brevo.com/v3/smtp/email`. After its API reference, "Send a transactional email" and "Errors".

use super::{DeliveryFailure, Judge, error_word, is_success};
use crate::mail::{ApiKey, Mail, OutboundUrl, Reach, UrlProblem};
use crate::platform::{OutboundAnswer, OutboundRequest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

/// Octets of a name in one encoded word, which may have 75 characters in all (RFC 2047 §2).
const WORD_OCTETS: usize = 45;

/// A Brevo account.
#[derive(Debug, Clone)]
pub struct Brevo {
    url: OutboundUrl,
    key: ApiKey,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Email<'a> {
    sender: Sender<'a>,
    to: [Recipient<'a>; 1],
    subject: String,
    html_content: String,
    text_content: String,
}

#[derive(Serialize)]
struct Sender<'a> {
    email: &'a str,
    #[serde(skip_serializing_if = "String::is_empty")]
    name: String,
}

#[derive(Serialize)]
struct Recipient<'a> {
    email: &'a str,
}

impl Brevo {
    /// An account by its API key; `base` is Brevo's server outside tests.
    ///
    /// # Errors
    /// The base isn't a URL that we go to.
    pub fn new(base: &str, key: ApiKey, reach: Reach) -> Result<Self, UrlProblem> {
        Ok(Self { url: OutboundUrl::parse(&format!("{base}/v3/smtp/email"), reach)?, key })
    }

    /// The request that sends a mail.
    #[must_use]
    pub fn request(&self, mail: &Mail, timeout_milliseconds: u32) -> OutboundRequest {
        let email = Email {
            sender: Sender { email: mail.from.address(), name: display_name(mail.from.name()) },
            to: [Recipient { email: &mail.to }],
            subject: literal(&mail.subject),
            html_content: literal(&mail.html),
            text_content: literal(&mail.text),
        };
        OutboundRequest {
            url: self.url.as_str().to_owned(),
            headers: vec![
                ("Accept", "application/json".to_owned()),
                ("api-key", self.key.reveal().to_owned()),
                ("Content-Type", "application/json".to_owned()),
                ("User-Agent", super::USER_AGENT.to_owned()),
            ],
            body: super::json(&email),
            timeout_milliseconds,
        }
    }
}

impl Judge for Brevo {
    fn judge(&self, answer: &OutboundAnswer) -> Result<(), DeliveryFailure> {
        let status = answer.status;
        if !is_success(status) {
            return Err(DeliveryFailure::Refused { status, code: error_word(answer.body.at("/code")) });
        }
        if answer.body.has_text_at("/messageId") { Ok(()) } else { Err(DeliveryFailure::Garbled { status }) }
    }
}

/// Brevo fills in `{{…}}` and obeys `{%…%}` wherever they stand, and a site's name is a stranger's text: a space takes that from them.
fn literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        literal.push(character);
        if character == '{' && characters.peek().is_some_and(|next| matches!(next, '{' | '%' | '#')) {
            literal.push(' ');
        }
    }
    literal
}

/// Brevo drops a name that has both letters beyond ASCII and one of RFC 5322's specials; as encoded words (RFC 2047) it stays.
fn display_name(name: &str) -> String {
    if name.is_ascii() || !name.contains(['(', ')', '<', '>', '[', ']', ':', ';', '@', '\\', ',', '.', '"']) {
        return name.to_owned();
    }
    let mut words = vec![String::new()];
    for character in name.chars() {
        match words.last_mut() {
            Some(word) if word.len() + character.len_utf8() <= WORD_OCTETS => word.push(character),
            Some(_) | None => words.push(character.to_string()),
        }
    }
    words.iter().map(|word| format!("=?UTF-8?B?{}?=", STANDARD.encode(word))).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_mail_is_a_command_of_brevos_templates() {
        assert_eq!(literal("{{ contact.EMAIL }} {%if%} {#c#} {{{x}}} {"), "{ { contact.EMAIL }} { %if%} { #c#} { { {x}}} {");
        assert_eq!(literal("p{color:red} {a}"), "p{color:red} {a}");
    }

    #[test]
    fn a_name_that_brevo_would_drop_is_written_in_encoded_words() {
        assert_eq!(display_name("Müller & Söhne"), "Müller & Söhne");
        assert_eq!(display_name("Old, new & Co."), "Old, new & Co.");
        assert_eq!(display_name("Bücher, alt"), "=?UTF-8?B?QsO8Y2hlciwgYWx0?=");
        let long = display_name(&format!("{}.", "ö".repeat(59)));
        assert_eq!(long.split(' ').count(), 3);
        assert!(long.split(' ').all(|word| word.len() <= 75), "{long}");
    }
}
