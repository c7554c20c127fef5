//! The rows of a workbook, put together again: a sheet has numbers where a table of strings beside it has the words, so
//! that no address stands in its row, nor below its column's name, in either of them.
//!
//! Apart from `zip`, which hands over the two parts. Format: ECMA-376, 18.3 (sheets) and 18.4 (shared strings).
//!
//! A workbook of some hundred thousand rows is several times as large as XML than as rows. So cells and strings that are
//! in the rows as they stand are not handed on as XML again; whatever is not one of them is.
//!
//! *Invariant:* at most [`HELD`] bytes are kept until the zip ends, and each byte of them is handed on: in the rows, or in
//! what is left of the XML, or it is markup that says nothing ([`Place::of`]). What is beyond is scanned as the XML it is.

use super::budget::Opening;
use super::xml_text;
use crate::scan::decode::bytes::{Class, cut};
use memchr::memmem::Finder;
use std::ops::Range;

/// How much of a workbook's XML is kept.
const HELD: usize = 256 << 20;
/// Cells further to the right follow one another without gaps.
const COLUMNS: usize = 256;

/// The parts of a workbook seen so far.
#[derive(Default)]
pub struct Book {
    strings: Option<Part>,
    sheets: Vec<Part>,
    held: usize,
}

struct Part {
    name: Vec<u8>,
    xml: Vec<u8>,
    /// Whether somebody else has handed it on.
    given: bool,
}

impl Book {
    /// Whether the rows need the entry of this name, if it has `len` bytes.
    pub fn wants(&self, name: &[u8], len: usize) -> bool {
        let is_strings = name == b"xl/sharedStrings.xml" && self.strings.is_none();
        (is_strings || is_sheet(name)) && self.held.saturating_add(len) <= HELD
    }

    /// Keeps the content of an entry that it wants, tens of megabytes at times. It comes back if the book does not hand
    /// on all of it: only if it is whole, and XML as programs write it.
    pub fn keep(&mut self, name: &[u8], content: Vec<u8>, whole: bool) -> Option<Vec<u8>> {
        if !self.wants(name, content.len()) {
            return Some(content);
        }
        self.held += content.len();
        let given = !(whole && is_plain(&content));
        let back = given.then(|| content.clone());
        let part = Part { name: name.to_vec(), xml: content, given };
        if is_sheet(name) {
            self.sheets.push(part);
        } else {
            self.strings = Some(part);
        }
        back
    }

    /// Hands on each sheet as lines of cells separated by tabs, and what is not in them as XML.
    pub fn give(&self, opening: &mut Opening) {
        let none = Part { name: Vec::new(), xml: Vec::new(), given: true };
        let strings = self.strings.as_ref().unwrap_or(&none);
        let mut words = Words::of(&strings.xml);
        let mut more = true;
        for Part { name, xml, given } in &self.sheets {
            let most = usize::try_from(opening.left()).unwrap_or(usize::MAX);
            let Sheet { rows, rest } = Sheet::of(xml, &mut words, most);
            opening.charge(rows.len());
            more = more && (rows.is_empty() || opening.give(name, "rows of xlsx", &rows));
            if !given {
                more = more && give_xml(name, rest.as_deref().unwrap_or(xml), opening);
            }
        }
        if !strings.given && more {
            give_xml(&strings.name, &words.rest(), opening);
        }
    }
}

fn is_sheet(name: &[u8]) -> bool {
    name.starts_with(b"xl/worksheets/") && name.ends_with(b".xml")
}

/// Hands on XML as other entries are; false when there may be no more members.
fn give_xml(name: &[u8], xml: &[u8], opening: &mut Opening) -> bool {
    xml.is_empty() || opening.give(name, "zip", xml) && xml_text::give(name, xml, opening)
}

/// XML in UTF-8, and nothing else from another point of view.
fn is_plain(content: &[u8]) -> bool {
    let xml = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    xml.starts_with(b"<") && memchr::memchr(0, xml).is_none() && super::sniff(content).is_none()
}

