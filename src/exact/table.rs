//! A table of fingerprints, read by position: opening one of ten million records reads a few hundred bytes.
//!
//! On disk: the header; for each block where it begins; the blocks. A block holds the fingerprints that begin with its
//! number's bits, sorted, without those bits, and a seal over them, its number and the table's id. So whatever is read is
//! proven when it is read: a changed byte, a block in another's place or a wrong index end in an error, never in "not
//! found". The length of the whole is known from the header, so a table that was cut short is refused on opening.
//!
//! *Invariant:* nothing here says "no" unless a sealed block said so.

use super::error::ExactError;
use super::files::{self, Readers, read_at};
use super::forgotten::Forgotten;
use super::header::{Broken, FIXED, Header};
use super::key::{Key, KeyId};
use super::region::Region;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of a block's seal.
pub(super) const SEAL: usize = 16;
/// Bytes of a block's place in the index.
pub(super) const PLACE: u64 = 8;
/// A block has one to two times as many entries: at ten million records six bytes are left of each.
const ENTRIES_A_BLOCK: u64 = 256;
/// A longer block is damage.
const BLOCK_MAX: u64 = 1 << 20;
const AGAIN: &str = "build it again from the customer list (`leakgate fingerprint build`)";

/// An open table.
pub struct Table {
    path: PathBuf,
    file: File,
    key: Key,
    header: Header,
    region: Region,
    /// Where the index begins.
    index: u64,
    /// One bit a block: its seal was found right.
    proven: Vec<AtomicU64>,
    forgotten: Forgotten,
}

impl Table {
    /// Opens a table made with one of `keys`. `now` in seconds since 1970.
    ///
    /// # Errors
    /// When it is missing, not whole, of another key, expired, or when everybody can read it.
    pub fn open(path: &Path, keys: &[Key], now: u64) -> Result<Self, ExactError> {
        let table = Self::open_expired(path, keys)?;
        match table.header.expires {
            Some(end) if now >= end => {
                let why = format!("it expired on {}", day(end));
                Err(ExactError::table(path, why, AGAIN))
            }
            Some(_) | None => Ok(table),
        }
    }

    /// As [`Table::open`], and also one that has expired: to look at it.
    ///
    /// # Errors
    /// As there.
    pub fn open_expired(path: &Path, keys: &[Key]) -> Result<Self, ExactError> {
        let file = files::open(path, Readers::Group).map_err(|refused| refused.about("the table", path))?;
        let size = file.metadata().map_err(|source| ExactError::read(path, source))?.len();
        let whole = read_header(&file, path, size)?;
        let id = Header::key_of(&whole).unwrap_or(KeyId([0; 8]));
        let Some(key) = keys.iter().find(|key| key.id() == id) else {
            return Err(other_key(path, id, keys));
        };
        let header = Header::decoded(&whole, key).map_err(|broken| not_believed(path, &broken))?;
        let expected = expected_size(&whole, &header);
        if expected != Some(size) {
            let least = expected.unwrap_or(u64::MAX);
            let why = match size < least {
                true => format!("it is cut short: {size} of {least} bytes are there"),
                false => format!("it has {size} bytes instead of {least}"),
            };
            return Err(ExactError::table(path, why, AGAIN));
        }
        let Some(region) = Region::named(&header.region) else { return Err(not_believed(path, &Broken::Damaged)) };
        let forgotten = Forgotten::beside(path, key)?;
        let words = header.blocks().div_ceil(64);
        let proven = (0..words).map(|_| AtomicU64::new(0)).collect();
        let index = whole.len() as u64;
        Ok(Self { path: path.to_owned(), file, key: key.clone(), header, region, index, proven, forgotten })
    }

    /// What it says about itself.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The key it was made with.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The region of its telephone numbers.
    #[must_use]
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// How many values are forgotten until it is built again.
    #[must_use]
    pub fn forgotten(&self) -> usize {
        self.forgotten.count()
    }

