//! How many objects a repository has, about: for a progress bar.
//!
//! *Invariant:* a guess; nothing is decided by it, and what cannot be read counts nothing.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

/// Objects in packs (by the indexes' own counts) and loose ones (by one of the 256 folders, as `git gc --auto` guesses).
#[must_use]
pub fn count_objects(objects: &Path) -> u64 {
    let packs = fs::read_dir(objects.join("pack")).into_iter().flatten().flatten();
    let packed: u64 = packs
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "idx"))
        .filter_map(|path| in_pack(&path))
        .sum();
    let loose = fs::read_dir(objects.join("17")).into_iter().flatten().count() as u64 * 256;
    packed + loose
}

/// The last number of the fan-out table, which begins after eight bytes in version 2 (gitformat-pack).
fn in_pack(path: &Path) -> Option<u64> {
    let mut head = [0; 8 + 256 * 4];
    match File::open(path).and_then(|mut file| file.read_exact(&mut head)) {
        Ok(()) => {}
        Err(_unknown) => return None,
    }
    let last: [u8; 4] = *head.last_chunk()?;
    head.starts_with(b"\xfftOc").then(|| u64::from(u32::from_be_bytes(last)))
}
