//! The page for what can't go on. Says what happened and what to do next; never what a fault's text says.

use super::frame::{Frame, Look, Tone};
use super::page::{Forms, Page, Robots, Script};
use crate::platform::Fault;
use crate::texts::{Texts, fill};
use askama::Template;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// A malformed request.
    BadRequest,
    /// No such client.
    UnknownClient,
    /// A redirect URI that the client hasn't registered.
    BadRedirectUri,
    /// The sign-in took too long.
    Expired,
    /// The page of a step that is done: somebody went back to it.
    StepDone,
    /// A form from elsewhere, or a browser without cookies.
    ForeignForm,
    /// The account is switched off.
    AccountDisabled,
    /// A policy lets nobody in from here.
    NotFromHere,
    /// More is asked for than the person has.
    NothingMore,
    /// One change of an account too many.
    TooManyChanges {
        /// Seconds until the next one may be made.
        seconds: u64,
    },
    /// A challenge for another person than the one who is signed in.
    SomebodyElse,
    /// No such page.
    NotFound,
    /// Our fault.
    ServerError,
}

impl ErrorKind {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::BadRequest,
        Self::UnknownClient,
        Self::BadRedirectUri,
        Self::Expired,
        Self::StepDone,
        Self::ForeignForm,
        Self::AccountDisabled,
        Self::NotFromHere,
        Self::NothingMore,
        Self::TooManyChanges { seconds: 3_600 },
        Self::SomebodyElse,
        Self::NotFound,
        Self::ServerError,
    ];

    /// Whether our own home page helps: it says who is signed in, signs in, and signs out.
    const fn leads_home(self) -> bool {
        matches!(self, Self::Expired | Self::StepDone | Self::SomebodyElse | Self::NotFound)
    }

    /// Seconds after which what is refused now isn't any more.
    const fn wait(self) -> u64 {
        match self {
            Self::TooManyChanges { seconds } => seconds,
            Self::BadRequest
            | Self::UnknownClient
            | Self::BadRedirectUri
            | Self::Expired
            | Self::StepDone
            | Self::ForeignForm
            | Self::AccountDisabled
            | Self::NotFromHere
            | Self::NothingMore
            | Self::SomebodyElse
            | Self::NotFound
            | Self::ServerError => 0,
        }
    }

    /// Heading and text.
    fn words(self, texts: &Texts) -> (&str, &str) {
        match self {
            Self::BadRequest => (texts.error_bad_request_heading, texts.error_bad_request_text),
            Self::UnknownClient => (texts.error_client_heading, texts.error_client_text),
            Self::BadRedirectUri => (texts.error_redirect_heading, texts.error_redirect_text),
            Self::Expired => (texts.error_expired_heading, texts.error_expired_text),
            Self::StepDone => (texts.error_done_heading, texts.error_done_text),
            Self::ForeignForm => (texts.error_foreign_heading, texts.error_foreign_text),
            Self::AccountDisabled => (texts.error_disabled_heading, texts.error_disabled_text),
            Self::NotFromHere => (texts.error_blocked_heading, texts.error_blocked_text),
            Self::NothingMore => (texts.error_unmet_heading, texts.error_unmet_text),
            Self::TooManyChanges { .. } => (texts.error_changes_heading, texts.error_changes_text),
            Self::SomebodyElse => (texts.error_somebody_else_heading, texts.error_somebody_else_text),
            Self::NotFound => (texts.error_not_found_heading, texts.error_not_found_text),
            Self::ServerError => (texts.error_server_heading, texts.error_server_text),
        }
    }
}

/// Tells that something can't go on.
#[derive(Debug, Clone, Copy)]
pub struct ErrorPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// What happened.
    pub kind: ErrorKind,
    /// One line for developers; empty for none.
    pub detail: &'a str,
    /// The request's id in the log.
    pub request_id: &'a str,
}

#[derive(Template)]
#[template(path = "pages/error.html")]
struct ErrorTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a ErrorPage<'a>,
    heading: &'a str,
    text: &'a str,
}

impl ErrorPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let (heading, text) = self.kind.words(texts);
        let text = &fill(text, &[("time", &texts.wait(self.look.language, self.kind.wait()))]);
        let frame = Frame::new(self.look, heading, Tone::Problem, None);
        let needs = frame.needs(Script::None, Robots::Welcome, Forms::None);
        frame.page(&ErrorTemplate { frame: &frame, view: self, heading, text }, needs)
    }
}
