//! Columns without a name: of ten different values in one column eight have the right check digit.
//!
//! Chance does that once in 2,500,000 columns where one random value of ten passes, and less for more values; on 1,245
//! columns of real files it did once, with test cards (0.2 of the survey that the limits come from). No word and no
//! language is needed.
//!
//! *Invariant:* at most [`COLUMNS_MAX`] columns are kept, each with bounded sets.

use super::{Found, Id, Place};
use crate::customer::distinct::{CAP, Distinct, Line, digest};
use crate::customer::keyed::name_at;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

/// A table with more columns has no more of them judged.
const COLUMNS_MAX: usize = 64;
/// Fewer values are chance.
const LEAST: usize = 10;
/// A longer row has no columns.
const ROW_MAX: usize = 4_096;

/// The columns of one text by place and shape of the values.
#[derive(Debug, Default)]
pub(in crate::customer) struct Columns {
    columns: HashMap<u64, Column>,
    cursor: Cursor,
}

#[derive(Debug, Default)]
struct Column {
    seen: HashSet<u64>,
    right: Vec<(Id, Distinct)>,
}

/// Where the delimiters of the row at hand were counted so far, so that a row is read once.
#[derive(Debug, Default)]
struct Cursor {
    row: usize,
    at: usize,
    delimiter: u8,
    index: usize,
    quoted: bool,
    blank: bool,
}

/// Where a value stands: the line and the row that it is in.
pub(in crate::customer) struct Row<'r> {
    pub text: &'r [u8],
    pub span: &'r Range<usize>,
    pub line: Line,
    pub number: usize,
}

impl Columns {
    /// Counts one value: all that it could be.
    pub(in crate::customer) fn note(&mut self, row: &Row<'_>, found: &[Found]) {
        let fit = |it: &&Found| it.id.row().column && it.place != Place::Near;
        let Some(first) = found.iter().find(fit) else { return };
        let written = row.text.get(first.span.clone()).unwrap_or_default();
        let value = digest(written, |b| !b.is_ascii_alphanumeric());
        let places = [self.cursor.place(row, &first.span), Some(0)];
        for place in places.into_iter().flatten() {
            let key = shaped(place, written);
            if self.columns.len() >= COLUMNS_MAX && !self.columns.contains_key(&key) {
                continue;
            }
            let column = self.columns.entry(key).or_default();
            if column.seen.len() < CAP {
                column.seen.insert(value);
            }
            for it in found.iter().filter(fit).filter(|it| it.right && it.span == first.span) {
                column.insert(it, value, row);
            }
        }
    }

    /// What the columns hold: each identifier with its values, once.
    pub(in crate::customer) fn judged(&self) -> Vec<(Id, &Distinct)> {
        let mut found: Vec<(Id, &Distinct)> = Vec::new();
        for (id, values) in self.columns.values().filter_map(Column::judged) {
            match found.iter_mut().find(|(known, _)| *known == id) {
                Some((_, most)) if most.added() >= values.added() => {}
                Some((_, most)) => *most = values,
                None => found.push((id, values)),
            }
        }
        found.sort_by_key(|(id, _)| *id);
        found
    }
}

impl Column {
    fn insert(&mut self, found: &Found, value: u64, row: &Row<'_>) {
        let at = self.right.iter().position(|(id, _)| *id == found.id).unwrap_or_else(|| {
            self.right.push((found.id, Distinct::default()));
            self.right.len() - 1
        });
        if let Some((_, values)) = self.right.get_mut(at) {
            values.insert(value, found.span.clone(), row.line, row.number);
        }
    }

    /// The identifier that most values are, if enough of them are it; of two the one that the table has first.
    fn judged(&self) -> Option<(Id, &Distinct)> {
        let (id, values) = self.right.iter().max_by_key(|(id, values)| (values.all(), std::cmp::Reverse(*id)))?;
        let enough = values.all() * 10 >= self.seen.len() * 8 && values.added() >= LEAST;
        (enough && self.seen.len() >= LEAST).then_some((*id, values))
    }
}

/// One column holds one shape at a time: as many digits, the same separators.
fn shaped(place: u64, written: &[u8]) -> u64 {
    // Where letters and digits change places from value to value (a VIN), the length alone is their shape.
    let mixed = written.iter().any(u8::is_ascii_digit) && written.iter().any(u8::is_ascii_alphabetic);
    let mut hasher = DefaultHasher::new();
    hasher.write_u64(place);
    for b in written {
        hasher.write_u8(match b {
            b if mixed && b.is_ascii_alphanumeric() => b'X',
            b'0'..=b'9' => b'0',
            b if b.is_ascii_alphabetic() => b'A',
            b => *b,
        });
    }
    hasher.finish()
}

impl Cursor {
    /// The column of a value: the key before it, or the number of delimiters before it in its row.
    fn place(&mut self, row: &Row<'_>, span: &Range<usize>) -> Option<u64> {
        let text = row.text;
        let from = row.span.start.max(span.start.saturating_sub(ROW_MAX));
        let before = text.get(from..span.start)?;
        let edge = |b: &&u8| matches!(b, b'"' | b'\'' | b'\\' | b' ' | b'(' | b'[' | b'{');
        let gap = before.iter().rev().take_while(edge).count();
        let end = before.len() - gap;
        let mut hasher = DefaultHasher::new();
        match end.checked_sub(1).and_then(|last| before.get(last)) {
            Some(b':' | b'=' | b'>') => {
                hasher.write(before.get(name_at(before, end - 1)?)?);
                Some(hasher.finish())
            }
            Some(delimiter @ (b',' | b'\t' | b';' | b'|')) => {
                hasher.write_u8(*delimiter);
                hasher.write_usize(self.index(row, span.start, *delimiter)?);
                Some(hasher.finish())
            }
            // `- 123`: an item of a list in YAML.
            None | Some(b'-') => {
                hasher.write_usize(0);
                Some(hasher.finish())
            }
            Some(_) => None,
        }
    }

    /// How many delimiters stand before `to` in its row, those in quotes left out; a bracket that opens a cell begins
    /// a tuple and its first column.
    fn index(&mut self, row: &Row<'_>, to: usize, delimiter: u8) -> Option<usize> {
        let fresh = self.row != row.span.start || self.at > to || self.delimiter != delimiter;
        if fresh {
            if to - row.span.start > ROW_MAX {
                return None;
            }
            *self = Self { row: row.span.start, at: row.span.start, delimiter, index: 0, quoted: false, blank: true };
        }
        for b in row.text.get(self.at..to)? {
            match *b {
                b'"' => self.quoted = !self.quoted,
                _ if self.quoted => {}
                b if b == delimiter => (self.index, self.blank) = (self.index + 1, true),
                b'(' if self.blank => (self.index, self.blank) = (0, true),
                b' ' | b'\'' => {}
                _ => self.blank = false,
            }
        }
        self.at = to;
        (self.index < COLUMNS_MAX).then_some(self.index)
    }
}
