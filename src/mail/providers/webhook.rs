//! The operator's own webhook, for SMS or anything else. Signed after Standard Webhooks 1.0.0, "Signature scheme".
//!
//! The body is `{"type", "timestamp": RFC 3339, "data"}`. A mail is a `sign_in_code` with `{"channel": "email", "to", "from", "subject", "text",
//! "html", "code"}`; one that tells what happened to an account is an `account_notice`, and its code is empty. A text message is an `sms_code` with
//! `{"channel": "sms", "to", "text", "code", "purpose"}`. Any 2xx answer means that the receiver took it. The receiver checks `webhook-signature`
//! over `id.timestamp.body`, and refuses a `webhook-timestamp` more than five minutes away.

use super::{DeliveryFailure, Judge, is_success};
use crate::mail::calendar::rfc3339;
use crate::mail::{Mail, MailId, OutboundUrl, TextMessage};
use crate::platform::{OutboundAnswer, OutboundRequest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Serialize;
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// The key that both sides share.
#[derive(Clone)]
pub struct WebhookSecret(Zeroizing<Vec<u8>>);

impl WebhookSecret {
    /// Reads `whsec_` and base64 of 24 to 64 bytes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.trim().strip_prefix("whsec_")?).ok()?;
        (24..=64).contains(&bytes.len()).then(|| Self(Zeroizing::new(bytes)))
    }

    /// The signature in base64; `None` only if the key couldn't be one, which `parse` rules out.
    fn sign(&self, id: &str, timestamp: &str, body: &str) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        [id, ".", timestamp, ".", body].iter().for_each(|part| mac.update(part.as_bytes()));
        Some(STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("WebhookSecret(…)")
    }
}

/// Where to, and with which signature.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Where to.
    pub url: OutboundUrl,
    /// What signs.
    pub secret: WebhookSecret,
}

#[derive(Serialize)]
struct Event<'a> {
    r#type: &'static str,
    timestamp: String,
    data: Channel<'a>,
}

/// By what it is to reach the person, and what that needs.
#[derive(Serialize)]
#[serde(tag = "channel", rename_all = "lowercase")]
enum Channel<'a> {
    Email { to: &'a str, from: String, subject: &'a str, text: &'a str, html: &'a str, code: &'a str },
    Sms { to: &'a str, text: &'a str, code: &'a str, purpose: &'static str },
}

impl Webhook {
    /// The signed request that hands over a mail.
    #[must_use]
    pub fn request(&self, mail: &Mail, timeout_milliseconds: u32) -> OutboundRequest {
        let Mail { id, from, to, subject, text, html, code, sent_at } = mail;
        let data = Channel::Email { to, from: from.mailbox(), subject, text, html, code };
        self.signed(id, *sent_at, &Event { r#type: kind(mail), timestamp: rfc3339(*sent_at), data }, timeout_milliseconds)
    }

    /// The signed request that hands over a text message.
    #[must_use]
    pub fn text_request(&self, message: &TextMessage, timeout_milliseconds: u32) -> OutboundRequest {
        let TextMessage { id, to, text, code, purpose, sent_at } = message;
        let data = Channel::Sms { to: to.as_str(), text, code, purpose: purpose.name() };
        self.signed(id, *sent_at, &Event { r#type: "sms_code", timestamp: rfc3339(*sent_at), data }, timeout_milliseconds)
    }

    fn signed(&self, id: &MailId, sent_at: u64, event: &Event<'_>, timeout_milliseconds: u32) -> OutboundRequest {
        let body = super::json(event);
        let timestamp = sent_at.to_string();
        let signature = self.secret.sign(id.as_str(), &timestamp, &body).unwrap_or_default();
        OutboundRequest {
            url: self.url.as_str().to_owned(),
            headers: vec![
                ("Content-Type", "application/json".to_owned()),
                ("User-Agent", super::USER_AGENT.to_owned()),
                ("webhook-id", id.as_str().to_owned()),
                ("webhook-timestamp", timestamp),
                ("webhook-signature", format!("v1,{signature}")),
            ],
            body,
            timeout_milliseconds,
        }
    }
}

/// What the receiver tells mails apart by.
const fn kind(mail: &Mail) -> &'static str {
    if mail.code.is_empty() { "account_notice" } else { "sign_in_code" }
}

impl Judge for Webhook {
    fn judge(&self, answer: &OutboundAnswer) -> Result<(), DeliveryFailure> {
        if is_success(answer.status) { Ok(()) } else { Err(DeliveryFailure::Refused { status: answer.status, code: None }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the Standard Webhooks libraries are tested with.
    #[test]
    fn the_signature_is_that_of_the_standards_own_example() {
        let secret = WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "{\"test\": 2432232314}");
        assert_eq!(signature.unwrap(), "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_is_whsec_and_enough_base64() {
        for text in ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", "whsec_%%%", "whsec_"] {
            assert!(WebhookSecret::parse(text).is_none(), "{text}");
        }
    }
}
