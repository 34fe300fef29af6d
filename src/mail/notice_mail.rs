//! The mail that tells what happened to an account: what, when, from where, and what to do if it wasn't you.
//! Carries no code and no link that does anything.

use askama::Template;

use super::code_mail::Envelope;
use super::isolated::fill_isolated;
use super::line::one_line;
use super::message::Mail;
use crate::platform::Fault;
use crate::texts::{Texts, fill, fill_html};
use crate::values::Language;

/// Longest name or place that a mail repeats, in characters.
const NAME_LIMIT: usize = 100;
/// Longest subject, in characters.
const SUBJECT_LIMIT: usize = 200;

/// What the mail tells.
#[derive(Clone, Copy)]
pub struct NoticeMail<'a> {
    /// The language.
    pub language: Language,
    /// Its texts.
    pub texts: &'a Texts,
    /// What happened: one of the texts, with a place for the detail or without.
    pub what: &'a str,
    /// A name or an address.
    pub detail: &'a str,
    /// The deployment's name.
    pub site: &'a str,
    /// Where the edge says that it came from.
    pub place: Option<&'a str>,
    /// In which browser.
    pub browser: &'a str,
    /// When, as people write it, in UTC.
    pub time: &'a str,
    /// The host where the account is.
    pub host: &'a str,
}

#[derive(Template)]
#[template(path = "mail/notice.txt", whitespace = "preserve")]
struct TextTemplate<'a> {
    texts: &'a Texts,
    what: String,
    at: String,
    not_you: String,
}

#[derive(Template)]
#[template(path = "mail/notice.html")]
struct HtmlTemplate<'a> {
    language: Language,
    texts: &'a Texts,
    subject: &'a str,
    what: String,
    at: String,
    not_you: String,
}

impl NoticeMail<'_> {
    /// The mail.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn compose(&self, envelope: Envelope) -> Result<Mail, Fault> {
        let (detail, site) = (one_line(self.detail, NAME_LIMIT), one_line(self.site, NAME_LIMIT));
        let place = one_line(self.place.unwrap_or_default(), NAME_LIMIT);
        let values = [("detail", &*detail), ("site", &site), ("place", &place), ("browser", self.browser), ("time", self.time), ("host", self.host)];
        let subject = one_line(&fill(self.texts.notice_subject, &values), SUBJECT_LIMIT);
        let at = if place.is_empty() { &self.texts.notice_at } else { &self.texts.notice_from };
        let say = |text: &str| fill_isolated(self.language, text, &values);
        let text = TextTemplate { texts: self.texts, what: say(self.what), at: say(at), not_you: say(self.texts.notice_not_you) };
        let html = HtmlTemplate {
            language: self.language,
            texts: self.texts,
            subject: &subject,
            what: fill_html(self.what, &values),
            at: fill_html(at, &values),
            not_you: fill_html(self.texts.notice_not_you, &values),
        };
        let (text, html) = (text.render().map_err(broken)?, html.render().map_err(broken)?);
        let Envelope { id, from, to, sent_at } = envelope;
        Ok(Mail { id, from, to, subject, text, html, code: String::new(), sent_at })
    }
}

fn broken(error: askama::Error) -> Fault {
    Fault::new(format!("a mail could not be rendered: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{MailId, Sender};
    use crate::texts::original;

    fn notice(language: Language, detail: &str) -> Mail {
        let texts = original(language);
        let notice = NoticeMail {
            language,
            texts,
            what: texts.event_passkey_added,
            detail,
            site: "Nightlatch",
            place: Some("Graz, AT"),
            browser: "Firefox on Linux",
            time: "2026-11-21 20:38 UTC",
            host: "id.example.com",
        };
        let envelope = Envelope {
            id: MailId::parse("m1").unwrap(),
            from: Sender::parse("codes@example.com").unwrap(),
            to: "ann@example.org".to_owned(),
            sent_at: 0,
        };
        notice.compose(envelope).unwrap()
    }

    #[test]
    fn the_notice_says_what_when_where_and_at_which_host() {
        for language in Language::ALL {
            let mail = notice(*language, "My key");
            for fact in ["My key", "Graz, AT", "2026-11-21 20:38 UTC", "Firefox on Linux", "id.example.com"] {
                assert!(mail.text.contains(fact) && mail.html.contains(fact), "{fact} in {}", language.own_name());
            }
            assert!(mail.subject.contains("Nightlatch") && mail.code.is_empty());
            assert!(!mail.html.contains("href"), "nothing to click in a mail that warns");
        }
    }

    #[test]
    fn a_name_in_a_notice_is_one_line_and_no_markup() {
        let mail = notice(Language::En, "<b>a</b>\r\nBcc: x@example.org");
        assert!(!mail.html.contains("<b>a") && !mail.text.contains("\r") && mail.text.contains("<b>a</b> Bcc: x@example.org"));
    }
}
