//! Points in time and spans of it, in whole seconds. Reads no clock.

use std::fmt;
use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// A point in time: seconds since the epoch (1970-01-01T00:00:00Z).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// A span of time in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seconds(i64);

impl Timestamp {
    /// From seconds since the epoch.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// The day, counted from the epoch.
    #[must_use]
    pub const fn day(self) -> i64 {
        self.0.div_euclid(86_400)
    }

    /// Ten digits, so that text order is time order.
    ///
    /// ```
    /// # use nightlatch::values::Timestamp;
    /// assert_eq!(Timestamp::from_seconds(99).ten_digits(), "0000000099");
    /// ```
    #[must_use]
    pub fn ten_digits(self) -> String {
        format!("{:010}", self.0.clamp(0, 9_999_999_999))
    }

    /// Eight hexadecimal digits, so that text order is time order; the prefix of ids that expire.
    #[must_use]
    pub fn hex(self) -> String {
        format!("{:08x}", self.0.clamp(0, i64::from(u32::MAX)))
    }

    /// `2026-11-21T20:42:00Z` (RFC 3339).
    #[must_use]
    pub fn rfc3339(self) -> String {
        self.broken_down().map_or_else(String::new, |t| {
            format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", t.year(), u8::from(t.month()), t.day(), t.hour(), t.minute(), t.second())
        })
    }

    /// `2026-11-21 20:42 UTC`, for people.
    #[must_use]
    pub fn for_people(self) -> String {
        self.broken_down()
            .map_or_else(String::new, |t| format!("{:04}-{:02}-{:02} {:02}:{:02} UTC", t.year(), u8::from(t.month()), t.day(), t.hour(), t.minute()))
    }

    fn broken_down(self) -> Option<time::OffsetDateTime> {
        time::OffsetDateTime::from_unix_timestamp(self.0).ok()
    }
}

impl Seconds {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// So many seconds.
    #[must_use]
    pub const fn new(seconds: i64) -> Self {
        Self(seconds)
    }

    /// The number of seconds.
    #[must_use]
    pub const fn count(self) -> i64 {
        self.0
    }

    /// Whole minutes, rounded up: what is said to people.
    #[must_use]
    pub const fn minutes_rounded_up(self) -> i64 {
        (self.0 + 59).div_euclid(60)
    }
}

impl Add<Seconds> for Timestamp {
    type Output = Self;
    fn add(self, span: Seconds) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub<Seconds> for Timestamp {
    type Output = Self;
    fn sub(self, span: Seconds) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl Sub for Timestamp {
    type Output = Seconds;
    fn sub(self, earlier: Self) -> Seconds {
        Seconds(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_order_is_time_order() {
        let earlier = Timestamp::from_seconds(1_763_757_720);
        let later = earlier + Seconds::new(1);
        assert!(earlier.hex() < later.hex());
        assert!(earlier.ten_digits() < later.ten_digits());
    }

    #[test]
    fn people_read_utc() {
        assert_eq!(Timestamp::from_seconds(1_763_757_720).for_people(), "2025-11-21 20:42 UTC");
        assert_eq!(Timestamp::from_seconds(1_763_757_720).rfc3339(), "2025-11-21T20:42:00Z");
    }

    #[test]
    fn a_begun_minute_counts_as_one() {
        assert_eq!(Seconds::new(61).minutes_rounded_up(), 2);
        assert_eq!(Seconds::new(60).minutes_rounded_up(), 1);
    }
}
