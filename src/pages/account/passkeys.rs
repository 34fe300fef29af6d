//! A person's passkeys. Posts to itself; the script of passkeys adds one.

use askama::Template;

use super::head::{Head, Message};
use crate::pages::frame::{Frame, Look};
use crate::pages::page::{Page, Script};
use crate::pages::passkey::{PasskeyAsked, PasskeyForm};
use crate::platform::Fault;
use crate::texts::fill_html;
use crate::values::Timestamp;

/// A passkey as it is shown.
#[derive(Debug, Clone, Copy)]
pub struct ShownPasskey<'a> {
    /// Its id, handed back as `passkey`.
    pub id: &'a str,
    /// The name that its person gave it.
    pub name: &'a str,
    /// What keeps it; empty where nobody knows.
    pub authenticator: &'a str,
    /// Since when it is here.
    pub created_at: Timestamp,
    /// When it was used last.
    pub used_at: Option<Timestamp>,
    /// Whether it is copied between devices.
    pub is_synced: bool,
}

/// Why the page is shown once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeysProblem {
    /// The passkey couldn't be added.
    NotAdded,
    /// The name is empty, too long, or no line of text.
    Name,
    /// Nothing else would let the person in.
    LastWayIn,
}

/// The passkeys.
#[derive(Debug, Clone, Copy)]
pub struct PasskeysPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// All of them.
    pub passkeys: &'a [ShownPasskey<'a>],
    /// The ceremony that adds one, unless there can't be more.
    pub add: Option<PasskeyAsked<'a>>,
    /// Where the person must first show who they are; `None` where they just have.
    pub confirm: Option<&'a str>,
    /// The forms' token, handed back as `csrf`.
    pub csrf: &'a str,
    /// What has just been done: `added`, `renamed` or `removed`.
    pub news: Option<&'a str>,
    /// What went wrong.
    pub problem: Option<PasskeysProblem>,
}

struct Line<'a> {
    passkey: &'a ShownPasskey<'a>,
    created: String,
    used: String,
}

#[derive(Template)]
#[template(path = "pages/account/passkeys.html")]
struct PasskeysTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a PasskeysPage<'a>,
    lines: Vec<Line<'a>>,
    passkey: Option<PasskeyForm<'a>>,
    /// The ids, as JSON: the browser is told which passkeys are still taken.
    known: String,
}

impl PasskeysPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let head = Head::of(texts.passkeys_heading, self.message());
        let (frame, mut needs) = head.frame(self.look);
        let passkey = self.add.filter(|_| self.confirm.is_none()).map(|asked| asked.form(texts.passkey_add_failed));
        if passkey.is_some() {
            needs.script = Script::Passkey;
        }
        let lines = self.passkeys.iter().map(|passkey| self.line(passkey)).collect();
        let known = serde_json::json!(self.passkeys.iter().map(|passkey| passkey.id).collect::<Vec<_>>()).to_string();
        head.page(&frame, &PasskeysTemplate { frame: &frame, view: self, lines, passkey, known }, needs)
    }

    fn message(&self) -> Option<Message> {
        let texts = self.look.texts;
        let problem = self.problem.map(|problem| match problem {
            PasskeysProblem::NotAdded => &texts.passkey_add_failed,
            PasskeysProblem::Name => &texts.passkeys_name_unfit,
            PasskeysProblem::LastWayIn => &texts.passkeys_last,
        });
        let news = match self.news {
            Some("added") => Some(&texts.passkeys_done_added),
            Some("renamed") => Some(&texts.passkeys_done_renamed),
            Some("removed") => Some(&texts.passkeys_done_removed),
            Some(_) | None => None,
        };
        problem.map(|text| Message::Problem(text.to_string())).or_else(|| news.map(|text| Message::News(text.to_string())))
    }

    fn line<'a>(&self, passkey: &'a ShownPasskey<'a>) -> Line<'a> {
        let texts = self.look.texts;
        let at = |text: &str, time: Timestamp| fill_html(text, &[("date", &time.for_people())]);
        let used = passkey.used_at.map(|time| at(texts.passkeys_used, time));
        Line { passkey, created: at(texts.passkeys_created, passkey.created_at), used: used.unwrap_or_else(|| fill_html(texts.passkeys_unused, &[])) }
    }
}
