//! Hexadecimal: long runs of digits, in one piece or wrapped, and lists of bytes (`68 65 78`, `68:65`, `0x68, 0x65`,
//! hex dumps).

use super::super::{Origin, View};
use super::bytes::{BLANK, Class, at, cut, hex_digit, hex_pair};
use super::draft::Draft;
use super::plausible::{Found, look};
use super::wrap::{line_break, skip_blanks};

/// The shortest run of digits that is looked at: 16 bytes.
const MIN_DIGITS: usize = 32;

/// The shortest list of groups of digits, in bytes.
const MIN_LIST: usize = 12;

/// Separators, casts and line ends between two groups of a list take at most this much.
const MAX_GAP: usize = 96;

/// The letters that a hex dump shows beside a line's bytes, with their frame.
const MAX_LETTERS: usize = 20;

const CAST: &[u8] = b"(byte)";

/// Digits per point in the map.
const POINT_EVERY: usize = 64;

static DIGIT: Class = Class::of(b"0123456789abcdefABCDEF");
/// All that a list consists of, casts and line ends included.
static LISTED: Class = Class::of(b"0123456789abcdefABCDEFxX\\ \t\r\n,:;-(){}[]byteBYTE");
static GAP: Class = Class::of(b" \t,:;-");

/// Everything in hexadecimal that decodes to something worth a scan.
pub fn views(input: &[u8]) -> Vec<View> {
    let mut out = Out { draft: Draft::new("hex"), packed: Vec::new() };
    runs(input, &mut out);
    lists(input, &mut out);
    let Out { draft, mut packed } = out;
    packed.extend(draft.finish(input.len()));
    packed
}

struct Out {
    draft: Draft,
    packed: Vec<View>,
}

/// Bytes with the offset of each point.
#[derive(Default)]
struct Decoded {
    bytes: Vec<u8>,
    points: Vec<(usize, usize)>,
    end: usize,
}

impl Decoded {
    fn point(&mut self, offset: usize) {
        if self.points.last().is_none_or(|(view, _)| *view < self.bytes.len()) {
            self.points.push((self.bytes.len(), offset));
        }
    }
}

impl Out {
    fn keep(&mut self, decoded: Decoded) -> bool {
        let start = decoded.points.first().map_or(0, |(_, input)| *input);
        match look(&decoded.bytes) {
            None => return false,
            Some(Found::Packed) => {
                let origin = Origin::Region(start..decoded.end);
                self.packed.push(View { bytes: decoded.bytes, how: "hex", origin });
            }
            Some(Found::Wide(bytes)) => {
                self.draft.end_line();
                self.draft.mark(start);
                self.draft.extend(&bytes);
            }
            Some(Found::Text) => {
                self.draft.end_line();
                let ends = decoded.points.iter().skip(1).map(|(view, _)| *view).chain([decoded.bytes.len()]);
                for ((view, input), end) in decoded.points.iter().zip(ends) {
                    self.draft.mark(*input);
                    self.draft.extend(cut(&decoded.bytes, *view..end));
                }
            }
        }
        self.draft.end_line();
        true
    }
}

fn runs(input: &[u8], out: &mut Out) {
    let mut from = 0;
    while let Some(first) = DIGIT.next_run(input, from, MIN_DIGITS) {
        let mut pieces = vec![first.clone()];
        from = first.end;
        while let Some(found) = line_break(input, from) {
            let end = DIGIT.end(input, found.next);
            if end == found.next {
                break;
            }
            pieces.push(found.next..end);
            from = end;
        }
        let digits: usize = pieces.iter().map(ExactSizeIterator::len).sum();
        // A digit glued to the front, or an odd number of them, shifts the pairs.
        if !out.keep(decode(input, &pieces, 0)) && digits > MIN_DIGITS {
            out.keep(decode(input, &pieces, 1));
        }
    }
}

fn decode(input: &[u8], pieces: &[std::ops::Range<usize>], skip: usize) -> Decoded {
    let mut out = Decoded::default();
    let mut high = None;
    let mut skip = skip;
    for piece in pieces {
        let mut offset = piece.start + skip;
        skip = 0;
        for part in cut(input, offset..piece.end).chunks(POINT_EVERY) {
            out.point(offset);
            offset += part.len();
            for digit in part.iter().filter_map(|digit| hex_digit(*digit)) {
                match high.take() {
                    Some(high) => out.bytes.push(high << 4 | digit),
                    None => high = Some(digit),
                }
            }
        }
        out.end = piece.end;
    }
    out
}

