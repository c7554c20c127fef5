//! Which objects the repository's references name now: everything reachable from them was let in before.
//!
//! An own reader rather than gix's iterator because the two kinds of damage weigh differently. A loose reference that
//! git's crash left empty or that names nothing is left out: then more is scanned. A `packed-refs` file that cannot be
//! understood is an error: leaving out a hundred thousand references would make every push a full scan.
//!
//! Loose references are read before `packed-refs`. git packs a reference by writing `packed-refs` before it removes
//! the loose file, and deletes one by rewriting `packed-refs` before that; so a loose file that vanishes meanwhile is
//! found packed, or is gone, and an outdated packed value below a loose one never shows.
//!
//! *Invariant:* `refs/replace/` is absent: such a reference names what git shows in place of another object, not
//! history that was let in. Nor are there the `HEAD`s of linked work trees or `ORIG_HEAD` and its like.

use super::config::RefStorage;
use super::loose_refs::{Loose, entries, loose_at};
use super::packed_refs::PackedFile;
use super::reftable::{self, TableError};
use bstr::{BStr, BString, ByteSlice};
use gix::ObjectId;
use gix::hash::Kind;
use gix::hashtable::HashSet as IdSet;
use std::collections::HashSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// What is not counted as known.
const REPLACEMENTS: &[u8] = b"refs/replace/";

/// Why the references could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RefsError {
    /// A file or directory could not be read.
    #[error("reading the references in {path}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A line of `packed-refs` is not what git writes.
    #[error("line {line} of {path} is not a packed reference")]
    Packed {
        /// The file.
        path: PathBuf,
        /// 1-based.
        line: usize,
    },
    /// A symbolic reference leads in a circle or too far.
    #[error("the symbolic reference HEAD does not end after {0} steps")]
    Symbolic(usize),
    /// `HEAD` is neither an id nor a symbolic reference.
    #[error("{0} is not a reference")]
    Head(PathBuf),
    /// The reference tables could not be read.
    #[error("reading the reference tables")]
    Tables(#[from] TableError),
}

/// A reference and what it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RefTip<'a> {
    /// The full name.
    pub name: &'a BStr,
    /// The object that it names.
    pub id: ObjectId,
    /// The object behind the tag, where the storage says.
    pub peeled: Option<ObjectId>,
}

/// What all references of a repository named when they were read.
#[derive(Debug, Default)]
pub struct RefTips {
    /// All names in one buffer: a hundred thousand small allocations would cost more than reading them.
    names: Vec<u8>,
    tips: Vec<(Range<usize>, ObjectId, Option<ObjectId>)>,
}

impl RefTips {
    /// Reads all references of the repository whose shared directory is `common_dir`.
    ///
    /// # Errors
    ///
    /// When a directory, a loose reference, `packed-refs` or a reference table is there and cannot be read.
    pub fn read(common_dir: &Path, storage: RefStorage, hash: Kind) -> Result<Self, RefsError> {
        let mut tips = Self::default();
        each(common_dir, storage, hash, &mut tips)?;
        Ok(tips)
    }

    /// All references, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = RefTip<'_>> {
        self.tips.iter().map(|(name, id, peeled)| RefTip {
            name: self.names.get(name.clone()).unwrap_or_default().as_bstr(),
            id: *id,
            peeled: *peeled,
        })
    }

    /// The ids that any reference names, directly or behind a tag.
    #[must_use]
    pub fn ids(&self) -> IdSet<ObjectId> {
        ids_of(self.iter())
    }

    /// The ids that references below one of `prefixes` name, such as `refs/remotes/origin/`.
    #[must_use]
    pub fn tips_under(&self, prefixes: &[&str]) -> IdSet<ObjectId> {
        let is_under = |tip: &RefTip<'_>| prefixes.iter().any(|prefix| tip.name.starts_with(prefix.as_bytes()));
        ids_of(self.iter().filter(is_under))
    }
}

impl Take for RefTips {
    fn reserve(&mut self, count: usize, bytes: usize) {
        self.names.reserve(bytes);
        self.tips.reserve(count);
    }

