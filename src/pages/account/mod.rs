//! The account's pages. Each posts to itself alone, and is answered by itself.

mod head;
mod overview;
mod passkeys;
mod password;
mod sessions;
mod words;

pub use overview::OverviewPage;
pub use passkeys::{PasskeysPage, PasskeysProblem, ShownPasskey};
pub use password::{PasswordMessage, PasswordSettingsPage};
pub use sessions::{SessionsPage, ShownSession};

use head::Head;
