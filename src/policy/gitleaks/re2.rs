//! Patterns in RE2's syntax, as gitleaks takes them, in that of the `regex` crate.
//!
//! Most of the two is the same. What differs is written out here, character by character, because some of it would
//! compile and mean something else: `[a&&b]` is a set with `&` there and an intersection here, `\<` a literal there and
//! a word's begin here. (Source: go.dev/s/re2syntax and `regexp/syntax` of Go, against `regex-syntax` 0.8.)
//!
//! *Invariant:* a pattern that cannot be said here is an error. There is no nearly.

mod class;

use crate::rule::Unicode;
use class::class;
use std::iter::Peekable;
use std::str::CharIndices;

/// A pattern as the `regex` crate takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Translated {
    /// The pattern.
    pub(super) pattern: String,
    /// Whether it names characters beyond ASCII, for which bytes do not do.
    pub(super) unicode: Unicode,
}

/// Go's classes, which are ASCII always; its `\s` is without the vertical tab.
const PERL: [(char, &str); 3] = [('d', "0-9"), ('w', "0-9A-Za-z_"), ('s', r"\t\n\x0C\r ")];

/// Puts `pattern` into the syntax of the `regex` crate.
pub(super) fn translate(pattern: &str) -> Result<Translated, String> {
    let mut work = Work { rest: pattern.char_indices().peekable(), text: pattern, out: String::new(), wide: false };
    work.all()?;
    let Work { out, wide, .. } = work;
    match wide {
        false => Ok(Translated { pattern: out, unicode: Unicode::No }),
        // `\b` looks at ASCII letters alone in Go, and so must it here.
        true => Ok(Translated { pattern: narrow_words(&out), unicode: Unicode::Yes }),
    }
}

/// Joins patterns of one list as gitleaks does: a flag set in one holds in those behind it as well.
pub(super) fn join(patterns: &[Translated]) -> Translated {
    let wide = patterns.iter().any(|it| it.unicode == Unicode::Yes);
    let unicode = if wide { Unicode::Yes } else { Unicode::No };
    let texts: Vec<String> = patterns
        .iter()
        .map(|it| match (wide, it.unicode) {
            (true, Unicode::No) => narrow_words(&it.pattern),
            _ => it.pattern.clone(),
        })
        .collect();
    Translated { pattern: format!("(?:{})", texts.join("|")), unicode }
}

/// `\b` and `\B` for ASCII words, in a pattern that [`translate`] wrote.
fn narrow_words(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some(b @ ('b' | 'B')) => out.push_str(&format!(r"(?-u:\{b})")),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    out
}

/// A pattern being read.
struct Work<'p> {
    rest: Peekable<CharIndices<'p>>,
    text: &'p str,
    out: String,
    wide: bool,
}

