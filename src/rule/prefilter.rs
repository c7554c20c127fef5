//! One pass over a text for the keywords of all rules.
//!
//! Nearly every place of a text is passed by with one look into a table that stays in the nearest cache: does any
//! keyword have these four bytes? Each keyword is in the table by one part of itself alone, the rarest one ([`Rarest`]).
//! An automaton over the same keywords needs megabytes and milliseconds to be built, and is slower.

use super::rarest::SHORTEST;
use super::records::{Record, SLOT_BITS, slot};
use super::{Rarest, Text};
use std::iter::Peekable;
use std::ops::Range;

/// Two tables of 32 KiB.
const SLOTS: usize = 1 << SLOT_BITS;
/// Makes ASCII letters lower-case, eight at once. Some other bytes fall together, which the last comparison tells apart.
const FOLD: u64 = 0x2020_2020_2020_2020;

/// Finds the keywords of rules.
#[derive(Debug)]
pub struct Prefilter {
    /// For a slot of three bytes, which fourth bytes (by their five low bits) lead to a keyword. All do where a keyword
    /// has three bytes.
    fourths: Box<[u32]>,
    /// Where in `parts` those of a slot begin; those of the next follow.
    starts: Box<[u32]>,
    /// What must stand around the four bytes, for each keyword, ordered by slot: little, since it is read often.
    parts: Box<[Part]>,
    /// The keywords themselves: those that are part of the binary, where they lie, and then the others.
    built_in: &'static [u8],
    own: Vec<u8>,
}

/// The part of a keyword by which it is looked for.
#[derive(Clone, Copy, Debug)]
struct Part {
    /// Up to eight bytes, folded.
    window: u64,
    /// Where the keyword's record begins.
    record: u32,
    /// How many leading bits of a `u64` do not count.
    unused: u8,
    /// How many bytes come before the four.
    back: u8,
}

/// A keyword of a rule was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// The rule's number in its set.
    pub rule: usize,
    /// Where the keyword begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// A keyword that is shorter than [`SHORTEST`]; it would never be seen.
#[derive(Debug, thiserror::Error)]
#[error("`{word}` is too short")]
pub struct ShortKeyword {
    /// The rule's number.
    pub rule: usize,
    /// The keyword.
    pub word: String,
}

impl ShortKeyword {
    /// Stops at the first short keyword.
    ///
    /// # Errors
    /// Then.
    pub fn none_in(rule: usize, words: &[Text]) -> Result<(), Self> {
        match words.iter().find(|word| word.len() < SHORTEST) {
            Some(word) => Err(Self { rule, word: word.to_string() }),
            None => Ok(()),
        }
    }
}

impl Prefilter {
    /// Lays out the tables for the keywords in two lists of records, each in its order.
    pub fn new(built_in: &'static [u8], own: Vec<u8>) -> Self {
        let mut fourths = vec![0; SLOTS].into_boxed_slice();
        let mut starts = vec![0; SLOTS + 1].into_boxed_slice();
        // Most records are of 16 bytes or more.
        let mut parts = Vec::with_capacity((built_in.len() + own.len()) / 16);
        let mut last = 0;
        let (a, b) = (Places { bytes: built_in, at: 0, from: 0 }, Places { bytes: &own, at: 0, from: built_in.len() });
        for place in (Merged { a: a.peekable(), b: b.peekable() }) {
            if let Some(row) = fourths.get_mut(place.slot) {
                *row |= if place.is_short { u32::MAX } else { fourth(place.four) };
            }
            if let Some(between) = starts.get_mut(last + 1..=place.slot) {
                between.fill(parts.len() as u32);
            }
            last = place.slot;
            parts.push(place.part);
        }
        if let Some(behind) = starts.get_mut(last + 1..) {
            behind.fill(parts.len() as u32);
        }
        Self { fourths, starts, parts: parts.into(), built_in, own }
    }

    /// Calls `visit` for every keyword seen in `text`, overlapping ones included; in an order near that of the places,
    /// and no more.
    pub fn scan(&self, text: &[u8], visit: impl FnMut(Hit)) {
        self.scan_part(text, &(0..text.len()), visit);
    }

