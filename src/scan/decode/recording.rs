//! The recording of a terminal (asciicast): what is typed comes letter by letter, each in an event of its own.

use super::super::View;
use super::bytes::{at, cut};
use super::draft::Draft;
use super::wrap::skip_blanks;

/// An event's time and kind take at most this much.
const MAX_HEAD: usize = 64;

/// What a recording begins with: a line of settings, in which its version comes first.
const START: &[u8] = b"{\"version\"";

/// What the events show, one after the other, as the strings have it.
pub fn view(input: &[u8]) -> Option<View> {
    if !is_one(input) {
        return None;
    }
    let mut draft = Draft::new("recording");
    let mut events = 0;
    let mut line = 0;
    while line < input.len() {
        let end = memchr::memchr(b'\n', cut(input, line..input.len())).map_or(input.len(), |at| line + at);
        if let Some(text) = shown(input, line, end) {
            draft.mark(text.start);
            draft.extend(cut(input, text));
            events += 1;
        }
        line = end + 1;
    }
    draft.end_line();
    draft.finish(input.len()).filter(|_| events > 1)
}

/// Whether the text begins as a recording does.
pub fn is_one(input: &[u8]) -> bool {
    let start = cut(input, 0..input.len().min(MAX_HEAD));
    let start: Vec<u8> = start.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(START.len()).collect();
    start == START
}

/// The text of an event `[time, "o", "text"]`, output or input, on the line from `start` to `end`.
fn shown(input: &[u8], start: usize, end: usize) -> Option<std::ops::Range<usize>> {
    let here = skip_blanks(input, start);
    let head = cut(input, here..end.min(here + MAX_HEAD));
    let comma = memchr::memchr(b',', head).filter(|_| at(head, 0) == b'[')?;
    let kind = here + comma + 1;
    let kind = skip_blanks(input, kind);
    if !matches!(cut(input, kind..kind + 3), b"\"o\"" | b"\"i\"") {
        return None;
    }
    let comma = skip_blanks(input, kind + 3);
    let quote = skip_blanks(input, comma + 1);
    let close = memchr::memrchr(b'"', cut(input, 0..end))?;
    (at(input, comma) == b',' && at(input, quote) == b'"' && close > quote).then_some(quote + 1..close)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{MINIFIED, SOURCE, token};
    use super::*;

    #[test]
    fn what_is_typed_is_read() {
        let token = token();
        let mut cast = String::from("{\"version\": 2, \"width\": 80}\n");
        for (n, letter) in token.chars().enumerate() {
            cast.push_str(&format!("[{n}.25, \"o\", \"{letter}\"]\n"));
        }
        let view = view(cast.as_bytes()).unwrap();
        assert_eq!(String::from_utf8_lossy(&view.bytes), format!("{token}\n"));
        let span = view.origin.input_span(&(5..6));
        assert_eq!(cast.as_bytes().get(span), token.as_bytes().get(5..6));
    }

    #[test]
    fn other_text_is_no_recording() {
        for text in
            [SOURCE, MINIFIED, "{\"version\": 2}\n[1,2,3]\n[\"a\", \"o\", \"b\"\n[1, \"x\", \"b\"]\n", "{\"version\":2"]
        {
            assert_eq!(view(text.as_bytes()), None, "{text}");
        }
    }
}