impl Work<'_> {
    fn all(&mut self) -> Result<(), String> {
        while let Some((at, c)) = self.rest.next() {
            match c {
                '\\' => self.escape(at)?,
                '[' => class(self)?,
                '{' if !self.is_repetition(at) => self.out.push_str(r"\{"),
                c => self.plain(c),
            }
        }
        Ok(())
    }

    /// A character that stands for itself, or an operator that both have.
    fn plain(&mut self, c: char) {
        self.wide |= !c.is_ascii();
        self.out.push(c);
    }

    /// Whether the `{` at `at` begins `{n}`, `{n,}` or `{n,m}`; RE2 takes any other for itself.
    fn is_repetition(&self, at: usize) -> bool {
        let Some((inside, _)) = self.text.get(at + 1..).and_then(|rest| rest.split_once('}')) else { return false };
        let (low, high) = inside.split_once(',').unwrap_or((inside, ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        !low.is_empty() && digits(low) && digits(high)
    }

    fn escape(&mut self, at: usize) -> Result<(), String> {
        let Some((_, c)) = self.rest.next() else { return Err("it ends in a backslash".to_owned()) };
        match c {
            'Q' => self.quoted(),
            'C' => self.out.push_str("(?s-u:.)"),
            'A' | 'z' | 'b' | 'B' => self.out.extend(['\\', c]),
            'd' | 'w' | 's' => self.perl(c, ""),
            'D' | 'W' | 'S' => self.perl(c.to_ascii_lowercase(), "^"),
            'p' | 'P' => {
                let group = self.property(c)?;
                self.out.push_str(&group);
            }
            c => {
                let c = self.character(c, at)?;
                self.literal(c);
            }
        }
        Ok(())
    }

    fn perl(&mut self, c: char, not: &str) {
        if let Some((_, set)) = PERL.iter().find(|(name, _)| *name == c) {
            self.out.push_str(&format!("[{not}{set}]"));
        }
    }

    /// All up to `\E`, or to the end.
    fn quoted(&mut self) {
        while let Some((at, c)) = self.rest.next() {
            if c == '\\' && self.text.get(at..).is_some_and(|rest| rest.starts_with(r"\E")) {
                self.rest.next();
                return;
            }
            self.literal(c);
        }
    }

    /// `\pL`, `\p{Greek}`, `\p{^Greek}`, and the same with a `P`; for a class as well.
    fn property(&mut self, p: char) -> Result<String, String> {
        self.wide = true;
        let name = match self.rest.next() {
            Some((_, '{')) => self.until_brace()?,
            Some((_, letter)) => letter.to_string(),
            None => return Err(format!(r"`\{p}` names no property")),
        };
        let (name, flip) = name.strip_prefix('^').map_or((name.as_str(), false), |name| (name, true));
        let negated = (p == 'P') != flip;
        Ok(format!(r"\{}{{{name}}}", if negated { 'P' } else { 'p' }))
    }

    fn until_brace(&mut self) -> Result<String, String> {
        let mut text = String::new();
        for (_, c) in self.rest.by_ref() {
            match c {
                '}' => return Ok(text),
                c => text.push(c),
            }
        }
        Err("a `{` is not closed".to_owned())
    }

    /// The one character that an escape stands for; `c` is the letter behind the backslash at `at`.
    fn character(&mut self, c: char, at: usize) -> Result<char, String> {
        let digits: String = self.text.get(at + 1..).unwrap_or_default().chars().take(3).collect();
        Ok(match c {
            'a' => '\x07',
            'f' => '\x0c',
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'v' => '\x0b',
            'x' => return self.hexadecimal(),
            '0'..='7' => return self.octal(c, &digits),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => c,
            c => return Err(format!(r"RE2 knows no `\{c}`")),
        })
    }

    /// `\101`; one digit that is not 0 would be a back-reference, which RE2 has not.
    fn octal(&mut self, first: char, digits: &str) -> Result<char, String> {
        let octal: String = digits.chars().take_while(|c| ('0'..='7').contains(c)).collect();
        if first != '0' && octal.len() < 2 {
            return Err(format!(r"`\{first}` refers back to a group, which neither RE2 nor leakgate can"));
        }
        for _ in 1..octal.len() {
            self.rest.next();
        }
        numbered(&octal, 8).ok_or_else(|| format!(r"`\{octal}` is no character"))
    }

    fn hexadecimal(&mut self) -> Result<char, String> {
        let digits = match self.rest.next() {
            Some((_, '{')) => self.until_brace()?,
            Some((_, first)) => [Some(first), self.rest.next().map(|(_, c)| c)].into_iter().flatten().collect(),
            None => String::new(),
        };
        numbered(&digits, 16).ok_or_else(|| format!(r"`\x{digits}` is no character"))
    }

    fn literal(&mut self, c: char) {
        self.wide |= !c.is_ascii();
        push_literal(&mut self.out, c);
    }
}

/// The character with this number.
fn numbered(digits: &str, radix: u32) -> Option<char> {
    match u32::from_str_radix(digits, radix) {
        Ok(number) => char::from_u32(number),
        Err(_) => None,
    }
}

/// `c` for itself, wherever it stands.
fn push_literal(out: &mut String, c: char) {
    match c {
        c if c.is_ascii_alphanumeric() || matches!(c, '<' | '>' | '_' | ' ') || !c.is_ascii() => out.push(c),
        c if c.is_ascii_control() => out.push_str(&format!(r"\x{:02X}", u32::from(c))),
        c => out.extend(['\\', c]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::bytes::{Regex, RegexBuilder};

    fn compiled(pattern: &str) -> Regex {
        let it = translate(pattern).unwrap_or_else(|e| panic!("{pattern}: {e}"));
        RegexBuilder::new(&it.pattern)
            .unicode(it.unicode == Unicode::Yes)
            .build()
            .unwrap_or_else(|e| panic!("{pattern} became {}: {e}", it.pattern))
    }

    #[track_caller]
    fn whole(pattern: &str, text: &str) -> bool {
        compiled(pattern).find(text.as_bytes()).is_some_and(|m| m.len() == text.len())
    }

    #[test]
    fn a_brace_that_repeats_nothing_is_a_brace() {
        for (pattern, text) in [
            ("a{", "a{"),
            (r"\${(?:[A-Z]+)}", "${AB}"),
            (r"x{\d+}", "x{12}"),
            ("a{,5}", "a{,5}"),
            ("{{[a-z]+}}", "{{ab}}"),
            ("a{2}", "aa"),
            ("a{2,}", "aaa"),
            ("a{1,3}", "aa"),
            ("a{2", "a{2"),
        ] {
            assert!(whole(pattern, text), "{pattern}");
        }
    }

    #[test]
    fn what_would_silently_mean_something_else_means_the_same() {
        assert!(whole("[a&&b]+", "a&b"));
        assert!(whole("[a~~b]+", "a~b") && whole("[+--a]+", "+,-a"));
        assert!(whole(r"\<a\>", "<a>"));
        assert!(whole("[a[b]", "[") && whole("[^[]", "x") && !whole("[^[]", "["));
        assert!(whole(r"[\w-.]+", "a-.b") && whole("[a-z-9]+", "b-9") && whole("[]a]+", "]a"));
        assert!(whole(r"[\<\>]+", "<>") && whole(r"[\]\\^-]+", r"]\^-"));
        assert!(!whole(r"\s", "\u{b}") && whole(r"[\s]", "\t"));
    }

    #[test]
    fn re2_s_own_escapes_are_written_out() {
        assert!(whole(r"\Qa.b[c\E+", "a.b[c") && whole(r"\Qa*", "a*"));
        assert!(whole(r"\101\x42\x{43}\0", "ABC\0") && whole(r"[\101-C]+", "ABC"));
        assert!(whole(r"\a\f\v\t\n\r", "\x07\x0c\x0b\t\n\r") && whole(r"\C", "a"));
        assert!(whole(r"(?i)abc(?-i)d", "ABCd") && whole(r"(?P<n>a)(?<m>b)", "ab") && whole(r"\/\-\_\'", "/-_'"));
        assert!(whole(r"[[:alpha:]]+[[:^digit:]x]", "abx") && whole(r"\Aab\z", "ab"));
    }

    #[test]
    fn classes_are_ascii_and_characters_beyond_it_make_the_pattern_unicode() {
        assert!(!whole(r"\w", "é") && !whole(r"\d", "٣"));
        for (pattern, text) in
            [("[é]+", "éé"), ("ключ=.", "ключ=a"), (r"\pL+", "éa"), (r"\p{Greek}", "α"), (r"\x{e9}", "é")]
        {
            assert!(whole(pattern, text), "{pattern}");
        }
        assert!(!whole(r"é\w", "éé") && whole(r"[^é]", "a") && whole(r"\P{Greek}", "a") && whole(r"\p{^Greek}", "a"));
        // A word's end is ASCII's: `é` is none of its letters.
        assert_eq!(compiled(r"[é]?abc\b").find("abcé".as_bytes()).map(|m| m.len()), Some(3));
        assert!(whole(r"[\D\S]+", "ab c"));
    }

    #[test]
    fn what_neither_knows_is_an_error() {
        for pattern in [r"\1", r"a\", r"\e", r"\Z", "[a", r"[a-\d]", "[[:no:]]", r"\x{zz}", "[z-a]", r"\pé{"] {
            let translated = translate(pattern);
            let fails =
                translated.is_err() || RegexBuilder::new(&translated.unwrap().pattern).unicode(true).build().is_err();
            assert!(fails, "{pattern}");
        }
    }

    #[test]
    fn joined_patterns_hand_their_flags_on_as_in_gitleaks() {
        let parts = ["(?i)zzz", "bar$", "é"].map(|it| translate(it).unwrap());
        let joined = join(&parts);
        let regex = RegexBuilder::new(&joined.pattern).unicode(joined.unicode == Unicode::Yes).build().unwrap();
        assert!(regex.is_match(b"tok_BAR") && regex.is_match("é".as_bytes()) && !regex.is_match(b"BARs"));
    }
}
