//! Appends a record to the log: one write, to the file that is meant and no other.
//!
//! *Invariant:* nothing that was pushed can decide where is written. No link is followed, nothing is written in a work
//! tree, nor in a folder where everybody may put files.

use super::AuditError;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

/// Owner and group: the log names people.
const MODE: u32 = 0o640;
const WORLD_WRITABLE: u32 = 0o002;
const STICKY: u32 = 0o1000;

/// Appends `line` and a line end.
///
/// `O_APPEND` puts records of concurrent pushes one after the other; the lock that the kernel holds on a local file for
/// the length of a write keeps each in one piece.
pub(super) fn append(path: &Path, work_tree: Option<&Path>, line: &str) -> Result<(), AuditError> {
    let cannot = |source| AuditError::File { path: path.to_owned(), source };
    check(path, work_tree)?;
    let file = open(path).map_err(cannot)?;
    // Opened through a link that was put there since: nothing has been written yet.
    let (opened, named) = (file.metadata().map_err(cannot)?, there(path)?);
    if named.is_none_or(|named| (named.dev(), named.ino()) != (opened.dev(), opened.ino())) {
        return Err(untrusted(path, "it was replaced while it was opened"));
    }
    check_file(path, &opened)?;
    let mut record = String::with_capacity(line.len() + 2);
    if is_torn(&file, &opened) {
        record.push('\n');
    }
    record.push_str(line);
    record.push('\n');
    write_once(path, &file, record.as_bytes())
}

/// Refuses a place that is not to be trusted, or is not there.
pub(super) fn check(path: &Path, work_tree: Option<&Path>) -> Result<(), AuditError> {
    check_folder(path, work_tree)?;
    match there(path)? {
        Some(there) => check_file(path, &there),
        None => Ok(()),
    }
}

fn write_once(path: &Path, mut file: &File, record: &[u8]) -> Result<(), AuditError> {
    loop {
        return match file.write(record) {
            Ok(taken) if taken == record.len() => Ok(()),
            Ok(taken) => Err(AuditError::Short { path: path.to_owned(), taken, length: record.len() }),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(source) => Err(AuditError::File { path: path.to_owned(), source }),
        };
    }
}

/// A log that may be appended to but not read is fine: only a torn end is then not seen.
fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true).mode(MODE);
    match options.clone().read(true).open(path) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => options.open(path),
        opened => opened,
    }
}

/// Whether the last record was cut off by a full disk: the next one begins a line of its own.
fn is_torn(file: &File, meta: &Metadata) -> bool {
    let mut last = [0];
    match meta.len().checked_sub(1) {
        Some(at) => matches!(file.read_at(&mut last, at), Ok(1)) && last != *b"\n",
        None => false,
    }
}

fn there(path: &Path) -> Result<Option<Metadata>, AuditError> {
    match fs::symlink_metadata(path) {
        Ok(meta) => Ok(Some(meta)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(source) => Err(AuditError::File { path: path.to_owned(), source }),
    }
}

fn check_file(path: &Path, meta: &Metadata) -> Result<(), AuditError> {
    match () {
        () if meta.is_symlink() => Err(untrusted(path, "it is a link")),
        () if !meta.is_file() => Err(untrusted(path, "it is not a regular file")),
        () if meta.mode() & WORLD_WRITABLE != 0 => Err(untrusted(path, "everybody may write it")),
        () => Ok(()),
    }
}

fn check_folder(path: &Path, work_tree: Option<&Path>) -> Result<(), AuditError> {
    let cannot = |source| AuditError::File { path: path.to_owned(), source };
    let folder = path.parent().unwrap_or(Path::new("/"));
    let real = fs::canonicalize(folder).map_err(cannot)?;
    let mode = fs::metadata(&real).map_err(cannot)?.mode();
    if mode & WORLD_WRITABLE != 0 && mode & STICKY == 0 {
        return Err(untrusted(path, "everybody may write its folder"));
    }
    // A push to a checked-out branch writes files there, and links.
    if let Some(top) = work_tree {
        let top = fs::canonicalize(top).map_err(cannot)?;
        let git_dir = top.join(".git");
        if real.starts_with(&top) && !real.starts_with(&git_dir) {
            return Err(untrusted(path, "it lies in the repository's work tree, where a push can put files"));
        }
    }
    Ok(())
}

fn untrusted(path: &Path, why: &'static str) -> AuditError {
    AuditError::Untrusted { path: path.to_owned(), why }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn why(result: Result<(), AuditError>) -> &'static str {
        match result {
            Err(AuditError::Untrusted { why, .. }) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn records_follow_one_another_and_a_torn_one_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.jsonl");
        append(&path, None, "one").unwrap();
        append(&path, None, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o137, 0);
        fs::write(&path, "one\ntw").unwrap();
        append(&path, None, "three").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntw\nthree\n");
    }

    #[test]
    fn no_link_pipe_or_folder_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let (path, target) = (dir.path().join("audit.jsonl"), dir.path().join("target"));
        symlink(&target, &path).unwrap();
        assert_eq!(why(append(&path, None, "x")), "it is a link");
        assert!(!target.exists());
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(why(append(&path, None, "x")), "it is not a regular file");
    }

    #[test]
    fn what_everybody_may_write_is_no_evidence() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.jsonl");
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
        assert_eq!(why(append(&path, None, "x")), "everybody may write it");
        fs::remove_file(&path).unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o777)).unwrap();
        assert_eq!(why(append(&path, None, "x")), "everybody may write its folder");
        assert!(!path.exists());
    }

    #[test]
    fn nothing_is_written_in_a_work_tree_but_in_its_git_directory() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(".git")).unwrap();
        let refused = append(&dir.path().join("audit.jsonl"), Some(dir.path()), "x");
        assert!(why(refused).starts_with("it lies in the repository's work tree"));
        append(&dir.path().join(".git/audit.jsonl"), Some(dir.path()), "x").unwrap();
    }

    #[test]
    fn a_folder_that_is_not_there_and_a_full_disk_are_errors() {
        let dir = tempfile::tempdir().unwrap();
        let missing = append(&dir.path().join("no/audit.jsonl"), None, "x");
        assert!(matches!(missing, Err(AuditError::File { .. })), "{missing:?}");
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let failed = write_once(Path::new("/dev/full"), &full, b"x\n");
        assert!(matches!(failed, Err(AuditError::File { .. })), "{failed:?}");
    }
}
