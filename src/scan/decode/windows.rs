//! Which parts of the input a partial view shows: the lines around the hits, cut short where lines are giant.

use std::ops::Range;

/// How far a window reaches from its hit within one line; a minified file is one line of megabytes.
const REACH: usize = 2048;

/// Ascending ranges of the input that do not overlap.
#[derive(Default)]
pub struct Windows {
    ranges: Vec<Range<usize>>,
}

impl Windows {
    /// Whether the windows so far already show everything up to `end`.
    pub fn cover(&self, end: usize) -> bool {
        self.ranges.last().is_some_and(|last| end < last.end)
    }

    /// Adds the line around `hit`; hits come in ascending order.
    pub fn add(&mut self, input: &[u8], hit: usize) {
        let low = hit.saturating_sub(REACH);
        let high = hit.saturating_add(REACH).min(input.len());
        let back = input.get(low..hit).unwrap_or_default();
        let ahead = input.get(hit..high).unwrap_or_default();
        let start = memchr::memrchr2(b'\n', b'\r', back).map_or(low, |at| low + at + 1);
        let end = memchr::memchr(b'\n', ahead).map_or(high, |at| hit + at + 1);
        match self.ranges.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            Some(_) | None => self.ranges.push(start..end),
        }
    }

    /// The ranges.
    pub fn iter(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.ranges.iter().cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_a_line_and_neighbours_merge() {
        let input = b"one\ntwo\nthree\nfour\n";
        let mut windows = Windows::default();
        windows.add(input, 5);
        windows.add(input, 9);
        assert!(windows.cover(13) && !windows.cover(14));
        assert!(windows.iter().eq(std::iter::once(4..14)));
    }

    #[test]
    fn a_giant_line_is_cut_to_the_reach() {
        let input = vec![b'x'; 3 * REACH];
        for (hit, want) in [(0, 0..REACH), (REACH, 0..2 * REACH), (REACH + 1, 1..2 * REACH + 1)] {
            let mut windows = Windows::default();
            windows.add(&input, hit);
            assert!(windows.iter().eq(std::iter::once(want)));
        }
    }
}
