//! What the edge tells of a request beside its body, as one text: each value by itself would cost more on its way than it does here.
//!
//! A line each: verb, URL, country, the headers of [`NAMES`], with any verb but GET those of [`NAMES_OF_BODY`], city. What isn't there, or is empty, is
//! an empty line.

use std::net::IpAddr;

use http::Method;
use http::header::{
    ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, USER_AGENT,
};

use super::message::EdgeData;

const CF_CONNECTING_IP: HeaderName = HeaderName::from_static("cf-connecting-ip");

/// The headers that the core reads: each look-up costs.
pub const NAMES: [HeaderName; 8] = [HOST, COOKIE, ORIGIN, AUTHORIZATION, ACCEPT, ACCEPT_LANGUAGE, USER_AGENT, CF_CONNECTING_IP];
/// And those of a body.
pub const NAMES_OF_BODY: [HeaderName; 2] = [CONTENT_TYPE, CONTENT_LENGTH];

/// A request but for its body; the members are those of [`super::message::Incoming`].
#[derive(Debug)]
#[expect(missing_docs, reason = "they are told there")]
pub struct Head {
    pub method: Method,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub edge: EdgeData,
}

impl Head {
    /// Reads the text. None where it hasn't exactly the lines that it should: a value with a line break in it would pass for the values after it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.split('\n');
        let method = Method::from_bytes(lines.next()?.as_bytes()).ok()?;
        let (path, query) = path_and_query(lines.next()?);
        let country = present(lines.next()?);
        let of_body = NAMES_OF_BODY.iter().filter(|_| method != Method::GET);
        let mut headers = HeaderMap::with_capacity(NAMES.len() + NAMES_OF_BODY.len());
        for name in NAMES.iter().chain(of_body) {
            let value = lines.next()?;
            if !value.is_empty()
                && let Ok(value) = HeaderValue::try_from(value)
            {
                headers.insert(name, value);
            }
        }
        let city = present(lines.next()?);
        if lines.next().is_some() {
            return None;
        }
        let ip = headers.get(CF_CONNECTING_IP).and_then(|value| value.to_str().ok()?.parse::<IpAddr>().ok());
        Some(Self { method, path, query, headers, edge: EdgeData { ip, city, country } })
    }
}

fn present(line: &str) -> Option<String> {
    (!line.is_empty()).then(|| line.to_owned())
}

/// Splits a URL as the runtime serializes it: `scheme://host/path?query`, whose path is never empty.
fn path_and_query(url: &str) -> (String, String) {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let from_path = after_scheme.find('/').and_then(|start| after_scheme.get(start..)).unwrap_or("/");
    let without_fragment = from_path.split_once('#').map_or(from_path, |(before, _)| before);
    match without_fragment.split_once('?') {
        Some((path, query)) => (path.to_owned(), query.to_owned()),
        None => (without_fragment.to_owned(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &str = "GET\nhttps://login.example/jwks?a=b\nAT\nlogin.example\nc=1\n\nBearer t\n*/*\nde\nFirefox\n192.0.2.7\nWien";
    const POST: &str = "POST\nhttps://login.example/token\n\nlogin.example\n\nnull\n\n\n\n\n2001:db8::1\ntext/plain\n3\n";

    #[test]
    fn each_line_is_what_stands_in_its_place() {
        let head = Head::parse(GET).unwrap();
        assert_eq!((head.method, head.path.as_str(), head.query.as_str()), (Method::GET, "/jwks", "a=b"));
        let edge = EdgeData { ip: "192.0.2.7".parse().ok(), city: Some("Wien".to_owned()), country: Some("AT".to_owned()) };
        assert_eq!(head.edge, edge);
        let values = [HOST, COOKIE, AUTHORIZATION, ACCEPT, ACCEPT_LANGUAGE, USER_AGENT, CF_CONNECTING_IP].map(|name| head.headers[name].clone());
        assert_eq!(values, ["login.example", "c=1", "Bearer t", "*/*", "de", "Firefox", "192.0.2.7"]);
        assert_eq!(head.headers.len(), values.len(), "an empty line is no header");
    }

    #[test]
    fn a_body_has_headers_of_its_own() {
        let head = Head::parse(POST).unwrap();
        let values = [CONTENT_TYPE, CONTENT_LENGTH, ORIGIN].map(|name| head.headers[name].clone());
        assert_eq!(values, ["text/plain", "3", "null"]);
        assert_eq!(head.edge, EdgeData { ip: "2001:db8::1".parse().ok(), city: None, country: None });
    }

    #[test]
    fn a_line_too_many_or_too_few_is_refused_wherever_it_is() {
        for text in [GET, POST] {
            for (place, _) in text.match_indices('\n') {
                assert!(Head::parse(&format!("{}\n{}", &text[..place], &text[place..])).is_none(), "one more at {place}");
                assert!(Head::parse(&format!("{}{}", &text[..place], &text[place + 1..])).is_none(), "one less at {place}");
            }
            assert!(Head::parse(&format!("{text}\n")).is_none());
        }
        assert!(Head::parse("").is_none() && Head::parse("BAD VERB").is_none());
    }

    #[test]
    fn a_url_has_a_path_and_perhaps_a_query() {
        for (url, path, query) in [
            ("https://login.example/", "/", ""),
            ("https://login.example", "/", ""),
            ("http://localhost:8787/a%2Fb?c=d?e#f", "/a%2Fb", "c=d?e"),
            ("https://login.example//evil.example/?#", "//evil.example/", ""),
        ] {
            assert_eq!(path_and_query(url), (path.to_owned(), query.to_owned()), "{url}");
        }
    }
}
