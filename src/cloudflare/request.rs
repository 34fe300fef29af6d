//! From the Worker's request to ours: the headers that somebody reads, and the body up to its limit.

use std::net::IpAddr;

use http::Method;
use http::header::{
    ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, USER_AGENT,
};
use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::{Array, JsString, Uint8Array};
use worker::web_sys::Request;

use super::body::{Read, read_at_most};
use super::failure::settled;
use crate::http::message::{BODY_LIMIT, Body, EdgeData, Incoming};
use crate::platform::Fault;

#[wasm_bindgen(module = "/src/cloudflare/request.js")]
extern "C" {
    fn head(request: &Request, names: &Array, names_of_body: &Array) -> String;
}

const CF_CONNECTING_IP: HeaderName = HeaderName::from_static("cf-connecting-ip");

/// The headers that the core reads: each look-up costs.
const READ: [HeaderName; 8] = [HOST, COOKIE, ORIGIN, AUTHORIZATION, ACCEPT, ACCEPT_LANGUAGE, USER_AGENT, CF_CONNECTING_IP];
/// And those of a body.
const READ_OF_BODY: [HeaderName; 2] = [CONTENT_TYPE, CONTENT_LENGTH];

thread_local! {
    static NAMES: Array = held(&READ);
    static NAMES_OF_BODY: Array = held(&READ_OF_BODY);
}

/// The names as JavaScript holds them.
fn held(names: &[HeaderName]) -> Array {
    names.iter().map(|name| JsString::from(name.as_str())).collect()
}

/// Reads the request; takes its body for the verbs that have one.
///
/// # Errors
/// A fault where the client breaks off or the verb isn't one.
pub(super) async fn read(request: &Request) -> Result<Incoming, Fault> {
    let head = NAMES.with(|names| NAMES_OF_BODY.with(|names_of_body| head(request, names, names_of_body)));
    let mut lines = head.split('\n');
    let mut line = || lines.next().filter(|line| !line.is_empty());
    let method = line().and_then(|verb| Method::from_bytes(verb.as_bytes()).ok()).ok_or_else(|| Fault::new("no such method"))?;
    let (path, query) = path_and_query(line().unwrap_or_default());
    let country = line().map(str::to_owned);
    let of_body = READ_OF_BODY.iter().filter(|_| method != Method::GET);
    let mut headers = HeaderMap::with_capacity(READ.len() + READ_OF_BODY.len());
    for name in READ.iter().chain(of_body) {
        if let Some(value) = line().and_then(|value| HeaderValue::try_from(value).ok()) {
            headers.insert(name, value);
        }
    }
    let city = line().map(str::to_owned);
    let ip = headers.get(CF_CONNECTING_IP).and_then(|value| value.to_str().ok()?.parse::<IpAddr>().ok());
    let has_body = matches!(method, Method::POST | Method::PUT | Method::PATCH);
    let body = if has_body { body(request, &headers).await? } else { Body::empty() };
    Ok(Incoming { method, path, query, headers, body, edge: EdgeData { ip, city, country } })
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

async fn body(request: &Request, headers: &HeaderMap) -> Result<Body, Fault> {
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    match length {
        Some(length) if length > BODY_LIMIT => Ok(Body::TooLarge),
        // HTTP holds the body to its announced length, so one read takes it all.
        Some(_) => {
            let bytes = Uint8Array::new(&settled("body", request.array_buffer()).await?).to_vec();
            Ok(if bytes.len() > BODY_LIMIT { Body::TooLarge } else { Body::Complete(bytes) })
        }
        None => match request.body() {
            None => Ok(Body::empty()),
            Some(stream) => Ok(match read_at_most(stream, BODY_LIMIT).await? {
                Read::Whole(bytes) => Body::Complete(bytes),
                Read::Cut => Body::TooLarge,
            }),
        },
    }
}
