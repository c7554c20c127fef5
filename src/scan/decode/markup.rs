//! Markup between the letters of a token: tags that colour or emphasise, places for a break, comments, seams of CDATA.
//!
//! Highlighters, notebooks and templates write `<span>ab</span><span>cd</span>`, `ab<wbr>cd`, `ab<!-- -->cd`; whoever
//! opens the page sees one word, and copies one.

use super::super::View;
use super::bytes::{Class, at, before, cut};
use super::draft::Draft;

/// How much of the line before the word and after it is shown.
const CONTEXT: usize = 512;

/// Markup between two letters takes at most this much: a tag with the attributes that a highlighter gives it.
const MAX_SEAM: usize = 512;

/// The shortest word that is worth joining.
const MIN_WORD: usize = 20;

static PART: Class = Class::alnum_and(b"_+/=.-");

/// Elements that stand within a line of text and may begin or end within a word (HTML, "phrasing content"; SVG).
const INLINE: [&[u8]; 30] = [
    b"a",
    b"abbr",
    b"b",
    b"bdi",
    b"bdo",
    b"big",
    b"code",
    b"del",
    b"em",
    b"font",
    b"i",
    b"ins",
    b"kbd",
    b"mark",
    b"s",
    b"samp",
    b"small",
    b"span",
    b"strike",
    b"strong",
    b"sub",
    b"sup",
    b"tspan",
    b"tt",
    b"u",
    b"var",
    b"wbr",
    b"nobr",
    b"data",
    b"text:span",
];

/// The lines with markup inside of words, without it.
pub fn view(input: &[u8]) -> Option<View> {
    let mut draft = Draft::new("stripped of markup");
    let mut done = 0;
    for open in memchr::memchr_iter(b'<', input) {
        let end = if cut(input, open.saturating_sub(3)..open) == b"]]>" { open - 3 } else { open };
        if end < done || !PART.has(before(input, end)) {
            continue;
        }
        let Some(next) = seam(input, end) else { continue };
        let low = end.saturating_sub(CONTEXT).max(done);
        let back = cut(input, low..end);
        let start = low + back.iter().rposition(|byte| !PART.has(*byte)).map_or(0, |last| last + 1);
        let first = start..end;
        let mut parts = vec![first];
        let mut next = Some(next);
        while let Some(from) = next {
            let part = from..PART.end(input, from);
            next = seam(input, part.end);
            parts.push(part);
        }
        done = parts.last().map_or(done, |last| last.end);
        if is_word(input, &parts) {
            write(input, &parts, &mut draft);
        }
    }
    draft.finish(input.len())
}

/// Where the word that ends at `end` goes on behind markup, if it does.
fn seam(input: &[u8], end: usize) -> Option<usize> {
    let limit = input.len().min(end + MAX_SEAM);
    let mut here = end;
    while let Some(length) = markup(cut(input, here..limit)) {
        here += length;
    }
    (here > end && PART.has(at(input, here))).then_some(here)
}

/// The length of the markup that `rest` begins with.
fn markup(rest: &[u8]) -> Option<usize> {
    let marks = [&b"]]>"[..], b"<![CDATA["];
    if let Some(mark) = marks.into_iter().find(|mark| rest.starts_with(mark)) {
        return Some(mark.len());
    }
    if rest.starts_with(b"<!--") {
        return memchr::memmem::find(rest, b"-->").map(|at| at + 3);
    }
    let tag = rest.strip_prefix(b"<")?;
    let tag = tag.strip_prefix(b"/").unwrap_or(tag);
    let length = tag.iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte == b':').count();
    let name = cut(tag, 0..length);
    if !INLINE.iter().any(|known| known.eq_ignore_ascii_case(name)) || !matches!(at(tag, length), b'>' | b'/' | b' ') {
        return None;
    }
    memchr::memchr(b'>', rest).map(|at| at + 1)
}

