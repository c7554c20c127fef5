//! Seconds since 1970 as a day of the calendar.
//!
//! *Invariant:* no clock is read here; whoever opens a table says what time it is.

pub use crate::text::clock::day;

const SECONDS_A_DAY: u64 = 86_400;

/// The instant at which a day (UTC) written `YYYY-MM-DD` is over; none for what is no day.
#[must_use]
pub fn end_of_day(text: &str) -> Option<u64> {
    let number = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u64>());
    let mut parts = text.split('-').map(|part| match number(part) {
        Some(Ok(number)) => number,
        Some(Err(_)) | None => u64::MAX,
    });
    let (year, month, date) = (parts.next()?, parts.next()?, parts.next()?);
    let plausible = text.len() == 10 && (1970..=9999).contains(&year) && (1..=12).contains(&month) && date <= 31;
    if !plausible || date == 0 {
        return None;
    }
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let (era, of_era) = (year / 400, year % 400);
    let of_year = (153 * month + 2) / 5 + date - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    let start = days * SECONDS_A_DAY;
    // The 31st of February is no day.
    (day(start) == text).then_some(start + SECONDS_A_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_seconds_agree() {
        for (seconds, text) in [
            (0, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (1_735_689_599, "2024-12-31"),
            (1_735_689_600, "2025-01-01"),
        ] {
            assert_eq!(day(seconds), text);
            assert_eq!(end_of_day(text), Some((seconds / SECONDS_A_DAY + 1) * SECONDS_A_DAY));
        }
        for wrong in ["2025-02-29", "2025-13-01", "2025-1-1", "", "tomorrow", "2025-01-00", "1969-12-31", "+025-01-01"]
        {
            assert_eq!(end_of_day(wrong), None, "{wrong}");
        }
    }
}
