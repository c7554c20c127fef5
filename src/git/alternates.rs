//! The folders in which a repository's objects lie: those that git names, and their alternates.

use super::store::StoreError;
use bstr::ByteSlice;
use std::borrow::Cow;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The object directories of a repository, each listed once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectDirs {
    /// What a push has brought and git has not accepted yet; none outside `pre-receive`.
    pub incoming: Vec<PathBuf>,
    /// What the repository had before, alternates included.
    pub existing: Vec<PathBuf>,
}

/// Alternates may name alternates, each folder once, at most so many: a chain longer than that is a mistake.
const MOST_DIRS: usize = 1_000;

impl ObjectDirs {
    /// Lists `existing` and `alternates` with all alternates of theirs; an alternate that is not there is passed over, as git does (what only
    /// it holds then counts as missing, which rejects).
    ///
    /// # Errors
    /// When one of `incoming` or `existing` is not there, an alternates file cannot be read or parsed, or there are too
    /// many.
    pub fn with_alternates(
        incoming: Vec<PathBuf>,
        existing: Vec<PathBuf>,
        alternates: Vec<PathBuf>,
    ) -> Result<Self, StoreError> {
        let mut seen: HashSet<PathBuf> = HashSet::new();
        let mut needed = |dirs: Vec<PathBuf>| -> Result<Vec<PathBuf>, StoreError> {
            let mut found = Vec::new();
            for dir in dirs {
                let dir = canonical(&dir).ok_or(StoreError::NoDirectory { path: dir })?;
                found.extend(seen.insert(dir.clone()).then_some(dir));
            }
            Ok(found)
        };
        let incoming = needed(incoming)?;
        let mut found = needed(existing)?;
        let mut todo = alternates;
        for dir in found.iter().chain(&incoming) {
            todo.extend(alternates_of(dir)?);
        }
        todo.reverse();
        while let Some(dir) = todo.pop() {
            let Some(dir) = canonical(&dir) else { continue };
            if !seen.insert(dir.clone()) {
                continue;
            }
            if seen.len() > MOST_DIRS {
                return Err(StoreError::TooManyAlternates { most: MOST_DIRS });
            }
            todo.extend(alternates_of(&dir)?.into_iter().rev());
            found.push(dir);
        }
        Ok(Self { incoming, existing: found })
    }
}

/// Splits `GIT_ALTERNATE_OBJECT_DIRECTORIES`: paths between colons, one that begins with a double quote in C quoting. As in
/// git, an entry whose quoting is broken is taken as it stands.
#[must_use]
pub fn split_alternates(list: &OsStr) -> Vec<PathBuf> {
    // Not UTF-8 on a system whose paths must be: nothing can be there; what only it would hold counts as missing.
    let Ok(mut rest) = gix::path::os_str_into_bstr(list) else { return Vec::new() };
    let mut paths = Vec::new();
    while !rest.is_empty() {
        let end = rest.find_byte(b':').unwrap_or(rest.len());
        let (mut entry, mut used) = (Cow::Borrowed(rest.get(..end).unwrap_or_default().as_bstr()), end);
        if rest.starts_with(b"\"")
            && let Ok((unquoted, consumed)) = gix::quote::ansi_c::undo(rest)
        {
            (entry, used) = (unquoted, consumed);
        }
        if let (false, Ok(path)) = (entry.is_empty(), gix::path::from_bstr(entry)) {
            paths.push(path.into_owned());
        }
        rest = rest.get(used + 1..).unwrap_or_default().as_bstr();
    }
    paths
}

/// The folder's one name, or none when there is no such folder.
fn canonical(dir: &Path) -> Option<PathBuf> {
    match fs::canonicalize(dir) {
        Ok(path) if path.is_dir() => Some(path),
        Ok(_) | Err(_) => None,
    }
}

fn alternates_of(dir: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let path = dir.join("info").join("alternates");
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(StoreError::Io { path, source }),
    };
    let listed = match gix::odb::alternate::parse(&text) {
        Ok(listed) => listed,
        Err(_unparsable) => return Err(StoreError::Alternates { path }),
    };
    Ok(listed.into_iter().map(|alternate| dir.join(alternate)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_read_as_git_reads_it() {
        let split = |list: &str| split_alternates(OsStr::new(list));
        assert_eq!(split("/a/objects:/b c/objects"), [PathBuf::from("/a/objects"), PathBuf::from("/b c/objects")]);
        assert_eq!(split("\"/a:b/\\\"q\":/c"), [PathBuf::from("/a:b/\"q"), PathBuf::from("/c")]);
        assert_eq!(split("\"broken:/c"), [PathBuf::from("\"broken"), PathBuf::from("/c")]);
        assert!(split("").is_empty());
    }

    #[test]
    fn a_missing_alternate_is_passed_over_and_a_missing_store_is_not() {
        let scratch = tempfile::TempDir::new().unwrap();
        let (main, other) = (scratch.path().join("main"), scratch.path().join("other"));
        fs::create_dir_all(main.join("info")).unwrap();
        fs::create_dir_all(other.join("info")).unwrap();
        fs::write(main.join("info/alternates"), "../other\n/no/such/objects\n").unwrap();
        fs::write(other.join("info/alternates"), "../main\n").unwrap();
        let dirs = ObjectDirs::with_alternates(Vec::new(), vec![main.clone()], Vec::new()).unwrap();
        assert_eq!(dirs.existing, [fs::canonicalize(&main).unwrap(), fs::canonicalize(&other).unwrap()]);
        let gone = ObjectDirs::with_alternates(vec![scratch.path().join("gone")], vec![main], Vec::new());
        assert!(matches!(gone, Err(StoreError::NoDirectory { .. })), "{gone:?}");
    }
}
