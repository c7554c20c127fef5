//! A pattern in outline: where it repeats up to thousands of times, the outline repeats without end.
//!
//! A bound such as `{8,4000}` makes a program of thousands of states, which takes milliseconds to be compiled: longer
//! than most pushes. The outline is compiled in a hundredth of that and matches wherever the pattern does, and few texts
//! beside a keyword hold a match of either.
//!
//! *Invariant:* wherever a pattern matches, its outline does; what it finds beyond that is for the pattern to refuse.

use super::Unicode;
use super::reach::parse;
use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::hir::{Hir, HirKind, Repetition};

/// The most repetitions that are left as they are.
const MANY: u32 = 100;

/// The outline of `pattern`; none when it would be the pattern itself, or when there is something wrong with it, which
/// compiling it will name.
pub(super) fn sketch(pattern: &str, unicode: Unicode) -> Option<Regex> {
    let Ok(hir) = parse(pattern, unicode) else { return None };
    if !repeats_much(&hir) {
        return None;
    }
    // What is printed says of each part whether it is Unicode's.
    match RegexBuilder::new(&outline(hir).to_string()).build() {
        Ok(outline) => Some(outline),
        Err(_) => None,
    }
}

fn repeats_much(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Literal(_) | HirKind::Class(_) => false,
        HirKind::Repetition(it) => is_long(it) || repeats_much(&it.sub),
        HirKind::Capture(it) => repeats_much(&it.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(repeats_much),
    }
}

fn is_long(it: &Repetition) -> bool {
    it.max.unwrap_or(it.min) > MANY
}

fn outline(hir: Hir) -> Hir {
    match hir.into_kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Look(look) => Hir::look(look),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(class) => Hir::class(class),
        HirKind::Repetition(it) => {
            let (min, max) = if is_long(&it) { (it.min.min(MANY), None) } else { (it.min, it.max) };
            Hir::repetition(Repetition { min, max, greedy: it.greedy, sub: Box::new(outline(*it.sub)) })
        }
        // A group is for what is taken out, not for what matches.
        HirKind::Capture(it) => outline(*it.sub),
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(outline).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(outline).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_pattern_that_repeats_much_has_an_outline() {
        for plain in ["abc", "a{2,100}", "[a-z]+=.{3}", "a{,", "(a"] {
            assert!(sketch(plain, Unicode::No).is_none(), "{plain}");
        }
        for long in ["a{101}", "x(?:b[^c]{1,4000}d)?", "(?i)é[\\xff]{0,101}"] {
            assert!(sketch(long, Unicode::No).is_some(), "{long}");
        }
        assert!(sketch(r"\w{0,1000}é", Unicode::Yes).is_some());
    }

    #[test]
    fn an_outline_matches_where_its_pattern_does() {
        let pattern = r#"(?mi)^\s{0,3}(key|pass)="([^"\xff]{3,2000})"$"#;
        let (exact, outline) =
            (RegexBuilder::new(pattern).unicode(false).build().unwrap(), sketch(pattern, Unicode::No).unwrap());
        let long = format!("KEY=\"{}\"", "x".repeat(2000));
        for text in [&b"\n key=\"abc\"\n"[..], b"pass=\"\xfe\xfe\xfe\"", long.as_bytes()] {
            assert!(exact.is_match(text) && outline.is_match(text), "{text:?}");
        }
        for text in [&b"a key=\"abc\""[..], b"key=\"ab\"", b"key=\"abc\";", b"key=\"ab\xffcd\""] {
            assert!(!exact.is_match(text) && !outline.is_match(text), "{text:?}");
        }
        let longer = format!("key=\"{}\"", "x".repeat(2001));
        assert!(!exact.is_match(longer.as_bytes()) && outline.is_match(longer.as_bytes()));
    }
}
