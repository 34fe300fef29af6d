//! The page that asks for the code. Posts to `/sign-in/code`, and to `/sign-in/resend` for another mail.
//!
//! Works without JavaScript; the script only saves steps. Judges no code.

use super::frame::{ClientDisplay, Frame, Look, Tone};
use super::page::{CODE_SCRIPT, Forms, Page, Robots, Script};
use crate::flows::sign_in::Channel;
use crate::platform::Fault;
use crate::texts::{Texts, clock, fill, fill_html};
use crate::values::CodeAlphabet;
use askama::Template;

/// Why the code page is shown once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeProblem {
    /// Wrong, old, used or unknown: nobody is told which.
    WrongOrExpired,
    /// Too many wrong ones.
    Blocked {
        /// Seconds to wait.
        seconds: u64,
    },
    /// Not a problem: the mail went out once more.
    Resent,
    /// The mail can't go out again yet.
    ResendTooSoon {
        /// Seconds to wait.
        seconds: u64,
    },
    /// No adapter took the mail, or nobody the text message.
    MailFailed,
}

/// What may be said about the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// It was sent.
    Sent,
    /// It was sent if the address is an invited one; the page says the same to all.
    IfInvited,
}

/// Asks for the code.
#[derive(Debug, Clone, Copy)]
pub struct CodePage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// Who asks, if a client does.
    pub client: Option<ClientDisplay<'a>>,
    /// The address as it was typed, or the phone number.
    pub address: &'a str,
    /// By what the code was sent.
    pub channel: Channel,
    /// What may be said about the mail.
    pub promise: Promise,
    /// Bound to challenge and browser; handed back by both forms as `ticket`.
    pub ticket: &'a str,
    /// What happened the last time.
    pub problem: Option<CodeProblem>,
    /// What the code is made of, and how long it is.
    pub alphabet: CodeAlphabet,
    /// Seconds until it may be sent again; 0 for at once.
    pub resend_in: u64,
    /// Link back to the address page.
    pub other_address: &'a str,
}

/// What is said in other words of a mail than of a text message.
struct Words<'a> {
    heading: &'a str,
    wrong: &'a str,
    resent: &'a str,
    too_soon: &'a str,
    failed: &'a str,
    nothing_came: &'a str,
    other: &'a str,
}

impl<'a> Words<'a> {
    const fn of(texts: &'a Texts, channel: Channel) -> Self {
        match channel {
            Channel::Mail => Self {
                heading: texts.code_heading,
                wrong: texts.code_wrong,
                resent: texts.code_resent,
                too_soon: texts.code_resend_too_soon,
                failed: texts.code_mail_failed,
                nothing_came: texts.code_nothing_came,
                other: texts.code_other_address,
            },
            Channel::Text => Self {
                heading: texts.phone_code_heading,
                wrong: texts.phone_code_wrong,
                resent: texts.phone_code_resent,
                too_soon: texts.phone_code_too_soon,
                failed: texts.phones_failed,
                nothing_came: texts.phone_code_nothing_came,
                other: texts.phone_code_other,
            },
        }
    }
}

/// A message above the field.
enum Message {
    Problem(String),
    News(String),
}

#[derive(Template)]
#[template(path = "pages/code.html")]
struct CodeTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a CodePage<'a>,
    words: Words<'a>,
    sent: String,
    label: String,
    resend_wait: String,
    message: Option<Message>,
    script: &'static str,
}

impl CodePage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let message = self.problem.map(|problem| self.say(problem));
        let tone = match &message {
            Some(Message::Problem(_)) => Tone::Problem,
            Some(Message::News(_)) | None => Tone::Plain,
        };
        let words = Words::of(texts, self.channel);
        let frame = Frame::new(self.look, words.heading, tone, self.client);
        let needs = frame.needs(Script::Code, Robots::Welcome, Forms::MayEndAtClient);
        let sent = match self.promise {
            Promise::Sent => &texts.code_sent,
            Promise::IfInvited => &texts.code_sent_if_invited,
        };
        let label = match self.alphabet {
            CodeAlphabet::Digits(_) => &texts.code_label_digits,
            CodeAlphabet::Crockford8 => &texts.code_label_characters,
        };
        let template = CodeTemplate {
            view: self,
            words,
            sent: fill_html(sent, &[("address", self.address)]),
            label: fill(label, &[("length", &self.alphabet.length().to_string())]),
            resend_wait: fill(texts.code_resend_wait, &[("clock", &clock(self.resend_in))]),
            message,
            script: CODE_SCRIPT,
            frame: &frame,
        };
        frame.page(&template, needs)
    }

    fn say(&self, problem: CodeProblem) -> Message {
        let texts = self.look.texts;
        let words = Words::of(texts, self.channel);
        let wait = |seconds| texts.wait(self.look.language, seconds);
        match problem {
            CodeProblem::WrongOrExpired => Message::Problem(words.wrong.to_owned()),
            CodeProblem::Blocked { seconds } => Message::Problem(fill(texts.code_blocked, &[("time", &wait(seconds))])),
            CodeProblem::Resent => Message::News(words.resent.to_owned()),
            CodeProblem::ResendTooSoon { seconds } => Message::Problem(fill(words.too_soon, &[("time", &wait(seconds))])),
            CodeProblem::MailFailed => Message::Problem(words.failed.to_owned()),
        }
    }
}
