//! A clock that stands still until the test moves it.

use std::cell::Cell;

use nightlatch::values::Timestamp;

/// Begins at 2026-01-01T00:00:00Z.
pub(crate) struct FixedClock(Cell<i64>);

impl Default for FixedClock {
    fn default() -> Self {
        Self(Cell::new(1_767_225_600))
    }
}

impl FixedClock {
    /// The time it shows.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.0.get())
    }

    /// Moves it by so many seconds, back with a negative number.
    pub(crate) fn advance(&self, seconds: i64) {
        self.0.set(self.0.get() + seconds);
    }

    /// Sets it.
    pub(crate) fn set(&self, now: Timestamp) {
        self.0.set(now.seconds());
    }
}
