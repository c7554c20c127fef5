//! A repository's own files: configuration, HEAD, refs, index, reftable, alternates. The first byte chooses.
#![no_main]

use leakgate::git::{HashKind, Places, RepoFacts, index_paths, parse_parameters};
use libfuzzer_sys::fuzz_target;
use std::path::Path;
use std::sync::OnceLock;

fuzz_target!(|data: &[u8]| {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| tempfile::tempdir().unwrap()).path();
    let Some((which, data)) = data.split_first() else { return };
    let message = match which % 3 {
        0 => configuration(folder, data),
        1 => {
            let path = folder.join("index");
            std::fs::write(&path, data).unwrap();
            index_paths(&path, HashKind::Sha1).err().map(|error| error.to_string())
        }
        _ => parse_parameters(data.into()).err().map(|error| error.to_string()),
    };
    if let Some(message) = message {
        assert!(!message.chars().any(|c| c.is_control() && c != '\n'), "{message:?}");
    }
});

fn configuration(folder: &Path, data: &[u8]) -> Option<String> {
    std::fs::write(folder.join("config"), data).unwrap();
    std::fs::create_dir_all(folder.join("objects")).unwrap();
    let places = Places { git_dir: folder, common_dir: None, work_tree: None, shallow_file: None };
    RepoFacts::read(&places).err().map(|error| error.to_string())
}
