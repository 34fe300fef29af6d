//! What a person says of themselves. Posts to itself.

use askama::Template;

use super::head::{Head, Message};
use crate::oidc::profile::ProfileField;
use crate::pages::frame::{Frame, Look};
use crate::pages::page::Page;
use crate::platform::Fault;
use crate::texts::{Texts, fill};
use crate::values::Language;

/// The profile.
#[derive(Debug, Clone, Copy)]
pub struct ProfilePage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// What stands in the fields, in their order.
    pub values: [&'a str; ProfileField::ALL.len()],
    /// The language of the person's mails, where one is chosen.
    pub language: Option<Language>,
    /// The form's token, handed back as `csrf`.
    pub csrf: &'a str,
    /// Whether it has just been saved.
    pub is_saved: bool,
    /// The field that can't be taken.
    pub unusable: Option<ProfileField>,
}

struct Field<'a> {
    field: ProfileField,
    label: &'a str,
    value: &'a str,
    /// What browsers fill it in by, and how they ask for it.
    autocomplete: &'static str,
    kind: &'static str,
    is_unusable: bool,
}

#[derive(Template)]
#[template(path = "pages/account/profile.html")]
struct ProfileTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a ProfilePage<'a>,
    fields: Vec<Field<'a>>,
}

impl ProfileTemplate<'_> {
    /// Tag, name in its own words, and what its option says.
    fn languages(&self) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
        let chosen = self.view.language;
        Language::ALL.iter().map(move |language| (language.tag(), language.own_name(), if chosen == Some(*language) { " selected" } else { "" }))
    }
}

impl ProfilePage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let message = match self.unusable {
            Some(field) => Some(Message::Problem(fill(texts.profile_unusable, &[("field", label(texts, field))]))),
            None => self.is_saved.then(|| Message::News(texts.profile_saved.to_string())),
        };
        let head = Head::of(texts.account_profile, message);
        let (frame, needs) = head.frame(self.look);
        let fields = ProfileField::ALL.into_iter().zip(self.values).map(|(field, value)| {
            let (autocomplete, kind) = asked(field);
            Field { field, label: label(texts, field), value, autocomplete, kind, is_unusable: self.unusable == Some(field) }
        });
        let fields = fields.collect();
        head.page(&frame, &ProfileTemplate { frame: &frame, view: self, fields }, needs)
    }
}

fn label(texts: &Texts, field: ProfileField) -> &str {
    match field {
        ProfileField::Name => texts.profile_name,
        ProfileField::GivenName => texts.profile_given_name,
        ProfileField::FamilyName => texts.profile_family_name,
        ProfileField::Nickname => texts.profile_nickname,
        ProfileField::PreferredUsername => texts.profile_preferred_username,
        ProfileField::Website => texts.profile_website,
        ProfileField::Picture => texts.profile_picture,
        ProfileField::Birthdate => texts.profile_birthdate,
        ProfileField::Zoneinfo => texts.profile_zoneinfo,
    }
}

const fn asked(field: ProfileField) -> (&'static str, &'static str) {
    match field {
        ProfileField::Name => ("name", "text"),
        ProfileField::GivenName => ("given-name", "text"),
        ProfileField::FamilyName => ("family-name", "text"),
        ProfileField::Nickname => ("nickname", "text"),
        ProfileField::PreferredUsername | ProfileField::Zoneinfo => ("off", "text"),
        ProfileField::Website => ("url", "url"),
        ProfileField::Picture => ("photo", "url"),
        ProfileField::Birthdate => ("bday", "date"),
    }
}
