//! Literals that a program joins: `"abc" + "def"`, `'abc' 'def'`, with the operators of many languages, over line ends.
//!
//! And what a call joins: `concat!("abc", "def")`, `.append("abc").append("def")`, `!Join ["", ["abc", "def"]]`.
//!
//! Only the joined literals are shown, after the start of their line, so that a rule still sees the name they are given.

use super::super::View;
use super::bytes::{Class, TOKEN, WORD, at, before, cut};
use super::draft::Draft;
use super::wrap::{line_end, skip_blanks};
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// White space and comments between two literals take at most this much.
const MAX_SEAM: usize = 512;

/// How much of the line before the first literal is shown, and how far back that literal may start.
const MAX_LEAD: usize = 512;

/// Longer literals are cut; a quote that opens nothing would reach to the end of a giant line.
const MAX_LITERAL: usize = 4 << 10;

/// What a text holds in which calls join literals.
static CALLS: LazyLock<[Finder<'static>; 5]> =
    LazyLock::new(|| ["oncat", "ONCAT", "Join", "join(", ".append("].map(Finder::new));

/// What such a call is written like between two literals, behind the parenthesis that closes the one before.
const CHAINED: [&[u8]; 2] = [b"append(", b"concat("];

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
    let calls = CALLS.iter().any(|call| call.find(input).is_some());
    for quote in memchr::memchr3_iter(b'"', b'\'', b'`', input) {
        if quote < done || !TOKEN.has(before(input, quote)) {
            continue;
        }
        if let Some(open) = seam(input, quote, calls) {
            done = write_chain(input, quote, open, calls, &mut draft);
        }
    }
    draft.finish(input.len())
}

/// The opening quote of the literal that is joined to the one closed at `close`.
fn seam(input: &[u8], close: usize, calls: bool) -> Option<usize> {
    if calls && let Some(open) = in_call(input, close) {
        return Some(open);
    }
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

/// The opening quote of the literal that a call joins to the one closed at `close`.
fn in_call(input: &[u8], close: usize) -> Option<usize> {
    let limit = input.len().min(close + MAX_SEAM);
    let here = skip_space(input, close + 1, limit);
    let after = match at(input, here) {
        b',' if is_joining(input, close) => here + 1,
        b')' | b'.' => {
            let dot = if at(input, here) == b')' { skip_space(input, here + 1, limit) } else { here };
            let rest = cut(input, dot..limit).strip_prefix(b".")?;
            dot + 1 + CHAINED.into_iter().find(|name| rest.starts_with(name))?.len()
        }
        _ => return None,
    };
    let open = skip_space(input, after, limit);
    (QUOTE.has(at(input, open)) && TOKEN.has(at(input, open + 1)) && looks_like_token(input, close, open))
        .then_some(open)
}

/// Whether the literal that is closed at `close` is one of those that a call joins, with nothing between them.
fn is_joining(input: &[u8], close: usize) -> bool {
    let lead = cut(input, close.saturating_sub(MAX_LEAD)..close);
    let Some(bracket) = lead.iter().rposition(|byte| matches!(byte, b'(' | b'[')) else { return false };
    let head = cut(lead, 0..bracket).trim_ascii_end();
    if at(lead, bracket) == b'(' {
        let start = head.iter().rposition(|byte| !(WORD.has(*byte) || *byte == b'!')).map_or(0, |last| last + 1);
        return memchr::memmem::find(&cut(head, start..head.len()).to_ascii_lowercase(), b"concat").is_some();
    }
    let nothing = [&b"\"\","[..], b"'',"].into_iter().find_map(|empty| head.strip_suffix(empty));
    let name = nothing.map(|head| cut(head, head.len().saturating_sub(16)..head.len()));
    name.is_some_and(|name| memchr::memmem::find(name, b"oin").is_some())
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
fn write_chain(input: &[u8], close: usize, open: usize, calls: bool, draft: &mut Draft) -> usize {
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
        match seam(input, end, calls).filter(|_| joined) {
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
    fn literals_that_a_call_joins_are_joined() {
        let token = format!("a1{}", token());
        let (left, rest) = token.split_at(13);
        let (middle, right) = rest.split_at(12);
        for text in [
            format!("k = concat!(\"{left}\", \"{middle}\",\n  \"{right}\");"),
            format!("k = string.Concat(\"{left}\",\"{middle}\", \"{right}\");"),
            format!("SELECT CONCAT('{left}', '{middle}', '{right}')"),
            format!("k = \"{left}\".concat(\"{middle}\", \"{right}\")"),
            format!("new StringBuilder(\"{left}\")\n  .append(\"{middle}\").append( \"{right}\" )"),
            format!("K: !Join ['', ['{left}', '{middle}', '{right}']]"),
            format!("{{\"Fn::Join\":[\"\",[\"{left}\",\"{middle}\",\"{right}\"]]}}"),
            format!("k = join(\"\", [\"{left}\", \"{middle}\", \"{right}\"])"),
        ] {
            let view = view(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            assert!(contains(&view.bytes, &token), "{text}: {}", String::from_utf8_lossy(&view.bytes));
        }
        for text in [
            "f(\"abc1\", \"def2\"); concat!(x)",
            "join(\",\", [\"abc1\", \"def2\"])",
            "sb.append(\"name=\").append(\"value\")",
            "[\"abc1\", \"def2\"].join(\"\")",
        ] {
            assert_eq!(view(text.as_bytes()), None, "{text}");
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
