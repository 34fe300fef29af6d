//! The account's pages. Each posts to itself alone, and is answered by itself.

mod authenticators;
mod browsers;
mod head;
mod overview;
mod recovery_codes;
mod sessions;
mod words;

pub use authenticators::{AppProblem, AuthenticatorsPage, NewAuthenticatorPage, ShownApp};
pub use browsers::{BrowsersPage, ShownBrowser};
pub use overview::OverviewPage;
pub use recovery_codes::{MadeCodesPage, RecoveryCodesPage};
pub use sessions::{SessionsPage, ShownSession};

use head::Head;
