//! Clean-up: what has expired is deleted as ranges of keys, in bounded batches.

use crate::platform::{Statement, Value};
use crate::values::{Seconds, Timestamp};

/// Deletes the oldest rows of a table whose ids begin with their end.
macro_rules! oldest_of {
    ($table:literal) => {
        concat!("DELETE FROM ", $table, " WHERE id IN (SELECT id FROM ", $table, " WHERE id < ?1 ORDER BY id LIMIT ?2) RETURNING 1 AS deleted")
    };
}

/// Deletes the oldest rows of a table whose rows count for a day.
macro_rules! oldest_days_of {
    ($table:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE (day, subject) IN (SELECT day, subject FROM ",
            $table,
            " WHERE day < ?1 ORDER BY day, subject LIMIT ?2) RETURNING 1 AS deleted"
        )
    };
}

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
    /// Sign-ins that waited for more.
    SignIns,
    /// What may be used once and was.
    Spent,
    /// Browsers that weren't asked for the second factor.
    TrustedBrowsers,
    /// Failures of proofs.
    Throttles,
    /// What happened to accounts.
    Events,
    /// Proofs that clients asked for.
    ActionChallenges,
}

impl Expiring {
    /// Every such table.
    pub const ALL: [Self; 11] = [
        Self::Challenges,
        Self::Codes,
        Self::Sessions,
        Self::Grants,
        Self::Budgets,
        Self::SignIns,
        Self::Spent,
        Self::TrustedBrowsers,
        Self::Throttles,
        Self::Events,
        Self::ActionChallenges,
    ];
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
    /// How long a challenge by API is kept that is over: the life of the token that was got for it in its last second.
    pub action_challenges_kept: Seconds,
    /// Rows that one statement deletes at most.
    pub rows: i64,
}

impl Sweep {
    /// Deletes the oldest expired rows of a table, and gives a row for each.
    #[must_use]
    pub fn delete_expired(&self, table: Expiring) -> Statement {
        let range = |sql: &'static str, end: Timestamp| Statement::new(sql, [Value::from(end.hex()), self.rows.into()]);
        // A day is a fixed piece of the calendar: the rows of that many days before still feed today's first one.
        let days = |sql: &'static str, before: i64| Statement::new(sql, [Value::from(self.now.day() - before), self.rows.into()]);
        match table {
            Expiring::Challenges => range(oldest_of!("challenges"), self.now - self.challenges_kept),
            Expiring::Codes => range(oldest_of!("codes"), self.now - self.codes_kept),
            Expiring::Sessions => range(oldest_of!("sessions"), self.now),
            Expiring::Grants => range(oldest_of!("grants"), self.now),
            Expiring::Budgets => days(oldest_days_of!("budgets"), 1),
            Expiring::SignIns => range(oldest_of!("sign_ins"), self.now),
            Expiring::Spent => range(oldest_of!("spent"), self.now),
            Expiring::TrustedBrowsers => range(oldest_of!("trusted_browsers"), self.now),
            Expiring::Throttles => days(oldest_days_of!("throttles"), 2),
            Expiring::Events => range(oldest_of!("events"), self.now),
            Expiring::ActionChallenges => range(oldest_of!("action_challenges"), self.now - self.action_challenges_kept),
        }
    }
}
