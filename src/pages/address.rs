//! The page that asks for an e-mail address. Posts to `/sign-in`.

use super::frame::{ClientDisplay, Frame, Look, Tone};
use super::page::{Forms, Page, Robots, Script};
use super::passkey::{PasskeyAsked, PasskeyForm};
use crate::platform::Fault;
use crate::texts::{fill, fill_html};
use askama::Template;

/// Why the address page is shown once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressProblem<'a> {
    /// Not an e-mail address.
    Malformed,
    /// Letters outside ASCII before the @.
    NotAscii,
    /// Only these domains are let in.
    DomainNotAllowed {
        /// Their names.
        allowed: &'a [String],
    },
    /// Too many codes were asked for.
    Blocked {
        /// Seconds to wait.
        seconds: u64,
    },
    /// No adapter took the mail.
    MailFailed,
    /// The check for robots wasn't passed.
    TurnstileFailed,
    /// The passkey wasn't right, or wasn't one of ours.
    PasskeyFailed,
}

/// Asks for the address.
#[derive(Debug, Clone, Copy)]
pub struct AddressPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// Who asks, if a client does.
    pub client: Option<ClientDisplay<'a>>,
    /// The sealed request, handed back by the form as `request`.
    pub sealed: &'a str,
    /// What the address field holds already.
    pub email: &'a str,
    /// Whether a password will do as well.
    pub takes_passwords: bool,
    /// Whether somebody who is signed in shows once more who they are.
    pub asks_again: bool,
    /// What went wrong the last time.
    pub problem: Option<AddressProblem<'a>>,
    /// Turnstile's site key, where the operator has switched it on.
    pub turnstile_site_key: Option<&'a str>,
    /// The ceremony for signing in by passkey, where there are any.
    pub passkey: Option<PasskeyAsked<'a>>,
}

#[derive(Template)]
#[template(path = "pages/address.html")]
struct AddressTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a AddressPage<'a>,
    heading: &'a str,
    to_client: Option<String>,
    problem: Option<String>,
    passkey: Option<PasskeyForm<'a>>,
}

impl AddressPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let tone = if self.problem.is_some() { Tone::Problem } else { Tone::Plain };
        let heading = if self.asks_again { &texts.account_confirm_heading } else { &texts.address_heading };
        let frame = Frame::new(self.look, heading, tone, self.client);
        let robots = if self.turnstile_site_key.is_some() { Robots::Checked } else { Robots::Welcome };
        let script = if self.passkey.is_some() { Script::Passkey } else { Script::None };
        let needs = frame.needs(script, robots, Forms::MayEndAtClient);
        let to_client = self.client.map(|client| fill_html(texts.address_to_client, &[("client", client.name)]));
        let problem = self.problem.map(|problem| problem.words(self.look));
        let passkey = self.passkey.map(|passkey| passkey.form(texts.passkey_failed));
        frame.page(&AddressTemplate { frame: &frame, view: self, heading, to_client, problem, passkey }, needs)
    }
}

impl AddressProblem<'_> {
    /// What people read.
    pub(super) fn words(self, look: Look<'_>) -> String {
        let texts = look.texts;
        match self {
            Self::Malformed => texts.address_malformed.to_string(),
            Self::NotAscii => texts.address_not_ascii.to_string(),
            Self::DomainNotAllowed { allowed } => fill(texts.address_domain, &[("domains", &allowed.join(", "))]),
            Self::Blocked { seconds } => fill(texts.address_blocked, &[("time", &texts.wait(look.language, seconds))]),
            Self::MailFailed => texts.address_mail_failed.to_string(),
            Self::TurnstileFailed => texts.address_robot.to_string(),
            Self::PasskeyFailed => texts.passkey_failed.to_string(),
        }
    }
}
