//! The account as a whole: taken along, and taken away.

use crate::flows::activity::Happening;
use crate::flows::{Afterwards, Provider, Visit};
use crate::platform::{Fault, Platform};
use crate::store::account::AccountPerson;
use crate::store::events::EventKind;
use crate::store::{run, run_one, whole_account};
use crate::values::EmailAddress;

impl<P: Platform> Provider<P> {
    /// Everything that is stored of the person, as a JSON document without a secret.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn export(&self, person: &AccountPerson) -> Result<String, Fault> {
        let row = run_one(self.platform.database(), whole_account::export(&person.user)).await?;
        whole_account::exported(row.ok_or_else(|| Fault::new("a person has gone"))?)
    }

    /// Whether somebody has typed the person's primary address, however they write it.
    pub fn is_own_address(&self, person: &AccountPerson, typed: &str) -> bool {
        let identity =
            |text: &str| EmailAddress::parse(text, self.config.settings.non_ascii_local_part).ok().map(|address| address.identity().to_owned());
        typed.trim() == person.address || identity(typed).is_some_and(|typed| identity(&person.address) == Some(typed))
    }

    /// Deletes the account with everything in it, and tells its addresses. The caller has seen a fresh proof and a yes.
    ///
    /// # Errors
    /// A fault where something broke; then nothing has been deleted.
    pub async fn delete_account(&self, person: &AccountPerson, visit: &Visit) -> Result<Option<Afterwards>, Fault> {
        let recipients = self.recipients(&person.user).await;
        run(self.platform.database(), whole_account::delete(&person.user)).await?;
        Ok(self.tell(recipients, Happening { kind: EventKind::AccountDeleted, detail: "" }, visit))
    }
}
