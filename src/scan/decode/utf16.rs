//! UTF-16 and UTF-32 as UTF-8: whole files, with or without a byte order mark, and wide strings inside other bytes.
//!
//! Git takes such files for binary, and no pattern for ASCII matches `g\0h\0p\0`.

use super::super::View;
use super::bytes::{Class, at, before, cut};
use super::draft::Draft;
use std::ops::Range;

/// How much of the start decides whether a file without a mark is UTF-16 or UTF-32.
const SAMPLE: usize = 64 << 10;

/// The shortest wide string that is worth a look, in letters; the shortest secrets are longer.
const MIN_STRING: usize = 8;

/// So many narrow letters in a row do not occur in wide text: the file is a mixture, and its wide strings are looked
/// for one by one. (Hiragana can look like pairs of narrow letters, but not for sixteen in a row.)
const MIN_NARROW: usize = 32;

static NARROW: Class = Class::alnum_and(b" !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\t");

/// A point in the map after so many decoded bytes at the latest.
const POINT_EVERY: usize = 64;

/// Byte order and width of the units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wide {
    Utf16Le,
    Utf16Be,
    Utf32Le,
    Utf32Be,
}

impl Wide {
    fn how(self) -> &'static str {
        match self {
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Utf32Le => "utf-32le",
            Self::Utf32Be => "utf-32be",
        }
    }

    fn width(self) -> usize {
        match self {
            Self::Utf16Le | Self::Utf16Be => 2,
            Self::Utf32Le | Self::Utf32Be => 4,
        }
    }

    fn unit(self, bytes: &[u8]) -> u32 {
        let byte = |offset| u32::from(at(bytes, offset));
        match self {
            Self::Utf16Le => byte(0) | byte(1) << 8,
            Self::Utf16Be => byte(1) | byte(0) << 8,
            Self::Utf32Le => byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24,
            Self::Utf32Be => byte(3) | byte(2) << 8 | byte(1) << 16 | byte(0) << 24,
        }
    }

    /// By the byte order mark; returns the mark's length too.
    fn marked(input: &[u8]) -> Option<(Self, usize)> {
        match input {
            [0xff, 0xfe, 0, 0, ..] => Some((Self::Utf32Le, 4)),
            [0, 0, 0xfe, 0xff, ..] => Some((Self::Utf32Be, 4)),
            [0xff, 0xfe, ..] => Some((Self::Utf16Le, 2)),
            [0xfe, 0xff, ..] => Some((Self::Utf16Be, 2)),
            _ => None,
        }
    }

    /// By the places of the NULs.
    fn guessed(input: &[u8]) -> Option<Self> {
        let sample = cut(input, 0..input.len().min(SAMPLE));
        let mut nuls = [0_usize; 4];
        for four in sample.as_chunks::<4>().0 {
            for (count, byte) in nuls.iter_mut().zip(four) {
                *count += usize::from(*byte == 0);
            }
        }
        let fours = sample.len() / 4;
        let [a, b, c, d] = nuls;
        let (most, few) = (fours - fours / 16, fours / 16);
        let guess = if fours < 2 {
            return None;
        } else if c.min(d) >= most && a <= few {
            Self::Utf32Le
        } else if a.min(b) >= most && d <= few {
            Self::Utf32Be
        } else if b + d >= fours * 2 / 5 && (a + c) * 16 <= b + d {
            Self::Utf16Le
        } else if a + c >= fours * 2 / 5 && (b + d) * 16 <= a + c {
            Self::Utf16Be
        } else {
            return None;
        };
        (NARROW.next_run(sample, 0, MIN_NARROW).is_none() && guess.reads_as_text(sample)).then_some(guess)
    }

    /// Arrays of small numbers have the same NULs as text but are full of control characters.
    fn reads_as_text(self, sample: &[u8]) -> bool {
        let units = sample.chunks_exact(self.width()).map(|bytes| self.unit(bytes));
        let odd = units.filter(|unit| matches!(unit, 0..9 | 0xe..0x20 | 0x7f..0xa0 | 0x11_0000..)).count();
        odd * 32 * self.width() <= sample.len()
    }
}

/// The input as UTF-8 when it is UTF-16 or UTF-32, or else the wide strings in it.
///
/// Units that encode nothing become U+FFFD.
#[must_use]
pub fn text(input: &[u8]) -> Option<View> {
    if let Some((wide, mark)) = Wide::marked(input) {
        return whole(input, wide, mark);
    }
    memchr::memchr(0, input)?;
    match Wide::guessed(input) {
        Some(wide) => whole(input, wide, 0),
        None => {
            let mut draft = Draft::new("wide strings");
            strings(input, &mut draft, |_| true);
            draft.finish(input.len())
        }
    }
}

/// Whether input that was decoded as a whole holds nothing else: no stretch of narrow letters that is long enough to be
/// read by itself. (Two hiragana can look like four letters; such text is scanned as it stands, too.)
#[must_use]
pub fn is_all_wide(input: &[u8]) -> bool {
    NARROW.next_run(input, 0, MIN_STRING).is_none()
}

