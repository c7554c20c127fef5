//! Base64, standard and URL-safe, padded or not, in one piece or wrapped over lines.
//!
//! Both alphabets are read at once. All the text that comes out goes into one view; a container in base64 is a view of
//! its own, to be recognised by its first bytes.

use super::super::container::inflated;
use super::super::{Origin, View};
use super::bytes::{Class, at, cut};
use super::draft::Draft;
use super::plausible::{Found, look};
use super::rows;
use super::wrap::line_break;
use std::ops::Range;

/// The shortest stretch of base64 that is looked at, in characters: 15 bytes.
const MIN_RUN: usize = 20;

/// How much of a stretch is tried from its second, third and fourth character on, for words glued to its front.
const SHIFTED: usize = 4 << 10;

/// A point in the map after so many characters of base64.
const POINT_EVERY: usize = 64;

/// Deflated text that holds a secret is no shorter, in characters.
const DEFLATED: usize = 56;

static ALPHABET: Class = Class::alnum_and(b"+/-_");
static AFTER: Class = Class::of(b"\0\r\n\"'`=,;:\\)]}< \t");

/// Stretches this long are decoded even if they do not look like text.
const LONG: usize = 128;

/// Everything in base64 that decodes to something worth a scan.
pub fn views(input: &[u8]) -> Vec<View> {
    let mut found = Unfolded { input, apart: false, text: Draft::new("base64"), packed: Vec::new() };
    let mut chain = Vec::new();
    let mut from = 0;
    while let Some(first) = ALPHABET.next_run(input, from, MIN_RUN) {
        let end;
        (end, found.apart) = collect(input, first, &mut chain);
        from = end;
        found.unfold(&chain);
    }
    let Unfolded { text, mut packed, .. } = found;
    packed.extend(text.finish(input.len()));
    packed
}

/// Collects the stretches on consecutive lines that may be one piece of base64; returns where they end, and whether
/// something stands between them, so that each may also be a piece of its own.
fn collect(input: &[u8], first: Range<usize>, chain: &mut Vec<Range<usize>>) -> (usize, bool) {
    let mut apart = false;
    let mut last = rows::without_sign(input, first);
    let mut end = last.end;
    chain.clear();
    chain.push(last.clone());
    loop {
        let below = line_break(input, end).map(|found| found.next);
        let row = rows::next(input, &last, &ALPHABET);
        let Some(start) = row.or(below) else { break };
        apart |= row.is_some() && row != below;
        let next = start..ALPHABET.end(input, start);
        if next.is_empty() || next.len() < MIN_RUN && !AFTER.has(at(input, next.end)) {
            break;
        }
        end = next.end;
        last = next.clone();
        chain.push(next);
    }
    (end, apart)
}

struct Unfolded<'i> {
    input: &'i [u8],
    /// Whether something stands between the stretches of the chain at hand.
    apart: bool,
    text: Draft,
    packed: Vec<View>,
}

impl Unfolded<'_> {
    fn unfold(&mut self, chain: &[Range<usize>]) {
        if let [only] = chain {
            self.line(only);
            return;
        }
        let letters: Vec<u8> = chain.iter().flat_map(|piece| cut(self.input, piece.clone())).copied().collect();
        let taken = promises(&letters) && self.keep(chain, 0);
        // Lines that are no multiple of four long may each be base64 of their own.
        let aligned =
            chain.split_last().is_some_and(|(_, inner)| inner.iter().all(|line| line.len().is_multiple_of(4)));
        if !taken || !aligned || self.apart {
            chain.iter().filter(|line| line.len() >= MIN_RUN).for_each(|line| self.line(line));
        }
    }

    /// A stretch on one line; where it is none, a word may be glued to its front.
    fn line(&mut self, line: &Range<usize>) {
        let letters = cut(self.input, line.clone());
        if promises(letters) && self.keep(std::slice::from_ref(line), 0) {
            return;
        }
        // The last part of a URL's path, which may well be an archive.
        if let Some(slash) = memchr::memrchr(b'/', letters) {
            let last = line.start + slash + 1..line.end;
            let letters = cut(self.input, last.clone());
            if letters.len() >= MIN_RUN && promises_container(letters) && self.keep(std::slice::from_ref(&last), 0) {
                return;
            }
        }
        let shown = cut(letters, 0..letters.len().min(SHIFTED));
        for skip in 1..4 {
            if promises_text(cut(shown, skip..shown.len())) {
                let shifted = line.start + skip..line.start + shown.len();
                self.keep(std::slice::from_ref(&shifted), skip);
            }
        }
    }

    /// Keeps what the pieces decode to, if it is worth it.
    fn keep(&mut self, pieces: &[Range<usize>], skipped: usize) -> bool {
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
            return false;
        };
        let decoded = decode(self.input, pieces);
        match look(&decoded.bytes) {
            // Diagrams and requests to log in are deflated without a mark.
            None => match inflated(&decoded.bytes).filter(|_| skipped == 0) {
                Some(bytes) => {
                    let origin = Origin::Region(first.start..last.end);
                    self.packed.push(View { bytes, how: "deflate in base64", origin });
                }
                None => return false,
            },
            Some(Found::Packed) if skipped > 0 => return false,
            Some(Found::Packed) => {
                let origin = Origin::Region(first.start..last.end);
                self.packed.push(View { bytes: decoded.bytes, how: "base64", origin });
            }
            Some(Found::Wide(bytes)) => {
                self.text.mark(first.start);
                self.text.extend(&bytes);
                self.text.end_line();
            }
            Some(Found::Text) => decoded.write(&mut self.text),
        }
        true
    }
}