/// Shared strings in order, as they stand in a cell.
struct Words<'x> {
    xml: &'x [u8],
    text: Vec<u8>,
    words: Vec<Word>,
}

struct Word {
    /// In the text.
    text: Range<usize>,
    /// In the XML.
    element: Range<usize>,
    /// Whether the text is all that the element has.
    is_whole: bool,
    /// Whether it stands in a row.
    is_shown: bool,
}

impl<'x> Words<'x> {
    fn of(xml: &'x [u8]) -> Self {
        let mut words = Self { xml, text: Vec::with_capacity(xml.len() / 2), words: Vec::new() };
        for (element, content) in elements(xml, b"<si", b"</si>") {
            let start = words.text.len();
            let is_bare = content.start == element.start + b"<si>".len();
            let content = cut(xml, content);
            let is_whole = match simple(content, b"<t", b"</t>").filter(|_| is_bare) {
                Some(text) => push_cell(&mut words.text, text),
                None => {
                    words.text.extend_from_slice(&cell_text(content));
                    content.is_empty()
                }
            };
            words.words.push(Word { text: start..words.text.len(), element, is_whole, is_shown: false });
        }
        words
    }

    fn push(&mut self, index: usize, out: &mut Vec<u8>) -> bool {
        let Some(word) = self.words.get_mut(index) else { return false };
        word.is_shown = true;
        out.extend_from_slice(cut(&self.text, word.text.clone()));
        true
    }

    /// The XML without the strings that stand in a row as they are.
    fn rest(&self) -> Vec<u8> {
        let mut rest = Rest::default();
        for word in self.words.iter().filter(|word| word.is_shown && word.is_whole) {
            rest.leave_out(self.xml, &word.element);
        }
        rest.finish(self.xml)
    }
}

/// XML without the elements that stand somewhere else.
#[derive(Default)]
struct Rest {
    kept: Vec<u8>,
    done: usize,
}

impl Rest {
    fn leave_out(&mut self, xml: &[u8], element: &Range<usize>) {
        self.kept.extend_from_slice(cut(xml, self.done..element.start));
        self.done = element.end;
    }

    fn finish(mut self, xml: &[u8]) -> Vec<u8> {
        self.kept.extend_from_slice(cut(xml, self.done..xml.len()));
        self.kept
    }
}

/// One sheet as rows, and what of its XML is not in them; nothing, if not all rows have room.
struct Sheet {
    rows: Vec<u8>,
    rest: Option<Vec<u8>>,
}

impl Sheet {
    fn of(xml: &[u8], words: &mut Words<'_>, most: usize) -> Self {
        let mut rows = Vec::with_capacity(xml.len() / 4);
        let mut rest = Rest::default();
        let mut column = 0;
        let mut here = 0;
        while let Some(start) = memchr::memchr(b'<', cut(xml, here..xml.len())).map(|at| here + at) {
            let tag = cut(xml, start..xml.len());
            let Some(head) = memchr::memchr(b'>', tag).map(|end| cut(tag, 0..end)) else { break };
            here = start + head.len() + 1;
            if let Some(attributes) = attributes(head, b"<c") {
                let Some(body) = body_of(head, cut(xml, here..xml.len())) else { continue };
                let place = Place::of(attributes);
                let cell = Cell { head, body, place: place.unwrap_or_else(|| Place::sought(head)) };
                let whole = cell.push(words, &mut column, &mut rows);
                here += if head.ends_with(b"/") { 0 } else { body.len() + CELL_END.len() };
                if whole && place.is_some() {
                    rest.leave_out(xml, &(start..here));
                }
            } else if let Some(attributes) = attributes(head, b"<row") {
                column = 0;
                if Place::of(attributes).is_some() {
                    rest.leave_out(xml, &(start..here));
                }
            } else if head == b"</row" {
                rows.push(b'\n');
                rest.leave_out(xml, &(start..here));
            }
            if rows.len() > most {
                rows.truncate(most);
                return Self { rows, rest: None };
            }
        }
        Self { rows, rest: Some(rest.finish(xml)) }
    }
}

