//! Texts that a pattern matches, made from the pattern itself.
//!
//! A rule's examples show what its author thought of. What the pattern takes besides, and no keyword leads to, is never
//! searched: a hole that only other texts than the examples can show.
//!
//! *Invariant:* as with examples, no randomness of the machine, and a bound on every repetition.

use super::Unicode;
use super::reach::parse;
use super::splitmix::SplitMix;
use regex::bytes::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};
use std::ops::RangeInclusive;

/// The most repetitions above the least that are tried.
const MORE: u32 = 6;
/// The longest text in bytes; longer ones are given up.
const LONGEST: usize = 1 << 16;

/// Up to `count` texts that `regex`, made of `source`, matches; each is the match alone.
///
/// Fewer when the pattern asks for something that cannot be made piece by piece, such as a word's edge within two
/// letters; none when it does not parse.
#[must_use]
pub fn samples(source: &str, unicode: Unicode, regex: &Regex, count: u64) -> Vec<Vec<u8>> {
    let Ok(hir) = parse(source, unicode) else { return Vec::new() };
    let mut texts = Vec::new();
    for seed in 0..count {
        let mut text = Vec::new();
        let mut random = SplitMix(seed);
        let whole = match (Maker { random: &mut random, out: &mut text }).any(&hir) {
            Some(()) => regex.find(&text).map(|found| found.range()),
            None => None,
        };
        texts.extend(whole.and_then(|range| text.get(range)).map(<[u8]>::to_vec));
    }
    texts
}

struct Maker<'a> {
    random: &'a mut SplitMix,
    out: &'a mut Vec<u8>,
}

impl Maker<'_> {
    /// Appends a text that `hir` matches; none when there is none, or it would be too long.
    fn any(&mut self, hir: &Hir) -> Option<()> {
        if self.out.len() > LONGEST {
            return None;
        }
        match hir.kind() {
            // An edge is there or not: the match at the end tells.
            HirKind::Empty | HirKind::Look(_) => Some(()),
            HirKind::Literal(literal) => {
                self.out.extend_from_slice(&literal.0);
                Some(())
            }
            HirKind::Class(class) => self.class(class),
            HirKind::Repetition(many) => {
                let most = many.max.unwrap_or(u32::MAX).min(many.min.saturating_add(MORE));
                let times = many.min + self.below(most.saturating_sub(many.min).saturating_add(1));
                (0..times).try_for_each(|_| self.any(&many.sub))
            }
            HirKind::Capture(group) => self.any(&group.sub),
            HirKind::Concat(all) => all.iter().try_for_each(|one| self.any(one)),
            HirKind::Alternation(ways) => {
                let at = self.random.below(ways.len());
                ways.get(at).and_then(|way| self.any(way))
            }
        }
    }

    fn class(&mut self, class: &Class) -> Option<()> {
        let ranges: Vec<RangeInclusive<u32>> = match class {
            Class::Unicode(class) => class.ranges().iter().map(|r| u32::from(r.start())..=u32::from(r.end())).collect(),
            Class::Bytes(class) => class.ranges().iter().map(|r| u32::from(r.start())..=u32::from(r.end())).collect(),
        };
        let ranges = self.mostly_printable(ranges);
        let at = self.random.below(ranges.len());
        let one = ranges.get(at)?;
        let picked = one.start() + self.below(one.end() - one.start() + 1);
        match class {
            Class::Bytes(_) => self.out.extend(u8::try_from(picked)),
            // The surrogates' gap lies between ranges, never in one.
            Class::Unicode(_) => self.out.extend(char::from_u32(picked)?.to_string().bytes()),
        }
        Some(())
    }

    /// Nine times in ten the visible ASCII of the ranges, where they have any.
    fn mostly_printable(&mut self, ranges: Vec<RangeInclusive<u32>>) -> Vec<RangeInclusive<u32>> {
        let visible: Vec<RangeInclusive<u32>> = ranges
            .iter()
            .map(|range| (*range.start()).max(0x21)..=(*range.end()).min(0x7e))
            .filter(|range| range.start() <= range.end())
            .collect();
        if visible.is_empty() || self.below(10) == 0 { ranges } else { visible }
    }

    fn below(&mut self, bound: u32) -> u32 {
        let below = self.random.below(usize::try_from(bound).unwrap_or(usize::MAX));
        u32::try_from(below).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::bytes::RegexBuilder;

    fn made(source: &str, unicode: Unicode) -> Vec<String> {
        let regex = RegexBuilder::new(source).unicode(unicode == Unicode::Yes).build().unwrap();
        let texts = samples(source, unicode, &regex, 200);
        assert!(texts.iter().all(|text| regex.is_match(text)), "{source}");
        texts.iter().map(|text| String::from_utf8_lossy(text).into_owned()).collect()
    }

    #[test]
    fn every_alternative_and_every_case_comes_up() {
        let texts = made(r"\b(?:abc|(?i:xy)-[0-9]{2,4})\b", Unicode::No);
        assert_eq!(texts.len(), 200);
        for wanted in ["abc", "xy-", "XY-", "xY-"] {
            assert!(texts.iter().any(|text| text.starts_with(wanted)), "{wanted}");
        }
    }

    #[test]
    fn a_letter_whose_case_folds_outside_ascii_comes_up() {
        // U+212A, the Kelvin sign: `(?i)k` takes it where classes are Unicode's, and no ASCII keyword does.
        assert!(made("(?i)k", Unicode::Yes).iter().any(|text| !text.is_ascii()));
        assert!(made("(?i)k", Unicode::No).iter().all(|text| text.is_ascii()));
    }

    #[test]
    fn what_cannot_be_made_is_left_out_and_what_has_no_bound_ends() {
        assert!(made(r"a\bb", Unicode::No).is_empty());
        assert!(made(r"a(?:b{1000}){70}", Unicode::No).is_empty());
        assert_eq!(made(r"a+[^\n]*", Unicode::No).len(), 200);
    }
}
