//! The page that asks for a new password in place of a forgotten one. Posts to `/sign-in/new-password`.
//!
//! Works without JavaScript; the script only shows and hides what is typed.

use super::frame::{ClientDisplay, Frame, Look, Tone};
use super::page::{Forms, PASSWORD_SCRIPT, Page, Robots, Script};
use crate::factors::password::Refused;
use crate::platform::Fault;
use crate::texts::{Texts, fill, fill_html};
use askama::Template;

/// Asks for a new password.
#[derive(Debug, Clone, Copy)]
pub struct NewPasswordPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// Who asks, if a client does.
    pub client: Option<ClientDisplay<'a>>,
    /// Whose password.
    pub address: &'a str,
    /// The sign-in, handed back as `sign_in`.
    pub sign_in: &'a str,
    /// The form's token, handed back as `csrf`.
    pub csrf: &'a str,
    /// The fewest characters.
    pub shortest: usize,
    /// Why the last one wasn't taken.
    pub problem: Option<Refused>,
}

#[derive(Template)]
#[template(path = "pages/new_password.html")]
struct NewPasswordTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a NewPasswordPage<'a>,
    lead: String,
    hint: String,
    problem: Option<String>,
    script: &'static str,
}

impl NewPasswordPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let tone = if self.problem.is_some() { Tone::Problem } else { Tone::Plain };
        let frame = Frame::new(self.look, texts.new_password_heading, tone, self.client);
        let needs = frame.needs(Script::Password, Robots::Welcome, Forms::MayEndAtClient);
        let template = NewPasswordTemplate {
            view: self,
            lead: fill_html(texts.new_password_lead, &[("address", self.address)]),
            hint: fill(texts.new_password_hint, &[("length", &self.shortest.to_string())]),
            problem: self.problem.map(|problem| why_refused(texts, problem)),
            script: PASSWORD_SCRIPT,
            frame: &frame,
        };
        frame.page(&template, needs)
    }
}

/// Why a password isn't taken, in words.
pub(super) fn why_refused(texts: &Texts, why: Refused) -> String {
    match why {
        Refused::TooShort(least) => fill(texts.password_too_short, &[("length", &least.to_string())]),
        Refused::TooLong(most) => fill(texts.password_too_long, &[("length", &most.to_string())]),
        Refused::Common => texts.password_common.to_string(),
        Refused::Names => texts.password_names.to_string(),
    }
}
