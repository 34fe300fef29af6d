//! Postmark: `POST https://api.postmarkapp.com/email`. After its developer documentation, "Email API" and "API error codes".

use super::{DeliveryFailure, Judge, is_success};
use crate::mail::{ApiKey, Mail, OutboundUrl, Reach, UrlProblem};
use crate::platform::{OutboundAnswer, OutboundRequest};
use serde::Serialize;

/// A Postmark server.
#[derive(Debug, Clone)]
pub struct Postmark {
    url: OutboundUrl,
    token: ApiKey,
    stream: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Email<'a> {
    from: String,
    to: &'a str,
    subject: &'a str,
    html_body: &'a str,
    text_body: &'a str,
    message_stream: &'a str,
    // Neither a pixel nor a rewritten link belongs into a mail with a code.
    track_opens: bool,
    track_links: &'static str,
}

impl Postmark {
    /// Where Postmark listens.
    pub const BASE: &'static str = "https://api.postmarkapp.com";
    /// The stream that every server has for mails to one person.
    pub const STREAM: &'static str = "outbound";

    /// A server by its token; `base` is `Postmark::BASE` outside tests.
    ///
    /// # Errors
    /// The base isn't a URL that we go to.
    pub fn new(base: &str, token: ApiKey, stream: &str, reach: Reach) -> Result<Self, UrlProblem> {
        Ok(Self { url: OutboundUrl::parse(&format!("{base}/email"), reach)?, token, stream: stream.to_owned() })
    }

    /// The request that sends a mail.
    #[must_use]
    pub fn request(&self, mail: &Mail, timeout_milliseconds: u32) -> OutboundRequest {
        let email = Email {
            from: mail.from.mailbox(),
            to: &mail.to,
            subject: &mail.subject,
            html_body: &mail.html,
            text_body: &mail.text,
            message_stream: &self.stream,
            track_opens: false,
            track_links: "None",
        };
        OutboundRequest {
            url: self.url.as_str().to_owned(),
            headers: vec![
                ("Accept", "application/json".to_owned()),
                ("Content-Type", "application/json".to_owned()),
                ("X-Postmark-Server-Token", self.token.reveal().to_owned()),
                ("User-Agent", super::USER_AGENT.to_owned()),
            ],
            body: super::json(&email),
            timeout_milliseconds,
        }
    }
}

impl Judge for Postmark {
    /// A mail is taken only with status 200 and `ErrorCode` 0: a refused recipient (406) comes with its own code.
    fn judge(&self, answer: &OutboundAnswer) -> Result<(), DeliveryFailure> {
        let status = answer.status;
        let code = answer.body.at("/ErrorCode").and_then(|code| code.as_i64());
        match (is_success(status), code) {
            (true, Some(0)) => Ok(()),
            (true, None) => Err(DeliveryFailure::Garbled { status }),
            (_, Some(code)) => Err(DeliveryFailure::Refused { status, code: Some(code.to_string()) }),
            (false, None) => Err(DeliveryFailure::Refused { status, code: None }),
        }
    }
}
