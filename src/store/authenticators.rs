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
    "UPDATE authenticators SET last_step = ?3, used_at = ?4, sealed_key = coalesce(?8, sealed_key) WHERE user_id = ?1 AND id = ?2 AND last_step < ?3 AND ",
    not_blocked!("?5", "?6", "?4"),
    " AND ",
    not_finished!("?7"),
    " RETURNING id"
);

/// A right code.
#[derive(Clone, Copy)]
pub struct RightCode<'a> {
    /// The app that shows it.
    pub id: &'a AuthenticatorId,
    /// Its step.
    pub step: i64,
    /// The app's key, where it has been sealed anew.
    pub resealed: Option<&'a str>,
}

/// Takes a right code for a sign-in; gives a row unless the step was taken before, the subject of the throttle is blocked, or the sign-in
/// is finished.
#[must_use]
pub fn take(sign_in: &SignIn, code: RightCode<'_>, throttle: &str, now: Timestamp) -> Statement {
    let parameters: [Value; 8] = [
        sign_in.user.as_str().into(),
        code.id.as_str().into(),
        code.step.into(),
        now.into(),
        now.day().into(),
        throttle.into(),
        sign_in.id.as_str().into(),
        code.resealed.into(),
    ];
    Statement::new(TAKE, parameters)
}

const RESEAL: &str = "UPDATE authenticators SET sealed_key = ?4 WHERE user_id = ?1 AND id = ?2 AND sealed_key = ?3";

/// Puts the key of a person's app that was sealed anew in the place of the one that was read.
#[must_use]
pub fn reseal(whose: (&UserId, &AuthenticatorId), read: &str, anew: &str) -> Statement {
    Statement::new(RESEAL, [whose.0.as_str().into(), whose.1.as_str().into(), read.into(), anew.into()])
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