    /// As [`Self::scan`], for the keywords whose rarest bytes begin in `part`, and perhaps a few right behind it.
    pub fn scan_part(&self, text: &[u8], part: &Range<usize>, mut visit: impl FnMut(Hit)) {
        // What lets the compiler leave out the check of each index.
        let Some(fourths) = self.fourths.first_chunk::<SLOTS>() else { return };
        let mut at = part.start;
        while let Some(block) = text.get(at..).filter(|_| at < part.end).and_then(<[u8]>::first_chunk::<12>) {
            let (Some(low), Some(high)) = (block.first_chunk::<8>(), block.last_chunk::<8>()) else { return };
            let (low, high) = (u64::from_le_bytes(*low) | FOLD, u64::from_le_bytes(*high) | FOLD);
            // Written out: what is made for size unrolls no loop.
            let [a, b, c, d] = [low, low >> 8, low >> 16, low >> 24].map(|bytes| bytes as u32);
            let [e, f, g, h] = [high, high >> 8, high >> 16, high >> 24].map(|bytes| bytes as u32);
            let first = leads(fourths, a) | leads(fourths, b) | leads(fourths, c) | leads(fourths, d);
            let second = leads(fourths, e) | leads(fourths, f) | leads(fourths, g) | leads(fourths, h);
            if first | second != 0 {
                for (n, four) in [a, b, c, d, e, f, g, h].into_iter().enumerate() {
                    if leads(fourths, four) != 0 {
                        self.look(text, at + n, four, &mut visit);
                    }
                }
            }
            at += 8;
        }
        while let Some(rest @ [_, _, _, ..]) = text.get(at..).filter(|_| at < part.end) {
            self.look(text, at, eight(rest) as u32, &mut visit);
            at += 1;
        }
    }

    /// Tries the keywords whose part `four` may be, which stands at `at`.
    #[inline]
    fn look(&self, text: &[u8], at: usize, four: u32, visit: &mut impl FnMut(Hit)) {
        let slot = slot(four);
        let (Some(from), Some(to)) = (self.starts.get(slot), self.starts.get(slot + 1)) else { return };
        let (from, to) = (*from as usize, *to as usize);
        for part in self.parts.get(from..to).unwrap_or_default() {
            let Some(window) = at.checked_sub(usize::from(part.back)).and_then(|from| text.get(from..)) else {
                continue;
            };
            if (eight(window) ^ part.window) << part.unused == 0 {
                self.compare(text, at, part.record as usize, visit);
            }
        }
    }

    /// Visits the rules of a keyword whose part stands at `at` if all of it does.
    #[inline(never)]
    fn compare(&self, text: &[u8], at: usize, record: usize, visit: &mut impl FnMut(Hit)) {
        let bytes = match record.checked_sub(self.built_in.len()) {
            None => self.built_in.get(record..),
            Some(record) => self.own.get(record..),
        };
        let Some((record, _)) = bytes.and_then(Record::take) else { return };
        let Some(start) = at.checked_sub(record.before) else { return };
        let end = start + record.word.len();
        if text.get(start..end).is_some_and(|seen| seen.eq_ignore_ascii_case(record.word)) {
            record.rules().for_each(|rule| visit(Hit { rule, start, end }));
        }
    }
}

/// A keyword's place in the tables.
struct Place {
    slot: usize,
    four: u32,
    is_short: bool,
    part: Part,
}

/// The places of the keywords of a list of records.
struct Places<'b> {
    bytes: &'b [u8],
    at: usize,
    /// What the numbers of its records begin with.
    from: usize,
}

impl Iterator for Places<'_> {
    type Item = Place;

    fn next(&mut self) -> Option<Place> {
        let bytes = self.bytes.get(self.at..)?;
        let (record, rest) = Record::take(bytes)?;
        let rarest = Rarest::at(record.word, record.before)?;
        let part = Part {
            window: rarest.window,
            record: (self.from + self.at) as u32,
            unused: rarest.mask.leading_zeros() as u8,
            back: rarest.back as u8,
        };
        self.at = self.bytes.len() - rest.len();
        let is_short = record.word.len() <= SHORTEST;
        Some(Place { slot: slot(rarest.four), four: rarest.four, is_short, part })
    }
}

/// Two lists by slot as one.
struct Merged<'a, 'b> {
    a: Peekable<Places<'a>>,
    b: Peekable<Places<'b>>,
}

impl Iterator for Merged<'_, '_> {
    type Item = Place;

    fn next(&mut self) -> Option<Place> {
        match (self.a.peek(), self.b.peek()) {
            (Some(a), Some(b)) if b.slot < a.slot => self.b.next(),
            (Some(_), _) => self.a.next(),
            (None, _) => self.b.next(),
        }
    }
}

/// The bit of the fourth of four bytes.
fn fourth(four: u32) -> u32 {
    1 << (four >> 24 & 31)
}

/// Not 0 where a keyword may have these four bytes.
#[expect(clippy::indexing_slicing, reason = "a slot has 13 bits; this runs at every byte of a text")]
#[inline(always)]
fn leads(fourths: &[u32; SLOTS], four: u32) -> u32 {
    fourths[slot(four)] & fourth(four)
}

/// The first eight bytes, folded; zeros stand where the text is over.
fn eight(text: &[u8]) -> u64 {
    let eight = match text.first_chunk::<8>() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => text.iter().rev().fold(0, |sum, b| sum << 8 | u64::from(*b)),
    };
    eight | FOLD
}

#[cfg(test)]
mod tests {
    use super::super::records::records;
    use super::*;
    use proptest::prelude::*;

