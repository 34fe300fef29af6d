//! The mail that carries a code: words from the texts, or from the operator's templates.
//!
//! No image and no style sheet comes from afar, so that opening it tells nobody anything. Sends nothing.

use super::isolated::fill_isolated;
use super::line::one_line;
use super::message::{Mail, MailId, Sender};
use super::templates::MailTemplates;
use crate::platform::Fault;
use crate::texts::{Texts, fill, fill_html, fill_markup};
use crate::values::Language;
use askama::Template;

/// Longest name of a site or place that a mail repeats, in characters.
const NAME_LIMIT: usize = 60;
/// Longest subject, in characters.
const SUBJECT_LIMIT: usize = 200;

/// What a mailed code is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeFor {
    /// Signing in, or what a sign-in leads to.
    SignIn,
    /// Adding the address to an account.
    NewAddress,
}

/// What the mail tells.
#[derive(Clone, Copy)]
pub struct CodeMail<'a> {
    /// What for.
    pub code_for: CodeFor,
    /// The language.
    pub language: Language,
    /// Its texts.
    pub texts: &'a Texts,
    /// The code.
    pub code: &'a str,
    /// For how many more minutes it works.
    pub minutes_left: u64,
    /// Who asks: the client's name, or the brand's.
    pub site: &'a str,
    /// Where it was asked for, if the edge knows: a town and a country.
    pub place: Option<&'a str>,
    /// When it was asked for, as people write it, in UTC.
    pub time: &'a str,
    /// The one host where the code may be typed.
    pub host: &'a str,
    /// A page of ours that fills the code in by its fragment. Opening it signs nobody in.
    pub link: Option<&'a str>,
}

/// Which sending, from whom, to whom, when.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// This sending.
    pub id: MailId,
    /// Who it comes from.
    pub from: Sender,
    /// Who it goes to.
    pub to: String,
    /// Seconds since the epoch.
    pub sent_at: u64,
}

#[derive(Template)]
#[template(path = "mail/code.txt", whitespace = "preserve")]
struct TextTemplate<'a> {
    texts: &'a Texts,
    facts: &'a Facts<'a>,
    grouped: String,
    code: String,
    validity: String,
    asked: String,
    not_you: &'a str,
}

#[derive(Template)]
#[template(path = "mail/code.html")]
struct HtmlTemplate<'a> {
    language: Language,
    texts: &'a Texts,
    facts: &'a Facts<'a>,
    subject: &'a str,
    code: String,
    validity: String,
    asked: String,
    not_you: &'a str,
}

/// What differs by what the code is good for.
struct Words {
    subject: &'static str,
    code: &'static str,
    not_you: &'static str,
}

/// The mail's facts, each on one line and harmless.
struct Facts<'a> {
    code: &'a str,
    grouped: String,
    site: String,
    place: Option<String>,
    minutes: String,
    minutes_in_words: String,
    time: &'a str,
    host: &'a str,
    link: Option<&'a str>,
}

impl<'a> Facts<'a> {
    fn of(mail: &CodeMail<'a>) -> Self {
        Self {
            code: mail.code,
            grouped: grouped(mail.code),
            site: one_line(mail.site, NAME_LIMIT),
            place: mail.place.map(|place| one_line(place, NAME_LIMIT)).filter(|place| !place.is_empty()),
            minutes: mail.minutes_left.to_string(),
            minutes_in_words: mail.texts.minutes_in_words(mail.language, mail.minutes_left),
            time: mail.time,
            host: mail.host,
            link: mail.link,
        }
    }

    /// Values for our own texts, whose `{time}` is whatever the sentence speaks of.
    fn values<'f>(&'f self, time: &'f str) -> [(&'static str, &'f str); 5] {
        let place = self.place.as_deref().unwrap_or_default();
        [("code", self.code), ("site", &self.site), ("place", place), ("host", self.host), ("time", time)]
    }

    /// Values for an operator's template.
    fn all(&self) -> [(&'static str, &str); 8] {
        let [code, site, place, host, time] = self.values(self.time);
        [code, site, place, host, time, ("grouped", &self.grouped), ("minutes", &self.minutes), ("link", self.link.unwrap_or_default())]
    }
}

impl CodeMail<'_> {
    /// The mail, by the operator's templates where there are any.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn compose(&self, templates: &MailTemplates, envelope: Envelope) -> Result<Mail, Fault> {
        let facts = Facts::of(self);
        let subject = templates.subject().unwrap_or(self.words().subject);
        let subject = one_line(&fill(subject, &facts.all()), SUBJECT_LIMIT);
        let text = match templates.text() {
            Some(template) => fill(template, &facts.all()),
            None => self.text(&facts)?,
        };
        let html = match templates.html() {
            Some(template) => fill_markup(template, &facts.all()),
            None => self.html(&facts, &subject)?,
        };
        let Envelope { id, from, to, sent_at } = envelope;
        Ok(Mail { id, from, to, subject, text, html, code: self.code.to_owned(), sent_at })
    }

    fn text(&self, facts: &Facts<'_>) -> Result<String, Fault> {
        let words = self.words();
        let say = |text: &str, time: &str| fill_isolated(self.language, text, &facts.values(time));
        let template = TextTemplate {
            texts: self.texts,
            facts,
            grouped: fill_isolated(self.language, "{grouped}", &[("grouped", &facts.grouped)]),
            code: say(words.code, facts.time),
            validity: say(self.texts.mail_validity, &facts.minutes_in_words),
            asked: say(self.asked(facts), facts.time),
            not_you: words.not_you,
        };
        template.render().map_err(broken)
    }

    fn html(&self, facts: &Facts<'_>, subject: &str) -> Result<String, Fault> {
        let words = self.words();
        let say = |text: &str, time: &str| fill_html(text, &facts.values(time));
        let template = HtmlTemplate {
            language: self.language,
            texts: self.texts,
            facts,
            subject,
            code: say(words.code, facts.time),
            validity: say(self.texts.mail_validity, &facts.minutes_in_words),
            asked: say(self.asked(facts), facts.time),
            not_you: words.not_you,
        };
        template.render().map_err(broken)
    }

    /// The words that say what the code is good for.
    fn words(&self) -> Words {
        let texts = self.texts;
        match self.code_for {
            CodeFor::SignIn => Words { subject: texts.mail_subject, code: texts.mail_code, not_you: texts.mail_not_you },
            CodeFor::NewAddress => Words { subject: texts.mail_address_subject, code: texts.mail_address_code, not_you: texts.mail_address_not_you },
        }
    }

    fn asked(&self, facts: &Facts<'_>) -> &str {
        if facts.place.is_some() { self.texts.mail_asked_from } else { self.texts.mail_asked_at }
    }
}

