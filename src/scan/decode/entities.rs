//! Character references of HTML and XML: `&#103;`, `&#x67;`, and the names of ASCII characters.

use super::bytes::{at, cut, hex_digit};
use super::escapes::{Escape, Family, Meaning, near_token};

/// Character references.
pub static FAMILY: Family = Family { how: "html entities", trigger: b'&', decode, hides: near_token };

/// More digits than any code point has; leading zeros are allowed.
const MAX_DIGITS: usize = 12;

/// The longest of the names below, with its semicolon.
const MAX_NAME: usize = 15;

fn decode(input: &[u8], offset: usize) -> Option<Escape> {
    let rest = cut(input, offset + 1..input.len().min(offset + 4 + MAX_DIGITS));
    if let Some(number) = rest.strip_prefix(b"#") {
        return numeric(number);
    }
    let end = rest.iter().take(MAX_NAME).position(|byte| !byte.is_ascii_alphabetic())?;
    if at(rest, end) != b';' {
        return None;
    }
    let name = cut(rest, 0..end);
    let meaning = if UNSEEN.contains(&name) { Meaning::Nothing } else { Meaning::Byte(named(name)?) };
    Some(Escape { len: end + 2, meaning })
}

/// Names from the same table of what is not seen: places for a hyphen, joiners, marks of direction.
const UNSEEN: [&[u8]; 7] = [b"shy", b"zwnj", b"zwj", b"lrm", b"rlm", b"ZeroWidthSpace", b"NoBreak"];

/// Names from the HTML standard's table, of the ASCII characters that tokens and assignments are made of.
fn named(name: &[u8]) -> Option<u8> {
    Some(match name {
        b"amp" => b'&',
        b"lt" => b'<',
        b"gt" => b'>',
        b"quot" => b'"',
        b"apos" => b'\'',
        b"nbsp" => b' ',
        b"lowbar" | b"UnderBar" => b'_',
        b"hyphen" | b"dash" => b'-',
        b"sol" => b'/',
        b"bsol" => b'\\',
        b"colon" => b':',
        b"semi" => b';',
        b"period" => b'.',
        b"comma" => b',',
        b"equals" => b'=',
        b"plus" => b'+',
        b"ast" | b"midast" => b'*',
        b"num" => b'#',
        b"dollar" => b'$',
        b"percnt" => b'%',
        b"commat" => b'@',
        b"excl" => b'!',
        b"quest" => b'?',
        b"lpar" => b'(',
        b"rpar" => b')',
        b"lsqb" => b'[',
        b"rsqb" => b']',
        b"lcub" => b'{',
        b"rcub" => b'}',
        b"verbar" => b'|',
        b"grave" => b'`',
        b"Tab" => b'\t',
        b"NewLine" => b'\n',
        _ => return None,
    })
}

/// A number after `&#`; browsers do without the semicolon.
fn numeric(number: &[u8]) -> Option<Escape> {
    let (digits, radix, sign) = match number {
        [b'x' | b'X', digits @ ..] => (digits, 16, 3),
        digits => (digits, 10, 2),
    };
    let digit = |byte: u8| hex_digit(byte).map(u32::from).filter(|digit| *digit < radix);
    let count = digits.iter().take(MAX_DIGITS).take_while(|byte| digit(**byte).is_some()).count();
    let values = digits.iter().take(count).filter_map(|byte| digit(*byte));
    let code = values.fold(0_u32, |code, digit| code.saturating_mul(radix).saturating_add(digit));
    if count == 0 || code > 0x10_ffff {
        return None;
    }
    let len = sign + count + usize::from(at(digits, count) == b';');
    Some(Escape { len, meaning: Meaning::Code(code) })
}

#[cfg(test)]
mod tests {
    use super::super::samples::{contains, token};
    use super::FAMILY;

    #[test]
    fn full_and_partial_references_to_a_token_are_read() {
        let token = token();
        let forms: [fn(u8) -> String; 4] = [
            |byte| format!("&#{byte};"),
            |byte| format!("&#x{byte:x};"),
            |byte| format!("&#X{byte:04X};"),
            |byte| format!("&#{byte:07};"),
        ];
        for form in forms {
            for every in [1, 3, 36] {
                let code: String = token
                    .bytes()
                    .enumerate()
                    .map(|(index, byte)| match index % every {
                        0 => form(byte),
                        _ => char::from(byte).to_string(),
                    })
                    .collect();
                let view = FAMILY.view(format!("<p>\n<a>{code}</a>\n</p>").as_bytes()).unwrap();
                assert!(contains(&view.bytes, &token), "{code}");
                assert!(!contains(&view.bytes, "<p>"));
            }
        }
        let bare: String = token.bytes().map(|byte| format!("&#{byte}")).collect();
        assert!(contains(&FAMILY.view(bare.as_bytes()).unwrap().bytes, &token));
        let named = token.replacen('_', "&lowbar;", 1);
        assert!(contains(&FAMILY.view(named.as_bytes()).unwrap().bytes, &token));
    }

    #[test]
    fn operators_and_borrows_are_no_references() {
        for text in ["a && b", "&str", "fn f(a: &amp)", "&#;", "&#x;", "&#1114112;", "&", "x&#"] {
            assert_eq!(FAMILY.view(text.as_bytes()), None, "{text}");
        }
    }
}
