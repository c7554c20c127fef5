//! Where a line is cut: into cells, and between objects or tuples.
//!
//! *Invariant:* ranges of the text, no copies.

use std::ops::Range;

/// The cells of `line`, without blanks and quotes around them.
pub(super) fn cells(text: &[u8], line: &Range<usize>, delimiter: u8) -> impl Iterator<Item = Range<usize>> {
    let mut next = Some(line.start);
    let end = line.end;
    std::iter::from_fn(move || {
        let start = next?;
        let mut quoted = false;
        let rest = text.get(start..end).unwrap_or_default();
        let stop = rest.iter().position(|b| {
            quoted ^= *b == b'"';
            *b == delimiter && !quoted
        });
        next = stop.map(|len| start + len + 1);
        Some(trim(text, start..stop.map_or(end, |len| start + len)))
    })
}

/// Without blanks and one pair of quotes.
pub(super) fn trim(text: &[u8], span: Range<usize>) -> Range<usize> {
    let cell = text.get(span.clone()).unwrap_or_default();
    let is_edge = |b: &&u8| matches!(b, b' ' | b'"' | b'\'' | b'`' | b'(' | b')' | b'[' | b']' | b'=');
    let front = cell.iter().take_while(is_edge).count();
    let back = cell.iter().skip(front).rev().take_while(is_edge).count();
    span.start + front..span.end - back
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