    pub(super) fn forgotten_prints(&self) -> impl Iterator<Item = u64> + '_ {
        self.forgotten.prints()
    }

    /// Forgets values of `field`, in their one spelling, at once; returns how many were not forgotten before.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn forget(&mut self, field: &str, values: &[Vec<u8>]) -> Result<usize, ExactError> {
        let before = self.forgotten.count();
        let bare = values.iter().filter_map(|value| super::norm::untagged(value));
        let all: Vec<Vec<u8>> = values.iter().cloned().chain(bare).collect();
        self.forgotten.add(all.iter().map(|value| self.key.single(field, value)));
        self.forgotten.write(&self.path, &self.key)?;
        Ok(self.forgotten.count() - before)
    }

    /// Whether a value of `field` was forgotten.
    #[must_use]
    pub fn is_forgotten(&self, field: &str, value: &[u8]) -> bool {
        self.forgotten.count() > 0 && self.forgotten.holds(self.key.single(field, value))
    }

    /// Whether the table has this value of `field` alone.
    ///
    /// # Errors
    /// When what has to be read cannot be, or is damaged.
    pub fn knows(&self, field: &str, value: &[u8]) -> Result<bool, ExactError> {
        let print = self.key.single(field, value);
        Ok(self.holds(print)? && !self.forgotten.holds(print))
    }

    /// Whether the table has these two values in one record.
    ///
    /// # Errors
    /// As [`Table::knows`].
    pub fn knows_pair(&self, a: (&str, &[u8]), b: (&str, &[u8])) -> Result<bool, ExactError> {
        let known = self.holds(self.key.pair(a, b))?;
        Ok(known && !self.is_forgotten(a.0, a.1) && !self.is_forgotten(b.0, b.1))
    }

    fn holds(&self, print: u64) -> Result<bool, ExactError> {
        let block = block_of(print, self.header.bits);
        let entries = self.block(block)?;
        let width = self.header.width();
        let bytes = rest_of(print, self.header.bits);
        let wanted = bytes.get(8 - width..).unwrap_or_default();
        // Sorted, and all of one width: a search by halves.
        let (mut low, mut high) = (0, entries.len() / width);
        while low < high {
            let middle = low.midpoint(high);
            let entry = entries.get(middle * width..(middle + 1) * width).unwrap_or_default();
            match entry.cmp(wanted) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Ok(true),
            }
        }
        Ok(false)
    }

    /// The entries of a block, proven.
    fn block(&self, number: u64) -> Result<Vec<u8>, ExactError> {
        let io = |source: io::Error| match source.kind() == io::ErrorKind::UnexpectedEof {
            true => self.damaged(number),
            false => ExactError::read(&self.path, source),
        };
        let mut places = [0u8; 2 * PLACE as usize];
        read_at(&self.file, &mut places, self.index + number * PLACE).map_err(io)?;
        let (places, _) = places.as_chunks::<8>();
        let [start, end] = places else { return Err(self.damaged(number)) };
        let (start, end) = (u64::from_be_bytes(*start), u64::from_be_bytes(*end));
        let length = end.checked_sub(start).filter(|len| (SEAL as u64..=BLOCK_MAX).contains(len));
        let length = length.ok_or_else(|| self.damaged(number))?;
        let blocks = self.index + (self.header.blocks() + 1) * PLACE;
        let at = blocks.checked_add(start).ok_or_else(|| self.damaged(number))?;
        let mut bytes = vec![0; usize::try_from(length).map_or(0, |len| len)];
        read_at(&self.file, &mut bytes, at).map_err(io)?;
        let entries = bytes.len().checked_sub(SEAL).ok_or_else(|| self.damaged(number))?;
        if !self.is_proven(number) {
            let (content, seal) = bytes.split_at_checked(entries).ok_or_else(|| self.damaged(number))?;
            let width = self.header.width();
            if seal_of(&self.key, &self.header.table, number, content) != *seal || content.len() % width != 0 {
                return Err(self.damaged(number));
            }
            self.set_proven(number);
        }
        bytes.truncate(entries);
        Ok(bytes)
    }

    /// All fingerprints of one block, in order.
    pub(super) fn prints(&self, number: u64) -> Result<Vec<u64>, ExactError> {
        let entries = self.block(number)?;
        let high = if self.header.bits == 0 { 0 } else { number << (64 - self.header.bits) };
        let rest = |entry: &[u8]| entry.iter().fold(0u64, |n, b| n << 8 | u64::from(*b));
        Ok(entries.chunks_exact(self.header.width()).map(|entry| high | rest(entry)).collect())
    }

    /// Reads every block, proves it and counts its entries.
    ///
    /// # Errors
    /// At the first that is damaged.
    pub fn verify(&self) -> Result<(), ExactError> {
        let mut entries = 0;
        for number in 0..self.header.blocks() {
            let prints = self.prints(number)?;
            if !prints.is_sorted() || prints.iter().any(|print| block_of(*print, self.header.bits) != number) {
                return Err(self.damaged(number));
            }
            entries += prints.len() as u64;
        }
        match entries == self.header.entries {
            true => Ok(()),
            false => Err(ExactError::table(&self.path, "it does not hold what its header says", AGAIN)),
        }
    }

    fn is_proven(&self, block: u64) -> bool {
        let word = usize::try_from(block / 64).map_or(None, |word| self.proven.get(word));
        word.is_some_and(|word| word.load(Ordering::Relaxed) & (1 << (block % 64)) != 0)
    }

    fn set_proven(&self, block: u64) {
        if let Some(word) = usize::try_from(block / 64).map_or(None, |word| self.proven.get(word)) {
            word.fetch_or(1 << (block % 64), Ordering::Relaxed);
        }
    }

    fn damaged(&self, block: u64) -> ExactError {
        ExactError::table(&self.path, format!("it is damaged (block {block} of {})", self.header.blocks()), AGAIN)
    }
}

