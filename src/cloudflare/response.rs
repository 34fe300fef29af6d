//! From our answer to the Worker's response.

use std::cell::RefCell;

use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, PRAGMA, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use http::{HeaderValue, Response, StatusCode};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::web_sys::Response as EdgeResponse;

#[wasm_bindgen(module = "/src/cloudflare/response.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn keep(lines: &str) -> Result<u32, JsValue>;
    #[wasm_bindgen(catch)]
    fn respond(status: u16, number: u32, lines: &str, body: Option<&[u8]>) -> Result<EdgeResponse, JsValue>;
}

/// Headers that say the same in answer after answer: the runtime makes each set of them once.
const LASTING: [HeaderName; 8] = [
    CONTENT_TYPE,
    CACHE_CONTROL,
    CONTENT_SECURITY_POLICY,
    PRAGMA,
    REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
];

/// How many sets are kept; those beyond go out header by header.
const SETS: usize = 100;

thread_local! {
    // Their lines and numbers: few enough to look through.
    static KEPT: RefCell<Vec<(String, u32)>> = RefCell::default();
}

/// Writes the answer. A header that occurs twice (`Set-Cookie`) goes out twice.
///
/// # Errors
/// The exception, where the runtime refuses a header or the status.
pub(super) fn write(answer: &Response<String>) -> Result<EdgeResponse, JsValue> {
    let (mut lasting, mut own) = (String::new(), String::new());
    for (name, value) in answer.headers() {
        // What isn't ASCII can't have come from us.
        let Ok(value) = value.to_str() else { continue };
        let lines = if LASTING.contains(name) { &mut lasting } else { &mut own };
        lines.extend([name.as_str(), "\n", value, "\n"]);
    }
    let number = match number_of(&lasting)? {
        Some(number) => number,
        None => {
            own.push_str(&lasting);
            number_of("")?.unwrap_or_default()
        }
    };
    // As bytes: the runtime would only encode a string again.
    let body = (!answer.body().is_empty()).then(|| answer.body().as_bytes());
    respond(answer.status().as_u16(), number, &own, body)
}

/// The number of a set of headers; none where there is no room for it.
fn number_of(lines: &str) -> Result<Option<u32>, JsValue> {
    KEPT.with_borrow_mut(|kept| {
        if let Some((_, number)) = kept.iter().find(|(kept, _)| kept == lines) {
            return Ok(Some(*number));
        }
        // The empty set always has room: it is what those go out with that have none.
        if kept.len() >= SETS && !lines.is_empty() {
            return Ok(None);
        }
        let number = keep(lines)?;
        kept.push((lines.to_owned(), number));
        Ok(Some(number))
    })
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
