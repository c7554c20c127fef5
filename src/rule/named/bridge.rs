//! From a name to the value at its right, over whatever operator, quotes and wrappers a language puts between.
//!
//! A hand-written reader instead of a pattern: one for all names, a few dozen bytes of look-ahead, no backtracking
//! beyond a step. Every loop has a bound, so a hostile text costs what a harmless one does.

use super::cursor::{Cursor, is_quote, is_word};
use super::markup;
use super::operator::{Operator, accessors, closers, operator};
use std::ops::Range;

/// The longest value in bytes that is read.
const LONGEST: usize = 2048;

/// A value found beside a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) range: Range<usize>,
    pub(super) form: Form,
}

/// How surely the text is a value and not code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// In quotes, in markup, an argument, a header, a parameter: it cannot be an identifier.
    Firm,
    /// Behind an operator without quotes: in code it may be a name.
    Bare,
}

/// The value at the right of the identifier `ident`.
pub(super) fn value(text: &[u8], ident: &Range<usize>) -> Option<Value> {
    let before = |back: usize| ident.start.checked_sub(back).and_then(|at| text.get(at)).copied().unwrap_or(b'\n');
    let mut cursor = Cursor::new(text, ident.end);
    let flag = before(1) == b'-' && (before(2) == b'-' || before(2) == b' ');
    let parameter = matches!(before(1), b'?' | b'&') && cursor.peek() == b'=';
    let element = matches!(before(1), b'<' | b':' | b'/') && matches!(cursor.peek(), b'>' | b' ');
    if parameter {
        cursor.at += 1;
        return query(cursor);
    }
    if element && let Some(found) = markup::element(cursor) {
        return Some(found);
    }
    let quoted = closers(&mut cursor);
    // The whole text of an element names its neighbour; the end of an address does not.
    let begins = quoted || matches!(before(1), b'>' | b' ' | b'\t' | b'\r' | b'\n');
    if begins && let Some(found) = markup::beside(cursor, quoted) {
        return Some(found);
    }
    accessors(&mut cursor);
    let gap = cursor.blanks();
    if let Some(operator) = operator(&mut cursor, before(1)) {
        // The end of a sentence in quotes is no key: `f("get the token", "value")`.
        let begun = (1..4).any(|back| is_quote(before(back)));
        if operator == Operator::Argument && quoted && !begun {
            return None;
        }
        // `token,value,2024-05-06`: a row of a table, where no code stands.
        let is_row = operator == Operator::Argument && !quoted && gap == 0 && before(1) == b'\n';
        let row = || bare(cursor, Form::Bare).filter(|_| is_row && cursor.text.get(cursor.at - 1) == Some(&b','));
        return right_side(cursor, operator, quoted, ident).or_else(row);
    }
    if gap == 0 && !(quoted && flag) {
        return None;
    }
    directive(cursor, text, ident, flag)
}

