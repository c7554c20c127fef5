//! Telephone numbers in the forms of Japan, North America and E.164.
//!
//! *Invariant:* a form is needed (separators in the right places, a `+`, or a mobile prefix); ten bare digits are a
//! telephone number only in a column or under a key that says so.

use super::number::{Digits, Group, Stands, digits_of, has_placeholder_parts, is_placeholder};
use std::ops::Range;

/// The telephone number in or right before a group of digits.
pub(super) fn in_group(text: &[u8], group: &Group) -> Option<Range<usize>> {
    let span = match group.stands {
        Stands::Stuck | Stands::Prefixed(b'=') => return None,
        Stands::Prefixed(_) => international(text, group)?,
        Stands::Free => national(text, group)?,
    };
    let written = text.get(span.clone())?;
    let digits = digits_of(written)?;
    (!is_specimen(digits.as_slice()) && !has_placeholder_parts(written)).then_some(span)
}

/// `+` and 8 to 15 digits, the first from 1 to 9 (ITU-T E.164).
fn international(text: &[u8], group: &Group) -> Option<Range<usize>> {
    let plus = group.span.start.checked_sub(1)?;
    let before = plus.checked_sub(1).and_then(|at| text.get(at)).copied().unwrap_or(b' ');
    let digits = digits_of(text.get(group.span.clone())?)?;
    let digits = digits.as_slice();
    // A country's code has three digits at most; `+1703-06148` is a latitude.
    let country = matches!(group.runs(), [_] | [(_, ..=3), ..]);
    let whole = country && (8..=15).contains(&digits.len()) && digits.first() != Some(&b'0');
    (whole && !before.is_ascii_alphanumeric() && !matches!(before, b'+' | b'/' | b'=')).then_some(plus..group.span.end)
}

fn national(text: &[u8], group: &Group) -> Option<Range<usize>> {
    if let Some(area) = area_in_brackets(text, group) {
        return Some(area);
    }
    let written = text.get(group.span.clone())?;
    let digits = digits_of(written)?;
    let mut lengths = [0usize; 3];
    for (slot, (_, len)) in lengths.iter_mut().zip(group.runs()) {
        *slot = *len;
    }
    let fits = match (group.runs().len(), lengths) {
        (1, [11, ..]) => is_japanese_mobile(digits.as_slice()),
        (3, [3, 4, 4]) => is_japanese_mobile(digits.as_slice()),
        (3, [2, 4, 4] | [3, 3, 4] | [4, 2, 4] | [5, 1, 4]) if written.starts_with(b"0") => is_japanese_line(written),
        (3, [4, 3, 3]) => written.starts_with(b"0120") || written.starts_with(b"0570"),
        (3, [3, 3, 4]) => is_american(digits.as_slice()),
        _ => false,
    };
    fits.then(|| group.span.clone())
}

/// 050, 070, 080 and 090, then no zero.
fn is_japanese_mobile(digits: &[u8]) -> bool {
    matches!(digits, [b'0', b'5' | b'7' | b'8' | b'9', b'0', b'1'..=b'9', ..] if digits.len() == 11)
}

/// An area code, then an exchange that does not begin with zero.
fn is_japanese_line(written: &[u8]) -> bool {
    let mut parts = written.split(|b| !b.is_ascii_digit());
    let area = parts.next().unwrap_or_default();
    let exchange = parts.next().unwrap_or_default();
    area.get(1).is_some_and(|b| *b != b'0') && exchange.first().is_some_and(|b| *b != b'0')
}

/// Area and exchange begin with 2 to 9 and are no service code such as 911.
fn is_american(digits: &[u8]) -> bool {
    let code = |part: Option<&[u8]>| matches!(part, Some([b'2'..=b'9', rest @ ..]) if rest != b"11");
    digits.len() == 10 && code(digits.get(..3)) && code(digits.get(3..6))
}

/// `(202) 555-0143`, `(03)5253-5111`: the group is what follows the brackets.
fn area_in_brackets(text: &[u8], group: &Group) -> Option<Range<usize>> {
    let before = text.get(..group.span.start)?;
    let before = before.strip_suffix(b" ").unwrap_or(before).strip_suffix(b")")?;
    let len = before.iter().rev().take(AREA_MAX).take_while(|b| b.is_ascii_digit()).count();
    let (head, area) = before.split_at(before.len() - len);
    let open = head.len().checked_sub(1).filter(|at| head.get(*at) == Some(&b'('))?;
    let rest = digits_of(text.get(group.span.clone())?)?;
    let whole = [area, rest.as_slice()].concat();
    if let Some(plus) = country_before(text, open) {
        let digits = digits_of(text.get(plus..group.span.end)?)?;
        return (8..=15).contains(&digits.as_slice().len()).then_some(plus..group.span.end);
    }
    let japanese = area.starts_with(b"0") && whole.len() == 10 && rest.as_slice().first() != Some(&b'0');
    (japanese || (len == 3 && is_american(&whole))).then_some(open..group.span.end)
}

/// The `+` of a country's code before brackets: `+49 (0) 30 …`, `+1 (415) …`.
fn country_before(text: &[u8], open: usize) -> Option<usize> {
    let before = text.get(open.saturating_sub(5)..open)?.trim_ascii_end();
    let code = before.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let plus = before.len().checked_sub(code + 1)?;
    let blanks = text.get(open.saturating_sub(5)..open)?.len() - before.len();
    let whole = (1..=3).contains(&code) && before.get(plus) == Some(&b'+') && before.get(plus + 1) != Some(&b'0');
    let plus = open.checked_sub(blanks + code + 1)?;
    let free = plus.checked_sub(1).and_then(|at| text.get(at)).is_none_or(|b| !b.is_ascii_alphanumeric());
    (whole && free && blanks <= 1).then_some(plus)
}

