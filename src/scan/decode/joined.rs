//! Literals that a program joins: `"abc" + "def"`, `'abc' 'def'`, with the operators of many languages, over line ends.
//!
//! Only the joined literals are shown, after the start of their line, so that a rule still sees the name they are given.

use super::super::View;
use super::bytes::{Class, TOKEN, WORD, at, before, cut};
use super::draft::Draft;
use super::wrap::{line_end, skip_blanks};

/// White space and comments between two literals take at most this much.
const MAX_SEAM: usize = 512;

/// How much of the line before the first literal is shown, and how far back that literal may start.
const MAX_LEAD: usize = 512;

/// Longer literals are cut; a quote that opens nothing would reach to the end of a giant line.
const MAX_LITERAL: usize = 4 << 10;

/// How far around a seam without an operator is looked for signs of a token.
const SIGNS: usize = 64;

/// Longest first.
const OPERATORS: [&[u8]; 11] = [b"...", b"++", b"..", b"<<", b"||", b"<>", b"+", b".", b"&", b"~", b"\\"];

static QUOTE: Class = Class::of(b"\"'`");
/// What can follow the first literal.
static SEAM: Class = Class::of(b" \t\r\n\"'`+.<|&~\\");
static SPACE: Class = Class::of(b" \t\r\n");
static PREFIX: Class = Class::of(b"rRbBfFuULl@$");

/// The joined literals.
pub fn view(input: &[u8]) -> Option<View> {
    let mut draft = Draft::new("joined");
    let mut done = 0;
    for quote in memchr::memchr3_iter(b'"', b'\'', b'`', input) {
        if quote < done || !TOKEN.has(before(input, quote)) {
            continue;
        }
        if let Some(open) = seam(input, quote) {
            done = write_chain(input, quote, open, &mut draft);
        }
    }
    draft.finish(input.len())
}

/// The opening quote of the literal that is joined to the one closed at `close`.
fn seam(input: &[u8], close: usize) -> Option<usize> {
    if !SEAM.has(at(input, close + 1)) {
        return None;
    }
    let limit = input.len().min(close + MAX_SEAM);
    let spaced = skip_space(input, close + 1, limit);
    if !SEAM.has(at(input, spaced)) && !PREFIX.has(at(input, spaced)) {
        return None;
    }
    let rest = cut(input, spaced..input.len().min(spaced + 3));
    let operator = OPERATORS.into_iter().find(|operator| rest.starts_with(operator)).unwrap_or_default();
    let mut next = spaced + operator.len();
    if !operator.is_empty() {
        next = skip_space(input, skip_comment(input, next, limit), limit);
    }
    let prefix = cut(input, next..input.len().min(next + 2)).iter().take_while(|byte| PREFIX.has(**byte)).count();
    let open = next + prefix;
    if !QUOTE.has(at(input, open)) || !TOKEN.has(at(input, open + 1)) {
        return None;
    }
    // In prose, backticks stand around code, and punctuation between that.
    let code = at(input, open) == b'`' || at(input, close) == b'`';
    let joined = if code { operator == b"+" } else { !operator.is_empty() || looks_like_token(input, close, open) };
    joined.then_some(open)
}

/// Past white space, not beyond `limit`.
fn skip_space(input: &[u8], from: usize, limit: usize) -> usize {
    let rest = cut(input, from..limit);
    from + rest.iter().position(|byte| !SPACE.has(*byte)).unwrap_or(rest.len())
}

/// Past a comment to the end of the line, not beyond `limit`.
fn skip_comment(input: &[u8], from: usize, limit: usize) -> usize {
    let here = skip_blanks(input, from);
    let signs = [&b"//"[..], b"#", b"--"];
    if !signs.into_iter().any(|sign| cut(input, here..here + sign.len()) == sign) {
        return from;
    }
    let rest = cut(input, here..limit);
    here + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
}

/// Literals side by side are also arguments, imports, list elements: without an operator the word across the seam must
/// have digits or letters of both cases, as tokens have.
fn looks_like_token(input: &[u8], close: usize, open: usize) -> bool {
    let left = cut(input, close.saturating_sub(SIGNS)..close);
    let right = cut(input, open + 1..input.len().min(open + 1 + SIGNS));
    if !WORD.has(before(input, close)) || !WORD.has(at(input, open + 1)) {
        return false;
    }
    let word = || {
        left.iter().rev().take_while(|byte| WORD.has(**byte)).chain(right.iter().take_while(|byte| WORD.has(**byte)))
    };
    let mixed = word().any(u8::is_ascii_lowercase) && word().any(u8::is_ascii_uppercase);
    word().any(u8::is_ascii_digit) || mixed
}

