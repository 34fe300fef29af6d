//! Authenticator apps. A code is taken by one conditional statement that moves the latest step on, so that no step is taken twice.

use super::sign_ins::{SignIn, not_finished};
use super::sql::Columns;
use super::throttles::not_blocked;
use crate::platform::{Fault, Statement, Value};
use crate::values::{AuthenticatorId, SignInId, Timestamp, UserId};

/// An authenticator app as it is stored.
pub struct Authenticator {
    /// Its id.
    pub id: AuthenticatorId,
    /// The name that its person gave it.
    pub name: String,
    /// Its key, sealed under the Worker's secret.
    pub sealed_key: String,
    /// The latest step whose code was taken.
    pub last_step: i64,
    /// Since when it is here.
    pub created_at: Timestamp,
    /// When it was used last.
    pub used_at: Option<Timestamp>,
}

/// Most that a person can have.
pub const MOST: i64 = 10;

const LIST: &str = "
    SELECT id, name, sealed_key, last_step, created_at, used_at FROM authenticators WHERE user_id = ?1 ORDER BY created_at, id LIMIT 10";

/// A person's authenticator apps.
#[must_use]
pub fn list(user: &UserId) -> Statement {
    Statement::new(LIST, [Value::from(user.as_str())])
}

const LIST_OF_SIGN_IN: &str = "
    SELECT id, name, sealed_key, last_step, created_at, used_at FROM authenticators
    WHERE user_id = (SELECT user_id FROM sign_ins WHERE id = ?1) ORDER BY created_at, id LIMIT 10";

/// The authenticator apps of the person who is signing in.
#[must_use]
pub fn list_of_sign_in(sign_in: &SignInId) -> Statement {
    Statement::new(LIST_OF_SIGN_IN, [Value::from(sign_in.as_str())])
}

/// An authenticator app from its row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn authenticator(mut row: Columns) -> Result<Authenticator, Fault> {
    Ok(Authenticator {
        id: AuthenticatorId::from_stored(row.text()?),
        name: row.text()?,
        sealed_key: row.text()?,
        last_step: row.integer()?,
        created_at: row.time()?,
        used_at: row.optional_time()?,
    })
}

const TAKE: &str = concat!(
    "UPDATE authenticators SET last_step = ?3, used_at = ?4 WHERE user_id = ?1 AND id = ?2 AND last_step < ?3 AND ",
    not_blocked!("?5", "?6", "?4"),
    " AND ",
    not_finished!("?7"),
    " RETURNING id"
);

/// Takes a right code of that step for a sign-in; gives a row unless the step was taken before, the subject of the throttle is blocked, or the sign-in
/// is finished.
#[must_use]
pub fn take(sign_in: &SignIn, taken: (&AuthenticatorId, i64), throttle: &str, now: Timestamp) -> Statement {
    let (id, step) = taken;
    let parameters: [Value; 7] =
        [sign_in.user.as_str().into(), id.as_str().into(), step.into(), now.into(), now.day().into(), throttle.into(), sign_in.id.as_str().into()];
    Statement::new(TAKE, parameters)
}

const ADD: &str = "
    INSERT INTO authenticators (user_id, id, name, sealed_key, last_step, created_at)
    SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE (SELECT count(*) FROM authenticators WHERE user_id = ?1) < ?7
    ON CONFLICT (user_id, id) DO NOTHING
    RETURNING id";

/// Adds one whose first code was right; its `used_at` isn't read. Gives a row unless the person has as many as they may.
#[must_use]
pub fn add(user: &UserId, new: &Authenticator) -> Statement {
    let parameters: [Value; 7] = [
        user.as_str().into(),
        new.id.as_str().into(),
        new.name.as_str().into(),
        new.sealed_key.as_str().into(),
        new.last_step.into(),
        new.created_at.into(),
        MOST.into(),
    ];
    Statement::new(ADD, parameters)
}

const REMOVE: &str = "DELETE FROM authenticators WHERE user_id = ?1 AND id = ?2 RETURNING id";

/// Removes one; gives a row if it was there.
#[must_use]
pub fn remove(user: &UserId, id: &AuthenticatorId) -> Statement {
    Statement::new(REMOVE, [user.as_str().into(), id.as_str().into()])
}
