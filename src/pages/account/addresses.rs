//! A person's addresses. Posts to itself.

use askama::Template;

use super::head::{Head, Message};
use crate::pages::AddressProblem;
use crate::pages::frame::{Frame, Look};
use crate::pages::page::Page;
use crate::platform::Fault;

/// Why no code was sent to a new address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewAddressProblem<'a> {
    /// As when somebody signs in.
    Address(AddressProblem<'a>),
    /// It is the person's own.
    HasAlready,
    /// There are as many as there may be.
    TooMany,
}

/// An address as it is shown.
#[derive(Debug, Clone, Copy)]
pub struct ShownAddress<'a> {
    /// Its identity, handed back.
    pub identity: &'a str,
    /// As it was typed.
    pub typed: &'a str,
    /// Whether it is the primary one.
    pub is_primary: bool,
}

/// The addresses.
#[derive(Debug, Clone, Copy)]
pub struct AddressesPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// All of them, the primary one first.
    pub addresses: &'a [ShownAddress<'a>],
    /// The forms' token, handed back as `csrf`.
    pub csrf: &'a str,
    /// What the field for one more holds already.
    pub typed: &'a str,
    /// What has just been done: `added`, `removed` or `primary`.
    pub news: Option<&'a str>,
    /// Why no code was sent.
    pub problem: Option<NewAddressProblem<'a>>,
}

#[derive(Template)]
#[template(path = "pages/account/addresses.html")]
struct AddressesTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a AddressesPage<'a>,
}

impl AddressesPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let news = match self.news {
            Some("added") => Some(&texts.addresses_added),
            Some("removed") => Some(&texts.addresses_removed),
            Some("primary") => Some(&texts.addresses_made_primary),
            Some(_) | None => None,
        };
        let message = match self.problem {
            Some(problem) => Some(Message::Problem(self.say(problem))),
            None => news.map(|news| Message::News(news.to_string())),
        };
        let head = Head::of(texts.account_addresses, message);
        let (frame, needs) = head.frame(self.look);
        head.page(&frame, &AddressesTemplate { frame: &frame, view: self }, needs)
    }

    fn say(&self, problem: NewAddressProblem<'_>) -> String {
        match problem {
            NewAddressProblem::Address(problem) => problem.words(self.look),
            NewAddressProblem::HasAlready => self.look.texts.addresses_has_already.to_string(),
            NewAddressProblem::TooMany => self.look.texts.addresses_too_many.to_string(),
        }
    }
}
