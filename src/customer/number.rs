//! Groups of digits as people write them: runs joined by single spaces or dashes.
//!
//! *Invariant:* a group that touches a letter, `_`, `/`, `+`, `=` or a decimal point is marked, since it is a part of a
//! version, a path, a hash, a number with decimals or a base64 word and counts for nothing without a word beside it.

use std::ops::Range;

/// A longer group is a table of numbers.
const GROUP_MAX: usize = 40;
/// More runs than this are a table of numbers.
const RUNS_MAX: usize = 10;

/// Digits joined by single separators.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The whole group.
    pub span: Range<usize>,
    /// The runs of digits in it.
    runs: [(usize, usize); RUNS_MAX],
    count: usize,
    /// How it stands among its neighbours.
    pub stands: Stands,
}

/// How a group stands among its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    /// Nothing that belongs to it on either side.
    Free,
    /// After an `=` or a `+`: a value with a name, or an international telephone number.
    Prefixed(u8),
    /// Part of something longer.
    Stuck,
}

impl Group {
    /// Whether four digits stand at `at` with none before or after them, not even behind a separator: years, ports and
    /// the like, most of all numbers, and never part of anything that is looked for here.
    pub(super) fn is_four_alone(text: &[u8], at: usize) -> bool {
        let digit = |at: Option<usize>| is_digit_at(text, at);
        let gap =
            |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(|b| is_gap(*b) || matches!(b, b')' | b'('));
        let joins = |near: Option<usize>, far: Option<usize>| digit(near) || (gap(near) && digit(far));
        !joins(at.checked_sub(1), at.checked_sub(2)) && !joins(at.checked_add(4), at.checked_add(5))
    }

    /// Whether letters touch the four digits at `at`: a word such as `ABCPE1234F` can be an identifier.
    pub(super) fn is_four_in_word(text: &[u8], at: usize) -> bool {
        let letter = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphabetic);
        letter(at.checked_sub(1)) || letter(at.checked_add(4))
    }

    /// The group around the digit at `at`.
    pub(super) fn around(text: &[u8], at: usize) -> Self {
        let start = extend_back(text, at);
        let end = extend(text, at);
        let mut group = Self { span: start..end, runs: [(0, 0); RUNS_MAX], count: 0, stands: stands(text, start, end) };
        group.find_runs(text);
        group
    }

    fn find_runs(&mut self, text: &[u8]) {
        let mut at = self.span.start;
        while at < self.span.end {
            let len = digits_from(text, at, self.span.end);
            if len > 0 {
                match self.runs.get_mut(self.count) {
                    Some(slot) => *slot = (at, len),
                    None => self.stands = Stands::Stuck,
                }
                self.count = self.count.saturating_add(1).min(RUNS_MAX);
            }
            at = at.saturating_add(len).saturating_add(1);
        }
    }

    /// Its runs of digits: start and length.
    pub(super) fn runs(&self) -> &[(usize, usize)] {
        self.runs.get(..self.count).unwrap_or_default()
    }

    /// The places of consecutive runs with exactly these lengths, joined by one kind of separator.
    pub(super) fn laid_out<'s>(
        &'s self,
        text: &'s [u8],
        lengths: &'s [usize],
    ) -> impl Iterator<Item = Range<usize>> + 's {
        self.runs().windows(lengths.len().max(1)).filter_map(move |runs| {
            let fits = runs.iter().zip(lengths).all(|((_, len), wanted)| len == wanted);
            let (first, last) = (runs.first()?, runs.last()?);
            let span = first.0..last.0 + last.1;
            let mut gaps = text.get(span.clone())?.iter().filter(|b| !b.is_ascii_digit());
            let one = gaps.next();
            (fits && gaps.all(|gap| Some(gap) == one)).then_some(span)
        })
    }
}

fn is_gap(b: u8) -> bool {
    matches!(b, b' ' | b'-')
}

fn digits_from(text: &[u8], at: usize, end: usize) -> usize {
    text.get(at..end).unwrap_or_default().iter().take_while(|b| b.is_ascii_digit()).count()
}

fn is_digit_at(text: &[u8], at: Option<usize>) -> bool {
    at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit)
}

fn extend(text: &[u8], at: usize) -> usize {
    let mut end = at;
    while end - at < GROUP_MAX {
        match text.get(end) {
            Some(b) if b.is_ascii_digit() => end += 1,
            Some(b) if is_gap(*b) && is_digit_at(text, end.checked_add(1)) => end += 1,
            _ => break,
        }
    }
    end
}

fn extend_back(text: &[u8], at: usize) -> usize {
    let mut start = at;
    while at - start < GROUP_MAX {
        let Some(before) = start.checked_sub(1) else { break };
        match text.get(before) {
            Some(b) if b.is_ascii_digit() => start = before,
            Some(b) if is_gap(*b) && is_digit_at(text, before.checked_sub(1)) => start = before,
            _ => break,
        }
    }
    start
}