    fn take(&mut self, name: &[u8], id: ObjectId, peeled: Option<ObjectId>) {
        let start = self.names.len();
        self.names.extend_from_slice(name);
        self.tips.push((start..self.names.len(), id, peeled));
    }
}

/// What is made of references one by one.
pub(super) trait Take {
    /// So many will come, with names of so many bytes.
    fn reserve(&mut self, count: usize, bytes: usize);
    /// One in `packed-refs`, whether it is taken or not.
    fn pass(&mut self, _name: &[u8], _id: ObjectId) {}
    /// One of them.
    fn take(&mut self, name: &[u8], id: ObjectId, peeled: Option<ObjectId>);
}

/// Hands on all references of the repository whose shared directory is `common_dir`.
pub(super) fn each(common_dir: &Path, storage: RefStorage, hash: Kind, out: &mut impl Take) -> Result<(), RefsError> {
    match storage {
        RefStorage::Reftable => {
            for record in reftable::read(common_dir, hash)? {
                if let reftable::Value::Id { id, peeled } = record.value {
                    hand_on(&record.name, id, peeled, out);
                }
            }
            Ok(())
        }
        RefStorage::Files => {
            let loose = read_loose(common_dir, hash, out)?;
            read_packed(&common_dir.join("packed-refs"), hash, &loose, out)
        }
    }
}

fn hand_on(name: &[u8], id: ObjectId, peeled: Option<ObjectId>, out: &mut impl Take) {
    let is_kept = name == b"HEAD" || (name.starts_with(b"refs/") && !name.starts_with(REPLACEMENTS));
    // git ignores references with names that it forbids, among them its lock files.
    if is_kept && !id.is_null() && (is_plain(name) || gix::validate::reference::name(name.as_bstr()).is_ok()) {
        out.take(name, id, peeled.filter(|id| !id.is_null()));
    }
}

/// Whether `name` is valid at first sight: letters and digits with single dots and slashes between. Saves a full look
/// at nearly every name, 0.2 microseconds each.
fn is_plain(name: &[u8]) -> bool {
    let mut after_plain = false;
    for (at, byte) in name.iter().enumerate() {
        after_plain = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => true,
            b'.' if name.get(at..).is_some_and(|rest| rest.starts_with(b".lock")) => return false,
            b'/' | b'.' if after_plain => false,
            _ => return false,
        };
    }
    after_plain
}

fn ids_of<'a>(tips: impl Iterator<Item = RefTip<'a>>) -> IdSet<ObjectId> {
    tips.flat_map(|tip| [Some(tip.id), tip.peeled]).flatten().collect()
}

/// Hands on the loose references and returns the names of all loose files: they hide packed ones, broken or not.
fn read_loose(common_dir: &Path, hash: Kind, out: &mut impl Take) -> Result<HashSet<BString>, RefsError> {
    let mut names = HashSet::new();
    if let Some(Loose::Id(id)) = loose_at(&common_dir.join("HEAD"), hash)? {
        hand_on(b"HEAD", id, None, out);
    }
    let mut directories = vec![(common_dir.join("refs"), BString::from("refs/"))];
    while let Some((directory, prefix)) = directories.pop() {
        for (entry, kind) in entries(&directory)? {
            let file_name = entry.file_name();
            let mut name = prefix.clone();
            name.extend_from_slice(file_name.as_encoded_bytes());
            // Links to directories are not followed: they could lead in circles, and git writes none.
            if kind.is_dir() {
                name.push(b'/');
                directories.push((entry.path(), name));
            } else if (kind.is_file() || kind.is_symlink())
                && let Some(loose) = loose_at(&entry.path(), hash)?
            {
                if let Loose::Id(id) = loose {
                    hand_on(&name, id, None, out);
                }
                names.insert(name);
            }
        }
    }
    Ok(names)
}

