//! Authenticator apps in the account: offered with a new key, added once a code of it was right, removed. RFC 6238.
//!
//! The key that is offered lies nowhere but in the form, sealed for one person in one browser and for ten minutes; what hasn't shown a right code is
//! never stored. Adding takes the step of that code, so that it signs nobody in afterwards.

use serde::{Deserialize, Serialize};

use super::recovery_codes::Made;
use crate::factors::totp::{KEY_BYTES, TotpKey};
use crate::flows::activity::Happening;
use crate::flows::{Afterwards, Provider, Visit};
use crate::platform::{Fault, Platform};
use crate::store::account::AccountPerson;
use crate::store::authenticators::{self, Authenticator};
use crate::store::events::EventKind;
use crate::store::{Columns, recovery_codes, run, sign_ins, trusted_browsers};
use crate::values::keyring::{NONCE_BYTES, Purpose};
use crate::values::line::is_deceptive;
use crate::values::{AuthenticatorId, BrowserId, Seconds, Timestamp, UserId, json};

/// How long a key is offered.
const OFFER: Seconds = Seconds::new(600);
/// Characters of a name.
const LONGEST_NAME: usize = 60;

/// A key that is offered, as it travels in the form.
#[derive(Serialize, Deserialize)]
struct Offer {
    #[serde(rename = "i")]
    id: AuthenticatorId,
    /// Sealed as the database will hold it.
    #[serde(rename = "k")]
    key: String,
    #[serde(rename = "e")]
    end: Timestamp,
}

/// A key that is offered, as the page shows it.
pub struct Offered {
    /// It, sealed for the form.
    pub sealed: String,
    /// It, for the person and for their app.
    pub key: TotpKey,
}

/// What the form of a new app says.
#[derive(Clone, Copy)]
pub struct NewApp<'a> {
    /// What was offered.
    pub sealed: &'a str,
    /// The code that the app shows, as typed.
    pub code: &'a str,
    /// The name that the person gives it, as typed.
    pub name: &'a str,
}

/// What came of it.
pub enum Added {
    /// It is there; with the recovery codes that were made for the first one, and the mails that tell of it.
    Done(Option<Made>, Option<Afterwards>),
    /// The code is wrong; the same key is offered again.
    Wrong(Offered),
    /// What was offered is over, or somebody else's.
    Over,
    /// The person has as many as they may, or this one already.
    Refused,
}

impl<P: Platform> Provider<P> {
    /// The person's authenticator apps, the oldest first.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn authenticators_of(&self, user: &UserId) -> Result<Vec<Authenticator>, Fault> {
        let rows = run(self.platform.database(), vec![authenticators::list(user)]).await?.rows();
        rows.into_iter().map(Columns::of).map(authenticators::authenticator).collect()
    }

    /// Offers a new key.
    ///
    /// # Errors
    /// A fault where there are no random bytes.
    pub fn offer_authenticator(&self, user: &UserId, browser: &BrowserId, now: Timestamp) -> Result<Offered, Fault> {
        let (mut random, mut nonce) = ([0; KEY_BYTES], [0; NONCE_BYTES]);
        self.platform.fill_random(&mut random)?;
        self.platform.fill_random(&mut nonce)?;
        let key = TotpKey::new(random);
        let offer = Offer { id: AuthenticatorId::new(self.random()?), key: key.seal(&self.keyring, user, nonce), end: now + OFFER };
        let text = serde_json::to_string(&offer).map_err(|_| Fault::new("an offer can't be written"))?;
        Ok(Offered { sealed: self.seal(Purpose::Account, &offered_to(user, browser), &text)?, key })
    }

    fn open_offer(&self, sealed: &str, user: &UserId, browser: &BrowserId, now: Timestamp) -> Option<(Offer, TotpKey)> {
        let bytes = self.keyring.open(Purpose::Account, &offered_to(user, browser), sealed)?;
        let offer: Offer = json::read(&bytes).ok()?;
        let key = TotpKey::open(&self.keyring, user, &offer.key)?;
        (now < offer.end).then_some((offer, key))
    }

    /// Adds the app if it shows a right code of the key that was offered. Browsers that were trusted before are asked again; with the first app come
    /// recovery codes.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn add_authenticator(&self, person: &AccountPerson, browser: &BrowserId, new: NewApp<'_>, visit: &Visit) -> Result<Added, Fault> {
        let user = &person.user;
        let Some((offer, key)) = self.open_offer(new.sealed, user, browser, visit.now) else { return Ok(Added::Over) };
        let Some(last_step) = key.matching_step(new.code, visit.now, None) else {
            return Ok(Added::Wrong(Offered { sealed: new.sealed.to_owned(), key }));
        };
        let default_name = &self.texts.texts(self.language("", visit)).authenticators_default_name;
        let name = name(new.name).unwrap_or_else(|| default_name.to_string());
        // Offered before a change of the secret and added after it: what is kept doesn't hang on the one that goes.
        let sealed_key = self.reseal(Purpose::TotpKey, user.as_str(), &offer.key)?.unwrap_or(offer.key);
        let app = Authenticator { id: offer.id, name, sealed_key, last_step, created_at: visit.now, used_at: None };
        let happening = Happening { kind: EventKind::AuthenticatorAdded, detail: &app.name };
        let (codes, stored) = self.new_recovery_codes(user)?;
        let statements = vec![
            authenticators::add(user, &app),
            self.record(user, happening, visit)?,
            recovery_codes::begin(user, &stored, visit.now),
            self.record(user, Happening { kind: EventKind::RecoveryCodesMade, detail: "" }, visit)?,
            trusted_browsers::forget_all_beside(user, &app.id),
        ];
        let mut answers = run(self.platform.database(), statements).await?;
        let (added, begun) = (answers.first().is_some(), answers.skip(1).first().is_some());
        if !added {
            return Ok(Added::Refused);
        }
        let made = if begun { Some(self.made(user, browser, &codes, visit.now)?) } else { None };
        Ok(Added::Done(made, self.notify(user, happening, visit).await))
    }

    /// Removes one of the person's apps. With the last second factor go the recovery codes, which stood in for it.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn remove_authenticator(&self, user: &UserId, id: &AuthenticatorId, visit: &Visit) -> Result<Option<Afterwards>, Fault> {
        let apps = self.authenticators_of(user).await?;
        let Some(app) = apps.into_iter().find(|app| app.id == *id) else { return Ok(None) };
        let happening = Happening { kind: EventKind::AuthenticatorRemoved, detail: &app.name };
        let statements = vec![
            authenticators::remove(user, id),
            self.record(user, happening, visit)?,
            trusted_browsers::forget_all_if_changed(user),
            recovery_codes::void_without_factor(user),
            sign_ins::end_waiting(user),
        ];
        let removed = run(self.platform.database(), statements).await?.first().is_some();
        Ok(if removed { self.notify(user, happening, visit).await } else { None })
    }
}

fn offered_to(user: &UserId, browser: &BrowserId) -> String {
    format!("authenticator {user} {browser}")
}

/// A name as it is kept; `None` where nothing of it can be.
fn name(typed: &str) -> Option<String> {
    let name: String = typed.trim().chars().filter(|c| !is_deceptive(*c)).take(LONGEST_NAME).collect();
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_name_is_kept_without_what_would_turn_or_break_a_line() {
        assert_eq!(name("  Work \u{202e}phone\n ").as_deref(), Some("Work phone"));
        assert_eq!(name("\u{2066}\t ").as_deref(), None);
        assert_eq!(name(&"x".repeat(100)).map(|name| name.len()), Some(60));
    }
}
