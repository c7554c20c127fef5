//! Counts distinct values, in a bounded amount of memory, and keeps the first three for the report.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hasher};
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
    all: HashSet<u64>,
    added: HashSet<u64>,
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
pub(super) fn digest(value: &[u8], skip: fn(u8) -> bool) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut part = [0u8; 64];
    let mut len = 0usize;
    for b in value.iter().filter(|b| !skip(**b)) {
        if len == part.len() {
            hasher.write(&part);
            len = 0;
        }
        if let Some(slot) = part.get_mut(len) {
            *slot = b.to_ascii_lowercase();
        }
        len += 1;
    }
    hasher.write(part.get(..len).unwrap_or_default());
    hasher.finish()
}

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
