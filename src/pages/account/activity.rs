//! What happened to an account.

use askama::Template;

use super::head::Head;
use super::words;
use crate::flows::account::Happened;
use crate::pages::frame::{Frame, Look};
use crate::pages::page::{Forms, Page};
use crate::platform::Fault;
use crate::texts::fill_html;

/// What happened.
#[derive(Clone, Copy)]
pub struct ActivityPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// The latest first.
    pub happened: &'a [Happened],
}

struct Line<'a> {
    what: String,
    at: String,
    browser: String,
    place: &'a str,
}

#[derive(Template)]
#[template(path = "pages/account/activity.html")]
struct ActivityTemplate<'a> {
    frame: &'a Frame<'a>,
    lines: Vec<Line<'a>>,
}

impl ActivityPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let head = Head::of(self.look.texts.account_activity, None);
        let (frame, mut needs) = head.frame(self.look);
        needs.forms = Forms::None;
        let lines = self.happened.iter().filter_map(|happened| self.line(happened)).collect();
        head.page(&frame, &ActivityTemplate { frame: &frame, lines }, needs)
    }

    /// What another version of this software has written is left out.
    fn line<'h>(&self, happened: &'h Happened) -> Option<Line<'h>> {
        let texts = self.look.texts;
        let (what, user_agent, place) = match happened {
            Happened::Change(event) => {
                let what = fill_html(event.kind?.words(texts), &[("detail", &event.detail)]);
                (what, &event.user_agent, &event.place)
            }
            Happened::SignIn(session) => {
                let what = fill_html(texts.event_signed_in, &[("methods", &words::methods(texts, &session.proof))]);
                (what, &session.user_agent, &session.place)
            }
        };
        Some(Line { what, at: happened.at().for_people(), browser: texts.browser(user_agent), place })
    }
}
