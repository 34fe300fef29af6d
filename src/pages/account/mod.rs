//! The account's pages. Each posts to itself alone, and is answered by itself.

mod activity;
mod addresses;
mod apps;
mod authenticators;
mod browsers;
mod delete;
mod head;
mod overview;
mod passkeys;
mod password;
mod phones;
mod profile;
mod recovery_codes;
mod sessions;
mod words;

pub use activity::ActivityPage;
pub use addresses::{AddressesPage, NewAddressProblem, ShownAddress};
pub use apps::{AppsPage, ShownApp};
pub use authenticators::{AppProblem, AuthenticatorsPage, NewAuthenticatorPage, ShownAuthenticator};
pub use browsers::{BrowsersPage, ShownBrowser};
pub use delete::{DeletePage, DeletedPage};
pub use overview::OverviewPage;
pub use passkeys::{PasskeysPage, PasskeysProblem, ShownPasskey};
pub use password::{PasswordMessage, PasswordSettingsPage};
pub use phones::{PhoneProblem, PhonesPage};
pub use profile::ProfilePage;
pub use recovery_codes::{MadeCodesPage, RecoveryCodesPage};
pub use sessions::{SessionsPage, ShownSession};

use head::Head;
