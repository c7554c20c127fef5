//! The ledger as it is written: one entry a way past a push scanner, in a small vocabulary of steps.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The ledger.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// The entries, by tier.
    pub evasion: Vec<Evasion>,
}

/// One way past a push scanner.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Evasion {
    /// Its name, for ever.
    pub id: String,
    /// The kind of trick: a section of the list that the ledger began as.
    pub tier: String,
    /// How it is done.
    pub how: String,
    /// Why the outcome is the right one.
    pub why: String,
    /// What must become of the leak.
    #[serde(default)]
    pub must: Must,
    /// What must become of the same push without a secret.
    #[serde(default)]
    pub twin: Twin,
    /// A test elsewhere that makes this push and its twin, by its name.
    pub test: Option<String>,
    /// What the refusal has to name besides.
    pub named: Option<String>,
    /// A server without a commit, and a work tree likewise.
    #[serde(default)]
    pub unborn: bool,
    /// Texts that differ between leak and twin: the leak's first.
    #[serde(default)]
    pub differ: BTreeMap<String, (String, String)>,
    /// A file that is written and committed: its path.
    pub file: Option<String>,
    /// The file's text.
    pub text: Option<String>,
    /// What is done with the file's text, first to last.
    #[serde(default)]
    pub coats: Vec<String>,
    /// What is done before the push, in this order and before the file.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// The words after `git push`; the branch as `main` when there are none.
    #[serde(default)]
    pub push: Vec<String>,
    /// A client made by hand pushes these objects, and nothing else, under the reference in front.
    #[serde(default)]
    pub by_hand: Vec<String>,
}

/// What must become of a leak.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Must {
    /// Refused for what was found.
    #[default]
    Refuse,
    /// Refused, for what was found or because it could not be read.
    Stop,
    /// Known to pass: outside of what a push scanner can promise, or decided so; `why` says which.
    Pass,
    /// No push that the server sees, or none that a test could make; `why` says what stands against it.
    Outside,
}

/// What must become of the twin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Twin {
    /// It lands without a word.
    #[default]
    Land,
    /// The form itself is what is refused.
    Stop,
}

/// One step: exactly one of the fields that are verbs is set.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Step {
    /// Verb: git with these arguments in the work tree.
    pub git: Vec<String>,
    /// Verb: git with these arguments on the server.
    pub server: Vec<String>,
    /// Verb: everything in the work tree is committed with this message.
    pub commit: Option<String>,
    /// Verb: `text` in its `coats` becomes the file at this path.
    pub write: Option<String>,
    /// Verb: `text` in its `coats` is appended to this file of the server's repository.
    pub append: Option<String>,
    /// Verb: an object of this kind, with `text` for its bytes, whatever git thinks of it.
    pub object: Option<String>,
    /// Verb: a tree object, entry by entry: mode, id and name.
    pub tree: Vec<(String, String, String)>,
    /// Verb: `text` in its `coats` under a name, for the steps that follow.
    pub set: Option<String>,
    /// Verb: a symbolic link at this path, to `text`.
    pub link: Option<String>,
    /// Verb: these references reach the server while it has no gate.
    pub publish: Option<String>,
    /// Verb: a push through the gate that must land, with these words.
    pub push: Vec<String>,
    /// Verb: a test's own function.
    pub call: Option<String>,
    /// What is written, said to git, or kept.
    pub text: Option<String>,
    /// What is done with the text.
    pub coats: Vec<String>,
    /// Variables of the environment.
    pub env: BTreeMap<String, String>,
    /// The name under which the output of git, or the id of the object, is kept.
    pub keep: Option<String>,
    /// Whether git may fail, as a merge with conflicts does.
    pub may_fail: bool,
}

/// Reads the ledger.
pub fn ledger() -> Ledger {
    toml::from_str(include_str!("../../corpus/evasion.toml")).unwrap_or_else(|error| panic!("evasion.toml: {error}"))
}

/// What is wrong with how the ledger is written.
pub fn faults(ledger: &Ledger) -> Vec<String> {
    let mut faults = Vec::new();
    let mut ids = BTreeSet::new();
    for entry in &ledger.evasion {
        let mut wrong = |what: &str| faults.push(format!("{}: {what}", entry.id));
        if !ids.insert(&entry.id) {
            wrong("is there twice");
        }
        if entry.how.len() < 3 || entry.why.len() < 8 {
            wrong("does not say how or why");
        }
        if !(entry.tier.starts_with("3.")
            && matches!(entry.tier.get(2..), Some("1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9")))
        {
            wrong("belongs to no tier");
        }
        let replayed =
            entry.file.is_some() || !entry.steps.is_empty() || !entry.push.is_empty() || !entry.by_hand.is_empty();
        if [replayed, entry.test.is_some(), entry.must == Must::Outside].iter().filter(|it| **it).count() != 1 {
            wrong("is to be replayed, or names a test, or is outside: one of the three");
        }
        if entry.file.is_some() != entry.text.is_some() {
            wrong("has a file without a text or a text without a file");
        }
    }
    faults
}
