//! What the account's pages have in common: the heading, the way back to the overview, and a line of news or of what went wrong.

use askama::Template;

use crate::pages::frame::{Frame, Look, Tone, rendered};
use crate::pages::page::{Forms, Needs, Page, Robots, Script};
use crate::platform::Fault;

/// A line above a page's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages) enum Message {
    /// Something has been done.
    News(String),
    /// Something couldn't be.
    Problem(String),
}

/// A section below its head.
#[derive(Template)]
#[template(path = "pages/account/base.html")]
struct Headed<'a> {
    frame: &'a Frame<'a>,
    head: &'a Head<'a>,
    section: &'a str,
}

/// The head of a page of the account.
pub(in crate::pages) struct Head<'a> {
    pub(in crate::pages) heading: &'a str,
    pub(in crate::pages) message: Option<Message>,
}

impl<'a> Head<'a> {
    /// The frame and the needs of a page with this head. Its forms stay with us.
    pub(in crate::pages) fn frame(&self, look: Look<'a>) -> (Frame<'a>, Needs) {
        self.frame_with(look, Script::None)
    }

    /// The same for a page with a script of its own.
    pub(in crate::pages) fn frame_with(&self, look: Look<'a>, script: Script) -> (Frame<'a>, Needs) {
        let tone = match self.message {
            Some(Message::Problem(_)) => Tone::Problem,
            Some(Message::News(_)) | None => Tone::Plain,
        };
        let frame = Frame::new(look, self.heading, tone, None);
        let needs = frame.needs(script, Robots::Welcome, Forms::Ours);
        (frame, needs)
    }

    /// The page with this head and, below it, this section.
    pub(in crate::pages) fn page(&self, frame: &Frame<'_>, section: &impl Template, needs: Needs) -> Result<Page, Fault> {
        frame.page(&Headed { frame, head: self, section: &rendered(section)? }, needs)
    }

    pub(in crate::pages) const fn of(heading: &'a str, message: Option<Message>) -> Self {
        Self { heading, message }
    }
}
