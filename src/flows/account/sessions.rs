//! A person's sessions: all of them seen, each ended from any other. Ending one asks for a fresh proof of any kind, so that a session that was left
//! open somewhere doesn't sign its person out everywhere else. OWASP ASVS 5.0, 7.5.2.

use crate::flows::activity::Happening;
use crate::flows::{Provider, Visit};
use crate::platform::{Fault, Platform};
use crate::store::account::AccountPerson;
use crate::store::events::EventKind;
use crate::store::sessions::{self, ListedSession};
use crate::store::{Columns, run};
use crate::values::{SessionId, Timestamp, UserId};

impl<P: Platform> Provider<P> {
    /// The person's living sessions, the latest first. One that has gone idle is gone from here up to a seventh of `session_idle` later.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn sessions_of(&self, user: &UserId, now: Timestamp) -> Result<Vec<ListedSession>, Fault> {
        let rows = run(self.platform.database(), vec![sessions::list(user, self.idle_since(now), now)]).await?.rows();
        rows.into_iter().map(Columns::of).map(sessions::listed).collect()
    }

    /// Ends one of the person's own sessions and what lives by it; somebody else's isn't touched.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn end_own_session(&self, person: &AccountPerson, session: &SessionId, visit: &Visit) -> Result<(), Fault> {
        let mut statements: Vec<_> = sessions::end_own(&person.user, session, visit.now).into();
        statements.push(self.record(&person.user, Happening { kind: EventKind::SessionEnded, detail: "" }, visit)?);
        run(self.platform.database(), statements).await.map(|_| ())
    }

    /// Ends all of the person's sessions but the one that asks, and what lives by them.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn end_other_sessions(&self, person: &AccountPerson, visit: &Visit) -> Result<(), Fault> {
        let mut statements: Vec<_> = sessions::end_others(&person.user, &person.session, visit.now).into();
        statements.push(self.record(&person.user, Happening { kind: EventKind::SessionEnded, detail: "" }, visit)?);
        run(self.platform.database(), statements).await.map(|_| ())
    }
}
