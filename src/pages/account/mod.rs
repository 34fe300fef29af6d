//! The account's pages. Each posts to itself alone, and is answered by itself.

mod activity;
mod addresses;
mod apps;
mod delete;
mod head;
mod overview;
mod passkeys;
mod password;
mod profile;
mod sessions;
mod words;

pub use activity::ActivityPage;
pub use addresses::{AddressesPage, NewAddressProblem, ShownAddress};
pub use apps::{AppsPage, ShownApp};
pub use delete::{DeletePage, DeletedPage};
pub use overview::OverviewPage;
pub use passkeys::{PasskeysPage, PasskeysProblem, ShownPasskey};
pub use password::{PasswordMessage, PasswordSettingsPage};
pub use profile::ProfilePage;
pub use sessions::{SessionsPage, ShownSession};

use head::Head;
