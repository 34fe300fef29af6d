//! From the Worker's request to ours: its head, and the body up to its limit.

use http::Method;
use http::header::{CONTENT_LENGTH, HeaderMap, HeaderName};
use wasm_bindgen::prelude::wasm_bindgen;
use worker::js_sys::{Array, JsString, Uint8Array};
use worker::web_sys::Request;

use super::body::{Read, read_at_most};
use super::failure::settled;
use crate::http::head::{Head, NAMES, NAMES_OF_BODY};
use crate::http::message::{BODY_LIMIT, Body, Incoming};
use crate::platform::Fault;

#[wasm_bindgen(module = "/src/cloudflare/request.js")]
extern "C" {
    fn head(request: &Request, names: &Array, names_of_body: &Array) -> String;
}

thread_local! {
    static HELD: (Array, Array) = (held(&NAMES), held(&NAMES_OF_BODY));
}

/// The names as JavaScript holds them.
fn held(names: &[HeaderName]) -> Array {
    names.iter().map(|name| JsString::from(name.as_str())).collect()
}

/// Reads the request; takes its body for the verbs that have one.
///
/// # Errors
/// A fault where the client breaks off or the head isn't one.
pub(super) async fn read(request: &Request) -> Result<Incoming, Fault> {
    let text = HELD.with(|(names, names_of_body)| head(request, names, names_of_body));
    let Head { method, path, query, headers, edge } = Head::parse(&text).ok_or_else(|| Fault::new("the head of a request can't be read"))?;
    let has_body = matches!(method, Method::POST | Method::PUT | Method::PATCH);
    let body = if has_body { body(request, &headers).await? } else { Body::empty() };
    Ok(Incoming { method, path, query, headers, body, edge })
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
