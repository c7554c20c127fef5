//! Base32 (RFC 4648), in capitals, padded or not, in one piece.
//!
//! Its 32 letters are those of constants, so a stretch counts only when it has digits and decodes to text.

use super::super::{Origin, View};
use super::bytes::{Class, at, before, cut};
use super::draft::Draft;
use super::plausible::{Found, look};

/// The shortest stretch that is looked at, in letters: 20 bytes.
const MIN_RUN: usize = 32;

static ALPHABET: Class = Class::of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");

/// Everything in base32 that decodes to something worth a scan.
pub fn views(input: &[u8]) -> Vec<View> {
    let (mut text, mut packed) = (Draft::new("base32"), Vec::new());
    let mut from = 0;
    while let Some(run) = ALPHABET.next_run(input, from, MIN_RUN) {
        from = run.end;
        let letters = cut(input, run.clone());
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        // A stretch of base64 or hex in capitals goes on with other letters.
        if word(before(input, run.start)) || word(at(input, run.end)) || !letters.iter().any(u8::is_ascii_digit) {
            continue;
        }
        let bytes = decode(letters);
        match look(&bytes) {
            None => {}
            Some(Found::Packed) => packed.push(View { bytes, how: "base32", origin: Origin::Region(run) }),
            Some(Found::Wide(bytes)) => write(&mut text, run.start, &bytes),
            Some(Found::Text) => write(&mut text, run.start, &bytes),
        }
    }
    packed.extend(text.finish(input.len()));
    packed
}

fn write(text: &mut Draft, start: usize, bytes: &[u8]) {
    text.end_line();
    text.mark(start);
    text.extend(bytes);
    text.end_line();
}

fn decode(letters: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(letters.len() * 5 / 8);
    let (mut bits, mut count) = (0_u32, 0);
    for letter in letters {
        let five = if letter.is_ascii_digit() { letter - b'2' + 26 } else { letter - b'A' };
        bits = bits << 5 | u32::from(five);
        count += 5;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::samples::{contains, token};
    use super::*;

    fn encode(bytes: &[u8]) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
        let five = |bits: &[u8]| (0..5).fold(0, |value, n| value << 1 | at(bits, n));
        bits.chunks(5).map(|bits| char::from(LETTERS[usize::from(five(bits))])).collect()
    }

    #[test]
    fn base32_is_read_padded_or_not() {
        let token = token();
        for (lead, tail) in [("data = ", "\n"), ("\"", "====\""), ("", "")] {
            let text = format!("{lead}{}{tail}", encode(format!("note = {token}").as_bytes()));
            assert!(views(text.as_bytes()).iter().any(|view| contains(&view.bytes, &token)), "{text}");
        }
    }

    #[test]
    fn constants_and_other_encodings_have_no_view() {
        let constant = "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let key = "X2B7QK4M".repeat(6);
        for text in [constant, &format!("a{key}"), &format!("{key}_"), &key] {
            assert_eq!(views(text.as_bytes()), [], "{text}");
        }
    }
}
