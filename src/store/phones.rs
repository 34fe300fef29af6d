//! A person's phone numbers. Each belongs to one person and was proven by a code; sites learn the one that was proven last.

use super::sql::Columns;
use crate::platform::{Fault, Statement, Value};
use crate::values::{ChallengeId, PhoneNumber, SessionId, Timestamp, UserId};

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
const ADD: &str = "
    INSERT INTO phones (number, user_id, verified_at)
    SELECT c.address, ?3, ?4
    FROM challenges c JOIN users u ON u.id = ?3 JOIN sessions s ON s.user_id = u.id
    WHERE c.id = ?1 AND c.redeemed_by = ?2 AND u.disabled_at IS NULL AND s.id = ?6 AND substr(s.id, 1, 8) > ?7
      AND (SELECT count(*) FROM phones WHERE user_id = ?3) < ?5
    ON CONFLICT (number) DO NOTHING
    RETURNING number";

/// Adds the number of a challenge that was redeemed in the same batch under that name to the person of a living session; gives a row unless somebody has
/// it already.
#[must_use]
pub fn add(redeemed: (&ChallengeId, &str), whose: (&UserId, &SessionId), now: Timestamp) -> Statement {
    let ((challenge, by), (user, session)) = (redeemed, whose);
    let parameters: [Value; 7] =
        [challenge.as_str().into(), by.into(), user.as_str().into(), now.into(), MOST.into(), session.as_str().into(), now.hex().into()];
    Statement::new(ADD, parameters)
}

const REMOVE: &str = "DELETE FROM phones WHERE user_id = ?1 AND number = ?2 RETURNING number";

/// Removes a number of the person's; gives a row if it was there.
#[must_use]
pub fn remove(user: &UserId, number: &PhoneNumber) -> Statement {
    Statement::new(REMOVE, [user.as_str().into(), number.as_str().into()])
}
