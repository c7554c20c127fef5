//! Where somebody or some vehicle was and when: points with four and more decimals beside times, or under the id of a
//! vehicle or device.
//!
//! Maps are full of points; what makes a trace of them is the time or the id. Neither says so in a file of numbers, so a
//! word for places must stand in the text (`lat`, `緯度`, `coordinates`), too.
//!
//! *Invariant:* a few bytes of state a text besides the sets of distinct points and times.

use super::distinct::{Distinct, Line, digest};
use std::ops::Range;

/// A longitude further than this from its latitude is another number.
const APART: usize = 96;
/// Fewer decimals tell a town, not a house.
const DECIMALS: usize = 4;
/// From this many decimal numbers on a text can hold a trace: a hundred points.
pub(super) const NUMBERS: usize = 200;
/// Points of a trace that is somebody's.
const POINTS: usize = 100;
/// A word for a vehicle counts in a header, not deep in the text.
const HEAD: usize = 1_024;

/// What was seen of places and times.
#[derive(Debug, Default)]
pub(super) struct Trace {
    pub points: Distinct,
    times: Distinct,
    /// The last number that can be a latitude or longitude and waits for the other.
    half: Option<Range<usize>>,
}

impl Trace {
    /// Takes the place in `text` where four digits follow one another; the end of what was a point's part or a time.
    pub(super) fn digits(&mut self, text: &[u8], at: usize, line: Line, number: usize) -> Option<usize> {
        if let Some(span) = decimal(text, at) {
            let end = span.end;
            match self.half.take() {
                Some(half) if span.start.saturating_sub(half.end) <= APART => {
                    let point = half.start..end;
                    let value = text.get(point.clone()).unwrap_or_default();
                    self.points.insert(digest(value, |b| !b.is_ascii_digit() && b != b'-'), point, line, number);
                }
                _ => self.half = Some(span),
            }
            return Some(end);
        }
        let span = time(text, at)?;
        let end = span.end;
        self.times.insert(
            digest(text.get(span.clone()).unwrap_or_default(), |b| !b.is_ascii_digit()),
            span,
            line,
            number,
        );
        Some(end)
    }

    /// How many distinct points of a trace the added lines hold; none if it is a map.
    pub(super) fn added(&self, text: &[u8]) -> usize {
        let points = self.points.added();
        let timed = self.times.added() * 2 >= points;
        let traced = points >= POINTS && (timed || names_vehicle(text));
        if traced { points } else { 0 }
    }
}

/// Whether the text has a word for places.
pub(super) fn names_places(text: &[u8]) -> bool {
    let letter = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphabetic);
    let alone = |at: usize| {
        let rest = text.get(at + 3..).unwrap_or_default();
        !letter(at.checked_sub(1))
            && (!letter(Some(at + 3)) || rest.starts_with(b"itude") || rest.starts_with(b"ITUDE"))
    };
    let short: [&[u8]; 3] = [b"lat", b"Lat", b"LAT"];
    let long: [&[u8]; 7] = [
        "緯度".as_bytes(),
        b"\x88\xdc\x93x",
        b"\xb0\xde\xc5\xd9",
        b"coordinates\"",
        b"\"geometry",
        b"GPRMC",
        b"Breitengrad",
    ];
    long.iter().any(|word| memchr::memmem::find(text, word).is_some())
        || short.iter().any(|word| memchr::memmem::find_iter(text, word).any(alone))
}

fn names_vehicle(text: &[u8]) -> bool {
    let head = text.get(..text.len().min(HEAD)).unwrap_or_default().to_ascii_lowercase();
    let words: [&[u8]; 10] = [
        b"vin,",
        b"\"vin\"",
        b"vehicle",
        b"device",
        b"terminal",
        b"imei",
        "車台番号".as_bytes(),
        b"\x8e\xd4\x91\xe4\x94\xd4\x8d\x86",
        b"\xbc\xd6\xc2\xe6\xc8\xd6\xb9\xe6",
        "端末".as_bytes(),
    ];
    words.iter().any(|word| memchr::memmem::find(&head, word).is_some())
}

