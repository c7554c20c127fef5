//! SQLite databases: each table as text, one JSON object a row, so that a value stands beside its column's name.
//!
//! As it lies in the file a long value is cut up over overflow pages, UTF-16 text has a NUL beside every letter, and a
//! column's name stands nowhere near its values. What the tables do not reach (deleted rows, free pages) is scanned by
//! the caller as it lies in the file. Format: <https://www.sqlite.org/fileformat2.html>.
//!
//! *Invariant:* every page is visited once at most, so a tree that points into itself ends.

mod page;
mod record;
mod schema;

use super::super::UnreadableKind;
use super::budget::{OUT_OF_BUDGET, Opening};
use page::{Database, Walk};
use record::Value;

/// The magic of every SQLite 3 database.
const MAGIC: &[u8] = b"SQLite format 3\0";
/// Rows are handed on in texts of about this many bytes: a table of gigabytes is never in memory as a whole.
const CHUNK: usize = 4 << 20;
/// The page of `sqlite_schema`, which names all others.
const SCHEMA_PAGE: u32 = 1;

/// Whether this is an SQLite database.
pub fn is_sqlite(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) && bytes.len() >= 100
}

/// Hands on every table.
pub fn open(bytes: &[u8], opening: &mut Opening) {
    let Some(mut database) = Database::new(bytes) else {
        opening.obstacle(UnreadableKind::Broken, b"", "the header is damaged");
        return;
    };
    let mut tables = Vec::new();
    let mut walk = Walk::new(SCHEMA_PAGE);
    while let Some(leaf) = database.next(&mut walk) {
        tables.extend(schema::table(&database.values(&leaf)));
    }
    for table in &tables {
        if !give_table(&mut database, table, opening) {
            return;
        }
    }
    if database.is_damaged() {
        opening.obstacle(UnreadableKind::Broken, b"", "a page is missing or damaged");
    }
}

/// Hands on one table's rows; false when there may be no more.
fn give_table(database: &mut Database<'_>, table: &schema::Table, opening: &mut Opening) -> bool {
    let mut text = Vec::new();
    let mut walk = Walk::new(table.root);
    while let Some(leaf) = database.next(&mut walk) {
        let values = database.values(&leaf);
        for value in &values {
            let Value::Blob(blob) = value else { continue };
            if super::sniff(blob).is_some() && !opening.give(&table.name, "sqlite", blob) {
                return false;
            }
        }
        write_row(table, &values, &mut text);
        if text.len() >= CHUNK && !give_text(table, &mut text, opening) {
            return false;
        }
    }
    give_text(table, &mut text, opening)
}

fn give_text(table: &schema::Table, text: &mut Vec<u8>, opening: &mut Opening) -> bool {
    if text.is_empty() {
        return true;
    }
    let rows = std::mem::take(text);
    if u64::try_from(rows.len()).is_ok_and(|length| length > opening.left()) {
        opening.obstacle(UnreadableKind::OverLimit, &table.name, OUT_OF_BUDGET);
        return false;
    }
    opening.charge(rows.len());
    opening.give(&table.name, "sqlite", &rows)
}

/// One row as a JSON object on one line.
fn write_row(table: &schema::Table, values: &[Value], out: &mut Vec<u8>) {
    out.push(b'{');
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.extend_from_slice(b", ");
        }
        match table.columns.get(at) {
            Some(name) => quoted(name, out),
            None => quoted(format!("column {}", at + 1).as_bytes(), out),
        }
        out.extend_from_slice(b": ");
        match value {
            Value::Null => out.extend_from_slice(b"null"),
            Value::Number(digits) => out.extend_from_slice(digits.as_bytes()),
            Value::Text(bytes) | Value::Blob(bytes) => quoted(bytes, out),
        }
    }
    out.extend_from_slice(b"}\n");
}

/// A JSON string; bytes that are no UTF-8 stay as they are, since only the scanner reads this.
fn quoted(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in bytes {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            _ => out.push(*byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests;
