//! The references of a repository that keeps them in tables (`extensions.refStorage = reftable`); gix has no reader.
//!
//! `reftable/tables.list` names a stack of immutable tables, the newest last; a later table's value, or deletion, hides
//! earlier ones. Compaction replaces tables by one and removes them: a table that is gone is a reason to read the list
//! again. (git's `Documentation/technical/reftable.adoc`.)
//!
//! *Invariant:* a table that is not understood to its last byte is an error: half a table would bring back references
//! that it deletes.

use super::table::{self, TableRecord};
use bstr::{BString, ByteSlice};
use gix::ObjectId;
use gix::hash::Kind;
use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often the list is read while compactions take tables away; git writers hold the list only for moments.
const MAX_ATTEMPTS: u32 = 10;
/// The pause before the next attempt, longer each time: half a second in all.
const PAUSE: Duration = Duration::from_millis(10);

/// What a reference says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// It names an object.
    Id {
        /// The object.
        id: ObjectId,
        /// The object behind the tag, if it is one.
        peeled: Option<ObjectId>,
    },
    /// It stands for the reference of this name.
    Symbolic(BString),
}

/// A reference in a stack of tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The full name.
    pub name: BString,
    /// What it says.
    pub value: Value,
}

/// Why the tables could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// A file could not be read.
    #[error("reading {path}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The list has a line that is not a file name.
    #[error("{0} does not list tables")]
    List(PathBuf),
    /// A table is malformed.
    #[error("{path} is not a table of references: {what} at byte {at}")]
    Malformed {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        what: &'static str,
        /// Where.
        at: usize,
    },
    /// Tables vanish faster than they can be read.
    #[error("the tables in {0} were replaced again and again while they were read")]
    Unstable(PathBuf),
}

/// All references in the tables of the git directory `git_dir`, sorted by name, without those that were deleted.
///
/// # Errors
///
/// When the list or a table cannot be read, is malformed, or is for another hash.
pub fn read(git_dir: &Path, hash: Kind) -> Result<Vec<Record>, TableError> {
    let directory = git_dir.join("reftable");
    for attempt in 0..MAX_ATTEMPTS {
        std::thread::sleep(PAUSE * attempt);
        if let Some(tables) = read_stack(&directory)? {
            return merged(&tables, hash);
        }
    }
    Err(TableError::Unstable(directory))
}

type TableFile = (PathBuf, Vec<u8>);

/// The tables of the stack, the newest last; `None` if one has vanished since the list was read.
fn read_stack(directory: &Path) -> Result<Option<Vec<TableFile>>, TableError> {
    let list = directory.join("tables.list");
    let content = std::fs::read(&list).map_err(|source| TableError::Read { path: list.clone(), source })?;
    let mut tables = Vec::new();
    for name in content.lines() {
        let is_plain = !name.is_empty() && !name.starts_with(b".") && !name.contains_str(b"/") && !name.contains(&0);
        let path = match gix::path::from_byte_slice(name) {
            Ok(path) if is_plain => directory.join(path),
            Ok(_) | Err(_) => return Err(TableError::List(list)),
        };
        match std::fs::read(&path) {
            Ok(content) => tables.push((path, content)),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(TableError::Read { path, source }),
        }
    }
    Ok(Some(tables))
}

