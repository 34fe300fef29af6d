//! A person's addresses: which there are, which is the primary one, and taking one away. How one is added, `sign_in/new_address.rs` says.

use crate::flows::activity::Happening;
use crate::flows::{Afterwards, Provider, Visit};
use crate::platform::{Fault, Platform};
use crate::store::account::AccountPerson;
use crate::store::addresses::{self, Address};
use crate::store::events::EventKind;
use crate::store::{Columns, run, sign_ins};
use crate::values::UserId;

impl<P: Platform> Provider<P> {
    /// The person's addresses, the primary one first.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn addresses_of(&self, user: &UserId) -> Result<Vec<Address>, Fault> {
        let rows = run(self.platform.database(), vec![addresses::list(user)]).await?.rows();
        rows.into_iter().map(Columns::of).map(addresses::address).collect()
    }

    /// Makes one of the person's addresses the primary one, and tells all of them. The caller has seen a fresh proof.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn make_primary(&self, person: &AccountPerson, address: &str, visit: &Visit) -> Result<Option<Afterwards>, Fault> {
        let happening = Happening { kind: EventKind::AddressMadePrimary, detail: address };
        let mut statements: Vec<_> = addresses::make_primary(&person.user, address, visit.now).into();
        statements.push(self.record(&person.user, happening, visit)?);
        let mut answers = run(self.platform.database(), statements).await?;
        let changed = answers.skip(1).first().is_some();
        Ok(if changed { self.notify(&person.user, happening, visit).await } else { None })
    }

    /// Removes one of the person's addresses, and tells it and the others. The primary one stays: another must become it first. The caller has seen a
    /// fresh proof.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn remove_address(&self, person: &AccountPerson, address: &str, visit: &Visit) -> Result<Option<Afterwards>, Fault> {
        let recipients = self.recipients(&person.user).await;
        let happening = Happening { kind: EventKind::AddressRemoved, detail: address };
        let statements =
            vec![addresses::remove(&person.user, address), self.record(&person.user, happening, visit)?, sign_ins::end_waiting(&person.user)];
        let removed = run(self.platform.database(), statements).await?.first().is_some();
        Ok(if removed { self.tell(recipients, happening, visit) } else { None })
    }
}
