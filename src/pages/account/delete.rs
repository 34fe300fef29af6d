//! The end of an account: the page that asks, and what comes after.

use askama::Template;

use super::head::{Head, Message};
use crate::pages::frame::{Frame, Look, Tone};
use crate::pages::page::{Forms, Page, Robots, Script};
use crate::platform::Fault;
use crate::texts::fill_html;

/// Asks for a yes that nobody gives by accident. Posts to itself.
#[derive(Debug, Clone, Copy)]
pub struct DeletePage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// The address that is to be typed.
    pub address: &'a str,
    /// The form's token, handed back as `csrf`.
    pub csrf: &'a str,
    /// Whether something else was typed.
    pub is_mistyped: bool,
}

#[derive(Template)]
#[template(path = "pages/account/delete.html")]
struct DeleteTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a DeletePage<'a>,
    label: String,
}

impl DeletePage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let head = Head::of(texts.account_delete, self.is_mistyped.then(|| Message::Problem(texts.delete_mistyped.to_string())));
        let (frame, needs) = head.frame(self.look);
        let label = fill_html(texts.delete_label, &[("address", self.address)]);
        head.page(&frame, &DeleteTemplate { frame: &frame, view: self, label }, needs)
    }
}

/// Tells that the account is deleted.
#[derive(Debug, Clone, Copy)]
pub struct DeletedPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
}

#[derive(Template)]
#[template(path = "pages/account/deleted.html")]
struct DeletedTemplate<'a> {
    frame: &'a Frame<'a>,
}

impl DeletedPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let frame = Frame::new(self.look, self.look.texts.deleted_heading, Tone::Plain, None);
        let needs = frame.needs(Script::None, Robots::Welcome, Forms::None);
        frame.page(&DeletedTemplate { frame: &frame }, needs)
    }
}