/// The newest record of each name.
fn merged(tables: &[TableFile], hash: Kind) -> Result<Vec<Record>, TableError> {
    let mut seen: HashSet<BString> = HashSet::new();
    let mut records = Vec::new();
    for (path, content) in tables.iter().rev() {
        let table = table::records(content, hash).map_err(|(what, at)| TableError::Malformed {
            path: path.clone(),
            what,
            at,
        })?;
        for TableRecord { name, value } in table {
            // Within a table names are unique, so only older tables have something to be hidden.
            if seen.insert(name.clone())
                && let Some(value) = value
            {
                records.push(Record { name, value });
            }
        }
    }
    records.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::super::config::RefStorage;
    use super::super::refs::RefTips;
    use super::super::test_repo::TestRepo;
    use super::*;
    use proptest::prelude::*;

    const FORMATS: [(&str, Kind); 2] = [("sha1", Kind::Sha1), ("sha256", Kind::Sha256)];

    fn repository(format: &str) -> TestRepo {
        TestRepo::init(&["--ref-format=reftable", "--object-format", format])
    }

    /// All references but the root ones, as git lists them.
    fn by_git(repo: &TestRepo) -> Vec<String> {
        let format = "--format=%(refname) %(objectname) %(*objectname) %(symref)";
        repo.git(&["for-each-ref", format]).lines().map(str::to_owned).collect()
    }

    fn by_us(repo: &TestRepo, hash: Kind) -> Vec<String> {
        let records = read(&repo.git_dir(), hash).unwrap();
        let id_of = |name: &BString| {
            records.iter().find_map(|record| match &record.value {
                Value::Id { id, .. } if record.name == *name => Some(id.to_string()),
                Value::Id { .. } | Value::Symbolic(_) => None,
            })
        };
        let line = |record: &Record| match &record.value {
            Value::Id { id, peeled } => {
                let peeled = peeled.map(|id| id.to_string()).unwrap_or_default();
                format!("{} {id} {peeled} ", record.name)
            }
            Value::Symbolic(target) => format!("{} {}  {target}", record.name, id_of(target).unwrap()),
        };
        records.iter().filter(|record| record.name.starts_with(b"refs/")).map(line).collect()
    }

    fn tables(repo: &TestRepo) -> usize {
        std::fs::read_to_string(repo.git_dir().join("reftable/tables.list")).unwrap().lines().count()
    }

    /// References `numbers` under a prefix of their own, all naming the object `id`.
    fn create(repo: &TestRepo, prefix: &str, numbers: std::ops::Range<u32>, id: &str) {
        let input: String = numbers.map(|n| format!("create refs/{prefix}/{n:05} {id}\n")).collect();
        repo.git_with_input(&["update-ref", "--stdin"], input.as_bytes());
    }

    #[test]
    fn thousands_of_references_in_one_and_in_several_tables_are_those_that_git_lists() {
        for (format, hash) in FORMATS {
            for block_size in ["4096", "512", "0"] {
                let repo = repository(format);
                repo.git(&["config", "reftable.blockSize", block_size]);
                repo.git(&["config", "reftable.geometricFactor", "0"]);
                repo.git(&["config", "core.logAllRefUpdates", "false"]);
                assert_eq!(by_us(&repo, hash), by_git(&repo), "no commit yet");
                let id = repo.commit("one").to_string();
                repo.git(&["tag", "-a", "-m", "t", "annotated"]);
                let tag = repo.id("annotated").to_string();
                create(&repo, "tags/many", 0..3000, &id);
                create(&repo, "tags/peeled", 0..500, &tag);
                repo.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/heads/main"]);
                assert_eq!(by_us(&repo, hash), by_git(&repo), "{format} {block_size}");

                let delete: String = (0..3000).step_by(7).map(|n| format!("delete refs/tags/many/{n:05}\n")).collect();
                repo.git_with_input(&["update-ref", "--stdin"], delete.as_bytes());
                repo.git(&["update-ref", "-d", "refs/remotes/origin/HEAD"]);
                repo.commit("two");
                assert!(tables(&repo) > 1);
                assert_eq!(by_us(&repo, hash), by_git(&repo), "{format} {block_size}: deleted");

                repo.git(&["pack-refs"]);
                assert_eq!(tables(&repo), 1);
                assert_eq!(by_us(&repo, hash), by_git(&repo), "{format} {block_size}: compacted");
            }
        }
    }

    #[test]
    fn logs_and_restart_points_of_any_density_do_not_matter() {
        for interval in ["1", "2", "100"] {
            let repo = repository("sha1");
            repo.git(&["config", "reftable.restartInterval", interval]);
            repo.git(&["config", "core.logAllRefUpdates", "always"]);
            let id = repo.commit("one").to_string();
            create(&repo, "heads/x", 0..700, &id);
            repo.git(&["pack-refs"]);
            assert_eq!(by_us(&repo, Kind::Sha1), by_git(&repo));
        }
    }

    #[test]
    fn only_what_references_name_is_known() {
        let repo = repository("sha1");
        let first = repo.commit("one");
        let second = repo.commit("two");
        repo.git(&["reset", "-q", "--hard", &first.to_string()]);
        assert_eq!(repo.id("ORIG_HEAD"), second, "a root reference in the tables");
        let tips = RefTips::read(&repo.git_dir(), RefStorage::Reftable, Kind::Sha1).unwrap();
        assert_eq!(tips.ids().into_iter().collect::<Vec<_>>(), [first]);
        repo.git(&["checkout", "-q", "--detach", &second.to_string()]);
        let tips = RefTips::read(&repo.git_dir(), RefStorage::Reftable, Kind::Sha1).unwrap();
        assert_eq!(tips.ids().len(), 2);
        assert_eq!(tips.tips_under(&["refs/heads/"]).len(), 1);
    }

    #[test]
    fn tables_that_are_compacted_while_they_are_read_are_read_again() {
        let repo = repository("sha1");
        let id = repo.commit("one").to_string();
        create(&repo, "heads/kept", 0..200, &id);
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for n in 0..40 {
                    create(&repo, "heads/new", n..n + 1, &id);
                    repo.git(&["pack-refs"]);
                }
            });
            while !writer.is_finished() {
                assert!(read(&repo.git_dir(), Kind::Sha1).unwrap().len() >= 202);
            }
        });
    }

    #[test]
    fn a_table_that_stays_away_and_a_list_of_something_else_are_errors() {
        let repo = repository("sha1");
        repo.commit("one");
        let list = repo.git_dir().join("reftable/tables.list");
        assert!(read(&repo.git_dir(), Kind::Sha256).is_err(), "another hash");
        std::fs::write(&list, "0x000000000001-0x000000000001-00000000.ref\n").unwrap();
        assert!(matches!(read(&repo.git_dir(), Kind::Sha1), Err(TableError::Unstable(_))));
        for name in ["../HEAD", "", ".", "a/b", "a\0b"] {
            std::fs::write(&list, format!("{name}\n")).unwrap();
            assert!(matches!(read(&repo.git_dir(), Kind::Sha1), Err(TableError::List(_))), "{name:?}");
        }
        std::fs::remove_file(&list).unwrap();
        assert!(matches!(read(&repo.git_dir(), Kind::Sha1), Err(TableError::Read { .. })));
    }

    fn one_table() -> Vec<u8> {
        let repo = repository("sha1");
        repo.git(&["config", "reftable.blockSize", "300"]);
        let id = repo.commit("one").to_string();
        create(&repo, "tags", 0..60, &id);
        repo.git(&["pack-refs"]);
        let directory = repo.git_dir().join("reftable");
        let list = std::fs::read_to_string(directory.join("tables.list")).unwrap();
        std::fs::read(directory.join(list.trim())).unwrap()
    }

    /// With the checksum made right again, so that damage gets past it.
    fn with_checksum(mut table: Vec<u8>) -> Vec<u8> {
        let end = table.len() - 4;
        let mut crc = flate2::Crc::new();
        crc.update(&table[end - 64..end]);
        table.splice(end.., crc.sum().to_be_bytes());
        table
    }

    #[test]
    fn a_table_that_is_cut_off_or_damaged_is_an_error_or_complete() {
        let table = one_table();
        let whole = table::records(&table, Kind::Sha1).unwrap().len();
        assert_eq!(whole, 62);
        assert!((0..table.len()).all(|len| table::records(&table[..len], Kind::Sha1).is_err()));
        for at in table.len() - 68..table.len() {
            let mut damaged = table.clone();
            damaged[at] ^= 1;
            assert!(table::records(&damaged, Kind::Sha1).is_err(), "{at}");
        }
        assert!(table::records(&with_checksum(table.clone()), Kind::Sha1).is_ok());
        // The second block of references, made to look like one of logs.
        let second = table.iter().enumerate().skip(300).find(|(at, byte)| at % 300 == 0 && **byte == b'r').unwrap().0;
        let mut hidden = table.clone();
        hidden[second] = b'g';
        assert!(table::records(&hidden, Kind::Sha1).is_err());
    }

    /// A table without alignment, as git reads but does not write: a block a record.
    fn unaligned(names: &[&str]) -> Vec<u8> {
        let header = [&b"REFT\x01"[..], &[0; 19]].concat();
        let mut table = header.clone();
        for (n, name) in names.iter().enumerate() {
            let from_start = if n == 0 { 24 } else { 0 };
            let record = [&[0, u8::try_from(name.len() << 3 | 1).unwrap()], name.as_bytes(), &[0], &[7; 20]].concat();
            let len = from_start + 4 + record.len() + 5;
            table.extend([b'r', 0, 0, u8::try_from(len).unwrap()]);
            table.extend(record);
            table.extend([0, 0, u8::try_from(from_start + 4).unwrap(), 0, 1]);
        }
        table.extend(header);
        table.extend([0; 44]);
        with_checksum(table)
    }

    #[test]
    fn blocks_without_alignment_are_read_one_after_the_other() {
        let names = |table: &[u8]| {
            let records = table::records(table, Kind::Sha1)?;
            Ok::<Vec<_>, table::Malformed>(records.into_iter().map(|record| record.name.to_string()).collect())
        };
        assert_eq!(names(&unaligned(&["refs/a", "refs/b", "refs/c"])).unwrap(), ["refs/a", "refs/b", "refs/c"]);
        assert_eq!(names(&unaligned(&[])).unwrap(), [""; 0]);
        assert!(names(&unaligned(&["refs/b", "refs/a"])).is_err(), "out of order");
        assert!(names(&unaligned(&["refs/a", "refs/a"])).is_err(), "twice");
    }

    proptest! {
        #[test]
        fn no_table_panics(content in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut table = b"REFT\x01\0\0\0".to_vec();
            table.extend_from_slice(&[0; 16]);
            let header = table.clone();
            table.push(b'r');
            table.extend_from_slice(&[0, 0, u8::try_from(28 + content.len()).unwrap_or(255)]);
            table.extend(content);
            table.extend(header);
            table.extend([0; 44]);
            let read = table::records(&with_checksum(table), Kind::Sha1);
            prop_assert!(read.is_err() || read.is_ok_and(|records| records.len() < 60));
        }
    }
}
