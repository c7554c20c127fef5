//! Percent-encoding as in URLs: `%67`, and `%u0067` as old scripts write it.

use super::bytes::{at, hex_digit, hex_pair};
use super::escapes::{Escape, Family, Meaning, near_token};

/// Percent-encoding.
pub static FAMILY: Family = Family { how: "percent-encoding", trigger: b'%', decode, hides: near_token };

fn decode(input: &[u8], offset: usize) -> Option<Escape> {
    if let Some(byte) = hex_pair(input, offset + 1) {
        return Some(Escape { len: 3, meaning: Meaning::Byte(byte) });
    }
    if at(input, offset + 1) != b'u' {
        return None;
    }
    let code = hex_number(input, offset + 2, 4)?;
    Some(Escape { len: 6, meaning: Meaning::Code(code) })
}

/// The number that exactly `digits` hexadecimal digits at `offset` stand for.
pub fn hex_number(input: &[u8], offset: usize, digits: usize) -> Option<u32> {
    (offset..offset + digits)
        .try_fold(0, |number, at_digit| hex_digit(at(input, at_digit)).map(|digit| number << 4 | u32::from(digit)))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{contains, token};
    use super::FAMILY;

    #[test]
    fn full_and_partial_percent_encoding_of_a_token_is_read() {
        let token = token();
        let full: String = token.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let partial: String = token
            .bytes()
            .enumerate()
            .map(|(index, byte)| match index % 5 {
                0 => format!("%{byte:02x}"),
                _ => char::from(byte).to_string(),
            })
            .collect();
        let scripted: String = token.bytes().map(|byte| format!("%u{byte:04x}")).collect();
        for code in [full, partial, scripted, format!("%20{token}"), token.replacen('_', "%5f", 1)] {
            let view = FAMILY.view(format!("plain\nurl = http://h/?k={code}&x=1\nplain").as_bytes()).unwrap();
            assert!(contains(&view.bytes, &token), "{code}");
            assert!(!contains(&view.bytes, "plain"));
            let at = memchr::memmem::find(&view.bytes, token.as_bytes()).unwrap();
            let span = view.origin.input_span(&(at..at + token.len()));
            assert!(span.start >= 6 && span.end <= 6 + 22 + code.len() + 4, "{span:?} {code}");
        }
    }

    #[test]
    fn formats_and_percentages_are_no_escapes() {
        for text in ["100%", "%d %s %5.2f", "50% of", "a%b", "%", "%%", "%u12"] {
            assert_eq!(FAMILY.view(text.as_bytes()), None, "{text}");
        }
    }
}
