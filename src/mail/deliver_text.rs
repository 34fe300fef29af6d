//! A text message's way out: the operator's webhook, once, within a stretch of time. Neither number nor code reaches the log,
//! the development mailbox's own line excepted.

use super::deliver::{Undelivered, reason};
use super::mailbox::Mailbox;
use super::providers::{DeliveryFailure, Judge as _, Webhook};
use super::text_message::TextMessage;
use crate::platform::{Outbound as _, Platform};
use serde_json::{Value, json};

/// A way by which text messages leave.
pub enum TextAdapter {
    /// The development mailbox.
    Mailbox,
    /// The operator's webhook.
    Webhook(Webhook),
}

impl TextAdapter {
    /// Its name in settings and log.
    const fn name(&self) -> &'static str {
        match self {
            Self::Mailbox => "mailbox",
            Self::Webhook(_) => "webhook",
        }
    }
}

/// What it takes to deliver.
pub struct TextCourier<'a, P: Platform> {
    /// The world.
    pub platform: &'a P,
    /// Where text messages go.
    pub adapter: &'a TextAdapter,
    /// Where the development mailbox keeps them.
    pub mailbox: &'a Mailbox,
    /// Milliseconds that it may take.
    pub budget_milliseconds: u32,
    /// The request's id in the log.
    pub request_id: &'a str,
}

impl<P: Platform> TextCourier<'_, P> {
    /// Delivers the message.
    ///
    /// # Errors
    /// The webhook didn't take it in time.
    pub async fn deliver(&self, message: &TextMessage) -> Result<(), Undelivered> {
        let begin = self.platform.now_milliseconds();
        match self.attempt(message).await {
            Ok(()) => {
                self.taken(message, begin);
                Ok(())
            }
            Err(failure) => {
                self.log("warn", "text_failed", &reason(&failure));
                Err(Undelivered)
            }
        }
    }

    async fn attempt(&self, message: &TextMessage) -> Result<(), DeliveryFailure> {
        match self.adapter {
            TextAdapter::Mailbox => {
                self.mailbox.keep_text(message);
                Ok(())
            }
            TextAdapter::Webhook(webhook) => {
                let request = webhook.text_request(message, self.budget_milliseconds);
                let answer = self.platform.outbound().post(request).await.map_err(|_| DeliveryFailure::NoAnswer)?;
                webhook.judge(&answer)
            }
        }
    }

    /// The line of a message that was taken. The development mailbox's shows the code, for the terminal; the webhook's doesn't say to whom it went.
    fn taken(&self, message: &TextMessage, begin: u64) {
        match self.adapter {
            TextAdapter::Mailbox => {
                let more = json!({ "to": message.to.as_str(), "text": message.text.lines().next(), "code": message.code });
                self.log("info", "dev_text", &more);
            }
            TextAdapter::Webhook(_) => {
                let spent = self.platform.now_milliseconds().saturating_sub(begin);
                self.log("info", "text_sent", &json!({ "milliseconds": spent }));
            }
        }
    }

    fn log(&self, level: &str, event: &str, more: &Value) {
        let mut line = json!({ "level": level, "event": event, "request_id": self.request_id, "adapter": self.adapter.name() });
        if let (Some(line), Some(more)) = (line.as_object_mut(), more.as_object()) {
            line.extend(more.clone());
        }
        self.platform.log(&line.to_string());
    }
}