/// Finds lists by looking in every so many bytes.
fn lists(input: &[u8], out: &mut Out) {
    // A list of `MIN_LIST` bytes is longer than this, so that every list contains a multiple of the step; odd, so that
    // it does not always meet the same place in a list's rhythm.
    let step = MIN_LIST * 2 - 1;
    let mut probe = step / 2;
    let mut done = 0;
    while probe < input.len() {
        // Most text has some other letter within a few, or no digits at all.
        let window = cut(input, probe..input.len().min(probe + 6));
        let listed = window.iter().all(|byte| LISTED.has(*byte));
        let listed = listed && window.iter().filter(|byte| DIGIT.has(**byte)).count() > 1;
        if let Some(start) = listed.then(|| list_around(input, probe, done)).flatten() {
            let decoded = list(input, start);
            done = decoded.end.max(probe);
            if decoded.bytes.len() >= MIN_LIST {
                if let Some(swapped) = swapped(input, start, &decoded) {
                    out.keep(swapped);
                }
                out.keep(decoded);
            }
            probe = probe.max(done);
        }
        probe += step;
    }
}

/// Where the list starts that `probe` lies in: back over groups and separators to the first, not before `limit`.
fn list_around(input: &[u8], probe: usize, limit: usize) -> Option<usize> {
    let mut near = probe.saturating_sub(8).max(limit)..input.len().min(probe + 9);
    let first = near.find(|offset| group(input, *offset).is_some())?;
    let (_, end) = group(input, first)?;
    let next = gap(input, end)?;
    group(input, next)?;
    // Back, by groups of the same width and single separators; a step is a few bytes, their number bounded.
    let width = next - first;
    let mut start = first;
    for _ in 0..MIN_LIST * 4 {
        let Some(previous) = start.checked_sub(width).filter(|previous| *previous >= limit) else {
            break;
        };
        match group(input, previous).and_then(|(_, end)| gap(input, end)) {
            Some(next) if next == start => start = previous,
            Some(_) | None => break,
        }
    }
    Some(start)
}

/// A group of 2, 4, … 16 digits with an optional `0x` or `\x` before it and no other word character around.
fn group(input: &[u8], offset: usize) -> Option<(usize, usize)> {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if offset.checked_sub(1).is_some_and(|before| word(at(input, before))) {
        return None;
    }
    let digits = match (at(input, offset), at(input, offset + 1)) {
        (b'0' | b'\\', b'x' | b'X') => offset + 2,
        _ => offset,
    };
    let end = (digits..digits + 17).find(|end| !DIGIT.has(at(input, *end)))?;
    let even = end > digits && (end - digits).is_multiple_of(2);
    (even && !word(at(input, end))).then_some((digits, end))
}

/// Past the separators after a group: blanks, one punctuation mark, a line end, a cast, the offset column of a dump.
fn gap(input: &[u8], end: usize) -> Option<usize> {
    let mut here = end;
    let limit = end + MAX_GAP;
    while here < limit && GAP.has(at(input, here)) {
        here += 1;
    }
    let next = match cast(input, here) {
        Some(next) => next,
        None => {
            let line = next_line(input, here).unwrap_or(here);
            cast(input, line).unwrap_or(line)
        }
    };
    (next > end).then_some(next)
}

/// Past the cast that Java wants before a byte.
fn cast(input: &[u8], from: usize) -> Option<usize> {
    let end = from + CAST.len();
    let cast = cut(input, from..end).eq_ignore_ascii_case(CAST);
    cast.then(|| end + usize::from(BLANK.has(at(input, end))))
}

/// Past a line end, the letters that a dump shows before it, and the offset that it shows after it.
fn next_line(input: &[u8], from: usize) -> Option<usize> {
    let ahead = cut(input, from..input.len().min(from + MAX_GAP));
    let end = memchr::memchr(b'\n', ahead)?;
    let letters = cut(ahead, 0..end).trim_ascii_end();
    if !letters.is_empty() && (letters.len() > MAX_LETTERS || group(input, from).is_some()) {
        return None;
    }
    let here = skip_blanks(input, from + end + 1);
    Some(offset_column(input, here).unwrap_or(here))
}

/// Past the offset column of a dump: digits, and then a colon or more than one blank or narrower groups.
fn offset_column(input: &[u8], from: usize) -> Option<usize> {
    let end = (from + 4..from + 17).find(|end| !DIGIT.has(at(input, *end)))?;
    if DIGIT.end(cut(input, from..end), 0) < end - from {
        return None;
    }
    match (at(input, end), at(input, end + 1)) {
        (b':' | b' ', b' ') => Some(end + 2),
        (b' ', _) if end - from >= 6 => {
            let (digits, after) = group(input, end + 1)?;
            (after - digits <= 4).then_some(end + 1)
        }
        _ => None,
    }
}

/// The list with the bytes of each group turned around: `od -x` and debuggers print words as the machine reads them.
fn swapped(input: &[u8], start: usize, list: &Decoded) -> Option<Decoded> {
    let (digits, end) = group(input, start)?;
    let width = (end - digits) / 2;
    if !matches!(width, 2 | 4 | 8) {
        return None;
    }
    let bytes = list.bytes.chunks(width).flat_map(|word| word.iter().rev()).copied().collect();
    Some(Decoded { bytes, points: list.points.clone(), end: list.end })
}

