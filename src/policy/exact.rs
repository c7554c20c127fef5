//! Where the fingerprints of the organisation's own customers lie, and what is made of a match.
//!
//! Paths and numbers alone: the tables are opened elsewhere, when a value asks for them.

use super::document::Document;
use super::error::PolicyError;
use super::limits::whole;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use toml::Spanned;

const COUNT: std::ops::RangeInclusive<u64> = 1..=4_096;
const EMAILS: u64 = 3;
const NUMBERS: u64 = 3;

/// What is compared with the organisation's own customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExactMatch {
    /// The tables; none: nothing is compared.
    pub tables: Vec<PathBuf>,
    /// The keys that they were made with.
    pub keys: Vec<PathBuf>,
    /// Distinct real addresses in one file.
    pub emails: u64,
    /// Distinct real numbers in one file, beside a word for them or with their letters.
    pub numbers: u64,
}

/// `[exact]` as TOML has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireExact {
    tables: Option<Spanned<Vec<Spanned<String>>>>,
    keys: Option<Spanned<Vec<Spanned<String>>>>,
    emails: Option<Spanned<i64>>,
    numbers: Option<Spanned<i64>>,
}

impl ExactMatch {
    /// What holds when no file says otherwise.
    #[must_use]
    pub fn standard() -> Self {
        Self { tables: Vec::new(), keys: Vec::new(), emails: EMAILS, numbers: NUMBERS }
    }

    /// Takes over what a file sets; a list replaces the earlier one.
    pub(super) fn apply(&mut self, doc: &Document, wire: &WireExact) -> Result<(), PolicyError> {
        if let Some(keys) = &wire.keys {
            self.keys = paths(doc, keys.get_ref(), "exact.keys")?;
        }
        if let Some(tables) = &wire.tables {
            self.tables = paths(doc, tables.get_ref(), "exact.tables")?;
            if !self.tables.is_empty() && self.keys.is_empty() {
                let remedy = "name the key that they were made with: keys = [\"/etc/leakgate/customers.key\"]";
                return Err(doc.wrong(tables, "exact.tables", "there are tables and no key", remedy));
            }
        }
        // A key taken away by a later file must not switch the comparison off in silence.
        if let Some(keys) = wire.keys.as_ref().filter(|_| !self.tables.is_empty() && self.keys.is_empty()) {
            let remedy = "to compare nothing, set tables = [] as well";
            return Err(doc.wrong(keys, "exact.keys", "there are tables and no key", remedy));
        }
        if let Some(emails) = &wire.emails {
            self.emails = whole(doc, emails, "exact.emails", COUNT, Some(EMAILS))?;
        }
        if let Some(numbers) = &wire.numbers {
            self.numbers = whole(doc, numbers, "exact.numbers", COUNT, Some(NUMBERS))?;
        }
        Ok(())
    }
}

fn paths(doc: &Document, paths: &[Spanned<String>], key: &str) -> Result<Vec<PathBuf>, PolicyError> {
    let path = |it: &Spanned<String>| match Path::new(it.get_ref()) {
        path if path.is_absolute() => Ok(path.to_owned()),
        _ => {
            let remedy = "write the whole path, from / on: a hook runs in another folder";
            Err(doc.wrong(it, key, &format!("`{}` is not a whole path", it.get_ref()), remedy))
        }
    };
    paths.iter().map(path).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, with, with_all};
    use super::*;

    #[test]
    fn a_file_changes_what_it_names_and_no_other() {
        let first = "[exact]\ntables = ['/a', '/b']\nkeys = ['/k']\nemails = 5";
        let exact = with_all(&[first, "[exact]\ntables = ['/c']\nnumbers = 1"]).unwrap().exact;
        let expected = ExactMatch { tables: vec!["/c".into()], keys: vec!["/k".into()], emails: 5, numbers: 1 };
        assert_eq!(exact, expected);
        assert_eq!(with("").unwrap().exact, ExactMatch::standard());
        assert!(with_all(&[first, "[exact]\ntables = []"]).unwrap().exact.tables.is_empty());
    }

    #[test]
    fn tables_have_a_key_and_paths_are_whole() {
        assert!(error("[exact]\ntables = ['/a']").starts_with("p0.toml:2:10: exact.tables: there are tables"));
        assert!(error("[exact]\ntables = ['a']\nkeys = ['/k']").starts_with("p0.toml:2:11: exact.tables: `a` is not"));
        assert!(error("[exact]\nkeys = ['./k']").starts_with("p0.toml:2:9: exact.keys: `./k` is not"));
        let first = "[exact]\ntables = ['/a']\nkeys = ['/k']";
        assert!(with_all(&[first, "[exact]\nkeys = []"]).is_err());
        assert!(error("[exact]\nemails = 0").contains("from 1 to 4096"));
    }
}