/// Whether the four digits at `at` are decimals of a number, or a number before its decimals as NMEA writes degrees.
pub(super) fn is_decimal(text: &[u8], at: usize) -> bool {
    decimal(text, at).is_some()
}

/// `-33.8568`, `139.76710`: degrees with [`DECIMALS`] and more; `4807.038`: degrees and minutes (NMEA 0183).
fn decimal(text: &[u8], at: usize) -> Option<Range<usize>> {
    let digit = |at: usize| text.get(at).is_some_and(u8::is_ascii_digit);
    let point = at.checked_sub(1)?;
    if text.get(point) != Some(&b'.') {
        return nautical(text, at);
    }
    let before = text.get(point.saturating_sub(4)..point)?;
    let whole = before.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let start = point - whole;
    let degrees = text.get(start..point)?.iter().fold(0u32, |sum, b| sum * 10 + u32::from(b - b'0'));
    let end = (at..text.len().min(at + 16)).find(|at| !digit(*at)).unwrap_or(text.len().min(at + 16));
    let lead = start.checked_sub(1).and_then(|at| text.get(at)).copied().unwrap_or(b' ');
    let free = !lead.is_ascii_alphanumeric() && !matches!(lead, b'.' | b'_');
    let ends = text.get(end).is_none_or(|b| !b.is_ascii_alphanumeric() && *b != b'.');
    ((1..=3).contains(&whole) && degrees <= 180 && end - at >= DECIMALS && free && ends).then_some(start..end)
}

fn nautical(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..text.len().min(at + 16))?;
    let whole = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let decimals = rest.get(whole + 1..)?.iter().take_while(|b| b.is_ascii_digit()).count();
    let end = at + whole + 1 + decimals;
    let side = matches!(text.get(end..end + 2), Some([b',', b'N' | b'S' | b'E' | b'W']));
    ((4..=5).contains(&whole) && rest.get(whole) == Some(&b'.') && decimals >= 3 && side).then_some(at..end)
}

/// `2031-01-02T10:11:12`, `2031/01/02 10:11`, or seconds or milliseconds since 1970 from 2001 to 2036.
fn time(text: &[u8], at: usize) -> Option<Range<usize>> {
    let rest = text.get(at..text.len().min(at + 19))?;
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let before = at.checked_sub(1).and_then(|at| text.get(at)).copied().unwrap_or(b' ');
    if matches!(digits, 10 | 13) && !before.is_ascii_digit() && matches!(rest.first(), Some(b'1' | b'2')) {
        return Some(at..at + digits);
    }
    let form = b"dddd-dd-ddTdd:dd";
    let dated = rest.len() >= form.len()
        && rest.iter().zip(form).all(|(b, wanted)| match wanted {
            b'd' => b.is_ascii_digit(),
            b'-' => matches!(b, b'-' | b'/' | b'.'),
            b'T' => matches!(b, b'T' | b' ' | b'_'),
            _ => b == wanted,
        });
    dated.then_some(at..at + rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_and_times_are_told_from_other_numbers() {
        let part = |text: &str, four: &str| {
            decimal(text.as_bytes(), text.find(four).unwrap()).map(|span| text[span].to_owned())
        };
        assert_eq!(part("x,-33.8568,", "8568").as_deref(), Some("33.8568"));
        assert_eq!(part("lon=139.767125 ", "7671").as_deref(), Some("139.767125"));
        assert_eq!(part("A,4807.038,N", "4807").as_deref(), Some("4807.038"));
        for text in ["195.7671", "1.2.7671", "v5.7671", "35.7671x", "1035.7671"] {
            assert_eq!(part(text, "7671"), None, "{text}");
        }
        let timed = |text: &str| time(text.as_bytes(), 0).is_some();
        assert!(timed("2031-01-02T10:11:12Z") && timed("2031/01/02 10:11") && timed("1924905600"));
        assert!(!timed("2031-01-02") && !timed("20310102101112"));
    }
}
