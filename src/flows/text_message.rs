//! A code by text message: written in the person's language, handed on to where the operator's settings say. Makes no code and counts no sends.

use super::{Provider, Visit};
use crate::mail::{CodeText, MailId, TextCourier, TextMessage, TextPurpose, Undelivered};
use crate::platform::{Fault, Platform};
use crate::values::{Language, PhoneNumber};

/// A code that is to reach a phone.
pub struct Texting<'a> {
    /// Whose phone.
    pub to: &'a PhoneNumber,
    /// In which language.
    pub language: Language,
    /// The code.
    pub code: &'a str,
    /// For how many more minutes it works.
    pub minutes_left: u64,
    /// What it is for.
    pub purpose: TextPurpose,
}

impl<P: Platform> Provider<P> {
    /// Writes the message.
    ///
    /// # Errors
    /// A fault where the visit's id isn't fit for a message.
    pub fn compose_text(&self, texting: &Texting<'_>, visit: &Visit) -> Result<TextMessage, Fault> {
        let Texting { to, language, code, minutes_left, purpose } = *texting;
        let brand = self.config.settings.brand_name.as_str();
        let words = CodeText { language, texts: self.texts.texts(language), code, minutes_left, brand, host: self.issuer().host() }.words();
        // A visit may send a mail as well, by the same webhook and under the visit's own id.
        let id = MailId::parse(&format!("sms-{}", visit.request_id.as_str())).ok_or_else(|| Fault::new("a request id isn't fit for a message"))?;
        let sent_at = u64::try_from(visit.now.seconds()).unwrap_or_default();
        Ok(TextMessage { id, to: to.clone(), text: words, code: code.to_owned(), purpose, sent_at })
    }

    /// Sends the message; it has as long as a mail.
    ///
    /// # Errors
    /// The webhook didn't take it in time, or the setting `sms` is off.
    pub async fn deliver_text(&self, message: &TextMessage, visit: &Visit) -> Result<(), Undelivered> {
        let Some(adapter) = &self.post.sms else { return Err(Undelivered) };
        let courier = TextCourier {
            platform: &self.platform,
            adapter,
            mailbox: &self.post.mailbox,
            budget_milliseconds: self.config.settings.mail_timeout_ms,
            request_id: visit.request_id.as_str(),
        };
        courier.deliver(message).await
    }
}
