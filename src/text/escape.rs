//! Bytes from a push, made fit for a terminal.

use std::fmt::Write as _;

/// Shows `bytes` in one line: printable characters as they are, everything that could move a cursor, hide text or
/// imitate other text as an escape (`\n`, `\x1b`, `\u{202e}`).
///
/// Names come from whoever pushes: a raw escape sequence in one would be obeyed by the terminal of the person who reads
/// the message (git prints hook output raw before 2.55).
#[must_use]
pub fn printable(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            push_char(&mut out, c);
        }
        for b in chunk.invalid() {
            push(&mut out, format_args!("\\x{b:02x}"));
        }
    }
    out
}

fn push_char(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if c.is_control() && (c as u32) < 0x100 => push(out, format_args!("\\x{:02x}", c as u32)),
        c if is_deceptive(c) => push(out, format_args!("\\u{{{:x}}}", c as u32)),
        c => out.push(c),
    }
}

/// Format characters (bidi controls, zero widths, soft hyphen, tags, variation selectors), line separators, private use.
fn is_deceptive(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
        || c.is_control()
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a `String` cannot fail: its `write_str` always answers `Ok`.
    if out.write_fmt(text).is_err() {
        out.push('?');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_gets_through() {
        assert_eq!(printable(b"a\nb\x1b[2J\x07\x7f"), "a\\nb\\x1b[2J\\x07\\x7f");
        assert_eq!(printable("x\u{202e}y\u{200b}z\u{9b}".as_bytes()), "x\\u{202e}y\\u{200b}z\\x9b");
        assert_eq!(printable(b"k\xffy"), "k\\xffy");
        assert_eq!(printable("顧客.csv".as_bytes()), "顧客.csv");
    }
}
