//! From the Worker's request to ours: the headers that somebody reads, and the body up to its limit.

use std::net::IpAddr;

use http::Method;
use http::header::{
    ACCEPT, ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, USER_AGENT,
};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::{JsString, Uint8Array};
use worker::web_sys::Request;

use super::body::{Read, read_at_most};
use super::failure::{member, settled};
use crate::http::message::{BODY_LIMIT, Body, EdgeData, Incoming};
use crate::platform::Fault;

#[wasm_bindgen]
extern "C" {
    type RequestHeaders;
    // The name as a string that JavaScript already holds: to carry one over costs more than the look-up.
    #[wasm_bindgen(method, catch)]
    fn get(this: &RequestHeaders, name: &JsString) -> Result<Option<String>, JsValue>;
}

const CF_CONNECTING_IP: HeaderName = HeaderName::from_static("cf-connecting-ip");

/// The headers that the core reads: each look-up costs.
const READ: [HeaderName; 8] = [HOST, COOKIE, ORIGIN, AUTHORIZATION, ACCEPT, ACCEPT_LANGUAGE, USER_AGENT, CF_CONNECTING_IP];
/// And those of a body.
const READ_OF_BODY: [HeaderName; 2] = [CONTENT_TYPE, CONTENT_LENGTH];

thread_local! {
    static NAMES: [(HeaderName, JsString); 8] = READ.map(held);
    static NAMES_OF_BODY: [(HeaderName, JsString); 2] = READ_OF_BODY.map(held);
}

/// A header's name beside the string that JavaScript holds for it.
fn held(name: HeaderName) -> (HeaderName, JsString) {
    let held = JsString::from(name.as_str());
    (name, held)
}

/// Reads the request; takes its body for the verbs that have one.
///
/// # Errors
/// A fault where the client breaks off or the verb isn't one.
pub(super) async fn read(request: &Request) -> Result<Incoming, Fault> {
    let method = Method::from_bytes(request.method().as_bytes()).map_err(|_| Fault::new("no such method"))?;
    let (path, query) = path_and_query(&request.url());
    let has_body = matches!(method, Method::POST | Method::PUT | Method::PATCH);
    let headers = headers(request, has_body);
    let body = if has_body { body(request, &headers).await? } else { Body::empty() };
    let edge = edge_data(request, &headers);
    Ok(Incoming { method, path, query, headers, body, edge })
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

fn headers(request: &Request, has_body: bool) -> HeaderMap {
    let given = request.headers().unchecked_into::<RequestHeaders>();
    let mut headers = HeaderMap::with_capacity(READ.len() + READ_OF_BODY.len());
    let mut take = |names: &[(HeaderName, JsString)]| {
        for (name, held) in names {
            if let Ok(Some(text)) = given.get(held)
                && let Ok(value) = HeaderValue::try_from(text)
            {
                headers.insert(name.clone(), value);
            }
        }
    };
    NAMES.with(|names| take(names));
    if has_body {
        NAMES_OF_BODY.with(|names| take(names));
    }
    headers
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

fn edge_data(request: &Request, headers: &HeaderMap) -> EdgeData {
    let ip = headers.get(CF_CONNECTING_IP).and_then(|value| value.to_str().ok()?.parse::<IpAddr>().ok());
    let cf = member(request, "cf");
    let text = |name: &str| cf.as_ref().and_then(|cf| member(cf, name)).and_then(|value| value.as_string());
    EdgeData { ip, city: text("city"), country: text("country") }
}
