//! Finds the places in a text worth a second look: each `@`, each place where four digits follow one another, and each
//! where digits stand as in a number that is written in parts.
//!
//! Nearly every identifier that is written for people holds such a place (a card's groups, a telephone's last block, the
//! tail of a social security number). Everything else is skipped eight bytes at a time with plain integer arithmetic,
//! since this runs over every byte of every new blob.
//!
//! *Invariant:* allocates nothing; what it yields ascends, but for parts, which can begin up to twelve bytes before the
//! spot yielded last.

use std::ops::Range;

/// A place worth a second look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// An `@` is here.
    At(usize),
    /// Four digits in a row begin here.
    Digits(usize),
    /// A number in parts begins here: `123.456`, `12 34 56`, a class and a number with a word between (`330 あ 12-34`),
    /// or a digit here and there as only US Medicare numbers have them.
    Pieces(usize),
}

/// Bytes looked at together: one bit of a `u64` each.
const BLOCK: usize = 64;

/// The longest pattern of digits has this many more bytes than one: a block is read together with so many before it.
const CARRIED: u32 = 12;

/// Yields the spots of a range of a text, in order.
pub(super) struct Sweep<'t> {
    text: &'t [u8],
    /// Where the next block begins.
    next: usize,
    end: usize,
    /// Where the block behind the masks begins.
    base: usize,
    ats: u64,
    /// Bit j: four digits begin at `base - CARRIED + j`.
    runs: u128,
    /// Bit j: a number in parts begins there.
    pieces: u128,
    /// The last digit bits of the block before.
    carry: u128,
    /// Spots before this are not wanted any more.
    floor: usize,
}

impl<'t> Sweep<'t> {
    /// The spots of `range` of `text`.
    pub(super) fn new(text: &'t [u8], range: Range<usize>) -> Self {
        let end = range.end.min(text.len());
        Self {
            text,
            next: range.start,
            end,
            base: range.start,
            ats: 0,
            runs: 0,
            pieces: 0,
            carry: 0,
            floor: range.start,
        }
    }

    /// Leaves out all spots before `offset`: they belong to something already looked at.
    pub(super) fn skip_to(&mut self, offset: usize) {
        self.floor = self.floor.max(offset);
    }

    /// Reads blocks until one has a spot; false at the end.
    fn fill(&mut self) -> bool {
        while self.next < self.end {
            let digits = self.read_block();
            let shifted = (u128::from(digits) << CARRIED) | self.carry;
            (self.runs, self.pieces) = patterns(shifted);
            self.carry = u128::from(digits >> (u64::BITS - CARRIED));
            if self.runs != 0 || self.ats != 0 || self.pieces != 0 {
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
            if self.ats == 0 && self.runs == 0 && self.pieces == 0 && !self.fill() {
                return None;
            }
            // A pattern found through the carry began in the block before.
            let place = |bit: u32| (self.base + bit as usize).saturating_sub(CARRIED as usize);
            let at = self.base.saturating_add(self.ats.trailing_zeros() as usize);
            let (run, part) = (self.runs.trailing_zeros(), self.pieces.trailing_zeros());
            let spot = if self.ats != 0 && at < place(run.min(part)) {
                self.ats &= self.ats - 1;
                Spot::At(at)
            } else if run <= part {
                self.runs &= self.runs.wrapping_sub(1);
                Spot::Digits(place(run))
            } else {
                self.pieces &= self.pieces.wrapping_sub(1);
                Spot::Pieces(place(part))
            };
            let (Spot::At(offset) | Spot::Digits(offset) | Spot::Pieces(offset)) = spot;
            if offset >= self.floor {
                return Some(spot);
            }
        }
    }
}

/// From the bits of digits, where four begin, and where a number in parts does. A pattern counts where it ends, so that
/// one that the carry holds is not met twice: each ends in a digit, `len` bytes after its begin.
fn patterns(digits: u128) -> (u128, u128) {
    if digits == 0 {
        return (0, 0);
    }
    let new = |len: u32| u128::MAX << (CARRIED + 1 - len);
    let two = digits & (digits >> 1);
    let three = two & (digits >> 2);
    let other = !digits;
    let threes = three & (other >> 3) & (three >> 4) & new(7);
    let pair = two & (other >> 2) & (two >> 3);
    let twos = pair & (other >> 5) & (two >> 6) & new(8);
    let class = three & (other >> 3);
    let plate = class & ((pair >> 5 & new(10)) | (pair >> 6 & new(11)) | (pair >> 7 & new(12)) | (pair >> 8 & new(13)));
    // `1EG4TE5MK73`, `1EG4-TE5-MK73`: a digit, a letter, either, a digit, a letter, either, a digit, two letters, two
    // digits.
    let head = digits & (other >> 1) & (digits >> 3) & (other >> 4);
    let plain = head & (digits >> 6) & (other >> 7) & (other >> 8) & (two >> 9) & new(11);
    let dashed = head & (other >> 5) & (digits >> 7) & (other >> 8) & (other >> 9) & (two >> 11);
    (three & (digits >> 3) & new(4), threes | twos | plate | plain | dashed)
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

    /// `d` a digit, `n` none, `x` either.
    const PARTS: &[&str] = &[
        "dddnddd",
        "ddnddndd",
        "dddnxddndd",
        "dddnxxddndd",
        "dddnxxxddndd",
        "dddnxxxxddndd",
        "dnxdnxdnndd",
        "dnxdnnxdnnxdd",
    ];

    fn fits(text: &[u8], form: &[u8]) -> bool {
        let is = |(b, form): (&u8, &u8)| *form == b'x' || b.is_ascii_digit() == (*form == b'd');
        text.len() >= form.len() && text.iter().zip(form).all(is)
    }

    fn naive(text: &[u8]) -> Vec<Spot> {
        let mut spots = Vec::new();
        for at in 0..text.len() {
            if text[at] == b'@' {
                spots.push(Spot::At(at));
            }
            if text.get(at..at + 4).is_some_and(|four| four.iter().all(u8::is_ascii_digit)) {
                spots.push(Spot::Digits(at));
            }
            if PARTS.iter().any(|form| fits(&text[at..], form.as_bytes())) {
                spots.push(Spot::Pieces(at));
            }
        }
        spots
    }

    fn key(spot: &Spot) -> (usize, bool) {
        let (Spot::At(offset) | Spot::Digits(offset) | Spot::Pieces(offset)) = spot;
        (*offset, matches!(spot, Spot::Pieces(_)))
    }

    proptest! {
        #[test]
        fn every_spot_is_found_wherever_blocks_begin(text in "[0-9@a\u{e9}:/]{0,300}", skip in 0usize..70) {
            let text = text.as_bytes();
            let start = skip.min(text.len());
            let mut found: Vec<Spot> = Sweep::new(text, start..text.len()).collect();
            found.sort_by_key(key);
            let mut wanted: Vec<Spot> = naive(text).into_iter().filter(|spot| key(spot).0 >= start).collect();
            wanted.sort_by_key(key);
            prop_assert_eq!(found, wanted);
        }

        #[test]
        fn every_byte_is_told_apart(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut found: Vec<Spot> = Sweep::new(&text, 0..text.len()).collect();
            found.sort_by_key(key);
            prop_assert_eq!(found, naive(&text));
        }
    }
}
