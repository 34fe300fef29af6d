//! The plain home page: who is signed in, and a way in or out.

use super::frame::{Frame, Look, Tone};
use super::page::{Forms, Page, Robots, Script};
use crate::platform::Fault;
use crate::texts::fill_html;
use askama::Template;

/// Who is signed in.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn<'a> {
    /// The address as it was typed.
    pub address: &'a str,
    /// The person's name, if known; else empty.
    pub name: &'a str,
    /// The sign-out form's token, handed back as `csrf`.
    pub csrf: &'a str,
}

/// The home page. Its one form posts to `/sign-out`.
#[derive(Debug, Clone, Copy)]
pub struct HomePage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// Who is signed in, if somebody is.
    pub signed_in: Option<SignedIn<'a>>,
}

#[derive(Template)]
#[template(path = "pages/home.html")]
struct HomeTemplate<'a> {
    frame: &'a Frame<'a>,
    signed_in: Option<SignedIn<'a>>,
    who: String,
}

impl HomePage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let (heading, forms) = match self.signed_in {
            Some(_) => (&texts.home_signed_in_heading, Forms::Ours),
            None => (&texts.home_heading, Forms::None),
        };
        let who = self.signed_in.map_or("", |person| if person.name.is_empty() { person.address } else { person.name });
        let frame = Frame::new(self.look, heading, Tone::Plain, None);
        let needs = frame.needs(Script::None, Robots::Welcome, forms);
        let who = fill_html(texts.home_signed_in_as, &[("name", who)]);
        frame.page(&HomeTemplate { frame: &frame, signed_in: self.signed_in, who }, needs)
    }
}
