//! A person's addresses. Each belongs to one person and was proven by a code; the one at position 0 is the primary one.

use super::claims::{Claim, claimed};
use super::sql::Columns;
use crate::platform::{Fault, Statement, Value};
use crate::values::{Timestamp, UserId};

/// Most that a person can have.
pub const MOST: i64 = 10;

/// Where a notice goes.
pub struct Recipient {
    /// The address's identity.
    pub address: String,
    /// The language tag that the person was made with.
    pub locale: Option<String>,
}

const RECIPIENTS: &str = "
    SELECT a.identity, u.locale FROM addresses a JOIN users u ON u.id = a.user_id
    WHERE a.user_id = ?1 AND a.verified_at IS NOT NULL ORDER BY a.position LIMIT 20";

/// The person's verified addresses.
#[must_use]
pub fn recipients(user: &UserId) -> Statement {
    Statement::new(RECIPIENTS, [Value::from(user.as_str())])
}

/// A recipient from its row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn recipient(mut row: Columns) -> Result<Recipient, Fault> {
    Ok(Recipient { address: row.text()?, locale: row.optional_text()? })
}

/// An address of a person.
pub struct Address {
    /// Its identity: how we mail to it.
    pub identity: String,
    /// As it was typed.
    pub typed: String,
    /// Whether it is the primary one.
    pub is_primary: bool,
    /// Since when it is proven; never for one that an invitation named.
    pub verified_at: Option<Timestamp>,
}

const LIST: &str = "SELECT identity, typed, position, verified_at FROM addresses WHERE user_id = ?1 ORDER BY position, identity LIMIT 20";

/// The person's addresses, the primary one first.
#[must_use]
pub fn list(user: &UserId) -> Statement {
    Statement::new(LIST, [Value::from(user.as_str())])
}

/// An address from its row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn address(mut row: Columns) -> Result<Address, Fault> {
    Ok(Address { identity: row.text()?, typed: row.text()?, is_primary: row.integer()? == 0, verified_at: row.optional_time()? })
}

/// The address's key decides between two who claim it at a time; whoever has it already keeps it.
const ADD: &str = concat!(
    "INSERT INTO addresses (identity, user_id, typed, position, verified_at)
     SELECT c.address, ?3, c.typed, (SELECT coalesce(max(position), -1) + 1 FROM addresses WHERE user_id = ?3), ?4 ",
    claimed!("addresses"),
    " ON CONFLICT (identity) DO NOTHING RETURNING identity"
);

/// Adds the address; gives a row unless somebody has it already.
#[must_use]
pub fn add(claim: &Claim<'_>) -> Statement {
    claim.statement(ADD, MOST)
}

/// Positions needn't be dense: the new primary one takes the place of the old, and that one goes to the end.
const MAKE_PRIMARY: &str = "
    UPDATE addresses
    SET position = CASE WHEN identity = ?2 THEN 0 ELSE (SELECT max(position) + 1 FROM addresses WHERE user_id = ?1) END
    WHERE user_id = ?1 AND (identity = ?2 OR position = 0)
      AND EXISTS (SELECT 1 FROM addresses WHERE user_id = ?1 AND identity = ?2 AND position > 0 AND verified_at IS NOT NULL)";
const TOUCH: &str = "UPDATE users SET updated_at = ?2 WHERE id = ?1 AND changes() > 0 RETURNING id";

/// Makes a proven address of the person the primary one; the last statement gives a row if it wasn’t yet.
#[must_use]
pub fn make_primary(user: &UserId, address: &str, now: Timestamp) -> [Statement; 2] {
    [Statement::new(MAKE_PRIMARY, [user.as_str().into(), address.into()]), Statement::new(TOUCH, [user.as_str().into(), now.into()])]
}

/// Never the primary one, so never the last: a person without an address could neither be told anything nor be let in by a code.
const REMOVE: &str = "DELETE FROM addresses WHERE user_id = ?1 AND identity = ?2 AND position > 0 RETURNING typed";

/// Removes an address that isn't the primary one; gives a row if it was there.
#[must_use]
pub fn remove(user: &UserId, address: &str) -> Statement {
    Statement::new(REMOVE, [user.as_str().into(), address.into()])
}
