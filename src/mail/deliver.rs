//! Ordered fail-over: the first adapter that takes the mail ends it.
//!
//! All adapters together have one stretch of time. Each gets an equal share of what is left, the last all of it: a provider that
//! hangs must not take the next one's turn. Neither address nor code reaches the log, the development mailbox's own line excepted.

use super::mailbox::Mailbox;
use super::message::Mail;
use super::providers::{Adapter, Carriage, DeliveryFailure};
use crate::platform::{EmailBinding as _, Outbound as _, Platform};
use serde_json::{Value, json};

/// Nobody took the mail, or the text message. The log says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no adapter took the message")]
pub struct Undelivered;

/// Below this an attempt isn't worth its connection.
const LEAST_SHARE: u64 = 50;

/// What it takes to deliver.
pub struct Courier<'a, P: Platform> {
    /// The world.
    pub platform: &'a P,
    /// The adapters, first choice first.
    pub adapters: &'a [Adapter],
    /// Where the development mailbox keeps its mails.
    pub mailbox: &'a Mailbox,
    /// Milliseconds over all adapters.
    pub budget_milliseconds: u32,
    /// The request's id in the log.
    pub request_id: &'a str,
}

impl<P: Platform> Courier<'_, P> {
    /// Delivers the mail, and says by which adapter.
    ///
    /// # Errors
    /// No adapter took it in time.
    pub async fn deliver(&self, mail: &Mail) -> Result<&'static str, Undelivered> {
        // The edge's clock stands still between two answers and is right after each: that is when it is read.
        let begin = self.platform.now_milliseconds();
        let mut left = u64::from(self.budget_milliseconds);
        let mut waiting = self.adapters.len();
        for adapter in self.adapters {
            let share = share(left, waiting);
            waiting -= 1;
            match self.attempt(adapter, mail, share).await {
                Ok(()) => {
                    self.taken(adapter, mail, begin);
                    return Ok(adapter.name());
                }
                Err(failure) => self.log("warn", "mail_failed", adapter, &reason(&failure)),
            }
            left = u64::from(self.budget_milliseconds).saturating_sub(self.since(begin));
        }
        Err(Undelivered)
    }

    async fn attempt(&self, adapter: &Adapter, mail: &Mail, share: u32) -> Result<(), DeliveryFailure> {
        if u64::from(share) < LEAST_SHARE {
            return Err(DeliveryFailure::NoTime);
        }
        match adapter.carriage(mail, share) {
            Carriage::Keep => {
                self.mailbox.keep(mail);
                Ok(())
            }
            Carriage::Post(request, provider) => {
                let answer = self.platform.outbound().post(request).await.map_err(|_| DeliveryFailure::NoAnswer)?;
                provider.judge(&answer)
            }
            Carriage::Bind(email) => self.platform.email_binding().send(email).await.map_err(|_| DeliveryFailure::NoAnswer),
        }
    }

    fn since(&self, begin: u64) -> u64 {
        self.platform.now_milliseconds().saturating_sub(begin)
    }

    fn log(&self, level: &str, event: &str, adapter: &Adapter, more: &Value) {
        let mut line = json!({ "level": level, "event": event, "request_id": self.request_id, "adapter": adapter.name() });
        if let (Some(line), Some(more)) = (line.as_object_mut(), more.as_object()) {
            line.extend(more.clone());
        }
        self.platform.log(&line.to_string());
    }

    /// The line of a mail that was taken. The development mailbox's shows the code, for the terminal; no other says to whom it went.
    fn taken(&self, adapter: &Adapter, mail: &Mail, begin: u64) {
        if matches!(adapter, Adapter::Mailbox) {
            self.log("info", "dev_mail", adapter, &json!({ "to": mail.to, "subject": mail.subject, "code": mail.code }));
        } else {
            self.log("info", "mail_sent", adapter, &json!({ "milliseconds": self.since(begin) }));
        }
    }
}

/// An equal share for each adapter that still waits.
fn share(left: u64, waiting: usize) -> u32 {
    let waiting = u64::try_from(waiting).unwrap_or(1).max(1);
    u32::try_from(left / waiting).unwrap_or(u32::MAX)
}

/// Why it wasn't taken, for the log.
pub(super) fn reason(failure: &DeliveryFailure) -> Value {
    match failure {
        DeliveryFailure::Refused { status, code } => json!({ "reason": "refused", "status": status, "code": code }),
        DeliveryFailure::Garbled { status } => json!({ "reason": "garbled", "status": status }),
        DeliveryFailure::NoAnswer => json!({ "reason": "no_answer" }),
        DeliveryFailure::NoTime => json!({ "reason": "no_time" }),
    }
}
