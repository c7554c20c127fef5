//! A table whose first line names its columns: the values below a telling name.
//!
//! Exports of password managers and consoles: `url,username,password`, `User name,Password,Access key ID`. Apart from
//! [`super::bridge`], where the value stands at the right of its name.
//!
//! *Invariant:* only a name in the first line of the text counts, so that a text has one header, and few columns.

use super::super::value::{Strength, is_uuid, strength};
use super::Look;
use super::words::words;
use std::ops::Range;

/// The longest header in bytes, and the most columns.
const HEADER: usize = 1024;
const COLUMNS: usize = 64;
/// The longest name of a column in bytes.
const NAME: usize = 40;
/// How many rows and bytes below the header are read.
const ROWS: usize = 1000;
const BYTES: usize = 128 * 1024;

/// Names of the columns beside which a weak value is somebody's password as well.
const ACCOUNT: &[&str] = &[
    "user", "username", "login", "email", "mail", "account", "url", "host", "hostname", "site", "benutzer", "usuario",
];

/// The values of a column that look like secrets.
#[derive(Debug)]
pub(super) struct Column {
    /// The column's name, of which the noun is a part.
    pub(super) name: Range<usize>,
    /// Each value, and how it looks.
    pub(super) values: Vec<(Range<usize>, Strength)>,
    /// Whether the table has accounts.
    pub(super) has_accounts: bool,
}

/// The column whose name holds `hit`; none where no table begins the text, or most of its values are something else. So
/// many columns are read as are `left`, whatever comes of it: a header can have a telling word hundreds of times.
pub(super) fn column(text: &[u8], hit: &Range<usize>, look: Look, left: &mut usize) -> Option<Column> {
    if hit.end > HEADER {
        return None;
    }
    let start = if text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let line = line(text, start).filter(|line| line.len() <= HEADER && line.end < text.len())?;
    let header = text.get(line.clone())?;
    let delimiter = *[b',', b';', b'\t', b'|'].iter().max_by_key(|it| header.iter().filter(|b| b == it).count())?;
    let names: Vec<Range<usize>> = cells(text, &line, delimiter);
    if !(2..=COLUMNS).contains(&names.len()) || !names.iter().all(|name| is_name(text.get(name.clone()))) {
        return None;
    }
    let number = names.iter().position(|name| name.start <= hit.start && hit.end <= name.end)?;
    *left = left.checked_sub(1)?;
    let named = |name: &Range<usize>| words(text.get(name.clone()).unwrap_or_default());
    let is_account = |word: Vec<u8>| ACCOUNT.iter().any(|it| it.as_bytes() == word);
    let has_accounts = names.iter().flat_map(named).any(is_account);
    // People choose words as well; what is no table of accounts must be clearer.
    let least = if has_accounts { 4 } else { 2 };
    let values = below(text, &Shape { header: line.end, delimiter, columns: names.len(), number, least }, look)?;
    names.get(number).map(|name| Column { name: name.clone(), values, has_accounts })
}

/// A table, and which of its columns is read.
struct Shape {
    /// Where the header ends.
    header: usize,
    delimiter: u8,
    columns: usize,
    number: usize,
    /// One of so many values must look like a secret.
    least: usize,
}

/// The values in the rows; none when too few of what stands there look like secrets, or it is no table.
fn below(text: &[u8], shape: &Shape, look: Look) -> Option<Vec<(Range<usize>, Strength)>> {
    let Shape { header, delimiter, columns, number, least } = *shape;
    let (mut values, mut filled, mut rows, mut odd) = (Vec::new(), 0, 0, 0);
    let mut at = header;
    while rows < ROWS
        && at < header.saturating_add(BYTES)
        && let Some(row) = line(text, at + 1)
    {
        at = row.end;
        if row.is_empty() {
            continue;
        }
        rows += 1;
        let cells = cells(text, &row, delimiter);
        let Some(cell) = cells.get(number).filter(|_| cells.len() == columns) else {
            odd += 1;
            continue;
        };
        let value = text.get(cell.clone()).unwrap_or_default();
        filled += usize::from(!value.is_empty());
        if let Some(strength) = strength(value, look).filter(|_| !is_other(value, look)) {
            values.push((cell.clone(), strength));
        }
    }
    (!values.is_empty() && values.len() * least >= filled && odd * 2 <= rows).then_some(values)
}

/// What a column of a table may hold as well: identifiers, digests of passwords.
fn is_other(value: &[u8], look: Look) -> bool {
    let digest = matches!(value.len(), 32 | 40 | 56 | 64 | 96 | 128) && value.iter().all(u8::is_ascii_hexdigit);
    is_uuid(value) || (look == Look::Password && digest)
}

/// The line that begins at `start`, without what ends it; none behind the end of the text.
fn line(text: &[u8], start: usize) -> Option<Range<usize>> {
    let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
    let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    Some(start..start + length)
}

