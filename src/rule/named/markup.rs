//! Names and values in markup, and values that stand beside their name as a pair of their own.
//!
//! `<password>v</password>`, `<add key="Password" value="v"/>`, `<string name="token">v</string>`,
//! `<key>Token</key><string>v</string>`, `{"name": "TOKEN", "value": "v"}`, `- name: TOKEN` over `value: v`.

use super::bridge::{Form, Value, bare, quoted};
use super::cursor::{Cursor, is_quote};

/// The longest attributes of an element in bytes, and the longest text in one.
const ATTRIBUTES: usize = 120;
const TEXT: usize = 512;

/// The text of the element whose name has just been read.
pub(super) fn element(mut cursor: Cursor<'_>) -> Option<Value> {
    cursor.skip(ATTRIBUTES, |b| !matches!(b, b'<' | b'>' | b'\n' | b'/'));
    if !cursor.eat(b">") {
        return None;
    }
    content(cursor)
}

/// What stands between here and `</`.
fn content(mut cursor: Cursor<'_>) -> Option<Value> {
    cursor.eat(b"<![CDATA[");
    cursor.blanks_and_lines();
    let window = cursor.window(TEXT);
    let end = window.iter().position(|b| matches!(b, b'<' | b'\n' | b'\r' | b']'))?;
    let value = window.get(..end)?.trim_ascii_end();
    let mut behind = Cursor::new(cursor.text, cursor.at + end);
    behind.eat(b"]]>");
    behind.blanks_and_lines();
    (behind.eat(b"</") && !value.is_empty())
        .then(|| Value { range: cursor.at..cursor.at + value.len(), form: Form::Firm })
}

/// A value in a pair beside the name: behind the end of the name's element, attribute, string or line.
pub(super) fn beside(mut cursor: Cursor<'_>, key_quoted: bool) -> Option<Value> {
    if !key_quoted && cursor.eat(b"</") {
        cursor.skip(24, |b| b.is_ascii_alphanumeric());
        cursor.eat(b">");
        cursor.blanks_and_lines();
        if cursor.peek() != b'<' || cursor.peek_at(1) == b'/' {
            return None;
        }
        cursor.at += 1;
        cursor.skip(24, |b| b.is_ascii_alphanumeric());
        return cursor.eat(b">").then(|| content(cursor)).flatten();
    }
    if key_quoted {
        // `<string name="token" translatable="false">v</string>`
        let mut end = cursor;
        end.skip(ATTRIBUTES, |b| !matches!(b, b'<' | b'>' | b'\n'));
        if matches!(cursor.peek(), b'>' | b' ')
            && end.eat(b">")
            && let Some(found) = content(end)
        {
            return Some(found);
        }
    }
    let line = matches!(cursor.peek(), b'\r' | b'\n');
    if !key_quoted && !line {
        return None;
    }
    cursor.blanks();
    let comma = cursor.eat(b",") || cursor.eat(b";");
    let gap = cursor.blanks_and_lines();
    if !comma && gap == 0 && !line && cursor.peek() != b'v' {
        return None;
    }
    pair(cursor)
}

/// `value: v`, `"value": "v"`, `value="v"`.
fn pair(mut cursor: Cursor<'_>) -> Option<Value> {
    cursor.skip(4, |b| b == b'\\' || is_quote(b));
    if !cursor.eat_word(b"value") && !cursor.eat_word(b"content") && !cursor.eat_word(b"default") {
        return None;
    }
    cursor.skip(4, |b| b == b'\\' || is_quote(b));
    cursor.blanks();
    if !cursor.eat(b"=>") && !cursor.eat(b":") && !cursor.eat(b"=") {
        return None;
    }
    cursor.blanks();
    quoted(cursor).or_else(|| bare(cursor, Form::Bare))
}
