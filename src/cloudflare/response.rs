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
    fn keep(number: usize, lines: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch)]
    fn respond(status: u16, number: usize, lines: &str, body: Option<&[u8]>) -> Result<EdgeResponse, JsValue>;
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

/// How many sets are kept: far more than there are pages and kinds of documents.
const SETS: usize = 100;

thread_local! {
    static KEPT: RefCell<Kept> = RefCell::default();
}

/// The lines of each set, by its number, and where the next goes: once all are taken, in the place of the oldest.
#[derive(Default)]
struct Kept {
    sets: Vec<String>,
    next: usize,
}

impl Kept {
    /// The number of this set.
    fn number_of(&mut self, lines: String) -> Result<usize, JsValue> {
        if let Some(number) = self.sets.iter().position(|set| *set == lines) {
            return Ok(number);
        }
        let number = self.next;
        keep(number, &lines)?;
        match self.sets.get_mut(number) {
            Some(oldest) => *oldest = lines,
            None => self.sets.push(lines),
        }
        self.next = (number + 1) % SETS;
        Ok(number)
    }
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
    let number = KEPT.with_borrow_mut(|kept| kept.number_of(lasting))?;
    // As bytes: the runtime would only encode a string again.
    let body = (!answer.body().is_empty()).then(|| answer.body().as_bytes());
    respond(answer.status().as_u16(), number, &own, body)
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
