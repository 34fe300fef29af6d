//! Reads a stream of bytes up to a limit, whatever its sender promised about its length.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::{Promise, Uint8Array};
use worker::web_sys::ReadableStream;

use super::failure::{fault, settled};
use crate::platform::Fault;

#[wasm_bindgen]
extern "C" {
    type Reader;
    #[wasm_bindgen(method, catch)]
    fn read(this: &Reader) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn cancel(this: &Reader) -> Result<Promise, JsValue>;

    type Chunk;
    #[wasm_bindgen(method, getter)]
    fn done(this: &Chunk) -> bool;
    #[wasm_bindgen(method, getter)]
    fn value(this: &Chunk) -> Option<Uint8Array>;

    type ReaderSource;
    #[wasm_bindgen(method, catch, js_name = getReader)]
    fn reader(this: &ReaderSource) -> Result<Reader, JsValue>;
}

/// What was read.
pub(super) enum Read {
    /// The stream's end came within the limit.
    Whole(Vec<u8>),
    /// There was more than the limit allows.
    Cut,
}

/// Reads the stream to its end or to the limit, whichever comes first.
///
/// # Errors
/// A fault where the stream breaks off.
pub(super) async fn read_at_most(stream: ReadableStream, limit: usize) -> Result<Read, Fault> {
    let reader = stream.unchecked_into::<ReaderSource>().reader().map_err(|thrown| fault("body", &thrown))?;
    let mut bytes = Vec::new();
    loop {
        let chunk = settled("body", reader.read()).await?.unchecked_into::<Chunk>();
        if chunk.done() {
            return Ok(Read::Whole(bytes));
        }
        if let Some(value) = chunk.value() {
            bytes.extend_from_slice(&value.to_vec());
        }
        if bytes.len() > limit {
            // Whether the sender hears of it changes nothing here.
            let _ = settled("body", reader.cancel()).await;
            return Ok(Read::Cut);
        }
    }
}