fn list(input: &[u8], start: usize) -> Decoded {
    let mut out = Decoded { end: start, ..Decoded::default() };
    let mut here = start;
    while let Some((digits, end)) = group(input, here) {
        out.point(here);
        for pair in (digits..end).step_by(2) {
            out.bytes.extend(hex_pair(input, pair));
        }
        out.end = end;
        match gap(input, end) {
            Some(next) => here = next,
            None => break,
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

    fn pairs(text: &str) -> Vec<String> {
        text.bytes().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn a_token_in_a_run_of_digits_is_found() {
        let token = token();
        let digits = pairs(&token).concat();
        let upper = digits.to_uppercase();
        for text in [
            digits.clone(),
            upper,
            format!("key={digits};"),
            format!("k_{digits}"),
            format!("a{digits}"),
            format!("0x{digits}"),
            digits.as_bytes().chunks(60).map(|line| std::str::from_utf8(line).unwrap()).collect::<Vec<_>>().join("\n"),
            digits
                .as_bytes()
                .chunks(33)
                .map(|line| std::str::from_utf8(line).unwrap())
                .collect::<Vec<_>>()
                .join("\n  "),
        ] {
            assert!(found(&text, &token), "{text}");
        }
    }

    #[test]
    fn a_token_in_a_list_of_bytes_is_found() {
        let token = token();
        let pairs = pairs(&token);
        let lines = |width: usize, between: &str, end: &str| {
            pairs.chunks(width).map(|line| line.join(between)).collect::<Vec<_>>().join(end)
        };
        for text in [
            pairs.join(" "),
            pairs.join(":"),
            pairs.join(", "),
            pairs.join("-"),
            format!("0x{}", pairs.join(", 0x")),
            format!("{{0x{}}}", pairs.join(",0x")),
            format!("(byte)0x{}", pairs.join(", (byte)0x")),
            lines(8, " ", "\n"),
            lines(16, ":", ":\r\n    "),
            format!("char k[] = {{\n    0x{}\n}};", lines(12, ", 0x", ",\n    0x")),
            pairs.chunks(2).map(<[String]>::concat).collect::<Vec<_>>().join(" "),
        ] {
            for lead in 0..26 {
                let text = format!("{}\n{text}\n", "x".repeat(lead));
                assert!(found(&text, &token), "{text}");
            }
        }
    }

    #[test]
    fn a_token_in_a_hex_dump_is_found() {
        let token = token();
        let bytes = format!("some text before it {token} and after");
        let mut canonical = String::new();
        let mut xxd = String::new();
        let mut od = String::new();
        for (index, line) in bytes.as_bytes().chunks(16).enumerate() {
            let text = std::str::from_utf8(line).unwrap();
            let (left, right) = line.split_at(line.len().min(8));
            let half = |part: &[u8]| part.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ");
            canonical += &format!("{:08x}  {}  {}  |{text}|\n", index * 16, half(left), half(right));
            let groups = line.chunks(2).map(|pair| half(pair).replace(' ', "")).collect::<Vec<_>>().join(" ");
            xxd += &format!("{:08x}: {groups}  {text}\n", index * 16);
            od += &format!("{:07o} {}\n", index * 16, half(line));
        }
        for text in [canonical, xxd, od] {
            assert!(found(&text, &token), "{text}");
        }
    }

    #[test]
    fn runs_and_lists_count_at_and_above_the_minimum_and_not_below() {
        for (bytes, some) in [(15, false), (16, true), (17, true)] {
            assert_eq!(views("6b".repeat(bytes).as_bytes()).is_empty(), !some, "{bytes}");
        }
        for (bytes, some) in [(MIN_LIST - 1, false), (MIN_LIST, true), (MIN_LIST + 1, true)] {
            let list = vec!["6b"; bytes].join(" ");
            assert_eq!(views(list.as_bytes()).is_empty(), !some, "{bytes}");
        }
    }

    #[test]
    fn a_place_in_the_view_maps_to_its_line() {
        let text = "The quick brown fox jumps over the lazy dog. ".repeat(4);
        let lines: Vec<String> = pairs(&text).chunks(16).map(|line| line.join(" ")).collect();
        let list = lines.join("\n");
        let view = views(list.as_bytes()).pop().unwrap();
        let span = view.origin.input_span(&(100..104));
        assert_eq!(list[..span.start].matches('\n').count(), 100 / 16);
    }

    #[test]
    fn digests_and_ordinary_text_yield_nothing() {
        let uuid = "123e4567-e89b-12d3-a456-426614174000, 123e4567-e89b-12d3-a456-426614174001";
        let dates = "2024-01-02 10:11:12, 2024-01-03 10:11:12, 2024-01-04 10:11:12, 2024-01-05 10:11:12";
        for text in [SOURCE, MINIFIED, JAPANESE, RUSSIAN, GREEK, uuid, dates, &"00 ".repeat(200), &"0".repeat(300)] {
            assert_eq!(views(text.as_bytes()), [], "{text}");
        }
    }
}