fn right_side(mut cursor: Cursor<'_>, operator: Operator, key_quoted: bool, ident: &Range<usize>) -> Option<Value> {
    if operator == Operator::Default {
        return bare(cursor, Form::Bare).filter(|value| cursor.text.get(value.range.end) == Some(&b'}'));
    }
    if operator == Operator::Colon
        && let Some(end) = annotation(cursor)
    {
        cursor = end;
    }
    let direct = cursor;
    if operator == Operator::Colon {
        cursor.eat(b"**");
    }
    cursor.blanks();
    if operator == Operator::Verb {
        return quoted(cursor).or_else(|| said(cursor));
    }
    if operator == Operator::Colon && matches!(cursor.peek(), b'|' | b'>') {
        return block(cursor);
    }
    if matches!(cursor.peek(), b'\r' | b'\n') {
        cursor.blanks_and_lines();
        return quoted(cursor);
    }
    if let Some(found) = quoted(cursor) {
        return Some(found);
    }
    if let Some(found) = wrapped(cursor) {
        return Some(found);
    }
    if operator == Operator::Argument {
        // A cell of a table in prose: `| Password | value |`.
        let is_cell = cursor.text.get(..direct.at).is_some_and(|before| before.ends_with(b"| "));
        let ends = |value: &Value| cursor.text.get(value.range.end..).is_some_and(|rest| rest.starts_with(b" |"));
        return if is_cell { bare(cursor, Form::Bare).filter(ends) } else { None };
    }
    let connection = is_connection(cursor.text, ident);
    let header = operator == Operator::Colon && !key_quoted && is_header(cursor.text, ident);
    // `KEY=value` without a blank, in capitals, is an environment variable wherever it stands.
    let name = cursor.text.get(ident.clone()).unwrap_or_default();
    let variable = operator == Operator::Assign
        && direct.at == cursor.at
        && cursor.text.get(direct.at.wrapping_sub(2)).is_some_and(|b| is_word(*b))
        && name.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_')
        && name.contains(&b'_');
    let form = if connection || header || variable { Form::Firm } else { Form::Bare };
    let found = bare(cursor, form)?;
    // `login data: admin / v`: the account stands first.
    let mut behind = Cursor::new(cursor.text, found.range.end);
    match operator == Operator::Colon && behind.eat(b" / ") {
        true => bare(behind, form),
        false => Some(found),
    }
}

/// Behind `: type =`: the annotation of a variable.
fn annotation(mut cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    cursor.blanks();
    let of_type = |b: u8| {
        is_word(b) || matches!(b, b'&' | b'\'' | b'<' | b'>' | b'?' | b'.' | b'[' | b']' | b'|' | b' ' | b':' | b'*')
    };
    let first = cursor.peek();
    if !first.is_ascii_alphabetic() && !matches!(first, b'&' | b'*' | b'?') {
        return None;
    }
    cursor.skip(48, of_type);
    let gap = cursor.text.get(cursor.at.wrapping_sub(1)) == Some(&b' ');
    if !cursor.eat(b"=") || matches!(cursor.peek(), b'=' | b'>') {
        return None;
    }
    // `key: dGhlIGVuZA=` ends in base64's padding.
    let mut behind = cursor;
    behind.blanks();
    (gap || !matches!(behind.peek(), b'\0' | b'\r' | b'\n' | b',')).then_some(cursor)
}

/// A value in quotes, with the letters that may stand before (`@"`, `b'`, `f"`), escaped or tripled quotes.
pub(super) fn quoted(mut cursor: Cursor<'_>) -> Option<Value> {
    let mut probe = cursor;
    if probe.skip(2, |b| {
        matches!(
            b,
            b'@' | b'$'
                | b'b'
                | b'B'
                | b'r'
                | b'R'
                | b'u'
                | b'U'
                | b'f'
                | b'F'
                | b'n'
                | b'N'
                | b'L'
                | b's'
                | b'S'
                | b'q'
        )
    }) > 0
        && (is_quote(probe.peek()) || probe.peek() == b'\\')
    {
        cursor = probe;
    }
    let mut slashes = cursor.skip(4, |b| b == b'\\');
    let quote = cursor.peek();
    if !is_quote(quote) {
        return None;
    }
    cursor.at += 1;
    if cursor.peek() == quote && cursor.peek_at(1) == quote {
        cursor.at += 2;
        cursor.blanks_and_lines();
    }
    // A quoted value in a quoted value: `"\"v\""`, `"'v'"`.
    let mut inner = cursor;
    let more = inner.skip(3, |b| b == b'\\');
    if more > slashes && is_quote(inner.peek()) {
        inner.at += 1;
        (cursor, slashes) = (inner, more);
    }
    let start = scheme(cursor).at;
    let rest = Cursor::new(cursor.text, start).window(LONGEST + 1);
    let length = rest.iter().enumerate().find_map(|(at, b)| {
        let escaped = at > 0 && rest.get(at - 1) == Some(&b'\\');
        (matches!(b, b'\n' | b'\r')
            || (is_quote(*b) && (*b == quote || escaped) && (slashes > 0 || !escaped))
            || (slashes > 0 && *b == b'\\'))
            .then_some(at)
    })?;
    let closed = rest.get(length).is_some_and(|b| is_quote(*b) || *b == b'\\');
    (closed && length > 0).then(|| Value { range: start..start + length, form: Form::Firm })
}

