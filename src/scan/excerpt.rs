//! The parts of a text that are decoded, where most of it was decoded in an earlier text and gave nothing.
//!
//! Whatever a decoder takes for one thing lies in one part: a part has [`Around::Far`] bytes before and behind all that is
//! new, and ends only where no decoder goes on to the next line. Those that can go on anywhere announce themselves, and
//! then all of the text is decoded.
//!
//! *Invariant:* with nothing remembered it is all of the text.

use super::decode::bytes::{Class, cut};
use super::decode::recording;
use super::fresh::Fresh;
use crate::text::{Around, Pieces};
use memchr::memmem::Finder;
use std::ops::Range;
use std::sync::LazyLock;

/// What goes on over any line until it ends: uuencode, Ascii85, patches, and armour, whose key is proved as a whole.
static FRAMES: LazyLock<[Finder<'static>; 4]> =
    LazyLock::new(|| ["begin ", "<~", "-----BEGIN", "GIT binary patch"].map(Finder::new));
/// So many bytes before a line's end can be numbers of a list and the letters that a dump shows behind them.
const LISTED: usize = 40;

/// The last sign on a line behind which a word or a literal can go on.
static JOINTS: Class = Class::alnum_and(b"+/-_=\\.&\"'`<|~");
/// What a row of base64 is made of; one that long, with little behind it, goes on below.
static WORD: Class = Class::alnum_and(b"+/-_");
const ROW: usize = 20;
/// What may stand behind it: in the words of a list in quotes, commas.
static BLANK: Class = Class::of(b" \t\r\n,");

/// The parts to decode, ascending.
pub(super) fn of(text: &[u8], fresh: &Fresh<'_>) -> Vec<Range<usize>> {
    let Some((pieces, _)) = fresh.pieces else { return fresh.parts.clone() };
    if recording::is_one(text) || FRAMES.iter().any(|frame| frame.find(text).is_some()) {
        return std::iter::once(0..text.len()).collect();
    }
    let mut parts: Vec<Range<usize>> = Vec::new();
    for part in &fresh.parts {
        let part = around(text, pieces, part);
        match parts.last_mut() {
            Some(last) if part.start <= last.end => last.end = last.end.max(part.end),
            _ => parts.push(part),
        }
    }
    parts
}

/// The part with what has to be seen with it.
fn around(text: &[u8], pieces: &Pieces<'_>, part: &Range<usize>) -> Range<usize> {
    let far = Around::Far.bytes();
    let mut first = pieces.at(part.start.saturating_sub(far));
    while first > 0 && !is_calm(text, pieces.range(first).start) {
        first -= 1;
    }
    let mut last = pieces.at(part.end.saturating_add(far).min(text.len().saturating_sub(1)));
    while last + 1 < pieces.count() && !is_calm(text, pieces.range(last).end) {
        last += 1;
    }
    pieces.range(first).start..pieces.range(last).end
}

/// Whether nothing goes on over the line's end right before `at`: no word ends the line, and no list.
fn is_calm(text: &[u8], at: usize) -> bool {
    let line = cut(text, at.saturating_sub(LISTED)..at);
    let last = line.iter().rev().find(|byte| !BLANK.has(**byte));
    // An empty line behind prose: literals and rows of one word go on behind it.
    let is_prose = line.contains(&b' ') && (line.ends_with(b"\n\n") || line.ends_with(b"\r\n\r\n"));
    let ends = |last: &u8| !JOINTS.has(*last) || (is_prose && last.is_ascii_alphabetic());
    last.is_some_and(ends) && !line.iter().any(u8::is_ascii_digit) && WORD.next_run(line, 0, ROW).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calm(before: &str) -> bool {
        is_calm(before.as_bytes(), before.len())
    }

    #[test]
    fn code_ends_many_lines_so_that_nothing_goes_on() {
        for line in ["if (a) {\n", "}\n", "    call(one, two);\n", "words of prose\n\n", "a:\r\n\r\n", "f(\"x\");\n"] {
            assert!(calm(line), "{line:?}");
        }
    }

    #[test]
    fn what_may_go_on_ends_no_part() {
        let word = "QUJDREVGR0hJSktMTU5PUFFS";
        for line in [
            &format!("{word}\n"),
            &format!("    \"{word}\" +\n"),
            &format!("{word}\\\n"),
            "0x41, 0x42,\n",
            "41 42 43 |ABC|\n",
            "1, 2,\n\n",
            "QUJDREVGR\n\n",
            "put(\"QUJDREVGRUJDREVGRUJDREVGRUJDREVG\");\n",
            "\"one\" +\n\n",
            "\"!\" + // and\n",
            "a word\n",
            "'",
        ] {
            assert!(!calm(line), "{line:?}");
        }
    }
}
