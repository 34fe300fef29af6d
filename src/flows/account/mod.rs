//! A person before their own account: who it is, and whether they have shown it recently enough to change how they sign in.
//!
//! Whoever changes an address or a factor must have proven who they are within the last ten minutes, at the highest level that the account has. So
//! neither an unattended browser nor somebody who reads the person's mail takes the account over.

mod activity;
mod addresses;
mod apps;
pub mod authenticators;
mod browsers;
mod changes;
mod password;
mod phones;
mod profile;
pub mod recovery_codes;
mod sessions;
mod whole;

pub use activity::Happened;
pub use password::{Others, PasswordRemoved, PasswordSaved};

use super::interaction::{Interaction, SignInFor, Then};
use super::{Provider, Visit};
use crate::platform::{Fault, Platform};
use crate::routes::AccountPage;
use crate::store::account::{self, AccountPerson, Counts};
use crate::store::run_one;
use crate::values::{Timestamp, UserId};

impl<P: Platform> Provider<P> {
    /// The person whose living session the visitor's cookie proves.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn account_person(&self, visit: &Visit) -> Result<Option<AccountPerson>, Fault> {
        let Some(session) = &visit.session else { return Ok(None) };
        let browser = visit.browser.as_ref().map_or("", |browser| browser.as_str());
        self.run_visiting(account::read(session, browser, visit.now), visit).await?.map(account::person).transpose()
    }

    /// Whether the person may change an address or a factor now: their proof is young, and as sure as the account allows.
    pub fn is_fresh(&self, person: &AccountPerson, now: Timestamp) -> bool {
        person.proof.level() >= self.usable(person.factors).highest_level() && self.is_recent(person, now)
    }

    /// Whether the person has shown anything that young, whatever it is worth.
    pub fn is_recent(&self, person: &AccountPerson, now: Timestamp) -> bool {
        now < person.proof.auth_time + self.config.settings.fresh_proof
    }

    /// The sign-in by which somebody shows who they are on the way to a page of the account: this person, or whoever it is.
    #[must_use]
    pub fn account_sign_in(&self, page: AccountPage, person: Option<UserId>, now: Timestamp) -> Interaction {
        Interaction { purpose: SignInFor::Account(page), expected: person, began_at: now, earlier: None, then: Then::GoOn }
    }

    /// How much of everything the account has.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn account_counts(&self, user: &UserId, now: Timestamp) -> Result<Counts, Fault> {
        let row = run_one(self.platform.database(), account::count(user, self.idle_since(now), now)).await?;
        account::counts(row.ok_or_else(|| Fault::new("an account can't be counted"))?)
    }
}
