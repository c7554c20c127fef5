//! The text that a PDF's content stream shows (ISO 32000-1, 9.4.3): a word may be shown in pieces.
//!
//! Codes are taken for ASCII, or for what a font's table says. Which font a string is in is not followed up: a table is
//! tried on all of them.

use super::pdf_cmap::CMap;
use crate::scan::decode::bytes::{at, cut, hex_digit};

/// A gap in an array of pieces, in thousandths of the font's size, that is wide enough to be a blank.
const BLANK: i64 = -200;

/// The text, pieces joined, a line for each new place on the page; empty when the stream shows none.
pub fn text(content: &[u8], map: Option<&CMap>) -> Vec<u8> {
    if memchr::memmem::find(content, b"BT").is_none() {
        return Vec::new();
    }
    let mut page = Page { map, ..Page::default() };
    let mut here = 0;
    while here < content.len() {
        here = page.token(content, here).max(here + 1);
    }
    page.end_line();
    page.out
}

#[derive(Default)]
struct Page<'m> {
    map: Option<&'m CMap>,
    out: Vec<u8>,
    /// The strings since the last operator.
    pieces: Vec<u8>,
    /// The last number since the last operator.
    number: i64,
    in_array: bool,
}

impl Page<'_> {
    /// Reads the token at `here` and returns its end.
    fn token(&mut self, content: &[u8], here: usize) -> usize {
        match at(content, here) {
            b'(' => self.literal(content, here + 1),
            b'<' if at(content, here + 1) != b'<' => self.hexadecimal(content, here + 1),
            b'<' => here + 2,
            b'[' | b']' => {
                self.in_array = at(content, here) == b'[';
                here + 1
            }
            b'%' => {
                here + memchr::memchr2(b'\n', b'\r', cut(content, here..content.len())).unwrap_or(usize::MAX - here)
            }
            b'/' => word_end(content, here + 1),
            b'+' | b'-' | b'.' | b'0'..=b'9' => {
                let end = word_end(content, here);
                self.number(cut(content, here..end));
                end
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'\'' | b'"' => {
                let end = word_end(content, here).max(here + 1);
                self.operator(cut(content, here..end));
                end
            }
            _ => here + 1,
        }
    }

    fn number(&mut self, digits: &[u8]) {
        let whole = digits.iter().take_while(|byte| **byte != b'.').filter(|byte| byte.is_ascii_digit());
        let value = whole.fold(0_i64, |value, digit| value.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
        self.number = if digits.starts_with(b"-") { -value } else { value };
        if self.in_array && self.number <= BLANK {
            self.pieces.push(b' ');
        }
    }

    fn operator(&mut self, name: &[u8]) {
        match name {
            b"Tj" | b"TJ" => self.out.append(&mut self.pieces),
            b"'" | b"\"" => {
                self.end_line();
                self.out.append(&mut self.pieces);
            }
            // The last operand of `Td` is the step to the next line; without one the text goes on to the right.
            b"Td" | b"TD" if self.number == 0 => self.blank(),
            b"Td" | b"TD" | b"T*" | b"Tm" | b"ET" => self.end_line(),
            _ => {}
        }
        self.pieces.clear();
        self.number = 0;
    }

    fn blank(&mut self) {
        if self.out.last().is_some_and(|last| !last.is_ascii_whitespace()) {
            self.out.push(b' ');
        }
    }

    fn end_line(&mut self) {
        if self.out.last().is_some_and(|last| *last != b'\n') {
            self.out.push(b'\n');
        }
    }

    /// A string in parentheses, which nest; returns its end.
    fn literal(&mut self, content: &[u8], from: usize) -> usize {
        let start = self.pieces.len();
        let end = self.codes(content, from);
        if let Some(map) = self.map {
            let codes = self.pieces.split_off(start);
            map.decode(&codes, &mut self.pieces);
        }
        end
    }

    fn codes(&mut self, content: &[u8], from: usize) -> usize {
        let mut depth = 1_usize;
        let mut here = from;
        while here < content.len() {
            let byte = at(content, here);
            here += 1;
            match byte {
                b'(' => depth += 1,
                b')' if depth == 1 => return here,
                b')' => depth -= 1,
                b'\\' => {
                    here = self.escape(content, here);
                    continue;
                }
                _ => {}
            }
            self.pieces.push(byte);
        }
        here
    }

    fn escape(&mut self, content: &[u8], here: usize) -> usize {
        let digits = cut(content, here..content.len().min(here + 3));
        let digits = cut(digits, 0..digits.iter().take_while(|byte| matches!(byte, b'0'..=b'7')).count());
        if !digits.is_empty() {
            self.pieces.push(digits.iter().fold(0_u8, |value, digit| value.wrapping_mul(8).wrapping_add(digit - b'0')));
            return here + digits.len();
        }
        match (at(content, here), at(content, here + 1)) {
            (b'\r', b'\n') => return here + 2,
            (b'\r' | b'\n', _) => {}
            (b'n', _) => self.pieces.push(b'\n'),
            (b'r', _) => self.pieces.push(b'\r'),
            (b't', _) => self.pieces.push(b'\t'),
            (b'b' | b'f', _) => {}
            (other, _) => self.pieces.push(other),
        }
        here + 1
    }

    /// A string of hexadecimal digits; codes of two bytes for ASCII lose their zeros.
    fn hexadecimal(&mut self, content: &[u8], from: usize) -> usize {
        let rest = cut(content, from..content.len());
        let end = memchr::memchr(b'>', rest).unwrap_or(rest.len());
        let digits: Vec<u8> = cut(rest, 0..end).iter().filter_map(|byte| hex_digit(*byte)).collect();
        let bytes = digits.chunks(2).map(|pair| pair.iter().fold(0, |value, digit| value << 4 | digit));
        match self.map {
            Some(map) => map.decode(&bytes.collect::<Vec<u8>>(), &mut self.pieces),
            None => self.pieces.extend(bytes.filter(|byte| *byte != 0)),
        }
        from + end + 1
    }
}

/// The end of a name, number or operator.
fn word_end(content: &[u8], from: usize) -> usize {
    let rest = cut(content, from..content.len());
    from + rest
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || b"()<>[]{}/%\0".contains(byte))
        .unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(content: &str) -> String {
        String::from_utf8(text(content.as_bytes(), None)).unwrap()
    }

    #[test]
    fn pieces_of_a_word_are_joined_and_words_and_lines_are_not() {
        assert_eq!(shown("BT [(ab) 12 (cd) -8.5 (ef)] TJ (gh) Tj ET"), "abcdefgh\n");
        assert_eq!(shown("BT [(ab) -250 (cd)] TJ ET"), "ab cd\n");
        assert_eq!(
            shown("BT 1 0 0 1 72 700 Tm (one) Tj 0 -14 Td (two) Tj 50 0 Td (three) Tj T* (four) ' ET"),
            "one\ntwo three\nfour\n"
        );
    }

    #[test]
    fn strings_are_read_in_all_their_forms() {
        assert_eq!(shown("BT (a\\(b\\)\\\\ (c) \\147\\150p\\\nq) Tj ET"), "a(b)\\ (c) ghpq\n");
        assert_eq!(shown("BT <6768 70> Tj <00410042> Tj ET"), "ghpAB\n");
    }

    #[test]
    fn other_operands_are_no_text() {
        assert_eq!(shown("/Span <</ActualText (x)>> BDC BT /F1 9 Tf (y) Tj ET % (z) Tj"), "y\n");
        assert_eq!(shown("(no text object) Tj"), "");
    }

    #[test]
    fn broken_streams_end_the_text() {
        for content in ["BT (a", "BT <6", "BT [", "BT %", "BT /", "BT (a\\", "BT (a\\1"] {
            assert!(text(content.as_bytes(), None).len() < 3, "{content}");
        }
    }
}
