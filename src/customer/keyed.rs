//! Key and value as JSON, YAML, XML, logs, source code, and vCards write them.
//!
//! One reader for all: a separator is found, the name before it is read backwards, the value after it forwards. It does
//! not parse, since what is pushed is as often a fragment as a file.
//!
//! *Invariant:* work per separator is bounded by [`NAME_MAX`] and [`VALUE_MAX`].

use std::ops::Range;

/// A longer name is no name.
const NAME_MAX: usize = 64;
/// A longer value is read as far as this.
const VALUE_MAX: usize = 256;

/// A name and the value that follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub name: Range<usize>,
    pub value: Range<usize>,
}

/// The pairs in `span` of `text`, in order.
pub(super) fn pairs<'t>(text: &'t [u8], span: &Range<usize>) -> impl Iterator<Item = Pair> + 't {
    let piece = text.get(span.clone()).unwrap_or_default();
    let start = span.start;
    let card = card_property(piece).into_iter();
    let local = memchr::memchr3_iter(b':', b'=', b'>', piece).filter_map(|at| pair(piece, at));
    card.chain(local).map(move |pair| Pair {
        name: pair.name.start + start..pair.name.end + start,
        value: pair.value.start + start..pair.value.end + start,
    })
}

/// The name before the separator at `at`.
pub(super) fn name_at(piece: &[u8], at: usize) -> Option<Range<usize>> {
    let before = at.checked_sub(1).and_then(|b| piece.get(b)).copied().unwrap_or(b' ');
    match (piece.get(at)?, before) {
        (b'>', b'=') => name_before(piece, at - 1),
        (b'>', _) => tag_before(piece, at),
        _ => name_before(piece, at),
    }
}

fn pair(piece: &[u8], at: usize) -> Option<Pair> {
    let before = at.checked_sub(1).and_then(|b| piece.get(b)).copied().unwrap_or(b' ');
    let after = piece.get(at + 1).copied().unwrap_or(b' ');
    match piece.get(at)? {
        b':' if after == b':' || before == b':' || piece.get(at + 1..at + 3) == Some(b"//") => return None,
        b'=' if matches!(after, b'=' | b'~' | b'>') || matches!(before, b'=' | b'!' | b'<' | b'>') => return None,
        _ => {}
    }
    let name = name_at(piece, at)?;
    let value = value_from(piece, at + 1, piece.get(at).copied()?);
    // `2031-01-01T10:00` is a time.
    let named = piece.get(name.start).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_' || *b >= 0x80);
    (named && !value.is_empty()).then_some(Pair { name, value })
}

fn name_before(piece: &[u8], at: usize) -> Option<Range<usize>> {
    let low = at.saturating_sub(NAME_MAX);
    let window = piece.get(low..at)?;
    let blanks = window.iter().rev().take_while(|b| **b == b' ').count();
    let end = at - blanks;
    let window = piece.get(low..end)?;
    match window.split_last() {
        Some((quote @ (b'"' | b'\'' | b'`'), inner)) => {
            // `\"email\":` is JSON inside a string.
            let inner_end = end - 1 - usize::from(inner.last() == Some(&b'\\'));
            let open = inner.iter().rposition(|b| b == quote).filter(|open| low + open < inner_end)?;
            Some(low + open + 1..inner_end)
        }
        _ => {
            let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.') || *b >= 0x80;
            let len = window.iter().rev().take_while(|b| is_name(b)).count();
            (len > 0).then_some(end - len..end)
        }
    }
}

fn tag_before(piece: &[u8], at: usize) -> Option<Range<usize>> {
    let low = at.saturating_sub(NAME_MAX);
    let window = piece.get(low..at)?;
    let open = window.iter().rposition(|b| *b == b'<')?;
    let tag = window.get(open + 1..)?;
    let len = tag.iter().take_while(|b| !b.is_ascii_whitespace()).count();
    let opens = tag.first().is_some_and(|b| b.is_ascii_alphabetic() || *b >= 0x80);
    opens.then_some(low + open + 1..low + open + 1 + len)
}

