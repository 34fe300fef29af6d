//! From our answer to the Worker's response.

use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use wasm_bindgen::JsValue;
use worker::js_sys::Uint8Array;
use worker::web_sys::{Headers, Response as EdgeResponse, ResponseInit};

/// Writes the answer. A header that occurs twice (`Set-Cookie`) goes out twice.
///
/// # Errors
/// The exception, where the runtime refuses a header or the status.
pub(super) fn write(answer: &Response<String>) -> Result<EdgeResponse, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in answer.headers() {
        // What isn't ASCII can't have come from us.
        if let Ok(text) = value.to_str() {
            headers.append(name.as_str(), text)?;
        }
    }
    let init = ResponseInit::new();
    init.set_status(answer.status().as_u16());
    init.set_headers(&headers);
    // As bytes, copied: the runtime would only encode a string again.
    let body = (!answer.body().is_empty()).then(|| Uint8Array::from(answer.body().as_bytes()));
    EdgeResponse::new_with_opt_js_u8_array_and_init(body.as_ref(), &init)
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
