//! A person's phone numbers. Each belongs to one person and was proven by a code; sites learn the one that was proven last.

use super::claims::{Claim, claimed};
use super::sql::Columns;
use crate::platform::{Fault, Statement, Value};
use crate::values::{PhoneNumber, UserId};

/// Most that a person can have.
pub const MOST: i64 = 5;

const LIST: &str = "SELECT number FROM phones WHERE user_id = ?1 ORDER BY verified_at DESC, number LIMIT 10";

/// The person's numbers, the one that was proven last first.
#[must_use]
pub fn list(user: &UserId) -> Statement {
    Statement::new(LIST, [Value::from(user.as_str())])
}

/// A number from its row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn number(mut row: Columns) -> Result<String, Fault> {
    row.text()
}

/// The number's key decides between two who claim it at a time; whoever has it already keeps it.
const ADD: &str = concat!(
    "INSERT INTO phones (number, user_id, verified_at) SELECT c.address, ?3, ?4 ",
    claimed!("phones"),
    " ON CONFLICT (number) DO NOTHING RETURNING number"
);

/// Adds the number; gives a row unless somebody has it already.
#[must_use]
pub fn add(claim: &Claim<'_>) -> Statement {
    claim.statement(ADD, MOST)
}

const REMOVE: &str = "DELETE FROM phones WHERE user_id = ?1 AND number = ?2 RETURNING number";

/// Removes a number of the person's; gives a row if it was there.
#[must_use]
pub fn remove(user: &UserId, number: &PhoneNumber) -> Statement {
    Statement::new(REMOVE, [user.as_str().into(), number.as_str().into()])
}
