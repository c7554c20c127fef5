//! Policies from texts, for this module's tests.

use super::{Date, Known, LayerFile, Policy, PolicyError};
use crate::rule::{Choice, RuleSpec, Rules};
use std::fs;
use std::path::Path;

/// The embedded pack of the tests.
const PACK: &str = r#"
[[rules]]
id = "acme-key"
description = "a key"
regex = 'acme_[a-z]{8}'
keywords = ["ACME_"]
tags = ["acme"]

[[rules]]
id = "acme-noise"
description = "a word"
regex = 'noise=\w+'
keywords = ["noise"]
tags = ["acme", "noisy"]
"#;

/// The day on which the tests happen.
pub(super) fn today() -> Date {
    Date::parse("2025-06-15").unwrap()
}

fn rules() -> Vec<RuleSpec> {
    let pack: super::wire::Pack = toml::from_str(PACK).unwrap();
    pack.rules.iter().map(|rule| super::spec::spec(rule.get_ref(), "acme", None)).collect()
}

/// Loads `layers` over the tests' pack.
pub(super) fn load(layers: &[LayerFile]) -> Result<Policy, PolicyError> {
    super::load(Rules::written(rules()), layers, today())
}

/// Writes `text` to `name` in `dir`.
pub(super) fn put(dir: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let path = dir.join(name);
    fs::write(&path, text).unwrap();
    path
}

/// The policy with `text` as the file on the command line.
pub(super) fn with(text: &str) -> Result<Policy, PolicyError> {
    with_all(&[text])
}

/// The policy with several files, each over the last.
pub(super) fn with_all(texts: &[&str]) -> Result<Policy, PolicyError> {
    let dir = tempfile::tempdir().unwrap();
    let layers: Vec<LayerFile> = texts
        .iter()
        .enumerate()
        .map(|(n, text)| LayerFile::command_line(&put(dir.path(), &format!("p{n}.toml"), text)))
        .collect();
    load(&layers)
}

/// The rules of `policy`, all that it says of them.
pub(super) fn specs(policy: Policy) -> Vec<RuleSpec> {
    policy.rules.into_choices().into_iter().map(Choice::into_spec).collect::<Result<_, _>>().unwrap()
}

/// All rules with several files, each over the last, and then those that are tried out.
pub(super) fn list(texts: &[&str], trial: &[&str]) -> Result<Known, PolicyError> {
    let dir = tempfile::tempdir().unwrap();
    let files = |prefix: &str, texts: &[&str]| -> Vec<std::path::PathBuf> {
        let named = texts.iter().enumerate();
        named.map(|(n, text)| put(dir.path(), &format!("{prefix}{n}.toml"), text)).collect()
    };
    let layers: Vec<LayerFile> = files("p", texts).iter().map(|path| LayerFile::command_line(path)).collect();
    super::list(Rules::written(rules()), &layers, &files("t", trial), today())
}

/// The error for `text`, with the file called by its name alone.
pub(super) fn error(text: &str) -> String {
    error_all(&[text])
}

/// The error for several files, with each called by its name alone.
pub(super) fn error_all(texts: &[&str]) -> String {
    let message = with_all(texts).unwrap_err().to_string();
    let name = message.find("p0.toml").or_else(|| message.find("p1.toml")).unwrap();
    let dir = message[..name].rsplit(['`', ' ']).next().unwrap().to_owned();
    message.replace(&dir, "")
}

/// What the TOML reader itself says of `text`, uncut.
pub(super) fn raw_error(text: &str) -> String {
    toml::from_str::<super::file::File>(text).unwrap_err().message().to_owned()
}
