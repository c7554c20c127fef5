//! Where a byte offset lies: line and column, as a person counts them.

use std::ops::Range;

/// A place in a text: 1-based line and 1-based column, the column counted in bytes from the line's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// 1-based line; a line ends after `\n`, after `\r\n`, or after a `\r` that no `\n` follows.
    pub line: u32,
    /// 1-based column in bytes.
    pub column: u32,
}

/// From where to where a value reaches, in UTF-16 code units: how editors, SARIF and the language server protocol count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// 1-based column of its first character.
    pub start: u32,
    /// 1-based line of its last character.
    pub end_line: u32,
    /// 1-based column after its last character.
    pub end: u32,
}

/// A line longer than this has no columns worth counting: it is generated, and counting them for each of thousands of
/// values in it would take the square of its length.
const LONGEST_LINE: usize = 64 << 10;

/// The line starts of one text, for many look-ups.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<usize>,
    len: usize,
}

impl LineIndex {
    /// Finds the line starts of `text`: after `\n`, after `\r\n`, and after a lone `\r` (old Mac line ends, so that a
    /// file without any `\n` is still reported by line).
    #[must_use]
    pub fn new(text: &[u8]) -> Self {
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', text) {
            let next = text.get(at + 1);
            let ends = text.get(at) == Some(&b'\n') || next != Some(&b'\n');
            if ends && next.is_some() {
                starts.push(at + 1);
            }
        }
        Self { starts, len: text.len() }
    }

    /// The place of the byte at `offset`; an offset past the end is the end.
    #[must_use]
    pub fn place(&self, offset: usize) -> Place {
        let offset = offset.min(self.len);
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        Place { line: saturate(line.max(1)), column: saturate(offset - start + 1) }
    }

    /// How far the bytes of `span` reach; none on a line that is too long to count.
    #[must_use]
    pub fn extent(&self, text: &[u8], span: &Range<usize>) -> Option<Extent> {
        let line_at = |offset: usize| self.starts.partition_point(|start| *start <= offset).max(1) - 1;
        let column = |line: usize, offset: usize| {
            let before = text.get(*self.starts.get(line)?..offset)?;
            let counted = before.len() <= LONGEST_LINE;
            counted.then(|| saturate(String::from_utf8_lossy(before).encode_utf16().count() + 1))
        };
        // A line end belongs to the line that it ends.
        let (first, last) = (line_at(span.start), line_at(span.end.saturating_sub(1).max(span.start)));
        let (start, end) = (column(first, span.start)?, column(last, span.end)?);
        Some(Extent { start, end_line: saturate(last + 1), end })
    }

    /// The offset of a place; the inverse of [`LineIndex::place`].
    #[must_use]
    pub fn offset(&self, place: Place) -> usize {
        let line = (place.line as usize).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(self.len);
        start.saturating_add((place.column as usize).saturating_sub(1)).min(self.len)
    }

    /// The 0-based numbers of the lines that the bytes of `span` touch; an empty span touches the line it lies in.
    #[must_use]
    pub fn lines_of(&self, span: &Range<usize>) -> Range<usize> {
        let first = self.starts.partition_point(|start| *start <= span.start).max(1) - 1;
        let last = self.starts.partition_point(|start| *start < span.end).max(first + 1);
        first..last
    }

    /// The bytes of the 0-based line `number`, with its line end; empty when there is no such line.
    #[must_use]
    pub fn line<'t>(&self, text: &'t [u8], number: usize) -> &'t [u8] {
        let start = self.starts.get(number).copied().unwrap_or(self.len);
        let end = self.starts.get(number + 1).copied().unwrap_or(self.len);
        text.get(start..end).unwrap_or_default()
    }

    /// Where the 0-based line `number` begins; the text's end when there is no such line.
    #[must_use]
    pub fn start(&self, number: usize) -> usize {
        self.starts.get(number).copied().unwrap_or(self.len)
    }

    /// How many lines the text has; an empty text has one.
    #[must_use]
    pub fn count(&self) -> usize {
        self.starts.len()
    }
}

fn saturate(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_end_counts_once() {
        let index = LineIndex::new(b"a\nb\r\nc\rd");
        assert_eq!(index.count(), 4);
        assert_eq!(index.place(0), Place { line: 1, column: 1 });
        assert_eq!(index.place(2), Place { line: 2, column: 1 });
        assert_eq!(index.place(5), Place { line: 3, column: 1 });
        assert_eq!(index.place(7), Place { line: 4, column: 1 });
    }

    #[test]
    fn an_extent_counts_as_editors_do() {
        let text = "né = \u{1f600}abc\nline\nx".as_bytes();
        let index = LineIndex::new(text);
        let at = |needle: &[u8]| text.windows(needle.len()).position(|at| at == needle).unwrap();
        let abc = at(b"abc");
        assert_eq!(index.extent(text, &(abc..abc + 3)), Some(Extent { start: 8, end_line: 1, end: 11 }));
        let two = Some(Extent { start: 8, end_line: 2, end: 3 });
        assert_eq!(index.extent(text, &(abc..abc + 6)), two);
        // The line end belongs to the line that it ends.
        assert_eq!(index.extent(text, &(abc..abc + 4)), Some(Extent { start: 8, end_line: 1, end: 12 }));
        let smile = at("\u{1f600}".as_bytes());
        assert_eq!(index.extent(text, &(smile..smile + 4)), Some(Extent { start: 6, end_line: 1, end: 8 }));
        let long = vec![b'x'; LONGEST_LINE + 9];
        assert_eq!(LineIndex::new(&long).extent(&long, &(LONGEST_LINE + 2..LONGEST_LINE + 4)), None);
    }

    #[test]
    fn a_span_names_the_lines_it_touches() {
        let text = b"one\ntwo\nthree\n";
        let index = LineIndex::new(text);
        assert_eq!(index.lines_of(&(0..3)), 0..1);
        assert_eq!(index.lines_of(&(2..5)), 0..2);
        assert_eq!(index.lines_of(&(4..14)), 1..3);
        assert_eq!(index.lines_of(&(4..4)), 1..2);
        assert_eq!(index.line(text, 1), b"two\n");
        assert_eq!(index.line(text, 9), b"");
    }
}
