//! Mailgun: `POST https://api.mailgun.net/v3/DOMAIN/messages`, a form. After its API reference, "Send an email" and "Errors".

use super::{DeliveryFailure, Judge, is_success};
use crate::mail::{ApiKey, Mail, OutboundUrl, Reach, UrlProblem};
use crate::platform::{OutboundAnswer, OutboundRequest};
use crate::values::EmailDomain;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

/// A sending domain of a Mailgun account.
#[derive(Debug, Clone)]
pub struct Mailgun {
    url: OutboundUrl,
    key: ApiKey,
}

impl Mailgun {
    /// A domain, and a key that may send by it; `base` is the region's server outside tests.
    ///
    /// # Errors
    /// The base isn't a URL that we go to.
    pub fn new(base: &str, domain: &EmailDomain, key: ApiKey, reach: Reach) -> Result<Self, UrlProblem> {
        Ok(Self { url: OutboundUrl::parse(&format!("{base}/v3/{}/messages", domain.as_str()), reach)?, key })
    }

    /// The request that sends a mail. Without attachments a form needn't be one of several parts.
    #[must_use]
    pub fn request(&self, mail: &Mail, timeout_milliseconds: u32) -> OutboundRequest {
        let form = form_urlencoded::Serializer::new(String::new())
            .append_pair("from", &mail.from.mailbox())
            .append_pair("to", &mail.to)
            .append_pair("subject", &mail.subject)
            .append_pair("text", &mail.text)
            .append_pair("html", &mail.html)
            // Neither a pixel nor a rewritten link belongs into a mail with a code.
            .append_pair("o:tracking", "no")
            .finish();
        OutboundRequest {
            url: self.url.as_str().to_owned(),
            headers: vec![
                ("Authorization", format!("Basic {}", STANDARD.encode(format!("api:{}", self.key.reveal())))),
                ("Content-Type", "application/x-www-form-urlencoded".to_owned()),
                ("User-Agent", super::USER_AGENT.to_owned()),
            ],
            body: form,
            timeout_milliseconds,
        }
    }
}

impl Judge for Mailgun {
    /// A wrong path is answered with 200 and a greeting, so only an id counts. Errors have words alone, which may repeat the address.
    fn judge(&self, answer: &OutboundAnswer) -> Result<(), DeliveryFailure> {
        let status = answer.status;
        if !is_success(status) {
            return Err(DeliveryFailure::Refused { status, code: None });
        }
        if answer.body.has_text_at("/id") { Ok(()) } else { Err(DeliveryFailure::Garbled { status }) }
    }
}
