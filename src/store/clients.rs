//! Registered clients, as JSON metadata.

use crate::platform::{Statement, Value};
use crate::values::ClientId;

/// The cache key of a client.
#[must_use]
pub fn cache_key(id: &ClientId) -> String {
    format!("client:{id}")
}

const READ: &str = "SELECT metadata FROM clients WHERE id = ?1";

/// Reads a client's metadata.
#[must_use]
pub fn read(id: &ClientId) -> Statement {
    Statement::new(READ, [Value::from(id.as_str())])
}