const CELL_END: &[u8] = b"</c>";

/// What is in the cell before `rest`, up to its end.
fn body_of<'x>(head: &[u8], rest: &'x [u8]) -> Option<&'x [u8]> {
    if head.ends_with(b"/") {
        return Some(&[]);
    }
    // Nearly all cells are a value and nothing else: its tag ends where the cell does.
    let value =
        rest.strip_prefix(b"<v>").and_then(|value| memchr::memchr(b'<', value)).map(|len| b"<v></v>".len() + len);
    let end = value.filter(|end| cut(rest, *end..end + CELL_END.len()) == CELL_END);
    rest.get(..end.or_else(|| memchr::memmem::find(rest, CELL_END))?)
}

/// One cell: its opening tag without `>`, what is in it, and what the tag says.
struct Cell<'x> {
    head: &'x [u8],
    body: &'x [u8],
    place: Place,
}

impl Cell<'_> {
    /// Writes the cell at its place in the row; true if that is all that there is in it.
    fn push(&self, words: &mut Words<'_>, column: &mut usize, rows: &mut Vec<u8>) -> bool {
        if self.head.ends_with(b"/") {
            return true;
        }
        let place = self.place.column.unwrap_or(*column).min(COLUMNS);
        while *column < place {
            rows.push(b'\t');
            *column += 1;
        }
        let is_shared = self.place.is_shared;
        if let Some(value) = simple(self.body, b"<v", b"</v>") {
            let word = if is_shared { number(value.trim_ascii()) } else { None };
            return word.is_some_and(|index| words.push(index, rows)) || push_cell(rows, value);
        }
        let inline = self.body.strip_prefix(b"<is>").and_then(|rest| rest.strip_suffix(b"</is>"));
        if let Some(text) = inline.and_then(|inline| simple(inline, b"<t", b"</t>")) {
            return push_cell(rows, text);
        }
        let value = elements(self.body, b"<v", b"</v>").next().map(|(_, value)| cell_text(cut(self.body, value)));
        let index = value.as_deref().filter(|_| is_shared).and_then(number);
        if index.is_none_or(|index| !words.push(index, rows)) {
            rows.extend_from_slice(&value.unwrap_or_else(|| cell_text(self.body)));
        }
        false
    }
}

/// The text of a cell that is one element and nothing else.
fn simple<'x>(body: &'x [u8], open: &[u8], close: &[u8]) -> Option<&'x [u8]> {
    let rest = body.strip_prefix(open)?;
    let end = memchr::memchr(b'>', rest)?;
    let text = cut(rest, end + 1..rest.len()).strip_suffix(close)?;
    let plain = memchr::memchr(b'<', text).is_none();
    (plain && (end == 0 || cut(rest, 0..end) == b" xml:space=\"preserve\"")).then_some(text)
}

/// Writes the text of a cell on one line; true if no line ends in it.
fn push_cell(out: &mut Vec<u8>, text: &[u8]) -> bool {
    let is_control = |b: &u8| matches!(b, b'\n' | b'\r' | b'\t');
    if memchr::memchr(b'&', text).is_none() && !text.iter().any(is_control) {
        out.extend_from_slice(text.trim_ascii_end());
        return true;
    }
    out.extend_from_slice(&cell_text(text));
    !text.trim_ascii_end().iter().any(is_control)
}

fn cell_text(xml: &[u8]) -> Vec<u8> {
    let mut text = xml_text::text(xml);
    text.truncate(text.trim_ascii_end().len());
    text.iter_mut().filter(|b| matches!(b, b'\n' | b'\r' | b'\t')).for_each(|b| *b = b' ');
    text
}

