//! Telling a person's addresses what happened to their account. The mails leave after the answer; whether they arrive stands in the log.

use serde_json::json;

use super::activity::Happening;
use super::{Afterwards, Provider, Visit};
use crate::mail::{Envelope, Mail, MailId, NoticeMail, utc_minute};
use crate::platform::{Fault, Platform};
use crate::store::addresses::{self, Recipient};
use crate::store::events::EventKind;
use crate::store::{Columns, run};
use crate::values::{Language, UserId};

/// Most mails that one change sends.
const MOST: usize = 20;

impl<P: Platform> Provider<P> {
    /// Tells the person's verified addresses what happened; one that was just added isn't told of itself. The change has been made when this is called: a
    /// failure here is logged, and takes nothing back.
    pub async fn notify(&self, user: &UserId, happening: Happening<'_>, visit: &Visit) -> Option<Afterwards> {
        let recipients = self.recipients(user).await;
        self.tell(recipients, happening, visit)
    }

    /// The person's verified addresses: for a change that takes one of them away, read before it.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn recipients(&self, user: &UserId) -> Result<Vec<Recipient>, Fault> {
        let rows = run(self.platform.database(), vec![addresses::recipients(user)]).await?.rows();
        rows.into_iter().map(Columns::of).map(addresses::recipient).collect()
    }

    /// The mails that tell these addresses.
    pub fn tell(&self, recipients: Result<Vec<Recipient>, Fault>, happening: Happening<'_>, visit: &Visit) -> Option<Afterwards> {
        let is_told = |recipient: &Recipient| happening.kind != EventKind::AddressAdded || recipient.address != happening.detail;
        let written = recipients.and_then(|recipients| {
            let told = recipients.into_iter().filter(is_told).take(MOST).enumerate();
            told.map(|(place, recipient)| self.notice(place, recipient, happening, visit)).collect::<Result<Vec<Mail>, Fault>>()
        });
        match written {
            Ok(mails) => (!mails.is_empty()).then_some(Afterwards::Tell(mails)),
            Err(fault) => {
                self.log("error", "notice_failed", json!({"request_id": visit.request_id, "fault": fault.to_string()}));
                None
            }
        }
    }

    /// One mail, in the language that the person has chosen once, not in that of whoever made the change.
    fn notice(&self, place: usize, recipient: Recipient, happening: Happening<'_>, visit: &Visit) -> Result<Mail, Fault> {
        let language =
            Language::negotiate(recipient.locale.as_deref().unwrap_or_default(), &visit.accept_language, self.config.settings.default_language);
        let texts = self.texts.texts(language);
        let seconds = u64::try_from(visit.now.seconds()).unwrap_or_default();
        let notice = NoticeMail {
            language,
            texts,
            what: happening.kind.words(texts),
            detail: happening.detail,
            site: self.config.settings.brand_name.as_str(),
            place: visit.place.as_deref(),
            browser: &texts.browser(&visit.user_agent),
            time: &utc_minute(seconds),
            host: self.issuer().host(),
        };
        let id = MailId::parse(&format!("{}-{place}", visit.request_id)).ok_or_else(|| Fault::new("a request id isn't fit for a mail"))?;
        notice.compose(Envelope { id, from: self.post.sender.clone(), to: recipient.address, sent_at: seconds })
    }
}
