//! Quoted-printable of mail: `=67`, and soft line breaks (`=` at a line's end) that split a token.
//!
//! `=` starts half of all assignments, so an escape counts only in company or where a mail program would write it.

use super::bytes::{Class, TOKEN, at, before, cut, hex_pair};
use super::escapes::{Escape, Family, Meaning};
use super::wrap::line_end;

/// Quoted-printable.
pub static FAMILY: Family = Family { how: "quoted-printable", trigger: b'=', decode, hides };

/// How far around an escape its company is looked for.
const REACH: usize = 64;

/// What a token may be split between.
static EDGE: Class = Class::alnum_and(b"_-+/.:@");

fn decode(input: &[u8], offset: usize) -> Option<Escape> {
    if let Some(end) = line_end(input, offset + 1) {
        return Some(Escape { len: end - offset, meaning: Meaning::Nothing });
    }
    Some(Escape { len: 3, meaning: Meaning::Byte(hex_pair(input, offset + 1)?) })
}

fn hides(input: &[u8], offset: usize, escape: Escape) -> bool {
    let end = offset + escape.len;
    let next = at(input, end);
    let Meaning::Byte(byte) = escape.meaning else {
        // The line below may be one escape alone, which has no company there.
        let escaped = next == b'=' && hex_pair(input, end + 1).is_some_and(|byte| byte.is_ascii_graphic());
        return EDGE.has(before(input, offset)) && (EDGE.has(next) || escaped);
    };
    match byte {
        // Mail programs write these and no other letters, digits or signs in this way.
        b'=' | b'_' | b'-' | b'+' | b'/' | b'.' | b':' | b'@' => TOKEN.has(next),
        0x80.. => next == b'=' && hex_pair(input, end + 1).is_some_and(|byte| byte >= 0x80),
        b'!'..=b'~' => TOKEN.has(next) && in_company(input, offset, end),
        _ => false,
    }
}

/// Whether the word around an escape contains a second one for a token's character.
fn in_company(input: &[u8], start: usize, end: usize) -> bool {
    let after = cut(input, end..input.len().min(end + REACH));
    let word = after.iter().position(|byte| !TOKEN.has(*byte)).unwrap_or(after.len());
    let mut hits = memchr::memchr_iter(b'=', cut(after, 0..word)).map(|at| end + at);
    let escapes = |hit: usize| hex_pair(input, hit + 1).is_some_and(|byte| TOKEN.has(byte));
    if hits.any(escapes) {
        return true;
    }
    let low = start.saturating_sub(REACH);
    let back = cut(input, low..start);
    let word = back.iter().rposition(|byte| !TOKEN.has(*byte)).map_or(0, |last| last + 1);
    memchr::memrchr_iter(b'=', cut(back, word..back.len())).map(|at| low + word + at).any(escapes)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{MINIFIED, SOURCE, contains, token};
    use super::FAMILY;

    #[test]
    fn full_and_partial_quoting_of_a_token_is_read() {
        let token = token();
        let full: String = token.bytes().map(|byte| format!("={byte:02X}")).collect();
        let partial: String = token
            .bytes()
            .enumerate()
            .map(|(index, byte)| match index % 6 {
                1 => format!("={byte:02X}"),
                _ => char::from(byte).to_string(),
            })
            .collect();
        let wrapped: String = full.as_bytes().chunks(75).map(|line| String::from_utf8_lossy(line) + "=\r\n").collect();
        let lone = format!("{}=\n{}", &full[..full.len() - 3], &full[full.len() - 3..]);
        for code in [full, partial, wrapped, lone, token.replacen('_', "=5F", 1), format!("key=3D{token}")] {
            let view = FAMILY.view(format!("other\ntext {code} text").as_bytes()).unwrap();
            assert!(contains(&view.bytes, &token), "{code}");
            assert!(!contains(&view.bytes, "other"));
        }
    }

    #[test]
    fn a_soft_line_break_does_not_split_a_token() {
        let token = token();
        for end in ["=\n", "=\r\n"] {
            let (left, right) = token.split_at(17);
            let text = format!("first\nkey: {left}{end}{right} and more\nlast\n");
            let view = FAMILY.view(text.as_bytes()).unwrap();
            assert!(contains(&view.bytes, &format!("key: {token} and more\n")));
            let at = memchr::memmem::find(&view.bytes, b"and more").unwrap();
            assert_eq!(view.origin.input_span(&(at..at + 1)).start, text.find("and more").unwrap());
        }
    }

    #[test]
    fn assignments_and_comparisons_are_no_quoting() {
        for text in [
            SOURCE,
            MINIFIED,
            "a=10,b=20;c=55",
            "x == 5",
            "let x =\n    5;",
            "id=42&n=1",
            "FOO=\n",
            "Title\n=====\nText",
        ] {
            assert_eq!(FAMILY.view(text.as_bytes()), None, "{text}");
        }
    }
}
