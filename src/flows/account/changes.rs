//! How often an account may be changed. Each change may be mailed to all its addresses and is kept among what happened, so that there is a budget
//! for each page: what is over it isn't done. A mail is never left out, or a stranger could make a change that nobody hears of.

use crate::flows::{Provider, Visit};
use crate::platform::{Fault, Platform};
use crate::routes::AccountPage;
use crate::store::budgets::{self, Limit, Ring};
use crate::store::{Columns, run};
use crate::values::keyring::Purpose;
use crate::values::{Timestamp, UserId};

impl<P: Platform> Provider<P> {
    /// Counts one more change of the account on this page; gives when the next one may be made, where this one mayn't.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn count_change(&self, user: &UserId, page: AccountPage, visit: &Visit) -> Result<Option<Timestamp>, Fault> {
        let subject = self.keyring.tag(Purpose::Budget, &["account-changes", user.as_str(), page.path()]);
        let limit = Limit::per_hour(self.config.settings.account_changes_per_hour.into());
        let mut answers = run(self.platform.database(), budgets::spend_one(&subject, limit, visit.now).into()).await?;
        if answers.first().is_some() {
            return Ok(None);
        }
        let ring = answers.first().map(|mut row: Columns| row.optional_text()).transpose()?.flatten();
        Ok(Some(Ring::from_stored(ring).blocked_until(&[limit], visit.now).unwrap_or(visit.now)))
    }
}
