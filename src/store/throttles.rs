//! Throttling: so many failures of one kind of proof within a window block it for a while, and every block that follows is twice as long. One success
//! forgets them all. The judging of a proof and the counting of its failure are one conditional statement each, as with guesses at a mailed code.

use super::sql::Columns;
use crate::platform::{Fault, Statement, Value};
use crate::values::{Seconds, SessionId, SignInId, Timestamp, UserId};

/// How failures are throttled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    /// So many failures …
    pub failures: i64,
    /// … within this long …
    pub window: Seconds,
    /// … block for this long, the first time.
    pub block: Seconds,
    /// No block is longer.
    pub longest: Seconds,
}

/// The days whose rows still count. A block lasts a day at most, so that it ends on the day after its row's; a third day remembers how long it was
/// where nothing fails between its end and midnight.
macro_rules! days {
    ($day:literal) => {
        concat!("(", $day, ", ", $day, " - 1, ", $day, " - 2)")
    };
}

/// The row that counts today: today's, or the latest before it.
macro_rules! latest_row {
    () => {
        concat!("(SELECT failures, blocks, blocked_until FROM throttles WHERE day IN ", days!("?1"), " AND subject = ?2 ORDER BY day DESC LIMIT 1)")
    };
}

const FAIL: &str = concat!(
    "WITH
       known AS ",
    latest_row!(),
    ",
       now AS (SELECT coalesce((SELECT failures FROM known), '') || ?3 AS failures, coalesce((SELECT blocks FROM known), 0) AS blocks,
                      coalesce((SELECT blocked_until FROM known), 0) AS blocked_until),
       judged AS (SELECT failures, blocks, blocked_until, length(failures) >= ?4 AND substr(failures, 0 - ?4, 10) > ?5 AS is_full FROM now)
     INSERT INTO throttles (day, subject, failures, blocks, blocked_until)
     SELECT ?1, ?2, CASE WHEN is_full THEN '' ELSE substr(failures, 0 - ?4) END, blocks + is_full,
            CASE WHEN is_full THEN ?6 + min(?7 * (1 << min(blocks, 20)), ?8) ELSE blocked_until END
     FROM judged WHERE blocked_until <= ?6
     ON CONFLICT (day, subject) DO UPDATE SET failures = excluded.failures, blocks = excluded.blocks, blocked_until = excluded.blocked_until
     RETURNING blocked_until"
);

const READ: &str = concat!("SELECT blocked_until FROM ", latest_row!(), " WHERE blocked_until > ?3");

const FORGET: &str =
    concat!("DELETE FROM throttles WHERE day IN ", days!("?1"), " AND subject = ?2 AND EXISTS (SELECT 1 FROM sessions WHERE id = ?3)");

const FORGET_WAITING: &str =
    concat!("DELETE FROM throttles WHERE day IN ", days!("?1"), " AND subject = ?2 AND EXISTS (SELECT 1 FROM sign_ins WHERE id = ?3)");

/// The condition that the subject isn't blocked, for the statement that takes a right proof: day, subject and now under these numbers.
macro_rules! not_blocked {
    ($day:literal, $subject:literal, $now:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM (SELECT blocked_until FROM throttles WHERE day IN ",
            crate::store::throttles::days!($day),
            " AND subject = ",
            $subject,
            " ORDER BY day DESC LIMIT 1) WHERE blocked_until > ",
            $now,
            ")"
        )
    };
}
pub(super) use {days, not_blocked};

impl Throttle {
    /// Counts a failure, unless the subject is blocked; gives a row with the end of its block (in the past where there is none).
    #[must_use]
    pub fn fail(&self, subject: &str, now: Timestamp) -> Statement {
        let parameters: [Value; 8] = [
            now.day().into(),
            subject.into(),
            now.ten_digits().into(),
            (self.failures * 10).into(),
            (now - self.window).ten_digits().into(),
            now.into(),
            self.block.count().into(),
            self.longest.count().into(),
        ];
        Statement::new(FAIL, parameters)
    }
}

/// Gives a row with the end of the subject's block, where it is blocked.
#[must_use]
pub fn read(subject: &str, now: Timestamp) -> Statement {
    Statement::new(READ, [now.day().into(), subject.into(), now.into()])
}

const READ_OF_SIGN_IN: &str = concat!(
    "SELECT blocked_until FROM throttles
     WHERE day IN ",
    days!("?1"),
    " AND subject = (SELECT ?2 || ':' || user_id FROM sign_ins WHERE id = ?4) AND blocked_until > ?3 ORDER BY day DESC LIMIT 1"
);

/// Gives a row with the end of the block of a factor of the person who is signing in, where there is one. Its subject is what [`subject`] gives for them.
#[must_use]
pub fn read_of_sign_in(factor: &str, sign_in: &SignInId, now: Timestamp) -> Statement {
    Statement::new(READ_OF_SIGN_IN, [now.day().into(), factor.into(), now.into(), sign_in.as_str().into()])
}

/// The subject under which a person's failures with a factor are counted.
#[must_use]
pub fn subject(factor: &str, user: &UserId) -> String {
    format!("{factor}:{user}")
}

/// The end of a block, from the row of [`read`] or [`Throttle::fail`].
///
/// # Errors
/// A fault where the row isn't one.
pub fn blocked_until(mut row: Columns) -> Result<Timestamp, Fault> {
    row.time()
}

/// Forgets the failures of a subject, if the session has begun that its success leads to. Changes nothing where there are none.
#[must_use]
pub fn forget_if_begun(subject: &str, session: &SessionId, now: Timestamp) -> Statement {
    Statement::new(FORGET, [now.day().into(), subject.into(), session.as_str().into()])
}

/// Forgets the failures of a subject, if the sign-in that its success leads to waits for more.
#[must_use]
pub fn forget_if_waiting(subject: &str, sign_in: &SignInId, now: Timestamp) -> Statement {
    Statement::new(FORGET_WAITING, [now.day().into(), subject.into(), sign_in.as_str().into()])
}
