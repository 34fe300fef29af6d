//! Signing keys: public halves for everybody, private halves sealed.

use super::sql::Columns;
use crate::jose::key_set::PublishedKey;
use crate::platform::{Fault, Row, Statement, Value};
use crate::values::KeyId;

/// The cache key of the published set.
pub const CACHE_KEY: &str = "keys";

/// Of the keys that were ever made, the latest few matter.
const READ_PUBLISHED: &str = "
    SELECT kid, algorithm, public_jwk, announced_at, active_from FROM signing_keys
    WHERE revoked_at IS NULL ORDER BY active_from DESC LIMIT 50";

/// Reads the keys that aren't revoked.
#[must_use]
pub fn read_published() -> Statement {
    Statement::new(READ_PUBLISHED, [])
}

/// A key from its row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn published_row(row: Row) -> Result<PublishedKey, Fault> {
    let mut row = Columns::of(row);
    Ok(PublishedKey {
        kid: KeyId::from_stored(row.text()?),
        algorithm: row.text()?,
        public_jwk: serde_json::from_str(&row.text()?).map_err(|_| Fault::new("a public JWK isn't JSON"))?,
        announced_at: row.time()?,
        active_from: row.time()?,
    })
}

const READ_SEALED: &str = "SELECT sealed_private FROM signing_keys WHERE kid = ?1 AND revoked_at IS NULL";

/// Reads a private key, sealed under the Worker's secret with its `kid` beside it.
#[must_use]
pub fn read_sealed(kid: &KeyId) -> Statement {
    Statement::new(READ_SEALED, [Value::from(kid.as_str())])
}
