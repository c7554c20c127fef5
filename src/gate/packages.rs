//! Packages that must not leave, as the folders they are: `src/com/acme/internal` says `com.acme` in no single name.
//!
//! Apart from `names`, which judges a name by itself and remembers it: what a folder is called by those above it depends
//! on its place.

use super::judge::{Judge, JudgeError};
use crate::policy::{MARKER_PACKAGE, Markers};
use crate::text::{Finding, Subject};
use bstr::{BStr, BString};

/// The names of packages, cut up as folders are.
#[derive(Debug, Default)]
pub struct Packages {
    /// The last folder of each, ASCII lower case.
    last: Vec<BString>,
    /// The folders above it, from each of their beginnings: `jp`, `jp/co`.
    above: Vec<BString>,
}

impl Packages {
    /// Those of the policy.
    #[must_use]
    pub fn of(markers: &Markers) -> Self {
        let mut packages = Self::default();
        for name in &markers.packages {
            let path = name.to_ascii_lowercase().replace('.', "/");
            let cuts = path.match_indices('/');
            packages.above.extend(cuts.map(|(at, _)| BString::from(path.as_bytes().get(..at).unwrap_or_default())));
            packages.last.extend(path.rsplit('/').next().map(BString::from));
        }
        packages
    }

    /// The folders below which a name may end a package: no two of them mean the same.
    #[must_use]
    pub fn above(&self) -> Vec<BString> {
        self.above.clone()
    }

    /// Whether the last name of `path` is one that ends a package; the rule says whether those above it are its.
    fn may_end_at(&self, path: &BStr) -> bool {
        let name = path.rsplit(|b| *b == b'/').next().unwrap_or_default();
        path.contains(&b'/')
            && self.last.iter().any(|last| name.get(..last.len()).is_some_and(|start| start.eq_ignore_ascii_case(last)))
    }
}

impl Judge {
    /// The package that ends with the last name of `path`, which is new there; `subject` is only made for one.
    ///
    /// # Errors
    /// When a rule cannot run or time is over.
    pub fn package(&self, path: &BStr, subject: impl FnOnce() -> Subject) -> Result<Vec<Finding>, JudgeError> {
        if !self.packages.may_end_at(path) {
            return Ok(Vec::new());
        }
        let mut found = self.name(path, subject)?;
        // What else the names give away is found in each by itself.
        found.retain(|finding| finding.rule.id == MARKER_PACKAGE);
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_name_that_ends_a_package_is_worth_a_look_at_its_path() {
        let packages = Packages { last: vec!["acme".into()], above: Vec::new() };
        for path in ["jp/co/acme", "jp/co/Acme", "src/acme.py", "x/acme-site"] {
            assert!(packages.may_end_at(path.into()), "{path}");
        }
        for path in ["acme", "jp/co", "jp/co/acme/site", "jp.co.acme"] {
            assert!(!packages.may_end_at(path.into()), "{path}");
        }
    }
}
