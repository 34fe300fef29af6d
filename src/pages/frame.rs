//! What all pages have in common: language, brand, title, and the client that asks. The base template reads it.

use super::branding::{Branding, Logo};
use super::page::{Forms, Needs, Page, Robots, STYLE, Script};
use crate::platform::Fault;
use crate::texts::{Texts, fill};
use crate::values::Language;
use askama::Template;

/// How a page is to look and in which words it speaks.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The language.
    pub language: Language,
    /// Its texts.
    pub texts: &'a Texts,
    /// The operator's brand.
    pub branding: &'a Branding,
}

/// What people may know of the client that asks. Empty or unsafe URLs are left out of the page.
#[derive(Debug, Clone, Copy, Default)]
pub struct ClientDisplay<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its logo (`logo_uri`).
    pub logo_uri: &'a str,
    /// Its home page (`client_uri`).
    pub client_uri: &'a str,
    /// Its privacy policy (`policy_uri`).
    pub policy_uri: &'a str,
    /// Its terms (`tos_uri`).
    pub tos_uri: &'a str,
}

/// Whether the page tells of a problem: its title says so, for those who hear it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Problem,
}

/// The frame around a page's own content.
pub(super) struct Frame<'a> {
    pub(super) look: Look<'a>,
    pub(super) title: String,
    pub(super) client: Option<ClientDisplay<'a>>,
    pub(super) client_logo: Option<Logo>,
}

impl<'a> Frame<'a> {
    pub(super) fn new(look: Look<'a>, heading: &str, tone: Tone, client: Option<ClientDisplay<'a>>) -> Self {
        let title = fill(look.texts.page_title, &[("heading", heading), ("brand", &look.branding.name)]);
        let title = match tone {
            Tone::Plain => title,
            Tone::Problem => fill(look.texts.page_title_error, &[("title", &title)]),
        };
        let client_logo = client.and_then(|client| Logo::parse(client.logo_uri).ok());
        Self { look, title, client, client_logo }
    }

    pub(super) fn style(&self) -> &'static str {
        STYLE
    }

    pub(super) fn brand(&self) -> &'a Branding {
        self.look.branding
    }

    pub(super) fn policy_link(&self) -> Option<&'a str> {
        self.client.map(|client| client.policy_uri).and_then(web_link)
    }

    pub(super) fn terms_link(&self) -> Option<&'a str> {
        self.client.map(|client| client.tos_uri).and_then(web_link)
    }

    /// What the policy must allow for this frame, and for what the page adds to it.
    pub(super) fn needs(&self, script: Script, robots: Robots, forms: Forms) -> Needs {
        let logos = self.brand().logo.iter().chain(&self.client_logo);
        let image_origins = logos.map(|logo| logo.origin.clone()).collect();
        Needs { brand_style_hash: self.brand().style_hash.clone(), image_origins, script, robots, forms }
    }

    /// The page with this content.
    pub(super) fn page(&self, content: &impl Template, needs: Needs) -> Result<Page, Fault> {
        let content = rendered(content)?;
        // Room for all of it at once: a string that grows is copied each time.
        let mut html = String::with_capacity(STYLE.len() + content.len() + ROOM_FOR_FRAME);
        Document { frame: self, needs: &needs, content: &content }.render_into(&mut html).map_err(broken)?;
        Ok(Page { html, needs })
    }
}

/// Bytes of a document beside style and content, about.
const ROOM_FOR_FRAME: usize = 3_000;

/// The document around a page's own content.
#[derive(Template)]
#[template(path = "pages/base.html")]
struct Document<'a> {
    frame: &'a Frame<'a>,
    needs: &'a Needs,
    content: &'a str,
}

/// Renders a template. The frame is one of its own, filled with what is rendered already: inherited, each page would carry the code of it.
pub(super) fn rendered(template: &impl Template) -> Result<String, Fault> {
    template.render().map_err(broken)
}

fn broken(error: askama::Error) -> Fault {
    Fault::new(format!("a page could not be rendered: {error}"))
}

/// The link, if it leads to a web page: a client's metadata must not bring `javascript:` here.
pub(super) fn web_link(uri: &str) -> Option<&str> {
    let scheme = uri.split_once("://")?.0;
    (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")).then_some(uri)
}
