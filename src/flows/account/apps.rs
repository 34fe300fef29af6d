//! The sites that a person has let in, and ending what they have: refresh tokens and access tokens die at once, for both hang on the grant's row.

use crate::flows::activity::Happening;
use crate::flows::{Provider, Visit};
use crate::platform::{Fault, Platform};
use crate::store::account::AccountPerson;
use crate::store::apps::{self, App};
use crate::store::events::EventKind;
use crate::store::{Columns, run};
use crate::values::{ClientId, Timestamp, UserId};

impl<P: Platform> Provider<P> {
    /// The clients that have a living grant of the person, the latest first.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn apps_of(&self, user: &UserId, now: Timestamp) -> Result<Vec<App>, Fault> {
        let rows = run(self.platform.database(), vec![apps::apps(user, now)]).await?.rows();
        rows.into_iter().map(Columns::of).map(apps::app).collect()
    }

    /// Ends everything that a client has of the person. It needs no fresh proof: it only ever makes the account safer.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn disconnect(&self, person: &AccountPerson, client: &ClientId, visit: &Visit) -> Result<(), Fault> {
        let known = self.client(client, visit.now).await?;
        let name = known.map_or_else(|| client.to_string(), |client| client.shown_name());
        let mut statements: Vec<_> = apps::disconnect(&person.user, client.as_str(), visit.now).into();
        statements.push(self.record(&person.user, Happening { kind: EventKind::AppDisconnected, detail: &name }, visit)?);
        run(self.platform.database(), statements).await.map(|_| ())
    }
}
