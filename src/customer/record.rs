//! Cuts a text into records (lines, objects, tuples) and finds which of their cells are said to hold personal data.
//!
//! *Invariant:* one pass, no tree: a dump is known by the repetition of its rows, and a row is a line, a tuple or an
//! object of the same form as its neighbours. Columns are taken from the whole text, since the header of a file that
//! grows is not among the added lines.

use super::cut::{cells, next_cut, trim};
use super::field::Field;
use super::id::Choice;
use super::keyed::pairs;
use super::sql::{Sql, Statement};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

/// More columns than this have no names here.
pub(super) const COLUMNS_MAX: usize = 256;

/// After more lines of another layout a header is over.
const STRAYS_MAX: usize = 3;

/// The names of columns that say something: index and field.
pub(super) type Columns = Vec<(usize, Field)>;

/// A cell with a named column or key.
pub(super) type Cell = (Field, Range<usize>);

/// One row, object or line.
#[derive(Debug)]
pub(super) struct Record<'r> {
    pub span: Range<usize>,
    /// The cells that have a name.
    pub cells: &'r [Cell],
    /// Equal for rows of one form; `None` for a line that is no row.
    pub shape: Option<u64>,
}

/// How a line's cells are separated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    delimiter: u8,
    count: usize,
}

/// Reads lines in order and remembers what the last header said.
pub(super) struct Reader<'t> {
    text: &'t [u8],
    choice: &'t Choice,
    is_utf8: bool,
    sql: Sql,
    /// The layout of the last lines, the first of them, and 1 until that one was looked at as a header.
    run: Option<(Layout, Range<usize>, usize)>,
    header: Option<(Layout, Columns)>,
    /// Lines since one had the header's layout.
    strays: usize,
    cells: Vec<Cell>,
    names: Names,
}

/// What names of keys were found to say: a dump repeats few of them, and looking one up costs more than reading it.
#[derive(Default)]
struct Names(HashMap<u64, Option<Field>>);

/// A file with more different keys than this is asked anew.
const NAMES_MAX: usize = 4_096;

impl Names {
    fn field(&mut self, choice: &Choice, digest: u64, name: &[u8]) -> Option<Field> {
        if let Some(known) = self.0.get(&digest) {
            return *known;
        }
        let field = choice.field(name);
        if self.0.len() < NAMES_MAX {
            self.0.insert(digest, field);
        }
        field
    }
}

impl<'t> Reader<'t> {
    /// A reader at the start of `text`.
    pub(super) fn new(text: &'t [u8], choice: &'t Choice) -> Self {
        let is_utf8 = std::str::from_utf8(text).is_ok();
        Self {
            text,
            choice,
            is_utf8,
            sql: Sql::default(),
            run: None,
            header: None,
            strays: 0,
            cells: Vec::new(),
            names: Names::default(),
        }
    }

