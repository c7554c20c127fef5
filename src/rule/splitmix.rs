//! Repeatable noise for example values: the same seed gives the same values for ever.
//!
//! *Invariant:* no randomness of the machine; nothing made with it is secret.

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014): small and repeatable, not secret.
pub(super) struct SplitMix(pub(super) u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is small: the bias of the remainder is of no account.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap_or(1);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }

    /// `count` bytes.
    pub(super) fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next().to_le_bytes().first().copied().unwrap_or(0)).collect()
    }

    /// `count` characters of `alphabet`, no two equal ones in a row: a run would look like a placeholder.
    pub(super) fn text(&mut self, alphabet: &str, count: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        let size = letters.len();
        let mut last = self.below(size);
        let mut out = String::with_capacity(count);
        for _ in 0..count {
            // A step of 1 to size - 1 round the alphabet: uniform over all letters but the last one.
            last = (last + 1 + self.below(size - 1)) % size;
            out.extend(letters.get(last));
        }
        out
    }
}
