//! What the codes of a PDF's fonts stand for (ToUnicode CMaps; ISO 32000-1, 9.10.3).
//!
//! Browsers and office programs number the letters of each font anew, so that the codes of a page say nothing without.

use crate::scan::decode::bytes::{at, cut, hex_digit};
use std::collections::BTreeMap;

/// As many codes as there are of two bytes.
const MAX_CODES: usize = 1 << 16;

/// The letters of one font.
#[derive(Debug, PartialEq, Eq)]
pub struct CMap {
    /// How many bytes a code has.
    width: usize,
    letters: BTreeMap<u32, Vec<u16>>,
}

impl CMap {
    /// Reads a stream that is such a table.
    pub fn read(stream: &[u8]) -> Option<Self> {
        memchr::memmem::find(stream, b"begincmap")?;
        let mut map = Self { width: 2, letters: BTreeMap::new() };
        if let Some(section) = sections(stream, b"codespacerange").next() {
            map.width = Tokens(section).find_map(Token::hex).map_or(2, |hex| hex.len().clamp(1, 2));
        }
        for section in sections(stream, b"bfchar") {
            let mut tokens = Tokens(section).filter_map(Token::hex);
            while let (Some(code), Some(letters)) = (tokens.next(), tokens.next()) {
                map.put(number(&code), units(&letters));
            }
        }
        for section in sections(stream, b"bfrange") {
            map.ranges(section);
        }
        (!map.letters.is_empty()).then_some(map)
    }

    fn put(&mut self, code: u32, letters: Vec<u16>) {
        if self.letters.len() < MAX_CODES {
            self.letters.insert(code, letters);
        }
    }

    fn ranges(&mut self, section: &[u8]) {
        let mut tokens = Tokens(section);
        while let (Some(first), Some(last)) = (tokens.next().and_then(Token::hex), tokens.next().and_then(Token::hex)) {
            let (first, last) = (number(&first), number(&last));
            let codes = first..=last.min(first.saturating_add(0xffff));
            match tokens.next() {
                Some(Token::Hex(letters)) => {
                    let letters = units(&letters);
                    for (step, code) in (0..=u16::MAX).zip(codes) {
                        let mut letters = letters.clone();
                        if let Some(low) = letters.last_mut() {
                            *low = low.wrapping_add(step);
                        }
                        self.put(code, letters);
                    }
                }
                Some(Token::Open) => {
                    let listed = tokens.by_ref().take_while(|token| *token != Token::Close).filter_map(Token::hex);
                    for (code, letters) in codes.zip(listed) {
                        self.put(code, units(&letters));
                    }
                }
                Some(Token::Close) | None => return,
            }
        }
    }

    /// Appends what `codes` stand for, as UTF-8.
    pub fn decode(&self, codes: &[u8], out: &mut Vec<u8>) {
        let units = codes.chunks(self.width).filter_map(|code| self.letters.get(&number(code))).flatten().copied();
        for letter in char::decode_utf16(units) {
            let letter = letter.unwrap_or(char::REPLACEMENT_CHARACTER);
            out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

/// What stands between `begin` and `end` with `name` behind them.
fn sections<'s>(stream: &'s [u8], name: &'static [u8]) -> impl Iterator<Item = &'s [u8]> {
    let (begin, end) = ([b"begin", name].concat(), [b"end", name].concat());
    let mut here = 0;
    std::iter::from_fn(move || {
        let rest = cut(stream, here..stream.len());
        let start = memchr::memmem::find(rest, &begin)? + begin.len();
        let body = cut(rest, start..rest.len());
        let length = memchr::memmem::find(body, &end).unwrap_or(body.len());
        here += start + length;
        Some(cut(body, 0..length))
    })
}

#[derive(PartialEq, Eq)]
enum Token {
    Hex(Vec<u8>),
    Open,
    Close,
}

impl Token {
    fn hex(self) -> Option<Vec<u8>> {
        match self {
            Self::Hex(bytes) => Some(bytes),
            Self::Open | Self::Close => None,
        }
    }
}

/// Strings of hexadecimal digits and brackets; all else is passed over.
struct Tokens<'s>(&'s [u8]);

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let start = self.0.iter().position(|byte| matches!(byte, b'<' | b'[' | b']'))?;
        let (sign, rest) = (at(self.0, start), cut(self.0, start + 1..self.0.len()));
        self.0 = rest;
        match sign {
            b'[' => return Some(Token::Open),
            b']' => return Some(Token::Close),
            _ => {}
        }
        let end = memchr::memchr(b'>', rest)?;
        self.0 = cut(rest, end + 1..rest.len());
        let digits: Vec<u8> = cut(rest, 0..end).iter().filter_map(|byte| hex_digit(*byte)).collect();
        let pair = |pair: &[u8]| at(pair, 0) << 4 | at(pair, 1);
        Some(Token::Hex(digits.chunks(2).map(pair).collect()))
    }
}

fn number(code: &[u8]) -> u32 {
    code.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn units(letters: &[u8]) -> Vec<u16> {
    letters.chunks(2).map(|unit| u16::from_be_bytes([at(unit, 0), at(unit, 1)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(map: &str, codes: &[u8]) -> Option<String> {
        let map = CMap::read(format!("begincmap\n{map}\nendcmap").as_bytes())?;
        let mut out = Vec::new();
        map.decode(codes, &mut out);
        Some(String::from_utf8(out).unwrap())
    }

    #[test]
    fn single_codes_ranges_and_lists_are_read() {
        let map = "1 begincodespacerange <0000> <ffff> endcodespacerange\n\
            2 beginbfchar\n<0003> <0020>\n<0005><D83DDE00>\nendbfchar\n\
            2 beginbfrange <0044> <005D> <0061>\n<0010> <0011> [<0066006C> <0041>] endbfrange";
        assert_eq!(decoded(map, b"\0\x44\0\x45\0\x03\0\x10\0\x11\0\x05\0\xff").unwrap(), "ab flA😀");
        assert_eq!(
            decoded("begincodespacerange<00><ff>endcodespacerange beginbfchar<01><0067>", b"\x01\x02").unwrap(),
            "g"
        );
    }

    #[test]
    fn broken_tables_end_and_others_are_none() {
        for map in ["", "beginbfchar <01>", "beginbfrange <01> <02>", "beginbfrange <01> <02> ]", "beginbfchar <01 <"] {
            assert_eq!(decoded(map, b""), None, "{map}");
        }
        assert_eq!(CMap::read(b"beginbfchar <01> <0041> endbfchar"), None);
        let full = decoded("beginbfrange <0000> <ffffffff> <0041> endbfrange", b"\0\0\xff\xff").unwrap();
        assert_eq!(full, "A@");
    }
}
