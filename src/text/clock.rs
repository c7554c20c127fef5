//! Seconds since 1970 as people and logs write them, in UTC.
//!
//! *Invariant:* no clock is read here; whoever asks says what time it is.

use std::time::Duration;

const SECONDS_A_DAY: u64 = 86_400;
/// The last second of the year 9999, where four digits end.
const LAST: u64 = 253_402_300_799;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Year, month and day of the month. By Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms": years that begin
/// in March, in eras of 400 years.
#[must_use]
pub fn civil(seconds: u64) -> (u64, u64, u64) {
    let days = seconds.min(LAST) / SECONDS_A_DAY + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + u64::from(month <= 2), month, date)
}

/// The day, as `YYYY-MM-DD`.
#[must_use]
pub fn day(seconds: u64) -> String {
    let (year, month, date) = civil(seconds);
    format!("{year:04}-{month:02}-{date:02}")
}

/// The instant by RFC 3339, to the millisecond: `2026-11-22T23:40:38.123Z`.
#[must_use]
pub fn instant(since_1970: Duration) -> String {
    let seconds = since_1970.as_secs().min(LAST);
    format!("{}T{}.{:03}Z", day(seconds), of_day(seconds), since_1970.subsec_millis())
}

/// The second without a zone, as GitLab's reports have it: `2026-11-22T23:40:38`.
#[must_use]
pub fn second(seconds: u64) -> String {
    let seconds = seconds.min(LAST);
    format!("{}T{}", day(seconds), of_day(seconds))
}

/// The second by RFC 3164, as syslog has it: `Nov 22 23:40:38`, the day padded with a blank.
#[must_use]
pub fn syslog(seconds: u64) -> String {
    let (_, month, date) = civil(seconds);
    let month = usize::try_from(month).ok().and_then(|month| MONTHS.get(month - 1)).copied().unwrap_or("Jan");
    format!("{month} {date:>2} {}", of_day(seconds))
}

fn of_day(seconds: u64) -> String {
    let second = seconds % SECONDS_A_DAY;
    format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_reads_as_logs_write_it() {
        for (seconds, text, log) in [
            (0, "1970-01-01T00:00:00", "Jan  1 00:00:00"),
            (951_782_399, "2000-02-28T23:59:59", "Feb 28 23:59:59"),
            (951_782_400, "2000-02-29T00:00:00", "Feb 29 00:00:00"),
            (1_735_689_599, "2024-12-31T23:59:59", "Dec 31 23:59:59"),
            (LAST, "9999-12-31T23:59:59", "Dec 31 23:59:59"),
        ] {
            assert_eq!((second(seconds).as_str(), syslog(seconds).as_str()), (text, log));
            assert_eq!(instant(Duration::new(seconds, 45_999_999)), format!("{text}.045Z"));
        }
        assert_eq!(second(u64::MAX), second(LAST));
    }
}
