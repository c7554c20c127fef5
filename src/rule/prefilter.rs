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
/// The end of a chain.
const NONE: u32 = u32::MAX;
/// Makes ASCII letters lower-case, eight at once. Some other bytes fall together, which the last comparison tells apart.
const FOLD: u64 = 0x2020_2020_2020_2020;

/// The shortest keyword in bytes.
pub const SHORTEST: usize = 3;

/// Finds which rules are worth trying, and where.
#[derive(Debug)]
pub struct Prefilter {
    /// For a slot of three bytes, which fourth bytes (by their five low bits) lead to a keyword. All do where a keyword
    /// has three bytes.
    fourths: Box<[u32]>,
    /// For the same slot the first of its keywords.
    heads: Box<[u32]>,
    words: Vec<Word>,
    /// Further rules that have a keyword, and where their chain goes on.
    more: Vec<(usize, u32)>,
}

/// A keyword.
#[derive(Debug)]
struct Word {
    text: Text,
    part: Rarest,
    rule: usize,
    /// Into `more`.
    more: u32,
    /// The next keyword in the slot.
    next: u32,
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

/// A keyword that is shorter than [`SHORTEST`].
#[derive(Debug, thiserror::Error)]
#[error("`{word}` is too short")]
pub struct ShortKeyword {
    /// The rule's number.
    pub rule: usize,
    /// The keyword.
    pub word: String,
}

impl Prefilter {
    /// Prepares the keywords of each rule (ASCII case ignored).
    ///
    /// # Errors
    /// When a keyword is too short.
    pub fn new<'k>(keywords: impl Iterator<Item = &'k [Text]> + Clone) -> Result<Self, ShortKeyword> {
        let mut new = Self {
            fourths: vec![0; SLOTS].into(),
            heads: vec![NONE; SLOTS].into(),
            words: Vec::with_capacity(keywords.clone().map(<[Text]>::len).sum()),
            more: Vec::new(),
        };
        for (rule, list) in keywords.enumerate() {
            for word in list {
                let added = new.add(word, rule);
                added.ok_or_else(|| ShortKeyword { rule, word: word.to_string() })?;
            }
        }
        Ok(new)
    }

    fn add(&mut self, text: &Text, rule: usize) -> Option<()> {
        let part = Rarest::of(text.as_bytes())?;
        let slot = slot(part.four);
        let head = self.heads.get_mut(slot)?;
        let mut at = *head;
        while let Some(word) = self.words.get_mut(at as usize) {
            if word.text.eq_ignore_ascii_case(text) {
                self.more.push((rule, word.more));
                word.more = last(&self.more)?;
                return Some(());
            }
            at = word.next;
        }
        self.words.push(Word { text: text.clone(), part, rule, more: NONE, next: *head });
        *head = last(&self.words)?;
        *self.fourths.get_mut(slot)? |= if text.len() > SHORTEST { fourth(part.four) } else { u32::MAX };
        Some(())
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
    #[inline(never)]
    fn look(&self, text: &[u8], at: usize, four: u32, visit: &mut impl FnMut(Hit)) {
        let mut next = self.heads.get(slot(four)).copied().unwrap_or(NONE);
        while let Some(word) = self.words.get(next as usize) {
            next = word.next;
            let Some(window) = at.checked_sub(word.part.back).and_then(|from| text.get(from..)) else { continue };
            if eight(window) & word.part.mask != word.part.window {
                continue;
            }
            let Some(start) = at.checked_sub(word.part.before) else { continue };
            let end = start + word.text.len();
            if text.get(start..end).is_none_or(|seen| !seen.eq_ignore_ascii_case(word.text.as_bytes())) {
                continue;
            }
            visit(Hit { rule: word.rule, start, end });
            let mut more = word.more;
            while let Some((rule, next)) = self.more.get(more as usize) {
                visit(Hit { rule: *rule, start, end });
                more = *next;
            }
        }
    }
}

/// The number of a list's last element.
fn last<T>(list: &[T]) -> Option<u32> {
    match u32::try_from(list.len().checked_sub(1)?) {
        Ok(last) => Some(last),
        Err(_) => None,
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
        Prefilter::new(lists.iter().map(Vec::as_slice)).unwrap()
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
        let lists = [vec![Text::from("abc")], vec![Text::from("ab")]];
        let error = Prefilter::new(lists.iter().map(Vec::as_slice)).unwrap_err();
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
