//! Where a repository says which commits it has: packed-refs, loose references and reference tables. The first byte
//! chooses.
#![no_main]

use leakgate::git::{HashKind, RefStorage, RefTips};
use libfuzzer_sys::fuzz_target;
use std::path::Path;
use std::sync::OnceLock;

fuzz_target!(|data: &[u8]| {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(scratch).path();
    let Some((which, data)) = data.split_first() else { return };
    let hash = if which & 4 == 0 { HashKind::Sha1 } else { HashKind::Sha256 };
    let (place, file, storage) = match which % 3 {
        0 => ("packed", "packed-refs", RefStorage::Files),
        1 => ("loose", "refs/heads/a", RefStorage::Files),
        _ => ("tables", "reftable/a", RefStorage::Reftable),
    };
    let place = folder.join(place);
    std::fs::write(place.join(file), data).unwrap();
    match RefTips::read(&place, storage, hash) {
        Ok(tips) => assert!(tips.iter().all(|tip| !tip.name.is_empty())),
        Err(error) => {
            let message = error.to_string();
            assert!(!message.chars().any(|c| c.is_control() && c != '\n'), "{message:?}");
        }
    }
});

fn scratch() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let make = |path: &Path| std::fs::create_dir_all(folder.path().join(path)).unwrap();
    for path in ["packed/refs/heads", "loose/refs/heads", "tables/refs", "tables/reftable"] {
        make(Path::new(path));
    }
    std::fs::write(folder.path().join("tables/reftable/tables.list"), "a\n").unwrap();
    folder
}
