//! Resend: `POST https://api.resend.com/emails`. After its API reference, "Send Email", "Idempotency Keys" and "Errors".

use super::{DeliveryFailure, Judge, error_word, is_success};
use crate::mail::{ApiKey, Mail, OutboundUrl, Reach, UrlProblem};
use crate::platform::{OutboundAnswer, OutboundRequest};
use serde::Serialize;

/// A Resend account.
#[derive(Debug, Clone)]
pub struct Resend {
    url: OutboundUrl,
    key: ApiKey,
}

#[derive(Serialize)]
struct Email<'a> {
    from: String,
    to: [&'a str; 1],
    subject: &'a str,
    html: &'a str,
    text: &'a str,
}

impl Resend {
    /// Where Resend listens.
    pub const BASE: &'static str = "https://api.resend.com";

    /// An account by its API key; `base` is `Resend::BASE` outside tests.
    ///
    /// # Errors
    /// The base isn't a URL that we go to.
    pub fn new(base: &str, key: ApiKey, reach: Reach) -> Result<Self, UrlProblem> {
        Ok(Self { url: OutboundUrl::parse(&format!("{base}/emails"), reach)?, key })
    }

    /// The request that sends a mail. The same mail twice within 24 hours is sent once: its id is the idempotency key.
    #[must_use]
    pub fn request(&self, mail: &Mail, timeout_milliseconds: u32) -> OutboundRequest {
        let email = Email { from: mail.from.mailbox(), to: [&mail.to], subject: &mail.subject, html: &mail.html, text: &mail.text };
        OutboundRequest {
            url: self.url.as_str().to_owned(),
            headers: vec![
                ("Authorization", format!("Bearer {}", self.key.reveal())),
                ("Content-Type", "application/json".to_owned()),
                ("Idempotency-Key", mail.id.as_str().to_owned()),
                // Resend refuses requests that don't say who makes them.
                ("User-Agent", super::USER_AGENT.to_owned()),
            ],
            body: super::json(&email),
            timeout_milliseconds,
        }
    }
}

impl Judge for Resend {
    fn judge(&self, answer: &OutboundAnswer) -> Result<(), DeliveryFailure> {
        let status = answer.status;
        if !is_success(status) {
            return Err(DeliveryFailure::Refused { status, code: error_word(answer.body.at("/name")) });
        }
        if answer.body.has_text_at("/id") { Ok(()) } else { Err(DeliveryFailure::Garbled { status }) }
    }
}
