//! A request as the core takes it and an answer as it gives it, over the `http` crate's types.
//!
//! Whoever stands at the edge fills these in: it reads the body up to [`BODY_LIMIT`] and only the headers that the
//! core asks for. Nothing here parses a form, a cookie or a path.

use std::net::IpAddr;

use http::header::{AUTHORIZATION, AsHeaderName, CONTENT_TYPE, HeaderMap};
use http::{Method, Response};

pub use crate::flows::Afterwards;

/// Bytes of a request's body that are read at most; no form or JSON document of ours is near it.
pub const BODY_LIMIT: usize = 128 * 1024;

/// A request.
#[derive(Debug)]
pub struct Incoming {
    /// The verb.
    pub method: Method,
    /// The path as it was sent, percent-encoded, beginning with `/`.
    pub path: String,
    /// The query as it was sent, without its `?`; empty where there is none.
    pub query: String,
    /// The headers that the core reads; the edge leaves the others out.
    pub headers: HeaderMap,
    /// The body; empty where the verb has none.
    pub body: Body,
    /// What the edge alone knows.
    pub edge: EdgeData,
}

impl Incoming {
    /// The header's text. It may have letters beyond ASCII: of all cookies of a domain, which come in one header, some are other people's.
    pub fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        str::from_utf8(self.headers.get(name)?.as_bytes()).ok()
    }

    /// Whether the body says that it is of this media type, whatever its parameters are (RFC 9110 §8.3.1).
    pub fn is_of_type(&self, media_type: &str) -> bool {
        let said = self.header(CONTENT_TYPE).unwrap_or_default().split(';').next().unwrap_or_default();
        said.trim().eq_ignore_ascii_case(media_type)
    }

    /// The token of an `Authorization: Bearer` header (RFC 6750 §2.1).
    pub fn bearer_token(&self) -> Option<&str> {
        let (scheme, token) = self.header(AUTHORIZATION)?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }
}

/// A request's body, bounded by whoever reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// All of it, at most [`BODY_LIMIT`] bytes.
    Complete(Vec<u8>),
    /// There was more; what there was is thrown away.
    TooLarge,
}

impl Body {
    /// No bytes at all.
    #[must_use]
    pub const fn empty() -> Self {
        Self::Complete(Vec::new())
    }
}

/// What the edge knows about where a request came from. Absent where it doesn't know, or wasn't worth asking.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EdgeData {
    /// The address of the client's end of the connection.
    pub ip: Option<IpAddr>,
    /// The city that the address is thought to be in.
    pub city: Option<String>,
    /// Its country, ISO 3166-1 alpha-2.
    pub country: Option<String>,
}

/// An answer, and what remains to be done once it is on its way.
#[derive(Debug)]
pub struct Handled {
    /// The answer.
    pub answer: Response<String>,
    /// Work that nobody waits for.
    pub afterwards: Option<Afterwards>,
}

#[cfg(test)]
mod tests {
    use http::header::{COOKIE, HeaderName, HeaderValue};

    use super::*;

    fn with(headers: [(HeaderName, &[u8]); 1]) -> Incoming {
        let headers = headers.map(|(name, value)| (name, HeaderValue::from_bytes(value).unwrap()));
        let edge = EdgeData::default();
        Incoming {
            method: Method::POST,
            path: "/".to_owned(),
            query: String::new(),
            headers: HeaderMap::from_iter(headers),
            body: Body::empty(),
            edge,
        }
    }

    #[test]
    fn letters_beyond_ascii_hide_no_header() {
        let cookies = "city=Köln; nl_browser=x; 名=前";
        assert_eq!(with([(COOKIE, cookies.as_bytes())]).header(COOKIE), Some(cookies));
        assert_eq!(with([(COOKIE, b"\xff")]).header(COOKIE), None);
    }

    #[test]
    fn a_media_type_has_any_case_and_parameters() {
        for (said, is) in [
            ("application/json", true),
            ("Application/JSON ; charset=utf-8", true),
            ("application/jsonp", false),
            ("text/plain; application/json", false),
            ("", false),
        ] {
            assert_eq!(with([(CONTENT_TYPE, said.as_bytes())]).is_of_type("application/json"), is, "{said}");
        }
        assert!(!with([(COOKIE, b"a=b")]).is_of_type("application/json"), "no header");
    }

    #[test]
    fn a_bearer_token_has_its_scheme_before_it() {
        for (said, token) in
            [("Bearer abc", Some("abc")), ("bearer  abc ", Some("abc")), ("Bearer", None), ("Basic abc", None), ("BearerX abc", None), ("abc", None)]
        {
            assert_eq!(with([(AUTHORIZATION, said.as_bytes())]).bearer_token(), token, "{said}");
        }
        assert_eq!(with([(COOKIE, b"a=b")]).bearer_token(), None, "no header");
    }
}
