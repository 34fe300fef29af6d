//! What a page's form needs to ask for a passkey, the page that offers one after a sign-in by code (posts to
//! `/sign-in/passkey/new`), and the page that adds one for a client's site (posts to `/passkeys/new`).
//!
//! The script does the asking; what it needs stands in the form. Without it the form stays hidden.

use super::frame::{ClientDisplay, Frame, Look, Tone, web_link};
use super::page::{Forms, PASSKEY_SCRIPT, Page, Robots, Script};
use crate::platform::Fault;
use crate::texts::fill_html;
use askama::Template;

/// A ceremony, as a page asks for it.
#[derive(Debug, Clone, Copy)]
pub struct PasskeyAsked<'a> {
    /// Its id, handed back as `ceremony`.
    pub ceremony: &'a str,
    /// What it is for, so that the page can have a new one.
    pub purpose: &'a str,
    /// The options for `navigator.credentials`, as JSON.
    pub options: &'a str,
    /// A passkey that the browser showed and nobody here has; empty for none.
    pub unknown: &'a str,
}

/// The same beside its words.
pub(super) struct PasskeyForm<'a> {
    pub(super) ceremony: &'a str,
    pub(super) purpose: &'a str,
    pub(super) options: &'a str,
    pub(super) unknown: &'a str,
    pub(super) failed: &'a str,
}

impl<'a> PasskeyAsked<'a> {
    pub(super) fn form(self, failed: &'a str) -> PasskeyForm<'a> {
        let Self { ceremony, purpose, options, unknown } = self;
        PasskeyForm { ceremony, purpose, options, unknown, failed }
    }
}

impl PasskeyForm<'_> {
    pub(super) fn script(&self) -> &'static str {
        PASSKEY_SCRIPT
    }
}

/// Offers a passkey.
#[derive(Debug, Clone, Copy)]
pub struct PasskeyOfferPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// For whom the person signs in, if for a client.
    pub client: Option<ClientDisplay<'a>>,
    /// The sign-in, handed back as `sign_in`.
    pub sign_in: &'a str,
    /// The forms' token, handed back as `csrf`.
    pub csrf: &'a str,
    /// The ceremony.
    pub passkey: PasskeyAsked<'a>,
    /// Whether it didn't work the last time.
    pub failed: bool,
}

#[derive(Template)]
#[template(path = "pages/passkey_offer.html")]
struct PasskeyOfferTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a PasskeyOfferPage<'a>,
    passkey: PasskeyForm<'a>,
}

impl PasskeyOfferPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let tone = if self.failed { Tone::Problem } else { Tone::Plain };
        let frame = Frame::new(self.look, texts.passkey_offer_heading, tone, self.client);
        let needs = frame.needs(Script::Passkey, Robots::Welcome, Forms::MayEndAtClient);
        frame.page(&PasskeyOfferTemplate { frame: &frame, view: self, passkey: self.passkey.form(texts.passkey_add_failed) }, needs)
    }
}

/// Adds a passkey for a client whose own page can't.
#[derive(Debug, Clone, Copy)]
pub struct PasskeyForClientPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// The client.
    pub client: Option<ClientDisplay<'a>>,
    /// Its name.
    pub name: &'a str,
    /// The ticket, handed back as `ticket`.
    pub ticket: &'a str,
    /// The form's token, handed back as `csrf`.
    pub csrf: &'a str,
    /// The ticket's ceremony.
    pub passkey: PasskeyAsked<'a>,
    /// Where the person came from.
    pub back: &'a str,
    /// Whether it didn't work the last time.
    pub failed: bool,
}

#[derive(Template)]
#[template(path = "pages/passkey_client.html")]
struct PasskeyForClientTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a PasskeyForClientPage<'a>,
    lead: String,
    back: Option<&'a str>,
    passkey: PasskeyForm<'a>,
}

impl PasskeyForClientPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let tone = if self.failed { Tone::Problem } else { Tone::Plain };
        let frame = Frame::new(self.look, texts.passkey_add, tone, self.client);
        let needs = frame.needs(Script::Passkey, Robots::Welcome, Forms::MayEndAtClient);
        let template = PasskeyForClientTemplate {
            view: self,
            lead: fill_html(texts.passkeys_client_lead, &[("client", self.name)]),
            back: web_link(self.back),
            passkey: self.passkey.form(texts.passkey_add_failed),
            frame: &frame,
        };
        frame.page(&template, needs)
    }
}
