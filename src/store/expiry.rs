//! Clean-up: what has expired is deleted as ranges of keys, in bounded batches.

use crate::platform::{Statement, Value};
use crate::values::{Seconds, Timestamp};

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

/// A visit of the cron.
#[derive(Debug, Clone, Copy)]
pub struct Sweep {
    /// Now.
    pub now: Timestamp,
    /// How long a challenge is kept that is over: as long as a sign-in may take, so that its page can send another code.
    pub challenges_kept: Seconds,
    /// How long an authorization code is kept that is over: the life of an access token, so that a replay within that time is still seen.
    pub codes_kept: Seconds,
    /// Rows that one statement deletes at most.
    pub rows: i64,
}

impl Sweep {
    /// Deletes the oldest expired rows of a table, and gives a row for each.
    #[must_use]
    pub fn delete_expired(&self, table: Expiring) -> Statement {
        let range = |sql: &'static str, end: Timestamp| Statement::new(sql, [Value::from(end.hex()), self.rows.into()]);
        match table {
            Expiring::Challenges => range(CHALLENGES, self.now - self.challenges_kept),
            Expiring::Codes => range(CODES, self.now - self.codes_kept),
            Expiring::Sessions => range(SESSIONS, self.now),
            Expiring::Grants => range(GRANTS, self.now),
            // A day is a fixed piece of the calendar: yesterday's row still feeds today's first one.
            Expiring::Budgets => Statement::new(BUDGETS, [Value::from(self.now.day() - 1), self.rows.into()]),
        }
    }
}
