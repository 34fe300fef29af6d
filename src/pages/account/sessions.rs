//! Where a person is signed in. Posts to itself.

use askama::Template;

use super::head::{Head, Message};
use super::words;
use crate::oidc::proof::Proof;
use crate::pages::frame::{Frame, Look};
use crate::pages::page::Page;
use crate::platform::Fault;
use crate::texts::fill_html;
use crate::values::Timestamp;

/// A session as it is shown.
#[derive(Debug, Clone, Copy)]
pub struct ShownSession<'a> {
    /// Its id, handed back as `session`.
    pub id: &'a str,
    /// The browser's name for itself.
    pub user_agent: &'a str,
    /// Where it was; empty where nobody knows.
    pub place: &'a str,
    /// Since when.
    pub since: Timestamp,
    /// How the person proved who they are.
    pub proof: &'a Proof,
    /// Whether it is the one that looks.
    pub is_here: bool,
}

/// The sessions.
#[derive(Debug, Clone, Copy)]
pub struct SessionsPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// All of them, the latest first.
    pub sessions: &'a [ShownSession<'a>],
    /// The forms' token, handed back as `csrf`.
    pub csrf: &'a str,
    /// What has just been done: `ended` or `others`.
    pub news: Option<&'a str>,
}

struct Line<'a> {
    session: &'a ShownSession<'a>,
    browser: String,
    since: String,
}

#[derive(Template)]
#[template(path = "pages/account/sessions.html")]
struct SessionsTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a SessionsPage<'a>,
    lines: Vec<Line<'a>>,
}

impl SessionsPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let news = match self.news {
            Some("ended") => Some(&texts.account_session_ended),
            Some("others") => Some(&texts.account_sessions_ended),
            Some(_) | None => None,
        };
        let head = Head::of(texts.account_sessions, news.map(|news| Message::News(news.to_string())));
        let (frame, needs) = head.frame(self.look);
        let lines = self.sessions.iter().map(|session| self.line(session)).collect();
        head.page(&frame, &SessionsTemplate { frame: &frame, view: self, lines }, needs)
    }

    fn line<'a>(&self, session: &'a ShownSession<'a>) -> Line<'a> {
        let texts = self.look.texts;
        let since = [("time", session.since.for_people()), ("methods", words::methods(texts, session.proof))];
        let since = since.each_ref().map(|(name, value)| (*name, value.as_str()));
        Line { session, browser: texts.browser(session.user_agent), since: fill_html(texts.account_session_since, &since) }
    }

    fn has_others(&self) -> bool {
        self.sessions.iter().any(|session| !session.is_here)
    }
}
