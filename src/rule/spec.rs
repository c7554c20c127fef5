//! A rule as written: strings and numbers, nothing compiled.

use crate::text::{Kind, Severity};

/// In which forms of the bytes a rule is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// As they stand, decoded, joined, in archives.
    Everywhere,
    /// As they stand only (UTF-16 text and archive members count as that): for patterns too loose for decoded noise.
    Plain,
}

/// Whether a pattern's classes are Unicode's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unicode {
    /// ASCII classes, any byte matches: the default, a hundred times cheaper to compile.
    No,
    /// `\w`, `(?i)` and the like by Unicode; the text must be UTF-8 where they match.
    Yes,
}

/// One rule as its author wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleSpec {
    /// Unique, kebab-case.
    pub id: String,
    /// What the value is, in a few words.
    pub description: String,
    /// The pattern, in the syntax of the `regex` crate.
    pub regex: String,
    /// Literals (lower case, compared case-insensitively) of which every match holds at least one.
    pub keywords: Vec<String>,
    /// The capture group that is the secret; none: group 1 if there is one, else the whole match.
    pub secret_group: Option<usize>,
    /// The least Shannon entropy of the secret in bits a byte.
    pub entropy: Option<f64>,
    /// Globs: the rule is for these paths only; empty: for all.
    pub paths: Vec<String>,
    /// Globs: the rule is not for these paths.
    pub exclude_paths: Vec<String>,
    /// In which forms of the bytes it is tried.
    pub scope: Scope,
    /// How bad a finding is.
    pub severity: Severity,
    /// Secret or customer data.
    pub kind: Kind,
    /// Patterns on the secret that make it none.
    pub allow: Vec<String>,
    /// Substrings (case-insensitive) of the secret that make it none.
    pub stopwords: Vec<String>,
    /// Whether the pattern's classes are Unicode's.
    pub unicode: Unicode,
    /// The name of a check in code that the secret must pass.
    pub check: Option<String>,
    /// Words to select rules by.
    pub tags: Vec<String>,
    /// What the secret opens.
    pub opens: Option<String>,
    /// The issuer's page on revoking it.
    pub revoke: Option<String>,
    /// Where its format is described.
    pub source: Option<String>,
    /// Templates that must match.
    pub examples: Vec<String>,
    /// Templates that must not.
    pub counter_examples: Vec<String>,
}
