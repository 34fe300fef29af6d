//! Passkeys: the ceremonies that make and use them, and what becomes of the answers. WebAuthn Level 3 §7;
//!
//! Signing in by one is [`super::sign_in`]'s, as is the second factor.

pub mod ceremony;
pub mod enrol;
mod own;
mod ticket;

use crate::factors::SecondFactor;
use crate::flows::Provider;
use crate::platform::Platform;
use crate::store::factors::{Factors, PasskeysHere};

pub use ceremony::{Ceremony, Claimed, Enrolled, Shown, Use};
pub use enrol::{Added, Name};
pub use own::Removed;
pub use ticket::{Issued, SCOPE, Ticket};

impl<P: Platform> Provider<P> {
    /// Of what a person has, what they can show here: where the operator has switched passkeys off, nobody is asked for one that can't be used.
    #[must_use]
    pub fn usable(&self, factors: Factors) -> Factors {
        Factors { passkey: factors.passkey && self.offers_passkeys(), ..factors }
    }

    /// Whether people may have passkeys here.
    pub(in crate::flows) fn offers_passkeys(&self) -> bool {
        self.config.relying_party.is_some()
    }

    /// The same, for statements that ask what protects an account.
    pub(in crate::flows) fn passkeys_here(&self) -> PasskeysHere {
        if self.offers_passkeys() { PasskeysHere::Count } else { PasskeysHere::AreOff }
    }

    /// The second factors that may be asked for here, whoever has them.
    pub(in crate::flows) fn offered_second_factors(&self) -> Vec<SecondFactor> {
        SecondFactor::ALL.into_iter().filter(|factor| *factor != SecondFactor::Passkey || self.offers_passkeys()).collect()
    }
}
