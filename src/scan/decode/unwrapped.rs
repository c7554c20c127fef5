//! A word that was broken over lines: by a backslash, or by indented (or commented) lines that hold nothing else.
//!
//! YAML folds long values so, and shells and C join lines that end in a backslash. Calendars, cards and directories
//! (RFC 5545, 6350, 2849) fold every line at a width, wherever that is in a word, and begin the next with one blank.

use super::super::View;
use super::bytes::{Class, WORD, at, before, cut};
use super::draft::Draft;
use super::signature::is_signature;
use super::wrap::{Trimmings, line_break, line_end, skip_blanks};
use std::ops::Range;

/// How much of the first line before the break, and of the last line after it, is shown.
const CONTEXT: usize = 512;

/// The shortest first part, and the shortest word that is worth joining.
const MIN_PART: usize = 4;
const MIN_WORD: usize = 20;

/// How long a line is that was folded for its width: 75 bytes by the standards, 76 and 78 as some programs count.
const FOLDED: std::ops::RangeInclusive<usize> = 70..=80;

static PART: Class = Class::alnum_and(b"_+/=.-");
static CLOSING: Class = Class::of(b"\"'`,;)]}\\");

/// The lines with broken words, joined.
pub fn view(input: &[u8]) -> Option<View> {
    let mut draft = Draft::new("unwrapped");
    let mut done = 0;
    for newline in memchr::memchr_iter(b'\n', input) {
        if newline < done {
            continue;
        }
        let end = part_end(input, newline);
        if !PART.has(before(input, end)) {
            continue;
        }
        let parts = parts(input, end);
        if parts.len() > 1 {
            done = parts.last().map_or(done, |last| last.end);
            if is_word(input, &parts) && !is_signature(input, &parts) {
                write(input, &parts, &mut draft);
            }
        }
    }
    draft.finish(input.len())
}

/// Where the text of the line ends that `newline` ends: before a carriage return and a backslash.
fn part_end(input: &[u8], newline: usize) -> usize {
    let end = newline - usize::from(before(input, newline) == b'\r');
    end - usize::from(before(input, end) == b'\\')
}

/// The parts of the word whose first part ends at `end`; fewer than two when it does not go on.
fn parts(input: &[u8], end: usize) -> Vec<Range<usize>> {
    let Some(second) = next_part(input, end) else {
        return Vec::new();
    };
    let low = end.saturating_sub(CONTEXT);
    let back = cut(input, low..end);
    let start = low + back.iter().rposition(|byte| !PART.has(*byte)).map_or(0, |last| last + 1);
    let first = start..end;
    if first.len() < MIN_PART || !same_comment(input, &first, &second) {
        return Vec::new();
    }
    let mut parts = vec![first];
    let mut next = Some(second);
    while let Some(part) = next {
        next = next_part(input, part.end);
        parts.push(part);
    }
    parts
}

/// The part on the next line of a word that ends, so far, at `end`.
fn next_part(input: &[u8], end: usize) -> Option<Range<usize>> {
    let found = line_break(input, end)?;
    let part = found.next..PART.end(input, found.next);
    let backslash = at(input, end) == b'\\';
    let goes_on = match found.trimmings {
        Trimmings::None | Trimmings::Escape => false,
        Trimmings::Indented => !backslash && (is_alone(input, part.end) || is_folded(input, end, found.next)),
        Trimmings::Backslash => backslash,
    };
    (goes_on && !part.is_empty()).then_some(part)
}

/// Whether a comment sign before the second part stands before the first part's line as well.
fn same_comment(input: &[u8], first: &Range<usize>, second: &Range<usize>) -> bool {
    let sign = |part: &Range<usize>| {
        let start = skip_blanks(input, line_start(input, part.start));
        if start < part.start { at(input, start) } else { 0 }
    };
    match (sign(first), sign(second)) {
        (_, 0 | b'"' | b'\'' | b'`') | (b'/', b'*') => true,
        (first, second) => first == second,
    }
}

/// Whether the line that ends at `end` was folded: it is as long as such lines are, and one blank begins the next.
fn is_folded(input: &[u8], end: usize, next: usize) -> bool {
    let one_blank = next.checked_sub(2).is_some_and(|at_end| at(input, at_end) == b'\n' && at_end <= end + 1);
    one_blank && FOLDED.contains(&(end - line_start(input, end)))
}

/// Whether nothing but closing punctuation stands between `end` and the end of the line.
fn is_alone(input: &[u8], end: usize) -> bool {
    let closing = cut(input, end..input.len().min(end + 4)).iter().take_while(|byte| CLOSING.has(**byte)).count();
    end + closing == input.len() || line_end(input, end + closing).is_some()
}

/// Words have digits and letters, and not only in the first part: a keyword on a line of its own is no part of the
/// name before it. A backslash is proof enough.
fn is_word(input: &[u8], parts: &[Range<usize>]) -> bool {
    let length: usize = parts.iter().map(ExactSizeIterator::len).sum();
    let backslash = parts.first().is_some_and(|first| at(input, first.end) == b'\\');
    let has = |wanted: fn(&u8) -> bool| parts.iter().any(|part| cut(input, part.clone()).iter().any(wanted));
    let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    let goes_on = parts.iter().skip(1).any(|part| is_mixed(cut(input, part.clone())));
    length >= MIN_WORD && mixed && goes_on || backslash && length > MIN_PART && has(|byte| WORD.has(*byte))
}

fn is_mixed(part: &[u8]) -> bool {
    let case = part.iter().any(u8::is_ascii_lowercase) && part.iter().any(u8::is_ascii_uppercase);
    case || part.iter().any(u8::is_ascii_digit)
}

