//! An account as a whole: everything that is stored of its person, told in one document, and taken away in one batch.

use super::sql::Columns;
use crate::platform::{Fault, Statement, Value};
use crate::values::UserId;

/// A time as the document has it.
macro_rules! time {
    ($column:literal) => {
        concat!("strftime('%Y-%m-%dT%H:%M:%SZ', ", $column, ", 'unixepoch')")
    };
}

/// A list of the person's rows of a table. The outer `json` keeps it a list within the object.
macro_rules! list {
    ($object:expr, $table:literal) => {
        concat!("json((SELECT json_group_array(json_object(", $object, ")) FROM ", $table, " WHERE user_id = u.id))")
    };
}

/// No key, hash or secret of any kind is in it.
const EXPORT: &str = concat!(
    "SELECT json_object(
       'id', u.id, 'created_at', ",
    time!("u.created_at"),
    ", 'updated_at', ",
    time!("u.updated_at"),
    ", 'profile', json(u.profile), 'locale', u.locale, 'addresses', ",
    list!(concat!("'address', typed, 'primary', json(iif(position = 0, 'true', 'false')), 'verified_at', ", time!("verified_at")), "addresses"),
    ", 'phones', ",
    list!(concat!("'number', number, 'verified_at', ", time!("verified_at")), "phones"),
    ", 'passkeys', ",
    list!(concat!("'name', name, 'created_at', ", time!("created_at"), ", 'used_at', ", time!("used_at")), "passkeys"),
    ", 'authenticator_apps', ",
    list!(concat!("'name', name, 'created_at', ", time!("created_at"), ", 'used_at', ", time!("used_at")), "authenticators"),
    ", 'recovery_codes_left', (SELECT count(*) FROM recovery_codes WHERE user_id = u.id), 'password_changed_at', (SELECT ",
    time!("changed_at"),
    " FROM passwords WHERE user_id = u.id), 'trusted_browsers', ",
    list!(concat!("'browser', user_agent, 'place', place, 'created_at', ", time!("created_at")), "trusted_browsers"),
    ", 'sessions', ",
    list!(
        concat!(
            "'id', id, 'browser', user_agent, 'place', place, 'amr', amr, 'acr', acr, 'auth_time', ",
            time!("auth_time"),
            ", 'created_at', ",
            time!("created_at"),
            ", 'seen_at', ",
            time!("seen_at")
        ),
        "sessions"
    ),
    ", 'connected_sites', ",
    list!(
        concat!(
            "'client_id', client_id, 'scope', scope, 'auth_time', ",
            time!("auth_time"),
            ", 'expires_at', ",
            time!("expires_at"),
            ", 'ended_at', ",
            time!("ended_at")
        ),
        "grants"
    ),
    ", 'events', ",
    list!(concat!("'kind', kind, 'detail', detail, 'browser', user_agent, 'place', place, 'at', ", time!("at")), "events"),
    ") AS export FROM users u WHERE u.id = ?1"
);

/// Reads everything that is stored of a person, as one JSON document.
#[must_use]
pub fn export(user: &UserId) -> Statement {
    Statement::new(EXPORT, [Value::from(user.as_str())])
}

/// The document from its row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn exported(mut row: Columns) -> Result<String, Fault> {
    row.text()
}

/// Deletes a person (`?1`) and everything that names them. Challenges go first: they are found by the addresses that go, or by the
/// person for whom an address or a number was to be added; the person goes last.
pub const DELETE_ALL: [&str; 16] = [
    "DELETE FROM challenges WHERE address IN (SELECT identity FROM addresses WHERE user_id = ?1) OR json_extract(request, '$.e') = ?1",
    "DELETE FROM sign_ins WHERE user_id = ?1",
    "DELETE FROM sessions WHERE user_id = ?1",
    "DELETE FROM codes WHERE user_id = ?1",
    "DELETE FROM grants WHERE user_id = ?1",
    "DELETE FROM action_challenges WHERE user_id = ?1",
    "DELETE FROM trusted_browsers WHERE user_id = ?1",
    "DELETE FROM passkeys WHERE user_id = ?1",
    "DELETE FROM authenticators WHERE user_id = ?1",
    "DELETE FROM recovery_codes WHERE user_id = ?1",
    "DELETE FROM passwords WHERE user_id = ?1",
    "DELETE FROM phones WHERE user_id = ?1",
    "DELETE FROM throttles WHERE instr(subject, ':' || ?1) > 0",
    "DELETE FROM events WHERE user_id = ?1",
    "DELETE FROM addresses WHERE user_id = ?1",
    "DELETE FROM users WHERE id = ?1",
];

/// Deletes a person and everything that names them, in one batch.
#[must_use]
pub fn delete(user: &UserId) -> Vec<Statement> {
    DELETE_ALL.iter().map(|sql| Statement::new(sql, [Value::from(user.as_str())])).collect()
}