fn whole(input: &[u8], wide: Wide, from: usize) -> Option<View> {
    let mut draft = Draft::new(wide.how());
    draft.mark(from);
    let mut offset = from;
    let mut last_point = 0;
    while offset < input.len() {
        let code = match ascii_at(input, wide, offset) {
            Some(letter) => {
                draft.push(letter);
                offset += 2;
                u32::from(letter)
            }
            None => {
                let (code, len) = code_at(input, wide, offset);
                draft.push_code(code);
                offset += len;
                code
            }
        };
        if code == u32::from(b'\n') || draft.len() - last_point >= POINT_EVERY {
            draft.mark(offset);
            last_point = draft.len();
        }
    }
    // Wide strings of the other alignment: programs read them, the decoding above does not.
    match wide {
        Wide::Utf16Le => strings(input, &mut draft, |run| run.start % 2 == 1),
        // A string whose first letter has no NUL before it begins a unit earlier than the decoding above sees it.
        Wide::Utf16Be => strings(input, &mut draft, |run| run.start % 2 == 0 || before(input, run.start) != 0),
        Wide::Utf32Le | Wide::Utf32Be => {}
    }
    draft.finish(input.len())
}

/// The ASCII letter at `offset` of UTF-16: most of the units of most files.
#[inline]
fn ascii_at(input: &[u8], wide: Wide, offset: usize) -> Option<u8> {
    match (wide, input.get(offset..offset + 2)?) {
        (Wide::Utf16Le, [letter, 0]) | (Wide::Utf16Be, [0, letter]) if letter.is_ascii() => Some(*letter),
        _ => None,
    }
}

/// The code point at `offset` and how many bytes it takes.
fn code_at(input: &[u8], wide: Wide, offset: usize) -> (u32, usize) {
    let width = wide.width();
    let Some(bytes) = input.get(offset..offset + width) else {
        return (0xfffd, input.len() - offset);
    };
    let unit = wide.unit(bytes);
    if width == 4 || !(0xd800..0xdc00).contains(&unit) {
        return (unit, width);
    }
    match input.get(offset + 2..offset + 4).map(|bytes| wide.unit(bytes)) {
        Some(low @ 0xdc00..0xe000) => (0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00), 4),
        Some(_) | None => (unit, 2),
    }
}

/// Writes the strings of letters with NULs between them, one a line, whose place `wanted` accepts.
fn strings(input: &[u8], draft: &mut Draft, wanted: impl Fn(&Range<usize>) -> bool) {
    let mut from = 0;
    while let Some(nul) = memchr::memchr(0, cut(input, from..input.len())).map(|nul| from + nul) {
        let start = nul.saturating_sub(1);
        let step = match (at(input, nul + 1), at(input, nul + 2)) {
            (letter, 0) if is_letter(letter) => 2,
            (0, 0) if is_letter(at(input, nul + 3)) => 4,
            _ => {
                let rest = cut(input, nul + 1..input.len());
                from = nul + 1 + rest.iter().position(|byte| *byte != 0).unwrap_or(rest.len());
                continue;
            }
        };
        let letters = if start < from && from > 0 { 0 } else { run(input, start, step) };
        if letters >= MIN_STRING && wanted(&(start..start + letters * step)) {
            write_string(input, draft, start..start + letters * step, step);
        }
        from = (start + letters * step).max(nul + 1);
    }
}

/// How many letters, each with `step - 1` NULs after it, start at `start`.
fn run(input: &[u8], start: usize, step: usize) -> usize {
    let rest = cut(input, start..input.len());
    let is_unit = |unit: &&[u8]| match unit {
        [letter, 0] | [letter, 0, 0, 0] => is_letter(*letter),
        _ => false,
    };
    rest.chunks_exact(step).take_while(is_unit).count()
}

/// Writes one string in its little-endian reading and, where the bytes around it allow one, in the big-endian reading:
/// there the NUL comes first, so that the letter before may not belong to it and the one after does.
fn write_string(input: &[u8], draft: &mut Draft, run: Range<usize>, step: usize) {
    let (start, end) = (run.start, run.end);
    write_letters(input, draft, run, step);
    let glued = start > 0 && is_letter(before(input, start));
    let last = is_letter(at(input, end));
    if glued || last && before(input, start) == 0 {
        let first = if glued { start + step } else { start };
        write_letters(input, draft, first..end + usize::from(last), step);
    }
}

fn write_letters(input: &[u8], draft: &mut Draft, offsets: Range<usize>, step: usize) {
    draft.end_line();
    let mut last_point = None;
    for offset in offsets.step_by(step) {
        if last_point.is_none_or(|last| draft.len() - last >= POINT_EVERY) {
            draft.mark(offset);
            last_point = Some(draft.len());
        }
        let letter = at(input, offset);
        draft.push(letter);
        if letter == b'\n' {
            last_point = None;
        }
    }
    draft.end_line();
}

