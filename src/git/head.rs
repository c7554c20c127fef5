//! What a commit will be a child of: the commit that `HEAD` names, and those of a merge in progress.
//!
//! Apart from the list of all references because `HEAD` belongs to one work tree and is followed, not listed.
//!
//! *Invariant:* damage is an error here: without its parents a commit cannot be judged for what it adds.

use super::config::{ConfigError, RefStorage, RepoFacts, ids_in};
use super::loose_refs::{Loose, loose_at};
use super::packed_refs::packed_ref;
use super::refs::RefsError;
use super::reftable::{self, Value};
use bstr::{BStr, BString, ByteSlice};
use gix::ObjectId;
use std::path::PathBuf;

/// As many symbolic references as git follows, one after the other.
const MAX_STEPS: usize = 5;

/// The commit that `HEAD` names; `None` on a branch without a commit.
///
/// # Errors
///
/// When `HEAD` is missing or broken, or names a reference that is.
pub fn head_commit(facts: &RepoFacts) -> Result<Option<ObjectId>, RefsError> {
    match facts.ref_storage {
        RefStorage::Files => head_in_files(facts),
        RefStorage::Reftable => head_in_tables(facts),
    }
}

/// The commits that a merge in progress merges into `HEAD`, all of them; none outside a merge.
///
/// # Errors
///
/// When `MERGE_HEAD` is there and is not a list of ids.
pub fn merge_heads(facts: &RepoFacts) -> Result<Vec<ObjectId>, ConfigError> {
    // A file in either storage: git treats it, like `FETCH_HEAD`, as no reference.
    ids_in(&facts.git_dir.join("MERGE_HEAD"), facts.hash)
}

fn head_in_files(facts: &RepoFacts) -> Result<Option<ObjectId>, RefsError> {
    match loose_head(facts)? {
        LooseHead::Commit(id) => Ok(Some(id)),
        LooseHead::Elsewhere(name) => packed_ref(&facts.common_dir.join("packed-refs"), facts.hash, name.as_bstr()),
    }
}

/// Where the loose references lead from `HEAD`.
#[derive(Debug)]
pub(super) enum LooseHead {
    /// To this.
    Commit(ObjectId),
    /// To a name that is packed, or that nothing has.
    Elsewhere(BString),
}

/// Follows `HEAD` through the loose references.
pub(super) fn loose_head(facts: &RepoFacts) -> Result<LooseHead, RefsError> {
    let mut name = BString::from("HEAD");
    for _ in 0..=MAX_STEPS {
        let path = file_of(facts, name.as_bstr())?;
        match loose_at(&path, facts.hash)? {
            Some(Loose::Id(id)) => return Ok(LooseHead::Commit(id)),
            Some(Loose::Symbolic(target)) => name = target,
            Some(Loose::Broken) => return Err(RefsError::Head(path)),
            None if name == "HEAD" => return Err(RefsError::Head(path)),
            None => return Ok(LooseHead::Elsewhere(name)),
        }
    }
    Err(RefsError::Symbolic(MAX_STEPS))
}

/// The file of a loose reference. Few belong to one work tree (git's `parse_worktree_ref`), the rest to all.
fn file_of(facts: &RepoFacts, name: &BStr) -> Result<PathBuf, RefsError> {
    let is_own = !name.starts_with(b"refs/")
        || [&b"refs/bisect/"[..], b"refs/worktree/", b"refs/rewritten/"].iter().any(|own| name.starts_with(own));
    let directory = if is_own { &facts.git_dir } else { &facts.common_dir };
    // A name with `..` would lead out of the repository; git refuses it too.
    match gix::path::from_byte_slice(name) {
        Ok(path) if name == "HEAD" || gix::validate::reference::name(name).is_ok() => Ok(directory.join(path)),
        Ok(_) | Err(_) => Err(RefsError::Head(directory.join("HEAD"))),
    }
}

