//! What a browser shows: a page, its forms, or the way back to a site.

use std::collections::BTreeMap;

use http::{HeaderMap, StatusCode};
use serde_json::Value as Json;
use url::Url;

/// An answer as a browser sees it.
pub(crate) struct Page {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its body.
    pub(crate) html: String,
    /// Where it was found, as path and query.
    pub(crate) at: String,
}

impl Page {
    /// Whether the page says this to the person.
    pub(crate) fn says(&self, words: &str) -> bool {
        unescaped(&self.html).contains(words)
    }

    /// The hidden fields of the form that posts there.
    pub(crate) fn hidden_fields(&self, action: &str) -> Vec<(String, String)> {
        let form = self.html.split("<form").find(|form| attribute(form, "action").as_deref() == Some(action));
        let form = form.unwrap_or_else(|| panic!("no form posts to {action} on {}:\n{}", self.at, self.html));
        let form = form.split("</form>").next().unwrap();
        form.split("<input").skip(1).filter(|input| attribute(input, "type").as_deref() == Some("hidden")).map(field).collect()
    }

    /// The ceremony of the page's passkey form, and the options for `navigator.credentials`; `None` where the page has none.
    pub(crate) fn passkey(&self) -> Option<(String, Json)> {
        let form = self.html.split("<form").find(|form| attribute(form, "id").as_deref() == Some("passkey"))?;
        let action = attribute(form, "action").unwrap();
        let ceremony = self.hidden_fields(&action).into_iter().find(|(name, _)| name == "ceremony").unwrap().1;
        Some((ceremony, serde_json::from_str(&attribute(form, "data-options").unwrap()).unwrap()))
    }

    /// The page with everything taken out that differs from one visit to the next, for comparing two.
    pub(crate) fn without_secrets(&self) -> String {
        let mut html = self.html.clone();
        for action in ["/sign-in/code", "/sign-in/resend"] {
            for (_, value) in self.hidden_fields(action).into_iter().filter(|(_, value)| !value.is_empty()) {
                html = html.replace(&value, "…");
            }
        }
        let challenge = self.at.split("challenge=").nth(1).unwrap_or_default().split('&').next().unwrap_or_default();
        if challenge.is_empty() { html } else { html.replace(challenge, "…") }
    }

    /// The page without the hidden fields of a form.
    pub(crate) fn without_fields(&self, action: &str) -> String {
        self.hidden_fields(action).iter().fold(self.html.clone(), |html, (_, value)| html.replace(value, "…"))
    }

    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// `Retry-After` in seconds.
    pub(crate) fn retry_after(&self) -> i64 {
        self.header("retry-after").expect("the answer says when to come back").parse().unwrap()
    }

    /// The way to another site, if that is where it leads.
    pub(crate) fn leads_to(&self) -> Option<Url> {
        self.header("location").map(|location| Url::parse(location).unwrap())
    }

    /// The parameters with which a site gets the person back.
    pub(crate) fn parameters(&self) -> BTreeMap<String, String> {
        let url = self.leads_to().unwrap_or_else(|| panic!("{} {} leads nowhere:\n{}", self.status, self.at, self.html));
        url.query_pairs().into_owned().collect()
    }

    /// The authorization code with which a site gets the person back.
    pub(crate) fn authorization_code(&self) -> String {
        self.parameters().remove("code").unwrap_or_else(|| panic!("no code: {:?}", self.parameters()))
    }

    /// The error with which a site gets the person back.
    pub(crate) fn error(&self) -> String {
        self.parameters().remove("error").unwrap_or_else(|| panic!("no error: {:?}", self.parameters()))
    }
}

fn field(input: &str) -> (String, String) {
    (attribute(input, "name").unwrap(), attribute(input, "value").unwrap())
}

/// An attribute of the first tag in the text.
fn attribute(text: &str, name: &str) -> Option<String> {
    let tag = text.split('>').next()?;
    let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
    Some(unescaped(value))
}

fn unescaped(text: &str) -> String {
    [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}
