//! Mail over the `send_email` binding, which builds the MIME message from the parts.

use std::time::Duration;

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use worker::js_sys::{Array, Object, Promise};
use worker::wasm_bindgen_futures::future_to_promise;
use worker::{Delay, Env};

use super::failure::{fault, member, settled};
use crate::platform::{BoundEmail, EmailBinding, Fault};

#[wasm_bindgen]
extern "C" {
    type SendEmailBinding;
    #[wasm_bindgen(method, catch)]
    fn send(this: &SendEmailBinding, message: &Message) -> Result<JsValue, JsValue>;

    type Message;
    #[wasm_bindgen(method, setter)]
    fn set_from(this: &Message, from: &Mailbox);
    #[wasm_bindgen(method, setter)]
    fn set_to(this: &Message, to: &str);
    #[wasm_bindgen(method, setter)]
    fn set_subject(this: &Message, subject: &str);
    #[wasm_bindgen(method, setter)]
    fn set_text(this: &Message, text: &str);
    #[wasm_bindgen(method, setter)]
    fn set_html(this: &Message, html: &str);

    type Mailbox;
    #[wasm_bindgen(method, setter)]
    fn set_name(this: &Mailbox, name: &str);
    #[wasm_bindgen(method, setter)]
    fn set_email(this: &Mailbox, address: &str);
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
        let sent = binding.send(&message(&email)).map_err(|thrown| fault("send_email", &thrown))?;
        // The binding may answer with a thenable of its own kind, and knows no time limit.
        let race = Array::of2(&Promise::resolve(&sent), &late(email.timeout_milliseconds));
        settled("send_email", Ok(Promise::race(&race))).await.map(drop)
    }
}

/// A promise that is rejected after so many milliseconds.
fn late(milliseconds: u32) -> Promise {
    future_to_promise(async move {
        Delay::from(Duration::from_millis(milliseconds.into())).await;
        Err(JsValue::from_str("there was no answer in time"))
    })
}

fn message(email: &BoundEmail) -> Message {
    let from = Object::new().unchecked_into::<Mailbox>();
    from.set_name(&email.from_name);
    from.set_email(&email.from_address);
    let message = Object::new().unchecked_into::<Message>();
    message.set_from(&from);
    message.set_to(&email.to);
    message.set_subject(&email.subject);
    message.set_text(&email.text);
    message.set_html(&email.html);
    message
}
