//! The page that asks for a password. Posts to `/sign-in/password`; its other buttons post the same address to `/sign-in`, which sends a code.
//!
//! Works without JavaScript; the script only shows and hides what is typed.

use super::address::AddressProblem;
use super::frame::{ClientDisplay, Frame, Look, Tone};
use super::page::{Forms, PASSWORD_SCRIPT, Page, Robots, Script};
use crate::platform::Fault;
use crate::texts::{fill, fill_html};
use askama::Template;

/// Why the page is shown once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordProblem<'a> {
    /// The wrong one, or there is none: nobody is told which.
    Wrong,
    /// Too many wrong ones.
    Blocked {
        /// Seconds to wait.
        seconds: u64,
    },
    /// The address can't be one of somebody here.
    Address(AddressProblem<'a>),
}

/// Asks for a password.
#[derive(Debug, Clone, Copy)]
pub struct PasswordPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// Who asks, if a client does.
    pub client: Option<ClientDisplay<'a>>,
    /// The sealed request, handed back by the form as `request`.
    pub sealed: &'a str,
    /// What the address field holds already.
    pub email: &'a str,
    /// What went wrong the last time.
    pub problem: Option<PasswordProblem<'a>>,
    /// Turnstile's site key, where the operator has switched it on: a code may be sent from here.
    pub turnstile_site_key: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "pages/password.html")]
struct PasswordTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a PasswordPage<'a>,
    to_client: Option<String>,
    problem: Option<String>,
    wrong_address: bool,
    script: &'static str,
}

impl PasswordPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let tone = if self.problem.is_some() { Tone::Problem } else { Tone::Plain };
        let frame = Frame::new(self.look, texts.password_heading, tone, self.client);
        let robots = if self.turnstile_site_key.is_some() { Robots::Checked } else { Robots::Welcome };
        let needs = frame.needs(Script::Password, robots, Forms::MayEndAtClient);
        let template = PasswordTemplate {
            view: self,
            to_client: self.client.map(|client| fill_html(texts.address_to_client, &[("client", client.name)])),
            problem: self.problem.map(|problem| self.say(problem)),
            wrong_address: matches!(self.problem, Some(PasswordProblem::Address(_))),
            script: PASSWORD_SCRIPT,
            frame: &frame,
        };
        frame.page(&template, needs)
    }

    fn say(&self, problem: PasswordProblem<'_>) -> String {
        let texts = self.look.texts;
        match problem {
            PasswordProblem::Wrong => texts.password_wrong.to_string(),
            PasswordProblem::Blocked { seconds } => fill(texts.password_blocked, &[("time", &texts.wait(self.look.language, seconds))]),
            PasswordProblem::Address(problem) => problem.words(self.look),
        }
    }
}
