//! Whether a record could be written, without writing one: for `leakgate doctor`, before the first push finds out.
//!
//! doctor is often root, who may write everywhere; the hook runs as whoever owns the repository, or in their group. So
//! their rights are asked for, and nothing is made: a log of root's is one that the hook cannot append to.

use super::file;
use super::syslog;
use crate::policy::AuditLog;
use std::error::Error;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What would keep a record of a push to the repository at `git_dir` from being written.
#[must_use]
pub fn fault(log: &AuditLog, git_dir: &Path, work_tree: Option<&Path>) -> Option<(PathBuf, String)> {
    let of_file = log.file.as_ref().and_then(|path| Some((path.clone(), file_fault(path, git_dir, work_tree)?)));
    of_file.or_else(|| {
        let socket = log.syslog.as_ref()?;
        let error = syslog::reach(socket).err()?;
        Some((socket.clone(), format!("the audit log's socket does not answer: {error}")))
    })
}

fn file_fault(path: &Path, git_dir: &Path, work_tree: Option<&Path>) -> Option<String> {
    if let Err(error) = file::check(path, work_tree) {
        let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        return Some(format!("{error}{cause}"));
    }
    let keeper = match fs::metadata(git_dir) {
        Ok(it) => it.uid(),
        Err(_unknown) => return None,
    };
    // A log that is there is appended to; one that is not is made in its folder.
    let (what, meta) = match (fs::metadata(path), path.parent().map(fs::metadata)) {
        (Ok(there), _) => ("it", there),
        (Err(_not_yet), Some(Ok(folder))) => ("its folder", folder),
        (Err(_not_yet), _) => return None,
    };
    let may = may_write(&meta, keeper);
    (!may).then(|| {
        format!("the audit log cannot be written: user {keeper}, who owns the repository, may not write {what}")
    })
}

/// Whether the user may, as far as can be told: who is in the group is not asked.
fn may_write(meta: &Metadata, user: u32) -> bool {
    let mode = meta.mode();
    let owns = user == meta.uid() && mode & 0o200 != 0;
    user == 0 || owns || mode & 0o022 != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Unwritten;
    use std::os::unix::fs::PermissionsExt;

    fn said(file: Option<PathBuf>, syslog: Option<PathBuf>, git_dir: &Path) -> Option<String> {
        fault(&AuditLog { file, syslog, unwritten: Unwritten::Block }, git_dir, None).map(|(_, why)| why)
    }

    #[test]
    fn a_log_that_could_not_be_written_is_named_and_none_is_made() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.jsonl");
        assert_eq!(said(Some(path.clone()), None, dir.path()), None);
        assert!(!path.exists());
        assert!(said(Some(dir.path().join("no/a")), None, dir.path()).unwrap().contains("No such file"));
        assert!(said(None, Some(dir.path().join("no")), dir.path()).unwrap().contains("does not answer"));
        fs::create_dir(&path).unwrap();
        assert!(said(Some(path), None, dir.path()).unwrap().contains("it is not a regular file"));
    }

    #[test]
    fn the_rights_are_those_of_the_repository_s_owner() {
        let dir = tempfile::tempdir().unwrap();
        let meta = |mode: u32| {
            fs::set_permissions(dir.path(), fs::Permissions::from_mode(mode)).unwrap();
            fs::metadata(dir.path()).unwrap()
        };
        let owner = meta(0o700).uid();
        assert!(may_write(&meta(0o700), owner) && may_write(&meta(0o700), 0));
        assert!(!may_write(&meta(0o700), owner + 1) && may_write(&meta(0o770), owner + 1));
        assert!(owner == 0 || !may_write(&meta(0o500), owner));
        meta(0o700);
    }
}
