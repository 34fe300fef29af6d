//! The answer to an authorization request: where it may go, and how it is written there.
//!
//! An [`AnswerTarget`] comes from a client and a redirect URI of its own alone, so a redirect to anywhere else can't be written.
//! RFC 6749 §4.1.2, OAuth 2.0 Multiple Response Types §2.1, RFC 9207.

use serde::{Deserialize, Serialize};

use super::client::Client;
use super::error::Refusal;
use crate::values::{ActionChallengeId, Issuer};

/// How the answer's parameters travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResponseMode {
    /// In the query; the default of the code flow.
    Query,
    /// In the fragment.
    Fragment,
}

/// Where an authorization request's answer goes, or that of a challenge which a client has begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerTarget {
    redirect_uri: String,
    mode: ResponseMode,
    state: Option<String>,
}

/// A URL to redirect to, made by an [`AnswerTarget`] or from our own routes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location(String);

impl Location {
    /// A page of our own.
    #[must_use]
    pub fn to_own_page(issuer: &Issuer, path: &str) -> Self {
        Self(issuer.url(path))
    }

    /// A registered redirect URI, without an answer: where a person goes on who was sent here for something else than a sign-in.
    #[must_use]
    pub fn to_registered(registered: &crate::values::RedirectUri) -> Self {
        Self(registered.as_str().to_owned())
    }

    /// A registered `post_logout_redirect_uri`, with the `state` that came with it.
    #[must_use]
    pub fn after_logout(registered: &crate::values::RedirectUri, state: Option<&str>) -> Self {
        let pairs: Vec<(&str, &str)> = state.map(|state| ("state", state)).into_iter().collect();
        Self(append(registered.as_str(), ResponseMode::Query, &pairs))
    }

    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AnswerTarget {
    /// Only a validation that has matched the redirect URI to its client makes one.
    pub(super) const fn new(redirect_uri: String, mode: ResponseMode, state: Option<String>) -> Self {
        Self { redirect_uri, mode, state }
    }

    /// The way back that a client's backend asks for, where the client has registered it.
    #[must_use]
    pub fn registered(client: &Client, asked: &str, state: Option<String>) -> Option<Self> {
        let matches = client.redirect_uris.iter().any(|uri| uri.matches(asked, client.application));
        matches.then(|| Self { redirect_uri: asked.to_owned(), mode: ResponseMode::Query, state })
    }

    /// Whether it is registered still.
    #[must_use]
    pub fn is_of(&self, client: &Client) -> bool {
        client.redirect_uris.iter().any(|uri| uri.matches(&self.redirect_uri, client.application))
    }

    /// The redirect URI as asked for.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The way back with a code.
    #[must_use]
    pub fn with_code(&self, code: &str, issuer: &Issuer) -> Location {
        self.with(&[("code", code)], issuer)
    }

    /// The way back with the result of a challenge that the client's backend has begun.
    #[must_use]
    pub fn with_challenge(&self, challenge: &ActionChallengeId, token: &str, issuer: &Issuer) -> Location {
        self.with(&[("challenge", challenge.as_str()), ("token", token)], issuer)
    }

    /// The way back with an error.
    #[must_use]
    pub fn with_error(&self, refusal: &Refusal, issuer: &Issuer) -> Location {
        self.with(&[("error", refusal.code.as_str()), ("error_description", &refusal.description)], issuer)
    }

    fn with(&self, answer: &[(&str, &str)], issuer: &Issuer) -> Location {
        let mut pairs = answer.to_vec();
        if let Some(state) = &self.state {
            pairs.push(("state", state));
        }
        pairs.push(("iss", issuer.as_str()));
        Location(append(&self.redirect_uri, self.mode, &pairs))
    }
}

/// The registered URI stays to the letter; what is appended is encoded.
fn append(uri: &str, mode: ResponseMode, pairs: &[(&str, &str)]) -> String {
    if pairs.is_empty() {
        return uri.to_owned();
    }
    let encoded = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let joint = match mode {
        ResponseMode::Fragment => "#",
        ResponseMode::Query if uri.ends_with('?') || uri.ends_with('&') => "",
        ResponseMode::Query if uri.contains('?') => "&",
        ResponseMode::Query => "?",
    };
    format!("{uri}{joint}{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(uri: &str, mode: ResponseMode, state: Option<&str>) -> AnswerTarget {
        AnswerTarget::new(uri.to_owned(), mode, state.map(str::to_owned))
    }

    fn issuer() -> Issuer {
        Issuer::parse("https://op.example").unwrap()
    }

    #[test]
    fn a_query_is_kept_and_added_to() {
        let answer = target("https://a.example/cb?x=1", ResponseMode::Query, Some("s&t")).with_code("c", &issuer());
        assert_eq!(answer.as_str(), "https://a.example/cb?x=1&code=c&state=s%26t&iss=https%3A%2F%2Fop.example");
    }

    #[test]
    fn a_fragment_leaves_the_query_alone() {
        let refusal = Refusal::invalid_request("no");
        let answer = target("https://a.example/cb", ResponseMode::Fragment, None).with_error(&refusal, &issuer());
        assert_eq!(answer.as_str(), "https://a.example/cb#error=invalid_request&error_description=no&iss=https%3A%2F%2Fop.example");
    }

    #[test]
    fn an_answer_cannot_break_out_of_its_header() {
        let answer = target("https://a.example/cb", ResponseMode::Query, Some("x\r\nSet-Cookie: a=b")).with_code("c", &issuer());
        assert!(!answer.as_str().contains(['\r', '\n', ' ']));
    }
}
