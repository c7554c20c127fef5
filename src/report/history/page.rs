//! Words and numbers as the page and the listing show them, and the escaping that lets a path be a path.

use crate::text::{clock, printable};

/// Text in HTML: first what a screen would obey is spelt out, then what a browser would.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in printable(text.as_bytes()).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// The longest text that the page shows in one place, in characters.
const LONGEST: usize = 400;

/// As [`escaped`], without the middle of what is too long for anybody to read.
pub(super) fn shown(text: &str) -> String {
    let count = text.chars().count();
    match count > LONGEST {
        true => {
            let head: String = text.chars().take(LONGEST / 3).collect();
            let tail: String = text.chars().skip(count - 2 * LONGEST / 3).collect();
            escaped(&format!("{head} ... {tail}"))
        }
        false => escaped(text),
    }
}

/// `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 place`, `2,345 places`.
pub(super) fn plural(number: usize, noun: &str) -> String {
    let (stem, ending) = match (number, noun.strip_suffix('y')) {
        (1, _) => (noun, ""),
        (_, Some(stem)) => (stem, "ies"),
        (_, None) => (noun, "s"),
    };
    format!("{} {stem}{ending}", grouped(number as u64))
}

/// A day, or that it is not known. A clock before 1970 is one that was never set.
pub(super) fn date(seconds: Option<i64>) -> String {
    match seconds.map(u64::try_from) {
        Some(Ok(seconds)) => clock::day(seconds),
        Some(Err(_)) | None => "unknown".to_owned(),
    }
}

/// Bytes in the unit that gives the fewest digits.
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [(&str, u64); 4] =
        [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];
    match UNITS.iter().find(|(_, unit)| bytes >= *unit) {
        Some((name, unit)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} B"),
    }
}
