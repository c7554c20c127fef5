//! A calendar day, for entries that expire.
//!
//! *Invariant:* no clock is read here; whoever loads a policy says which day it is.

use std::fmt;

/// A day of the Gregorian calendar, from 1970-01-01 to 9999-12-31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A text that is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not four digits, two digits and two digits with hyphens between.
    #[error("`{0}` is not of the form YYYY-MM-DD")]
    Form(String),
    /// The calendar has no such day.
    #[error("the calendar has no day `{0}`")]
    NoSuchDay(String),
}

const SECONDS_A_DAY: u64 = 86_400;
const FIRST_YEAR: u16 = 1970;
const LAST_YEAR: u16 = 9999;

impl Date {
    /// Reads `YYYY-MM-DD`, and nothing else: no blanks, no missing zeros, no time.
    ///
    /// # Errors
    /// When the form differs or the calendar has no such day (2025-02-29).
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let form = || DateError::Form(text.chars().take(40).collect());
        let &[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = text.as_bytes() else { return Err(form()) };
        let (Some(year), Some(month), Some(day)) = (number(&[y0, y1, y2, y3]), number(&[m0, m1]), number(&[d0, d1]))
        else {
            return Err(form());
        };
        let no_such_day = || DateError::NoSuchDay(text.to_owned());
        let (Ok(month), Ok(day)) = (u8::try_from(month), u8::try_from(day)) else { return Err(no_such_day()) };
        let exists = year >= FIRST_YEAR && (1..=12).contains(&month) && day >= 1 && day <= days_in(year, month);
        if exists { Ok(Self { year, month, day }) } else { Err(no_such_day()) }
    }

    /// The day (UTC) that lies `seconds` after 1970-01-01T00:00:00Z; past the year 9999, its last day.
    #[must_use]
    pub fn from_unix_seconds(seconds: u64) -> Self {
        let mut days = seconds / SECONDS_A_DAY;
        for year in FIRST_YEAR..=LAST_YEAR {
            for month in 1..=12_u8 {
                let length = u64::from(days_in(year, month));
                match u8::try_from(days) {
                    Ok(rest) if days < length => return Self { year, month, day: rest.saturating_add(1) },
                    Ok(_) | Err(_) => days = days.saturating_sub(length),
                }
            }
        }
        Self { year: LAST_YEAR, month: 12, day: 31 }
    }
}

fn number(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0_u16, |n, b| b.is_ascii_digit().then(|| n * 10 + u16::from(b - b'0')))
}

fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(400) || (year.is_multiple_of(4) && !year.is_multiple_of(100)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_reads_and_prints_alike() {
        for text in ["1970-01-01", "2024-02-29", "2000-02-29", "9999-12-31"] {
            assert_eq!(Date::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in ["", "2025-1-01", "2025-01-1", " 2025-01-01", "2025-01-01 ", "2025/01/01", "20250101", "+025-01-01"]
        {
            assert_eq!(Date::parse(text), Err(DateError::Form(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in ["2025-02-29", "1900-02-29", "2025-13-01", "2025-00-10", "2025-04-31", "2025-01-00", "1969-12-31"] {
            assert_eq!(Date::parse(text), Err(DateError::NoSuchDay(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn days_are_ordered_as_the_calendar_has_them() {
        let day = |text| Date::parse(text).unwrap();
        assert!(day("2025-01-31") < day("2025-02-01"));
        assert!(day("2024-12-31") < day("2025-01-01"));
    }

    #[test]
    fn a_clock_reading_becomes_a_day() {
        for (seconds, text) in [
            (0, "1970-01-01"),
            (86_399, "1970-01-01"),
            (86_400, "1970-01-02"),
            (951_782_400, "2000-02-29"),
            (1_735_689_599, "2024-12-31"),
            (1_735_689_600, "2025-01-01"),
            (u64::MAX, "9999-12-31"),
        ] {
            assert_eq!(Date::from_unix_seconds(seconds).to_string(), text);
        }
    }
}
