//! Recovery codes that haven't been used: hashes alone. One is taken by deleting it.

use super::sign_ins::{SignIn, not_finished};
use super::sql::Columns;
use super::throttles::not_blocked;
use crate::platform::{Fault, Statement, Value};
use crate::values::{Timestamp, UserId};

const TAKE: &str = concat!(
    "DELETE FROM recovery_codes WHERE user_id = ?1 AND hash IN (?2, ?3) AND ",
    not_blocked!("?4", "?5", "?6"),
    " AND ",
    not_finished!("?7"),
    " RETURNING hash"
);

/// Takes the code that has one of these hashes (under the current and the previous secret) for a sign-in; gives a row if it was there, the subject of the
/// throttle isn't blocked, and the sign-in isn't finished.
#[must_use]
pub fn take(sign_in: &SignIn, hashes: &[String], throttle: &str, now: Timestamp) -> Statement {
    let hash = |place: usize| hashes.get(place).map(String::as_str);
    let parameters: [Value; 7] =
        [sign_in.user.as_str().into(), hash(0).into(), hash(1).into(), now.day().into(), throttle.into(), now.into(), sign_in.id.as_str().into()];
    Statement::new(TAKE, parameters)
}

const VOID: &str = "DELETE FROM recovery_codes WHERE user_id = ?1";
const ADD: &str = "
    INSERT INTO recovery_codes (user_id, hash, created_at)
    SELECT ?1, value, ?3 FROM json_each(?2)";

/// Voids the codes that the person has.
#[must_use]
pub fn void(user: &UserId) -> Statement {
    Statement::new(VOID, [Value::from(user.as_str())])
}

/// Voids the person's codes and stores these hashes in their place.
#[must_use]
pub fn replace(user: &UserId, hashes: &[String], now: Timestamp) -> [Statement; 2] {
    let list = serde_json::Value::from(hashes).to_string();
    [void(user), Statement::new(ADD, [user.as_str().into(), list.into(), now.into()])]
}

const BEGIN: &str = "
    INSERT INTO recovery_codes (user_id, hash, created_at)
    SELECT ?1, value, ?3 FROM json_each(?2)
    WHERE changes() > 0 AND NOT EXISTS (SELECT 1 FROM recovery_codes WHERE user_id = ?1)
    RETURNING hash";

/// Stores these hashes, if the statement before changed a row and the person has no code left; then it gives rows.
#[must_use]
pub fn begin(user: &UserId, hashes: &[String], now: Timestamp) -> Statement {
    let list = serde_json::Value::from(hashes).to_string();
    Statement::new(BEGIN, [user.as_str().into(), list.into(), now.into()])
}

const VOID_WITHOUT_FACTOR: &str = "
    DELETE FROM recovery_codes
    WHERE user_id = ?1 AND NOT EXISTS (SELECT 1 FROM authenticators WHERE user_id = ?1) AND NOT EXISTS (SELECT 1 FROM passkeys WHERE user_id = ?1)";

/// Voids the codes of a person who has nothing left that they could stand in for.
#[must_use]
pub fn void_without_factor(user: &UserId) -> Statement {
    Statement::new(VOID_WITHOUT_FACTOR, [Value::from(user.as_str())])
}

const COUNT: &str = "SELECT count(*) AS codes, max(created_at) AS made_at FROM recovery_codes WHERE user_id = ?1";

/// How many codes the person has left, and since when.
#[must_use]
pub fn count(user: &UserId) -> Statement {
    Statement::new(COUNT, [Value::from(user.as_str())])
}

/// How many, and since when, from the row of [`count`].
///
/// # Errors
/// A fault where the row isn't one.
pub fn counted(mut row: Columns) -> Result<(i64, Option<Timestamp>), Fault> {
    Ok((row.integer()?, row.optional_time()?))
}