/// Hands on the references of the file at `path` except those that have a loose file.
fn read_packed(path: &Path, hash: Kind, loose: &HashSet<BString>, out: &mut impl Take) -> Result<(), RefsError> {
    let Some(mut file) = PackedFile::open(path, hash)? else { return Ok(()) };
    let mut is_first = true;
    while file.next(|(name, id, peeled)| {
        out.pass(name, id);
        if !loose.contains(name) {
            hand_on(name, id, peeled, out);
        }
    })? {
        if std::mem::take(&mut is_first) {
            let (count, bytes) = file.remaining();
            out.reserve(count, bytes);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::loose_refs::parse_loose;
    use super::super::packed_refs::packed_refs;
    use super::super::test_repo::TestRepo;
    use super::*;
    use proptest::prelude::*;

    /// Name and id of all references, as git lists them.
    fn by_git(repo: &TestRepo) -> Vec<String> {
        let format = "--format=%(refname) %(objectname) %(*objectname)";
        let mut listed: Vec<_> = repo.git(&["for-each-ref", format]).lines().map(str::to_owned).collect();
        listed.retain(|line| !line.starts_with("refs/replace/"));
        listed.sort();
        listed
    }

    fn by_us(tips: &RefTips) -> Vec<String> {
        let line = |tip: RefTip<'_>| {
            let peeled = tip.peeled.map(|id| id.to_string()).unwrap_or_default();
            format!("{} {} {peeled}", tip.name, tip.id)
        };
        let mut listed: Vec<_> = tips.iter().filter(|tip| tip.name != "HEAD").map(line).collect();
        listed.sort();
        listed
    }

    fn read(repo: &TestRepo, hash: Kind) -> RefTips {
        RefTips::read(&repo.git_dir(), RefStorage::Files, hash).unwrap()
    }

    #[test]
    fn packed_and_loose_references_are_those_that_git_lists() {
        for (format, hash) in [("sha1", Kind::Sha1), ("sha256", Kind::Sha256)] {
            let repo = TestRepo::init(&["--object-format", format]);
            let first = repo.commit("one").to_string();
            repo.git(&["tag", "-a", "-m", "t", "annotated"]);
            repo.git(&["tag", "light"]);
            repo.git(&["branch", "side/deep/er"]);
            repo.git(&["update-ref", "refs/namespaces/x/refs/heads/main", "HEAD"]);
            repo.git(&["pack-refs", "--all"]);
            repo.commit("two");
            repo.git(&["replace", "HEAD", &first]);
            repo.git(&["update-ref", "-d", "refs/heads/side/deep/er"]);
            repo.git(&["branch", "side/deep"]);
            repo.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);

            let tips = read(&repo, hash);
            assert_eq!(by_us(&tips), by_git(&repo));
            assert_eq!(tips.tips_under(&["refs/namespaces/", "refs/remotes/"]).len(), 1);
            assert_eq!(tips.ids().len(), 3, "two commits and a tag");
        }
    }

    #[test]
    fn a_detached_head_names_its_commit() {
        let repo = TestRepo::init(&[]);
        let first = repo.commit("one");
        repo.commit("two");
        assert!(!read(&repo, Kind::Sha1).ids().contains(&first));
        repo.git(&["checkout", "-q", "--detach", &first.to_string()]);
        assert!(read(&repo, Kind::Sha1).ids().contains(&first));
    }

    #[test]
    fn a_packed_value_below_a_loose_reference_is_not_known() {
        let repo = TestRepo::init(&[]);
        let old = repo.commit("one");
        repo.git(&["pack-refs", "--all"]);
        repo.git(&["commit", "-q", "--amend", "--allow-empty", "-m", "other"]);
        assert!(!read(&repo, Kind::Sha1).ids().contains(&old));
        repo.write(".git/refs/heads/main", "");
        assert!(read(&repo, Kind::Sha1).ids().is_empty(), "a broken loose reference hides the packed one too");
    }

    #[test]
    fn broken_loose_references_are_left_out_and_stop_nothing() {
        let repo = TestRepo::init(&[]);
        let known = repo.commit("one");
        for (name, content) in [
            ("empty", String::new()),
            ("zeros", format!("{}\n", Kind::Sha1.null())),
            ("short", "12ab\n".into()),
            ("long", format!("{known}00\n")),
            ("garbage", "\0\u{ff}\n".repeat(9000)),
            ("dangling", "ref: refs/heads/nothing\n".into()),
            ("main.lock", "1".repeat(40)),
            (".hidden", "1".repeat(40)),
            ("bad name", "1".repeat(40)),
        ] {
            repo.write(&format!(".git/refs/heads/{name}"), content);
        }
        std::os::unix::fs::symlink(".", repo.git_dir().join("refs/heads/circle")).unwrap();
        std::os::unix::fs::symlink("refs/heads/main", repo.git_dir().join("refs/heads/old-style")).unwrap();
        assert_eq!(read(&repo, Kind::Sha1).ids().into_iter().collect::<Vec<_>>(), [known]);
    }

    #[test]
    fn a_broken_line_in_packed_refs_is_an_error() {
        let repo = TestRepo::init(&[]);
        let id = repo.commit("one");
        let good = format!("# pack-refs with: peeled fully-peeled sorted \n{id} refs/heads/x\n^{id}\n");
        repo.write(".git/packed-refs", &good);
        assert_eq!(read(&repo, Kind::Sha1).tips_under(&["refs/heads/x"]).len(), 1);
        for (broken, at) in [
            (format!("{good}{id} refs/heads/y"), 4),
            (format!("{good}^{id}\n"), 4),
            (format!("{good}\n"), 4),
            (format!("{good}# comment\n"), 4),
            (format!("{good}{id}\n"), 4),
            (format!("{good}{id} \n"), 4),
            (format!("{good}{id} refs/heads/y\n^12\n"), 5),
            (format!("{id}00 refs/heads/y\n"), 1),
            ("\0".into(), 1),
        ] {
            repo.write(".git/packed-refs", &broken);
            let error = RefTips::read(&repo.git_dir(), RefStorage::Files, Kind::Sha1).unwrap_err();
            assert!(matches!(error, RefsError::Packed { line, .. } if line == at), "{broken:?}: {error}");
        }
    }

    #[test]
    fn references_that_are_packed_and_deleted_while_they_are_read_stop_nothing() {
        let repo = TestRepo::init(&[]);
        let kept = repo.commit("one");
        let line = |what: &str, n: u32| format!("{what} refs/heads/b{n} {kept}\n");
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for _ in 0..5 {
                    let create: String = (0..50).map(|n| line("update", n)).collect();
                    repo.git_with_input(&["update-ref", "--stdin"], create.as_bytes());
                    repo.git(&["pack-refs", "--all"]);
                    let delete: String = (0..50).map(|n| line("delete", n)).collect();
                    repo.git_with_input(&["update-ref", "--stdin"], delete.as_bytes());
                }
            });
            while !writer.is_finished() {
                assert!(read(&repo, Kind::Sha1).ids().contains(&kept));
            }
        });
    }

    #[test]
    fn a_hundred_thousand_packed_references_are_read() {
        let repo = TestRepo::init(&[]);
        let id = repo.commit("one").to_string();
        let mut packed = String::from("# pack-refs with: peeled fully-peeled sorted \n");
        for n in 0..100_000_u64 {
            // Spread like real ids: the sets of ids hash by the first bytes.
            let spread = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            packed.push_str(&format!("{spread:016x}{} refs/tags/release-{n:06}\n", &id[16..]));
        }
        repo.write(".git/packed-refs", packed);
        assert_eq!(read(&repo, Kind::Sha1).ids().len(), 100_001);
    }

    proptest! {
        #[test]
        fn a_name_that_is_valid_at_first_sight_is_valid(name in "refs/([a-c/.]|.lock|-|_){0,9}") {
            prop_assert!(!is_plain(name.as_bytes()) || gix::validate::reference::name(name.as_str().into()).is_ok());
        }

        #[test]
        fn no_content_of_packed_refs_or_a_loose_file_panics(content in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(packed_refs(&content, Kind::Sha1, true).take(300).count() < 300);
            parse_loose(&content, Kind::Sha256);
        }
    }
}