/// Japan's longest area codes have five digits.
const AREA_MAX: usize = 5;

/// The French number whose last but one pair or later begins at `at`: `06 12 34 56 78`, `01.23.45.67.89`.
pub(super) fn in_pairs(text: &[u8], at: usize) -> Option<Range<usize>> {
    let start = [9, 12].into_iter().filter_map(|back| at.checked_sub(back)).find(|start| {
        let before = start.checked_sub(1).and_then(|at| text.get(at)).copied().unwrap_or(b' ');
        let begins = matches!(text.get(*start..start + 2), Some([b'0', b'1'..=b'9']));
        begins && !before.is_ascii_alphanumeric() && !matches!(before, b'.' | b'-' | b'/' | b'+')
    })?;
    let span = start..start + 14;
    let written = text.get(span.clone())?;
    let gap = written.get(2).copied().filter(|gap| matches!(gap, b' ' | b'.' | b'-'))?;
    let paired = written
        .chunks(3)
        .all(|part| part.iter().take(2).all(u8::is_ascii_digit) && part.get(2).is_none_or(|b| *b == gap));
    let after = text.get(span.end).copied().unwrap_or(b' ');
    let goes_on =
        after.is_ascii_alphanumeric() || (after == gap && text.get(span.end + 1).is_some_and(u8::is_ascii_digit));
    let digits = digits_of(written)?;
    (paired && !goes_on && !is_specimen(digits.as_slice())).then_some(span)
}

/// A telephone number in a cell that is said to hold one: 9 to 15 digits and nothing but their separators.
pub(super) fn in_cell(cell: &[u8]) -> Option<Digits> {
    let written =
        cell.iter().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-' | b'(' | b')' | b'+' | b'.' | b'/'));
    let digits = digits_of(cell).filter(|_| written)?;
    let real = !is_specimen(digits.as_slice()) && !has_placeholder_parts(cell);
    ((9..=15).contains(&digits.as_slice().len()) && real).then_some(digits)
}

/// Numbers kept for fiction and documentation, and those that count.
fn is_specimen(digits: &[u8]) -> bool {
    let tail = digits.get(digits.len().saturating_sub(8)..).unwrap_or_default();
    is_placeholder(tail) || tail == b"12345678" || is_fiction(digits)
}

/// The North American exchange 555 (only 0100 to 0199 are promised to stay free, the rest rings nowhere either), Ofcom's
/// 07700 900000 to 900999.
fn is_fiction(digits: &[u8]) -> bool {
    let american = digits.strip_prefix(b"1").filter(|rest| rest.len() == 10).unwrap_or(digits);
    let british = digits.strip_prefix(b"44").unwrap_or_else(|| digits.strip_prefix(b"0").unwrap_or(digits));
    (american.len() == 10 && american.get(3..6) == Some(b"555")) || british.starts_with(b"7700900")
}

/// The form alone: specimens are valid numbers.
#[cfg(test)]
pub(super) fn has_form(text: &[u8]) -> bool {
    let Some(at) = text.iter().rposition(u8::is_ascii_digit) else { return false };
    let group = Group::around(text, at);
    match group.stands {
        Stands::Prefixed(b'+') => international(text, &group).is_some(),
        Stands::Free => national(text, &group).is_some(),
        Stands::Prefixed(_) | Stands::Stuck => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(text: &str) -> bool {
        let at = text.rfind(|c: char| c.is_ascii_digit()).unwrap();
        in_group(text.as_bytes(), &Group::around(text.as_bytes(), at)).is_some()
    }

    #[test]
    fn numbers_kept_for_fiction_do_not_count() {
        for text in
            ["+12025550143", "(202) 555-0143", "+1 202-555-0199", "090-1234-5678", "+447700900123", "03-1234-5678"]
        {
            assert!(!counts(text), "{text}");
        }
        for text in ["+49 (0) 30 739152", "+1 (415) 739-2604", "+44 (20)73915264"] {
            assert!(counts(text), "{text}");
        }
        assert!(!counts("49 (0) 30 739152") && !counts("+0 (41) 73915264") && !counts("x=a+49 (4) 1739"));
        for text in ["+81352535111", "03-5253-5111", "(03) 5253-5111", "08073915264", "0120-739-152", "415-739-2604"] {
            assert!(counts(text), "{text}");
        }
    }

    #[test]
    fn five_pairs_are_a_french_number() {
        let found = |text: &str| in_pairs(text.as_bytes(), text.find("56").unwrap()).is_some();
        assert!(found("tel 06 73 91 56 42") && found("06.73.91.56.42,"));
        for text in ["06 73 91 56 42 11", "106 73 91 56 42", "06:73:91:56:42", "06 73 91 56"] {
            assert!(!found(text), "{text}");
        }
    }

    #[test]
    fn bare_digits_are_a_telephone_number_only_in_a_cell_for_them() {
        assert!(!counts("0352535111") && in_cell(b"0352535111").is_some());
        assert!(in_cell(b"see below").is_none() && in_cell(b"12345").is_none());
    }
}
