//! Finds the places in a text worth a second look: each `@`, and each place where four digits follow one another.
//!
//! Nearly every identifier that is written for people holds such a place (a card's groups, a telephone's last block, the
//! tail of a social security number). Everything else is skipped eight bytes at a time with plain integer arithmetic,
//! since this runs over every byte of every new blob.
//!
//! *Invariant:* allocates nothing; what it yields ascends.

use std::ops::Range;

/// A place worth a second look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// An `@` is here.
    At(usize),
    /// Four digits in a row begin here.
    Digits(usize),
}

/// Bytes looked at together: one bit of a `u64` each.
const BLOCK: usize = 64;

/// Yields the spots of a range of a text, in order.
pub(super) struct Sweep<'t> {
    text: &'t [u8],
    /// Where the next block begins.
    next: usize,
    end: usize,
    /// Where the block behind the masks begins.
    base: usize,
    ats: u64,
    /// Bit j: four digits begin at `base - 3 + j`.
    runs: u128,
    /// The last three digit bits of the block before.
    carry: u128,
    /// Spots before this are not wanted any more.
    floor: usize,
}

impl<'t> Sweep<'t> {
    /// The spots of `range` of `text`.
    pub(super) fn new(text: &'t [u8], range: Range<usize>) -> Self {
        let end = range.end.min(text.len());
        Self { text, next: range.start, end, base: range.start, ats: 0, runs: 0, carry: 0, floor: range.start }
    }

    /// Leaves out all spots before `offset`: they belong to something already looked at.
    pub(super) fn skip_to(&mut self, offset: usize) {
        self.floor = self.floor.max(offset);
    }

    /// Reads blocks until one has a spot; false at the end.
    fn fill(&mut self) -> bool {
        while self.next < self.end {
            let digits = self.read_block();
            let shifted = (u128::from(digits) << 3) | self.carry;
            self.runs = shifted & (shifted >> 1) & (shifted >> 2) & (shifted >> 3);
            self.carry = u128::from(digits >> 61);
            if self.runs != 0 || self.ats != 0 {
                return true;
            }
        }
        false
    }

    /// Takes the next block's bits: digits are returned, `@` stored.
    fn read_block(&mut self) -> u64 {
        self.base = self.next;
        let stop = self.end.min(self.base.saturating_add(BLOCK));
        self.next = stop;
        let bytes = self.text.get(self.base..stop).unwrap_or_default();
        if let Ok(block) = <&[u8; BLOCK]>::try_from(bytes) {
            return self.masks(block);
        }
        let mut padded = [0u8; BLOCK];
        for (to, from) in padded.iter_mut().zip(bytes) {
            *to = *from;
        }
        self.masks(&padded)
    }

    fn masks(&mut self, block: &[u8; BLOCK]) -> u64 {
        let (words, _) = block.as_chunks::<8>();
        let mut digits = 0u64;
        let mut ats = 0u64;
        for (k, word) in words.iter().enumerate() {
            let x = u64::from_le_bytes(*word);
            digits |= compact(digit_flags(x)) << (8 * k);
            ats |= compact(at_flags(x)) << (8 * k);
        }
        self.ats = ats;
        digits
    }
}

impl Iterator for Sweep<'_> {
    type Item = Spot;

    fn next(&mut self) -> Option<Spot> {
        loop {
            if self.ats == 0 && self.runs == 0 && !self.fill() {
                return None;
            }
            let at = self.base.saturating_add(self.ats.trailing_zeros() as usize);
            // A run found through the carry began in the block before.
            let run = (self.base + self.runs.trailing_zeros() as usize).saturating_sub(3);
            let spot = if self.ats != 0 && (self.runs == 0 || at < run) {
                self.ats &= self.ats - 1;
                Spot::At(at)
            } else {
                self.runs &= self.runs - 1;
                Spot::Digits(run)
            };
            let (Spot::At(offset) | Spot::Digits(offset)) = spot;
            if offset >= self.floor {
                return Some(spot);
            }
        }
    }
}

const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The high bit of each byte that is an ASCII digit: `b ^ 0x30` is 0 to 9 for those alone, and adding 0x76 carries into
/// the high bit from 10 on. No carry leaves a byte.
fn digit_flags(x: u64) -> u64 {
    let t = x ^ 0x3030_3030_3030_3030;
    !(((t & LOW) + 0x7676_7676_7676_7676) | t) & HIGH
}

/// The high bit of each byte that is `@`.
fn at_flags(x: u64) -> u64 {
    let t = x ^ 0x4040_4040_4040_4040;
    !(((t & LOW) + LOW) | t) & HIGH
}

/// Gathers the eight high bits into one byte, the first byte's lowest: each partial product lands on its own bit.
fn compact(flags: u64) -> u64 {
    (flags >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(text: &[u8]) -> Vec<Spot> {
        let mut spots = Vec::new();
        for at in 0..text.len() {
            if text[at] == b'@' {
                spots.push(Spot::At(at));
            }
            if text.get(at..at + 4).is_some_and(|four| four.iter().all(u8::is_ascii_digit)) {
                spots.push(Spot::Digits(at));
            }
        }
        spots
    }

    fn key(spot: &Spot) -> usize {
        let (Spot::At(offset) | Spot::Digits(offset)) = spot;
        *offset
    }

    proptest! {
        #[test]
        fn every_spot_is_found_wherever_blocks_begin(text in "[0-9@a\u{e9}:/]{0,300}", skip in 0usize..70) {
            let text = text.as_bytes();
            let start = skip.min(text.len());
            let found: Vec<Spot> = Sweep::new(text, start..text.len()).collect();
            let mut wanted: Vec<Spot> = naive(text).into_iter().filter(|spot| key(spot) >= start).collect();
            wanted.sort_by_key(key);
            prop_assert_eq!(found, wanted);
        }

        #[test]
        fn every_byte_is_told_apart(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(Sweep::new(&text, 0..text.len()).collect::<Vec<_>>(), naive(&text));
        }
    }
}
