//! Where a line is cut: into cells, and between objects or tuples.
//!
//! *Invariant:* ranges of the text, no copies.

use super::layout::{BLANKS, TAGS};
use std::ops::Range;

/// The cells of `line`, without blanks and quotes around them.
pub(super) fn cells<'t>(text: &'t [u8], line: &Range<usize>, delimiter: u8) -> impl Iterator<Item = Range<usize>> + 't {
    let mut next = Some(line.start);
    let end = line.end;
    let bytes = text.get(line.clone()).unwrap_or_default();
    let quotes = memchr::memchr(b'"', bytes).is_some();
    if delimiter == TAGS {
        next = after_tag(text, line.start..end);
    } else if delimiter == BLANKS {
        next = Some(line.start + bytes.iter().take_while(|b| **b == b' ').count());
    }
    std::iter::from_fn(move || {
        let start = next?;
        let (stop, after) = match delimiter {
            TAGS => tagged(text, start..end),
            BLANKS => spaced(text, start..end),
            _ => {
                let rest = text.get(start..end).unwrap_or_default();
                let stop = if quotes { unquoted(rest, delimiter) } else { memchr::memchr(delimiter, rest) };
                (stop.map_or(end, |len| start + len), stop.map(|len| start + len + 1))
            }
        };
        next = after;
        Some(trim(text, start..stop))
    })
}

fn unquoted(rest: &[u8], delimiter: u8) -> Option<usize> {
    let mut quoted = false;
    rest.iter().position(|b| {
        quoted ^= *b == b'"';
        *b == delimiter && !quoted
    })
}

/// Where the content after the next `<td…>` or `<th…>` begins.
fn after_tag(text: &[u8], span: Range<usize>) -> Option<usize> {
    let bytes = text.get(span.clone())?;
    let is_cell = |at: &usize| matches!(bytes.get(at + 1..at + 3), Some([b't' | b'T', b'd' | b'h' | b'D' | b'H']));
    let open = memchr::memchr_iter(b'<', bytes).find(is_cell)?;
    Some(span.start + open + memchr::memchr(b'>', bytes.get(open..)?)? + 1)
}

/// The end of a table cell's text that begins in `span`, tags inside it aside, and the next cell.
fn tagged(text: &[u8], span: Range<usize>) -> (usize, Option<usize>) {
    let bytes = text.get(span.clone()).unwrap_or_default();
    let stop =
        memchr::memmem::find(bytes, b"</t").or_else(|| memchr::memmem::find(bytes, b"</T")).unwrap_or(bytes.len());
    (span.start + stop, after_tag(text, span.start + stop..span.end))
}

/// The end of a cell before two blanks, and the next cell.
fn spaced(text: &[u8], span: Range<usize>) -> (usize, Option<usize>) {
    let bytes = text.get(span.clone()).unwrap_or_default();
    let Some(gap) = memchr::memmem::find(bytes, b"  ") else { return (span.end, None) };
    let rest = bytes.get(gap..).unwrap_or_default();
    let blank = rest.iter().take_while(|b| **b == b' ').count();
    let next = span.start + gap + blank;
    (span.start + gap, (next < span.end).then_some(next))
}

/// Without blanks, tags and one pair of quotes.
pub(super) fn trim(text: &[u8], span: Range<usize>) -> Range<usize> {
    let span = without_tags(text, span);
    let cell = text.get(span.clone()).unwrap_or_default();
    let is_edge = |b: &&u8| matches!(b, b' ' | b'\t' | b'"' | b'\'' | b'`' | b'(' | b')' | b'[' | b']' | b'=' | b'\\');
    let front = cell.iter().take_while(is_edge).count();
    let back = cell.iter().skip(front).rev().take_while(is_edge).count();
    span.start + front..span.end - back
}

/// `<a href="…"><b>text</b></a>` is `text`.
fn without_tags(text: &[u8], span: Range<usize>) -> Range<usize> {
    let mut start = span.start;
    let mut end = span.end;
    while let Some(rest) = text.get(start..end).filter(|rest| rest.starts_with(b"<")) {
        let Some(close) = memchr::memchr(b'>', rest) else { break };
        start += close + 1;
    }
    while let Some(rest) = text.get(start..end).filter(|rest| start > span.start && rest.ends_with(b">")) {
        let Some(open) = memchr::memrchr(b'<', rest) else { break };
        end = start + open;
    }
    start..end.max(start)
}
/// A line of a notebook's output is a string in a list: `"  email  tel\n",`.
pub(super) fn unwrapped(text: &[u8], line: &Range<usize>) -> Range<usize> {
    let bytes = text.get(line.clone()).unwrap_or_default();
    let end = bytes.trim_ascii_end();
    let end = end.strip_suffix(b",").unwrap_or(end);
    let Some(body) = end.strip_suffix(b"\\n\"") else { return line.clone() };
    let blank = body.iter().take_while(|b| b.is_ascii_whitespace()).count();
    match body.get(blank) {
        Some(b'"') => line.start + blank + 1..line.start + body.len(),
        _ => line.clone(),
    }
}

/// Without the comma that separates one list or tuple from the next.
pub(super) fn without_comma(text: &[u8], span: &Range<usize>) -> Range<usize> {
    let bytes = text.get(span.clone()).unwrap_or_default();
    let open = bytes.trim_ascii_start().first();
    let body = bytes.trim_ascii_end();
    match (open, body.strip_suffix(b",")) {
        (Some(b'[' | b'(' | b'{'), Some(body)) => span.start..span.start + body.len(),
        _ => span.clone(),
    }
}

/// Where the next object or tuple begins after one that ends: `},{`, `], [`, `),\t(`.
pub(super) fn next_cut(text: &[u8], span: Range<usize>) -> Option<usize> {
    let bytes = text.get(span.clone())?;
    for at in memchr::memchr_iter(b',', bytes) {
        let before = at.checked_sub(1).and_then(|b| bytes.get(b));
        let after = bytes.get(at + 1..)?;
        let gap = after.iter().take(8).take_while(|b| b.is_ascii_whitespace()).count();
        if matches!(
            (before, after.get(gap)),
            (Some(b'}'), Some(b'{')) | (Some(b']'), Some(b'[')) | (Some(b')'), Some(b'('))
        ) {
            return Some(span.start + at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delimiter_inside_quotes_cuts_nothing() {
        let text = b"a, \"b,c\" ,'d'";
        let found: Vec<&[u8]> = cells(text, &(0..text.len()), b',').map(|cell| &text[cell]).collect();
        assert_eq!(found, [b"a".as_slice(), b"b,c", b"d"]);
    }

    #[test]
    fn objects_are_cut_apart_and_nothing_else() {
        assert_eq!(next_cut(b"{1}, {2}", 0..8), Some(4));
        assert_eq!(next_cut(b"(1),(2)", 0..7), Some(4));
        assert_eq!(next_cut(b"{1, 2}, x", 0..9), None);
    }
}
