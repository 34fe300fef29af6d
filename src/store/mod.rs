//! SQL, one file an aggregate. Rows become types here and nowhere else; what changes exactly once is one conditional statement.

pub mod account;
pub mod action_challenges;
pub mod addresses;
pub mod apps;
pub mod authenticators;
pub mod budgets;
pub mod challenges;
pub mod claims;
pub mod clients;
pub mod codes;
pub mod events;
pub mod expiry;
pub mod factors;
pub mod grants;
pub mod keys;
pub mod passkeys;
pub mod passwords;
pub mod phones;
pub mod recovery_codes;
pub mod sessions;
pub mod sign_ins;
mod sql;
pub mod text_sends;
pub mod throttles;
pub mod trusted_browsers;
pub mod users;
pub mod whole_account;

pub use sql::{Answers, Columns, run, run_one};
