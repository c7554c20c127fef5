//! A service's name in the host of a URL, its key among the parameters.

use super::bridge::query;
use super::cursor::{Cursor, is_word};
use std::ops::Range;

/// How far before a name its URL may begin, and how far behind it the parameters may lie, in bytes.
const BEFORE: usize = 60;
const BEHIND: usize = 400;
/// The most parameters looked at.
const MOST: usize = 16;

/// Names and values of the parameters of the URL whose host holds `hit`; none when it stands in no host.
pub(super) fn parameters<'t>(text: &'t [u8], hit: &Range<usize>) -> Vec<(&'t [u8], Range<usize>)> {
    let mut out = Vec::new();
    let Some(end) = url_end(text, hit) else { return out };
    let mut at = hit.end;
    for _ in 0..MOST {
        let rest = text.get(at..end).unwrap_or_default();
        let Some(next) = rest.iter().position(|b| matches!(b, b'?' | b'&')) else { break };
        let mut cursor = Cursor::new(text, at + next + 1);
        let start = cursor.at;
        cursor.skip(40, |b| is_word(b) || matches!(b, b'-' | b'.'));
        let name = text.get(start..cursor.at).unwrap_or_default();
        at = cursor.at;
        if cursor.eat(b"=")
            && let Some(value) = query(cursor)
        {
            out.push((name, value.range));
        }
    }
    out
}

fn url_end(text: &[u8], hit: &Range<usize>) -> Option<usize> {
    let of_host = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let before = text.get(hit.start.saturating_sub(BEFORE)..hit.start)?;
    let host = before.iter().rev().take_while(|b| of_host(b)).count();
    if !before.get(..before.len() - host)?.ends_with(b"://") {
        return None;
    }
    let rest = text.get(hit.end..hit.end.saturating_add(BEHIND).min(text.len()))?;
    let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'`' | b'<' | b'>');
    Some(hit.end + rest.iter().position(ends).unwrap_or(rest.len()))
}
