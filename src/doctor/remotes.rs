//! The remotes of a clone, each by the URL that git would push to, and what pre-push would say.

use super::repository::{Repository, Role};
use super::sheet::Sheet;
use super::{DoctorError, Way};
use crate::text::printable;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// Prints a line for each push URL of each remote.
pub fn examine(
    repo: &Repository,
    remote: &dyn Fn(&Path, &Path, &OsStr) -> Way,
    sheet: &mut Sheet<'_>,
) -> Result<(), DoctorError> {
    if repo.role == Role::Server {
        return Ok(());
    }
    let names = repo.git.value(&["remote"])?.unwrap_or_else(Vec::new);
    for name in names.split(|byte| *byte == b'\n').filter(|name| !name.is_empty()) {
        let shown = printable(name);
        // git does the rewriting that it does for a push: `pushurl`, `insteadOf`, `pushInsteadOf`.
        let ask = ["remote", "get-url", "--push", "--all", "--"].map(OsStr::new);
        let ask: Vec<&OsStr> = ask.into_iter().chain([OsStr::from_bytes(name)]).collect();
        let Some(urls) = repo.git.value(&ask)? else {
            sheet.note(&format!("remote {shown}: git knows no URL to push to"))?;
            continue;
        };
        for url in urls.split(|byte| *byte == b'\n') {
            match remote(&repo.common_dir, &repo.top, OsStr::from_bytes(url)) {
                Way::Open(what) => sheet.good(&format!("remote {shown}: {what}"))?,
                Way::Closed(why) => sheet.note(&format!("remote {shown}: a push is refused: {why}"))?,
            }
        }
    }
    Ok(())
}
