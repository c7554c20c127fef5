//! Fingerprints of one kind, collected in any order and given back sorted, without twins.
//!
//! Kept apart by their first byte, so that sorting and writing need no second copy of all: ten million records of three
//! entries take 240 MB and an eighth.

const PARTS: usize = 256;

/// Fingerprints of one kind: a field's singles, or one kind of pairs.
pub(super) struct Entries {
    parts: Vec<Vec<u64>>,
    added: u64,
}

impl Entries {
    pub(super) fn new() -> Self {
        Self { parts: vec![Vec::new(); PARTS], added: 0 }
    }

    pub(super) fn add(&mut self, print: u64) {
        let Some(part) = usize::try_from(print >> 56).map_or(None, |at| self.parts.get_mut(at)) else { return };
        if part.len() == part.capacity() {
            part.reserve_exact(part.len() / 8 + 64);
        }
        part.push(print);
        self.added += 1;
    }

    /// Sorts all and drops twins; returns how many are left.
    pub(super) fn settle(&mut self) -> u64 {
        self.parts
            .iter_mut()
            .map(|part| {
                part.sort_unstable();
                part.dedup();
                part.len() as u64
            })
            .sum()
    }

    /// How many were added, twins included.
    pub(super) fn added(&self) -> u64 {
        self.added
    }
}

/// Hands the settled entries of all `kinds` to `take` in ascending order, and frees them on the way.
pub(super) fn merged<E>(kinds: &mut [Entries], take: &mut dyn FnMut(u64) -> Result<(), E>) -> Result<(), E> {
    for part in 0..PARTS {
        let mut all: Vec<u64> = Vec::new();
        for kind in kinds.iter_mut() {
            let entries = kind.parts.get_mut(part).map(std::mem::take).unwrap_or_default();
            if all.is_empty() { all = entries } else { all.extend(entries) }
        }
        all.sort_unstable();
        all.dedup();
        all.into_iter().try_for_each(&mut *take)?;
    }
    Ok(())
}
