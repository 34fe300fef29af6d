//! The account's password: set, changed, removed. Posts to itself.

use askama::Template;

use super::head::{Head, Message};
use crate::factors::password::Refused;
use crate::pages::frame::{Frame, Look};
use crate::pages::new_password::why_refused;
use crate::pages::page::{PASSWORD_SCRIPT, Page, Script};
use crate::platform::Fault;
use crate::texts::fill;

/// What is to be said above the forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordMessage {
    /// It is saved.
    Saved,
    /// It is removed.
    Removed,
    /// It isn't taken.
    Refused(Refused),
    /// It is the only way in.
    LastWayIn,
}

impl PasswordMessage {
    /// The word by which a redirect says it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Removed => "removed",
            Self::Refused(_) | Self::LastWayIn => "",
        }
    }

    /// The news of that word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Saved, Self::Removed].into_iter().find(|message| message.word() == word)
    }
}

/// The account's password.
#[derive(Debug, Clone, Copy)]
pub struct PasswordSettingsPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// Whose, by the primary address.
    pub address: &'a str,
    /// Whether there is one.
    pub has_password: bool,
    /// The fewest characters.
    pub shortest: usize,
    /// The token of the form that saves, handed back as `csrf`.
    pub save: &'a str,
    /// The token of the form that removes.
    pub remove: &'a str,
    /// What is to be said.
    pub message: Option<PasswordMessage>,
}

#[derive(Template)]
#[template(path = "pages/account/password.html")]
struct PasswordSettingsTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a PasswordSettingsPage<'a>,
    hint: String,
    script: &'static str,
}

impl PasswordSettingsPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let head = Head::of(texts.password_account_heading, self.message.map(|message| self.say(message)));
        let (frame, mut needs) = head.frame(self.look);
        needs.script = Script::Password;
        let hint = fill(texts.new_password_hint, &[("length", &self.shortest.to_string())]);
        head.page(&frame, &PasswordSettingsTemplate { frame: &frame, view: self, hint, script: PASSWORD_SCRIPT }, needs)
    }

    fn say(&self, message: PasswordMessage) -> Message {
        let texts = self.look.texts;
        match message {
            PasswordMessage::Saved => Message::News(texts.password_saved.to_string()),
            PasswordMessage::Removed => Message::News(texts.password_removed.to_string()),
            PasswordMessage::Refused(why) => Message::Problem(why_refused(texts, why)),
            PasswordMessage::LastWayIn => Message::Problem(texts.password_last.to_string()),
        }
    }

    /// Whether the field holds what wasn't taken.
    fn is_refused(&self) -> bool {
        matches!(self.message, Some(PasswordMessage::Refused(_)))
    }
}
