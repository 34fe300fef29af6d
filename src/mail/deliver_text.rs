//! A text message's way out: the operator's webhook, once, within a stretch of time. Neither number nor code reaches the log.

use super::deliver::{Undelivered, reason};
use super::providers::{DeliveryFailure, Judge as _, Webhook};
use super::text_message::TextMessage;
use crate::platform::{Outbound as _, Platform};
use serde_json::{Value, json};

/// What it takes to deliver.
pub struct TextCourier<'a, P: Platform> {
    /// The world.
    pub platform: &'a P,
    /// Where text messages go.
    pub webhook: &'a Webhook,
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
                let spent = self.platform.now_milliseconds().saturating_sub(begin);
                self.log("info", "text_sent", &json!({ "milliseconds": spent }));
                Ok(())
            }
            Err(failure) => {
                self.log("warn", "text_failed", &reason(&failure));
                Err(Undelivered)
            }
        }
    }

    async fn attempt(&self, message: &TextMessage) -> Result<(), DeliveryFailure> {
        let request = self.webhook.text_request(message, self.budget_milliseconds);
        let answer = self.platform.outbound().post(request).await.map_err(|_| DeliveryFailure::NoAnswer)?;
        self.webhook.judge(&answer)
    }

    fn log(&self, level: &str, event: &str, more: &Value) {
        let mut line = json!({ "level": level, "event": event, "request_id": self.request_id, "adapter": "webhook" });
        if let (Some(line), Some(more)) = (line.as_object_mut(), more.as_object()) {
            line.extend(more.clone());
        }
        self.platform.log(&line.to_string());
    }
}
