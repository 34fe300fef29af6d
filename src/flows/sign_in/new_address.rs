//! One more address for an account: a code is mailed to it as for a sign-in, with the same budgets, and the right one adds the address to the account of
//! whoever is signed in. Nobody learns whether somebody else has it: the mail goes out all the same, and the right code then counts as wrong.

use super::code_page::Ticket;
use super::send::{Beginning, Sent};
use super::verify::Verified;
use crate::flows::activity::Happening;
use crate::flows::interaction::{Interaction, SignInFor, Then};
use crate::flows::{Provider, Visit};
use crate::platform::{Fault, Platform};
use crate::store::account::AccountPerson;
use crate::store::addresses::{self, MOST};
use crate::store::challenges::Challenge;
use crate::store::events::EventKind;
use crate::store::run;
use crate::values::{BrowserId, Seconds, SessionId, UserId};

/// What came of asking for the code.
pub enum AddressSent {
    /// As for a sign-in.
    Tried(Sent),
    /// The person has the address.
    HasAlready,
    /// The person has as many as there may be.
    TooMany,
}

/// An address that an account has from now on.
pub struct AddedAddress {
    /// Whose.
    pub user: UserId,
    /// Its identity.
    pub address: String,
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

    /// The code was right: the address is the person's, if they are still signed in and nobody has it.
    pub(super) async fn claim_address(
        &self,
        ticket: Ticket,
        challenge: &Challenge,
        interaction: &Interaction,
        visit: &Visit,
    ) -> Result<Verified, Fault> {
        let (Some(user), Some(session)) = (&interaction.expected, &visit.session) else { return Ok(Verified::StartAgain) };
        let by = SessionId::new(visit.now, self.random()?);
        let ip = self.ip_budget(visit);
        let guess = self.guess(&challenge.id, &ticket.browser, (&challenge.lane, &ip), visit);
        let statements = vec![
            guess.redeem(by.as_str()),
            addresses::add((&challenge.id, by.as_str()), (user, session), visit.now),
            self.record(user, Happening { kind: EventKind::AddressAdded, detail: &challenge.address }, visit)?,
        ];
        let mut answers = run(self.platform.database(), statements).await?;
        let (_, added) = (answers.rows(), answers.first().is_some());
        if added {
            return Ok(Verified::AddressAdded(AddedAddress { user: user.clone(), address: challenge.address.clone() }));
        }
        Ok(Verified::WrongOrExpired(Box::new(self.asked(ticket, Seconds::ZERO)?)))
    }
}
