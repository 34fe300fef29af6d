//! Throttling: so many failures of one kind of proof within a window block it for a while, and every block that follows is twice as long; so many
//! within 24 hours block it until the first of them is as old, however slowly they came. One success forgets them all. The judging of a proof and the
//! counting of its failure are one conditional statement each, as with guesses at a mailed code.

use super::sql::Columns;
use crate::platform::{Fault, Statement, Value};
use crate::values::{BrowserId, Seconds, SessionId, SignInId, Timestamp, UserId, base64url};

/// How failures are throttled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    /// So many failures …
    pub failures: i64,
    /// … within this long …
    pub window: Seconds,
    /// … block for this long, the first time.
    pub block: Seconds,
    /// No such block is longer.
    pub longest: Seconds,
    /// So many failures within 24 hours block until fewer are so young.
    pub per_day: i64,
}

/// How long a failure counts among those of a day.
const DAY: Seconds = Seconds::new(86_400);

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
        concat!(
            "(SELECT failures, blocks, blocked_until, of_day FROM throttles WHERE day IN ",
            days!("?1"),
            " AND subject = ?2 ORDER BY day DESC LIMIT 1)"
        )
    };
}

const FAIL: &str = concat!(
    "WITH
       known AS ",
    latest_row!(),
    ",
       now AS (SELECT coalesce((SELECT failures FROM known), '') || ?3 AS failures, coalesce((SELECT blocks FROM known), 0) AS blocks,
                      coalesce((SELECT blocked_until FROM known), 0) AS blocked_until, coalesce((SELECT of_day FROM known), '') || ?3 AS of_day),
       judged AS (SELECT *, length(failures) >= ?4 AND substr(failures, 0 - ?4, 10) > ?5 AS is_full,
                         iif(length(of_day) >= ?9, substr(of_day, 0 - ?9, 10) + ?10, 0) AS end_of_day FROM now)
     INSERT INTO throttles (day, subject, failures, blocks, blocked_until, of_day)
     SELECT ?1, ?2, CASE WHEN is_full THEN '' ELSE substr(failures, 0 - ?4) END, blocks + is_full,
            max(CASE WHEN is_full THEN ?6 + min(?7 * (1 << min(blocks, 20)), ?8) ELSE blocked_until END, end_of_day), substr(of_day, 0 - ?9)
     FROM judged WHERE blocked_until <= ?6
     ON CONFLICT (day, subject) DO UPDATE SET failures = excluded.failures, blocks = excluded.blocks, blocked_until = excluded.blocked_until,
       of_day = excluded.of_day
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
        let parameters: [Value; 10] = [
            now.day().into(),
            subject.into(),
            now.ten_digits().into(),
            (self.failures * 10).into(),
            (now - self.window).ten_digits().into(),
            now.into(),
            self.block.count().into(),
            self.longest.count().into(),
            (self.per_day * 10).into(),
            DAY.count().into(),
        ];
        Statement::new(FAIL, parameters)
    }
}

/// Gives a row with the end of the subject's block, where it is blocked.
#[must_use]
pub fn read(subject: &str, now: Timestamp) -> Statement {
    Statement::new(READ, [now.day().into(), subject.into(), now.into()])
}

/// The end of the latest block of a subject: day and subject under these numbers.
macro_rules! block {
    ($day:literal, $subject:expr) => {
        concat!("(SELECT blocked_until FROM throttles WHERE day IN ", days!($day), " AND subject = ", $subject, " ORDER BY day DESC LIMIT 1)")
    };
}

const READ_OF_SIGN_IN: &str = concat!(
    "SELECT ",
    block!("?1", "?2 || ':' || s.user_id"),
    " AS shared, ",
    block!("?1", "?2 || ':' || s.user_id || ':' || ?4"),
    " AS own FROM sign_ins s WHERE s.id = ?3"
);

/// Reads the ends of the latest blocks of a factor of the person who is signing in: of the lane that browsers share, and of this browser's own.
#[must_use]
pub fn read_of_sign_in(factor: &str, sign_in: &SignInId, browser: &BrowserId, now: Timestamp) -> Statement {
    Statement::new(READ_OF_SIGN_IN, [now.day().into(), factor.into(), sign_in.as_str().into(), base64url::sha256(browser.as_str()).into()])
}

/// The ends of blocks, past or to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Blocks {
    /// Of the lane that browsers share.
    pub shared: Option<Timestamp>,
    /// Of the browser's own.
    pub own: Option<Timestamp>,
}

/// The ends of blocks, from the row of [`read_of_sign_in`].
///
/// # Errors
/// A fault where the row isn't one.
pub fn blocks(mut row: Columns) -> Result<Blocks, Fault> {
    Ok(Blocks { shared: row.optional_time()?, own: row.optional_time()? })
}

/// The subject under which a person's failures with a factor are counted, in whichever browser, or in this one.
#[must_use]
pub fn subject(factor: &str, user: &UserId, own: Option<&BrowserId>) -> String {
    match own {
        Some(browser) => format!("{factor}:{user}:{}", base64url::sha256(browser.as_str())),
        None => format!("{factor}:{user}"),
    }
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
