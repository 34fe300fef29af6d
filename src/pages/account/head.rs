//! What the account's pages have in common: the heading, the way back to the overview, and a line of news or of what went wrong.

use crate::pages::frame::{Frame, Look, Tone};
use crate::pages::page::{Forms, Needs, Robots, Script};

/// A line above a page's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages) enum Message {
    /// Something has been done.
    News(String),
    /// Something couldn't be.
    Problem(String),
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

    pub(in crate::pages) const fn of(heading: &'a str, message: Option<Message>) -> Self {
        Self { heading, message }
    }
}
