//! Mail over the `send_email` binding, which builds the MIME message from the parts.

use serde_json::json;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;
use worker::js_sys::Promise;

use super::failure::{member, settled};
use crate::platform::{BoundEmail, EmailBinding, Fault};

#[wasm_bindgen]
extern "C" {
    type SendEmailBinding;
}

#[wasm_bindgen(module = "/src/cloudflare/email.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn send(binding: &SendEmailBinding, message: &str, milliseconds: u32) -> Result<Promise, JsValue>;
}

/// The binding `EMAIL`, which an installation may do without.
pub(super) struct SendEmail(Option<SendEmailBinding>);

impl SendEmail {
    pub(super) fn from_env(env: &Env) -> Self {
        Self(member(env, "EMAIL").map(JsCast::unchecked_into))
    }
}

impl EmailBinding for SendEmail {
    fn is_bound(&self) -> bool {
        self.0.is_some()
    }

    async fn send(&self, email: BoundEmail) -> Result<(), Fault> {
        let binding = self.0.as_ref().ok_or_else(|| Fault::new("the Worker has no send_email binding EMAIL"))?;
        settled("send_email", send(binding, &message(&email), email.timeout_milliseconds)).await.map(drop)
    }
}

/// The message as the binding takes it, in JSON.
fn message(email: &BoundEmail) -> String {
    let BoundEmail { from_name, from_address, to, subject, text, html, .. } = email;
    json!({ "from": { "name": from_name, "email": from_address }, "to": to, "subject": subject, "text": text, "html": html }).to_string()
}
