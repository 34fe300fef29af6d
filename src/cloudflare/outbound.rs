//! The way out over `fetch`: POST, no redirect followed, a time limit over the whole exchange, 64 KiB of the answer.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::Promise;
use worker::web_sys::Response;

use super::body::{Read, read_at_most};
use super::failure::settled;
use crate::platform::{AnswerBody, Fault, Outbound, OutboundAnswer, OutboundRequest};

/// Bytes of an answer that are read.
const ANSWER_LIMIT: usize = 64 * 1024;

#[wasm_bindgen(module = "/src/cloudflare/outbound.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn post(url: &str, headers: &str, body: &str, milliseconds: u32) -> Result<Promise, JsValue>;
}

/// The global `fetch`.
pub(super) struct Fetch;

impl Outbound for Fetch {
    async fn post(&self, request: OutboundRequest) -> Result<OutboundAnswer, Fault> {
        let headers = serde_json::to_string(&request.headers).map_err(|_| Fault::new("headers can't be written"))?;
        let called = post(&request.url, &headers, &request.body, request.timeout_milliseconds);
        let response = settled("fetch", called).await?.unchecked_into::<Response>();
        let status = response.status();
        let body = match response.body() {
            None => AnswerBody::Whole(String::new()),
            Some(stream) => match read_at_most(stream, ANSWER_LIMIT).await? {
                Read::Whole(bytes) => AnswerBody::Whole(String::from_utf8_lossy(&bytes).into_owned()),
                Read::Cut => AnswerBody::TooLong,
            },
        };
        Ok(OutboundAnswer { status, body })
    }
}