/// How many first bits of a fingerprint choose its block, for so many entries.
pub(super) fn bits_for(entries: u64) -> u8 {
    let blocks = (entries / ENTRIES_A_BLOCK).max(1);
    u8::try_from(blocks.ilog2()).map_or(0, |bits| bits.min(24))
}

/// The block of a fingerprint.
pub(super) fn block_of(print: u64, bits: u8) -> u64 {
    if bits == 0 { 0 } else { print >> (64 - bits) }
}

/// What is left of a fingerprint in its block; the first bytes are zero.
pub(super) fn rest_of(print: u64, bits: u8) -> [u8; 8] {
    let rest = if bits == 0 { print } else { print << bits >> bits };
    rest.to_be_bytes()
}

/// The seal of a block.
pub(super) fn seal_of(key: &Key, table: &[u8; 16], number: u64, content: &[u8]) -> [u8; SEAL] {
    key.seal(&[b"block", table, &number.to_be_bytes(), content])
}

fn read_header(file: &File, path: &Path, size: u64) -> Result<Vec<u8>, ExactError> {
    let io = |source| ExactError::read(path, source);
    let mut fixed = [0u8; FIXED];
    let there = usize::try_from(size).map_or(FIXED, |size| size.min(FIXED));
    read_at(file, fixed.get_mut(..there).unwrap_or_default(), 0).map_err(io)?;
    if there < FIXED {
        let broken =
            if Header::begins(fixed.get(..there).unwrap_or_default()) { Broken::Damaged } else { Broken::Magic };
        return Err(not_believed(path, &broken));
    }
    let length = Header::length(&fixed).map_err(|broken| not_believed(path, &broken))?;
    if size < length as u64 {
        return Err(ExactError::table(path, "it is cut short: its header is not whole", AGAIN));
    }
    let mut whole = vec![0; length];
    read_at(file, &mut whole, 0).map_err(io)?;
    Ok(whole)
}

fn expected_size(whole: &[u8], header: &Header) -> Option<u64> {
    let index = header.blocks().checked_add(1)?.checked_mul(PLACE)?;
    let entries = header.entries.checked_mul(header.width() as u64)?;
    let seals = header.blocks().checked_mul(SEAL as u64)?;
    (whole.len() as u64).checked_add(index)?.checked_add(entries)?.checked_add(seals)
}

fn not_believed(path: &Path, broken: &Broken) -> ExactError {
    match broken {
        Broken::Magic => ExactError::table(path, "it is no table of fingerprints", "name the right file in [exact]"),
        Broken::Version(version) => {
            let why = format!("it was made by another version of leakgate ({version})");
            ExactError::table(path, why, AGAIN)
        }
        Broken::Damaged => ExactError::table(path, "its header is damaged", AGAIN),
    }
}

fn other_key(path: &Path, id: KeyId, keys: &[Key]) -> ExactError {
    let known: Vec<String> = keys.iter().map(|key| key.id().to_string()).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let why = format!("it was made with the key {id}, and the keys given are {known}");
    ExactError::table(path, why, "name its key in [exact] keys, or build it again with the key that is there")
}

/// The day of an instant, for a message.
fn day(seconds: u64) -> String {
    super::clock::day(seconds)
}
