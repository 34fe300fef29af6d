//! People and their addresses. A person is made when an address is first proven, never before; the address's key decides between two at a time.

use serde_json::{Map, Value as Json};

use super::sql::Columns;
use crate::oidc::claims::Person;
use crate::platform::{Fault, Statement};
use crate::values::{ChallengeId, Timestamp, UserId, json};

/// Whether a person may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Yes.
    Enabled,
    /// Locked out by the operator.
    Disabled,
}

const CLAIM_ADDRESS: &str = "
    INSERT INTO addresses (identity, user_id, typed, position, verified_at)
    SELECT address, ?3, typed, 0, ?4 FROM challenges WHERE id = ?1 AND redeemed_by = ?2
    ON CONFLICT (identity) DO NOTHING";

const CREATE: &str = "
    INSERT INTO users (id, locale, created_at, updated_at)
    SELECT user_id, ?2, ?3, ?3 FROM addresses WHERE user_id = ?1
    ON CONFLICT (id) DO NOTHING";

/// Makes the person of a redeemed challenge, unless somebody has the address already. Both statements follow the redemption in its batch.
#[must_use]
pub fn create(redeemed: (&ChallengeId, &str), user: &UserId, born: (&str, Timestamp)) -> [Statement; 2] {
    let ((challenge, by), (locale, now)) = (redeemed, born);
    [
        Statement::new(CLAIM_ADDRESS, [challenge.as_str().into(), by.into(), user.as_str().into(), now.into()]),
        Statement::new(CREATE, [user.as_str().into(), locale.into(), now.into()]),
    ]
}

const VERIFY_ADDRESS: &str = "
    UPDATE addresses SET verified_at = ?3
    WHERE verified_at IS NULL AND identity = (SELECT address FROM challenges WHERE id = ?1 AND redeemed_by = ?2)";

/// Marks an invited person's address as proven by a redeemed challenge.
#[must_use]
pub fn verify_address(challenge: &ChallengeId, by: &str, now: Timestamp) -> Statement {
    Statement::new(VERIFY_ADDRESS, [challenge.as_str().into(), by.into(), now.into()])
}

const IS_KNOWN: &str = "SELECT 1 AS known FROM addresses WHERE identity = ?1";

/// Gives a row if somebody has the address.
#[must_use]
pub fn is_known(address: &str) -> Statement {
    Statement::new(IS_KNOWN, [address.into()])
}

/// The columns `id, profile, locale, updated_at, disabled_at, identity, verified_at`. Others learn the form of the address that was proven: the typed
/// one may be read as somebody else's by whoever folds names in another way.
pub(super) fn person(row: &mut Columns) -> Result<(Person, Standing), Fault> {
    let id = UserId::from_stored(row.text()?);
    let profile: Map<String, Json> = json::read(row.text()?.as_bytes()).map_err(|_| Fault::new("a profile isn't a JSON object"))?;
    let (locale, updated_at) = (row.optional_text()?, row.time()?);
    let standing = if row.optional_time()?.is_some() { Standing::Disabled } else { Standing::Enabled };
    let (address, verified_at) = (row.optional_text()?, row.optional_time()?);
    let email = address.map(|address| (address, verified_at.is_some()));
    Ok((Person { id, email, phone: None, profile, locale, updated_at }, standing))
}
