//! Signing keys: public halves for everybody, private halves sealed.

use super::sql::Columns;
use crate::jose::key_set::PublishedKey;
use crate::platform::{Fault, Row, Statement, Value};
use crate::values::{KeyId, Timestamp, json};

/// The cache key of the published set.
pub const CACHE_KEY: &str = "keys";

/// Of the keys that were ever made, the latest few matter. The revoked ones among them say when others stopped signing.
const READ_HISTORY: &str = "
    SELECT kid, algorithm, public_jwk, announced_at, active_from, revoked_at FROM signing_keys
    ORDER BY active_from DESC LIMIT 50";

/// Reads the keys, revoked or not.
#[must_use]
pub fn read_history() -> Statement {
    Statement::new(READ_HISTORY, [])
}

/// A key from its row, and when it was revoked.
///
/// # Errors
/// A fault where the row isn't one.
pub fn key(row: Row) -> Result<(PublishedKey, Option<Timestamp>), Fault> {
    let mut row = Columns::of(row);
    let key = PublishedKey {
        kid: KeyId::from_stored(row.text()?),
        algorithm: row.text()?,
        public_jwk: json::read(row.text()?.as_bytes()).map_err(|_| Fault::new("a public JWK isn't JSON"))?,
        announced_at: row.time()?,
        active_from: row.time()?,
        retired_at: None,
    };
    Ok((key, row.optional_time()?))
}

const READ_SEALED: &str = "SELECT sealed_private FROM signing_keys WHERE kid = ?1 AND revoked_at IS NULL";

/// Reads a private key, sealed under the Worker's secret with its `kid` beside it.
#[must_use]
pub fn read_sealed(kid: &KeyId) -> Statement {
    Statement::new(READ_SEALED, [Value::from(kid.as_str())])
}
