//! Which binary is tested, and how it becomes a hook.

use std::path::{Path, PathBuf};

/// The binary under test: `LEAKGATE_TEST_BIN` if set, otherwise what cargo built for this run.
pub fn binary() -> PathBuf {
    let path =
        std::env::var_os("LEAKGATE_TEST_BIN").map_or_else(|| env!("CARGO_BIN_EXE_leakgate").into(), PathBuf::from);
    assert!(path.is_absolute() && path.is_file(), "no binary to test at {}", path.display());
    path
}

/// `path` as one word for a shell.
pub fn shell_quote(path: &Path) -> String {
    format!("'{}'", path.to_str().unwrap().replace('\'', r"'\''"))
}