fn value_from(piece: &[u8], from: usize, separator: u8) -> Range<usize> {
    let rest = piece.get(from..piece.len().min(from + VALUE_MAX)).unwrap_or_default();
    let skip = rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\\')).count();
    let rest = rest.get(skip..).unwrap_or_default();
    let from = from + skip;
    match rest.split_first() {
        Some((quote @ (b'"' | b'\'' | b'`'), inner)) => {
            let len = inner.iter().position(|b| b == quote).unwrap_or(inner.len());
            let len = len - usize::from(len > 0 && inner.get(len - 1) == Some(&b'\\'));
            from + 1..from + 1 + len
        }
        _ => {
            let mut open = 0usize;
            // `tel = (202) 739-2604` alone on its line goes on to the line's end.
            let lone = separator == b'=' && memchr::memchr2(b'=', b'&', rest).is_none() && is_first(piece, from);
            let ends = |b: &u8| match b {
                b'(' => {
                    open += 1;
                    false
                }
                b')' if open > 0 => {
                    open -= 1;
                    false
                }
                b',' | b';' | b'}' | b']' | b')' | b'<' | b'\t' | b'\n' | b'\r' | b'|' => true,
                b' ' | b'&' => separator == b'=' && open == 0 && !lone,
                _ => false,
            };
            let len = rest.iter().position(ends).unwrap_or(rest.len());
            let blanks = rest.get(..len).unwrap_or_default().iter().rev().take_while(|b| **b == b' ').count();
            from..from + len - blanks
        }
    }
}

/// Whether the value at `from` belongs to the first name on its line.
fn is_first(piece: &[u8], from: usize) -> bool {
    let before = piece.get(..from).unwrap_or_default().trim_ascii_start();
    let name = before
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.') || **b >= 0x80)
        .count();
    before.get(name..).is_some_and(|rest| rest.iter().all(|b| matches!(b, b' ' | b'=' | b'\t')))
}

/// `EMAIL;TYPE=INTERNET:hana@…`: the name ends at the semicolon (RFC 6350).
fn card_property(piece: &[u8]) -> Option<Pair> {
    let len = piece.iter().take(16).take_while(|b| b.is_ascii_uppercase()).count();
    if len < 2 || piece.get(len) != Some(&b';') {
        return None;
    }
    let colon = memchr::memchr(b':', piece.get(..piece.len().min(NAME_MAX)).unwrap_or_default())?;
    Some(Pair { name: 0..len, value: colon + 1..piece.len().min(colon + 1 + VALUE_MAX) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let show = |range: Range<usize>| text[range].to_owned();
        pairs(text.as_bytes(), &(0..text.len())).map(|p| (show(p.name), show(p.value))).collect()
    }

    #[test]
    fn every_way_to_write_a_pair_is_read() {
        for text in [
            r#"{"email": "a@q.de", "no": 12345}"#,
            r#"{'email': 'a@q.de', 'no': 12345}"#,
            r#"{\"email\": \"a@q.de\", \"no\": \"12345\"}"#,
            r#":email => "a@q.de", :no => 12345"#,
            "'email' => 'a@q.de', 'no' => '12345'",
            "email: a@q.de, no: 12345",
            "email=a@q.de no=12345",
            r#"email="a@q.de" no="12345""#,
            "<email>a@q.de</email><no>12345</no>",
            "[email] = a@q.de; no = 12345",
        ] {
            let found = read(text);
            let value = |name: &str| found.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
            if !text.starts_with('[') {
                assert_eq!(value("email"), Some("a@q.de"), "{text} {found:?}");
            }
            assert_eq!(value("no"), Some("12345"), "{text} {found:?}");
        }
        assert_eq!(read("EMAIL;TYPE=INTERNET:a@q.de")[0], ("EMAIL".into(), "a@q.de".into()));
        assert_eq!(read("電話番号: 03-1")[0], ("電話番号".into(), "03-1".into()));
    }

    #[test]
    fn operators_and_addresses_of_pages_are_no_pairs() {
        assert!(read("a == b, c::d, https://x, e >= f, 2031-01-01T10:00:00Z").is_empty());
    }
}
