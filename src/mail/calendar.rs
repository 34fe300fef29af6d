//! Times as mails show them: in UTC, year first, so that every language reads them alike.

use time::OffsetDateTime;

/// For people: `2026-11-21 20:38 UTC`.
///
/// ```
/// assert_eq!(nightlatch::mail::utc_minute(1_795_293_480), "2026-11-21 20:38 UTC");
/// ```
#[must_use]
pub fn utc_minute(seconds: u64) -> String {
    let at = at(seconds);
    format!("{}-{:02}-{:02} {:02}:{:02} UTC", at.year(), u8::from(at.month()), at.day(), at.hour(), at.minute())
}

/// For programs (RFC 3339 §5.6): `2026-11-21T20:38:00Z`.
#[must_use]
pub(super) fn rfc3339(seconds: u64) -> String {
    let at = at(seconds);
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    format!("{year}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", at.hour(), at.minute(), at.second())
}

/// A time beyond the year 9999 counts as the epoch: no clock of ours shows one.
fn at(seconds: u64) -> OffsetDateTime {
    let at = i64::try_from(seconds).ok().and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
    at.unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_with_all_its_zeros() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(1_709_210_109), "2024-02-29T12:35:09Z");
        assert_eq!(utc_minute(u64::MAX), "1970-01-01 00:00 UTC");
    }
}
