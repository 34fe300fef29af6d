//! What happened to an account, the latest first: every change of it, and the sign-ins that are still alive.

use crate::flows::Provider;
use crate::platform::{Fault, Platform};
use crate::store::events::{self, Event};
use crate::store::sessions::{self, ListedSession};
use crate::store::{Columns, run};
use crate::values::{Timestamp, UserId};

/// Most that are shown.
const SHOWN: usize = 100;

/// Something that happened.
pub enum Happened {
    /// A change of the account.
    Change(Event),
    /// A sign-in, whose session is alive.
    SignIn(ListedSession),
}

impl Happened {
    /// When.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        match self {
            Self::Change(event) => event.at,
            Self::SignIn(session) => session.created_at,
        }
    }
}

impl<P: Platform> Provider<P> {
    /// What happened to the account, in one trip.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn activity_of(&self, user: &UserId, now: Timestamp) -> Result<Vec<Happened>, Fault> {
        let most = i64::try_from(SHOWN).unwrap_or(i64::MAX);
        // A sign-in has happened, whether its session has gone idle since or not.
        let ever = Timestamp::from_seconds(0);
        let mut answers = run(self.platform.database(), vec![events::list(user, most), sessions::list(user, ever, now)]).await?;
        let changes = answers.rows().into_iter().map(Columns::of).map(|row| events::event(row).map(Happened::Change));
        let mut happened = changes.collect::<Result<Vec<_>, Fault>>()?;
        // Both come with the latest first, so each sign-in goes between two changes.
        for row in answers.rows() {
            let sign_in = Happened::SignIn(sessions::listed(Columns::of(row))?);
            let place = happened.partition_point(|before| before.at() >= sign_in.at());
            happened.insert(place, sign_in);
        }
        happened.truncate(SHOWN);
        Ok(happened)
    }
}
