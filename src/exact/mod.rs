//! The organisation's own customers, recognised one by one, without a list of them.
//!
//! A table of keyed fingerprints says of a value "this is a real customer's", and of two values "these are one customer's"
//! and nothing else. Patterns guess; this knows: one row of the customer list is refused, wherever it turns up.
//!
//! Reading order: `norm` (one spelling for each value), `key` (its fingerprint), `header` and `table` (read by position),
//! `list`, `csv`, `density`, `build` and `write` (from a list to a table), `forgotten` and `merge`, `search` (from a text
//! to what is known in it).
//!
//! *Invariant:* plaintext is never written, and a table that is missing, cut short, damaged, expired or of another key is
//! an error, never "not found".

mod build;
pub mod clock;
mod csv;
mod density;
mod entries;
mod error;
mod files;
mod forgotten;
mod header;
mod key;
mod list;
mod merge;
mod norm;
mod reading;
mod region;
#[cfg(test)]
mod samples;
mod search;
mod table;
#[cfg(test)]
mod tests;
mod window;
mod write;

pub use build::{Built, Counts, FirstRow, Plan, build};
pub use density::Density;
pub use error::ExactError;
pub use header::{Alone, Field, Header, Shape};
pub use key::{Key, KeyId};
pub use list::{Column, Wanted};
pub use merge::merge;
pub use norm::{Kind, NORM, normal};
pub use region::Region;
pub use search::{Known, What};
pub use table::Table;

use once_cell::sync::OnceCell;
use std::path::PathBuf;

/// Where the tables and their keys are, and what is made of a match.
#[derive(Clone, Debug)]
pub struct Sources {
    /// The tables; all are asked.
    pub tables: Vec<PathBuf>,
    /// The keys; a table names its own.
    pub keys: Vec<PathBuf>,
    /// Now, in seconds since 1970.
    pub now: u64,
    /// From how many distinct real addresses on a file is refused.
    pub emails: usize,
    /// From how many distinct real numbers on.
    pub numbers: usize,
    /// The organisation's own mail domains.
    pub own_domains: Vec<String>,
}

/// The tables of a policy, opened when the first value asks for them.
pub struct Exact {
    sources: Sources,
    tables: OnceCell<Vec<Table>>,
}

impl Exact {
    /// Takes note of the files; reads none.
    #[must_use]
    pub fn new(sources: Sources) -> Self {
        Self { sources, tables: OnceCell::new() }
    }

    /// Tables that are open already.
    #[must_use]
    pub fn of(tables: Vec<Table>, sources: Sources) -> Self {
        Self { sources, tables: OnceCell::with_value(tables) }
    }

    /// The tables, opened at the first call.
    ///
    /// # Errors
    /// When one of them, or a key, cannot be used.
    pub fn tables(&self) -> Result<&[Table], ExactError> {
        let open = || {
            let keys: Vec<Key> = self.sources.keys.iter().map(|path| Key::read(path)).collect::<Result<_, _>>()?;
            let tables = self.sources.tables.iter();
            tables.map(|path| Table::open(path, &keys, self.sources.now)).collect::<Result<Vec<_>, _>>()
        };
        self.tables.get_or_try_init(open).map(Vec::as_slice)
    }
}
