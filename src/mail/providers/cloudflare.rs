//! Cloudflare's `send_email` binding. The adapter of the platform turns this into the binding's own call.

use crate::mail::Mail;
use crate::platform::BoundEmail;

/// The binding. It knows its account by itself.
#[derive(Debug, Clone, Copy)]
pub struct Cloudflare;

impl Cloudflare {
    /// The mail as the binding takes it.
    #[must_use]
    pub fn email(&self, mail: &Mail, timeout_milliseconds: u32) -> BoundEmail {
        BoundEmail {
            from_address: mail.from.address().to_owned(),
            from_name: mail.from.name().to_owned(),
            to: mail.to.clone(),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            html: mail.html.clone(),
            timeout_milliseconds,
        }
    }
}