fn is_letter(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::super::samples::{JAPANESE, contains, token};
    use super::*;

    fn wide_bytes(text: &str, wide: Wide) -> Vec<u8> {
        let mut out = Vec::new();
        match wide {
            Wide::Utf16Le => text.encode_utf16().for_each(|unit| out.extend(unit.to_le_bytes())),
            Wide::Utf16Be => text.encode_utf16().for_each(|unit| out.extend(unit.to_be_bytes())),
            Wide::Utf32Le => text.chars().for_each(|unit| out.extend(u32::from(unit).to_le_bytes())),
            Wide::Utf32Be => text.chars().for_each(|unit| out.extend(u32::from(unit).to_be_bytes())),
        }
        out
    }

    const ALL: [Wide; 4] = [Wide::Utf16Le, Wide::Utf16Be, Wide::Utf32Le, Wide::Utf32Be];

    #[test]
    fn every_wide_encoding_is_read_with_and_without_a_mark() {
        let token = token();
        let plain = format!("first line\r\nkey = {token}\r\nlast 😀 line");
        for wide in ALL {
            for marked in [false, true] {
                let source = if marked { format!("\u{feff}{plain}") } else { plain.clone() };
                let view = text(&wide_bytes(&source, wide)).unwrap();
                assert_eq!(view.how, wide.how());
                assert_eq!(view.bytes, plain.as_bytes(), "{wide:?} {marked}");
            }
        }
    }

    #[test]
    fn the_map_of_a_wide_file_is_exact_to_the_line() {
        let lines: String = (0..500).map(|line| format!("line {line}\n")).collect();
        for wide in ALL {
            let bytes = wide_bytes(&lines, wide);
            let view = text(&bytes).unwrap();
            let offset = lines.find("line 321\n").unwrap();
            let span = view.origin.input_span(&(offset..offset + 8));
            assert_eq!(span.start, offset * wide.width());
        }
    }

    #[test]
    fn japanese_wide_text_with_ascii_columns_is_read_without_a_mark() {
        let table = format!("{}\n{}", JAPANESE, "1,yamada@example.jp,東京都\n".repeat(20));
        for wide in ALL {
            assert_eq!(text(&wide_bytes(&table, wide)).unwrap().bytes, table.as_bytes());
        }
    }

    #[test]
    fn a_wide_string_inside_a_binary_is_found_in_both_alignments_and_orders() {
        let token = token();
        for wide in ALL {
            for lead in 0..5 {
                for tail in [&b"\0\0\0\0"[..], b"\x01\x02\x03\x04", b"A0"] {
                    let mut bytes = b"\x7fELF\x02\x01\x01 plain text follows here and goes on for a while".to_vec();
                    bytes.extend(vec![7; lead]);
                    bytes.extend(wide_bytes(&token, wide));
                    bytes.extend(tail);
                    let view = text(&bytes).unwrap();
                    assert!(contains(&view.bytes, &token), "{wide:?} {lead} {tail:?}");
                }
            }
        }
    }

    #[test]
    fn a_stretch_of_the_other_alignment_in_a_wide_file_is_found() {
        let token = token();
        let mut bytes = wide_bytes(&"ordinary text\r\n".repeat(50), Wide::Utf16Le);
        bytes.push(b'!');
        bytes.extend(wide_bytes(&token, Wide::Utf16Le));
        assert!(contains(&text(&bytes).unwrap().bytes, &token));
    }

    #[test]
    fn strings_are_found_at_and_above_the_minimum_and_not_below() {
        for (letters, found) in [(MIN_STRING - 1, false), (MIN_STRING, true), (MIN_STRING + 1, true)] {
            let mut bytes = vec![0xfe_u8; 64];
            bytes.extend(wide_bytes(&"k".repeat(letters), Wide::Utf16Le));
            bytes.extend([0xfe; 64]);
            assert_eq!(text(&bytes).is_some(), found, "{letters}");
        }
    }

    #[test]
    fn invalid_units_become_replacement_characters() {
        let view = text(b"\xff\xfea\0\x00\xd8b\0\x00\xdcc").unwrap();
        assert_eq!(view.bytes, "a\u{fffd}b\u{fffd}\u{fffd}".as_bytes());
        assert!(text(b"\0\0\xfe\xff\x7f\xff\xff\xff").unwrap().bytes.starts_with("\u{fffd}".as_bytes()));
    }

    #[test]
    fn narrow_text_and_plain_binaries_have_no_wide_view() {
        assert_eq!(text(b"plain text"), None);
        assert_eq!(text(JAPANESE.as_bytes()), None);
        assert_eq!(text(b""), None);
        assert_eq!(text(&[0; 4096]), None);
        let numbers: Vec<u8> = (0..2000_u32).flat_map(|n| (n % 30).to_le_bytes()).collect();
        assert_eq!(text(&numbers), None);
    }
}
