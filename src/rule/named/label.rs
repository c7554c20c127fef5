//! The identifier, or the words of a label, around a name seen in a text.

use super::cursor::{Cursor, is_word};
use std::ops::Range;

/// The most bytes an identifier has to either side of the name; more is a blob that holds the name by chance.
const SIDE: usize = 80;
/// The most bytes of words before an identifier that may belong to its label (`key for Acme: …`).
const WORDS: usize = 40;

/// Japanese and Chinese between a noun and its value.
const PARTICLES: &[&str] = &["：", "は", "是", "「", "『", "（"];

/// An identifier such as `spring.datasource.password`, and the label that it may end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) ident: Range<usize>,
}

/// The identifier around `hit`; none when it has no end within bounds.
pub(super) fn around(text: &[u8], hit: &Range<usize>) -> Option<Label> {
    let part = |b: u8| is_word(b) || b >= 0x80;
    let mut start = hit.start;
    while let Some(b) = start.checked_sub(1).and_then(|at| text.get(at)) {
        if !part(*b) && !matches!(b, b'-' | b'.') {
            break;
        }
        start -= 1;
        if hit.start - start > SIDE {
            return None;
        }
    }
    // The letter of an escape, `\npassword`, is no part of the name.
    let escaped = start.checked_sub(1).and_then(|at| text.get(at)) == Some(&b'\\');
    if escaped && start < hit.start && text.get(start).is_some_and(|b| matches!(b, b'n' | b'r' | b't')) {
        start += 1;
    }
    while text.get(start).is_some_and(|b| matches!(b, b'-' | b'.')) && start < hit.start {
        start += 1;
    }
    let mut end = hit.end;
    while let Some(b) = text.get(end) {
        // What ends a noun where no blanks stand between words.
        if *b >= 0x80 && text.get(end..).is_some_and(|rest| PARTICLES.iter().any(|it| rest.starts_with(it.as_bytes())))
        {
            break;
        }
        let joint = matches!(b, b'-' | b'.') && text.get(end + 1).is_some_and(|next| part(*next));
        if !part(*b) && !joint {
            break;
        }
        end += 1;
        if end - hit.end > SIDE {
            return None;
        }
    }
    Some(Label { ident: start..end })
}

/// Behind the words that follow an identifier in its label: `API key for Acme: …` from `API key`.
///
/// None when no colon or equals sign follows within three words.
pub(super) fn words_behind(text: &[u8], ident_end: usize) -> Option<usize> {
    let mut cursor = Cursor::new(text, ident_end);
    for _ in 0..4 {
        if cursor.peek() != b' ' || !(cursor.peek_at(1).is_ascii_alphanumeric()) {
            return None;
        }
        cursor.at += 1;
        if cursor.skip(20, |b| is_word(b) || b == b'-') == 0 {
            return None;
        }
        let close = cursor;
        cursor.skip(2, |b| matches!(b, b' '));
        let verb = [&b"is "[..], b"ist ", b"lautet ", b"est ", b"es "].iter().any(|verb| cursor.eat(verb));
        let operator = verb || matches!(cursor.peek(), b'=' | b':');
        cursor = close;
        if operator {
            return Some(cursor.at);
        }
    }
    None
}

/// The words of the line before an identifier: they may name the service, or say that the value is a key.
pub(super) fn words_before(text: &[u8], ident_start: usize) -> Range<usize> {
    let from = ident_start.saturating_sub(WORDS);
    let before = text.get(from..ident_start).unwrap_or_default();
    let run = before.iter().rev().take_while(|b| is_word(**b) || matches!(b, b' ' | b'.' | b'-')).count();
    ident_start - run..ident_start
}

/// Whether the line of `at` begins as a comment does, as far as a window shows.
pub(super) fn in_comment(text: &[u8], at: usize) -> bool {
    let line = line_before(text, at);
    [&b"#"[..], b"//", b"*", b"/*", b";", b"--"].iter().any(|start| line.starts_with(start))
}

/// Whether the line of `at` belongs to a description of code: `* `, `/// `, or indented within a comment.
pub(super) fn in_description(text: &[u8], at: usize) -> bool {
    let line = line_before(text, at);
    [&b"* "[..], b"///", b"//!", b"#  ", b"//  ", b"# =>"].iter().any(|start| line.starts_with(start))
}

/// Whether the value stands as the password of an address near it: what a test of addresses takes apart.
pub(super) fn in_address(text: &[u8], value: &Range<usize>) -> bool {
    let password = text.get(value.clone()).unwrap_or_default();
    let around = text.get(value.start.saturating_sub(ADDRESS)..(value.end + ADDRESS).min(text.len()));
    let around = around.unwrap_or_default();
    let shown = [&b":"[..], password, b"@"].concat();
    memchr::memmem::find_iter(around, &shown).any(|at| {
        let user = around.get(at.saturating_sub(SIDE)..at).unwrap_or_default();
        let line = memchr::memrchr(b'\n', user).map_or(user, |end| user.get(end + 1..).unwrap_or_default());
        memchr::memmem::find(line, b"://").is_some()
    })
}

/// How far from a password an address that shows it is looked for, in bytes.
const ADDRESS: usize = 300;

/// Whether the comment on the line before says that the value is none: people say so in tests.
pub(super) fn called_fake(text: &[u8], at: usize) -> bool {
    let before = text.get(at.saturating_sub(COMMENT)..at).unwrap_or_default();
    let mut lines = before.rsplit(|b| *b == b'\n').skip(1);
    let line = lines.next().unwrap_or_default().trim_ascii().to_ascii_lowercase();
    [&b"#"[..], b"//", b"*", b"/*", b";", b"--"].iter().any(|start| line.starts_with(start))
        && [&b"fake"[..], b"dummy", b"not a real", b"not real", b"made up", b"made-up"]
            .iter()
            .any(|word| memchr::memmem::find(&line, word).is_some())
}

/// The longest line with its comment above, in bytes.
const COMMENT: usize = 240;

fn line_before(text: &[u8], at: usize) -> &[u8] {
    let before = text.get(at.saturating_sub(SIDE)..at).unwrap_or_default();
    let line = memchr::memrchr(b'\n', before).map_or(before, |end| before.get(end + 1..).unwrap_or_default());
    line.trim_ascii_start()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_an_address_shows_is_the_address_s() {
        let text = b"\"href\": \"http://&a:foo(b%5Dc@d:2/\",\n \"p\": \"foo(b%5Dc\"";
        let start = text.len() - 10;
        assert!(in_address(text, &(start..text.len() - 1)));
        let text = b"a:foo(b%5Dc@d \"p\": \"foo(b%5Dc\"";
        let start = text.len() - 10;
        assert!(!in_address(text, &(start..text.len() - 1)));
    }

    #[test]
    fn a_comment_above_can_say_that_a_value_is_fake() {
        let said = |text: &str| called_fake(text.as_bytes(), text.rfind("key").unwrap());
        assert!(said("x\n  // This token is fake, but well-formed.\n  'key' => 1"));
        assert!(!said("x\n  fake()\n  'key' => 1") && !said("// fake\n\n'key' => 1") && !said("'key' => 1 // fake"));
    }
}