/// Whether the letters may decode to something worth a scan. Most long words of source code fail here, undecoded.
fn promises(letters: &[u8]) -> bool {
    letters.len() >= LONG
        || promises_text(letters)
        || promises_container(letters)
        || promises_wide(letters)
        || promises_deflate(letters)
}

/// Four groups in a row whose bits fit ASCII: any sixteen bytes of text contain four whole groups. One word in
/// a thousand passes that is no base64.
fn promises_text(letters: &[u8]) -> bool {
    let mut row = 0;
    for group in letters.as_chunks::<4>().0 {
        let [a, b, c, _] = group;
        let fits = FIRST.has(*a) && SECOND.has(*b) && THIRD.has(*c);
        row = if fits { row + 1 } else { 0 };
        if row == 4 {
            return true;
        }
    }
    false
}

/// The first two bytes of the containers that are sniffed: by their magic, or the checked header of zlib.
fn promises_container(letters: &[u8]) -> bool {
    let [a, b, c, d, ..] = letters else {
        return false;
    };
    let group = sextet(*a) << 18 | sextet(*b) << 12 | sextet(*c) << 6 | sextet(*d);
    let zlib = group >> 16 & 0xf == 8 && (group >> 8).is_multiple_of(31);
    zlib || matches!(
        group >> 8,
        0x1f8b | 0x504b | 0x425a | 0xfd37 | 0x28b5 | 0x5041 | 0x377a | 0x5261 | 0x2550 | 0x5d00
    )
}

/// One block of compressed deflate, the last one, by its first three bits; not a digest in hexadecimal.
fn promises_deflate(letters: &[u8]) -> bool {
    let [a, b, ..] = letters else { return false };
    let bits = sextet(*a) << 2 | sextet(*b) >> 4;
    letters.len() >= DEFLATED && matches!(bits & 7, 3 | 5) && !letters.iter().take(16).all(u8::is_ascii_hexdigit)
}

/// UTF-16 of ASCII text has a NUL in every other byte.
fn promises_wide(letters: &[u8]) -> bool {
    let sample = cut(letters, 0..letters.len().min(64));
    sample.iter().filter(|letter| **letter == b'A').count() >= sample.len() / 5
}

/// Letters that can begin a group of three ASCII bytes of text, white space or `!` to `~`.
static FIRST: Class = Class::of(b"CDIJKLMNOPQRSTUVWXYZabcdef");

/// Letters that can come second: the upper half of the second byte is 0 (white space) or 2 to 7.
static SECOND: Class = Class::of(b"ACDEFGHQSTUVWXgijklmnwyz0123");

/// Letters that can come third: the upper bits of the third byte are 00 or 01.
static THIRD: Class = Class::of(b"ABEFIJMNQRUVYZcdghklopstwx014589");

struct Decoded {
    bytes: Vec<u8>,
    /// Offsets in `bytes` and in the input.
    points: Vec<(usize, usize)>,
}

impl Decoded {
    fn write(&self, draft: &mut Draft) {
        draft.end_line();
        let ends = self.points.iter().skip(1).map(|(view, _)| *view).chain([self.bytes.len()]);
        for ((view, input), end) in self.points.iter().zip(ends) {
            draft.mark(*input);
            draft.extend(cut(&self.bytes, *view..end));
        }
        draft.end_line();
    }
}

fn decode(input: &[u8], pieces: &[Range<usize>]) -> Decoded {
    let mut out = Decoded { bytes: Vec::new(), points: Vec::new() };
    let (mut bits, mut count) = (0_u32, 0);
    for piece in pieces {
        let mut offset = piece.start;
        for part in cut(input, piece.clone()).chunks(POINT_EVERY) {
            if out.points.last().is_none_or(|(view, _)| *view < out.bytes.len()) {
                out.points.push((out.bytes.len(), offset));
            }
            offset += part.len();
            for letter in part {
                bits = bits << 6 | sextet(*letter);
                count += 6;
                if count >= 8 {
                    count -= 8;
                    out.bytes.push((bits >> count) as u8);
                }
            }
        }
    }
    out
}

