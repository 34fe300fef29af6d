//! A request as the core takes it and an answer as it gives it, over the `http` crate's types.
//!
//! Whoever stands at the edge fills these in: it reads the body up to [`BODY_LIMIT`] and only the headers that the
//! core asks for. Nothing here parses a form, a cookie or a path.

use std::net::IpAddr;

use http::header::{AsHeaderName, HeaderMap};
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
    use http::header::{COOKIE, HeaderValue, USER_AGENT};

    use super::*;

    #[test]
    fn letters_beyond_ascii_hide_no_header() {
        let cookies = "city=Köln; nl_browser=x; 名=前";
        let headers =
            HeaderMap::from_iter([(COOKIE, HeaderValue::try_from(cookies).unwrap()), (USER_AGENT, HeaderValue::from_bytes(b"\xff").unwrap())]);
        let edge = EdgeData::default();
        let incoming = Incoming { method: Method::GET, path: "/".to_owned(), query: String::new(), headers, body: Body::empty(), edge };
        assert_eq!((incoming.header(COOKIE), incoming.header(USER_AGENT)), (Some(cookies), None));
    }
}
