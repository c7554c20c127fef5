//! The ids that references name, without the names.
//!
//! Apart from `refs`, which keeps the names for those who ask by them: a server asks at every push, and half of its time
//! went into names where there are a hundred thousand.

use super::config::RefStorage;
use super::refs::{RefsError, Take, each};
use gix::ObjectId;
use gix::hash::Kind;
use gix::hashtable::HashSet as IdSet;
use std::path::Path;

/// The ids that references name.
#[derive(Debug)]
pub struct RefIds {
    /// The ids that those name which count, directly or behind a tag. A `HEAD` that names a commit itself is among them
    /// only if all count.
    pub ids: IdSet<ObjectId>,
    /// Whether all count.
    pub all: bool,
}

impl RefIds {
    /// Reads the references of the repository whose shared directory is `common_dir`; those count whose name `counts`
    /// takes.
    ///
    /// # Errors
    ///
    /// As [`RefTips::read`](super::RefTips::read).
    pub fn read(
        common_dir: &Path,
        storage: RefStorage,
        hash: Kind,
        counts: &dyn Fn(&[u8]) -> bool,
    ) -> Result<Self, RefsError> {
        let mut counted = Counted { ids: IdSet::default(), all: true, detached: None, counts };
        each(common_dir, storage, hash, &mut counted)?;
        let Counted { mut ids, all, detached, .. } = counted;
        ids.extend(detached.filter(|_| all));
        Ok(Self { ids, all })
    }
}

struct Counted<'c> {
    ids: IdSet<ObjectId>,
    all: bool,
    detached: Option<ObjectId>,
    counts: &'c dyn Fn(&[u8]) -> bool,
}

impl Take for Counted<'_> {
    fn reserve(&mut self, count: usize, _bytes: usize) {
        self.ids.reserve(count);
    }

    fn take(&mut self, name: &[u8], id: ObjectId, peeled: Option<ObjectId>) {
        match (self.counts)(name) {
            true if name == b"HEAD" => self.detached = Some(id),
            true => self.ids.extend([Some(id), peeled].into_iter().flatten()),
            false => self.all = false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::RefTips;
    use super::super::test_repo::TestRepo;
    use super::*;
    use bstr::ByteSlice;

    #[test]
    fn the_ids_are_those_of_the_named_references() {
        for format in ["files", "reftable"] {
            let storage = if format == "files" { RefStorage::Files } else { RefStorage::Reftable };
            let repo = TestRepo::init(&["--ref-format", format]);
            repo.commit("one");
            repo.git(&["tag", "-a", "-m", "t", "annotated"]);
            repo.git(&["branch", "soft/side"]);
            repo.git(&["pack-refs", "--all"]);
            repo.commit("two");
            repo.git(&["branch", "soft/own"]);
            repo.git(&["checkout", "-q", "--detach", "soft/side"]);
            let detached = repo.commit("three");
            let tips = RefTips::read(&repo.git_dir(), storage, Kind::Sha1).unwrap();
            let hard = |name: &[u8]| !name.contains_str("soft/");
            for (counts, all) in [(&(|_: &[u8]| true) as &dyn Fn(&[u8]) -> bool, true), (&hard, false)] {
                let read = RefIds::read(&repo.git_dir(), storage, Kind::Sha1, counts).unwrap();
                let named = tips.iter().filter(|tip| counts(tip.name) && (all || tip.name != "HEAD"));
                let named: IdSet<ObjectId> = named.flat_map(|tip| [Some(tip.id), tip.peeled]).flatten().collect();
                assert_eq!((read.ids, read.all), (named, all), "{format}");
            }
            let strict = RefIds::read(&repo.git_dir(), storage, Kind::Sha1, &hard).unwrap();
            assert!(!strict.ids.contains(&detached), "{format}");
        }
    }
}