/// A token has digits and letters, and not only before the first tag: `<b>word</b>s` is prose.
fn is_word(input: &[u8], parts: &[std::ops::Range<usize>]) -> bool {
    let length: usize = parts.iter().map(ExactSizeIterator::len).sum();
    let has = |part: &std::ops::Range<usize>, wanted: fn(&u8) -> bool| cut(input, part.clone()).iter().any(wanted);
    let any = |wanted: fn(&u8) -> bool| parts.iter().any(|part| has(part, wanted));
    let goes_on =
        |part| has(part, u8::is_ascii_digit) || has(part, u8::is_ascii_lowercase) && has(part, u8::is_ascii_uppercase);
    length >= MIN_WORD && any(u8::is_ascii_digit) && any(u8::is_ascii_alphabetic) && parts.iter().skip(1).any(goes_on)
}

fn write(input: &[u8], parts: &[std::ops::Range<usize>], draft: &mut Draft) {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return };
    let low = first.start.saturating_sub(CONTEXT);
    let start = low + memchr::memrchr(b'\n', cut(input, low..first.start)).map_or(0, |last| last + 1);
    draft.end_line();
    draft.mark(start);
    draft.copy(cut(input, start..first.end), start);
    for part in parts.iter().skip(1) {
        draft.mark(part.start);
        draft.copy(cut(input, part.clone()), part.start);
    }
    let rest = cut(input, last.end..input.len().min(last.end + CONTEXT));
    draft.copy(cut(rest, 0..memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len())), last.end);
    draft.end_line();
}

#[cfg(test)]
mod tests {
    use super::super::samples::{GREEK, JAPANESE, MINIFIED, RUSSIAN, SOURCE, token};
    use super::*;

    #[test]
    fn a_token_with_markup_between_its_letters_is_read() {
        let token = format!("{}1", token());
        let (left, rest) = token.split_at(13);
        let (middle, right) = rest.split_at(12);
        for seam in [
            "</span><span class=\"s1\">",
            "</span><span class=\\\"s1\\\">",
            "<wbr>",
            "<wbr/>",
            "<WBR />",
            "<!-- -->",
            "<b>",
            "</tspan><tspan x=\"90\">",
            "]]><![CDATA[",
            "</text:span><text:span text:style-name=\"T1\">",
        ] {
            let text = format!("first\nnote = {left}{seam}{middle}{seam}{right}</p>\nlast");
            let view = view(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(String::from_utf8_lossy(&view.bytes), format!("note = {token}</p>\n"));
            let at = memchr::memmem::find(&view.bytes, right.as_bytes()).unwrap();
            assert_eq!(view.origin.input_span(&(at..at + 1)).start, text.find(right).unwrap(), "{text}");
        }
    }

    #[test]
    fn markup_as_pages_have_it_is_left_alone() {
        for text in [
            "<td>2024-01-01</td><td>alice1234567890</td><td>bcd9876543210</td>",
            "the <b>long</b>er wordsandwords<i>withoutdigits</i>andmore",
            "Vec<String>, BTreeMap<u8, Vec<u8>> and a<b>c",
            "<p>abcdefghij1234567890<br>klmnopqrst1234567890</p>",
            "<a href=\"x\">one</a><a href=\"y\">two2</a>",
            "abcdefghijklmnopqrst1<span",
            "abcdefghijklmnopqrst1<!-- no end",
        ] {
            assert_eq!(view(text.as_bytes()), None, "{text}");
        }
        for text in [SOURCE, MINIFIED, JAPANESE, RUSSIAN, GREEK] {
            assert_eq!(view(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn words_count_at_the_minimum_and_markup_up_to_its_bound() {
        for (length, some) in [(MIN_WORD - 1, false), (MIN_WORD, true)] {
            let text = format!("abcd<b>{}1", "x".repeat(length - 5));
            assert_eq!(view(text.as_bytes()).is_some(), some, "{length}");
        }
        for (length, some) in [(MAX_SEAM, true), (MAX_SEAM + 1, false)] {
            let text = format!("abcdefghijklmnopqrst<b {}>u1", "x".repeat(length - 4));
            assert_eq!(view(text.as_bytes()).is_some(), some, "{length}");
        }
    }
}
