//! Browsers in which the second factor isn't asked for. Posts to itself.

use askama::Template;

use super::head::{Head, Message};
use crate::pages::frame::{Frame, Look};
use crate::pages::page::Page;
use crate::platform::Fault;
use crate::texts::fill_html;
use crate::values::Timestamp;

/// A trusted browser as it is shown.
#[derive(Debug, Clone, Copy)]
pub struct ShownBrowser<'a> {
    /// Its id, handed back as `browser`.
    pub id: &'a str,
    /// The browser's name for itself.
    pub user_agent: &'a str,
    /// Where it was; empty where nobody knows.
    pub place: &'a str,
    /// Until when it is trusted.
    pub until: Timestamp,
}

/// The trusted browsers.
#[derive(Debug, Clone, Copy)]
pub struct BrowsersPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// All of them, the latest first.
    pub browsers: &'a [ShownBrowser<'a>],
    /// The forms' token, handed back as `csrf`.
    pub csrf: &'a str,
    /// What has just been done: `one` or `all`.
    pub news: Option<&'a str>,
}

struct Line<'a> {
    browser: &'a ShownBrowser<'a>,
    name: String,
    until: String,
}

#[derive(Template)]
#[template(path = "pages/account/browsers.html")]
struct BrowsersTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a BrowsersPage<'a>,
    lines: Vec<Line<'a>>,
}

impl BrowsersPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let news = match self.news {
            Some("one") => Some(&texts.browsers_forgotten),
            Some("all") => Some(&texts.browsers_all_forgotten),
            Some(_) | None => None,
        };
        let head = Head::of(texts.account_browsers, news.map(|news| Message::News(news.to_string())));
        let (frame, needs) = head.frame(self.look);
        let lines = self.browsers.iter().map(|browser| self.line(browser)).collect();
        head.page(&frame, &BrowsersTemplate { frame: &frame, view: self, lines }, needs)
    }

    fn line<'a>(&self, browser: &'a ShownBrowser<'a>) -> Line<'a> {
        let texts = self.look.texts;
        let until = fill_html(texts.browsers_until, &[("time", &browser.until.for_people())]);
        Line { browser, name: texts.browser(browser.user_agent), until }
    }
}
