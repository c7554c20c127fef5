//! Encodings that announce themselves by a frame around them: uuencode (`begin 644 name` … `end`) and Ascii85 (`<~` … `~>`).

use super::super::{Origin, View};
use super::bytes::{at, cut};
use super::draft::Draft;
use super::plausible::{Found, look};
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// What announces them; made once, since every text is asked.
static BEGIN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("begin "));
static OPEN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("<~"));

/// A line of uuencode has at most 45 bytes in 60 letters, and its length before them.
const MAX_LINE: usize = 61;

/// Digits of base 85 in a group, for four bytes.
const GROUP: usize = 5;

/// Everything in such a frame that decodes to something worth a scan.
pub fn views(input: &[u8]) -> Vec<View> {
    let (mut text, mut packed) = (Draft::new("uuencode"), Vec::new());
    for found in BEGIN.find_iter(input) {
        if let Some((start, bytes, end)) = uuencoded(input, found) {
            keep(&mut text, &mut packed, "uuencode", start..end, bytes);
        }
    }
    packed.extend(text.finish(input.len()));
    let mut text = Draft::new("ascii85");
    let mut done = 0;
    for found in OPEN.find_iter(input).filter(|found| !matches!(at(input, *found + 2), b' ' | 0)) {
        let rest = cut(input, found + 2..input.len());
        let Some(length) = memchr::memchr(b'~', rest).filter(|length| found >= done && at(rest, length + 1) == b'>')
        else {
            continue;
        };
        done = found + 2 + length;
        if let Some(bytes) = ascii85(cut(rest, 0..length)) {
            keep(&mut text, &mut packed, "ascii85", found..done, bytes);
        }
    }
    packed.extend(text.finish(input.len()));
    packed
}

fn keep(text: &mut Draft, packed: &mut Vec<View>, how: &'static str, region: std::ops::Range<usize>, bytes: Vec<u8>) {
    match look(&bytes) {
        None => {}
        Some(Found::Packed) => packed.push(View { bytes, how, origin: Origin::Region(region) }),
        Some(Found::Wide(bytes)) => write(text, region.start, &bytes),
        Some(Found::Text) => write(text, region.start, &bytes),
    }
}

fn write(text: &mut Draft, start: usize, bytes: &[u8]) {
    text.end_line();
    text.mark(start);
    text.extend(bytes);
    text.end_line();
}

/// The file behind the `begin` at `found`: where its first line starts, its bytes, where the last line ends.
fn uuencoded(input: &[u8], found: usize) -> Option<(usize, Vec<u8>, usize)> {
    let mode = cut(input, found + 6..found + 10);
    let digits = mode.iter().take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    let line = memchr::memchr(b'\n', cut(input, found..input.len().min(found + 4096)))?;
    if digits < 3 || found > 0 && at(input, found - 1) != b'\n' {
        return None;
    }
    let start = found + line + 1;
    let (mut here, mut bytes) = (start, Vec::new());
    loop {
        let ahead = cut(input, here..input.len().min(here + MAX_LINE + 2));
        let end = memchr::memchr2(b'\r', b'\n', ahead).unwrap_or(ahead.len());
        let Some(length) = six(at(ahead, 0)) else { break };
        if length == 0 || end < 1 + length.div_ceil(3) * 4 - 2 {
            break;
        }
        bytes.extend(line_bytes(cut(ahead, 1..end), length));
        let after = here + end + usize::from(at(ahead, end) == b'\r');
        here = after + usize::from(at(input, after) == b'\n');
        if here >= input.len() || here == after {
            break;
        }
    }
    (!bytes.is_empty()).then_some((start, bytes, here))
}

/// The value of a letter: a blank, or the grave accent in its place, is zero.
fn six(letter: u8) -> Option<usize> {
    matches!(letter, b' '..=b'`').then_some(usize::from(letter.wrapping_sub(b' ') & 63))
}

fn line_bytes(letters: &[u8], length: usize) -> Vec<u8> {
    let word = |four: &[u8]| (0..4).fold(0, |word, n| word << 6 | six(at(four, n)).unwrap_or(0));
    let three = |word: usize| [word >> 16, word >> 8, word].map(|byte| byte as u8);
    letters.chunks(4).flat_map(|four| three(word(four))).take(length).collect()
}

/// Groups of five digits from `!` to `u` for four bytes, `z` for four zeros; none where there is anything else.
fn ascii85(input: &[u8]) -> Option<Vec<u8>> {
    let (mut out, mut group) = (Vec::new(), Vec::with_capacity(GROUP));
    for byte in input.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        match byte {
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            _ => return None,
        }
        if group.len() == GROUP {
            out.extend(four(&group));
            group.clear();
        }
    }
    if group.len() > 1 {
        let count = group.len() - 1;
        group.resize(GROUP, 84);
        out.extend(four(&group).into_iter().take(count));
    }
    Some(out)
}

fn four(group: &[u32]) -> [u8; 4] {
    group.iter().fold(0_u32, |value, digit| value.wrapping_mul(85).wrapping_add(*digit)).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{contains, token};
    use super::*;

    fn uuencode(bytes: &[u8], end: &str) -> String {
        let letter = |six: usize| char::from(if six == 0 { b'`' } else { b' ' + six as u8 });
        let mut out = format!("begin 644 a b.txt{end}");
        for line in bytes.chunks(45) {
            out.push(letter(line.len()));
            for three in line.chunks(3) {
                let word = (0..3).fold(0, |word, n| word << 8 | usize::from(at(three, n)));
                out.extend((0..4).map(|n| letter(word >> (18 - 6 * n) & 63)));
            }
            out.push_str(end);
        }
        out + "`" + end + "end" + end
    }

    #[test]
    fn a_file_in_uuencode_is_read() {
        let token = token();
        for (lead, end) in [("", "\n"), ("words\n", "\n"), ("words\r\n", "\r\n")] {
            for length in [1, 44, 45, 46, 200] {
                let content = format!("{}{token}", "w ".repeat(length));
                let text = format!("{lead}{}", uuencode(content.as_bytes(), end));
                let views = views(text.as_bytes());
                assert!(views.iter().any(|view| contains(&view.bytes, &content)), "{text}");
            }
        }
    }

    #[test]
    fn ascii85_in_its_frame_is_read() {
        assert_eq!(ascii85(b"87cUR"), Some(b"Hell".to_vec()));
        assert_eq!(ascii85(b"87cURD]j7BEbo80"), Some(b"Hello world!".to_vec()));
        assert_eq!(ascii85(b"87cURD]j7BEbo7"), Some(b"Hello world".to_vec()));
        assert_eq!(ascii85(b"xyz{"), None);
        let views = views(b"x <~87cURD]j7\nBEbo80~> y");
        assert!(views.iter().any(|view| contains(&view.bytes, "Hello world!")));
    }

    #[test]
    fn ordinary_text_has_no_view() {
        for text in
            ["begin transaction;\nselect 1;\nend\n", "begin 644", "begin 6440\n", "a <~ b ~> c", "x <~ y", "<~~>"]
        {
            assert_eq!(views(text.as_bytes()), [], "{text}");
        }
    }
}
