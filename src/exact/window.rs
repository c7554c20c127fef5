//! The surroundings of a known value in which the other values of its record are looked for.
//!
//! *Invariant:* bounded in lines and in bytes: a dump can be one line of a gigabyte. A wider window would find no false
//! pair, only cost more: a pair that is in the table belongs to one customer wherever its halves stand.

use crate::text::LineIndex;
use std::ops::Range;

/// Lines before and after that can belong to a record: a pretty-printed object, a vCard.
const LINES: usize = 3;
/// Bytes before and after.
const BYTES: usize = 600;

/// The window around `span`.
pub(super) fn around(index: &LineIndex, text: &[u8], span: &Range<usize>) -> Range<usize> {
    let lines = index.lines_of(span);
    let first = start_of(index, lines.start.saturating_sub(LINES), text.len());
    let last = start_of(index, lines.end + LINES, text.len());
    clipped(text, span, first..last)
}

/// The line or lines of `span` itself.
pub(super) fn lines(index: &LineIndex, text: &[u8], span: &Range<usize>) -> Range<usize> {
    let lines = index.lines_of(span);
    clipped(text, span, start_of(index, lines.start, text.len())..start_of(index, lines.end, text.len()))
}

fn clipped(text: &[u8], span: &Range<usize>, window: Range<usize>) -> Range<usize> {
    let low = window.start.max(span.start.saturating_sub(BYTES));
    let high = window.end.min(span.end.saturating_add(BYTES)).min(text.len());
    low..high
}

/// Where the 0-based line `number` begins.
fn start_of(index: &LineIndex, number: usize, end: usize) -> usize {
    if number >= index.count() {
        return end;
    }
    let line = u32::try_from(number + 1).map_or(u32::MAX, |line| line);
    index.offset(crate::text::Place { line, column: 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_three_lines_on_each_side_and_an_end() {
        let text = b"0\n1\n2\n3\n4 x\n5\n6\n7\n8\n";
        let index = LineIndex::new(text);
        let at = text.iter().position(|b| *b == b'x').unwrap();
        assert_eq!(&text[around(&index, text, &(at..at + 1))], b"1\n2\n3\n4 x\n5\n6\n7\n");
        assert_eq!(&text[lines(&index, text, &(at..at + 1))], b"4 x\n");
        let long = vec![b'a'; 10_000];
        let index = LineIndex::new(&long);
        assert_eq!(around(&index, &long, &(5_000..5_010)), 4_400..5_610);
        assert_eq!(around(&index, &long, &(9_990..10_000)), 9_390..10_000);
    }
}
