//! The kinds of settings that people get to see, or that lead somewhere: names, colours, addresses of the web, replaced texts.

use std::collections::BTreeMap;

use url::Url;

use super::kinds::Kind;
use crate::values::Language;
use crate::values::issuer::{Reach, reach_of};
use crate::values::json;
use crate::values::line::is_deceptive;

/// A name in one line, without control, invisible or direction-changing characters: fit for a page, a header and a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainText(String);

impl PlainText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Kind for PlainText {
    const LOOK: &'static str = "a text in one line";
    const SIZE_OF: Option<&'static str> = Some("characters");

    fn read(text: &str) -> Result<Self, String> {
        if text.contains(is_deceptive) { Err("must be one line without invisible characters".to_owned()) } else { Ok(Self(text.to_owned())) }
    }

    fn size(&self) -> Option<i64> {
        i64::try_from(self.0.chars().count()).ok()
    }
}

/// A template of a mail: a text of any number of lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(String);

impl Template {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Kind for Template {
    const LOOK: &'static str = "a text with places such as {code}";
    const SIZE_OF: Option<&'static str> = Some("characters");

    fn read(text: &str) -> Result<Self, String> {
        let unfit = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if text.contains(unfit) { Err("must be a text without control characters".to_owned()) } else { Ok(Self(text.to_owned())) }
    }

    fn size(&self) -> Option<i64> {
        i64::try_from(self.0.chars().count()).ok()
    }
}

/// A colour: `#` and six hexadecimal digits in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Color(String);

impl Color {
    /// The colour as CSS reads it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Kind for Color {
    const LOOK: &'static str = "a colour such as #1a5fb4";

    fn read(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()));
        digits
            .map(|digits| Self(format!("#{}", digits.to_ascii_lowercase())))
            .ok_or_else(|| "must be # and six hexadecimal digits, as in #1a5fb4".to_owned())
    }
}

/// An address on the web: https, or http on this machine; no credentials, no fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAddress {
    text: String,
    origin: String,
    reach: Reach,
}

impl WebAddress {
    /// The whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its origin, as a content security policy names it.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether it leads to this machine.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.reach
    }
}

impl Kind for WebAddress {
    const LOOK: &'static str = "an https address such as https://www.example.com/logo.svg";
    const SIZE_OF: Option<&'static str> = Some("characters");

    fn read(text: &str) -> Result<Self, String> {
        let refused = || "must be an https address (http only for localhost), without user name or fragment".to_owned();
        let url = Url::parse(text).map_err(|_| refused())?;
        let reach = url.host().map(|host| reach_of(&host)).ok_or_else(refused)?;
        let secure = url.scheme() == "https" || (url.scheme() == "http" && reach == Reach::Loopback);
        if !secure || !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(refused());
        }
        Ok(Self { text: url.as_str().to_owned(), origin: url.origin().ascii_serialization(), reach })
    }

    fn size(&self) -> Option<i64> {
        i64::try_from(self.text.len()).ok()
    }
}

/// One text of the pages or mails that the operator replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorText {
    /// In which language.
    pub language: Language,
    /// Under which key.
    pub key: String,
    /// By what.
    pub text: String,
}

impl Kind for Vec<OperatorText> {
    const LOOK: &'static str = r#"a JSON object such as {"en": {"address_heading": "Welcome"}}"#;

    fn read(text: &str) -> Result<Self, String> {
        let languages: BTreeMap<String, BTreeMap<String, String>> = json::read(text.as_bytes()).map_err(|_| format!("must be {}", Self::LOOK))?;
        let mut texts = Self::new();
        for (tag, replaced) in languages {
            let language = Language::read(&tag).map_err(|reason| format!("the language \"{tag}\" {reason}"))?;
            texts.extend(replaced.into_iter().map(|(key, text)| OperatorText { language, key, text }));
        }
        Ok(texts)
    }
}
