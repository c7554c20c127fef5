//! The baseline: what a repository held before there was a gate, as fingerprints.
//!
//! A text of lines that sort, so that two people's changes merge, and without values, so that it tells nothing that the
//! repository does not tell.
//!
//! *Invariant:* a baseline that is named and is not there, cannot be read or holds a line that is no entry is an error. A
//! line that is lost is an exception less. Nothing can be cut off or mangled so that more passes.

use super::error::PolicyError;
use super::layer::{read_up_to, refused, shown};
use super::living::BaselineFile;
use super::{Guard, criteria};
use std::collections::BTreeSet;
use std::path::Path;

/// What a baseline begins with.
const HEAD: &str = "# leakgate baseline 1";
const NOTE: &str = "# What was there before the gate, without values: leakgate baseline";
/// A million entries.
const LARGEST: u64 = 96 << 20;
/// Digits of a fingerprint.
const DIGITS: usize = 16;

/// Fingerprints and their rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The file, fit for a terminal.
    pub origin: String,
    entries: BTreeSet<String>,
}

impl Baseline {
    /// None yet, for the file at `path`.
    #[must_use]
    pub fn empty(path: &Path) -> Self {
        Self { origin: shown(path), entries: BTreeSet::new() }
    }

    /// Reads the baseline that a policy names.
    ///
    /// # Errors
    /// When it is not there, cannot be read, is not to be trusted, or any line of it is no entry.
    pub fn read(file: &BaselineFile) -> Result<Self, PolicyError> {
        Self::at(&file.path, file.guard)
    }

    /// Reads a baseline for its keeper.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn open(path: &Path) -> Result<Self, PolicyError> {
        Self::at(path, Guard::Unchecked)
    }

    fn at(path: &Path, guard: Guard) -> Result<Self, PolicyError> {
        let text = read_up_to(path, guard, LARGEST)?;
        let wrong = |line: usize, why: &str| {
            let remedy = "restore it, or make it again: `leakgate baseline --update` after taking it away";
            refused(path, &format!("line {line} of the baseline {why}"), remedy)
        };
        let mut lines = text.lines().enumerate();
        if lines.next().is_none_or(|(_, first)| first.trim_end() != HEAD) {
            return Err(wrong(1, &format!("is not `{HEAD}`")));
        }
        let mut entries = BTreeSet::new();
        for (at, line) in lines {
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match is_entry(line) {
                true => drop(entries.insert(line.to_owned())),
                false => return Err(wrong(at + 1, "is no entry")),
            }
        }
        Ok(Self { origin: shown(path), entries })
    }

    /// Whether it holds a value of `rule`.
    #[must_use]
    pub fn holds(&self, rule: &str, fingerprint: &str) -> bool {
        self.entries.contains(&entry(rule, fingerprint))
    }

    /// Adds a value of `rule`. True if it was not there.
    pub fn add(&mut self, rule: &str, fingerprint: &str) -> bool {
        self.entries.insert(entry(rule, fingerprint))
    }

    /// Takes out what `found` does not hold; says how many.
    pub fn prune(&mut self, found: &Self) -> usize {
        let before = self.entries.len();
        self.entries.retain(|entry| found.entries.contains(entry));
        before - self.entries.len()
    }

    /// How many values it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The file's text.
    #[must_use]
    pub fn text(&self) -> String {
        let lines = [HEAD, NOTE].into_iter().chain(self.entries.iter().map(String::as_str));
        lines.map(|line| format!("{line}\n")).collect()
    }
}

fn entry(rule: &str, fingerprint: &str) -> String {
    format!("{fingerprint} {rule}")
}

fn is_entry(line: &str) -> bool {
    line.split_once(' ').is_some_and(|(fingerprint, rule)| {
        fingerprint.len() == DIGITS
            && fingerprint.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
            && criteria::is_id(rule)
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::put;
    use super::*;

    const A: &str = "0123456789abcdef";
    const B: &str = "fedcba9876543210";

    fn read(text: &str) -> Result<Baseline, String> {
        let dir = tempfile::tempdir().unwrap();
        Baseline::open(&put(dir.path(), "b", text)).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_written_is_read_and_holds_nothing_else() {
        let mut all = Baseline::empty(Path::new("b"));
        assert!(all.add("acme-key", A) && !all.add("acme-key", A) && all.add("acme-noise", B));
        let back = read(&all.text()).unwrap();
        assert!(back.holds("acme-key", A) && back.holds("acme-noise", B) && back.len() == 2);
        assert!(!back.holds("acme-key", B) && !back.holds("acme-noise", A) && !back.holds("acme", A));
        assert_eq!(read(&all.text().replace('\n', "\r\n")).unwrap().len(), 2);
    }

    #[test]
    fn pruning_keeps_what_is_still_found() {
        let (mut all, mut found) = (Baseline::empty(Path::new("b")), Baseline::empty(Path::new("c")));
        all.add("r", A);
        all.add("r", B);
        found.add("r", B);
        found.add("s", A);
        assert_eq!((all.prune(&found), all.len(), all.holds("r", B)), (1, 1, true));
    }

    #[test]
    fn whatever_is_no_baseline_is_an_error() {
        let good = format!("{HEAD}\n{A} acme-key\n");
        assert!(read(&good).is_ok() && read(&format!("{HEAD}\n")).unwrap().is_empty());
        for (bad, line) in [
            (String::new(), 1),
            ("\n".to_owned() + &good, 1),
            (good.replace(" 1\n", " 2\n"), 1),
            (format!("{A} acme-key\n"), 1),
            (format!("{good}<<<<<<< ours\n"), 3),
            (format!("{good}{A}\n"), 3),
            (format!("{good}{} acme-key\n", &A[1..]), 3),
            (format!("{good}{} acme-key\n", A.to_uppercase()), 3),
            (format!("{good}{A} *\n"), 3),
            (format!("{good}{A} acme-key more\n"), 3),
        ] {
            let message = read(&bad).unwrap_err();
            assert!(message.contains(&format!("line {line} of the baseline")), "{message}");
        }
        assert!(Baseline::open(Path::new("/nonexistent/b")).is_err());
    }

    #[test]
    fn a_baseline_cut_anywhere_holds_no_more_than_before_or_is_an_error() {
        let text = format!("{HEAD}\n{A} acme-key\n{B} acme-noise\n");
        let whole = read(&text).unwrap();
        for end in 0..text.len() {
            if let Ok(cut) = read(&text[..end]) {
                assert!(cut.len() <= whole.len() && !cut.holds("acme-key", B) && !cut.holds("acme-noise", A), "{end}");
                assert_eq!(cut.holds("acme-noise", B), end >= text.len() - 1, "{end}");
            }
        }
    }
}
