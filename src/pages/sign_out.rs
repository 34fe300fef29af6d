//! The pages around signing out: the question, and what comes after. OpenID Connect RP-Initiated Logout §2 and §3.

use super::frame::{ClientDisplay, Frame, Look, Tone, web_link};
use super::page::{Forms, Page, Robots, Script};
use crate::platform::Fault;
use crate::texts::fill_html;
use askama::Template;

/// Asks whether to sign out. Posts to `/logout/confirm`.
#[derive(Debug, Clone, Copy)]
pub struct ConfirmSignOutPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// Who asks, if a known client does.
    pub client: Option<ClientDisplay<'a>>,
    /// The form's token, handed back as `csrf`.
    pub csrf: &'a str,
    /// The sealed request, handed back as `request`.
    pub sealed: &'a str,
}

#[derive(Template)]
#[template(path = "pages/confirm_sign_out.html")]
struct ConfirmTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a ConfirmSignOutPage<'a>,
    question: String,
}

impl ConfirmSignOutPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let brand = self.look.branding.name();
        let question = match self.client {
            Some(client) => fill_html(texts.sign_out_client_asks, &[("client", client.name), ("brand", brand)]),
            None => fill_html(texts.sign_out_question, &[("brand", brand)]),
        };
        let frame = Frame::new(self.look, texts.sign_out_heading, Tone::Plain, self.client);
        let needs = frame.needs(Script::None, Robots::Welcome, Forms::MayEndAtClient);
        frame.page(&ConfirmTemplate { frame: &frame, view: self, question }, needs)
    }
}

/// Tells that the person is signed out.
#[derive(Debug, Clone, Copy)]
pub struct SignedOutPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// Where to go back to, as the client's name and a URL.
    pub back: Option<(&'a str, &'a str)>,
}

#[derive(Template)]
#[template(path = "pages/signed_out.html")]
struct SignedOutTemplate<'a> {
    frame: &'a Frame<'a>,
    back: Option<(&'a str, String)>,
}

impl SignedOutPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let frame = Frame::new(self.look, texts.signed_out_heading, Tone::Plain, None);
        let needs = frame.needs(Script::None, Robots::Welcome, Forms::None);
        let back = self.back.and_then(|(name, url)| Some((web_link(url)?, fill_html(texts.back_to_client, &[("client", name)]))));
        frame.page(&SignedOutTemplate { frame: &frame, back }, needs)
    }
}