/// A linked work tree's own references, `HEAD` among them, have tables of their own.
fn head_in_tables(facts: &RepoFacts) -> Result<Option<ObjectId>, RefsError> {
    let own = reftable::read(&facts.git_dir, facts.hash)?;
    let shared =
        if facts.git_dir == facts.common_dir { None } else { Some(reftable::read(&facts.common_dir, facts.hash)?) };
    let find = |name: &BStr| {
        own.iter().chain(shared.iter().flatten()).find(|record| record.name == name).map(|record| record.value.clone())
    };
    let mut name = BString::from("HEAD");
    for _ in 0..=MAX_STEPS {
        match find(name.as_bstr()) {
            Some(Value::Id { id, .. }) => return Ok(Some(id)),
            Some(Value::Symbolic(target)) => name = target,
            None if name == "HEAD" => return Err(RefsError::Head(facts.git_dir.join("reftable"))),
            None => return Ok(None),
        }
    }
    Err(RefsError::Symbolic(MAX_STEPS))
}

#[cfg(test)]
mod tests {
    use super::super::config::Places;
    use super::super::test_repo::TestRepo;
    use super::*;
    use std::path::Path;

    fn facts(git_dir: &Path) -> RepoFacts {
        RepoFacts::read(&Places { git_dir, common_dir: None, work_tree: None, shallow_file: None }).unwrap()
    }

    #[test]
    fn head_is_followed_in_every_storage_and_work_tree() {
        for args in
            [["--ref-format=files", "--object-format=sha1"], ["--ref-format=reftable", "--object-format=sha256"]]
        {
            let repo = TestRepo::init(&args);
            let head = |directory: &Path| head_commit(&facts(directory)).unwrap();
            assert_eq!(head(&repo.git_dir()), None, "no commit yet");
            let first = repo.commit("one");
            assert_eq!(head(&repo.git_dir()), Some(first));
            repo.git(&["pack-refs", "--all"]);
            assert_eq!(head(&repo.git_dir()), Some(first));
            repo.git(&["worktree", "add", "-q", "-b", "linked", "linked"]);
            let second = repo.commit("two");
            assert_eq!(head(&repo.git_dir()), Some(second));
            assert_eq!(head(&repo.git_dir().join("worktrees/linked")), Some(first));
            repo.git(&["checkout", "-q", "--detach", "HEAD^"]);
            assert_eq!(head(&repo.git_dir()), Some(first));
            repo.git(&["symbolic-ref", "refs/heads/alias", "refs/heads/main"]);
            repo.git(&["symbolic-ref", "HEAD", "refs/heads/alias"]);
            assert_eq!(head(&repo.git_dir()), Some(second));
            repo.git(&["checkout", "-q", "--orphan", "unborn"]);
            assert_eq!(head(&repo.git_dir()), None);
        }
    }

    #[test]
    fn a_head_that_cannot_be_followed_is_an_error() {
        let repo = TestRepo::init(&[]);
        repo.commit("one");
        for content in ["", "garbage", "ref: ../../outside", "ref: ", "ref: refs/heads/a b", "ref: HEAD"] {
            repo.write(".git/HEAD", content);
            assert!(head_commit(&facts(&repo.git_dir())).is_err(), "{content:?}");
        }
        std::fs::remove_file(repo.git_dir().join("HEAD")).unwrap();
        assert!(head_commit(&facts(&repo.git_dir())).is_err());
        std::os::unix::fs::symlink("refs/heads/unborn", repo.git_dir().join("HEAD")).unwrap();
        assert_eq!(head_commit(&facts(&repo.git_dir())).unwrap(), None);
    }

    #[test]
    fn all_heads_of_a_merge_in_progress_are_found() {
        for storage in ["files", "reftable"] {
            let repo = TestRepo::init(&["--ref-format", storage]);
            repo.commit("base");
            let mut sides = Vec::new();
            for name in ["a", "b"] {
                repo.git(&["checkout", "-q", "-b", name, "main"]);
                repo.write(name, name);
                repo.git(&["add", name]);
                sides.push(repo.commit(name));
            }
            repo.git(&["checkout", "-q", "main"]);
            repo.commit("own");
            assert!(merge_heads(&facts(&repo.git_dir())).unwrap().is_empty());
            repo.git(&["merge", "-q", "--no-commit", "a", "b"]);
            assert_eq!(merge_heads(&facts(&repo.git_dir())).unwrap(), sides);
        }
    }
}
