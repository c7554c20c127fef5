//! The rows of a workbook, put together again: a sheet has numbers where a table of strings beside it has the words, so
//! that no address stands in its row, nor below its column's name, in either of them.
//!
//! Apart from `zip`, which hands over the two parts. Format: ECMA-376, 18.3 (sheets) and 18.4 (shared strings).
//!
//! *Invariant:* at most [`HELD`] bytes are kept until the zip ends; what is beyond was scanned as the XML it is.

use super::budget::Opening;
use super::xml_text;
use crate::scan::decode::bytes::cut;
use std::ops::Range;

/// How much of a workbook's XML is kept.
const HELD: usize = 256 << 20;
/// Cells further to the right follow one another without gaps.
const COLUMNS: usize = 256;

/// The parts of a workbook seen so far.
#[derive(Default)]
pub struct Book {
    strings: Vec<u8>,
    sheets: Vec<(Vec<u8>, Vec<u8>)>,
    held: usize,
}

impl Book {
    /// Keeps the content of an entry if the rows need it.
    pub fn keep(&mut self, name: &[u8], content: &[u8]) {
        let is_sheet = name.starts_with(b"xl/worksheets/") && name.ends_with(b".xml");
        let is_strings = name == b"xl/sharedStrings.xml";
        if !(is_sheet || is_strings) || self.held.saturating_add(content.len()) > HELD {
            return;
        }
        self.held += content.len();
        if is_sheet {
            self.sheets.push((name.to_vec(), content.to_vec()));
        } else {
            self.strings = content.to_vec();
        }
    }

    /// Hands on each sheet as lines of cells separated by tabs.
    pub fn give(&self, opening: &mut Opening) {
        let words = words(&self.strings);
        for (name, xml) in &self.sheets {
            let rows = rows(xml, &words, usize::try_from(opening.left()).unwrap_or(usize::MAX));
            opening.charge(rows.len());
            if !rows.is_empty() && !opening.give(name, "rows of xlsx", &rows) {
                return;
            }
        }
    }
}

/// The shared strings in order, as they stand in a cell.
fn words(xml: &[u8]) -> Vec<Vec<u8>> {
    pieces(xml, b"<si", b"</si>").map(|piece| cell_text(cut(xml, piece))).collect()
}

fn cell_text(xml: &[u8]) -> Vec<u8> {
    let mut text = xml_text::text(xml);
    text.truncate(text.trim_ascii_end().len());
    text.iter_mut().filter(|b| matches!(b, b'\n' | b'\r' | b'\t')).for_each(|b| *b = b' ');
    text
}

fn rows(xml: &[u8], words: &[Vec<u8>], most: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for row in pieces(xml, b"<row", b"</row>") {
        let row = cut(xml, row);
        let mut column = 0;
        for cell in pieces(row, b"<c", b"</c>") {
            let cell = cut(row, cell);
            let head = cut(cell, 0..memchr::memchr(b'>', cell).unwrap_or(cell.len()));
            let place = column_of(head).unwrap_or(column).min(COLUMNS);
            while column < place {
                out.push(b'\t');
                column += 1;
            }
            let value = pieces(cell, b"<v", b"</v>").next().map(|value| cell_text(cut(cell, value)));
            let shared = memchr::memmem::find(head, b"t=\"s\"").is_some();
            let index = value.as_deref().filter(|_| shared).and_then(number);
            match (index.and_then(|index| words.get(index)), value) {
                (Some(word), _) => out.extend_from_slice(word),
                (None, Some(value)) => out.extend_from_slice(&value),
                (None, None) => out.extend_from_slice(&cell_text(cell)),
            }
        }
        out.push(b'\n');
        if out.len() > most {
            out.truncate(most);
            break;
        }
    }
    out
}

/// The column that `r="AB12"` names, from 0.
fn column_of(head: &[u8]) -> Option<usize> {
    let at = memchr::memmem::find(head, b" r=\"")?;
    let letters = head.get(at + 4..)?.iter().take(3).take_while(|b| b.is_ascii_uppercase());
    letters.fold(0usize, |sum, b| sum * 26 + usize::from(b - b'A') + 1).checked_sub(1)
}

fn number(digits: &[u8]) -> Option<usize> {
    let valid = !digits.is_empty() && digits.len() <= 9 && digits.iter().all(u8::is_ascii_digit);
    valid.then(|| digits.iter().fold(0, |sum, b| sum * 10 + usize::from(b - b'0')))
}

/// The elements that begin with `open` and a blank or `>`; one that ends in its own tag is empty.
fn pieces<'x>(xml: &'x [u8], open: &'x [u8], close: &'x [u8]) -> impl Iterator<Item = Range<usize>> + 'x {
    let mut here = 0;
    std::iter::from_fn(move || {
        loop {
            let start = here + memchr::memmem::find(xml.get(here..)?, open)?;
            let after = start + open.len();
            here = after;
            if !matches!(xml.get(after), Some(b'>' | b' ')) {
                continue;
            }
            let head = memchr::memchr(b'>', xml.get(after..)?)?;
            if head > 0 && xml.get(after + head - 1) == Some(&b'/') {
                continue;
            }
            let end = start + memchr::memmem::find(xml.get(start..)?, close)?;
            here = end;
            return Some(start..end);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_stand_in_their_rows_with_their_words() {
        let words = words(b"<sst><si><t>mail</t></si><si><r><t>a@</t></r><r><t>b&amp;c</t></r></si></sst>");
        let sheet = b"<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"inlineStr\"><is><t>tel</t></is></c></row>\
            <row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c><c r=\"B2\"/><c r=\"C2\"><v>7</v></c></row></sheetData>";
        let text = rows(sheet, &words, 1 << 20);
        assert_eq!(String::from_utf8(text).unwrap(), "mail\t\ttel\na@b&c\t\t7\n");
    }

    #[test]
    fn broken_sheets_give_what_can_be_read() {
        for xml in ["", "<row", "<row>", "<row><c", "<row><c r=\"", "<row><c><v></row>", "<si>"] {
            let _ = (words(xml.as_bytes()), rows(xml.as_bytes(), &[], 10));
        }
        assert_eq!(number(b"12"), Some(12));
        assert_eq!(column_of(b"<c r=\"AB12\""), Some(27));
    }
}
