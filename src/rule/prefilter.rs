//! One pass over a text for the keywords of all rules.
//!
//! Nearly every place of a text is passed by with one look into a table that stays in the nearest cache: does any
//! keyword have these four bytes? Each keyword is in the table by one part of itself alone, the rarest one ([`Rarest`]).
//! An automaton over the same keywords needs megabytes and milliseconds to be built, and is slower.

use super::Text;
use super::rarest::Rarest;

/// How many slots there are for three bytes: two tables of 32 KiB.
const SLOT_BITS: u32 = 13;
const SLOTS: usize = 1 << SLOT_BITS;
/// Makes ASCII letters lower-case, eight at once. Some other bytes fall together, which the last comparison tells apart.
const FOLD: u64 = 0x2020_2020_2020_2020;

/// The shortest keyword in bytes.
pub const SHORTEST: usize = 3;

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
    /// The keyword of each part.
    words: Box<[Word]>,
}

/// The part of a keyword by which it is looked for.
#[derive(Clone, Copy, Debug)]
struct Part {
    /// Up to eight bytes, folded.
    window: u64,
    /// How many leading bits of a `u64` do not count.
    unused: u32,
    /// How many bytes come before the four.
    back: u32,
}

/// A keyword, and the rules that have it.
#[derive(Debug)]
struct Word {
    text: Text,
    /// How many of its bytes come before the four.
    before: usize,
    rule: usize,
    more: Vec<usize>,
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
    /// Prepares the keywords of rules (ASCII case ignored), all of which are of [`SHORTEST`] bytes at least.
    pub fn new<'k>(keywords: impl Iterator<Item = (usize, &'k [Text])>) -> Self {
        let mut fourths = vec![0; SLOTS];
        let mut found: Vec<(usize, Rarest, Word)> = Vec::new();
        for (rule, list) in keywords {
            for text in list {
                let Some(part) = Rarest::of(text.as_bytes()) else { continue };
                let slot = slot(part.four);
                if let Some(row) = fourths.get_mut(slot) {
                    *row |= if text.len() > SHORTEST { fourth(part.four) } else { u32::MAX };
                }
                let word = Word { text: text.clone(), before: part.before, rule, more: Vec::new() };
                found.push((slot, part, word));
            }
        }
        // Equal keywords have equal parts, so that they come together.
        found.sort_by_key(|(slot, part, word)| (*slot, part.window, word.text.len()));
        found.dedup_by(|(_, _, next), (_, _, kept)| {
            let same = kept.text.eq_ignore_ascii_case(&next.text);
            if same {
                kept.more.push(next.rule);
            }
            same
        });
        let mut starts = vec![0; SLOTS + 1];
        found.iter().for_each(|(slot, _, _)| {
            if let Some(count) = starts.get_mut(slot + 1) {
                *count += 1;
            }
        });
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let part = |part: &Rarest| Part {
            window: part.window,
            unused: part.mask.leading_zeros(),
            back: u32::try_from(part.back).unwrap_or(0),
        };
        Self {
            fourths: fourths.into(),
            starts: starts.into(),
            parts: found.iter().map(|(_, rarest, _)| part(rarest)).collect(),
            words: found.into_iter().map(|(_, _, word)| word).collect(),
        }
    }

    /// Calls `visit` for every keyword seen in `text`, overlapping ones included; in an order near that of the places,
    /// and no more.
    pub fn scan(&self, text: &[u8], mut visit: impl FnMut(Hit)) {
        // What lets the compiler leave out the check of each index.
        let Some(fourths) = self.fourths.first_chunk::<SLOTS>() else { return };
        let mut at = 0;
        while let Some(block) = text.get(at..).and_then(<[u8]>::first_chunk::<12>) {
            let (Some(low), Some(high)) = (block.first_chunk::<8>(), block.last_chunk::<8>()) else { return };
            let (low, high) = (u64::from_le_bytes(*low) | FOLD, u64::from_le_bytes(*high) | FOLD);
            let fours: [u32; 8] = std::array::from_fn(|n| match n {
                0..4 => (low >> (8 * n)) as u32,
                _ => (high >> (8 * (n - 4))) as u32,
            });
            if fours.iter().fold(0, |any, four| any | leads(fourths, *four)) != 0 {
                for (n, four) in fours.into_iter().enumerate() {
                    if leads(fourths, four) != 0 {
                        self.look(text, at + n, four, &mut visit);
                    }
                }
            }
            at += 8;
        }
        while let Some(rest @ [_, _, _, ..]) = text.get(at..) {
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
        for (number, part) in (from..to).zip(self.parts.get(from..to).unwrap_or_default()) {
            let Some(window) = at.checked_sub(part.back as usize).and_then(|from| text.get(from..)) else { continue };
            if (eight(window) ^ part.window) << part.unused == 0 {
                self.compare(text, at, number, visit);
            }
        }
    }

    /// Visits the rules of a keyword whose part stands at `at` if all of it does.
    #[inline(never)]
    fn compare(&self, text: &[u8], at: usize, number: usize, visit: &mut impl FnMut(Hit)) {
        let Some(word) = self.words.get(number) else { return };
        let Some(start) = at.checked_sub(word.before) else { return };
        let end = start + word.text.len();
        if text.get(start..end).is_some_and(|seen| seen.eq_ignore_ascii_case(word.text.as_bytes())) {
            visit(Hit { rule: word.rule, start, end });
            word.more.iter().for_each(|rule| visit(Hit { rule: *rule, start, end }));
        }
    }
}

/// The slot of the first three of four bytes: the factor's low byte is zero, so the fourth falls out at the top.
fn slot(four: u32) -> usize {
    (four.wrapping_mul(0x9E37_79B1 << 8) >> (32 - SLOT_BITS)) as usize
}

/// The bit of the fourth of four bytes.
fn fourth(four: u32) -> u32 {
    1 << (four >> 24 & 31)
}

/// Not 0 where a keyword may have these four bytes.
#[expect(clippy::indexing_slicing, reason = "a slot has 13 bits; this runs at every byte of a text")]
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
    use super::*;
    use proptest::prelude::*;

    fn prefilter(lists: &[&[&str]]) -> Prefilter {
        let lists: Vec<Vec<Text>> =
            lists.iter().map(|list| list.iter().map(|word| (*word).to_owned().into()).collect()).collect();
        Prefilter::new(lists.iter().map(Vec::as_slice).enumerate())
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
