//! Values that were taken out of a table before it is built again.
//!
//! A record's pairs cannot be found by one of its values alone, so a value is not cut out of the table: it is entered
//! beside it, and nothing with it counts any more. The next build starts from a list without the person and drops the
//! entry.
//!
//! *Invariant:* the file is sealed with the key and replaced as a whole. Without it more is refused, never less.

use super::error::ExactError;
use super::files::{self, Beside, Readers};
use super::key::Key;
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// What is added to a table's name.
const SUFFIX: &str = ".forgotten";
const MAGIC: &[u8; 8] = b"\xb1LGFG\r\n\x1a";
const SEAL: usize = 32;
/// Time to build the table again: 16 MiB of entries.
const MOST: u64 = 2 << 20;

/// The values forgotten beside one table.
#[derive(Debug, Default)]
pub(super) struct Forgotten(BTreeSet<u64>);

impl Forgotten {
    /// Reads those beside the table at `table`; there may be none.
    pub(super) fn beside(table: &Path, key: &Key) -> Result<Self, ExactError> {
        let path = path_of(table);
        match fs::symlink_metadata(&path) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(ExactError::read(&path, error)),
        }
        let file = files::open(&path, Readers::Group).map_err(|refused| refused.about("the table", &path))?;
        let mut bytes = Vec::new();
        file.take(MOST * 8 + 64).read_to_end(&mut bytes).map_err(|source| ExactError::read(&path, source))?;
        Self::decoded(&bytes, key).ok_or_else(|| {
            let why = "it is damaged, or of another key than its table";
            ExactError::table(&path, why, "remove it, forget the values again, and build the table again")
        })
    }

    fn decoded(bytes: &[u8], key: &Key) -> Option<Self> {
        let (told, seal) = bytes.split_at_checked(bytes.len().checked_sub(SEAL)?)?;
        let expected: [u8; SEAL] = key.seal(&[b"forgotten", told]);
        let (prints, rest) = told.strip_prefix(MAGIC)?.as_chunks::<8>();
        (seal == expected && rest.is_empty()).then(|| Self(prints.iter().map(|it| u64::from_be_bytes(*it)).collect()))
    }

    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    pub(super) fn holds(&self, print: u64) -> bool {
        self.0.contains(&print)
    }

    pub(super) fn prints(&self) -> impl Iterator<Item = u64> + '_ {
        self.0.iter().copied()
    }

    /// Adds fingerprints of single values.
    pub(super) fn add(&mut self, prints: impl IntoIterator<Item = u64>) {
        self.0.extend(prints);
    }

    /// Writes them beside the table at `table`.
    pub(super) fn write(&self, table: &Path, key: &Key) -> Result<(), ExactError> {
        let path = path_of(table);
        if self.0.len() as u64 > MOST {
            return Err(ExactError::table(
                &path,
                "it would hold more than two million values",
                "build the table again",
            ));
        }
        let mut told = MAGIC.to_vec();
        told.extend(self.0.iter().flat_map(|print| print.to_be_bytes()));
        let seal: [u8; SEAL] = key.seal(&[b"forgotten", &told]);
        let mut out = Beside::like(&path, table)?;
        out.write(&told)?;
        out.write(&seal)?;
        out.finish()
    }

    /// Removes the file beside a table that was just built from a list without the people in it.
    pub(super) fn drop_beside(table: &Path) -> Result<(), ExactError> {
        let path = path_of(table);
        match fs::remove_file(&path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(ExactError::write(&path, error)),
        }
    }
}

fn path_of(table: &Path) -> PathBuf {
    let mut name = table.as_os_str().to_owned();
    name.push(SUFFIX);
    PathBuf::from(name)
}