/// The code as it is easiest to read: `123 456`, `1234 5678`. The code page takes it with the space, too.
fn grouped(code: &str) -> String {
    let size = if code.len().is_multiple_of(4) { 4 } else { 3 };
    let mut grouped = String::with_capacity(code.len() + 3);
    for (place, character) in code.chars().enumerate() {
        if place > 0 && place.is_multiple_of(size) && code.len() - place > 1 {
            grouped.push(' ');
        }
        grouped.push(character);
    }
    grouped
}

fn broken(error: askama::Error) -> Fault {
    Fault::new(format!("a mail could not be rendered: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::original;

    fn mail(language: Language, site: &str) -> Mail {
        mail_for(CodeFor::SignIn, language, site)
    }

    fn mail_for(code_for: CodeFor, language: Language, site: &str) -> Mail {
        let code_mail = CodeMail {
            code_for,
            language,
            texts: original(language),
            code: "123456",
            minutes_left: 10,
            site,
            place: Some("Graz, AT"),
            time: "21 November 2026, 20:38 UTC",
            host: "id.example.com",
            link: Some("https://id.example.com/sign-in/code?challenge=c#code=123456"),
        };
        let envelope = Envelope {
            id: MailId::parse("m1").unwrap(),
            from: Sender::parse("codes@example.com").unwrap(),
            to: "ann@example.org".to_owned(),
            sent_at: 1_795_000_000,
        };
        code_mail.compose(&MailTemplates::default(), envelope).unwrap()
    }

    #[test]
    fn the_code_stands_in_one_piece_in_subject_text_and_html() {
        for language in Language::ALL {
            let mail = mail(*language, "Demo");
            for part in [&mail.subject, &mail.text, &mail.html] {
                assert!(part.contains("123456"), "{}: {part}", language.own_name());
            }
            assert!(mail.text.contains("123 456"));
        }
    }

    #[test]
    fn the_mail_says_who_where_when_how_long_and_at_which_host() {
        for language in Language::ALL {
            let mail = mail(*language, "Demo");
            let minutes = original(*language).minutes_in_words(*language, 10);
            for fact in ["Demo", "Graz, AT", "21 November 2026, 20:38 UTC", &minutes, "id.example.com"] {
                assert!(mail.text.contains(fact) && mail.html.contains(fact), "{fact} in {}", language.own_name());
            }
        }
    }

    #[test]
    fn a_code_that_adds_an_address_says_so_and_nothing_of_signing_in() {
        for language in Language::ALL {
            let (texts, sign_in) = (original(*language), mail(*language, "Demo"));
            let mail = mail_for(CodeFor::NewAddress, *language, "Demo");
            for part in [&mail.subject, &mail.text, &mail.html] {
                assert!(part.contains("123456") && part.contains("Demo"), "{}: {part}", language.own_name());
            }
            assert!(mail.text.contains(texts.mail_address_not_you) && !mail.text.contains(texts.mail_not_you));
            assert_ne!((mail.subject, mail.text), (sign_in.subject, sign_in.text));
        }
        let mail = mail_for(CodeFor::NewAddress, Language::En, "Demo");
        assert_eq!(mail.subject, "Confirm this address for Demo: 123456");
        assert!(mail.text.starts_with("Confirm this address for your account at Demo with the code 123456") && !mail.text.contains("sign-in code"));
    }

    #[test]
    fn a_sites_name_breaks_neither_a_header_nor_the_html() {
        let mail = mail(Language::En, "x\r\nBcc: all@example.com\r\n\r\n\u{202E}<script>alert(1)</script>");
        assert_eq!(mail.subject, "123456 is your code for x Bcc: all@example.com <script>alert(1)</script>");
        assert!(!mail.html.contains("<script") && mail.html.contains("&#60;script&#62;"));
        assert!(!mail.text.contains("\nBcc") && !mail.text.contains('\u{202E}'));
    }

    #[test]
    fn nothing_in_the_mail_is_loaded_from_afar() {
        let mail = mail(Language::Ar, "Demo");
        for loader in ["<img", "<link", "<script", "url(", "src=", "@import"] {
            assert!(!mail.html.contains(loader), "{loader}");
        }
    }

    #[test]
    fn an_arabic_mail_runs_from_right_to_left() {
        assert!(mail(Language::Ar, "Demo").html.contains("<html lang=\"ar\" dir=\"rtl\">"));
    }

    #[test]
    fn codes_are_grouped_for_the_eye() {
        let codes = ["123456", "1234567", "12345678", "123456789", "1234567890", "0K3M9XZ1"];
        assert_eq!(codes.map(grouped), ["123 456", "123 4567", "1234 5678", "123 456 789", "123 456 7890", "0K3M 9XZ1"]);
    }
}
