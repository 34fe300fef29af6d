//! SQL, one file an aggregate. Rows become types here and nowhere else; what changes exactly once is one conditional statement.

pub mod budgets;
pub mod challenges;
pub mod clients;
pub mod codes;
pub mod expiry;
pub mod grants;
pub mod keys;
pub mod sessions;
mod sql;
pub mod users;

pub use sql::{Answers, Columns, run, run_one};
