//! The sites that a person has let in. Posts to itself.

use askama::Template;

use super::head::{Head, Message};
use crate::pages::frame::{Frame, Look};
use crate::pages::page::{Forms, Page};
use crate::platform::Fault;
use crate::texts::{Texts, fill_html};
use crate::values::Timestamp;

/// A site as it is shown.
#[derive(Debug, Clone, Copy)]
pub struct ShownApp<'a> {
    /// Its `client_id`, handed back as `client`.
    pub client: &'a str,
    /// Its name.
    pub name: &'a str,
    /// What it may see, separated by spaces; perhaps named twice.
    pub scope: &'a str,
    /// Since when.
    pub since: Timestamp,
}

/// The sites.
#[derive(Debug, Clone, Copy)]
pub struct AppsPage<'a> {
    /// Language, texts and brand.
    pub look: Look<'a>,
    /// All of them, the latest first.
    pub apps: &'a [ShownApp<'a>],
    /// The forms' token, handed back as `csrf`.
    pub csrf: &'a str,
    /// What has just been done: `disconnected`.
    pub news: Option<&'a str>,
}

struct Line<'a> {
    app: &'a ShownApp<'a>,
    sees: String,
    since: String,
}

#[derive(Template)]
#[template(path = "pages/account/apps.html")]
struct AppsTemplate<'a> {
    frame: &'a Frame<'a>,
    view: &'a AppsPage<'a>,
    lines: Vec<Line<'a>>,
}

impl AppsPage<'_> {
    /// The page.
    ///
    /// # Errors
    /// A fault of the template engine.
    pub fn render(&self) -> Result<Page, Fault> {
        let texts = self.look.texts;
        let news = self.news.filter(|news| *news == "disconnected").map(|_| Message::News(texts.sites_done.to_string()));
        let head = Head::of(texts.account_apps, news);
        let (frame, mut needs) = head.frame(self.look);
        if self.apps.is_empty() {
            needs.forms = Forms::None;
        }
        let lines = self.apps.iter().map(|app| Line {
            app,
            sees: fill_html(texts.sites_sees, &[("scopes", &scopes(texts, app.scope))]),
            since: fill_html(texts.sites_since, &[("time", &app.since.for_people())]),
        });
        let lines = lines.collect();
        head.page(&frame, &AppsTemplate { frame: &frame, view: self, lines }, needs)
    }
}

/// What the scopes let a site see, in plain words, each once; one of the operator's own stands as it is.
fn scopes(texts: &Texts, scope: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for token in scope.split(' ').filter(|token| !token.is_empty()) {
        let word = match token {
            "openid" => texts.scope_openid,
            "profile" => texts.scope_profile,
            "email" => texts.scope_email,
            "phone" => texts.scope_phone,
            "passkeys" => texts.scope_passkeys,
            "offline_access" => texts.scope_offline_access,
            other => other,
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(", ")
}
