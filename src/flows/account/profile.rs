//! What a person says of themselves.

use serde_json::{Map, Value};

use crate::flows::activity::Happening;
use crate::flows::{Provider, Visit};
use crate::oidc::profile::ProfilePatch;
use crate::platform::{Fault, Platform};
use crate::store::account::{self, AccountPerson};
use crate::store::events::EventKind;
use crate::store::{run, run_one};
use crate::values::{Language, UserId};

impl<P: Platform> Provider<P> {
    /// The person's profile, and the tag of their language.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn profile_of(&self, user: &UserId) -> Result<(Map<String, Value>, Option<String>), Fault> {
        let row = run_one(self.platform.database(), account::read_profile(user)).await?;
        account::profile(row.ok_or_else(|| Fault::new("a person has gone"))?)
    }

    /// Changes the profile, and the language where one is given.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn change_profile(&self, person: &AccountPerson, patch: &ProfilePatch, language: Option<Language>, visit: &Visit) -> Result<(), Fault> {
        let happening = Happening { kind: EventKind::ProfileChanged, detail: "" };
        let statements = vec![account::change_profile(&person.user, patch, language, visit.now), self.record(&person.user, happening, visit)?];
        run(self.platform.database(), statements).await.map(|_| ())
    }
}
