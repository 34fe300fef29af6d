//! Budgets: how often an address, an IP or the whole deployment may do a thing within an hour and a day. Exact sliding windows.
//!
//! A row holds a ring of the latest times, ten digits each. "At most n within a window" then reads: the n-th latest is older than the window.
//! Rows are keyed by the day first, so that old ones are deleted as a range; the first row of a day copies the one of the day before.

use crate::platform::{Statement, Value};
use crate::values::{Seconds, Timestamp};

/// At most `count` within `window`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// How many.
    pub count: i64,
    /// Within how long.
    pub window: Seconds,
}

impl Limit {
    /// So many in an hour.
    #[must_use]
    pub const fn per_hour(count: i64) -> Self {
        Self { count, window: Seconds::new(3_600) }
    }

    /// So many in a day.
    #[must_use]
    pub const fn per_day(count: i64) -> Self {
        Self { count, window: Seconds::new(86_400) }
    }
}

/// Characters of one time in a ring.
const DIGITS: i64 = 10;

/// A ring as it is stored: the latest times, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ring(String);

impl Ring {
    /// From its column.
    #[must_use]
    pub fn from_stored(text: Option<String>) -> Self {
        Self(text.unwrap_or_default())
    }

    /// When all the limits allow the next one; `None` where they do already.
    #[must_use]
    pub fn blocked_until(&self, limits: &[Limit], now: Timestamp) -> Option<Timestamp> {
        limits.iter().filter_map(|limit| Some(self.latest(limit.count)? + limit.window)).filter(|free| *free > now).max()
    }

    /// The n-th latest time.
    #[must_use]
    pub fn latest(&self, n: i64) -> Option<Timestamp> {
        let start = self.0.len().checked_sub(usize::try_from(n.checked_mul(DIGITS)?).ok()?)?;
        self.0.get(start..start + 10)?.parse().ok().map(Timestamp::from_seconds)
    }
}

/// What may be sent to an address and from an IP.
pub struct Send<'a> {
    /// The address's budget: its lane for new browsers, or the one of a browser that it knows.
    pub lane: &'a str,
    /// The IP's budget.
    pub ip: &'a str,
    /// Within an hour, within a day, for the lane.
    pub lane_limits: [Limit; 2],
    /// Within an hour, for the IP.
    pub ip_limit: Limit,
    /// Between two sends in one lane.
    pub cooldown: Seconds,
    /// Now.
    pub now: Timestamp,
}

const SPEND_LANE_SEND: &str = "
    WITH
      lane AS (SELECT sends, misses FROM budgets WHERE day IN (?1, ?1 - 1) AND subject = ?2 ORDER BY day DESC LIMIT 1),
      ip   AS (SELECT sends FROM budgets WHERE day IN (?1, ?1 - 1) AND subject = ?3 ORDER BY day DESC LIMIT 1),
      now  AS (SELECT coalesce((SELECT sends FROM lane), '') AS lane_sends, coalesce((SELECT misses FROM lane), '') AS lane_misses,
                      coalesce((SELECT sends FROM ip), '') AS ip_sends)
    INSERT INTO budgets (day, subject, sends, misses)
    SELECT ?1, ?2, substr(lane_sends || ?4, 0 - ?5), lane_misses
    FROM now
    WHERE substr(lane_sends, -10) <= ?6
      AND (length(lane_sends) < ?7 OR substr(lane_sends, 0 - ?7, 10) <= ?8)
      AND (length(lane_sends) < ?9 OR substr(lane_sends, 0 - ?9, 10) <= ?10)
      AND (length(ip_sends) < ?11 OR substr(ip_sends, 0 - ?11, 10) <= ?12)
    ON CONFLICT (day, subject) DO UPDATE SET sends = excluded.sends
    RETURNING day";

const ADD_SEND: &str = "
    WITH old AS (SELECT sends, misses FROM budgets WHERE day IN (?1, ?1 - 1) AND subject = ?2 ORDER BY day DESC LIMIT 1)
    INSERT INTO budgets (day, subject, sends, misses)
    SELECT ?1, ?2, substr(coalesce((SELECT sends FROM old), '') || ?3, 0 - ?4), coalesce((SELECT misses FROM old), '')
    WHERE changes() = 1
    ON CONFLICT (day, subject) DO UPDATE SET sends = excluded.sends";

const READ_SENDS: &str = "
    SELECT (SELECT sends FROM budgets WHERE day IN (?1, ?1 - 1) AND subject = ?2 ORDER BY day DESC LIMIT 1) AS lane_sends,
           (SELECT sends FROM budgets WHERE day IN (?1, ?1 - 1) AND subject = ?3 ORDER BY day DESC LIMIT 1) AS ip_sends";

/// The day is part of the key, so that the send of a moment ago is taken back from the row that it was written to.
const RETURN_SEND: &str = "
    UPDATE budgets SET sends = substr(sends, 1, length(sends) - 10)
    WHERE day = ?1 AND subject = ?2 AND substr(sends, -10) = ?3";