/// Behind `Bearer `, `Basic `, `token `: the scheme of a header is no part of the value.
fn scheme(mut cursor: Cursor<'_>) -> Cursor<'_> {
    let found = [&b"bearer "[..], b"token ", b"basic ", b"apikey ", b"api-key ", b"key "]
        .iter()
        .any(|word| cursor.eat_word(word));
    if found {
        cursor.blanks();
    }
    cursor
}

/// A quoted value in a call, or the default of a look-up: `String::from("v")`, `get("NAME", "v")`, `env.NAME || "v"`.
fn wrapped(mut cursor: Cursor<'_>) -> Option<Value> {
    cursor.eat(b"new ");
    let head = cursor.skip(40, |b| is_word(b) || matches!(b, b'.' | b':' | b'$' | b'!' | b'?' | b'&'));
    if !matches!(cursor.peek(), b'(' | b'[') {
        return (head > 0).then(|| fallback(cursor)).flatten();
    }
    let bracket = cursor.peek();
    cursor.at += 1;
    cursor.skip(4, |b| b == b' ');
    let argument = quoted(cursor)?;
    let mut next = Cursor::new(cursor.text, argument.range.end);
    next.skip(2, |b| b == b'\\' || is_quote(b));
    next.blanks();
    if next.eat(b",") {
        next.blanks_and_lines();
        if next.eat_word(b"default") {
            next.blanks();
            next.eat(b"=");
            next.eat(b":");
            next.blanks();
        }
        return quoted(next).filter(|_| is_name(cursor.text, &argument.range));
    }
    if next.peek() == b']' || (next.peek() == b')' && is_name(cursor.text, &argument.range)) {
        next.at += 1;
        if let Some(found) = fallback(next) {
            return Some(found);
        }
    }
    (bracket == b'(').then_some(argument)
}

fn is_name(text: &[u8], range: &Range<usize>) -> bool {
    text.get(range.clone()).is_some_and(|name| name.iter().all(|b| is_word(*b) || matches!(b, b'.' | b'-')))
}

/// Behind ` || `, ` ?? `, ` ?: `, ` or `: what holds when the look-up gives nothing.
pub(super) fn fallback(mut cursor: Cursor<'_>) -> Option<Value> {
    cursor.blanks();
    if ![&b"||"[..], b"??", b"?:", b"or "].iter().any(|op| cursor.eat(op)) {
        return None;
    }
    cursor.blanks();
    quoted(cursor)
}

/// The first line of a YAML block: `key: |`.
fn block(mut cursor: Cursor<'_>) -> Option<Value> {
    cursor.at += 1;
    cursor.skip(2, |b| matches!(b, b'-' | b'+' | b'0'..=b'9'));
    cursor.blanks();
    if !matches!(cursor.peek(), b'\r' | b'\n') {
        return None;
    }
    cursor.blanks_and_lines();
    bare(cursor, Form::Bare)
}

/// A value without quotes: up to a blank or to what ends an expression.
pub(super) fn bare(cursor: Cursor<'_>, form: Form) -> Option<Value> {
    let cursor = scheme(cursor);
    let ends = |b: &u8| {
        b.is_ascii_whitespace()
            || is_quote(*b)
            || matches!(b, b'\\' | b'<' | b'>' | b'{' | b'}' | b'(' | b')' | b'[' | b']' | b',' | b';')
    };
    let rest = cursor.window(LONGEST + 1);
    let length = rest.iter().position(ends).unwrap_or(rest.len());
    if length == 0 || length > LONGEST {
        return None;
    }
    // A call, a template, a generic type: no value.
    if rest.get(length).is_some_and(|b| matches!(b, b'(' | b'{' | b'[' | b'<')) {
        return None;
    }
    let value = rest.get(..length).unwrap_or_default();
    let trimmed = value.iter().rev().take_while(|b| matches!(b, b'.' | b':')).count();
    let length = length - trimmed;
    (length > 0).then(|| Value { range: cursor.at..cursor.at + length, form })
}

/// A value in a sentence: up to the blank, without the marks that end the sentence.
fn said(mut cursor: Cursor<'_>) -> Option<Value> {
    let opened = ["「", "『", "“", "„", "«"].iter().any(|quote| cursor.eat(quote.as_bytes()));
    let found = bare(cursor, Form::Bare)?;
    let value = cursor.text.get(found.range.clone()).unwrap_or_default();
    let length = value.iter().position(|b| *b >= 0x80).unwrap_or(value.len());
    // What follows a verb in a comment of code is a name as often: `the token is next_token`.
    (length > 0 && (opened || length == value.len() || !value.is_ascii()))
        .then(|| Value { range: found.range.start..found.range.start + length, form: Form::Bare })
}

/// A parameter of a URL.
pub(super) fn query(cursor: Cursor<'_>) -> Option<Value> {
    let of_value = |b: &u8| {
        b.is_ascii_alphanumeric()
            || matches!(b, b'_' | b'.' | b'~' | b'%' | b'+' | b'/' | b'-' | b'=' | b'!' | b'*' | b':' | b'@')
    };
    let length = cursor.window(LONGEST).iter().take_while(|b| of_value(b)).count();
    let next = cursor.peek_at(length);
    (length > 0 && !matches!(next, b'$' | b'{' | b'<' | b'(' | b'['))
        .then(|| Value { range: cursor.at..cursor.at + length, form: Form::Firm })
}

/// `--password x`, `ENV PASSWORD x`, `requirepass x`, `IDENTIFIED BY 'x'`, `PASSWORD 'x'`: a blank alone between.
fn directive(mut cursor: Cursor<'_>, text: &[u8], ident: &Range<usize>, flag: bool) -> Option<Value> {
    if flag {
        cursor.eat(b",");
        cursor.blanks();
        return quoted(cursor)
            .or_else(|| bare(cursor, Form::Firm))
            .filter(|value| text.get(value.range.start) != Some(&b'-'));
    }
    if let Some(found) = quoted(cursor) {
        return Some(found);
    }
    let line = text.get(..ident.start).map_or(0, |before| {
        memchr::memrchr(b'\n', before.get(before.len().saturating_sub(60)..).unwrap_or_default())
            .map_or(before.len().saturating_sub(60), |at| before.len().saturating_sub(60) + at + 1)
    });
    let lead = text.get(line..ident.start).unwrap_or_default().trim_ascii();
    let command = [&b"ENV"[..], b"ARG", b"setenv", b"setx", b"SET", b"proxy_set_header", b"-", b"\"", b"'"]
        .iter()
        .any(|word| lead.eq_ignore_ascii_case(word));
    if !lead.is_empty() && !command {
        return None;
    }
    let found = bare(cursor, Form::Bare)?;
    let mut behind = Cursor::new(text, found.range.end);
    behind.eat(b";");
    behind.blanks();
    matches!(behind.peek(), b'\r' | b'\n' | 0 | b'#' | b'\\' | b'"').then_some(found)
}

/// `Server=db;User=sa;Password=x;`: the pair stands between others of its kind.
fn is_connection(text: &[u8], ident: &Range<usize>) -> bool {
    let before = text.get(ident.start.saturating_sub(48)..ident.start).unwrap_or_default().trim_ascii_end();
    before.last() == Some(&b';') && before.contains(&b'=')
}

/// `X-Api-Key: x`, in a file or in a string.
fn is_header(text: &[u8], ident: &Range<usize>) -> bool {
    let name = text.get(ident.clone()).unwrap_or_default();
    name.contains(&b'-') && name.split(|b| *b == b'-').all(|part| part.first().is_some_and(u8::is_ascii_uppercase))
        || name.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(b"x-"))
}
