//! Times as mails show them: in UTC, year first, so that every language reads them alike.

use crate::values::Timestamp;

/// For people: `2026-11-21 20:38 UTC`.
///
/// ```
/// assert_eq!(nightlatch::mail::utc_minute(1_795_293_480), "2026-11-21 20:38 UTC");
/// ```
#[must_use]
pub fn utc_minute(seconds: u64) -> String {
    at(seconds).for_people()
}

/// For programs (RFC 3339 §5.6): `2026-11-21T20:38:00Z`.
#[must_use]
pub(super) fn rfc3339(seconds: u64) -> String {
    at(seconds).rfc3339()
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(i64::try_from(seconds).unwrap_or_default())
}
