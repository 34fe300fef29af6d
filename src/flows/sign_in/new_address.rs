//! One more address for an account: a code is mailed to it as for a sign-in, with the same budgets. What its right code does, `claim.rs` says;
//! the mail goes out whoever has the address.

use super::send::{Beginning, Sent};
use crate::flows::interaction::{Interaction, SignInFor, Then};
use crate::flows::{Provider, Visit};
use crate::platform::{Fault, Platform};
use crate::store::account::AccountPerson;
use crate::store::addresses::MOST;
use crate::values::BrowserId;

/// What came of asking for the code.
pub enum AddressSent {
    /// As for a sign-in.
    Tried(Sent),
    /// The person has the address.
    HasAlready,
    /// The person has as many as there may be.
    TooMany,
}

impl<P: Platform> Provider<P> {
    /// Mails a code to an address that the person would like to add. The caller has seen a fresh proof.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn send_address_code(&self, person: &AccountPerson, typed: &str, browser: &BrowserId, visit: &Visit) -> Result<AddressSent, Fault> {
        let address = match self.admitted_address(typed) {
            Ok(address) => address,
            Err(why) => return Ok(AddressSent::Tried(Sent::No(why))),
        };
        let own = self.addresses_of(&person.user).await?;
        if own.iter().any(|own| own.identity == address.identity()) {
            return Ok(AddressSent::HasAlready);
        }
        if i64::try_from(own.len()).is_ok_and(|number| number >= MOST) {
            return Ok(AddressSent::TooMany);
        }
        let interaction =
            Interaction { purpose: SignInFor::NewAddress, expected: Some(person.user.clone()), began_at: visit.now, earlier: None, then: Then::GoOn };
        let lane = self.address_budget(address.identity(), visit);
        let beginning = Beginning { browser, address: address.identity(), typed: address.typed(), interaction: &interaction, asker: &None };
        self.begin_challenge(&beginning, &lane, visit).await.map(AddressSent::Tried)
    }
}
