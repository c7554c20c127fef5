//! A service's keys: the form of the value, and the words that must stand beside the service's name.

use super::super::pattern::{Pattern, PatternError};
use super::super::{Text, Unicode};
use super::TELLING;
use super::words::words;
use once_cell::sync::OnceCell;
use regex_syntax::hir::{Class, Hir, HirKind};
use std::ops::Range;

/// The longest word that counts only at the edge of an identifier's word: `sig` is in `design`, `api` in `capital`.
const SHORT: usize = 3;

/// What a named rule asks, its pattern compiled on first need.
#[derive(Debug)]
pub struct Service {
    /// None: [`TELLING`].
    words: Option<Vec<Text>>,
    value: Text,
    pattern: Pattern,
    frame: OnceCell<Frame>,
}

/// What the pattern can match at all: asked before it is compiled, which costs more than reading a file.
#[derive(Debug)]
struct Frame {
    least: usize,
    most: usize,
    bytes: [bool; 256],
}

impl Service {
    /// Of the words and the pattern of the whole value.
    #[must_use]
    pub fn new(words: Option<Vec<Text>>, value: Text) -> Self {
        let pattern = Pattern::new(framed(&value).into(), Unicode::No);
        Self { words, value, pattern, frame: OnceCell::new() }
    }

    /// The part of `value` that has the form: all of it, or its beginning up to what no token holds.
    ///
    /// # Errors
    /// When the pattern does not compile.
    pub(super) fn fits(&self, text: &[u8], value: &Range<usize>) -> Result<Option<Range<usize>>, PatternError> {
        let frame = self.frame.get_or_init(|| Frame::of(&self.value));
        let bytes = text.get(value.clone()).unwrap_or_default();
        let could = bytes.iter().take_while(|b| frame.bytes.get(usize::from(**b)).is_some_and(|of| *of)).count();
        let whole = bytes.len() <= frame.most || bytes.get(frame.most).is_none_or(|next| !is_token(*next));
        if could < frame.least || !whole {
            return Ok(None);
        }
        let regex = self.pattern.regex()?;
        let found = regex.captures(bytes).and_then(|groups| groups.get(1).map(|group| group.end()));
        Ok(found.map(|length| value.start..value.start + length))
    }

    /// Whether one of the words stands in `parts`, the identifier's bytes around the name.
    pub(super) fn is_told_by(&self, parts: &[&[u8]]) -> bool {
        match &self.words {
            Some(words) if words.is_empty() => true,
            Some(words) => parts.iter().any(|part| words.iter().any(|word| holds(part, word))),
            None => parts.iter().any(|part| TELLING.iter().any(|word| holds(part, word))),
        }
    }
}

/// The pattern of a value that ends where `value` does: not in the middle of a longer token.
pub(super) fn framed(value: &str) -> String {
    format!(r"\A((?:{value}))(?:[^A-Za-z0-9_+/=-]|\z)")
}

/// The least bytes that a match of `value` has.
pub(super) fn least(value: &str) -> usize {
    Frame::of(value).least
}

fn is_token(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+' | b'/' | b'=' | b'-')
}

impl Frame {
    fn of(value: &str) -> Self {
        let open = Self { least: 0, most: usize::MAX, bytes: [true; 256] };
        // A pattern that does not parse does not compile either: that error names it.
        let Ok(hir) = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(value) else {
            return open;
        };
        let mut bytes = [false; 256];
        collect(&hir, &mut bytes);
        let properties = hir.properties();
        Self {
            least: properties.minimum_len().unwrap_or(0),
            most: properties.maximum_len().unwrap_or(usize::MAX),
            bytes,
        }
    }
}

/// Marks every byte that a match can hold.
fn collect(hir: &Hir, bytes: &mut [bool; 256]) {
    let mut mark = |from: u8, to: u8| {
        for flag in bytes.get_mut(usize::from(from)..=usize::from(to)).into_iter().flatten() {
            *flag = true;
        }
    };
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => literal.0.iter().for_each(|b| mark(*b, *b)),
        HirKind::Class(Class::Bytes(class)) => class.ranges().iter().for_each(|range| mark(range.start(), range.end())),
        HirKind::Class(Class::Unicode(_)) => mark(0, u8::MAX),
        HirKind::Repetition(repetition) => collect(&repetition.sub, bytes),
        HirKind::Capture(capture) => collect(&capture.sub, bytes),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().for_each(|part| collect(part, bytes)),
    }
}

fn holds(part: &[u8], word: &str) -> bool {
    if word.contains('-') {
        let letters: Vec<u8> = part.iter().filter(|b| b.is_ascii_alphanumeric()).map(u8::to_ascii_lowercase).collect();
        return memchr::memmem::find(&letters, word.replace('-', "").as_bytes()).is_some();
    }
    let word = word.as_bytes();
    if word.len() > SHORT {
        return memchr::memmem::find(&part.to_ascii_lowercase(), word).is_some();
    }
    words(part).iter().any(|it| match word {
        b"pat" => it == word,
        b"sig" => it == word || it.starts_with(b"signature") || it.starts_with(b"signing"),
        _ => it.starts_with(word) || it.ends_with(word) || it.strip_suffix(b"s").is_some_and(|it| it.ends_with(word)),
    })
}
