//! The ids that references name, without the names.
//!
//! Apart from `refs`, which keeps the names for those who ask by them: a server asks at every push, and half of its time
//! went into names where there are a hundred thousand.

use super::config::{RefStorage, RepoFacts};
use super::head::{LooseHead, head_commit, loose_head};
use super::refs::{RefsError, Take, each};
use bstr::BString;
use gix::ObjectId;
use gix::hashtable::HashSet as IdSet;

/// The ids that references name.
#[derive(Debug)]
pub struct RefIds {
    /// The ids that those name which count, directly or behind a tag. A `HEAD` that names a commit itself is among them
    /// only if all count.
    pub ids: IdSet<ObjectId>,
    /// Whether all count.
    pub all: bool,
    /// The commit that `HEAD` of the git directory leads to, which is not among the ids in a linked work tree; none
    /// unless all count.
    pub head: Option<ObjectId>,
}

impl RefIds {
    /// Reads the references of the repository of `facts`; those count whose name `counts` takes.
    ///
    /// # Errors
    ///
    /// As [`RefTips::read`](super::RefTips::read), and if all count as [`head_commit`].
    pub fn read(facts: &RepoFacts, counts: &dyn Fn(&[u8]) -> bool) -> Result<Self, RefsError> {
        // Before the packed references, as all loose ones. It leads to one of those where nobody pushed since `git gc`:
        // then it comes by below, and the file need not be read twice.
        let head = match facts.ref_storage {
            RefStorage::Files => Some(loose_head(facts)),
            RefStorage::Reftable => None,
        };
        let wanted = match &head {
            Some(Ok(LooseHead::Elsewhere(name))) => Some(name.clone()),
            Some(Ok(LooseHead::Commit(_)) | Err(_)) | None => None,
        };
        let mut counted = Counted { ids: IdSet::default(), all: true, detached: None, counts, wanted, found: None };
        each(&facts.common_dir, facts.ref_storage, facts.hash, &mut counted)?;
        let Counted { mut ids, all, detached, found, .. } = counted;
        if !all {
            return Ok(Self { ids, all, head: None });
        }
        ids.extend(detached);
        let head = match head.transpose()? {
            Some(LooseHead::Commit(id)) => Some(id),
            Some(LooseHead::Elsewhere(_)) => found,
            None => head_commit(facts)?,
        };
        Ok(Self { ids, all, head })
    }
}

struct Counted<'c> {
    ids: IdSet<ObjectId>,
    all: bool,
    detached: Option<ObjectId>,
    counts: &'c dyn Fn(&[u8]) -> bool,
    /// The packed reference to look out for, and what it names.
    wanted: Option<BString>,
    found: Option<ObjectId>,
}

impl Take for Counted<'_> {
    fn reserve(&mut self, count: usize, _bytes: usize) {
        self.ids.reserve(count);
    }

    fn pass(&mut self, name: &[u8], id: ObjectId) {
        if self.wanted.as_ref().is_some_and(|wanted| wanted == name) {
            self.found = Some(id);
        }
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
    use super::super::config::Places;
    use super::super::test_repo::TestRepo;
    use super::*;
    use bstr::ByteSlice;
    use gix::hash::Kind;
    use std::path::Path;

    fn facts(git_dir: &Path) -> RepoFacts {
        RepoFacts::read(&Places { git_dir, common_dir: None, work_tree: None, shallow_file: None }).unwrap()
    }

    #[test]
    fn head_is_the_commit_that_it_is_by_itself_wherever_its_reference_is() {
        for format in ["files", "reftable"] {
            let repo = TestRepo::init(&["--ref-format", format]);
            let all = |_: &[u8]| true;
            let same = |git_dir: &Path| {
                let facts = facts(git_dir);
                let head = RefIds::read(&facts, &all).unwrap().head;
                assert_eq!(head, head_commit(&facts).unwrap(), "{format}");
                head
            };
            assert_eq!(same(&repo.git_dir()), None, "no commit yet");
            let first = repo.commit("one");
            assert_eq!(same(&repo.git_dir()), Some(first));
            repo.git(&["worktree", "add", "-q", "-b", "linked", "linked"]);
            repo.git(&["pack-refs", "--all"]);
            let linked = repo.git_dir().join("worktrees/linked");
            assert_eq!((same(&repo.git_dir()), same(&linked)), (Some(first), Some(first)));
            let second = repo.commit("two");
            assert_eq!((same(&repo.git_dir()), same(&linked)), (Some(second), Some(first)));
            repo.git(&["checkout", "-q", "--detach", "HEAD^"]);
            assert_eq!(same(&repo.git_dir()), Some(first));
            repo.git(&["checkout", "-q", "--orphan", "unborn"]);
            assert_eq!(same(&repo.git_dir()), None);
            assert_eq!(RefIds::read(&facts(&linked), &|_: &[u8]| false).unwrap().head, None);
        }
    }

    #[test]
    fn a_broken_head_is_an_error_where_all_count() {
        let repo = TestRepo::init(&[]);
        repo.commit("one");
        let facts = facts(&repo.git_dir());
        repo.write(".git/HEAD", "garbage");
        assert!(RefIds::read(&facts, &|_: &[u8]| true).is_err());
        assert!(RefIds::read(&facts, &|_: &[u8]| false).is_ok());
    }

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
                let read = RefIds::read(&facts(&repo.git_dir()), counts).unwrap();
                let named = tips.iter().filter(|tip| counts(tip.name) && (all || tip.name != "HEAD"));
                let named: IdSet<ObjectId> = named.flat_map(|tip| [Some(tip.id), tip.peeled]).flatten().collect();
                assert_eq!((read.ids, read.all), (named, all), "{format}");
            }
            let strict = RefIds::read(&facts(&repo.git_dir()), &hard).unwrap();
            assert!(!strict.ids.contains(&detached), "{format}");
        }
    }
}
