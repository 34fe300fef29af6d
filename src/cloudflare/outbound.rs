//! The way out over `fetch`: POST, no redirect followed, a time limit over the whole exchange, 64 KiB of the answer.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::{Object, Promise};
use worker::web_sys::{Headers, Response};

use super::body::{Read, read_at_most};
use super::failure::{fault, settled};
use crate::platform::{AnswerBody, Fault, Outbound, OutboundAnswer, OutboundRequest};

/// Bytes of an answer that are read.
const ANSWER_LIMIT: usize = 64 * 1024;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch)]
    fn fetch(url: &str, options: &FetchOptions) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = AbortSignal, js_name = timeout)]
    fn abort_after(milliseconds: u32) -> Result<JsValue, JsValue>;

    type FetchOptions;
    #[wasm_bindgen(method, setter)]
    fn set_method(this: &FetchOptions, method: &str);
    #[wasm_bindgen(method, setter)]
    fn set_headers(this: &FetchOptions, headers: &Headers);
    #[wasm_bindgen(method, setter)]
    fn set_body(this: &FetchOptions, body: &str);
    #[wasm_bindgen(method, setter)]
    fn set_redirect(this: &FetchOptions, redirect: &str);
    #[wasm_bindgen(method, setter)]
    fn set_signal(this: &FetchOptions, signal: &JsValue);
}

/// The global `fetch`.
pub(super) struct Fetch;

impl Outbound for Fetch {
    async fn post(&self, request: OutboundRequest) -> Result<OutboundAnswer, Fault> {
        let options = options(&request).map_err(|thrown| fault("fetch", &thrown))?;
        let response = settled("fetch", fetch(&request.url, &options)).await?.unchecked_into::<Response>();
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

fn options(request: &OutboundRequest) -> Result<FetchOptions, JsValue> {
    let headers = Headers::new()?;
    for (name, value) in &request.headers {
        headers.append(name, value)?;
    }
    let options = Object::new().unchecked_into::<FetchOptions>();
    options.set_method("POST");
    options.set_headers(&headers);
    options.set_body(&request.body);
    options.set_redirect("manual");
    options.set_signal(&abort_after(request.timeout_milliseconds)?);
    Ok(options)
}
