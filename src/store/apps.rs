//! The clients that a person has let in: those with a living grant.

use super::sql::Columns;
use crate::platform::{Fault, Statement};
use crate::values::{Timestamp, UserId};

/// An app of a person: a client with living grants.
pub struct App {
    /// The client.
    pub client: String,
    /// Its name, where it is still registered and has one.
    pub name: Option<String>,
    /// What it may see, separated by spaces; perhaps named twice.
    pub scope: String,
    /// Since when.
    pub since: Timestamp,
}

const APPS: &str = "
    SELECT g.client_id, json_extract(c.metadata, '$.client_name') AS name, group_concat(g.scope, ' ') AS scope, min(g.auth_time) AS since
    FROM grants g LEFT JOIN clients c ON c.id = g.client_id
    WHERE g.user_id = ?1 AND g.ended_at IS NULL AND g.expires_at > ?2
    GROUP BY g.client_id ORDER BY since DESC LIMIT 100";

/// The clients that have a living grant of the person, the latest first.
#[must_use]
pub fn apps(user: &UserId, now: Timestamp) -> Statement {
    Statement::new(APPS, [user.as_str().into(), now.into()])
}

/// An app from its row.
///
/// # Errors
/// A fault where the row isn't one.
pub fn app(mut row: Columns) -> Result<App, Fault> {
    Ok(App { client: row.text()?, name: row.optional_text()?, scope: row.text()?, since: row.time()? })
}

const DROP_CODES: &str = "DELETE FROM codes WHERE user_id = ?1 AND client_id = ?2";
const DISCONNECT: &str = "UPDATE grants SET ended_at = ?3 WHERE user_id = ?1 AND client_id = ?2 AND ended_at IS NULL";

/// Ends everything that a client has of the person, and what it was about to get; the last statement changes rows if there was any.
#[must_use]
pub fn disconnect(user: &UserId, client: &str, now: Timestamp) -> [Statement; 2] {
    [Statement::new(DROP_CODES, [user.as_str().into(), client.into()]), Statement::new(DISCONNECT, [user.as_str().into(), client.into(), now.into()])]
}
