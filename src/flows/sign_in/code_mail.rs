//! The mail with a challenge's code: derived anew, written in the person's language, delivered.

use crate::factors::email_otp::{self, OneTimeCode};
use crate::flows::interaction::{Interaction, SignInFor};
use crate::flows::sign_in::Asker;
use crate::flows::{Provider, Visit};
use crate::mail::{CodeFor, CodeMail, Courier, Envelope, Mail, MailId, Undelivered, utc_minute};
use crate::platform::{Fault, Platform};
use crate::routes;
use crate::values::keyring::Purpose;
use crate::values::{ChallengeId, CodeAlphabet};

/// A challenge whose code is to be mailed.
pub(super) struct Mailing<'a> {
    pub(super) challenge: &'a ChallengeId,
    /// The identity of the address: mail goes to that form alone.
    pub(super) address: &'a str,
    pub(super) alphabet: CodeAlphabet,
    pub(super) interaction: &'a Interaction,
    pub(super) asker: &'a Asker,
}

impl<P: Platform> Provider<P> {
    /// The code of a challenge; `None` where its secret is neither the current nor the previous one.
    pub(super) fn code_of(&self, challenge: &ChallengeId, address: &str, alphabet: CodeAlphabet) -> Option<OneTimeCode> {
        let key = self.keyring.key(Purpose::OneTimeCode, challenge.secret_name())?;
        Some(email_otp::derive(key.expose(), challenge.as_str(), address, alphabet))
    }

    /// Writes the mail.
    pub(super) fn compose(&self, mailing: &Mailing<'_>, visit: &Visit) -> Result<Mail, Fault> {
        let code = self.code_of(mailing.challenge, mailing.address, mailing.alphabet).ok_or_else(|| Fault::new("a fresh challenge has no key"))?;
        let language = self.language(mailing.interaction.ui_locales(), visit);
        let settings = &self.config.settings;
        let brand = || settings.brand_name.as_str().to_owned();
        let seconds = |time: crate::values::Timestamp| u64::try_from(time.seconds()).unwrap_or_default();
        let link = format!("{}#code={}", self.issuer().url(&routes::code_page(mailing.challenge)), code.reveal());
        let mail = CodeMail {
            code_for: if mailing.interaction.purpose == SignInFor::NewAddress { CodeFor::NewAddress } else { CodeFor::SignIn },
            language,
            texts: self.texts.texts(language),
            code: code.reveal(),
            minutes_left: u64::try_from((mailing.challenge.end() - visit.now).minutes_rounded_up()).unwrap_or_default(),
            site: &mailing.asker.as_ref().map_or_else(brand, |client| client.shown_name()),
            place: visit.place.as_deref(),
            time: &utc_minute(seconds(visit.now)),
            host: self.issuer().host(),
            link: Some(link.as_str()).filter(|_| settings.otp_link == crate::config::Switch::On),
        };
        let id = MailId::parse(visit.request_id.as_str()).ok_or_else(|| Fault::new("a request id isn't fit for a mail"))?;
        let envelope = Envelope { id, from: self.post.sender.clone(), to: mailing.address.to_owned(), sent_at: seconds(visit.now) };
        mail.compose(&self.post.templates, envelope)
    }

    /// Sends the mail by the first adapter that takes it.
    ///
    /// # Errors
    /// None took it in time.
    pub(crate) async fn deliver(&self, mail: &Mail) -> Result<(), Undelivered> {
        let courier = Courier {
            platform: &self.platform,
            adapters: &self.post.adapters,
            mailbox: &self.post.mailbox,
            budget_milliseconds: self.config.settings.mail_timeout_ms,
            request_id: mail.id.as_str(),
        };
        courier.deliver(mail).await.map(|_| ())
    }
}