/// The six bits of a letter of either alphabet.
pub fn sextet(letter: u8) -> u32 {
    let value = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' | b'-' => 62,
        _ => 63,
    };
    u32::from(value)
}

/// Test encoder.
#[cfg(test)]
pub fn encode(bytes: &[u8], alphabet_end: &[u8; 2]) -> String {
    let letters: Vec<u8> = (b'A'..=b'Z').chain(b'a'..=b'z').chain(b'0'..=b'9').chain(*alphabet_end).collect();
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let group = (0..3).fold(0_u32, |group, index| group << 8 | u32::from(at(three, index)));
        for index in 0..=three.len() {
            out.push(char::from(letters[(group >> (18 - 6 * index) & 63) as usize]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::samples::{GREEK, JAPANESE, MINIFIED, RUSSIAN, SOURCE, contains, token};
    use super::*;

    fn found(text: &str, token: &str) -> bool {
        views(text.as_bytes()).iter().any(|view| contains(&view.bytes, token))
    }

    fn wrapped(text: &str, width: usize, between: &str) -> String {
        let lines: Vec<&str> = text.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
        lines.join(between)
    }

    #[test]
    fn a_token_is_found_in_both_alphabets_with_and_without_padding() {
        for lead in 0..3 {
            let token = token();
            let plain = format!("{}{token}\u{fe}?\u{ff}>", "x".repeat(lead));
            for alphabet in [b"+/", b"-_"] {
                let code = encode(plain.as_bytes(), alphabet);
                for text in [
                    code.clone(),
                    format!("{code}=="),
                    format!("KEY={code}="),
                    format!("Authorization: Basic {code}"),
                    format!("data:text/plain;base64,{code}"),
                    format!("{{\"a\":\"{code}\"}}"),
                ] {
                    assert!(found(&text, &token), "{text}");
                }
            }
        }
    }

    #[test]
    fn a_token_in_wrapped_base64_is_found_whatever_stands_between_the_lines() {
        let token = token();
        let code = encode(format!("some longer text before and {token} after it").as_bytes(), b"+/");
        for width in [20, 22, 37, 64, 76] {
            for between in
                ["\n", "\r\n", "\n    ", "\\n", "\\n\" +\n  \"", "\"\n  \"", "\n# ", "\n// ", "\n * ", "\\\n"]
            {
                assert!(found(&format!("x = \"{}==\"", wrapped(&code, width, between)), &token), "{width} {between:?}");
            }
        }
    }

    #[test]
    fn lines_of_base64_of_their_own_are_found() {
        let (first, second) = (token(), token());
        let text = format!("{}\n{}\n", encode(first.as_bytes(), b"+/"), encode(second.as_bytes(), b"+/"));
        assert!(found(&text, &first) && found(&text, &second));
    }

    #[test]
    fn a_word_glued_to_the_front_does_not_hide_base64() {
        let token = token();
        for glue in ["", "k_", "/p/", "a-b_", "token/"] {
            assert!(found(&format!("{glue}{}", encode(token.as_bytes(), b"+/")), &token), "{glue}");
        }
    }

    #[test]
    fn base64_of_wide_text_is_text() {
        let token = token();
        let wide: Vec<u8> = token.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(found(&encode(&wide, b"+/"), &token));
    }

    #[test]
    fn a_place_in_the_view_maps_to_its_line() {
        let text = "The quick brown fox jumps over the lazy dog. ".repeat(20);
        let code = wrapped(&encode(text.as_bytes(), b"+/"), 76, "\n");
        let view = views(code.as_bytes()).pop().unwrap();
        let span = view.origin.input_span(&(570..575));
        assert_eq!(code[..span.start].matches('\n').count(), 570 * 4 / 3 / 76);
    }

    #[test]
    fn a_run_counts_at_and_above_the_minimum_and_not_below() {
        for (bytes, some) in [(14, false), (15, true), (16, true)] {
            assert_eq!(views(encode(&vec![b'k'; bytes], b"+/").as_bytes()).is_empty(), !some, "{bytes}");
        }
    }

    #[test]
    fn ordinary_text_yields_nothing() {
        for text in [SOURCE, MINIFIED, JAPANESE, RUSSIAN, GREEK, &"-".repeat(500), &"=".repeat(500), &"x".repeat(500)] {
            assert_eq!(views(text.as_bytes()), [], "{text}");
        }
    }
}
