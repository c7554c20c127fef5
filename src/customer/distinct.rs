//! Counts distinct values, in a bounded amount of memory, and keeps the first three for the report.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

/// More distinct values than this are "4,096 or more": no threshold is higher, and one set stays below 100 KB.
pub(super) const CAP: usize = 4_096;
/// A report shows this many.
const SAMPLES: usize = 3;

/// Whether a value stands on a line that the push adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Added,
    Old,
}

/// The distinct values of one class.
#[derive(Debug, Default)]
pub(super) struct Distinct {
    all: Digests,
    added: Digests,
    samples: Vec<Range<usize>>,
    added_lines: usize,
    last_line: Option<usize>,
}

impl Distinct {
    /// Counts one value; `canonical` is its comparable form, `span` its place in the text, `number` its line.
    pub(super) fn insert(&mut self, canonical: u64, span: Range<usize>, line: Line, number: usize) {
        if self.all.len() < CAP {
            self.all.insert(canonical);
        }
        if line == Line::Old {
            return;
        }
        if self.last_line != Some(number) {
            self.last_line = Some(number);
            self.added_lines += 1;
        }
        if self.added.len() < CAP && self.added.insert(canonical) && self.samples.len() < SAMPLES {
            self.samples.push(span);
        }
    }

    /// How many distinct values stand on added lines, at most [`CAP`].
    pub(super) fn added(&self) -> usize {
        self.added.len()
    }

    /// How many distinct values the whole text has, at most [`CAP`].
    pub(super) fn all(&self) -> usize {
        self.all.len()
    }

    /// The distinct values on added lines.
    pub(super) fn digests(&self) -> impl Iterator<Item = u64> + '_ {
        self.added.iter().copied()
    }

    /// How many added lines hold a value.
    pub(super) fn added_lines(&self) -> usize {
        self.added_lines
    }

    /// The first places on added lines, one a value.
    pub(super) fn samples(&self) -> &[Range<usize>] {
        &self.samples
    }
}

/// A 64-bit digest of a value's comparable form: case folded, `skip` left out. Two values of 4,096 share one with a
/// chance of 10⁻¹²; it never leaves the process.
///
/// Eight bytes a step, multiplied and folded: a value is a few steps, where SipHash took half of the time of a row.
pub(super) fn digest(value: &[u8], skip: fn(u8) -> bool) -> u64 {
    let mut state = SEED;
    let mut word = 0u64;
    let mut len = 0u32;
    for b in value.iter().filter(|b| !skip(**b)) {
        word = word << 8 | u64::from(b.to_ascii_lowercase());
        len += 1;
        if len.is_multiple_of(8) {
            state = mix(state ^ word, STEP);
            word = 0;
        }
    }
    mix(mix(state ^ word, STEP) ^ u64::from(len), SEED)
}

/// Odd numbers without a pattern: the fractions of pi and of the golden ratio.
const SEED: u64 = 0x243f_6a88_85a3_08d3;
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(a: u64, b: u64) -> u64 {
    let wide = u128::from(a) * u128::from(b);
    // Both halves: each bit of the input reaches them.
    (wide as u64) ^ ((wide >> 64) as u64)
}

/// Values are digests already.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Digested(u64);

impl Hasher for Digested {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.0 = mix(self.0 ^ u64::from(*b), STEP);
        }
    }

    fn write_u64(&mut self, digest: u64) {
        self.0 = digest;
    }
}

type Digests = HashSet<u64, BuildHasherDefault<Digested>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_counts_once_and_the_count_ends_at_the_cap() {
        let mut set = Distinct::default();
        for n in 0..10_000u64 {
            set.insert(n, 0..1, Line::Added, 0);
            set.insert(n, 0..1, Line::Added, 0);
        }
        assert_eq!((set.added(), set.all(), set.samples().len(), set.added_lines()), (CAP, CAP, 3, 1));
    }

    #[test]
    fn old_lines_count_for_the_whole_text_only() {
        let mut set = Distinct::default();
        set.insert(1, 0..1, Line::Old, 0);
        set.insert(2, 5..6, Line::Added, 1);
        assert_eq!((set.added(), set.all(), set.samples().len()), (1, 2, 1));
        assert_eq!(set.samples().first(), Some(&(5..6)));
    }

    #[test]
    fn case_and_separators_do_not_make_two_values() {
        let dash = |b: u8| b == b'-';
        assert_eq!(digest(b"AB-12", dash), digest(b"ab12", dash));
    }
}
