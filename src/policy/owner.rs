//! Who can write a policy file that decides what others may push.
//!
//! *Invariant:* whoever pushes cannot change what judges the push: not by writing the file, not by replacing it in its
//! folder.

use super::error::PolicyError;
use super::layer::refused;
use std::fs::Metadata;
use std::path::Path;

/// Refuses a file that anybody but root and the user that runs the hook could have written.
#[cfg(unix)]
pub(super) fn check(path: &Path, metadata: &Metadata) -> Result<(), PolicyError> {
    unix::refuse_strangers(path, metadata)?;
    unix::refuse_open_folder(path)
}

/// Elsewhere there is no owner to ask for, and so no trust.
#[cfg(not(unix))]
pub(super) fn check(path: &Path, _metadata: &Metadata) -> Result<(), PolicyError> {
    Err(refused(path, "its owner cannot be found out on this system", "name the file with --policy instead"))
}

#[cfg(unix)]
mod unix {
    use super::{Metadata, Path, PolicyError, refused};
    use crate::policy::layer::{cannot, shown};
    use std::os::unix::fs::MetadataExt;
    use std::{fs, io};

    /// The bit that lets everybody write.
    const WORLD_WRITABLE: u32 = 0o002;
    /// The bit that keeps others from replacing files in a folder that everybody may write.
    const STICKY: u32 = 0o1000;

    pub(super) fn refuse_strangers(path: &Path, metadata: &Metadata) -> Result<(), PolicyError> {
        if metadata.mode() & WORLD_WRITABLE != 0 {
            let remedy = format!("chmod o-w {}", shown(path));
            return Err(refused(path, "everybody may write it", &remedy));
        }
        let owner = metadata.uid();
        if is_trusted(owner, own_uid()?) {
            return Ok(());
        }
        let why = format!("user {owner} owns it, who is neither root nor the user that runs the hook");
        Err(refused(path, &why, &format!("chown root {}", shown(path))))
    }

    fn is_trusted(owner: u32, own: Option<u32>) -> bool {
        owner == 0 || Some(owner) == own
    }

    /// In a folder that everybody may write, everybody may replace the file: where it is named, and where a link leads.
    pub(super) fn refuse_open_folder(path: &Path) -> Result<(), PolicyError> {
        let named = std::path::absolute(path).map_err(|e| cannot(path, e))?;
        let real = fs::canonicalize(path).map_err(|e| cannot(path, e))?;
        for folder in [named.parent(), real.parent()].into_iter().flatten() {
            let mode = fs::metadata(folder).map_err(|e| cannot(folder, e))?.mode();
            if mode & WORLD_WRITABLE != 0 && mode & STICKY == 0 {
                return Err(refused(path, "everybody may write its folder", &format!("chmod o-w {}", shown(folder))));
            }
        }
        Ok(())
    }

    /// The effective user id, which owns this process's own entry under `/proc`: std has no other way to ask.
    ///
    /// None where there is no `/proc` (not Linux, or a bare chroot): then only root's files are trusted. A process that may
    /// not be dumped shows root as owner, which comes to the same.
    fn own_uid() -> Result<Option<u32>, PolicyError> {
        let own = Path::new("/proc/self");
        match fs::metadata(own) {
            Ok(metadata) => Ok(Some(metadata.uid())),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(cannot(own, e)),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::super::super::testing::{load, put};
        use super::*;
        use crate::policy::LayerFile;
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt;

        fn chmod(path: &Path, mode: u32) {
            fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        }

        #[test]
        fn only_root_and_the_user_that_runs_the_hook_are_trusted() {
            assert!(is_trusted(0, Some(7)) && is_trusted(7, Some(7)) && is_trusted(0, None));
            assert!(!is_trusted(8, Some(7)) && !is_trusted(7, None));
        }

        #[test]
        fn the_own_user_is_the_one_who_owns_new_files() {
            let dir = tempfile::tempdir().unwrap();
            let file = put(dir.path(), "x", "");
            assert_eq!(own_uid().unwrap(), Some(fs::metadata(file).unwrap().uid()));
        }

        #[test]
        fn a_server_file_of_another_user_is_refused() {
            let dir = tempfile::tempdir().unwrap();
            let file = put(dir.path(), "leakgate.toml", "contact = 'x'");
            if std::os::unix::fs::chown(&file, Some(54_321), None).is_err() {
                // Only root can give a file away; `is_trusted` is tested above.
                return;
            }
            let message = load(&[LayerFile::repository(dir.path())]).unwrap_err().to_string();
            assert!(
                message.contains("leakgate.toml`: user 54321 owns it") && message.contains("chown root"),
                "{message}"
            );
            assert!(load(&[LayerFile::command_line(&file)]).is_ok());
        }

        #[test]
        fn a_server_file_that_everybody_may_write_is_refused() {
            let dir = tempfile::tempdir().unwrap();
            let file = put(dir.path(), "leakgate.toml", "contact = 'x'");
            chmod(&file, 0o666);
            for layer in [LayerFile::repository(dir.path()), LayerFile::system(dir.path())] {
                let message = load(&[layer]).unwrap_err().to_string();
                assert!(message.contains("leakgate.toml`: everybody may write it\n  chmod o-w "), "{message}");
            }
            chmod(&file, 0o664);
            assert!(load(&[LayerFile::repository(dir.path())]).is_ok());
        }

        #[test]
        fn a_server_pack_that_everybody_may_write_is_refused() {
            let dir = tempfile::tempdir().unwrap();
            fs::create_dir(dir.path().join("rules")).unwrap();
            chmod(&put(&dir.path().join("rules"), "a.toml", ""), 0o646);
            let message = load(&[LayerFile::system(dir.path())]).unwrap_err().to_string();
            assert!(message.contains("rules/a.toml`: everybody may write it"), "{message}");
        }

        #[test]
        fn a_server_file_in_a_folder_that_everybody_may_write_is_refused() {
            let dir = tempfile::tempdir().unwrap();
            put(dir.path(), "leakgate.toml", "contact = 'x'");
            chmod(dir.path(), 0o777);
            let message = load(&[LayerFile::repository(dir.path())]).unwrap_err().to_string();
            assert!(message.contains("everybody may write its folder"), "{message}");
            chmod(dir.path(), 0o1777);
            assert!(load(&[LayerFile::repository(dir.path())]).is_ok());
        }

        #[test]
        fn a_link_is_judged_by_where_it_leads() {
            let dir = tempfile::tempdir().unwrap();
            let open = dir.path().join("open");
            fs::create_dir(&open).unwrap();
            std::os::unix::fs::symlink(put(&open, "p.toml", ""), dir.path().join("leakgate.toml")).unwrap();
            assert!(load(&[LayerFile::repository(dir.path())]).is_ok());
            chmod(&open, 0o777);
            let message = load(&[LayerFile::repository(dir.path())]).unwrap_err().to_string();
            assert!(message.contains("everybody may write its folder"), "{message}");
        }

        #[test]
        fn a_work_tree_file_is_not_asked_for_its_owner() {
            let dir = tempfile::tempdir().unwrap();
            chmod(&put(dir.path(), ".leakgate.toml", "contact = 'x'"), 0o666);
            assert!(load(&[LayerFile::work_tree(dir.path())]).is_ok());
        }
    }
}
