//! What JavaScript throws or rejects with, as a fault; and values read without trusting that they are there.

use wasm_bindgen::JsValue;
use worker::js_sys::{Promise, Reflect};

use super::promise::Settling;
use crate::platform::Fault;

/// The fault for something that was thrown, with the exception's own message.
pub(super) fn fault(what: &str, thrown: &JsValue) -> Fault {
    let message = member(thrown, "message").and_then(|message| message.as_string()).or_else(|| thrown.as_string());
    Fault::new(match message {
        Some(message) => format!("{what}: {message}"),
        None => format!("{what}: an exception without a message"),
    })
}

/// Waits for what a call gave; the call itself may have thrown.
///
/// # Errors
/// A fault where it threw or the promise was rejected.
pub(super) async fn settled(what: &str, called: Result<Promise, JsValue>) -> Result<JsValue, Fault> {
    let promise = called.map_err(|thrown| fault(what, &thrown))?;
    Settling::of(&promise).await.map_err(|thrown| fault(what, &thrown))
}

/// The member of an object under that name, unless there is none.
pub(super) fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    if !object.is_object() {
        return None;
    }
    let value = Reflect::get(object, &JsValue::from_str(name)).ok()?;
    (!value.is_undefined() && !value.is_null()).then_some(value)
}
