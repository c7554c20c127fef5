//! A gitleaks configuration with anything in it: translated or refused with a message that a terminal can show.
#![no_main]

use leakgate::policy::{Date, Policy};
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

fuzz_target!(|data: &[u8]| {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let path = FOLDER.get_or_init(|| tempfile::tempdir().unwrap()).path().join("gitleaks.toml");
    std::fs::write(&path, data).unwrap();
    if let Err(error) = Policy::of_gitleaks(&path, None, Date::parse("2026-01-01").unwrap()) {
        let message = error.to_string();
        assert!(!message.is_empty());
        assert!(!message.chars().any(|c| c.is_control() && c != '\n'), "{message:?}");
    }
});
