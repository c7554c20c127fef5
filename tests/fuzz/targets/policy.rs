//! A policy file with anything in it: loaded or refused with a message that a terminal can show.
#![no_main]

use leakgate::policy::{Date, LayerFile, Policy};
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

fuzz_target!(|data: &[u8]| {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let path = FOLDER.get_or_init(|| tempfile::tempdir().unwrap()).path().join("leakgate.toml");
    std::fs::write(&path, data).unwrap();
    if let Err(error) = Policy::load(&[LayerFile::command_line(&path)], Date::parse("2026-01-01").unwrap()) {
        let message = error.to_string();
        assert!(!message.is_empty());
        assert!(!message.chars().any(|c| c.is_control() && c != '\n'), "{message:?}");
    }
});
