//! Authenticator apps: the list, and the page that adds one. Each posts to itself.

use askama::Template;

use super::head::{Head, Message};
use crate::pages::frame::{Frame, Look};
use crate::pages::page::Page;
use crate::pages::qr::qr_svg;
use crate::platform::Fault;
use crate::texts::fill_html;
use crate::values::Timestamp;

/// An authenticator app as it is shown.
#[derive(Debug, Clone, Copy)]
pub struct ShownAuthenticator<'a> {
    /// Its id, handed back as `app`.
    pub id: &'a str,
    /// The name that its person gave it.
    pub name: &'a str,
    /// Since when it is here.
    pub since: Timestamp,
    /// When it was used last.
    pub used: Option<Timestamp>,
}

/// The authenticator apps.
#[derive(Debug, Clone, Copy)]
pub struct AuthenticatorsPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// All of them, the oldest first.
    pub apps: &'a [ShownAuthenticator<'a>],
    /// Whether there can't be more.
    pub is_full: bool,
    /// The forms' token, handed back as `csrf`.
    pub csrf: &'a str,
    /// What has just been done: `added`, `removed` or `refused`.
    pub news: Option<&'a str>,
}

struct Line<'a> {
    app: &'a ShownAuthenticator<'a>,
    since: String,
    used: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/account/authenticators.html")]
struct AuthenticatorsTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a AuthenticatorsPage<'a>,
    lines: Vec<Line<'a>>,
}

impl AuthenticatorsPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let message = match self.news {
            Some("added") => Some(Message::News(texts.authenticators_added.to_string())),
            Some("removed") => Some(Message::News(texts.authenticators_removed.to_string())),
            Some("refused") if self.is_full => Some(Message::Problem(texts.authenticators_most.to_string())),
            Some(_) | None => None,
        };
        let head = Head::of(texts.account_authenticators, message);
        let (frame, needs) = head.frame(self.look);
        let lines = self.apps.iter().map(|app| self.line(app)).collect();
        head.page(&frame, &AuthenticatorsTemplate { frame: &frame, view: self, lines }, needs)
    }

    fn line<'a>(&self, app: &'a ShownAuthenticator<'a>) -> Line<'a> {
        let texts = self.look.texts;
        let at = |text: &str, time: Timestamp| fill_html(text, &[("time", &time.for_people())]);
        Line { app, since: at(texts.authenticators_since, app.since), used: app.used.map(|used| at(texts.authenticators_used, used)) }
    }
}

/// Why an app wasn't added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppProblem {
    /// Its code is wrong.
    Wrong,
    /// It took too long; the key is another one now.
    Over,
}

/// Adds an authenticator app.
#[derive(Clone, Copy)]
pub struct NewAuthenticatorPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// What the QR code says.
    pub uri: &'a str,
    /// The key in groups.
    pub key: &'a str,
    /// What is offered, sealed; handed back as `offer`.
    pub sealed: &'a str,
    /// The name that was typed.
    pub name: &'a str,
    /// The form's token, handed back as `csrf`.
    pub csrf: &'a str,
    /// What went wrong the last time.
    pub problem: Option<AppProblem>,
}

#[derive(Template)]
#[template(path = "pages/account/new_authenticator.html")]
struct NewAuthenticatorTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a NewAuthenticatorPage<'a>,
    qr: String,
}

impl NewAuthenticatorPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine, or where the key's label is too long for a QR code.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let problem = self.problem.map(|problem| match problem {
            AppProblem::Wrong => &texts.authenticators_wrong,
            AppProblem::Over => &texts.authenticators_over,
        });
        let head = Head::of(texts.authenticators_add, problem.map(|problem| Message::Problem(problem.to_string())));
        let (frame, needs) = head.frame(self.look);
        let qr = qr_svg(self.uri, texts.authenticators_qr)?;
        head.page(&frame, &NewAuthenticatorTemplate { frame: &frame, view: self, qr }, needs)
    }
}
