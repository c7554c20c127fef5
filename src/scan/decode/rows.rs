//! Where base64 that was wrapped goes on although something stands between: a log's time, a line's number, a table's bar,
//! the sign of a patch before each row; or the rows in one line, as the shell and JSON put them.
//!
//! Only after a full row: as long as encoders make them, and of whole groups.

use super::bytes::{Class, at, before, cut};
use super::wrap::skip_blanks;
use std::ops::Range;

/// The shortest full row, in characters; encoders make 60, 64, 72 or 76.
const FULL: usize = 48;

/// What stands before a row takes at most this much, and what stands behind it.
const MAX_BEFORE: usize = 128;
const MAX_BEHIND: usize = 8;

/// Stretches of so many letters are no part of what stands before a row.
const SHORT: usize = 20;

/// So many blanks are between two rows on one line.
const MAX_BLANKS: usize = 4;

static QUOTE: Class = Class::of(b"\"'");

/// `run` without the sign that a patch puts before each of its lines, where it has one.
pub fn without_sign(input: &[u8], run: Range<usize>) -> Range<usize> {
    let sign = at(input, run.start);
    let is_first = run.start == 0 || before(input, run.start) == b'\n';
    let is_row = run.len() > FULL && run.len() % 4 == 1 && matches!(sign, b'+' | b'-');
    let end = run.end + usize::from(at(input, run.end) == b'\r');
    let goes_on = at(input, end) == b'\n' && at(input, end + 1) == sign;
    if is_first && is_row && goes_on { run.start + 1..run.end } else { run }
}

/// Where the row after the full row `row` starts, of letters of `alphabet`.
pub fn next(input: &[u8], row: &Range<usize>, alphabet: &Class) -> Option<usize> {
    if row.len() < FULL || !row.len().is_multiple_of(4) {
        return None;
    }
    let is_letter = |start: &usize| alphabet.has(at(input, *start));
    beside(input, row.end).filter(is_letter).or_else(|| below(input, row, alphabet).filter(is_letter))
}

/// On the same line, behind blanks, or as the next string of a list.
fn beside(input: &[u8], end: usize) -> Option<usize> {
    let quote = at(input, end);
    if !QUOTE.has(quote) {
        let next = skip_blanks(input, end);
        return (1..=MAX_BLANKS).contains(&(next - end)).then_some(next);
    }
    let comma = skip_blanks(input, end + 1);
    let next = skip_blanks(input, comma + 1);
    (at(input, comma) == b',' && at(input, next) == quote).then_some(next + 1)
}

/// In the same column of the next line that is not empty.
fn below(input: &[u8], row: &Range<usize>, alphabet: &Class) -> Option<usize> {
    let low = row.start.saturating_sub(MAX_BEFORE);
    let column = match memchr::memrchr(b'\n', cut(input, low..row.start)) {
        Some(last) => row.start - low - last - 1,
        None if low == 0 => row.start,
        None => return None,
    };
    let behind = cut(input, row.end..input.len().min(row.end + MAX_BEHIND));
    let behind = cut(behind, 0..memchr::memchr(b'\n', behind)?);
    if behind.iter().any(|byte| alphabet.has(*byte) || *byte == b'=') {
        return None;
    }
    let line = row.end + behind.len() + 1;
    let empty = cut(input, line..input.len().min(line + MAX_BLANKS));
    let line = line + empty.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let start = line + column;
    let same_sign = column == 1 && at(input, line) == before(input, row.start);
    let is_apart = column == 0 || !alphabet.has(before(input, start)) || same_sign;
    let between = cut(input, line..start);
    // What is long enough to be read by itself stays where it is.
    let is_passed = memchr::memchr(b'\n', between).is_none() && alphabet.next_run(between, 0, SHORT).is_none();
    (is_apart && is_passed).then_some(start)
}

#[cfg(test)]
mod tests {
    use super::super::base64::{encode, views};
    use super::super::samples::{contains, token};

    fn reads(form: impl Fn(&str) -> String) -> bool {
        let token = token();
        let letters = encode(format!("settings of the shop, for nobody else\n{token}\nmode = 1\n").as_bytes(), b"+/");
        let rows: Vec<&str> = letters.as_bytes().chunks(64).map(|row| std::str::from_utf8(row).unwrap()).collect();
        views(form(&rows.join("\n")).as_bytes()).iter().any(|view| contains(&view.bytes, &token))
    }

    fn each(rows: &str, form: impl Fn(usize, &str) -> String) -> String {
        rows.split('\n').enumerate().map(|(n, row)| form(n, row)).collect()
    }

    #[test]
    fn rows_with_something_between_them_are_read() {
        assert!(reads(|rows| each(rows, |n, row| format!("2024-05-01T10:00:{n:02}.123Z {row}\n"))));
        assert!(reads(|rows| each(rows, |n, row| format!("{:6}\t{row}\r\n", n + 9))));
        assert!(reads(|rows| each(rows, |_, row| format!("| {row} |\n"))));
        assert!(reads(|rows| format!("@@ -0,0 +1,3 @@\n{}", each(rows, |_, row| format!("+{row}\n")))));
        assert!(reads(|rows| each(rows, |_, row| format!("-{row}\r\n"))));
        assert!(reads(|rows| each(rows, |_, row| format!("{row}\n\n"))));
        assert!(reads(|rows| each(rows, |_, row| format!("{row}\r\r\n"))));
        assert!(reads(|rows| format!("k = [\"{}\"]", rows.replace('\n', "\", \""))));
        assert!(reads(|rows| format!("k = ['{}']", rows.replace('\n', "','"))));
        assert!(reads(|rows| format!("data: {}\n", rows.replace('\n', " "))));
    }

    #[test]
    fn rows_in_other_columns_are_not_joined() {
        assert!(!reads(|rows| each(rows, |n, row| format!("{}{row}\n", "- ".repeat(n + 1)))));
        assert!(!reads(|rows| each(rows, |_, row| format!("{row} and some more words\n"))));
        assert!(!reads(|rows| each(rows, |_, row| format!("x{row}\n"))));
    }
}
