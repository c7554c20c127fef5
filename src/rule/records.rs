//! Keywords as bytes, in the order in which the prefilter's tables are laid out. Apart from the prefilter because the
//! build script writes those of the embedded rules: to sort, to compare and to weigh eight thousand words takes longer
//! than most pushes.
//!
//! A record is the length of a keyword, how many of its bytes come before its rarest four, how many rules have it, their
//! numbers, and the keyword: numbers in seven bits a byte, the low ones first.

use crate::rule::Rarest;
use std::cmp::Ordering;

/// How many bits a slot's number has: what three bytes are looked up by.
pub const SLOT_BITS: u32 = 13;

/// The slot of the first three of four bytes: the factor's low byte is zero, so the fourth falls out at the top.
#[must_use]
pub fn slot(four: u32) -> usize {
    (four.wrapping_mul(0x9E37_79B1 << 8) >> (32 - SLOT_BITS)) as usize
}

/// The records of the keywords of rules, each given with its rule's number, ordered by slot. Equal ones (ASCII case
/// ignored) make one record; those that are too short to be looked for make none.
pub fn records<'k>(keywords: impl IntoIterator<Item = (usize, &'k [u8])>) -> Vec<u8> {
    let mut words: Vec<(usize, Rarest, &[u8], Vec<usize>)> = Vec::new();
    for (rule, word) in keywords {
        let Some(part) = Rarest::of(word) else { continue };
        words.push((slot(part.four), part, word, vec![rule]));
    }
    // Equal keywords have equal parts; the rest of them decides which come together.
    words.sort_by(|(slot, part, word, _), (other_slot, other_part, other, _)| {
        (slot, part.window, word.len())
            .cmp(&(other_slot, other_part.window, other.len()))
            .then_with(|| caseless(word, other))
    });
    words.dedup_by(|(_, _, next, rules), (_, _, kept, all)| {
        let same = kept.eq_ignore_ascii_case(next);
        if same {
            all.append(rules);
        }
        same
    });
    let mut out = Vec::new();
    for (_, part, word, rules) in words {
        [word.len(), part.before, rules.len()].into_iter().chain(rules).for_each(|number| put(&mut out, number));
        out.extend_from_slice(word);
    }
    out
}

fn caseless(a: &[u8], b: &[u8]) -> Ordering {
    a.iter().map(u8::to_ascii_lowercase).cmp(b.iter().map(u8::to_ascii_lowercase))
}

fn put(out: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// One keyword.
#[derive(Clone, Copy, Debug)]
pub struct Record<'b> {
    /// The keyword.
    pub word: &'b [u8],
    /// How many of its bytes come before its rarest four.
    pub before: usize,
    /// How many rules have it.
    pub count: usize,
    rules: &'b [u8],
}

impl<'b> Record<'b> {
    /// The first of `bytes`, and what follows it; none when there is no whole one.
    #[must_use]
    pub fn take(bytes: &'b [u8]) -> Option<(Self, &'b [u8])> {
        let (length, rest) = number(bytes)?;
        let (before, rest) = number(rest)?;
        let (count, rules) = number(rest)?;
        let mut rest = rules;
        for _ in 0..count {
            rest = number(rest)?.1;
        }
        let (word, rest) = rest.split_at_checked(length)?;
        Some((Self { word, before, count, rules }, rest))
    }

    /// The numbers of the rules that have it.
    pub fn rules(self) -> impl Iterator<Item = usize> {
        let mut rest = self.rules;
        (0..self.count).map_while(move |_| {
            let (rule, more) = number(rest)?;
            rest = more;
            Some(rule)
        })
    }
}

fn number(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (mut sum, mut shift, mut rest) = (0_usize, 0, bytes);
    loop {
        let (byte, more) = rest.split_first()?;
        sum |= usize::from(byte & 0x7f).checked_shl(shift)?;
        (shift, rest) = (shift + 7, more);
        if byte & 0x80 == 0 {
            return Some((sum, rest));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mut bytes: &[u8]) -> Vec<(String, Vec<usize>)> {
        let mut all = Vec::new();
        while !bytes.is_empty() {
            let (record, rest) = Record::take(bytes).unwrap();
            all.push((String::from_utf8(record.word.to_vec()).unwrap(), record.rules().collect()));
            bytes = rest;
        }
        all
    }

    #[test]
    fn what_was_written_is_read() {
        let long = "x".repeat(70_000);
        let bytes = records([(3, &b"Key"[..]), (3, long.as_bytes()), (70_000, b"kEY"), (70_000, b"ab")]);
        let mut all = read(&bytes);
        all.sort();
        assert_eq!(all, [("Key".to_owned(), vec![3, 70_000]), (long, vec![3])]);
    }

    #[test]
    fn records_come_in_the_order_of_their_slots() {
        let words: Vec<String> = (0..500).map(|n| format!("word-{}", n * 7919)).collect();
        let slots = read(&records(words.iter().map(|word| (0, word.as_bytes()))));
        let slots: Vec<usize> = slots.iter().map(|(word, _)| slot(Rarest::of(word.as_bytes()).unwrap().four)).collect();
        assert!(slots.len() == 500 && slots.is_sorted());
    }

    #[test]
    fn what_is_cut_off_is_no_record() {
        let bytes = records([(300, &b"keyword"[..])]);
        assert!(Record::take(&bytes).is_some());
        for end in 0..bytes.len() {
            assert!(Record::take(&bytes[..end]).is_none());
        }
        assert!(Record::take(&[0xff; 40]).is_none());
    }
}
