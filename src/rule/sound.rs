//! Patterns that surely compile, told without compiling them.
//!
//! To compile a pattern takes a hundred microseconds and more, to take it apart a tenth of that, and a policy may bring
//! thousands of which a push needs few. Two things can be wrong with a pattern: its syntax, which taking it apart tells by
//! the engine's own parser, and the size of its program. An upper bound of that size follows from the parts.
//!
//! *Invariant:* what is called sound compiles. Whoever is told nothing has to compile, and to refuse what does not.

use super::Unicode;
use super::pattern::SIZE_LIMIT;
use super::reach::{parse, reach_of};
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// Bytes of a state of the engine's program while it is built: 32 in regex-automata 0.4, and room for a larger one.
const STATE: u64 = 64;
/// Bytes of a way out of a state: 8 there.
const TRANSITION: u64 = 16;
/// States around all: the search from every place, the whole match's ends, the match.
const AROUND: u64 = 16;

/// A pattern that compiles, and matches no empty text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sound {
    /// How many capture groups it has, the whole match left out.
    pub groups: usize,
    /// The longest match in bytes, as [`super::reach`] tells it.
    pub reach: Option<usize>,
}

/// What `pattern` is, if it surely compiles to less than [`SIZE_LIMIT`] and surely takes at least one byte.
#[must_use]
pub fn sound(pattern: &str, unicode: Unicode) -> Option<Sound> {
    let Ok(hir) = parse(pattern, unicode) else { return None };
    let takes_bytes = hir.properties().minimum_len().is_some_and(|least| least > 0);
    let is_small = most_bytes(&hir).is_some_and(|bytes| bytes <= SIZE_LIMIT as u64);
    (takes_bytes && is_small).then(|| Sound { groups: last_group(&hir), reach: reach_of(&hir) })
}

/// The number of the last group, by which the engine counts them: one that never takes part, such as that of `(a){0}b(c)`,
/// is not among the parts and keeps its number.
fn last_group(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Literal(_) | HirKind::Class(_) => 0,
        HirKind::Repetition(it) => last_group(&it.sub),
        HirKind::Capture(it) => last_group(&it.sub).max(it.index as usize),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().map(last_group).max().unwrap_or(0),
    }
}

/// The most that the program of `hir` can take, either direction; none where Unicode has a part in it, whose classes
/// become automata of a size that does not show.
fn most_bytes(hir: &Hir) -> Option<u64> {
    Some(STATE.saturating_mul(AROUND).saturating_add(part(hir)?))
}

