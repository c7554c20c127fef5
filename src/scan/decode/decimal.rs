//! Arrays of bytes in decimal: `[]byte{103, 104, 112}`, as Go, Java and JavaScript write and print them.
//!
//! Tables of numbers look alike, so a stretch counts only when most of it would be letters and digits.

use super::super::View;
use super::bytes::{Class, at, before, cut};
use super::draft::Draft;

/// The shortest stretch of numbers that may be letters.
const MIN_LIST: usize = 16;

/// Blanks, a comma and a line end between two numbers take at most this much.
const MAX_GAP: usize = 64;

/// How far back from where a list was met its start is looked for.
const REACH: usize = 512;

/// A list is at least this long: numbers of two digits and a separator.
const STEP: usize = MIN_LIST * 3 / 2 - 1;

static DIGIT: Class = Class::of(b"0123456789");
static LISTED: Class = Class::of(b"0123456789 ,\t\r\n");
static BETWEEN: Class = Class::of(b" ,\t\r\n");

/// All lists that may be text.
pub fn view(input: &[u8]) -> Option<View> {
    let mut draft = Draft::new("decimal");
    let (mut probe, mut done) = (STEP / 2, 0);
    while probe < input.len() {
        let window = cut(input, probe..input.len().min(probe + 8));
        // Two numbers and what is between them; most text has another letter within a few.
        let listed =
            window.iter().all(|byte| LISTED.has(*byte)) && window.iter().any(|byte| *byte == b',' || *byte == b' ');
        if listed && window.iter().any(|byte| DIGIT.has(*byte)) {
            done = list(input, list_start(input, probe, done), &mut draft).max(probe);
            probe = done;
        }
        probe += STEP;
    }
    draft.finish(input.len())
}

/// The first number of the list around `probe`, not before `limit`.
fn list_start(input: &[u8], probe: usize, limit: usize) -> usize {
    let low = probe.saturating_sub(REACH).max(limit);
    let back = cut(input, low..probe);
    let start = low + back.iter().rposition(|byte| !LISTED.has(*byte)).map_or(0, |last| last + 1);
    let glued = DIGIT.has(before(input, start));
    let start = if glued { DIGIT.end(input, start) } else { start };
    BETWEEN.end(input, start)
}

/// Writes the stretches of the list at `start` that may be text; returns where the list ends.
fn list(input: &[u8], start: usize, draft: &mut Draft) -> usize {
    let mut here = start;
    let mut letters: Vec<(usize, u8)> = Vec::new();
    loop {
        let end = DIGIT.end(input, here);
        let value = number(cut(input, here..end));
        match value.filter(|value| matches!(value, b'\t' | b'\n' | b'\r' | b' '..=b'~')) {
            Some(letter) => letters.push((here, letter)),
            None => write(&mut letters, draft),
        }
        let next =
            end + cut(input, end..input.len().min(end + MAX_GAP)).iter().take_while(|byte| BETWEEN.has(**byte)).count();
        let commas = cut(input, end..next).iter().filter(|byte| **byte == b',').count();
        if value.is_none() && end == here || next == end || commas > 1 || !DIGIT.has(at(input, next)) {
            write(&mut letters, draft);
            return next.max(here + 1);
        }
        here = next;
    }
}

/// One to three digits that fit into a byte.
fn number(digits: &[u8]) -> Option<u8> {
    let value = digits.iter().take(4).fold(0_u16, |value, digit| value * 10 + u16::from(digit.saturating_sub(b'0')));
    (matches!(digits.len(), 1..=3) && value < 256).then_some(value as u8)
}

fn write(letters: &mut Vec<(usize, u8)>, draft: &mut Draft) {
    let words = letters.iter().filter(|(_, letter)| letter.is_ascii_alphanumeric()).count();
    if letters.len() >= MIN_LIST && words * 4 >= letters.len() * 3 {
        draft.end_line();
        for (offset, letter) in letters.iter() {
            draft.note(*offset);
            draft.push(*letter);
        }
        draft.end_line();
    }
    letters.clear();
}

#[cfg(test)]
mod tests {
    use super::super::samples::{contains, token};
    use super::*;

    fn listed(token: &str, between: &str) -> String {
        token.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(between)
    }

    #[test]
    fn lists_with_the_usual_separators_are_read_at_any_offset() {
        let token = token();
        for between in [", ", ",", " ", ",\n    ", ",\r\n\t"] {
            for lead in 0..60 {
                let text = format!("{}var note = []byte{{ {} }}\n", "x".repeat(lead), listed(&token, between));
                let view = view(text.as_bytes()).unwrap_or_else(|| panic!("{between:?} after {lead}"));
                assert!(contains(&view.bytes, &token), "{between:?} after {lead}");
                let found = memchr::memmem::find(&view.bytes, token.as_bytes()).unwrap();
                let span = view.origin.input_span(&(found..found + token.len()));
                assert!(text[span].starts_with(&token.bytes().next().unwrap().to_string()));
            }
        }
    }

    #[test]
    fn a_list_among_other_numbers_is_read() {
        let token = token();
        let text = format!("[0, 1, 250, 999, {}, 0, 7, 1000]", listed(&token, ", "));
        assert!(contains(&view(text.as_bytes()).unwrap().bytes, &token));
    }

    #[test]
    fn tables_of_numbers_have_no_view() {
        let ages: String = (0..200).map(|n| format!("{}, ", 20 + n * 7 % 80)).collect();
        let large: String = (0..200).map(|n| format!("{}, ", 1000 + n)).collect();
        let rows: String = (0..50).map(|n| format!("{n},{},{}\n", n * 3, n * 5)).collect();
        for text in [&ages, &large, &rows, "1, 2, 3", "", "2024-01-01 12:00:00"] {
            assert_eq!(view(text.as_bytes()), None, "{text}");
        }
    }
}
