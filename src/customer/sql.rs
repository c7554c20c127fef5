//! Which columns the statements of a database dump name: `INSERT`, `COPY … FROM stdin`, and the `CREATE TABLE` before an
//! `INSERT` without a list (the form of mysqldump).
//!
//! *Invariant:* line by line, no grammar: the head of a statement stands at a line's start in every dump.

use super::id::Choice;
use super::layout::{COLUMNS_MAX, Columns};
use std::ops::Range;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Statement {
    /// Holds tuples of values from this offset on.
    Tuples(usize),
    /// A row of `COPY`.
    CopyRow,
    /// Anything else.
    Other,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Outside,
    /// Between `CREATE TABLE` and its closing bracket: the next column's index.
    Create(usize),
    /// After `INSERT … VALUES` without its `;`.
    Values,
    Copy,
}

/// Remembers the statement that a line may continue.
#[derive(Debug, Default)]
pub(super) struct Sql {
    state: State,
    /// Of the statement at hand.
    columns: Columns,
    /// Of the last `CREATE TABLE`.
    created: Columns,
}

/// A statement's head is read so far.
const HEAD_MAX: usize = 8_192;

impl Sql {
    /// The named columns of the statement at hand.
    pub(super) fn columns(&self) -> &[(usize, super::field::Field)] {
        &self.columns
    }

    /// Takes one line of `text` and says what it is.
    pub(super) fn line(&mut self, text: &[u8], line: &Range<usize>, choice: &Choice) -> Statement {
        let bytes = text.get(line.clone()).unwrap_or_default();
        let blank = bytes.iter().take_while(|b| b.is_ascii_whitespace()).count();
        let bytes = bytes.get(blank..).unwrap_or_default();
        let start = line.start + blank;
        if self.state == State::Copy {
            return self.copy_line(bytes);
        }
        if self.state == State::Values && bytes.starts_with(b"(") {
            self.close_values(bytes);
            return Statement::Tuples(start);
        }
        // Asked of every line.
        if self.state == State::Outside && !matches!(bytes.first(), Some(b'i' | b'I' | b'r' | b'R' | b'c' | b'C')) {
            return Statement::Other;
        }
        if starts_with(bytes, &[b"insert into ", b"replace into ", b"insert ignore into "]) {
            return self.insert(bytes, start, choice);
        }
        if starts_with(bytes, &[b"copy "]) {
            let list = list_of(bytes, choice);
            if contains(bytes, b"from stdin") {
                self.columns = list;
                self.state = State::Copy;
            }
            return Statement::Other;
        }
        self.create(bytes, choice);
        Statement::Other
    }

    fn copy_line(&mut self, bytes: &[u8]) -> Statement {
        if bytes == b"\\." {
            self.state = State::Outside;
            return Statement::Other;
        }
        Statement::CopyRow
    }

    fn insert(&mut self, bytes: &[u8], start: usize, choice: &Choice) -> Statement {
        let head = bytes.get(..bytes.len().min(HEAD_MAX)).unwrap_or_default();
        let folded = head.to_ascii_lowercase();
        let values = memchr::memmem::find(&folded, b"values");
        let list = list_of(head.get(..values.unwrap_or(head.len())).unwrap_or_default(), choice);
        self.columns = if list.is_empty() { self.created.clone() } else { list };
        self.state = State::Values;
        let Some(values) = values else { return Statement::Other };
        self.close_values(bytes);
        Statement::Tuples(start + values + b"values".len())
    }

    fn close_values(&mut self, bytes: &[u8]) {
        if bytes.trim_ascii_end().ends_with(b";") {
            self.state = State::Outside;
        }
    }

    fn create(&mut self, bytes: &[u8], choice: &Choice) {
        if starts_with(bytes, &[b"create table "]) {
            self.created = list_of(bytes, choice);
            self.state = State::Create(0);
            return;
        }
        let State::Create(index) = self.state else { return };
        if bytes.starts_with(b")") || index >= COLUMNS_MAX {
            self.state = State::Outside;
            return;
        }
        let name = bytes.split(|b| b.is_ascii_whitespace()).next().unwrap_or_default();
        if let Some(field) = choice.field(name) {
            self.created.push((index, field));
        }
        self.state = State::Create(index + 1);
    }
}

/// The fields that the names in the first pair of brackets say.
fn list_of(head: &[u8], choice: &Choice) -> Columns {
    let Some(open) = memchr::memchr(b'(', head) else { return Columns::new() };
    let list = head.get(open + 1..).unwrap_or_default();
    let list = list.get(..memchr::memchr(b')', list).unwrap_or(list.len())).unwrap_or_default();
    let names = list.split(|b| *b == b',').take(COLUMNS_MAX).enumerate();
    names
        .filter_map(|(index, name)| Some((index, choice.field(name.trim_ascii().split(|b| *b == b' ').next()?)?)))
        .collect()
}

fn starts_with(bytes: &[u8], heads: &[&[u8]]) -> bool {
    heads.iter().any(|head| bytes.get(..head.len()).is_some_and(|b| b.eq_ignore_ascii_case(head)))
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(HEAD_MAX)).unwrap_or_default();
    memchr::memmem::find(&head.to_ascii_lowercase(), needle).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::field::Field;

    fn take(sql: &mut Sql, text: &str) -> Statement {
        sql.line(text.as_bytes(), &(0..text.len()), &Choice::standard())
    }

    #[test]
    fn an_insert_lasts_until_its_semicolon() {
        let mut sql = Sql::default();
        assert_eq!(take(&mut sql, "insert into t (a, [e-mail]) values"), Statement::Tuples(34));
        assert_eq!(sql.columns(), [(1, Field::Email)]);
        assert_eq!(take(&mut sql, "  (1, 'x'),"), Statement::Tuples(2));
        assert_eq!(take(&mut sql, "(2, 'y');"), Statement::Tuples(0));
        assert_eq!(take(&mut sql, "(3, 'z')"), Statement::Other);
    }

    #[test]
    fn a_copy_lasts_until_its_dot() {
        let mut sql = Sql::default();
        assert_eq!(take(&mut sql, "COPY t (id, tel) FROM stdin;"), Statement::Other);
        assert_eq!(take(&mut sql, "1\t2"), Statement::CopyRow);
        assert_eq!(take(&mut sql, "\\."), Statement::Other);
        assert_eq!(take(&mut sql, "1\t2"), Statement::Other);
    }
}
