//! SendGrid: `POST https://api.sendgrid.com/v3/mail/send`. After its API reference, "Mail Send" and "Errors".

use super::{DeliveryFailure, Judge, error_word, is_success};
use crate::mail::{ApiKey, Mail, OutboundUrl, Reach, UrlProblem};
use crate::platform::{OutboundAnswer, OutboundRequest};
use serde::Serialize;
use serde_json::Value;

/// SendGrid's only yes: the mail is queued. Its sandbox says 200, and sends nothing.
const ACCEPTED: u16 = 202;

/// A SendGrid account.
#[derive(Debug, Clone)]
pub struct SendGrid {
    url: OutboundUrl,
    key: ApiKey,
}

#[derive(Serialize)]
struct Email<'a> {
    personalizations: [Personalization<'a>; 1],
    from: Person<'a>,
    subject: &'a str,
    content: [Part<'a>; 2],
    tracking_settings: Tracking,
}

#[derive(Serialize)]
struct Personalization<'a> {
    to: [Person<'a>; 1],
}

#[derive(Serialize)]
struct Person<'a> {
    email: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
}

#[derive(Serialize)]
struct Part<'a> {
    r#type: &'static str,
    value: &'a str,
}

/// Neither a pixel, nor a rewritten link, nor a line about unsubscribing belongs into a mail with a code.
#[derive(Serialize)]
struct Tracking {
    click_tracking: ClickTracking,
    open_tracking: Enable,
    subscription_tracking: Enable,
}

#[derive(Serialize)]
struct ClickTracking {
    enable: bool,
    enable_text: bool,
}

#[derive(Serialize)]
struct Enable {
    enable: bool,
}

impl SendGrid {
    /// An account by its API key; `base` is the region's server outside tests.
    ///
    /// # Errors
    /// The base isn't a URL that we go to.
    pub fn new(base: &str, key: ApiKey, reach: Reach) -> Result<Self, UrlProblem> {
        Ok(Self { url: OutboundUrl::parse(&format!("{base}/v3/mail/send"), reach)?, key })
    }

    /// The request that sends a mail.
    #[must_use]
    pub fn request(&self, mail: &Mail, timeout_milliseconds: u32) -> OutboundRequest {
        let email = Email {
            personalizations: [Personalization { to: [Person { email: &mail.to, name: "" }] }],
            from: Person { email: mail.from.address(), name: mail.from.name() },
            subject: &mail.subject,
            // The plain part comes first, or SendGrid refuses the mail.
            content: [Part { r#type: "text/plain", value: &mail.text }, Part { r#type: "text/html", value: &mail.html }],
            tracking_settings: Tracking {
                click_tracking: ClickTracking { enable: false, enable_text: false },
                open_tracking: Enable { enable: false },
                subscription_tracking: Enable { enable: false },
            },
        };
        OutboundRequest {
            url: self.url.as_str().to_owned(),
            headers: vec![
                ("Accept", "application/json".to_owned()),
                ("Authorization", format!("Bearer {}", self.key.reveal())),
                ("Content-Type", "application/json".to_owned()),
                ("User-Agent", super::USER_AGENT.to_owned()),
            ],
            body: super::json(&email),
            timeout_milliseconds,
        }
    }
}

impl Judge for SendGrid {
    /// SendGrid has no codes for its errors: the field that is wrong says most.
    fn judge(&self, answer: &OutboundAnswer) -> Result<(), DeliveryFailure> {
        let status = answer.status;
        if status == ACCEPTED {
            return Ok(());
        }
        if is_success(status) {
            return Err(DeliveryFailure::Garbled { status });
        }
        let errors = answer.body.at("/errors");
        let mut fields = errors.iter().filter_map(Value::as_array).flatten().filter_map(|error| error.get("field"));
        let code = error_word(fields.find(|field| field.is_string()).cloned());
        Err(DeliveryFailure::Refused { status, code })
    }
}