    /// Hands each record of the line `line` (without its end) to `take`.
    pub(super) fn line(&mut self, line: &Range<usize>, take: &mut dyn FnMut(&Record<'_>)) {
        match self.sql.line(self.text, line, self.choice) {
            Statement::Tuples(from) => self.tuples(&(from..line.end), take),
            Statement::CopyRow => self.copy_row(line, take),
            Statement::Other => self.pieces(line, take),
        }
    }

    /// A row of `COPY … FROM stdin`: always separated by tabs.
    fn copy_row(&mut self, line: &Range<usize>, take: &mut dyn FnMut(&Record<'_>)) {
        self.cells.clear();
        let mut count = 0;
        for (index, cell) in cells(self.text, line, b'\t').enumerate() {
            count = index;
            if let Some((_, field)) = self.sql.columns().iter().find(|(column, _)| *column == index) {
                self.cells.push((*field, cell));
            }
        }
        let shape = Some(hash(b"\t", count));
        take(&Record { span: line.clone(), cells: &self.cells, shape });
    }

    /// `(…),(…)`: one record a tuple. A quote inside a string is doubled or escaped; in text that is not UTF-8 a
    /// backslash after a high byte is the second half of a letter (CP932), not an escape.
    fn tuples(&mut self, span: &Range<usize>, take: &mut dyn FnMut(&Record<'_>)) {
        let bytes = self.text.get(span.clone()).unwrap_or_default();
        let mut depth = 0usize;
        let mut quote = None;
        let mut start = span.start;
        let mut cell = span.start;
        let mut index = 0usize;
        let mut escaped = false;
        let mut high = false;
        self.cells.clear();
        for (at, b) in bytes.iter().enumerate().map(|(at, b)| (at + span.start, *b)) {
            let escape = b == b'\\' && !escaped && (self.is_utf8 || !high);
            match (quote, b) {
                _ if escaped => {}
                (Some(open), b) if b == open => quote = None,
                (Some(_), _) => {}
                (None, b'\'' | b'"') => quote = Some(b),
                (None, b'(') => {
                    depth += 1;
                    if depth == 1 {
                        (cell, index) = (at + 1, 0);
                        self.cells.clear();
                    }
                }
                (None, b',' | b')') if depth == 1 => {
                    self.push_cell(index, cell..at);
                    (cell, index) = (at + 1, index + 1);
                    if b == b')' {
                        depth = 0;
                        let shape = Some(hash(b"(", index));
                        take(&Record { span: start..at + 1, cells: &self.cells, shape });
                        start = at + 1;
                    }
                }
                (None, b')') => depth = depth.saturating_sub(1),
                (None, _) => {}
            }
            escaped = escape && quote.is_some();
            high = b >= 0x80 && !high;
        }
        if start < span.end {
            take(&Record { span: start..span.end, cells: &[], shape: None });
        }
    }

    fn push_cell(&mut self, index: usize, cell: Range<usize>) {
        if let Some((_, field)) = self.sql.columns().iter().find(|(column, _)| *column == index) {
            self.cells.push((*field, trim(self.text, cell)));
        }
    }

    /// A line outside SQL: cut where one object or tuple ends and the next begins.
    fn pieces(&mut self, line: &Range<usize>, take: &mut dyn FnMut(&Record<'_>)) {
        let mut start = line.start;
        while let Some(cut) = next_cut(self.text, start..line.end) {
            self.piece(&(start..cut), take);
            start = cut;
        }
        self.piece(&(start..line.end), take);
    }

    fn piece(&mut self, span: &Range<usize>, take: &mut dyn FnMut(&Record<'_>)) {
        self.cells.clear();
        if let Some(layout) = self.continued(span) {
            return self.row(span, Some(layout), take);
        }
        let mut keys = DefaultHasher::new();
        let mut count = 0usize;
        for pair in pairs(self.text, span) {
            let name = self.text.get(pair.name).unwrap_or_default();
            count += 1;
            let digest = hash(name, 0);
            keys.write_u64(digest);
            if let Some(field) = self.names.field(self.choice, digest, name) {
                self.cells.push((field, pair.value));
            }
        }
        if count >= 2 {
            self.stray();
            let shape = Some(keys.finish());
            take(&Record { span: span.clone(), cells: &self.cells, shape });
            return;
        }
        let layout = self.layout(span);
        self.row(span, layout, take);
    }

    /// The layout of a line under a header: whatever its cells look like, they are cells.
    fn continued(&mut self, span: &Range<usize>) -> Option<Layout> {
        let begun = self.run.as_ref().is_some_and(|(_, _, length)| *length == 1);
        if self.header.is_none() && !begun {
            return None;
        }
        let layout = self.layout(span)?;
        if self.run.as_ref().is_some_and(|(known, _, length)| *known == layout && *length == 1) {
            self.look_for_header(layout);
        }
        self.header.as_ref().filter(|(known, _)| *known == layout).map(|_| layout)
    }

    fn row(&mut self, span: &Range<usize>, layout: Option<Layout>, take: &mut dyn FnMut(&Record<'_>)) {
        self.columns(span, layout);
        let shape = layout.map(|layout| hash(&[layout.delimiter], layout.count));
        take(&Record { span: span.clone(), cells: &self.cells, shape });
    }

    /// Reads the run's first line as the header of the second and those that follow.
    fn look_for_header(&mut self, layout: Layout) {
        let Some((_, first, length)) = &mut self.run else { return };
        *length += 1;
        let columns = header(self.text, first, layout.delimiter, self.choice);
        if !columns.is_empty() {
            self.header = Some((layout, columns));
        }
    }

    /// Counts the delimiters outside quotes; the last line's layout is tried first, so that a stray tab in a cell does
    /// not change it.
    fn layout(&self, span: &Range<usize>) -> Option<Layout> {
        const DELIMITERS: [u8; 4] = [b'\t', b',', b';', b'|'];
        let line = self.text.get(span.clone()).unwrap_or_default();
        let mut counts = [0usize; 4];
        let mut quoted = false;
        let mut before = b' ';
        for b in line.iter().copied() {
            quoted ^= b == b'"';
            // `|` is the second half of many letters in CP932.
            let whole = b != b'|' || self.is_utf8 || before < 0x80;
            let slot = DELIMITERS.iter().position(|d| *d == b).filter(|_| whole && !quoted);
            if let Some(count) = slot.and_then(|slot| counts.get_mut(slot)) {
                *count += 1;
            }
            before = b;
        }
        let layouts = DELIMITERS.into_iter().zip(counts).map(|(delimiter, count)| Layout { delimiter, count });
        let known = [self.run.as_ref().map(|run| run.0), self.header.as_ref().map(|header| header.0)];
        let mut best: Option<Layout> = None;
        for layout in layouts.filter(|layout| layout.count > 0) {
            if known.contains(&Some(layout)) {
                return Some(layout);
            }
            if best.is_none_or(|b| layout.count > b.count) {
                best = Some(layout);
            }
        }
        best
    }

    /// A line without the header's layout: a row with one delimiter too many, or the end of the table.
    fn stray(&mut self) {
        self.strays += 1;
        if self.strays > STRAYS_MAX {
            self.header = None;
            self.strays = 0;
        }
    }

    /// Finds the header of the run that this line continues, and the cells of this line under it.
    fn columns(&mut self, span: &Range<usize>, layout: Option<Layout>) {
        let Some(layout) = layout else {
            // A comment or an empty line between rows ends nothing.
            let line = self.text.get(span.clone()).unwrap_or_default();
            if !(line.is_empty() || line.starts_with(b"#")) {
                self.run = None;
                self.stray();
            }
            return;
        };
        match &self.run {
            Some((known, _, 1)) if *known == layout => self.look_for_header(layout),
            Some((known, ..)) if *known == layout => {}
            _ => self.run = Some((layout, span.clone(), 1)),
        }
        let Some((known, columns)) = &self.header else { return };
        if *known != layout {
            self.stray();
            return;
        }
        self.strays = 0;
        for (index, cell) in cells(self.text, span, layout.delimiter).enumerate().take(COLUMNS_MAX) {
            if let Some((_, field)) = columns.iter().find(|(column, _)| *column == index) {
                self.cells.push((*field, cell));
            }
        }
    }
}

/// The fields that the cells of a line name. A line that holds an address itself is a row, no header.
fn header(text: &[u8], line: &Range<usize>, delimiter: u8, choice: &Choice) -> Columns {
    if memchr::memchr(b'@', text.get(line.clone()).unwrap_or_default()).is_some() {
        return Columns::new();
    }
    let names = cells(text, line, delimiter).take(COLUMNS_MAX).enumerate();
    names.filter_map(|(index, cell)| Some((index, choice.field(text.get(cell)?)?))).collect()
}

fn hash(kind: &[u8], count: usize) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(kind);
    hasher.write_usize(count);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (Option<u64>, Vec<(Field, String)>);

    fn read(text: &[u8]) -> Vec<Row> {
        let choice = Choice::standard();
        let mut reader = Reader::new(text, &choice);
        let mut out = Vec::new();
        let mut start = 0;
        for line in text.split(|b| *b == b'\n') {
            reader.line(&(start..start + line.len()), &mut |record| {
                let cells =
                    record.cells.iter().map(|(f, r)| (*f, String::from_utf8_lossy(&text[r.clone()]).into_owned()));
                out.push((record.shape, cells.collect()));
            });
            start += line.len() + 1;
        }
        out
    }

    #[test]
    fn the_first_line_names_the_columns_of_those_below() {
        let rows = read(b"no,customer_id,\"e-mail\"\n1,\"77 12\",x\n2,78,\"a,b\"\n");
        assert_eq!(rows[1].1, [(Field::Customer, "77 12".to_owned()), (Field::Email, "x".to_owned())]);
        assert_eq!(rows[2].1[1].1, "a,b");
        assert!(rows[0].0.is_some() && rows[0].0 == rows[2].0);
    }

    #[test]
    fn columns_of_an_insert_name_the_cells_of_its_tuples() {
        let rows = read(b"INSERT INTO t (id, `email`, tel) VALUES (1,'it''s, x','5'),(2,'\\'y','6');");
        let emails: Vec<_> =
            rows.iter().flat_map(|r| &r.1).filter(|c| c.0 == Field::Email).map(|c| c.1.as_str()).collect();
        assert_eq!(emails, ["it''s, x", "\\'y"]);
    }

    #[test]
    fn a_create_table_names_the_columns_of_the_inserts_after_it() {
        let text = b"CREATE TABLE `t` (\n  `id` int,\n  `email` text,\n  PRIMARY KEY (`id`)\n) ENGINE=x;\nINSERT INTO `t` VALUES (1,'u'),(2,'v');";
        let rows = read(text);
        assert_eq!(rows.iter().filter(|r| r.1.iter().any(|c| c.0 == Field::Email)).count(), 2);
    }

    #[test]
    fn rows_of_a_copy_have_the_columns_of_its_list() {
        let rows = read(b"COPY public.t (id, email) FROM stdin;\n1\tu\n2\tv\n\\.\n");
        assert_eq!(rows[1].1, [(Field::Email, "u".to_owned())]);
        assert_eq!(rows.last().unwrap().1, []);
    }

    #[test]
    fn objects_on_one_line_are_records_each() {
        let rows = read(br#"[{"email":"u","tel":"1"}, {"email":"v","tel":"2"}]"#);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].0, rows[1].0);
        assert_eq!(rows[1].1[0], (Field::Email, "v".to_owned()));
    }

    #[test]
    fn a_pipe_inside_a_cp932_letter_cuts_nothing() {
        let rows = read(b"\x83\x7c\x83\x7c,1\n");
        assert_eq!(rows[0].0, Some(hash(b",", 1)));
    }
}
