//! Tables with one cell a line: nested lists of JSON as programs indent them, rows of HTML tables, lists under a key.
//!
//! *Invariant:* a state of a few bytes and the header; what is no lone value ends the row.

use super::cut::trim;
use super::field::{Field, named};
use super::layout::{COLUMNS_MAX, Columns};
use std::ops::Range;

/// What the lines before have opened.
#[derive(Debug, Default)]
pub(super) struct Stacked {
    open: Option<Open>,
    /// What the first row called the columns.
    columns: Columns,
    /// Whether the row at hand is the table's first.
    first: bool,
    /// A row has ended right before.
    between: bool,
}

#[derive(Clone, Copy, Debug)]
enum Open {
    /// The next cell's index.
    Row(usize),
    /// All values are of this kind.
    List(Field),
}

impl Stacked {
    /// Takes a line without its blanks; the cell on it and what it is, if the lines before say that.
    pub(super) fn line(&mut self, text: &[u8], span: &Range<usize>) -> Option<(Field, Range<usize>)> {
        let bytes = text.get(span.clone()).unwrap_or_default().trim_ascii();
        let bytes = bytes.strip_suffix(b",").unwrap_or(bytes);
        if self.open.is_none() && !matches!(bytes.last(), Some(b'[' | b'(' | b'>')) {
            return None;
        }
        if opens_row(bytes) {
            self.first = !self.between;
            if self.first {
                self.columns.clear();
            }
            self.open = Some(Open::Row(0));
            return None;
        }
        if bytes.ends_with(b"[") {
            let key = bytes.iter().rposition(|b| *b == b':').and_then(|colon| bytes.get(..colon));
            self.open = key.and_then(named).map(Open::List);
            self.between = false;
            return None;
        }
        if matches!(bytes, b"]" | b")") || is_tag(bytes, b"/tr") {
            self.between = matches!(self.open, Some(Open::Row(1..)));
            self.open = None;
            return None;
        }
        let Some(open) = self.open else {
            self.between = false;
            return None;
        };
        if !is_value(bytes) {
            (self.open, self.between) = (None, false);
            return None;
        }
        self.cell(text, span, open)
    }

    fn cell(&mut self, text: &[u8], span: &Range<usize>, open: Open) -> Option<(Field, Range<usize>)> {
        let bytes = text.get(span.clone()).unwrap_or_default();
        let blank = bytes.len() - bytes.trim_ascii_start().len();
        let end = span.start + bytes.trim_ascii_end().strip_suffix(b",").unwrap_or(bytes.trim_ascii_end()).len();
        let cell = trim(text, (span.start + blank).min(end)..end);
        let index = match open {
            Open::List(field) => return Some((field, cell)),
            Open::Row(index) => index,
        };
        self.open = (index < COLUMNS_MAX).then_some(Open::Row(index + 1));
        if self.first {
            let value = text.get(cell).unwrap_or_default();
            self.columns.extend(named(value).filter(|_| !value.contains(&b'@')).map(|field| (index, field)));
            return None;
        }
        self.columns.iter().find(|(column, _)| *column == index).map(|(_, field)| (*field, cell))
    }
}

fn opens_row(bytes: &[u8]) -> bool {
    matches!(bytes, b"[" | b"(") || is_tag(bytes, b"tr")
}

fn is_tag(bytes: &[u8], name: &[u8]) -> bool {
    let Some(rest) = bytes.strip_prefix(b"<") else { return false };
    let named = rest.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
    named && rest.ends_with(b">") && matches!(rest.get(name.len()), Some(b'>' | b' '))
}

/// A string, a number, or one cell of a table.
fn is_value(bytes: &[u8]) -> bool {
    let quoted = |quote| bytes.len() >= 2 && bytes.first() == Some(&quote) && bytes.last() == Some(&quote);
    quoted(b'"')
        || quoted(b'\'')
        || matches!(bytes.get(..3), Some([b'<', b't' | b'T', b'd' | b'h' | b'D' | b'H']))
        || matches!(bytes, b"null" | b"None" | b"true" | b"false")
        || (!bytes.is_empty() && bytes.iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(Field, String)> {
        let mut stacked = Stacked::default();
        let mut start = 0;
        let mut out = Vec::new();
        for line in text.split('\n') {
            let found = stacked.line(text.as_bytes(), &(start..start + line.len()));
            out.extend(found.map(|(field, cell)| (field, text[cell].to_owned())));
            start += line.len() + 1;
        }
        out
    }

    #[test]
    fn cells_on_lines_of_their_own_have_the_columns_of_the_first_row() {
        let wanted = [(Field::Email, "u".to_owned()), (Field::Email, "w".to_owned())];
        assert_eq!(
            read("[\n [\n  \"no\",\n  \"email\"\n ],\n [\n  1,\n  \"u\"\n ],\n [\n  2,\n  \"w\"\n ]\n]"),
            wanted
        );
        let cells = "<tr>\n<th>no</th>\n<th>email</th>\n</tr>\n<tr>\n<td>1</td>\n<td><a href=x>u</a></td>\n</tr>\n<tr>\n<td>2</td>\n<td>w</td>\n</tr>";
        assert_eq!(read(cells), wanted);
        assert_eq!(read("\"email\": [\n \"u\",\n \"w\"\n]"), wanted);
    }

    #[test]
    fn objects_in_a_list_are_no_cells() {
        assert_eq!(read("[\n {\n  \"email\": \"u\"\n }\n]"), []);
    }
}