fn part(hir: &Hir) -> Option<u64> {
    let states = |count: usize| STATE.saturating_mul(count as u64);
    Some(match hir.kind() {
        HirKind::Empty => states(1),
        HirKind::Look(look) => match is_ascii(*look) {
            true => states(1),
            false => return None,
        },
        HirKind::Literal(bytes) => states(bytes.0.len()),
        HirKind::Class(Class::Bytes(class)) => states(1).saturating_add(TRANSITION * class.ranges().len() as u64),
        HirKind::Class(Class::Unicode(_)) => return None,
        // Each time anew; a way past it and a way back each time.
        HirKind::Repetition(it) => {
            let times = u64::from(it.max.unwrap_or(it.min)).saturating_add(1);
            times.saturating_mul(part(&it.sub)?.saturating_add(states(2) + 2 * TRANSITION)).saturating_add(states(2))
        }
        HirKind::Capture(it) => {
            let name = it.name.as_ref().map_or(0, |name| name.len() as u64);
            part(&it.sub)?.saturating_add(states(2) + name)
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts
            .iter()
            .try_fold(states(2), |all, it| Some(all.saturating_add(part(it)?).saturating_add(STATE + TRANSITION)))?,
    })
}

fn is_ascii(look: Look) -> bool {
    match look {
        Look::Start | Look::End | Look::StartLF | Look::EndLF | Look::StartCRLF | Look::EndCRLF => true,
        Look::WordAscii | Look::WordAsciiNegate | Look::WordStartAscii | Look::WordEndAscii => true,
        Look::WordStartHalfAscii | Look::WordEndHalfAscii => true,
        Look::WordUnicode | Look::WordUnicodeNegate | Look::WordStartUnicode | Look::WordEndUnicode => false,
        Look::WordStartHalfUnicode | Look::WordEndHalfUnicode => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use regex::bytes::{Regex, RegexBuilder};

    fn compiled(pattern: &str, most: usize) -> Result<Regex, regex::Error> {
        RegexBuilder::new(pattern).unicode(false).size_limit(most).build()
    }

    #[test]
    fn a_sound_pattern_says_its_groups_and_its_reach() {
        let sound = |pattern| sound(pattern, Unicode::No);
        assert_eq!(sound(r"\b(key_[a-z]{3,9})(?:x|(y))\b"), Some(Sound { groups: 2, reach: Some(14) }));
        assert_eq!(sound("^a+"), Some(Sound { groups: 0, reach: None }));
        assert_eq!(sound("(a){0}b(c)"), Some(Sound { groups: 2, reach: Some(2) }));
    }

    #[test]
    fn what_does_not_parse_or_may_match_nothing_or_is_unicode_is_not_called_sound() {
        for pattern in
            ["a(", "a(?=b)", r"\pL", "a*", "^$", r"\b", "", "[a&&b]", "(?u)[é]+[^x]", "(?u:[^a])", r"a(?u:\b)"]
        {
            assert_eq!(sound(pattern, Unicode::No), None, "{pattern}");
        }
        assert_eq!(sound(r"\w", Unicode::Yes), None);
        assert!(sound("abc", Unicode::Yes).is_some());
    }

    #[test]
    fn a_pattern_of_nearly_the_size_limit_is_not_called_sound_and_one_above_it_neither() {
        let sound = |times: usize| sound(&format!("(?:[a-cx-z]{{100}}){{{times}}}"), Unicode::No).is_some();
        let compiles = |times: usize| compiled(&format!("(?:[a-cx-z]{{100}}){{{times}}}"), SIZE_LIMIT).is_ok();
        assert!(sound(100) && compiles(100));
        assert!(!sound(1_000) && compiles(1_000));
        assert!(!sound(3_000) && !compiles(3_000));
        for huge in ["(?:(?:(?:a{1000}){1000}){1000}){1000}", "(?:(?:a{4294967295}){4294967295}){4294967295}"] {
            assert_eq!(super::sound(huge, Unicode::No), None);
        }
    }

    fn patterns() -> impl Strategy<Value = String> {
        let atoms = prop::sample::select(vec![
            "a",
            "abc",
            "[a-z0-9]",
            "[^x]",
            r"\w",
            r"\s",
            r"\b",
            "^",
            "$",
            "(?m)^",
            "(?i)key",
            ".",
            r"\xff",
            "(?-u:.)",
            "",
            r"[\x00-\x02\x04-\x06\x08-\x0a\x10-\x20\x80]",
            r"(?i:[k-s])",
            r"\b{start}",
            "(?s).",
        ]);
        atoms.prop_map(str::to_owned).prop_recursive(5, 40, 4, |inner| {
            let count =
                prop::sample::select(vec!["*", "+", "?", "*?", "{3}", "{2,}", "{0,7}", "{1,40}", "{9,}?", "{0}"]);
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(|all| all.concat()),
                prop::collection::vec(inner.clone(), 1..4).prop_map(|all| format!("(?:{})", all.join("|"))),
                inner.clone().prop_map(|it| format!("({it})")),
                (inner, count).prop_map(|(it, count)| format!("(?:{it}){count}")),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_program_is_larger_than_its_bound(pattern in patterns()) {
            if let Some(most) = parse(&pattern, Unicode::No).map_or(None, |hir| most_bytes(&hir))
                && most <= SIZE_LIMIT as u64
            {
                let most = usize::try_from(most).unwrap();
                prop_assert!(compiled(&pattern, most).is_ok(), "{pattern} takes more than {most}");
            }
        }

        #[test]
        fn what_is_called_sound_is_as_it_says(pattern in patterns()) {
            if let Some(sound) = sound(&pattern, Unicode::No) {
                let regex = compiled(&pattern, SIZE_LIMIT).unwrap();
                prop_assert_eq!(sound.groups, regex.captures_len() - 1);
                prop_assert_eq!(sound.reach, super::super::reach(&pattern, Unicode::No));
                prop_assert!(!regex.is_match(b""));
            }
        }
    }
}
