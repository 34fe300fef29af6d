//! The browsers in which a person isn't asked for the second factor. Forgetting one needs no fresh proof: it only ever makes the account safer.

use crate::flows::activity::Happening;
use crate::flows::{Provider, Visit};
use crate::platform::{Fault, Platform};
use crate::store::events::EventKind;
use crate::store::trusted_browsers::{self, TrustedBrowser};
use crate::store::{Columns, run};
use crate::values::{Timestamp, TrustedBrowserId, UserId};

impl<P: Platform> Provider<P> {
    /// The person's trusted browsers, the latest first.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn trusted_browsers_of(&self, user: &UserId, now: Timestamp) -> Result<Vec<TrustedBrowser>, Fault> {
        let rows = run(self.platform.database(), vec![trusted_browsers::list(user, now)]).await?.rows();
        rows.into_iter().map(Columns::of).map(trusted_browsers::trusted_browser).collect()
    }

    /// Trusts one of the person's browsers no more, or none of them where none is named.
    ///
    /// # Errors
    /// A fault where something broke.
    pub async fn forget_browsers(&self, user: &UserId, which: Option<&TrustedBrowserId>, visit: &Visit) -> Result<(), Fault> {
        let forget = which.map_or_else(|| trusted_browsers::forget_all(user), |id| trusted_browsers::forget(user, id));
        let statements = vec![forget, self.record(user, Happening { kind: EventKind::BrowserForgotten, detail: "" }, visit)?];
        run(self.platform.database(), statements).await.map(|_| ())
    }
}