/// The cells of a line, without blanks and quotes around them; a delimiter in quotes is none (RFC 4180).
fn cells(text: &[u8], line: &Range<usize>, delimiter: u8) -> Vec<Range<usize>> {
    let bytes = text.get(line.clone()).unwrap_or_default();
    let mut out = Vec::new();
    let (mut start, mut in_quotes) = (0, false);
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'"' {
            in_quotes = !in_quotes;
        } else if *byte == delimiter && !in_quotes {
            out.push(trimmed(bytes, start..at, line.start));
            start = at + 1;
        }
        if out.len() > COLUMNS {
            return out;
        }
    }
    out.push(trimmed(bytes, start..bytes.len(), line.start));
    out
}

fn trimmed(line: &[u8], cell: Range<usize>, offset: usize) -> Range<usize> {
    let bytes = line.get(cell.clone()).unwrap_or_default();
    let lead = bytes.len() - bytes.trim_ascii_start().len();
    let inner = bytes.trim_ascii();
    let start = offset + cell.start + lead;
    match inner {
        [b'"', .., b'"'] if inner.len() > 1 => start + 1..start + inner.len() - 1,
        _ => start..start + inner.len(),
    }
}

/// What people call a column: letters, digits, a few words; or nothing.
fn is_name(cell: Option<&[u8]>) -> bool {
    cell.is_some_and(|cell| {
        let of_name = |b: &u8| b.is_ascii_alphanumeric() || *b >= 0x80 || b" _-./#".contains(b);
        cell.len() <= NAME && cell.iter().all(of_name) && !cell.first().is_some_and(u8::is_ascii_digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, noun: &str) -> Option<(Vec<String>, bool)> {
        let at = text.to_ascii_lowercase().find(noun).unwrap();
        let found = column(text.as_bytes(), &(at..at + noun.len()), Look::Password, &mut 1)?;
        Some((found.values.into_iter().map(|(value, _)| text[value].to_owned()).collect(), found.has_accounts))
    }

    #[test]
    fn the_column_of_a_table_is_read_in_every_dialect() {
        let one = concat!("Kx7#v", "Qp2zL");
        let two = concat!("vR4nkw", "82TqLm");
        for text in [
            format!("url,username,password\nhttps://a.io,bob,{one}\nhttps://b.io,eve,{two}\n"),
            format!(
                "\u{feff}\"Title\",\"Login Name\",\"Password\"\r\n\"a, b\",\"bob\",\"{one}\"\r\n\"c\",\"\",\"{two}\""
            ),
            format!("user;password;note\n\nbob;{one};\neve;{two};x\n"),
            format!("host\tpassword\n10.0.0.1\t{one}\n10.0.0.2\t{two}\n10.0.0.3\t\n"),
        ] {
            assert_eq!(of(&text, "password"), Some((vec![one.to_owned(), two.to_owned()], true)), "{text}");
        }
    }

    #[test]
    fn words_digests_code_and_rows_of_other_shapes_are_no_columns() {
        let (value, digest) = (concat!("Kx7#v", "Qp2zL"), "5d41402abc4b2a76b9719d911017c592");
        for text in [
            format!("name,password\na,changeme\nb,secret\nc,{value}\n"),
            format!("user,password\na,{digest}\n"),
            format!("f(user, password)\ng(1, {value})\n"),
            format!("user, password = 1, 2\nx, {value}\n"),
            format!("user,password\nonly\nwords\nhere\na,{value}\n"),
            format!("password\n{value}\n"),
            "user,password".to_owned(),
            format!("{}user,password\na,{value}\n", "x,".repeat(600)),
            format!("a,b\nuser,password\na,{value}\n"),
        ] {
            assert_eq!(of(&text, "password"), None, "{text}");
        }
    }

    #[test]
    fn columns_are_read_as_often_as_is_left_and_names_elsewhere_cost_nothing() {
        let text = format!("user,password\npassword,{}\n", concat!("Kx7#v", "Qp2zL"));
        let mut left = 2;
        let mut read = |at: usize| column(text.as_bytes(), &(at..at + 8), Look::Password, &mut left).is_some();
        assert!(!read(14) && read(5) && !read(14) && read(5) && !read(5));
        // One in which nothing is found costs as much.
        let mut left = 1;
        let mut read = |text: &str| column(text.as_bytes(), &(5..13), Look::Password, &mut left).is_some();
        assert!(!read("user,password\na,word\n") && !read(&text));
    }

    #[test]
    fn rows_beyond_the_bound_are_not_read() {
        let value = concat!("Kx7#v", "Qp2zL");
        for (rows, counts) in [(ROWS - 1, true), (ROWS, true), (ROWS + 1, false)] {
            let text = format!("user,password\n{}a,{value}\n", "a,\n".repeat(rows - 1));
            assert_eq!(of(&text, "password").is_some(), counts, "{rows}");
        }
    }
}