/// What follows the name in a tag that begins with `open`.
fn attributes<'x>(head: &'x [u8], open: &[u8]) -> Option<&'x [u8]> {
    let rest = head.strip_prefix(open)?;
    matches!(rest.first(), None | Some(b' ' | b'/')).then_some(rest)
}

/// What the tag of a cell or row says.
#[derive(Clone, Copy)]
struct Place {
    /// From 0.
    column: Option<usize>,
    /// Whether the value is the number of a shared string.
    is_shared: bool,
}

impl Place {
    /// Of attributes that say where a cell stands and how it looks, in a few letters; `None`, if they say more.
    fn of(attributes: &[u8]) -> Option<Self> {
        let mut place = Self { column: None, is_shared: false };
        let mut rest = attributes.strip_suffix(b"/").unwrap_or(attributes);
        loop {
            rest = rest.trim_ascii_start();
            if rest.is_empty() {
                return Some(place);
            }
            let (name, value) = rest.split_at_checked(rest.iter().position(|b| *b == b'=')?)?;
            let value = value.strip_prefix(b"=\"")?;
            let (value, after) = value.split_at_checked(VALUE.end(value, 0))?;
            rest = after.strip_prefix(b"\"")?;
            if value.len() > VALUE_MAX {
                return None;
            }
            match name {
                b"r" => place.column = column_of(value),
                b"t" => place.is_shared = value == b"s",
                name if NAMES.split(' ').any(|known| known.as_bytes() == name) => {}
                _ => return None,
            }
        }
    }

    /// As far as it can be found in any tag.
    fn sought(head: &[u8]) -> Self {
        let at = memchr::memmem::find(head, b" r=\"").map(|at| at + b" r=\"".len());
        let column = at.and_then(|at| head.get(at..)).and_then(column_of);
        Self { column, is_shared: memchr::memmem::find(head, b" t=\"s\"").is_some() }
    }
}

static VALUE: Class = Class::alnum_and(b".:-");
const VALUE_MAX: usize = 20;

/// Besides `r` and `t`, of `c` and `row` (ECMA-376, 18.3.1.4 and 18.3.1.73).
const NAMES: &str =
    "s spans ht cm vm ph hidden customFormat customHeight outlineLevel collapsed x14ac:dyDescent thickBot";

/// The column of the place `AB12`, from 0.
fn column_of(place: &[u8]) -> Option<usize> {
    let letters = place.iter().take(3).take_while(|b| b.is_ascii_uppercase());
    letters.fold(0usize, |sum, b| sum * 26 + usize::from(b - b'A') + 1).checked_sub(1)
}

fn number(digits: &[u8]) -> Option<usize> {
    let valid = !digits.is_empty() && digits.len() <= 9 && digits.iter().all(u8::is_ascii_digit);
    valid.then(|| digits.iter().fold(0, |sum, b| sum * 10 + usize::from(b - b'0')))
}

/// The elements that begin with `open`, and what is in them; nothing is in one that ends in its own tag.
fn elements<'x>(
    xml: &'x [u8],
    open: &'x [u8],
    close: &'x [u8],
) -> impl Iterator<Item = (Range<usize>, Range<usize>)> + 'x {
    let (open, close) = (Finder::new(open), Finder::new(close));
    let mut here = 0;
    std::iter::from_fn(move || {
        loop {
            let start = here + open.find(xml.get(here..)?)?;
            let after = start + open.needle().len();
            here = after;
            if !matches!(xml.get(after), Some(b'>' | b' ' | b'/')) {
                continue;
            }
            let head = after + memchr::memchr(b'>', xml.get(after..)?)?;
            if xml.get(head - 1) == Some(&b'/') {
                here = head + 1;
                return Some((start..here, here..here));
            }
            let end = head + 1 + close.find(xml.get(head + 1..)?)?;
            here = end + close.needle().len();
            return Some((start..here, head + 1..end));
        }
    })
}

#[cfg(test)]
#[path = "xlsx_tests.rs"]
mod tests;