fn stands(text: &[u8], start: usize, end: usize) -> Stands {
    let before = start.checked_sub(1).and_then(|at| text.get(at)).copied().unwrap_or(b' ');
    let after = text.get(end).copied().unwrap_or(b' ');
    let next_digit = is_digit_at(text, end.checked_add(1));
    if after.is_ascii_alphanumeric() || matches!(after, b'_' | b'/' | b'+' | b'=') || (after == b'.' && next_digit) {
        return Stands::Stuck;
    }
    match before {
        b'=' | b'+' => Stands::Prefixed(before),
        b'.' | b'-' if is_digit_at(text, start.checked_sub(2)) => Stands::Stuck,
        b if b.is_ascii_alphanumeric() || matches!(b, b'_' | b'/') => Stands::Stuck,
        _ => Stands::Free,
    }
}

/// Whether a number is one that programs and people write as a placeholder: few different digits, mostly zeros, one
/// digit many times in a row, or counting up or down all along. A random number of 16 digits is taken for one in about
/// one of a thousand cases.
pub(super) fn is_placeholder(digits: &[u8]) -> bool {
    let mut seen = [0usize; 10];
    for b in digits {
        if let Some(count) = seen.get_mut(usize::from(b.wrapping_sub(b'0'))) {
            *count += 1;
        }
    }
    let kinds = seen.iter().filter(|count| **count > 0).count();
    let zeros = seen.first().copied().unwrap_or(0);
    let few = match digits.len() {
        9.. => 4,
        7.. => 3,
        _ => 2,
    };
    kinds <= few
        || zeros * 10 >= digits.len() * 6
        || longest_repeat(digits) * 5 >= digits.len() * 2
        || longest_count(digits) * 5 >= digits.len() * 4
}

/// The most equal digits in a row.
pub(super) fn longest_repeat(digits: &[u8]) -> usize {
    digits.chunk_by(|a, b| a == b).map(<[u8]>::len).max().unwrap_or(0)
}

/// The most digits in a row of which each is one more (or one less) than the one before, 9 and 0 being neighbours.
fn longest_count(digits: &[u8]) -> usize {
    let steps = |a: &u8, b: &u8, by: u8| a.wrapping_sub(b'0').wrapping_add(by) % 10 == b.wrapping_sub(b'0');
    let up = digits.chunk_by(|a, b| steps(a, b, 1)).map(<[u8]>::len).max();
    let down = digits.chunk_by(|a, b| steps(a, b, 9)).map(<[u8]>::len).max();
    up.max(down).unwrap_or(0)
}

/// Whether a number is one digit or counts all along. For numbers that have a name no more is asked: customer numbers
/// are padded with zeros.
pub(super) fn is_typed(digits: &[u8]) -> bool {
    longest_repeat(digits) == digits.len() || longest_count(digits) == digits.len()
}

/// As [`is_typed`], or nearly all of it one digit: `1099999999`. Zeros that pad it do not count.
pub(super) fn is_made_up(digits: &[u8]) -> bool {
    let zeros = digits.iter().take_while(|b| **b == b'0').count();
    let body = digits.get(zeros..).unwrap_or_default();
    is_typed(digits) || (body.len() >= 6 && longest_repeat(body) * 10 >= body.len() * 7)
}

/// Whether each part of a number counts up or down or repeats one digit: `321-654-0987`, `111-22-3333`.
pub(super) fn has_placeholder_parts(written: &[u8]) -> bool {
    let mut parts = written.split(|b| !b.is_ascii_digit()).filter(|part| !part.is_empty());
    parts.all(is_typed)
}

/// The digits of `bytes`, up to 24; `None` if there are more.
pub(super) fn digits_of(bytes: &[u8]) -> Option<Digits> {
    let mut digits = Digits { bytes: [0; 24], len: 0 };
    for b in bytes.iter().filter(|b| b.is_ascii_digit()) {
        *digits.bytes.get_mut(digits.len)? = *b;
        digits.len += 1;
    }
    Some(digits)
}

/// A few ASCII digits without an allocation.
#[derive(Clone, Debug)]
pub(super) struct Digits {
    bytes: [u8; 24],
    len: usize,
}

impl Digits {
    /// The digits.
    pub(super) fn as_slice(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(text: &str) -> Group {
        let at = text.find(|c: char| c.is_ascii_digit()).unwrap();
        Group::around(text.as_bytes(), at)
    }

    #[test]
    fn a_group_ends_where_two_separators_meet() {
        assert_eq!(group("a 12-34 56  78").span, 2..10);
        assert_eq!(Group::around(b"x 1234 5678 y", 9).span, 2..11);
        assert_eq!(group("12 34").runs(), [(0, 2), (3, 2)]);
    }

    #[test]
    fn what_is_part_of_something_longer_is_stuck() {
        for text in ["a1234", "1234e", "0.1234", "1234.5", "/1234", "1234_", "1234=", "ab_1234"] {
            let at = text.find("1234").unwrap();
            assert_eq!(Group::around(text.as_bytes(), at).stands, Stands::Stuck, "{text}");
        }
        assert_eq!(group("1234.").stands, Stands::Free);
        assert_eq!(group("=1234").stands, Stands::Prefixed(b'='));
    }

    #[test]
    fn placeholders_are_told_from_numbers() {
        for digits in ["1111111111", "1234567890", "9876543210", "4242424242424242", "4000000000000002", "100000"] {
            assert!(is_placeholder(digits.as_bytes()), "{digits}");
        }
        for digits in ["4000123456789017", "8529637410", "73920184"] {
            assert!(!is_placeholder(digits.as_bytes()), "{digits}");
        }
    }
}
