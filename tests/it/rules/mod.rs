//! The rules as a product: what is built in holds what it promises, and `leakgate rules` says so to people.
//!
//! What is built in is tried in this process, since a rule has thousands of texts to be tried on; the commands are run.

mod author;
mod coats;
mod embedded;
pub mod kinds;
mod listing;
mod planted;
mod readme;

use crate::harness::{Call, Out};
use std::path::Path;
use tempfile::TempDir;

/// A folder outside of any repository, for policy files and rule packs.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn put(&self, name: &str, text: &str) -> &Self {
        std::fs::write(self.path().join(name), text).unwrap();
        self
    }

    /// `leakgate rules` with `args` in this folder.
    fn rules(&self, args: &[&str]) -> Out {
        Call::new(self.path(), self.path(), &[&["rules"], args].concat()).run(b"")
    }
}

/// Every line fits a terminal, and nothing in it could steer one.
fn sound(text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= 80 && !line.chars().any(char::is_control), "{line:?}");
        assert_eq!(line.trim_end(), line);
    }
}