impl Send<'_> {
    /// Spends one send, if both budgets and the cooldown allow it, and tells by a row whether they did. The two statements stand first in their
    /// batch; what depends on them follows at once and asks `changes() = 1`.
    #[must_use]
    pub fn spend(&self) -> [Statement; 2] {
        let [hour, day] = self.lane_limits;
        let kept = hour.count.max(day.count) * DIGITS;
        let lane: [Value; 12] = [
            self.now.day().into(),
            self.lane.into(),
            self.ip.into(),
            self.now.ten_digits().into(),
            kept.into(),
            (self.now - self.cooldown).ten_digits().into(),
            (hour.count * DIGITS).into(),
            (self.now - hour.window).ten_digits().into(),
            (day.count * DIGITS).into(),
            (self.now - day.window).ten_digits().into(),
            (self.ip_limit.count * DIGITS).into(),
            (self.now - self.ip_limit.window).ten_digits().into(),
        ];
        [Statement::new(SPEND_LANE_SEND, lane), add_send(self.ip, self.ip_limit.count, self.now)]
    }

    /// Reads both rings (columns: lane, IP).
    #[must_use]
    pub fn read(&self) -> Statement {
        Statement::new(READ_SENDS, [self.now.day().into(), self.lane.into(), self.ip.into()])
    }

    /// Gives the address's send back, for a mail that didn't go out. The IP's is spent.
    #[must_use]
    pub fn give_back(&self) -> Statement {
        give_back(self.lane, self.now)
    }

    /// When the next send is allowed, as far as these rings know.
    #[must_use]
    pub fn blocked_until(&self, lane: &Ring, ip: &Ring) -> Option<Timestamp> {
        let [hour, day] = self.lane_limits;
        let cooldown = Limit { count: 1, window: self.cooldown };
        lane.blocked_until(&[hour, day, cooldown], self.now).max(ip.blocked_until(&[self.ip_limit], self.now))
    }
}

/// Adds a send to a budget that keeps the latest `kept` of them, if the statement before changed a row.
pub(super) fn add_send(subject: &str, kept: i64, now: Timestamp) -> Statement {
    Statement::new(ADD_SEND, [now.day().into(), subject.into(), now.ten_digits().into(), (kept * DIGITS).into()])
}

const SPEND_ONE: &str = "
    WITH old AS (SELECT sends, misses FROM budgets WHERE day IN (?1, ?1 - 1) AND subject = ?2 ORDER BY day DESC LIMIT 1)
    INSERT INTO budgets (day, subject, sends, misses)
    SELECT ?1, ?2, substr(coalesce((SELECT sends FROM old), '') || ?3, 0 - ?4), coalesce((SELECT misses FROM old), '')
    WHERE NOT EXISTS (SELECT 1 FROM old WHERE length(sends) >= ?4 AND substr(sends, 0 - ?4, 10) > ?5)
    ON CONFLICT (day, subject) DO UPDATE SET sends = excluded.sends
    RETURNING day";
const READ_ONE: &str = "SELECT sends FROM budgets WHERE day IN (?1, ?1 - 1) AND subject = ?2 ORDER BY day DESC LIMIT 1";

/// Spends one of a budget that has a single limit, which the first tells by a row; the second reads its ring.
#[must_use]
pub fn spend_one(subject: &str, limit: Limit, now: Timestamp) -> [Statement; 2] {
    let spent: [Value; 5] =
        [now.day().into(), subject.into(), now.ten_digits().into(), ring_length(limit.count).into(), (now - limit.window).ten_digits().into()];
    [Statement::new(SPEND_ONE, spent), Statement::new(READ_ONE, [now.day().into(), subject.into()])]
}

/// Takes the send of this moment out of a budget.
pub(super) fn give_back(subject: &str, now: Timestamp) -> Statement {
    Statement::new(RETURN_SEND, [now.day().into(), subject.into(), now.ten_digits().into()])
}

const ADD_MISS: &str = "
    WITH old AS (SELECT sends, misses FROM budgets WHERE day IN (?1, ?1 - 1) AND subject = ?2 ORDER BY day DESC LIMIT 1)
    INSERT INTO budgets (day, subject, sends, misses)
    SELECT ?1, ?2, coalesce((SELECT sends FROM old), ''), substr(coalesce((SELECT misses FROM old), '') || ?3, 0 - ?4)
    WHERE changes() = 1
    ON CONFLICT (day, subject) DO UPDATE SET misses = excluded.misses";

/// Adds a miss to a budget that keeps the latest `kept` of them, if the statement before changed a row.
#[must_use]
pub fn add_miss(subject: &str, kept: i64, now: Timestamp) -> Statement {
    Statement::new(ADD_MISS, [now.day().into(), subject.into(), now.ten_digits().into(), (kept * DIGITS).into()])
}

/// How many characters a ring of so many times has.
#[must_use]
pub const fn ring_length(count: i64) -> i64 {
    count * DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(times: &[i64]) -> Ring {
        Ring(times.iter().map(|time| Timestamp::from_seconds(*time).ten_digits()).collect())
    }

    fn blocked(times: &[i64], now: i64) -> Option<i64> {
        ring(times).blocked_until(&[Limit { count: 3, window: Seconds::new(100) }], Timestamp::from_seconds(now)).map(Timestamp::seconds)
    }

    #[test]
    fn the_window_slides() {
        assert_eq!(blocked(&[10, 20], 30), None);
        assert_eq!(blocked(&[10, 20, 30], 30), Some(110));
        assert_eq!(blocked(&[10, 20, 30], 110), None);
        assert_eq!(blocked(&[5, 10, 20, 30], 109), Some(110));
    }

    #[test]
    fn an_empty_or_broken_ring_blocks_nobody() {
        assert_eq!(blocked(&[], 0), None);
        assert_eq!(Ring("not a ring of times at all, but text".to_owned()).blocked_until(&[Limit::per_hour(1)], Timestamp::from_seconds(0)), None);
    }
}
