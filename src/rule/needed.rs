//! Bytes without which a pattern cannot match: an `@`, an `=`, a backslash.
//!
//! A keyword such as `://` is everywhere, and the pattern behind it is dear. What else every match must hold is often rare,
//! and to look for it costs nearly nothing; where it is not, the pattern need not even be compiled.
//!
//! *Invariant:* every match of the pattern holds one of the bytes.

use super::Unicode;
use super::reach::parse;
use regex_syntax::hir::{Class, Hir, HirKind};

/// Signs that source code and prose have seldom enough, the rarest first. Letters, digits, blanks, quotes and the signs of
/// sentences are in every window.
const RARE: &[u8] = b"~^`@#$!%?&|\\+*;<>[]{}=:";

/// One of up to three bytes that every match of a pattern holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needed {
    /// Nothing in particular.
    Nothing,
    /// This one.
    One(u8),
    /// One of these.
    Two(u8, u8),
    /// One of these.
    Three(u8, u8, u8),
}

impl Needed {
    /// What every match of `pattern` holds; nothing for a pattern that does not parse, which compiling it will name.
    pub(super) fn by(pattern: &str, unicode: Unicode) -> Self {
        match parse(pattern, unicode) {
            Ok(hir) => rarest(&hir).map_or(Self::Nothing, |bytes| Self::of(&bytes)),
            Err(_) => Self::Nothing,
        }
    }

    fn of(bytes: &[u8]) -> Self {
        match *bytes {
            [a] => Self::One(a),
            [a, b] => Self::Two(a, b),
            [a, b, c] => Self::Three(a, b, c),
            _ => Self::Nothing,
        }
    }

    /// Whether `text` has what is needed.
    pub(super) fn is_in(self, text: &[u8]) -> bool {
        match self {
            Self::Nothing => true,
            Self::One(a) => memchr::memchr(a, text).is_some(),
            Self::Two(a, b) => memchr::memchr2(a, b, text).is_some(),
            Self::Three(a, b, c) => memchr::memchr3(a, b, c, text).is_some(),
        }
    }
}

/// Of the sets of rare bytes of which every match holds one, the rarest.
fn rarest(hir: &Hir) -> Option<Vec<u8>> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => None,
        HirKind::Literal(literal) => {
            literal.0.iter().filter(|b| RARE.contains(b)).min_by_key(|b| rank(**b)).map(|b| vec![*b])
        }
        HirKind::Class(class) => members(class),
        HirKind::Repetition(it) if it.min == 0 => None,
        HirKind::Repetition(it) => rarest(&it.sub),
        HirKind::Capture(it) => rarest(&it.sub),
        HirKind::Concat(parts) => parts.iter().filter_map(rarest).min_by_key(|set| commonest(set)),
        HirKind::Alternation(parts) => {
            let mut all: Vec<u8> = parts.iter().map(rarest).collect::<Option<Vec<_>>>()?.concat();
            all.sort_unstable();
            all.dedup();
            (all.len() <= 3).then_some(all)
        }
    }
}

/// All bytes of a class, if they are few and rare.
fn members(class: &Class) -> Option<Vec<u8>> {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Bytes(class) => class.iter().map(|range| (range.start().into(), range.end().into())).collect(),
        Class::Unicode(class) => class.iter().map(|range| (range.start().into(), range.end().into())).collect(),
    };
    let mut all = Vec::new();
    for (first, last) in ranges {
        for code in first..=last {
            let byte = u8::try_from(code).ok().filter(|b| RARE.contains(b))?;
            all.push(byte);
            if all.len() > 3 {
                return None;
            }
        }
    }
    (!all.is_empty()).then_some(all)
}

fn rank(byte: u8) -> usize {
    RARE.iter().position(|b| *b == byte).unwrap_or(RARE.len())
}

fn commonest(set: &[u8]) -> usize {
    set.iter().map(|b| rank(*b)).max().unwrap_or(RARE.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use regex::bytes::RegexBuilder;

    fn needed(pattern: &str) -> Needed {
        Needed::by(pattern, Unicode::No)
    }

    #[test]
    fn the_rarest_sign_of_every_match_is_needed() {
        assert_eq!(needed("[a-z]+://[^@]+@host"), Needed::One(b'@'));
        assert_eq!(needed(r"key\s*[=:]\s*([A-Z]{3})"), Needed::Two(b':', b'='));
        assert_eq!(needed(r"(?:a#|b@|c~)x"), Needed::Three(b'#', b'@', b'~'));
        assert_eq!(needed(r"(?:a#){2,9}=?"), Needed::One(b'#'));
    }

    #[test]
    fn what_a_match_can_do_without_is_not_needed() {
        for pattern in
            ["a@?", "a(?:@|b)", "(?:a@)*", "a@{0,3}", "[@-z]", "[^@]", "abc", "a(", "(?:a#|b@|c~|d$)", "[\\x80-\\x82]"]
        {
            assert_eq!(needed(pattern), Needed::Nothing, "{pattern}");
        }
        assert_eq!(Needed::by("[@é]", Unicode::Yes), Needed::Nothing);
    }

    proptest! {
        #[test]
        fn every_match_holds_what_is_needed(
            parts in prop::collection::vec(prop::sample::select(vec![
                "a", "@", "[=:]", "#?", "(?:a|@)", "(?:#|@)", "(?:~b|#)+", "@{0,2}", "(@)", "[^a]", "\\s", "(?:a@|=b#)", "^", "$",
            ]), 1..6),
            text in prop::collection::vec(prop::sample::select(b"a@=:#~b \n".to_vec()), 0..12),
        ) {
            let pattern = parts.concat();
            let regex = RegexBuilder::new(&pattern).unicode(false).build().unwrap();
            if regex.is_match(&text) {
                prop_assert!(needed(&pattern).is_in(&text), "{pattern}");
            }
        }
    }
}