    fn prefilter(lists: &[&[&str]]) -> Prefilter {
        let lists: Vec<Vec<Text>> =
            lists.iter().map(|list| list.iter().map(|word| (*word).to_owned().into()).collect()).collect();
        // Some of them as part of the binary.
        let (built_in, own) = lists.split_at(lists.len() / 2);
        let numbered = |lists: &[Vec<Text>], from: usize| {
            let lists = lists.iter().enumerate();
            records(lists.flat_map(|(n, list)| list.iter().map(move |word| (from + n, word.as_bytes()))))
        };
        Prefilter::new(numbered(built_in, 0).leak(), numbered(own, built_in.len()))
    }

    fn seen(lists: &[&[&str]], text: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        prefilter(lists).scan(text, |hit| hits.push(hit));
        hits.sort_unstable();
        hits
    }

    /// What there is to see, looked for at each place by itself.
    fn naive(lists: &[&[&str]], text: &[u8]) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (rule, list) in lists.iter().enumerate() {
            for word in *list {
                let places = text.windows(word.len()).enumerate();
                let places = places.filter(|(_, seen)| seen.eq_ignore_ascii_case(word.as_bytes()));
                hits.extend(places.map(|(start, _)| Hit { rule, start, end: start + word.len() }));
            }
        }
        hits.sort_unstable();
        hits
    }

    #[test]
    fn keywords_inside_keywords_are_seen_and_case_is_ignored() {
        let hits = seen(&[&["key"], &["api_key", "secret"]], b"my API_KEY");
        assert_eq!(hits, [Hit { rule: 0, start: 7, end: 10 }, Hit { rule: 1, start: 3, end: 10 }]);
    }

    #[test]
    fn a_keyword_of_several_rules_is_seen_for_each() {
        let lists: &[&[&str]] = &[&["token"], &["token", "key"], &["Token"]];
        assert_eq!(seen(lists, b"a token"), naive(lists, b"a token"));
        assert_eq!(seen(lists, b"a token").len(), 3);
    }

    #[test]
    fn every_place_and_every_end_of_a_text_is_looked_at() {
        let lists: &[&[&str]] = &[&["xyz"], &["wxyz"], &["a-long-keyword-of-29-letters"], &["$1$"], &["é=1"]];
        for word in lists.iter().copied().flatten() {
            for before in 0..20 {
                for after in 0..20 {
                    let text = ["\0".repeat(before), (*word).to_owned(), "\0".repeat(after)].concat();
                    assert_eq!(seen(lists, text.as_bytes()), naive(lists, text.as_bytes()), "{text:?}");
                    assert!(!naive(lists, text.as_bytes()).is_empty());
                }
            }
        }
    }

    #[test]
    fn bytes_that_differ_from_a_keyword_in_one_bit_are_none() {
        let lists: &[&[&str]] = &[&["a_b-c@d"], &["k:1"], &["`~{}"]];
        for word in lists.iter().copied().flatten() {
            for bit in 0..word.len() * 8 {
                let mut text = word.as_bytes().to_vec();
                text[bit / 8] ^= 1 << (bit % 8);
                assert_eq!(seen(lists, &text), naive(lists, &text), "{text:?}");
            }
        }
    }

    #[test]
    fn a_text_that_matches_everywhere_gives_every_hit() {
        let lists: &[&[&str]] = &[&["aaa", "aaaa", "aaaaaaaaaaaa"], &["aaaaa"]];
        let text = b"aA".repeat(500);
        assert_eq!(seen(lists, &text), naive(lists, &text));
    }

    #[test]
    fn a_keyword_of_two_bytes_is_refused() {
        assert!(ShortKeyword::none_in(0, &[Text::from("abc")]).is_ok());
        let error = ShortKeyword::none_in(1, &[Text::from("abc"), Text::from("ab")]).unwrap_err();
        assert_eq!((error.rule, error.word.as_str()), (1, "ab"));
    }

    proptest! {
        #[test]
        fn the_hits_are_those_of_a_naive_search(
            words in prop::collection::vec("[a-cA-C_@`\\x00é -]{3,11}", 1..12),
            text in prop::collection::vec(prop::sample::select(b"abcABC_@`\0\x7f\xc3\xa9\xff -".to_vec()), 0..300),
            planted in any::<prop::sample::Index>(),
            at in any::<prop::sample::Index>(),
        ) {
            let mut text = text;
            let at = at.index(text.len() + 1);
            text.splice(at..at, planted.get(&words).bytes());
            let lists: Vec<[&str; 1]> = words.iter().map(|word| [word.as_str()]).collect();
            let lists: Vec<&[&str]> = lists.iter().map(<[&str; 1]>::as_slice).collect();
            let hits = seen(&lists, &text);
            prop_assert!(!hits.is_empty());
            prop_assert_eq!(hits, naive(&lists, &text));
        }

        #[test]
        fn any_bytes_at_all_are_read(text in prop::collection::vec(any::<u8>(), 0..200)) {
            let lists: &[&[&str]] = &[&["\0\0\0"], &["abc", "é\u{fffd}"], &["   "]];
            prop_assert_eq!(seen(lists, &text), naive(lists, &text));
        }
    }
}
