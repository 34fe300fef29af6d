//! A person's phone numbers: which there are, and taking one away. How one is added, `sign_in/new_phone.rs` says.

use crate::flows::activity::Happening;
use crate::flows::{Afterwards, Provider, Visit};
use crate::platform::{Fault, Platform};
use crate::store::events::EventKind;
use crate::store::{Columns, phones, run};
use crate::values::{PhoneNumber, UserId};

impl<P: Platform> Provider<P> {
    /// The person's numbers, the one that sites learn first.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn phones_of(&self, user: &UserId) -> Result<Vec<String>, Fault> {
        let rows = run(self.platform.database(), vec![phones::list(user)]).await?.rows();
        rows.into_iter().map(Columns::of).map(phones::number).collect()
    }

    /// Removes one of the person's numbers, and tells their addresses. The caller has seen a fresh proof.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn remove_phone(&self, user: &UserId, number: &PhoneNumber, visit: &Visit) -> Result<Option<Afterwards>, Fault> {
        let ending = number.ending();
        let happening = Happening { kind: EventKind::PhoneRemoved, detail: &ending };
        let statements = vec![phones::remove(user, number), self.record(user, happening, visit)?];
        let removed = run(self.platform.database(), statements).await?.first().is_some();
        Ok(if removed { self.notify(user, happening, visit).await } else { None })
    }
}
