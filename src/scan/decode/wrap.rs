//! Where a word goes on that was broken over lines: past quotes, continuation marks, indentation and comment signs.

use super::bytes::{BLANK, Class, at, cut};

/// Indentation deeper than this is none.
const MAX_BLANKS: usize = 256;

static QUOTE: Class = Class::of(b"\"'`");
static ENDING: Class = Class::of(b"\"'`+.,&\\ \t\r\n");
static SIGN: Class = Class::of(b"/#*;->|R");
const CARRIAGE: [&[u8]; 3] = [b"&#xD;", b"&#xd;", b"&#13;"];
static MARK: Class = Class::of(b"+.,&");

/// A line break and its trimmings.
#[derive(Debug, PartialEq, Eq)]
pub struct Break {
    /// Where the next line's own text starts.
    pub next: usize,
    /// What stood between, apart from the line end itself.
    pub trimmings: Trimmings,
}

/// What shows that the next line belongs to this one.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Trimmings {
    /// Nothing: the bare next line.
    None,
    /// Indentation, a quote or a comment sign.
    Indented,
    /// A backslash before the line end.
    Backslash,
    /// The line end is written as the escape `\n`.
    Escape,
}

/// The line break that follows a word ending at `end`, if one does.
pub fn line_break(input: &[u8], end: usize) -> Option<Break> {
    // Asked after every long word of a text.
    if !ENDING.has(at(input, end)) {
        return None;
    }
    let mut here = end;
    let mut trimmings = Trimmings::None;
    if let Some(escape) = escaped_line_end(input, here) {
        here = escape;
        trimmings = Trimmings::Escape;
    }
    // A carriage return as XML writes one in a text: `&#xD;`, and then the line end.
    if at(input, here) == b'&' {
        let rest = cut(input, here..input.len());
        here += CARRIAGE.into_iter().find(|written| rest.starts_with(written)).map_or(0, <[u8]>::len);
    }
    if QUOTE.has(at(input, here)) {
        here += 1;
        trimmings = indented(trimmings);
    }
    here = skip_blanks(input, here);
    if MARK.has(at(input, here)) {
        here = skip_blanks(input, here + 1);
    }
    if at(input, here) == b'\\' && matches!(at(input, here + 1), b'\n' | b'\r') {
        here += 1;
        trimmings = Trimmings::Backslash;
    }
    match line_end(input, here) {
        Some(next) => here = next,
        None if trimmings == Trimmings::Escape => return Some(Break { next: here, trimmings }),
        None => return None,
    }
    let text = skip_prefix(input, here);
    if text > here {
        trimmings = indented(trimmings);
    }
    Some(Break { next: text, trimmings })
}

fn indented(trimmings: Trimmings) -> Trimmings {
    match trimmings {
        Trimmings::None => Trimmings::Indented,
        Trimmings::Indented | Trimmings::Backslash | Trimmings::Escape => trimmings,
    }
}

fn escaped_line_end(input: &[u8], from: usize) -> Option<usize> {
    if at(input, from) != b'\\' {
        return None;
    }
    let rest = cut(input, from..input.len());
    let rest = [&b"\\r\\n"[..], b"\\n", b"\\r"].into_iter().find(|escape| rest.starts_with(escape))?;
    Some(from + rest.len())
}

/// Past the line end at `from`, if there is one.
pub fn line_end(input: &[u8], from: usize) -> Option<usize> {
    match (at(input, from), at(input, from + 1)) {
        (b'\r', b'\n') => Some(from + 2),
        (b'\n' | b'\r', _) => Some(from + 1),
        _ => None,
    }
}

/// Past blanks from `from`.
pub fn skip_blanks(input: &[u8], from: usize) -> usize {
    let rest = cut(input, from..input.len().min(from + MAX_BLANKS));
    from + rest.iter().position(|byte| !BLANK.has(*byte)).unwrap_or(rest.len())
}

/// Past indentation, a comment sign with a blank after it, and an opening quote.
fn skip_prefix(input: &[u8], from: usize) -> usize {
    let mut here = skip_blanks(input, from);
    if SIGN.has(at(input, here)) {
        let sign = cut(input, here..input.len().min(here + 4));
        let signs = [&b"///"[..], b"//!", b"//", b"##", b"#", b"*", b";", b"--", b">", b"|", b"REM"];
        let found = signs.into_iter().find(|known| sign.starts_with(known) && BLANK.has(at(sign, known.len())));
        here = found.map_or(here, |sign| skip_blanks(input, here + sign.len()));
    }
    here + usize::from(QUOTE.has(at(input, here)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest_after(text: &str) -> Option<(&str, Trimmings)> {
        line_break(text.as_bytes(), 3).map(|found| (&text[found.next..], found.trimmings))
    }

    #[test]
    fn a_word_goes_on_after_line_ends_and_their_trimmings() {
        assert_eq!(rest_after("abc\ndef"), Some(("def", Trimmings::None)));
        assert_eq!(rest_after("abc\r\n   def"), Some(("def", Trimmings::Indented)));
        assert_eq!(rest_after("abc\n# def"), Some(("def", Trimmings::Indented)));
        assert_eq!(rest_after("abc\n  // def"), Some(("def", Trimmings::Indented)));
        assert_eq!(rest_after("abc\" +\n    \"def"), Some(("def", Trimmings::Indented)));
        assert_eq!(rest_after("abc\\\ndef"), Some(("def", Trimmings::Backslash)));
        assert_eq!(rest_after("abc&#xD;\ndef"), Some(("def", Trimmings::None)));
        assert_eq!(rest_after("abc&#xD;def"), None);
        assert_eq!(rest_after("abc\\ndef"), Some(("def", Trimmings::Escape)));
        assert_eq!(rest_after("abc\\n\"\n  \"def"), Some(("def", Trimmings::Escape)));
    }

    #[test]
    fn a_word_ends_without_a_line_end() {
        assert_eq!(rest_after("abc def"), None);
        assert_eq!(rest_after("abc\" def"), None);
        assert_eq!(rest_after("abc"), None);
        assert_eq!(rest_after("abc\\x"), None);
    }

    #[test]
    fn a_comment_sign_needs_a_blank() {
        assert_eq!(rest_after("abc\n//def"), Some(("//def", Trimmings::None)));
    }
}
