//! From our answer to the Worker's response.

use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};
use worker::web_sys::Response as EdgeResponse;

#[wasm_bindgen(module = "/src/cloudflare/response.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn respond(status: u16, headers: &str, body: Option<&[u8]>) -> Result<EdgeResponse, JsValue>;
}

struct Headers<'a>(&'a HeaderMap);

impl Serialize for Headers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // What isn't ASCII can't have come from us.
        let pairs = self.0.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        // An object costs the runtime less than pairs do, but holds each name once.
        if self.0.keys_len() == self.0.len() { serializer.collect_map(pairs) } else { serializer.collect_seq(pairs) }
    }
}

/// Writes the answer. A header that occurs twice (`Set-Cookie`) goes out twice.
///
/// # Errors
/// The exception, where the runtime refuses a header or the status.
pub(super) fn write(answer: &Response<String>) -> Result<EdgeResponse, JsValue> {
    // As one text: header by header, each name and value would cross to JavaScript by itself.
    let headers = serde_json::to_string(&Headers(answer.headers())).map_err(JsError::from)?;
    // As bytes: the runtime would only encode a string again.
    let body = (!answer.body().is_empty()).then(|| answer.body().as_bytes());
    respond(answer.status().as_u16(), &headers, body)
}

/// An answer of one line of text, for where there is no application to give one.
pub(super) fn plain(status: StatusCode, line: &str) -> Result<EdgeResponse, JsValue> {
    let mut answer = Response::new(format!("{line}\n"));
    *answer.status_mut() = status;
    for (name, value) in [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")] {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    write(&answer)
}
