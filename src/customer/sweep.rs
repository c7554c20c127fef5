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
    /// The last of four pairs (`06 12 34 56`) or of three threes (`612 345 678`) begins here, whatever separates them.
    Parts(usize),
}

/// Bytes looked at together: one bit of a `u64` each.
const BLOCK: usize = 64;
/// Digit bits kept of the block before: the longest pattern has one byte more.
const BACK: usize = 12;

/// Yields the spots of a range of a text, in order.
pub(super) struct Sweep<'t> {
    text: &'t [u8],
    /// Where the next block begins.
    next: usize,
    end: usize,
    /// Where the block behind the masks begins.
    base: usize,
    ats: u64,
    /// Bit j: four digits begin at `base - BACK + j`.
    runs: u128,
    /// Bit j: a number in pieces begins there.
    pieces: u128,
    /// Bit j: the last part begins there.
    parts: u128,
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
            parts: 0,
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
            if digits == 0 && self.carry == 0 {
                if self.ats != 0 {
                    return true;
                }
                continue;
            }
            self.patterns((u128::from(digits) << BACK) | self.carry);
            self.carry = u128::from(digits >> (BLOCK - BACK));
            if self.runs | self.pieces | self.parts != 0 || self.ats != 0 {
                return true;
            }
        }
        false
    }

    /// Finds what begins where, from the bits of digits. A pattern counts where it ends, so that one that the carry holds
    /// is not met twice: each ends in a digit, `len` bytes after its begin.
    fn patterns(&mut self, digits: u128) {
        let new = |len: usize| u128::MAX << (BACK + 1 - len);
        let two = digits & (digits >> 1);
        let three = two & (digits >> 2);
        let other = !digits;
        self.runs = three & (digits >> 3) & new(4);

        let (lone_two, lone_three) = (two & (other >> 2), three & (other >> 3));
        let pairs = lone_two & (lone_two >> 3) & (lone_two >> 6) & (two >> 9);
        let threes = lone_three & (lone_three >> 4) & (three >> 8);
        // The bit of a pattern's start moves to its last part.
        self.parts = ((pairs & new(11)) << 9) | ((threes & new(11)) << 8);

        let halves = lone_three & (three >> 4) & new(7);
        let pair = lone_two & (two >> 3);
        let thirds = pair & (lone_two >> 3) & (two >> 6) & new(8);
        let plate = (pair >> 5 & new(10)) | (pair >> 6 & new(11)) | (pair >> 7 & new(12)) | (pair >> 8 & new(13));
        // `1EG4TE5MK73`, `1EG4-TE5-MK73`: a digit, a letter, either, a digit, a letter, either, a digit, two letters, two
        // digits.
        let head = digits & (other >> 1) & (digits >> 3) & (other >> 4);
        let plain = head & (digits >> 6) & (other >> 7) & (other >> 8) & (two >> 9) & new(11);
        let dashed = head & (other >> 5) & (digits >> 7) & (other >> 8) & (other >> 9) & (two >> 11);
        self.pieces = halves | thirds | (lone_three & plate) | plain | dashed;
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
            if self.ats == 0 && self.runs | self.pieces | self.parts == 0 && !self.fill() {
                return None;
            }
            let at = self.base.saturating_add(self.ats.trailing_zeros() as usize);
            // A pattern found through the carry began in the block before.
            let bit = |bits: u128| bits.trailing_zeros() as usize;
            let (run, piece, part) = (bit(self.runs), bit(self.pieces), bit(self.parts));
            let place = |bit: usize| (self.base + bit).saturating_sub(BACK);
            let spot = if self.ats != 0 && at < place(run.min(piece).min(part)) {
                self.ats &= self.ats - 1;
                Spot::At(at)
            } else if run <= piece.min(part) {
                self.runs &= self.runs.wrapping_sub(1);
                Spot::Digits(place(run))
            } else if piece <= part {
                self.pieces &= self.pieces.wrapping_sub(1);
                Spot::Pieces(place(piece))
            } else {
                self.parts &= self.parts.wrapping_sub(1);
                Spot::Parts(place(part))
            };
            if spot.offset() >= self.floor {
                return Some(spot);
            }
        }
    }
}

impl Spot {
    fn offset(self) -> usize {
        let (Self::At(offset) | Self::Digits(offset) | Self::Pieces(offset) | Self::Parts(offset)) = self;
        offset
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

    /// `d` a digit, `n` none, `x` either.
    const PIECES: &[&str] = &[
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
            if PIECES.iter().any(|form| fits(&text[at..], form.as_bytes())) {
                spots.push(Spot::Pieces(at));
            }
            let form = |from: usize, form: &str| {
                let Some(bytes) = at.checked_sub(from).and_then(|start| text.get(start..start + form.len())) else {
                    return false;
                };
                bytes.iter().zip(form.bytes()).all(|(b, wanted)| b.is_ascii_digit() == (wanted == b'd'))
            };
            if form(9, "dd-dd-dd-dd") || form(8, "ddd-ddd-ddd") {
                spots.push(Spot::Parts(at));
            }
        }
        spots
    }

    fn key(spot: &Spot) -> (usize, u8) {
        let kind = match spot {
            Spot::At(_) => 0,
            Spot::Digits(_) => 1,
            Spot::Pieces(_) => 2,
            Spot::Parts(_) => 3,
        };
        (spot.offset(), kind)
    }

    fn moved(spot: Spot, by: usize) -> Spot {
        match spot {
            Spot::At(at) => Spot::At(at + by),
            Spot::Digits(at) => Spot::Digits(at + by),
            Spot::Pieces(at) => Spot::Pieces(at + by),
            Spot::Parts(at) => Spot::Parts(at + by),
        }
    }

    proptest! {
        #[test]
        fn every_spot_is_found_wherever_blocks_begin(text in "([0-9]{1,3}[@a\u{e9}:/ ]{0,2}){0,70}", skip in 0usize..70) {
            let text = text.as_bytes();
            let start = skip.min(text.len());
            let mut found: Vec<Spot> = Sweep::new(text, start..text.len()).collect();
            found.sort_by_key(key);
            // Two patterns can begin at one place and end in two blocks.
            found.dedup();
            let wanted: Vec<Spot> = naive(&text[start..]).into_iter().map(|spot| moved(spot, start)).collect();
            prop_assert_eq!(found, wanted);
        }

        #[test]
        fn every_byte_is_told_apart(text in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut found: Vec<Spot> = Sweep::new(&text, 0..text.len()).collect();
            found.sort_by_key(key);
            found.dedup();
            prop_assert_eq!(found, naive(&text));
        }
    }
}
