//! How much was judged so far: for the audit log, and for a progress bar while it is going on.
//!
//! *Invariant:* numbers for people; nothing is decided by them (the ledger decides).

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters that all threads add to.
#[derive(Debug, Default)]
pub struct Gauge {
    commits: AtomicU64,
    objects: AtomicU64,
    bytes: AtomicU64,
}

impl Gauge {
    /// Commits that are to be judged.
    pub fn commits(&self, count: usize) {
        self.commits.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// One object of `bytes` bytes was read.
    pub fn object(&self, bytes: usize) {
        self.objects.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Commits, objects and bytes so far.
    #[must_use]
    pub fn read(&self) -> (u64, u64, u64) {
        let [commits, objects, bytes] =
            [&self.commits, &self.objects, &self.bytes].map(|count| count.load(Ordering::Relaxed));
        (commits, objects, bytes)
    }
}
