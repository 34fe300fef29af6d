//! The ways by which a mail can leave, each with its provider's documented wire format. Makes requests and judges answers; sends nothing.
//!
//! A provider is one file here, one variant of `Adapter`, and one arm in `Adapter::carriage`.

mod brevo;
mod cloudflare;
mod mailgun;
mod postmark;
mod resend;
mod sendgrid;
mod webhook;

pub use brevo::Brevo;
pub use cloudflare::Cloudflare;
pub use mailgun::Mailgun;
pub use postmark::Postmark;
pub use resend::Resend;
pub use sendgrid::SendGrid;
pub use webhook::{Webhook, WebhookSecret};

use super::Mail;
use crate::platform::{BoundEmail, OutboundAnswer, OutboundRequest};

/// Who makes our requests.
const USER_AGENT: &str = concat!("nightlatch/", env!("CARGO_PKG_VERSION"));

/// A configured way out.
#[derive(Debug, Clone)]
pub enum Adapter {
    /// The development mailbox.
    Mailbox,
    /// Resend's HTTP interface.
    Resend(Resend),
    /// Postmark's HTTP interface.
    Postmark(Postmark),
    /// SendGrid's HTTP interface.
    SendGrid(SendGrid),
    /// Mailgun's HTTP interface.
    Mailgun(Mailgun),
    /// Brevo's HTTP interface.
    Brevo(Brevo),
    /// Cloudflare's `send_email` binding.
    Cloudflare(Cloudflare),
    /// The operator's own signed webhook.
    Webhook(Webhook),
}

/// What an adapter wants done with a mail.
pub(super) enum Carriage<'a> {
    /// Kept in memory.
    Keep,
    /// Posted, and the answer judged.
    Post(OutboundRequest, &'a dyn Judge),
    /// Handed to the binding.
    Bind(BoundEmail),
}

/// Reads a provider's answer.
pub(super) trait Judge {
    /// Whether the provider took the mail.
    fn judge(&self, answer: &OutboundAnswer) -> Result<(), DeliveryFailure>;
}

impl Adapter {
    /// The adapter's name in settings and in the log.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Mailbox => "mailbox",
            Self::Resend(_) => "resend",
            Self::Postmark(_) => "postmark",
            Self::SendGrid(_) => "sendgrid",
            Self::Mailgun(_) => "mailgun",
            Self::Brevo(_) => "brevo",
            Self::Cloudflare(_) => "cloudflare",
            Self::Webhook(_) => "webhook",
        }
    }

    pub(super) fn carriage(&self, mail: &Mail, timeout_milliseconds: u32) -> Carriage<'_> {
        match self {
            Self::Mailbox => Carriage::Keep,
            Self::Resend(resend) => Carriage::Post(resend.request(mail, timeout_milliseconds), resend),
            Self::Postmark(postmark) => Carriage::Post(postmark.request(mail, timeout_milliseconds), postmark),
            Self::SendGrid(sendgrid) => Carriage::Post(sendgrid.request(mail, timeout_milliseconds), sendgrid),
            Self::Mailgun(mailgun) => Carriage::Post(mailgun.request(mail, timeout_milliseconds), mailgun),
            Self::Brevo(brevo) => Carriage::Post(brevo.request(mail, timeout_milliseconds), brevo),
            Self::Cloudflare(cloudflare) => Carriage::Bind(cloudflare.email(mail, timeout_milliseconds)),
            Self::Webhook(webhook) => Carriage::Post(webhook.request(mail, timeout_milliseconds), webhook),
        }
    }
}

/// Why a provider didn't take a mail. Holds nothing that names the person: a provider's own words may repeat the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryFailure {
    /// It said no, or broke.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The provider's own code for it, if it gave one.
        code: Option<String>,
    },
    /// It answered something that its documentation doesn't know.
    Garbled {
        /// The HTTP status.
        status: u16,
    },
    /// There was no answer in time, or the binding refused.
    NoAnswer,
    /// No time was left for it.
    NoTime,
}

/// A provider's code for an error, if it is one word, dots within: free text and addresses aren't let into the log.
fn error_word(said: Option<serde_json::Value>) -> Option<String> {
    let text = said?.as_str()?.to_owned();
    let fits = (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
    fits.then_some(text)
}

/// JSON of a structure of texts, which can't fail; an empty body would be refused by every provider.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

const fn is_success(status: u16) -> bool {
    status >= 200 && status < 300
}
