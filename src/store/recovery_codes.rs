//! Recovery codes that haven't been used: tags alone, and beside each the sealed pepper of its set. One is taken by deleting it.

use super::sign_ins::{SignIn, not_finished};
use super::sql::Columns;
use super::throttles::not_blocked;
use crate::platform::{Fault, Statement, Value};
use crate::values::{SignInId, Timestamp, UserId};

const PEPPER_OF_SIGN_IN: &str = "
    SELECT sealed_pepper FROM recovery_codes WHERE user_id = (SELECT user_id FROM sign_ins WHERE id = ?1) LIMIT 1";

/// The sealed pepper of the codes of the person who is signing in.
#[must_use]
pub fn pepper_of_sign_in(sign_in: &SignInId) -> Statement {
    Statement::new(PEPPER_OF_SIGN_IN, [Value::from(sign_in.as_str())])
}

const TAKE: &str = concat!(
    "DELETE FROM recovery_codes WHERE user_id = ?1 AND hash = ?2 AND ",
    not_blocked!("?3", "?4", "?5"),
    " AND ",
    not_finished!("?6"),
    " RETURNING hash"
);

/// Takes the code that has this tag for a sign-in; gives a row if it was there, the subject of the throttle isn't blocked,
/// and the sign-in isn't finished.
#[must_use]
pub fn take(sign_in: &SignIn, tag: &str, throttle: &str, now: Timestamp) -> Statement {
    let parameters: [Value; 6] =
        [sign_in.user.as_str().into(), tag.into(), now.day().into(), throttle.into(), now.into(), sign_in.id.as_str().into()];
    Statement::new(TAKE, parameters)
}

const RESEAL: &str = "UPDATE recovery_codes SET sealed_pepper = ?3 WHERE user_id = ?1 AND sealed_pepper = ?2";

/// Puts the pepper that was sealed anew in the place of the one that was read.
#[must_use]
pub fn reseal(user: &UserId, read: &str, anew: &str) -> Statement {
    Statement::new(RESEAL, [user.as_str().into(), read.into(), anew.into()])
}

/// A set as it is stored.
pub struct NewCodes {
    /// The tags of its codes.
    pub tags: Vec<String>,
    /// What they are tagged with.
    pub sealed_pepper: String,
}

impl NewCodes {
    fn parameters(&self, user: &UserId, now: Timestamp) -> [Value; 4] {
        let list = serde_json::Value::from(self.tags.as_slice()).to_string();
        [user.as_str().into(), list.into(), now.into(), self.sealed_pepper.as_str().into()]
    }
}

const VOID: &str = "DELETE FROM recovery_codes WHERE user_id = ?1";
const VOID_OF: &str = "DELETE FROM recovery_codes WHERE user_id = ?1 AND created_at = ?2";
const ADD: &str = "
    INSERT INTO recovery_codes (user_id, hash, created_at, sealed_pepper)
    SELECT ?1, value, ?3, ?4 FROM json_each(?2)
    WHERE NOT EXISTS (SELECT 1 FROM recovery_codes WHERE user_id = ?1)
      AND (EXISTS (SELECT 1 FROM authenticators WHERE user_id = ?1) OR EXISTS (SELECT 1 FROM passkeys WHERE user_id = ?1))
    RETURNING hash";

/// Voids the codes that the person has.
#[must_use]
pub fn void(user: &UserId) -> Statement {
    Statement::new(VOID, [Value::from(user.as_str())])
}

/// Voids the person's codes that were made then and stores these in their place, if there is anything that they could stand in for; then the second
/// gives rows. Where others have taken their place meanwhile, those stay: a form that is sent twice voids nothing that somebody has just written down.
#[must_use]
pub fn replace(user: &UserId, made_at: Timestamp, codes: &NewCodes, now: Timestamp) -> [Statement; 2] {
    [Statement::new(VOID_OF, [user.as_str().into(), made_at.into()]), Statement::new(ADD, codes.parameters(user, now))]
}

const BEGIN: &str = "
    INSERT INTO recovery_codes (user_id, hash, created_at, sealed_pepper)
    SELECT ?1, value, ?3, ?4 FROM json_each(?2)
    WHERE changes() > 0 AND NOT EXISTS (SELECT 1 FROM recovery_codes WHERE user_id = ?1)
    RETURNING hash";

/// Stores these codes, if the statement before changed a row and the person has no code left; then it gives rows.
#[must_use]
pub fn begin(user: &UserId, codes: &NewCodes, now: Timestamp) -> Statement {
    Statement::new(BEGIN, codes.parameters(user, now))
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
