//! What a person may say of themselves: the standard claims of the scope `profile` that they fill in. OpenID Connect Core §5.1.

use serde_json::{Map, Value};

use crate::values::line::is_deceptive;

/// Characters of a name.
const NAME_LENGTH: usize = 100;
/// Characters of an address on the web.
const URL_LENGTH: usize = 400;
/// Characters of a time zone's name.
const ZONE_LENGTH: usize = 50;

/// A claim that a person fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileField {
    /// The whole name.
    Name,
    /// First names.
    GivenName,
    /// Last names.
    FamilyName,
    /// What friends say.
    Nickname,
    /// What sites should call the person; nothing promises that it is unique.
    PreferredUsername,
    /// A page on the web.
    Website,
    /// A picture on the web.
    Picture,
    /// ISO 8601 `YYYY-MM-DD`.
    Birthdate,
    /// A name of the IANA time zone database.
    Zoneinfo,
}

impl ProfileField {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 9] = [
        Self::Name,
        Self::GivenName,
        Self::FamilyName,
        Self::Nickname,
        Self::PreferredUsername,
        Self::Birthdate,
        Self::Zoneinfo,
        Self::Website,
        Self::Picture,
    ];

    /// The claim's name.
    #[must_use]
    pub const fn claim(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::Nickname => "nickname",
            Self::PreferredUsername => "preferred_username",
            Self::Website => "website",
            Self::Picture => "picture",
            Self::Birthdate => "birthdate",
            Self::Zoneinfo => "zoneinfo",
        }
    }

    /// Most characters.
    #[must_use]
    pub const fn longest(self) -> usize {
        match self {
            Self::Name | Self::GivenName | Self::FamilyName | Self::Nickname | Self::PreferredUsername => NAME_LENGTH,
            Self::Website | Self::Picture => URL_LENGTH,
            Self::Birthdate => 10,
            Self::Zoneinfo => ZONE_LENGTH,
        }
    }

    fn takes(self, text: &str) -> bool {
        let is_of_its_form = match self {
            Self::Name | Self::GivenName | Self::FamilyName | Self::Nickname | Self::PreferredUsername => !text.contains(is_deceptive),
            Self::Website | Self::Picture => is_web_address(text),
            Self::Birthdate => is_date(text),
            Self::Zoneinfo => is_zone(text),
        };
        is_of_its_form && text.chars().count() <= self.longest()
    }
}

/// What a person has filled in, as a patch of the stored profile (RFC 7396): an empty field is taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfilePatch(Map<String, Value>);

impl ProfilePatch {
    /// Reads the fields.
    ///
    /// # Errors
    /// The first field that can't be taken.
    pub fn read<'a>(typed: impl Fn(ProfileField) -> &'a str) -> Result<Self, ProfileField> {
        let mut patch = Map::new();
        for field in ProfileField::ALL {
            let text = typed(field).trim();
            if !text.is_empty() && !field.takes(text) {
                return Err(field);
            }
            patch.insert(field.claim().to_owned(), if text.is_empty() { Value::Null } else { Value::from(text) });
        }
        Ok(Self(patch))
    }

    /// As JSON text.
    #[must_use]
    pub fn to_text(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }
}

fn is_web_address(text: &str) -> bool {
    let is_fit = |url: &url::Url| matches!(url.scheme(), "https" | "http") && url.has_host() && url.username().is_empty() && url.password().is_none();
    !text.contains(is_deceptive) && url::Url::parse(text).is_ok_and(|url| is_fit(&url))
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut next = |length: usize| {
        let part = parts.next().filter(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        part.parse::<u16>().ok()
    };
    let (year, month, day) = (next(4), next(2), next(2));
    let date = |year: u16, month: u16, day: u16| {
        let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
        time::Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()
    };
    parts.next().is_none() && matches!((year, month, day), (Some(year), Some(month), Some(day)) if year >= 1800 && date(year, month, day).is_some())
}

fn is_zone(text: &str) -> bool {
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+-".contains(&byte))
    };
    text.split('/').count() <= 3 && text.split('/').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(field: ProfileField, text: &'static str) -> Result<ProfilePatch, ProfileField> {
        ProfilePatch::read(|asked| if asked == field { text } else { "" })
    }

    #[test]
    fn each_field_takes_what_is_of_its_form() {
        for (field, text) in [
            (ProfileField::Name, "Ann O’Neill-Ørsted 安"),
            (ProfileField::Website, "https://ann.example/"),
            (ProfileField::Birthdate, "1984-02-29"),
            (ProfileField::Zoneinfo, "America/Argentina/Buenos_Aires"),
            (ProfileField::Zoneinfo, "Etc/GMT+5"),
        ] {
            assert!(read(field, text).unwrap().to_text().contains(text), "{text}");
        }
    }

    #[test]
    fn each_field_refuses_what_is_not() {
        for (field, text) in [
            (ProfileField::Name, "Ann\u{202e}nnA"),
            (ProfileField::Name, "Ann\u{7}"),
            (ProfileField::Website, "javascript:alert(1)"),
            (ProfileField::Website, "https://ann:secret@x.example/"),
            (ProfileField::Picture, "ann.png"),
            (ProfileField::Birthdate, "1985-02-29"),
            (ProfileField::Birthdate, "29.2.1984"),
            (ProfileField::Zoneinfo, "../etc/passwd"),
            (ProfileField::Zoneinfo, "Europe//Paris"),
        ] {
            assert_eq!(read(field, text), Err(field), "{text}");
        }
        let long: &'static str = "x".repeat(101).leak();
        assert_eq!(read(ProfileField::Nickname, long), Err(ProfileField::Nickname));
    }

    #[test]
    fn an_empty_field_is_taken_out() {
        assert!(read(ProfileField::Name, "  ").unwrap().to_text().contains("\"name\":null"));
    }
}
