//! The table of a rule, exactly as TOML has it. The build script reads the embedded packs with this same file.
//!
//! *Invariant:* private to `policy`; an unknown key is an error, because a mistyped one would silently do nothing. A
//! value that is checked later is `Spanned`, so that the error can show where it stands.

use crate::rule;
use crate::text;
use serde::Deserialize;
use toml::Spanned;

type Text = Spanned<String>;
type Texts = Vec<Spanned<String>>;

/// A rule pack: rules and nothing else.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pack {
    #[serde(default)]
    pub(super) rules: Vec<Spanned<Rule>>,
}

/// One `[[rules]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub(super) id: Text,
    #[serde(default, rename = "override")]
    pub(super) replaces: bool,
    pub(super) description: Text,
    pub(super) regex: Option<Text>,
    pub(super) keywords: Option<Spanned<Vec<String>>>,
    /// Instead of `regex` and `keywords`: what a service is called, and the value beside it or what it looks like.
    pub(super) names: Option<Spanned<Vec<String>>>,
    pub(super) value: Option<Text>,
    pub(super) look: Option<Look>,
    pub(super) words: Option<Spanned<Vec<String>>>,
    pub(super) secret_group: Option<Spanned<usize>>,
    pub(super) entropy: Option<Spanned<f64>>,
    pub(super) paths: Option<Spanned<Texts>>,
    pub(super) exclude_paths: Option<Spanned<Texts>>,
    #[serde(default)]
    pub(super) scope: Scope,
    #[serde(default)]
    pub(super) severity: Severity,
    #[serde(default)]
    pub(super) kind: Kind,
    pub(super) allow: Option<Spanned<Texts>>,
    #[serde(default)]
    pub(super) stopwords: Texts,
    #[serde(default)]
    pub(super) unicode: bool,
    pub(super) check: Option<String>,
    #[serde(default)]
    pub(super) tags: Texts,
    pub(super) opens: Option<String>,
    pub(super) revoke: Option<String>,
    pub(super) source: Option<String>,
    #[serde(default)]
    pub(super) examples: Texts,
    #[serde(default)]
    pub(super) counter_examples: Texts,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Scope {
    #[default]
    Everywhere,
    Plain,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Look {
    Password,
    Token,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Severity {
    Low,
    Medium,
    #[default]
    High,
    Critical,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    #[default]
    Secret,
    CustomerData,
}

impl From<Scope> for rule::Scope {
    fn from(wire: Scope) -> Self {
        match wire {
            Scope::Everywhere => Self::Everywhere,
            Scope::Plain => Self::Plain,
        }
    }
}

impl From<Look> for rule::Look {
    fn from(wire: Look) -> Self {
        match wire {
            Look::Password => Self::Password,
            Look::Token => Self::Token,
        }
    }
}

impl From<Severity> for text::Severity {
    fn from(wire: Severity) -> Self {
        match wire {
            Severity::Low => Self::Low,
            Severity::Medium => Self::Medium,
            Severity::High => Self::High,
            Severity::Critical => Self::Critical,
        }
    }
}

impl From<Kind> for text::Kind {
    fn from(wire: Kind) -> Self {
        match wire {
            Kind::Secret => Self::Secret,
            Kind::CustomerData => Self::CustomerData,
        }
    }
}
