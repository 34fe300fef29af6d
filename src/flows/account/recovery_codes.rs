//! Recovery codes in the account: made, shown once, handed over as a file, counted.
//!
//! The database holds their tags, and sealed what those are made with. So that the codes can be downloaded without a script, the page that shows them
//! carries them sealed, for one person in one browser and for ten minutes.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::factors::recovery_code::{PEPPER_BYTES, Pepper, RANDOM_BYTES, RecoveryCode};
use crate::flows::activity::Happening;
use crate::flows::{Afterwards, Provider, Visit};
use crate::platform::{Fault, Platform};
use crate::store::events::EventKind;
use crate::store::recovery_codes::{self, NewCodes};
use crate::store::{run, run_one};
use crate::values::keyring::{NONCE_BYTES, Purpose};
use crate::values::{BrowserId, Seconds, Timestamp, UserId, json};

/// How long a page's codes can be downloaded.
const KEPT: Seconds = Seconds::new(600);

/// Codes that were just made, for the one page that shows them.
pub struct Made {
    /// They, as people type them.
    pub codes: Vec<Zeroizing<String>>,
    /// They, sealed for the page's own form.
    pub sealed: String,
}

/// What the seal holds.
#[derive(Serialize, Deserialize)]
struct Sealed {
    /// Separated by spaces.
    #[serde(rename = "c")]
    codes: String,
    #[serde(rename = "e")]
    end: Timestamp,
}

impl<P: Platform> Provider<P> {
    /// How many codes the person has left, and when they were made.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn recovery_codes_left(&self, user: &UserId) -> Result<(u64, Option<Timestamp>), Fault> {
        let row = run_one(self.platform.database(), recovery_codes::count(user)).await?;
        let (left, made_at) = recovery_codes::counted(row.ok_or_else(|| Fault::new("recovery codes can't be counted"))?)?;
        Ok((u64::try_from(left).unwrap_or_default(), made_at))
    }

    /// Makes new codes, and voids those that were made then, in one transaction. `None` where others have been made since, or where the person has
    /// nothing any more that codes could stand in for.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn make_recovery_codes(
        &self,
        whose: (&UserId, &BrowserId),
        made_at: Timestamp,
        visit: &Visit,
    ) -> Result<Option<(Made, Option<Afterwards>)>, Fault> {
        let (user, browser) = whose;
        let (codes, stored) = self.new_recovery_codes(user)?;
        let happening = Happening { kind: EventKind::RecoveryCodesMade, detail: "" };
        let mut statements: Vec<_> = recovery_codes::replace(user, made_at, &stored, visit.now).into();
        statements.push(self.record(user, happening, visit)?);
        if run(self.platform.database(), statements).await?.skip(1).first().is_none() {
            return Ok(None);
        }
        Ok(Some((self.made(user, browser, &codes, visit.now)?, self.notify(user, happening, visit).await)))
    }

    /// Fresh recovery codes, of which nobody knows yet; and what the database is to hold of them.
    pub(super) fn new_recovery_codes(&self, user: &UserId) -> Result<(Vec<RecoveryCode>, NewCodes), Fault> {
        let (mut random, mut pepper, mut nonce) = ([0; RANDOM_BYTES], [0; PEPPER_BYTES], [0; NONCE_BYTES]);
        self.platform.fill_random(&mut random)?;
        self.platform.fill_random(&mut pepper)?;
        self.platform.fill_random(&mut nonce)?;
        let (codes, pepper) = (RecoveryCode::set(&random), Pepper::new(pepper));
        let tags = codes.iter().map(|code| code.tag(&pepper, user)).collect();
        Ok((codes, NewCodes { tags, sealed_pepper: pepper.seal(&self.keyring, user, nonce) }))
    }

    pub(super) fn made(&self, user: &UserId, browser: &BrowserId, codes: &[RecoveryCode], now: Timestamp) -> Result<Made, Fault> {
        let codes: Vec<Zeroizing<String>> = codes.iter().map(RecoveryCode::shown).collect();
        let shown: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
        let text = serde_json::to_string(&Sealed { codes: shown.join(" "), end: now + KEPT }).map(Zeroizing::new);
        let text = text.map_err(|_| Fault::new("recovery codes can't be written"))?;
        Ok(Made { codes, sealed: self.seal(Purpose::Account, &made_for(user, browser), &text)? })
    }

    /// The codes that a page of this person in this browser has shown, for a while.
    pub fn opened_recovery_codes(&self, sealed: &str, user: &UserId, browser: &BrowserId, now: Timestamp) -> Option<Vec<String>> {
        let bytes = Zeroizing::new(self.keyring.open(Purpose::Account, &made_for(user, browser), sealed)?);
        let sealed: Sealed = json::read(&bytes).ok()?;
        (now < sealed.end).then(|| sealed.codes.split(' ').map(str::to_owned).collect())
    }
}

fn made_for(user: &UserId, browser: &BrowserId) -> String {
    format!("recovery codes {user} {browser}")
}
