//! The development mailbox as a page. Who may see it is decided elsewhere.

use super::frame::{Frame, Look, Tone};
use super::page::{Forms, Page, Robots, Script};
use crate::mail::KeptMail;
use crate::platform::Fault;
use crate::texts::fill_html;
use askama::Template;

/// Shows mails, newest first.
#[derive(Clone, Copy)]
pub struct MailboxPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// The mails.
    pub mails: &'a [KeptMail],
}

#[derive(Template)]
#[template(path = "pages/mailbox.html")]
struct MailboxTemplate<'a> {
    frame: &'a Frame<'a>,
    mails: &'a [KeptMail],
}

impl MailboxTemplate<'_> {
    fn to(&self, mail: &KeptMail) -> String {
        fill_html(self.frame.look.texts.mailbox_to, &[("address", &mail.to)])
    }
}

impl MailboxPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let frame = Frame::new(self.look, self.look.texts.mailbox_heading, Tone::Plain, None);
        let needs = frame.needs(Script::None, Robots::Welcome, Forms::None);
        frame.page(&MailboxTemplate { frame: &frame, mails: self.mails }, needs)
    }
}