fn write(input: &[u8], parts: &[Range<usize>], draft: &mut Draft) {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
        return;
    };
    draft.end_line();
    let start = line_start(input, first.start);
    if let Some(key) = folded_key(input, start) {
        draft.mark(key.start);
        draft.copy(cut(input, key.clone()), key.start);
        draft.push(b' ');
        draft.mark(first.start);
        draft.copy(cut(input, first.clone()), first.start);
    } else {
        draft.mark(start);
        draft.copy(cut(input, start..first.end), start);
    }
    for part in parts.iter().skip(1) {
        draft.mark(part.start);
        draft.copy(cut(input, part.clone()), part.start);
    }
    let rest = cut(input, last.end..input.len().min(last.end + CONTEXT));
    let rest = cut(rest, 0..memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len()));
    draft.copy(rest, last.end);
    draft.end_line();
}

fn line_start(input: &[u8], offset: usize) -> usize {
    let low = offset.saturating_sub(CONTEXT);
    low + memchr::memrchr(b'\n', cut(input, low..offset)).map_or(0, |last| last + 1)
}

/// The key before a folded or literal block (`key: >-`), when the line before `start` is one.
fn folded_key(input: &[u8], start: usize) -> Option<Range<usize>> {
    let end = start.checked_sub(1)?;
    let key = line_start(input, end);
    let line = cut(input, key..end).trim_ascii_end();
    let line = line.strip_suffix(b"-").or_else(|| line.strip_suffix(b"+")).unwrap_or(line);
    let line = line.strip_suffix(b">").or_else(|| line.strip_suffix(b"|"))?;
    Some(key..key + line.trim_ascii_end().len())
}

#[cfg(test)]
mod tests {
    use super::super::samples::{GREEK, JAPANESE, MINIFIED, RUSSIAN, SOURCE, contains, token};
    use super::*;

    fn broken(between: &str) -> (String, String) {
        let token = format!("{}1", token());
        let (left, rest) = token.split_at(13);
        let (middle, right) = rest.split_at(12);
        (format!("{left}{between}{middle}{between}{right}"), token)
    }

    #[test]
    fn a_word_broken_by_backslashes_is_joined() {
        for between in ["\\\n", "\\\r\n", "\\\n    ", "\\\n\t"] {
            let (word, token) = broken(between);
            let text = format!("first\nkey = \"{word}\" # more\nlast");
            let view = view(text.as_bytes()).unwrap();
            assert_eq!(String::from_utf8_lossy(&view.bytes), format!("key = \"{token}\" # more\n"), "{text}");
        }
    }

    #[test]
    fn a_word_on_indented_lines_of_its_own_is_joined() {
        for between in ["\n  ", "\r\n    ", "\n\t", "\n# ", "\n  // ", "\n * "] {
            let sign = between.trim_start();
            let (word, token) = broken(between);
            for (before, after) in
                [("key: ", "\nlast"), ("key: \"", "\"\nlast"), ("key: >-\n  ", "\n"), ("k = '", "',\n"), ("", "")]
            {
                let text = format!("first\n{sign}{}{word}{after}", before.replace("\n", &format!("\n{sign}")));
                let view = view(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
                assert!(contains(&view.bytes, &token), "{text}");
                assert!(!contains(&view.bytes, "first"), "{text}");
                let at = memchr::memmem::find(&view.bytes, &token.as_bytes()[26..30]).unwrap();
                assert_eq!(view.origin.input_span(&(at..at + 1)).start, text.find(&token[26..30]).unwrap(), "{text}");
            }
        }
    }

    #[test]
    fn a_folded_value_keeps_its_key() {
        let (word, token) = broken("\n    ");
        let view = view(format!("a:\n  password: >-\n    {word}\n").as_bytes()).unwrap();
        assert!(contains(&view.bytes, &format!("password: {token}")));
    }

    #[test]
    fn a_line_folded_at_a_width_is_joined() {
        let token = format!("{}1", token());
        for (length, some) in [(69, false), (70, true), (75, true), (80, true), (81, false)] {
            let line = format!("{:<width$}{}", "DESCRIPTION:", &token[..20], width = length - 20);
            let text = format!("BEGIN:X\r\n{line}\r\n {}, and more of it\r\nEND:X\r\n", &token[20..]);
            let view = view(text.as_bytes());
            assert_eq!(view.is_some_and(|view| contains(&view.bytes, &token)), some, "{length}");
        }
    }

    #[test]
    fn words_count_at_and_above_the_minimum_and_not_below() {
        for (length, some) in [(MIN_WORD - 1, false), (MIN_WORD, true), (MIN_WORD + 1, true)] {
            let text = format!("abcd\n  {}1\n", "x".repeat(length - 5));
            assert_eq!(view(text.as_bytes()).is_some(), some, "{length}");
        }
    }

    #[test]
    fn ordinary_lines_are_not_joined() {
        let make = "OBJS = a.o \\\n    b.o \\\n    c1.o\n";
        let shell = "docker run --name x1 \\\n  -p 80:8080 \\\n  image:latest\n";
        let ruby = "if first_condition_1\n  return\nelse\n  other\nend\n";
        let pem = "AAAABBBBCCCCDDDD1111\nEEEEFFFFGGGGHHHH2222\n";
        let prose =
            "some words that go on for a while until the line ends here1\n    and then go on in the next line\n";
        for text in [SOURCE, MINIFIED, JAPANESE, RUSSIAN, GREEK, make, shell, ruby, pem, prose] {
            assert_eq!(view(text.as_bytes()), None, "{text}");
        }
    }
}
