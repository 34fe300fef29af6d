//! A person's own passkeys: seen, renamed and removed. Whoever removes one has shown a proof that is fresh enough.

use super::ceremony::{Ceremony, Enrolled};
use super::enrol::Name;
use crate::flows::activity::Happening;
use crate::flows::{Provider, Visit};
use crate::platform::{Fault, Platform};
use crate::store::account::AccountPerson;
use crate::store::events::EventKind;
use crate::store::passkeys::{self, Passkey};
use crate::store::{Columns, recovery_codes, run, sign_ins, trusted_browsers};
use crate::values::{BrowserId, CredentialId, UserId};

/// What came of removing a passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removed {
    /// It is gone; its name.
    Gone(String),
    /// There was none.
    NotThere,
    /// It is the last way into the account.
    LastWayIn,
}

impl<P: Platform> Provider<P> {
    /// The person's passkeys, the oldest first.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn passkeys_of(&self, user: &UserId) -> Result<Vec<Passkey>, Fault> {
        let rows = run(self.platform.database(), vec![passkeys::list(user)]).await?.rows();
        rows.into_iter().map(Columns::of).map(passkeys::passkey).collect()
    }

    /// The ceremony that adds one; `None` where the person has as many as they may, or where there are no passkeys here.
    ///
    /// # Errors
    /// A fault where there are no random bytes.
    pub fn ceremony_to_add(
        &self,
        person: &AccountPerson,
        existing: &[Passkey],
        browser: &BrowserId,
        visit: &Visit,
    ) -> Result<Option<Ceremony>, Fault> {
        if existing.len() >= usize::try_from(passkeys::MOST).unwrap_or_default() {
            return Ok(None);
        }
        self.enrolment_ceremony(&Enrolled { user: &person.user, address: &person.address, existing }, browser, visit.now)
    }

    /// Gives one of the person's passkeys another name.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn rename_passkey(&self, user: &UserId, id: &CredentialId, name: &Name) -> Result<(), Fault> {
        run(self.platform.database(), vec![passkeys::rename(user, id, name.as_str())]).await.map(|_| ())
    }

    /// Removes one of the person's passkeys, unless nothing else would let them in: one statement decides, so that two browsers at a time can't remove the
    /// last two. In the same transaction it is recorded, and browsers that weren't asked for the second factor are asked again. With the last second factor
    /// go the recovery codes, which stood in for it.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn remove_passkey(&self, user: &UserId, id: &CredentialId, visit: &Visit) -> Result<Removed, Fault> {
        let Some(passkey) = self.passkeys_of(user).await?.into_iter().find(|passkey| passkey.id == *id) else { return Ok(Removed::NotThere) };
        let statements = vec![
            passkeys::remove(user, id),
            self.record(user, Happening { kind: EventKind::PasskeyRemoved, detail: &passkey.name }, visit)?,
            trusted_browsers::forget_all_if_changed(user),
            recovery_codes::void_without_factor(user),
            sign_ins::end_waiting(user),
            passkeys::list(user),
        ];
        let mut answers = run(self.platform.database(), statements).await?;
        if answers.first().is_some() {
            return Ok(Removed::Gone(passkey.name));
        }
        let left = answers.skip(4).rows().into_iter().map(Columns::of).map(passkeys::passkey).collect::<Result<Vec<_>, _>>()?;
        Ok(if left.iter().any(|passkey| passkey.id == *id) { Removed::LastWayIn } else { Removed::NotThere })
    }
}
