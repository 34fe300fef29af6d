//! Passkeys: the ceremonies that make and use them, and what becomes of the answers. WebAuthn Level 3 §7; FEATURES §4.
//!
//! Signing in by one is [`super::sign_in`]'s, as is the second factor.

pub mod ceremony;
pub mod enrol;
mod own;
mod ticket;

pub use ceremony::{Ceremony, Claimed, Enrolled, Shown, Use};
pub use enrol::{Added, Name};
pub use own::Removed;
pub use ticket::{Issued, SCOPE, Ticket};
