//! A terminal's escape sequences between the letters of a token: in the log of a program that colours what it found.
//!
//! `grep --color` ends its colour where the pattern ends, which is the middle of the word. Sequences beside a token are
//! no letters anyway and need no view.

use super::super::View;
use super::bytes::{Class, at, before, cut};
use super::draft::Draft;
use super::windows::Windows;

const ESCAPE: u8 = 0x1b;

/// What a word of a token consists of; a colon after a colour is punctuation.
static WORD: Class = Class::alnum_and(b"_-+/=");

/// Parameters of a sequence take at most this much.
const MAX_SEQUENCE: usize = 64;

/// The lines with such sequences inside of words, without them.
pub fn view(input: &[u8]) -> Option<View> {
    let mut windows = Windows::default();
    let mut done = 0;
    for start in memchr::memchr_iter(ESCAPE, input) {
        if start < done {
            continue;
        }
        done = sequences_end(input, start);
        if WORD.has(before(input, start)) && WORD.has(at(input, done)) && !windows.cover(done) {
            windows.add(input, start);
            windows.add(input, done);
        }
    }
    let mut draft = Draft::new("stripped of terminal escapes");
    for window in windows.iter() {
        draft.end_line();
        draft.mark(window.start);
        let mut here = window.start;
        while here < window.end {
            let rest = cut(input, here..window.end);
            let plain = memchr::memchr(ESCAPE, rest).unwrap_or(rest.len());
            draft.copy(cut(rest, 0..plain), here);
            here = sequences_end(input, here + plain).max(here + plain + 1).min(window.end);
            draft.note(here);
        }
    }
    draft.finish(input.len())
}

/// Past the sequences that follow one another from `start`.
fn sequences_end(input: &[u8], start: usize) -> usize {
    let mut here = start;
    while let Some(end) = sequence_end(input, here) {
        here = end;
    }
    here
}

/// Past one control sequence (ECMA-48, 5.4), or one that chooses a character set (`tput sgr0` writes it).
fn sequence_end(input: &[u8], start: usize) -> Option<usize> {
    match (at(input, start), at(input, start + 1)) {
        (ESCAPE, b'[') => {
            let rest = cut(input, start + 2..input.len().min(start + 2 + MAX_SEQUENCE));
            let last = rest.iter().position(|byte| !matches!(byte, b' '..=b'?'))?;
            matches!(at(rest, last), b'@'..=b'~').then_some(start + 3 + last)
        }
        (ESCAPE, b'(' | b')') => Some(start + 3).filter(|end| *end <= input.len()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{contains, token};
    use super::*;

    #[test]
    fn no_place_lies_behind_the_end() {
        let input = b"+\x1b(0A";
        let span = view(input).unwrap().origin.input_span(&(0..2));
        assert!(span.end <= input.len(), "{span:?}");
    }

    fn shown(text: &str) -> Option<String> {
        view(text.as_bytes()).map(|view| String::from_utf8(view.bytes).unwrap())
    }

    #[test]
    fn colours_inside_of_a_word_are_left_out() {
        let token = token();
        let (a, b) = token.split_at(9);
        for seam in ["\x1b[0m", "\x1b[m\x1b[K", "\x1b(B\x1b[m", "\x1b[01;31m\x1b[K", "\x1b[38;2;255;0;10m"] {
            let text = format!("x\nlog: {a}{seam}{b}\x1b[0m end\n");
            let view = view(text.as_bytes()).unwrap();
            assert!(contains(&view.bytes, &token), "{seam:?}");
            let found = memchr::memmem::find(&view.bytes, token.as_bytes()).unwrap();
            let span = view.origin.input_span(&(found..found + token.len()));
            assert!(text.as_bytes()[span].starts_with(a.as_bytes()));
        }
    }

    #[test]
    fn colours_around_words_have_no_view() {
        assert_eq!(shown("\x1b[31merror\x1b[0m: no such file\n\x1b[1mnote\x1b[0m"), None);
        assert_eq!(shown("\x1b"), None);
        assert_eq!(shown("a\x1b[b"), None);
    }

    #[test]
    fn what_is_no_sequence_stays() {
        assert_eq!(shown("a\x1b[1mb \x1bc d\n").as_deref(), Some("ab c d\n"));
    }
}
