//! Cuts a text into records (lines, objects, tuples) and finds which of their cells are said to hold personal data.
//!
//! *Invariant:* one pass, no tree: a dump is known by the repetition of its rows, and a row is a line, a tuple or an
//! object of the same form as its neighbours. Columns are taken from the whole text, since the header of a file that
//! grows is not among the added lines.

use super::cut::{cells, next_cut, trim, unwrapped, without_comma};
use super::edi;
use super::field::Field;
use super::id::Choice;
use super::keyed::pairs;
use super::layout::{self, BLANKS, COLUMNS_MAX, Columns, Layout, header};
use super::names::Names;
use super::sql::{Sql, Statement};
use super::stacked::Stacked;
use std::hash::{DefaultHasher, Hasher};
use std::ops::Range;

/// After more lines of another layout a header is over.
const STRAYS_MAX: usize = 3;

/// A run's first lines are looked at as headers: a title or `sep=;` can stand above one.
const HEADER_LINES: usize = 3;

/// Values of one list that are read: `"email": ["…", "…"]`.
const LIST_MAX: usize = 8_192;

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

/// Reads lines in order and remembers what the last header said.
pub(super) struct Reader<'t> {
    text: &'t [u8],
    choice: &'t Choice,
    is_utf8: bool,
    sql: Sql,
    /// The layout of the last lines, the last of them that can be a header, and how many there are.
    run: Option<(Layout, Range<usize>, usize)>,
    header: Option<(Layout, Columns)>,
    /// Lines since one had the header's layout.
    strays: usize,
    stacked: Stacked,
    /// Whether segments of X12 or HL7 are read.
    has_edi: bool,
    cells: Vec<Cell>,
    names: Names,
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
            stacked: Stacked::default(),
            has_edi: edi::is_in(text),
            cells: Vec::new(),
            names: Names::default(),
        }
    }

    /// Hands each record of the line `line` (without its end) to `take`.
    pub(super) fn line(&mut self, line: &Range<usize>, take: &mut dyn FnMut(&Record<'_>)) {
        if self.has_edi {
            return self.segments(line, take);
        }
        let line = &unwrapped(self.text, line);
        match self.sql.line(self.text, line, self.choice) {
            Statement::Tuples(from) => self.tuples(&(from..line.end), take),
            Statement::CopyRow => self.copy_row(line, take),
            Statement::Other => self.pieces(line, take),
        }
    }

    /// Segments end at line ends or, in X12, at `~`.
    fn segments(&mut self, line: &Range<usize>, take: &mut dyn FnMut(&Record<'_>)) {
        let mut start = line.start;
        for segment in self.text.get(line.clone()).unwrap_or_default().split(|b| *b == b'~') {
            let span = start..start + segment.len();
            self.cells.clear();
            edi::cells(self.text, &span, &mut self.cells);
            take(&Record { span, cells: &self.cells, shape: None });
            start += segment.len() + 1;
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
        let span = &without_comma(self.text, span);
        self.cells.clear();
        if let Some(cell) = self.stacked.line(self.text, span) {
            self.cells.push(cell);
            return take(&Record { span: span.clone(), cells: &self.cells, shape: None });
        }
        let layout = self.layout(span);
        if let Some(layout) = layout.filter(|layout| self.continues(span, *layout) || layout.delimiter == layout::TAGS)
        {
            return self.row(span, Some(layout), take);
        }
        let mut keys = DefaultHasher::new();
        let mut count = 0usize;
        for pair in pairs(self.text, span) {
            let name = self.text.get(pair.name).unwrap_or_default();
            count += 1;
            let digest = hash(name, 0);
            keys.write_u64(digest);
            if let Some(field) = self.names.key(self.choice, digest, name) {
                self.value(field, pair.value, span.end);
            }
        }
        if count >= 2 {
            self.stray();
            let shape = Some(keys.finish());
            take(&Record { span: span.clone(), cells: &self.cells, shape });
            return;
        }
        if let Some(layout) = layout.filter(|layout| layout.count == 1 && count == 0) {
            self.name_beside(span, layout);
        }
        self.row(span, layout, take);
    }

    /// A value, or all values of a list that ends before `end`.
    fn value(&mut self, field: Field, value: Range<usize>, end: usize) {
        let list = self.text.get(value.start..end).and_then(|rest| rest.strip_prefix(b"["));
        let Some(list) = list else {
            // `From: Hana Sato <hana@…>`
            let rest = self.text.get(value.end..end).unwrap_or_default();
            let address = rest.trim_ascii_start().starts_with(b"<") && field == Field::Email;
            let len = memchr::memchr(b'>', rest).filter(|_| address).unwrap_or(0);
            return self.cells.push((field, value.start..value.end + len));
        };
        let len = memchr::memchr(b']', list).unwrap_or(list.len());
        let start = value.start + 1;
        self.cells.extend(cells(self.text, &(start..start + len), b',').take(LIST_MAX).map(|cell| (field, cell)));
    }

    /// `email | hana@…`: two cells, the first of which says what the second is.
    fn name_beside(&mut self, span: &Range<usize>, layout: Layout) {
        let mut both = cells(self.text, span, layout.delimiter);
        let (Some(name), Some(value)) = (both.next(), both.next()) else { return };
        let name = self.text.get(name).unwrap_or_default();
        if let Some(field) = self.names.key(self.choice, hash(name, 0), name).filter(|_| !value.is_empty()) {
            self.cells.push((field, value));
        }
    }

    /// Whether a line stands under a header: whatever its cells look like, they are cells.
    fn continues(&mut self, span: &Range<usize>, layout: Layout) -> bool {
        if self.run.as_ref().is_some_and(|(known, _, length)| known.covers(layout) && *length < HEADER_LINES) {
            self.look_for_header(span, layout);
        }
        self.header.as_ref().is_some_and(|(known, _)| known.covers(layout))
    }

    fn row(&mut self, span: &Range<usize>, layout: Option<Layout>, take: &mut dyn FnMut(&Record<'_>)) {
        self.columns(span, layout);
        let covered = |layout: &Layout| self.header.as_ref().is_some_and(|(known, _)| known.covers(*layout));
        let rows = layout.filter(|layout| layout.delimiter != BLANKS || covered(layout));
        let shape = rows.map(|layout| hash(&[layout.delimiter], layout.count));
        take(&Record { span: span.clone(), cells: &self.cells, shape });
    }

    /// Reads the run's last line as the header of this one and those that follow.
    fn look_for_header(&mut self, span: &Range<usize>, layout: Layout) {
        let Some((known, last, length)) = &mut self.run else { return };
        if last == span || self.header.as_ref().is_some_and(|(header, _)| *header == *known && *length > 1) {
            return;
        }
        let (text, choice, names) = (self.text, self.choice, &mut self.names);
        let mut named = |name: &[u8]| names.column(choice, hash(name, 0), name);
        let columns = header(text, last, layout.delimiter, &mut named);
        // `name | …` above `address | …` are names with their values; the first line of a table says more than one below.
        let pairs = layout.count == 1
            && header(text, span, layout.delimiter, &mut named).first().is_some_and(|(at, _)| *at == 0);
        let least = if *length == 1 { 1 } else { 2 };
        *length += 1;
        last.clone_from(span);
        if columns.len() >= least && !pairs {
            self.header = Some((*known, columns));
        }
    }

    fn layout(&self, span: &Range<usize>) -> Option<Layout> {
        let known = [self.run.as_ref().map(|run| run.0), self.header.as_ref().map(|header| header.0)];
        layout::of(self.text.get(span.clone()).unwrap_or_default(), self.is_utf8, known)
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
        let line = self.text.get(span.clone()).unwrap_or_default();
        // A comment, a rule or an empty line between rows ends nothing.
        if layout::is_rule(line) || line.is_empty() || line.starts_with(b"#") && layout.is_none() {
            return;
        }
        let Some(layout) = layout else {
            self.run = None;
            self.stray();
            return;
        };
        match &self.run {
            Some((known, ..)) if known.covers(layout) => {
                self.continues(span, layout);
            }
            _ => self.run = Some((layout, span.clone(), 1)),
        }
        let Some((known, columns)) = &self.header else { return };
        if !known.covers(layout) {
            self.stray();
            return;
        }
        self.strays = 0;
        let shift = layout.count - known.count;
        for (index, cell) in cells(self.text, span, layout.delimiter).skip(shift).enumerate().take(COLUMNS_MAX) {
            if let Some((_, field)) = columns.iter().find(|(column, _)| *column == index) {
                self.cells.push((*field, cell));
            }
        }
    }
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
        assert_eq!(emails, ["it''s, x", "y"]);
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
