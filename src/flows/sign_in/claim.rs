//! The right code for a new address or a new phone number: it belongs to the account of whoever is signed in from then on. Nobody learns whether
//! somebody else has it: its code then counts as wrong.

use super::code_page::Ticket;
use super::verify::Verified;
use crate::flows::activity::Happening;
use crate::flows::interaction::Addition;
use crate::flows::{Afterwards, Provider, Visit};
use crate::platform::{Fault, Platform};
use crate::routes::AccountPage;
use crate::store::challenges::Challenge;
use crate::store::claims::Claim;
use crate::store::events::EventKind;
use crate::store::{addresses, phones, run};
use crate::values::{PhoneNumber, Seconds, SessionId, UserId};

/// What an account has from now on.
pub struct Claimed {
    /// Whose account.
    pub user: UserId,
    /// An address or a number.
    pub kind: EventKind,
    /// The address, or the end of the number.
    pub detail: String,
    /// The page where it stands.
    pub page: AccountPage,
}

impl<P: Platform> Provider<P> {
    /// The code was right: the address or number is that person's, if they are still signed in and nobody has it.
    pub(super) async fn claim(
        &self,
        ticket: Ticket,
        challenge: &Challenge,
        (addition, person): (Addition, Option<UserId>),
        visit: &Visit,
    ) -> Result<Verified, Fault> {
        let (Some(user), Some(session)) = (person, &visit.session) else {
            return self.use_up(ticket, challenge, Verified::StartAgain, visit).await;
        };
        let by = SessionId::new(visit.now, self.random()?);
        let claim =
            Claim { challenge: &challenge.id, redeemed_by: by.as_str(), user: &user, session, passkeys: self.passkeys_here(), now: visit.now };
        let (add, kind, detail, page) = match addition {
            Addition::Phone => {
                let ending = PhoneNumber::parse(&challenge.address).map(|number| number.ending()).unwrap_or_default();
                (phones::add(&claim), EventKind::PhoneAdded, ending, AccountPage::Phones)
            }
            Addition::Address => (addresses::add(&claim), EventKind::AddressAdded, challenge.address.clone(), AccountPage::Addresses),
        };
        let ip = self.ip_budget(visit);
        let guess = self.guess(&challenge.id, &ticket.browser, (&challenge.lane, &ip), visit);
        let happening = Happening { kind, detail: &detail };
        let statements = vec![guess.redeem(by.as_str()), add, self.record(&user, happening, visit)?];
        let mut answers = run(self.platform.database(), statements).await?;
        if answers.skip(1).first().is_some() {
            return Ok(Verified::Claimed(Claimed { user, kind, detail, page }));
        }
        Ok(Verified::WrongOrExpired(Box::new(self.asked(ticket, Seconds::ZERO)?)))
    }

    /// Tells the person's addresses that the account has more.
    pub async fn notify_claimed(&self, claimed: &Claimed, visit: &Visit) -> Option<Afterwards> {
        self.notify(&claimed.user, Happening { kind: claimed.kind, detail: &claimed.detail }, visit).await
    }
}
