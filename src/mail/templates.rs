//! The operator's own mail, in place of ours. Read and checked once at the start; the code, and nothing unknown, must be in it.
//!
//! Places: `{code}`, `{grouped}` (the code with a space), `{site}`, `{minutes}` (the number), `{host}`, `{place}`, `{time}`, `{link}`.
//! In the HTML part values are escaped.

use crate::texts::places;

/// Every place that a template may have.
const PLACES: [&str; 8] = ["code", "grouped", "site", "minutes", "host", "place", "time", "link"];

/// What the operator wrote.
#[derive(Debug, Clone, Copy, Default)]
pub struct TemplateSources<'a> {
    /// The subject, if it isn't to be ours.
    pub subject: Option<&'a str>,
    /// The plain text part, if it isn't to be ours.
    pub text: Option<&'a str>,
    /// The HTML part, if it isn't to be ours.
    pub html: Option<&'a str>,
}

/// Why a template isn't taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateProblem {
    /// A place that nothing is known for.
    #[error("the mail's {part} has {{{place}}}; known are {{{}}}", PLACES.join("}, {"))]
    UnknownPlace {
        /// Subject, text or HTML.
        part: &'static str,
        /// The place's name.
        place: String,
    },
    /// Text or HTML without the code.
    #[error("the mail's {0} doesn't contain {{code}}")]
    NoCode(&'static str),
    /// A subject of several lines.
    #[error("the mail's subject has more than one line")]
    Lines,
}

/// The templates of a deployment: for each part the operator's, or none for ours.
#[derive(Debug, Clone, Default)]
pub struct MailTemplates {
    subject: Option<String>,
    text: Option<String>,
    html: Option<String>,
}

impl MailTemplates {
    /// Checks what the operator wrote.
    ///
    /// # Errors
    /// An unknown place, a text or HTML part without `{code}`, a subject of several lines.
    pub fn parse(sources: TemplateSources<'_>) -> Result<Self, TemplateProblem> {
        if sources.subject.is_some_and(|subject| subject.chars().any(char::is_control)) {
            return Err(TemplateProblem::Lines);
        }
        known_places("subject", sources.subject)?;
        known_places("text", sources.text)?;
        known_places("HTML", sources.html)?;
        has_code("text", sources.text)?;
        has_code("HTML", sources.html)?;
        let owned = |part: Option<&str>| part.map(str::to_owned);
        Ok(Self { subject: owned(sources.subject), text: owned(sources.text), html: owned(sources.html) })
    }

    pub(super) fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    pub(super) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    pub(super) fn html(&self) -> Option<&str> {
        self.html.as_deref()
    }
}

fn known_places(part: &'static str, source: Option<&str>) -> Result<(), TemplateProblem> {
    match places(source.unwrap_or_default()).find(|place| !PLACES.contains(place)) {
        Some(place) => Err(TemplateProblem::UnknownPlace { part, place: place.to_owned() }),
        None => Ok(()),
    }
}

fn has_code(part: &'static str, source: Option<&str>) -> Result<(), TemplateProblem> {
    let lacks = source.is_some_and(|source| !places(source).any(|place| place == "code"));
    if lacks { Err(TemplateProblem::NoCode(part)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{CodeFor, CodeMail, Envelope, MailId, Sender};
    use crate::texts::original;
    use crate::values::Language;

    #[test]
    fn a_template_with_an_unknown_place_is_refused_by_name() {
        let sources = TemplateSources { subject: Some("{code} {naem}"), ..TemplateSources::default() };
        let problem = MailTemplates::parse(sources).unwrap_err().to_string();
        assert_eq!(problem, "the mail's subject has {naem}; known are {code}, {grouped}, {site}, {minutes}, {host}, {place}, {time}, {link}");
    }

    #[test]
    fn text_and_html_need_the_code_and_the_subject_one_line() {
        let text = TemplateSources { text: Some("Hello {site}"), ..TemplateSources::default() };
        assert_eq!(MailTemplates::parse(text).unwrap_err(), TemplateProblem::NoCode("text"));
        let html = TemplateSources { html: Some("<b>{grouped}</b>"), ..TemplateSources::default() };
        assert_eq!(MailTemplates::parse(html).unwrap_err(), TemplateProblem::NoCode("HTML"));
        let subject = TemplateSources { subject: Some("{code}\nBcc: x"), ..TemplateSources::default() };
        assert_eq!(MailTemplates::parse(subject).unwrap_err(), TemplateProblem::Lines);
    }

    #[test]
    fn an_operators_templates_are_filled_and_values_in_html_escaped() {
        let sources = TemplateSources {
            subject: Some("{site}: {code}"),
            text: Some("{code} for {minutes} min at {host}, asked {time} in {place}"),
            html: Some("<style>p{color:red}</style><p>{code} {site}</p>"),
        };
        let mail = CodeMail {
            code_for: CodeFor::SignIn,
            language: Language::En,
            texts: original(Language::En),
            code: "123456",
            minutes_left: 1,
            site: "A & <B>",
            place: None,
            time: "now",
            host: "id.example",
            link: None,
        };
        let envelope =
            Envelope { id: MailId::parse("m").unwrap(), from: Sender::parse("a@b.example").unwrap(), to: "c@d.example".to_owned(), sent_at: 0 };
        let mail = mail.compose(&MailTemplates::parse(sources).unwrap(), envelope).unwrap();
        assert_eq!(mail.subject, "A & <B>: 123456");
        assert_eq!(mail.text, "123456 for 1 min at id.example, asked now in ");
        assert_eq!(mail.html, "<style>p{color:red}</style><p>123456 A &#38; &#60;B&#62;</p>");
    }
}
