//! Backslash escapes of string literals and JSON: `\u0067`, `\u{67}`, `\U00000067`, `\x67`, `\147`, `\n`, `\/`; and
//! the underscore as Markdown and LaTeX want it, `\_`.

use super::bytes::{WORD, at, cut, hex_digit, hex_pair};
use super::escapes::{Escape, Family, Meaning, near_token};
use super::percent::hex_number;

/// Behind an underscore with a backslash, a token goes on for so long, with a digit.
const WORD_BEHIND: usize = 12;

/// Backslash escapes.
pub static FAMILY: Family = Family { how: "escapes", trigger: b'\\', decode, hides };

fn decode(input: &[u8], offset: usize) -> Option<Escape> {
    let byte = |byte| Some(Escape { len: 2, meaning: Meaning::Byte(byte) });
    match at(input, offset + 1) {
        b'u' => unicode(input, offset),
        b'U' => Some(Escape { len: 10, meaning: Meaning::Code(hex_number(input, offset + 2, 8)?) }),
        b'x' => hexadecimal(input, offset),
        b'0'..=b'3' => octal(input, offset),
        b'n' => byte(b'\n'),
        b'r' => byte(b'\r'),
        b't' => byte(b'\t'),
        quoted @ (b'/' | b'"' | b'\'' | b'\\' | b'_') => byte(quoted),
        _ => None,
    }
}

fn unicode(input: &[u8], offset: usize) -> Option<Escape> {
    if at(input, offset + 2) == b'{' {
        return braced(input, offset);
    }
    let code = hex_number(input, offset + 2, 4)?;
    if !(0xd800..0xdc00).contains(&code) || cut(input, offset + 6..offset + 8) != b"\\u" {
        return Some(Escape { len: 6, meaning: Meaning::Code(code) });
    }
    match hex_number(input, offset + 8, 4) {
        Some(low @ 0xdc00..0xe000) => {
            let code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            Some(Escape { len: 12, meaning: Meaning::Code(code) })
        }
        Some(_) | None => Some(Escape { len: 6, meaning: Meaning::Code(code) }),
    }
}

fn hexadecimal(input: &[u8], offset: usize) -> Option<Escape> {
    match hex_pair(input, offset + 2) {
        Some(byte) => Some(Escape { len: 4, meaning: Meaning::Byte(byte) }),
        None => braced(input, offset),
    }
}

/// `\u{67}` and `\x{67}`: one to six digits.
fn braced(input: &[u8], offset: usize) -> Option<Escape> {
    let digits = cut(input, offset + 2..input.len().min(offset + 10)).strip_prefix(b"{")?;
    let count = digits.iter().take_while(|digit| hex_digit(**digit).is_some()).count();
    if !(1..=6).contains(&count) || at(digits, count) != b'}' {
        return None;
    }
    Some(Escape { len: count + 4, meaning: Meaning::Code(hex_number(digits, 0, count)?) })
}

fn octal(input: &[u8], offset: usize) -> Option<Escape> {
    let value = (offset + 1..offset + 4).try_fold(0_u8, |value, at_digit| match at(input, at_digit) {
        digit @ b'0'..=b'7' => Some(value << 3 | (digit - b'0')),
        _ => None,
    })?;
    Some(Escape { len: 4, meaning: Meaning::Byte(value) })
}

/// Escapes of other alphabets count as well: JSON writes whole Japanese tables so.
fn hides(input: &[u8], offset: usize, escape: Escape) -> bool {
    if at(input, offset + 1) == b'_' {
        // A manual's names are full of them.
        let behind = cut(input, offset + 2..input.len().min(offset + 2 + WORD_BEHIND));
        return behind.len() == WORD_BEHIND
            && behind.iter().all(|byte| WORD.has(*byte))
            && behind.iter().any(u8::is_ascii_digit);
    }
    matches!(escape.meaning, Meaning::Code(0x80..)) || near_token(input, offset, escape)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{JAPANESE, contains, token};
    use super::FAMILY;

    #[test]
    fn full_and_partial_escapes_of_a_token_are_read() {
        let token = token();
        let forms: [fn(u8) -> String; 6] = [
            |byte| format!("\\u{byte:04x}"),
            |byte| format!("\\u{{{byte:x}}}"),
            |byte| format!("\\x{byte:02x}"),
            |byte| format!("\\x{{{byte:02X}}}"),
            |byte| format!("\\{byte:03o}"),
            |byte| format!("\\U{byte:08x}"),
        ];
        for form in forms {
            for every in [1, 2, 5, 36] {
                let code: String = token
                    .bytes()
                    .enumerate()
                    .map(|(index, byte)| match index % every {
                        0 => form(byte),
                        _ => char::from(byte).to_string(),
                    })
                    .collect();
                let view = FAMILY.view(format!("x\nk = \"{code}\"\ny").as_bytes()).unwrap();
                assert!(contains(&view.bytes, &token), "{code}");
                assert!(!view.bytes.starts_with(b"x") && !view.bytes.ends_with(b"y"));
            }
        }
    }

    #[test]
    fn an_escape_before_a_word_is_read() {
        let token = token();
        for text in [format!("first\\n{token}"), format!("{{\\\"k\\\":\\\"{token}\\\"}}"), format!("a\\/{token}")] {
            let view = FAMILY.view(text.as_bytes()).unwrap();
            assert!(!contains(&view.bytes, "\\"), "{text}");
        }
    }

    #[test]
    fn an_underscore_as_markdown_and_latex_write_it_is_read() {
        let token = format!("{}1", token());
        let text = format!("first\\_one\nkey {}\nlast", token.replace('_', "\\_"));
        let found = FAMILY.view(text.as_bytes());
        // Twelve random characters seldom have no digit.
        assert!(found.is_none_or(|view| view.bytes == format!("key {token}\n").into_bytes()));
        let view = FAMILY.view(b"k ab\\_cd\\_0123456789abcdef").unwrap();
        assert_eq!(view.bytes, b"k ab_cd_0123456789abcdef");
        for text in ["a\\_long\\_name\\_of\\_a\\_function", "\\_12345678901", "x\\_"] {
            assert_eq!(FAMILY.view(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn japanese_in_escapes_is_read() {
        let code: String = JAPANESE.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        assert_eq!(FAMILY.view(code.as_bytes()).unwrap().bytes, JAPANESE.as_bytes());
        assert_eq!(FAMILY.view(b"\\ud83d\\ude00").unwrap().bytes, "😀".as_bytes());
        assert_eq!(FAMILY.view(b"\\ud83dabc").unwrap().bytes, "\u{fffd}abc".as_bytes());
    }

    #[test]
    fn patterns_and_paths_without_escapes_are_left_alone() {
        for text in
            ["/^[\\w.-]+$/", "a\\d+\\s*", "\\", "\\u12", "\\x4", "\\u{}", "\\u{1234567}", "\\1", "done\\n\"", "\\9"]
        {
            assert_eq!(FAMILY.view(text.as_bytes()), None, "{text}");
        }
    }
}
