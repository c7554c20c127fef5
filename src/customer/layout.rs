//! How the cells of a line are separated, and what the first line of a table calls its columns.
//!
//! Apart from `record` because it looks at one line at a time and remembers nothing.

use super::cut::cells;
use super::field::{Field, named};
use std::ops::Range;

/// More columns than this have no names here.
pub(super) const COLUMNS_MAX: usize = 256;

/// The names of columns that say something: index and field.
pub(super) type Columns = Vec<(usize, Field)>;

/// Stands for the tags of an HTML table (`<td>`, `<th>`), which separate cells.
pub(super) const TAGS: u8 = b'<';
/// Stands for two and more blanks, as programs print tables for people.
pub(super) const BLANKS: u8 = b' ';

/// How a line's cells are separated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub delimiter: u8,
    pub count: usize,
}

impl Layout {
    /// Whether a row of layout `row` belongs under a header of this one. Tables printed for people can have a first
    /// column without a name: the row's number.
    pub(super) fn covers(self, row: Self) -> bool {
        self.delimiter == row.delimiter
            && (self.count == row.count || (self.delimiter == BLANKS && self.count + 1 == row.count))
    }
}

const DELIMITERS: [u8; 4] = [b'\t', b',', b';', b'|'];

/// The layout of a line: that of `known` if it can be, so that a stray tab in a cell does not change it, or else that of
/// the commonest delimiter outside quotes.
pub(super) fn of(line: &[u8], is_utf8: bool, known: [Option<Layout>; 2]) -> Option<Layout> {
    let quotes = memchr::memchr(b'"', line).is_some();
    if !quotes && is_utf8 {
        let plain = known.into_iter().flatten().filter(|known| DELIMITERS.contains(&known.delimiter));
        for known in plain {
            if memchr::memchr_iter(known.delimiter, line).count() == known.count {
                return Some(known);
            }
        }
    }
    let tags = count_tags(line);
    if tags > 0 {
        return Some(Layout { delimiter: TAGS, count: tags });
    }
    let layouts =
        DELIMITERS.into_iter().zip(counts(line, is_utf8)).map(|(delimiter, count)| Layout { delimiter, count });
    let mut best: Option<Layout> = None;
    for layout in layouts.filter(|layout| layout.count > 0) {
        if known.contains(&Some(layout)) {
            return Some(layout);
        }
        if best.is_none_or(|b| layout.count > b.count) {
            best = Some(layout);
        }
    }
    best.or_else(|| blanks(line))
}

/// Counts the delimiters outside quotes.
fn counts(line: &[u8], is_utf8: bool) -> [usize; 4] {
    let mut counts = [0usize; 4];
    let mut quoted = false;
    let mut before = b' ';
    for b in line.iter().copied() {
        let slot = match b {
            b'"' => {
                quoted = !quoted;
                None
            }
            b'\t' => Some(0),
            b',' => Some(1),
            b';' => Some(2),
            // `|` is the second half of many letters in CP932.
            b'|' if is_utf8 || before < 0x80 => Some(3),
            _ => None,
        };
        if let Some(count) = slot.filter(|_| !quoted).and_then(|slot| counts.get_mut(slot)) {
            *count += 1;
        }
        before = b;
    }
    counts
}

fn count_tags(line: &[u8]) -> usize {
    let cell =
        |at: &usize| matches!(line.get(at + 1..at + 4), Some([b't' | b'T', b'd' | b'h' | b'D' | b'H', b'>' | b' ']));
    memchr::memchr_iter(b'<', line).filter(cell).count()
}

fn blanks(line: &[u8]) -> Option<Layout> {
    let line = line.trim_ascii();
    let gaps = line.windows(3).filter(|w| matches!(w, [a, b' ', b' '] if *a != b' ')).count();
    (gaps > 0).then_some(Layout { delimiter: BLANKS, count: gaps })
}

/// The fields that the cells of a line name. A line that holds an address, a long number or a name with its value is a
/// row itself.
pub(super) fn header(
    text: &[u8],
    line: &Range<usize>,
    delimiter: u8,
    says: &mut dyn FnMut(&[u8]) -> Option<Field>,
) -> Columns {
    let bytes = text.get(line.clone()).unwrap_or_default();
    let is_row = memchr::memchr(b'@', bytes).is_some()
        || bytes.windows(5).any(|five| five.iter().all(u8::is_ascii_digit))
        || (delimiter != TAGS
            && super::keyed::pairs(text, line)
                .any(|pair| text.get(pair.name).is_some_and(|name| named(name).is_some())));
    if is_row {
        return Columns::new();
    }
    let names = cells(text, line, delimiter).take(COLUMNS_MAX).enumerate();
    names.filter_map(|(index, cell)| Some((index, says(text.get(cell)?)?))).collect()
}

/// Whether a line only separates: `+----+----+`, `-----+-----`, `======`.
pub(super) fn is_rule(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.len() >= 3 && line.iter().all(|b| matches!(b, b'-' | b'+' | b'=' | b' ' | b'|' | b':' | b'_'))
}

#[cfg(test)]
mod tests {
    use super::super::id::Choice;
    use super::*;

    fn layout(line: &str) -> Option<(u8, usize)> {
        of(line.as_bytes(), true, [None, None]).map(|layout| (layout.delimiter, layout.count))
    }

    #[test]
    fn the_commonest_delimiter_separates() {
        assert_eq!(layout("a,b;c,d"), Some((b',', 2)));
        assert_eq!(layout("\"a,b\";c"), Some((b';', 1)));
        assert_eq!(layout("<tr><td>a</td><TH x=y>b, c</TH></tr>"), Some((TAGS, 2)));
        assert_eq!(layout("  a b   c  d"), Some((BLANKS, 2)));
        assert_eq!(layout("a b c"), None);
    }

    #[test]
    fn a_row_is_no_header() {
        let columns = |line: &str| {
            header(line.as_bytes(), &(0..line.len()), b',', &mut |name| Choice::standard().field(name)).len()
        };
        assert_eq!(columns("email,tel"), 2);
        for row in ["mail x@qwertz.de,tel", "tel 51234,email", "\"email\": \"x\","] {
            assert_eq!(columns(row), 0, "{row}");
        }
    }
}
