//! What stands between a name and its value: the end of the key, and the operator of whatever language it is.

use super::bridge::fallback;
use super::cursor::{Cursor, is_quote};

/// What ends a key: escaped quotes, brackets, an index. Whether there was a quote.
pub(super) fn closers(cursor: &mut Cursor<'_>) -> bool {
    let mut probe = *cursor;
    probe.skip(4, |b| b == b'\\');
    let quoted = is_quote(probe.peek());
    if quoted {
        probe.at += 1;
        *cursor = probe;
    }
    // The end of bold words: `**Password**: v`.
    cursor.eat(b"**");
    if cursor.peek() == b'[' {
        let mut index = *cursor;
        index.at += 1;
        index.skip(4, |b| b.is_ascii_digit());
        if index.eat(b"]") {
            *cursor = index;
        }
    }
    if quoted {
        cursor.eat(b"]");
        // `env("name") ?: "value"`, but not `f("name") "value"`.
        let mut call = *cursor;
        if call.eat(b")") && fallback(call).is_some() {
            *cursor = call;
        }
    }
    quoted
}

/// C#'s `Name { get; set; } = "value"`.
pub(super) fn accessors(cursor: &mut Cursor<'_>) {
    let mut probe = *cursor;
    probe.blanks();
    if probe.eat(b"{ get;") || probe.eat(b"{get;") {
        probe.skip(40, |b| !matches!(b, b'}' | b'\n'));
        if probe.eat(b"}") {
            *cursor = probe;
        }
    }
}

/// What says in a sentence that a value follows.
const VERBS: &[&str] =
    &["is ", "is: ", "ist ", "lautet ", "lautet: ", "est ", "es ", "é ", "to ", "changed to ", "set to ", "は", "是"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// `=`, `:=`, `=>`, `<-`, `->`, `?=`, `||`, `??`.
    Assign,
    /// `:` of YAML, JSON, headers.
    Colon,
    /// `(` or `,`: an argument; only a quoted value counts.
    Argument,
    /// `:-` and the like within `${…}`.
    Default,
    /// A verb, in a sentence: `the password is`.
    Verb,
}

pub(super) fn operator(cursor: &mut Cursor<'_>, before: u8) -> Option<Operator> {
    if before == b'{' && [&b":-"[..], b":=", b":", b"-"].iter().any(|op| cursor.eat(op)) {
        return Some(Operator::Default);
    }
    const ASSIGN: &[&[u8]] = &[
        b"===", b"!==", b"==", b"!=", b"=~", b"=>", b":=", b"?=", b"||=", b"??=", b"+=", b"=", b"<-", b"->", b"||",
        b"??", b"?:",
    ];
    for op in ASSIGN {
        if cursor.eat(op) {
            return Some(Operator::Assign);
        }
    }
    match cursor.peek() {
        b':' if cursor.peek_at(1) != b':' => {
            cursor.at += 1;
            Some(Operator::Colon)
        }
        b'(' | b',' => {
            cursor.at += 1;
            Some(Operator::Argument)
        }
        // A table's cell: `| TOKEN | `value` |`.
        _ if cursor.eat(b"| ") => Some(Operator::Argument),
        _ if cursor.eat(b"or ") => Some(Operator::Assign),
        _ if VERBS.iter().any(|verb| cursor.eat(verb.as_bytes())) => {
            cursor.blanks();
            cursor.eat(b": ");
            Some(Operator::Verb)
        }
        // The colon of Chinese and Japanese.
        _ if cursor.eat("：".as_bytes()) => Some(Operator::Colon),
        _ => None,
    }
}
