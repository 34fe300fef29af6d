//! The page that asks for a second factor. Posts to `/sign-in/second`.

use super::frame::{ClientDisplay, Frame, Look, Tone};
use super::page::{Forms, Page, Robots, Script};
use super::passkey::{PasskeyAsked, PasskeyForm};
use crate::platform::Fault;
use crate::texts::{fill, fill_html};
use askama::Template;

/// Which factor the page asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// An authenticator app's code.
    AuthenticatorCode,
    /// A recovery code.
    RecoveryCode,
}

/// Why the page is shown once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondProblem {
    /// Wrong, or used before.
    Wrong,
    /// The passkey wasn't right.
    PasskeyFailed,
    /// Too many failures.
    Blocked {
        /// Seconds to wait.
        seconds: u64,
    },
}

/// Asks for a second factor.
#[derive(Debug, Clone, Copy)]
pub struct SecondFactorPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// Who asks, if a client does.
    pub client: Option<ClientDisplay<'a>>,
    /// Whose sign-in.
    pub address: &'a str,
    /// The sign-in, handed back as `sign_in`.
    pub sign_in: &'a str,
    /// The form's token, handed back as `csrf`.
    pub csrf: &'a str,
    /// What is asked for.
    pub asked: Option<Asked>,
    /// The ceremony for the person's passkeys, if they have any.
    pub passkey: Option<PasskeyAsked<'a>>,
    /// Where the other factor is asked for, if the person has it.
    pub other: Option<&'a str>,
    /// For how many days a browser may be trusted; 0 for never.
    pub trust_days: u64,
    /// What went wrong the last time.
    pub problem: Option<SecondProblem>,
}

#[derive(Template)]
#[template(path = "pages/second_factor.html")]
struct SecondFactorTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a SecondFactorPage<'a>,
    lead: String,
    trust: String,
    problem: Option<String>,
    passkey: Option<PasskeyForm<'a>>,
}

impl SecondFactorPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let tone = if self.problem.is_some() { Tone::Problem } else { Tone::Plain };
        let frame = Frame::new(self.look, texts.second_heading, tone, self.client);
        let script = if self.passkey.is_some() { Script::Passkey } else { Script::None };
        let needs = frame.needs(script, Robots::Welcome, Forms::MayEndAtClient);
        let template = SecondFactorTemplate {
            view: self,
            lead: fill_html(texts.second_lead, &[("address", self.address)]),
            trust: fill(texts.second_trust, &[("days", &self.trust_days.to_string())]),
            problem: self.problem.map(|problem| self.say(problem)),
            passkey: self.passkey.map(|passkey| passkey.form(texts.passkey_second_failed)),
            frame: &frame,
        };
        frame.page(&template, needs)
    }

    fn say(&self, problem: SecondProblem) -> String {
        let texts = self.look.texts;
        match problem {
            SecondProblem::Wrong => texts.second_wrong.to_string(),
            SecondProblem::PasskeyFailed => texts.passkey_second_failed.to_string(),
            SecondProblem::Blocked { seconds } => fill(texts.second_blocked, &[("time", &texts.wait(self.look.language, seconds))]),
        }
    }
}
