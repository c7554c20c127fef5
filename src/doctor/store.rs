//! What lies around the gate in a repository: leftovers of killed pushes, and settings that change what people see.

use super::repository::{Repository, Role};
use super::sheet::Sheet;
use super::{DoctorError, quoted, show};
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// A push that runs longer than this is not believed to be running.
const STALE: Duration = Duration::from_secs(60 * 60);

/// Prints leftovers, replacements, grafts and the unpack limit.
pub fn examine(repo: &Repository, sheet: &mut Sheet<'_>) -> Result<(), DoctorError> {
    leftovers(repo, sheet)?;
    replacements(repo, sheet)?;
    match repo.role {
        Role::Server => unpack_limit(repo, sheet),
        Role::WorkTree => Ok(()),
    }
}

/// A killed receive-pack leaves its quarantine behind, and with it what was pushed.
fn leftovers(repo: &Repository, sheet: &mut Sheet<'_>) -> Result<(), DoctorError> {
    let stale = stale_quarantines(repo);
    let Some(first) = stale.first() else { return Ok(()) };
    let text = format!("{} left by killed pushes, with what they pushed: {} …", stale.len(), show(first));
    sheet.problem(&text, &format!("when no push is running: git -C {} prune", quoted(&repo.common_dir)))?;
    Ok(())
}

fn stale_quarantines(repo: &Repository) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(repo.common_dir.join("objects")) else { return Vec::new() };
    let now = SystemTime::now();
    let mut stale: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entry.file_name().as_encoded_bytes().starts_with(b"tmp_objdir-"))
        .filter(|entry| {
            let Ok(changed) = entry.metadata().and_then(|meta| meta.modified()) else { return false };
            matches!(now.duration_since(changed), Ok(age) if age > STALE)
        })
        .map(|entry| entry.path())
        .collect();
    stale.sort();
    stale
}

/// leakgate reads the originals; people who look with git see the replacements.
fn replacements(repo: &Repository, sheet: &mut Sheet<'_>) -> Result<(), DoctorError> {
    let found = repo.git.value(&["for-each-ref", "--count=1", "--format=%(refname)", "refs/replace/"])?;
    if found.is_some_and(|name| !name.is_empty()) {
        sheet.note("there are replace refs: leakgate judges the originals, git shows the replacements")?;
    }
    let grafts = repo.common_dir.join("info/grafts");
    if grafts.exists() {
        sheet.note(&format!("{}: leakgate judges the true parents, git shows the grafts", show(&grafts)))?;
    }
    Ok(())
}

fn unpack_limit(repo: &Repository, sheet: &mut Sheet<'_>) -> Result<(), DoctorError> {
    let own = repo.text(&["config", "--get", "receive.unpackLimit"])?;
    let limit = match own {
        Some(own) => Some(own),
        None => repo.text(&["config", "--get", "transfer.unpackLimit"])?,
    };
    let limit = limit.unwrap_or_else(|| "100, git's default".to_owned());
    if limit != "1" {
        let text = "pushes with fewer objects are stored one file an object; with 1 every push stays a pack, \
            which leakgate reads faster";
        sheet.note(&format!("receive.unpackLimit is {limit}: {text}"))?;
    }
    Ok(())
}
