//! The page that asks a person to confirm an action of a client's. Posts to `/challenge`.

use super::frame::{ClientDisplay, Frame, Look, Tone};
use super::page::{Forms, Page, Robots, Script};
use crate::platform::Fault;
use crate::texts::fill_html;
use askama::Template;

/// Asks whether an action is wanted.
#[derive(Debug, Clone, Copy)]
pub struct ChallengePage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// Who asks.
    pub client: Option<ClientDisplay<'a>>,
    /// For what, in the client's words.
    pub action: &'a str,
    /// The challenge, handed back as `id`.
    pub challenge: &'a str,
    /// The form's token, handed back as `csrf`.
    pub csrf: &'a str,
    /// Whether a mailed code is offered beside what is asked for first.
    pub by_code: bool,
}

#[derive(Template)]
#[template(path = "pages/challenge.html")]
struct ChallengeTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a ChallengePage<'a>,
    lead: String,
}

impl ChallengePage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let name = self.client.map(|client| client.name).unwrap_or_default();
        let frame = Frame::new(self.look, texts.challenge_heading, Tone::Plain, self.client);
        let needs = frame.needs(Script::None, Robots::Welcome, Forms::MayEndAtClient);
        frame.page(&ChallengeTemplate { view: self, lead: fill_html(texts.challenge_lead, &[("client", name)]), frame: &frame }, needs)
    }
}
