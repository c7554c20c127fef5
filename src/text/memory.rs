//! What was already looked at in this run, by digests; bounded, and shared by all threads.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Mutex, PoisonError};

/// What is known by digests. Nobody knows the key that they are made with, and each run has another: a piece that is
/// wrongly taken for a known one is as likely as a guess of 64 bits.
#[derive(Debug)]
pub struct Memory<V = ()> {
    shards: Box<[Mutex<Shard<V>>]>,
    /// How many digests a shard holds in each half.
    most: usize,
}

/// The newer and the older half: when the newer one is full, the older one is forgotten.
#[derive(Debug)]
struct Shard<V> {
    new: HashMap<u64, V, AsIs>,
    old: HashMap<u64, V, AsIs>,
}

type AsIs = BuildHasherDefault<Digest>;

/// Digests are hashes already.
#[derive(Clone, Copy, Debug, Default)]
struct Digest(u64);

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, digest: u64) {
        self.0 = digest;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

const SHARDS: usize = 64;

impl<V: Clone> Memory<V> {
    /// Knows nothing yet, and remembers `most` digests and up to as many older ones: each takes ten bytes and its value.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let shard = |_| Mutex::new(Shard { new: HashMap::default(), old: HashMap::default() });
        Self { shards: (0..SHARDS).map(shard).collect(), most: most.div_ceil(SHARDS) }
    }

    /// What is known of a digest.
    #[must_use]
    pub fn get(&self, digest: u64) -> Option<V> {
        let shard = self.shards.get((digest >> 32) as usize % SHARDS)?.lock().unwrap_or_else(PoisonError::into_inner);
        shard.new.get(&digest).or_else(|| shard.old.get(&digest)).cloned()
    }

    /// Remembers it.
    pub fn keep(&self, digest: u64, value: V) {
        let Some(shard) = self.shards.get((digest >> 32) as usize % SHARDS) else { return };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        if shard.new.len() >= self.most {
            shard.old = std::mem::take(&mut shard.new);
        }
        shard.new.insert(digest, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_known_and_the_oldest_are_forgotten() {
        let memory = Memory::new(640);
        let digest = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        for n in 0..10_000 {
            memory.keep(digest(n), n);
            assert_eq!(memory.get(digest(n)), Some(n));
        }
        let known = (0..10_000).filter(|n| memory.get(digest(*n)).is_some()).count();
        assert!((640 / 2..=2 * 640).contains(&known), "{known}");
        assert!((0..5_000).all(|n| memory.get(digest(n)).is_none()));
    }
}
