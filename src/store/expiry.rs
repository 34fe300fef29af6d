//! Clean-up: what has expired is deleted as ranges of keys, in bounded batches.

use crate::platform::{Statement, Value};
use crate::values::{Seconds, Timestamp};

/// Rows that one statement deletes at most.
pub const BATCH: i64 = 500;

const CHALLENGES: &str = "DELETE FROM challenges WHERE id IN (SELECT id FROM challenges WHERE id < ?1 ORDER BY id LIMIT ?2) RETURNING 1 AS deleted";
const CODES: &str = "DELETE FROM codes WHERE id IN (SELECT id FROM codes WHERE id < ?1 ORDER BY id LIMIT ?2) RETURNING 1 AS deleted";
const SESSIONS: &str = "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE id < ?1 ORDER BY id LIMIT ?2) RETURNING 1 AS deleted";
const GRANTS: &str = "DELETE FROM grants WHERE id IN (SELECT id FROM grants WHERE id < ?1 ORDER BY id LIMIT ?2) RETURNING 1 AS deleted";
const BUDGETS: &str = "
    DELETE FROM budgets WHERE (day, subject) IN (SELECT day, subject FROM budgets WHERE day < ?1 ORDER BY day, subject LIMIT ?2) RETURNING 1 AS deleted";

/// A table whose rows expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiring {
    /// Codes that were asked for.
    Challenges,
    /// Authorization codes.
    Codes,
    /// Sessions.
    Sessions,
    /// Grants.
    Grants,
    /// Budgets.
    Budgets,
}

impl Expiring {
    /// Every such table.
    pub const ALL: [Self; 5] = [Self::Challenges, Self::Codes, Self::Sessions, Self::Grants, Self::Budgets];
}

/// How long what is over is kept for those who come back to it.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// A challenge: as long as a sign-in may take, so that its page can send another code.
    pub challenges: Seconds,
    /// An authorization code: the life of an access token, so that a replay within that time is still seen.
    pub codes: Seconds,
}

/// Deletes the oldest expired rows of a table, [`BATCH`] at most, and gives a row for each.
#[must_use]
pub fn delete_expired(table: Expiring, now: Timestamp, kept: Kept) -> Statement {
    let range = |sql: &'static str, end: Timestamp| Statement::new(sql, [Value::from(end.hex()), BATCH.into()]);
    match table {
        Expiring::Challenges => range(CHALLENGES, now - kept.challenges),
        Expiring::Codes => range(CODES, now - kept.codes),
        Expiring::Sessions => range(SESSIONS, now),
        Expiring::Grants => range(GRANTS, now),
        // A day is a fixed piece of the calendar: yesterday's row still feeds today's first one.
        Expiring::Budgets => Statement::new(BUDGETS, [Value::from(now.day() - 1), BATCH.into()]),
    }
}
