//! A person's own password: set, changed, removed. Each asks for a fresh proof, is recorded, and is told to their addresses.

use crate::factors::password::Refused;
use crate::flows::activity::Happening;
use crate::flows::{Afterwards, Provider, Visit};
use crate::platform::{Fault, Platform};
use crate::store::account::AccountPerson;
use crate::store::events::EventKind;
use crate::store::{Columns, addresses, passwords, run, sessions, trusted_browsers};

/// What happens to whoever else is signed in as this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// They are signed out, and no browser is trusted any more.
    SignedOut,
    /// They stay.
    Stay,
}

/// What came of a new password.
pub enum PasswordSaved {
    /// It is the person's from now on.
    Saved(Option<Afterwards>),
    /// It isn't taken.
    Refused(Refused),
    /// The session has ended meanwhile.
    StartAgain,
}

/// What came of a removal.
pub enum PasswordRemoved {
    /// It is gone, or there was none.
    Removed(Option<Afterwards>),
    /// It is the only way in.
    LastWayIn,
}

impl<P: Platform> Provider<P> {
    /// Sets or changes the password of somebody whose proof is fresh. One transaction: the password, who else stays signed in, the record.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn save_password(&self, person: &AccountPerson, typed: &str, others: Others, visit: &Visit) -> Result<PasswordSaved, Fault> {
        let rows = run(self.platform.database(), vec![addresses::list(&person.user)]).await?.rows();
        let listed = rows.into_iter().map(Columns::of).map(addresses::address).collect::<Result<Vec<_>, _>>()?;
        let identities: Vec<String> = listed.into_iter().map(|address| address.identity).collect();
        let password = match self.accepted_password(typed, &identities, &None) {
            Ok(password) => password,
            Err(why) => return Ok(PasswordSaved::Refused(why)),
        };
        let hash = self.hash_password(&password)?;
        let happening = Happening { kind: EventKind::PasswordChanged, detail: "" };
        let mut statements = vec![passwords::set_in(&person.session, &person.user, &hash, visit.now), self.record(&person.user, happening, visit)?];
        match others {
            Others::SignedOut => {
                statements.extend(sessions::end_others(&person.user, &person.session, visit.now));
                statements.push(trusted_browsers::forget_all_of(&person.session, &person.user));
            }
            Others::Stay => {}
        }
        if run(self.platform.database(), statements).await?.first().is_none() {
            return Ok(PasswordSaved::StartAgain);
        }
        Ok(PasswordSaved::Saved(self.notify(&person.user, happening, visit).await))
    }

    /// Removes the password of somebody whose proof is fresh, unless it is their last way in: one statement decides.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn remove_password(&self, person: &AccountPerson, visit: &Visit) -> Result<PasswordRemoved, Fault> {
        let happening = Happening { kind: EventKind::PasswordRemoved, detail: "" };
        let (session, user) = (&person.session, &person.user);
        let statements = vec![passwords::remove(session, user), self.record(user, happening, visit)?, passwords::read_in(session, user)];
        let mut answers = run(self.platform.database(), statements).await?;
        Ok(match (answers.first(), answers.skip(1).first()) {
            (Some(_), _) => PasswordRemoved::Removed(self.notify(user, happening, visit).await),
            (None, Some(_)) => PasswordRemoved::LastWayIn,
            (None, None) => PasswordRemoved::Removed(None),
        })
    }
}
