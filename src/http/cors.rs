//! Cross-origin reading: open for discovery and keys, by the client's registered origins at its endpoints, never at authorize.
//! A preflight names no client and is open; the answer isn't.

use ::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ORIGIN, VARY,
};
use ::http::{HeaderValue, StatusCode};

use super::message::Incoming;
use super::reply::Reply;
use crate::oidc::client::Client;

/// The answer to a preflight.
#[must_use]
pub fn preflight(incoming: &Incoming) -> Reply {
    let origin = incoming.headers.get(ORIGIN).cloned().unwrap_or(HeaderValue::from_static("*"));
    Reply::empty(StatusCode::NO_CONTENT)
        .with(ACCESS_CONTROL_ALLOW_ORIGIN, origin)
        .with(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST"))
        .with(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type"))
        .with(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"))
        .with(VARY, HeaderValue::from_static("Origin"))
}

/// Lets any page read the answer.
#[must_use]
pub fn open(reply: Reply) -> Reply {
    reply.with(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"))
}

/// Lets the client's own pages read the answer.
#[must_use]
pub fn for_client(reply: Reply, client: Option<&Client>, incoming: &Incoming) -> Reply {
    let origin = incoming.header(ORIGIN).filter(|origin| client.is_some_and(|client| client.origins.iter().any(|own| own == origin)));
    let reply = reply.with(VARY, HeaderValue::from_static("Origin"));
    match origin.and_then(|origin| HeaderValue::from_str(origin).ok()) {
        Some(origin) => {
            reply.with(ACCESS_CONTROL_ALLOW_ORIGIN, origin).with(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("www-authenticate"))
        }
        None => reply,
    }
}
