//! A person's phone numbers. Posts to itself.

use askama::Template;

use super::head::{Head, Message};
use crate::pages::frame::{Frame, Look};
use crate::pages::page::Page;
use crate::platform::Fault;
use crate::texts::fill;

/// Why no code was sent to a new number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneProblem {
    /// It isn't one, or its country code is missing.
    Malformed,
    /// No text message goes to such numbers.
    NotServed,
    /// It is the person's own.
    HasAlready,
    /// There are as many as there may be.
    TooMany,
    /// Too many codes were asked for.
    Blocked {
        /// Seconds to wait.
        seconds: u64,
    },
    /// Nobody took the text message.
    Failed,
}

/// The phone numbers.
#[derive(Debug, Clone, Copy)]
pub struct PhonesPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// All of them, the one that sites learn first.
    pub numbers: &'a [String],
    /// The forms' token, handed back as `csrf`.
    pub csrf: &'a str,
    /// What the field for one more holds already.
    pub typed: &'a str,
    /// What has just been done: `added` or `removed`.
    pub news: Option<&'a str>,
    /// Why no code was sent.
    pub problem: Option<PhoneProblem>,
}

#[derive(Template)]
#[template(path = "pages/account/phones.html")]
struct PhonesTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a PhonesPage<'a>,
}

impl PhonesPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let news = match self.news {
            Some("added") => Some(texts.phones_added),
            Some("removed") => Some(texts.phones_removed),
            Some(_) | None => None,
        };
        let message = match self.problem {
            Some(problem) => Some(Message::Problem(self.say(problem))),
            None => news.map(|news| Message::News(news.to_owned())),
        };
        let head = Head::of(texts.account_phones, message);
        let (frame, needs) = head.frame(self.look);
        head.page(&frame, &PhonesTemplate { frame: &frame, view: self }, needs)
    }

    fn say(&self, problem: PhoneProblem) -> String {
        let texts = self.look.texts;
        let words = match problem {
            PhoneProblem::Malformed => texts.phones_malformed,
            PhoneProblem::NotServed => texts.phones_not_served,
            PhoneProblem::HasAlready => texts.phones_has_already,
            PhoneProblem::TooMany => texts.phones_too_many,
            PhoneProblem::Failed => texts.phones_failed,
            PhoneProblem::Blocked { seconds } => return fill(texts.address_blocked, &[("time", &texts.wait(self.look.language, seconds))]),
        };
        words.to_owned()
    }
}