/// Writes the chain of literals across the seam between `close` and `open`; returns where it ends.
fn write_chain(input: &[u8], close: usize, open: usize, draft: &mut Draft) -> usize {
    let low = close.saturating_sub(MAX_LEAD);
    let lead = cut(input, low..close);
    let start = low + memchr::memrchr2(b'\n', b'\r', lead).map_or(0, |last| last + 1);
    draft.end_line();
    draft.mark(start);
    draft.copy(cut(input, start..close), start);
    let mut open = open;
    loop {
        let end = literal_end(input, open);
        draft.mark(open + 1);
        draft.copy(cut(input, open + 1..end), open + 1);
        let joined = TOKEN.has(before(input, end)) && QUOTE.has(at(input, end));
        match seam(input, end).filter(|_| joined) {
            Some(next) => open = next,
            None => {
                draft.push(at(input, open));
                draft.end_line();
                return end;
            }
        }
    }
}

/// The quote that closes the literal opened at `open`, or the end of the line or of what is looked at.
fn literal_end(input: &[u8], open: usize) -> usize {
    let quote = at(input, open);
    let limit = input.len().min(open + MAX_LITERAL);
    let mut here = open + 1;
    while let Some(hit) = memchr::memchr3(quote, b'\\', b'\n', cut(input, here..limit)) {
        here += hit;
        if at(input, here) != b'\\' || line_end(input, here + 1).is_some() {
            return here;
        }
        here = (here + 2).min(limit);
    }
    limit
}

#[cfg(test)]
mod tests {
    use super::super::samples::{GREEK, JAPANESE, MINIFIED, RUSSIAN, SOURCE, contains, token};
    use super::*;

    #[test]
    fn literals_joined_by_operators_of_many_languages_are_joined() {
        let token = token();
        let (left, rest) = token.split_at(13);
        let (middle, right) = rest.split_at(12);
        for between in [
            "\" + \"",
            "\"+\"",
            "' + '",
            "\" . \"",
            "\".\"",
            "\" & \"",
            "\" .. \"",
            "\" ++ \"",
            "\" << \"",
            "' || '",
            "\" <> \"",
            "\" \"",
            "\"\"",
            "' '",
            "'\"",
            "\"\n    \"",
            "\" +\n    \"",
            "\"\r\n  + \"",
            "\" \\\n  \"",
            "\" + // first\n\t\"",
            "\" . # c\n  \"",
            "\" + b\"",
            "\" f'",
            "` + `",
        ] {
            let quote = between.chars().next().unwrap();
            let close = between.chars().last().unwrap();
            let second = if quote == close { between.to_owned() } else { format!("{close} + {close}") };
            let text = format!("first\nkey = {quote}{left}{between}{middle}{second}{right}{close};\nlast");
            let view = view(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            assert!(contains(&view.bytes, &format!("key = {quote}{token}{close}")), "{text}");
            assert!(!contains(&view.bytes, "first") || between.contains("first"));
            let at = memchr::memmem::find(&view.bytes, &right.as_bytes()[..4]).unwrap();
            assert_eq!(view.origin.input_span(&(at..at + 4)).start, text.find(&right[..4]).unwrap(), "{text}");
        }
    }

    #[test]
    fn ordinary_literals_are_not_joined() {
        let go = "import (\n\t\"fmt\"\n\t\"net/http\"\n\t\"path/filepath\"\n)";
        let list = "[\"alpha1\", \"beta2\", \"gamma3\"]";
        let prose = "the `TempDir`'s path1, `start1`. `lo2`\n/// `hi` and `where T: 'a`\n // x `b1` `c2`";
        let words = "printf(\"hello \" \"world\\n\" \"again \");";
        for text in [
            SOURCE,
            MINIFIED,
            JAPANESE,
            RUSSIAN,
            GREEK,
            go,
            list,
            words,
            prose,
            "it's and that's",
            "a\"",
            "\"a\"+",
            "\"a\" \"",
        ] {
            assert_eq!(view(text.as_bytes()), None, "{text}");
        }
    }
}
