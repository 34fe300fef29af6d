//! The account's pages. Each posts to itself alone, and is answered by itself.

mod head;
mod overview;
mod sessions;
mod words;

pub use overview::OverviewPage;
pub use sessions::{SessionsPage, ShownSession};

use head::Head;
