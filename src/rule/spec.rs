//! A rule as written: strings and numbers, nothing compiled.
//!
//! The build script packs the embedded rules with `Serialize`, a run unpacks with `Deserialize` those whose keywords it
//! sees: a new field needs no word more. What a run asks of few rules or none is packed apart: see [`Papers`].

use crate::rule::{NamedSpec, Text};
use crate::text::{Kind, Severity};
use serde::{Deserialize, Serialize};

/// In which forms of the bytes a rule is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// As they stand, decoded, joined, in archives.
    Everywhere,
    /// As they stand only (UTF-16 text and archive members count as that): for patterns too loose for decoded noise.
    Plain,
}

/// Whether a pattern's classes are Unicode's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unicode {
    /// ASCII classes, any byte matches: the default, a hundred times cheaper to compile.
    No,
    /// `\w`, `(?i)` and the like by Unicode; the text must be UTF-8 where they match.
    Yes,
}

/// One rule as its author wrote it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct RuleSpec {
    /// Unique, kebab-case.
    pub id: Text,
    /// Words to select rules by. They are packed behind the id: a policy that switches rules off reads no further.
    pub tags: Vec<Text>,
    /// Where it comes from: an embedded pack's name, such as `cloud`, or the policy file that holds it.
    #[serde(skip)]
    pub group: Text,
    /// What the value is, in a few words.
    #[serde(skip)]
    pub description: Text,
    /// The pattern, in the syntax of the `regex` crate.
    pub regex: Text,
    /// Instead of a pattern: what is asked of the value beside a name.
    pub named: Option<NamedSpec>,
    /// Literals (ASCII lower case, compared so) of which every match holds at least one.
    #[serde(skip)]
    pub keywords: Vec<Text>,
    /// More of them, which are no UTF-8: words of a policy in the encodings of older files.
    #[serde(skip)]
    pub encoded: Vec<Vec<u8>>,
    /// The longest match in bytes; none: it has no bound, or looks at the text's ends.
    pub reach: Option<usize>,
    /// The capture group that is the secret; none: group 1 if there is one, else the whole match.
    pub secret_group: Option<usize>,
    /// The least Shannon entropy of the secret in bits a byte.
    pub entropy: Option<f64>,
    /// Globs: the rule is for these paths only; empty: for all.
    pub paths: Vec<Text>,
    /// Globs: the rule is not for these paths.
    pub exclude_paths: Vec<Text>,
    /// In which forms of the bytes it is tried.
    pub scope: Scope,
    /// How bad a finding is.
    pub severity: Severity,
    /// Secret or customer data.
    pub kind: Kind,
    /// Patterns on the secret that make it none.
    pub allow: Vec<Text>,
    /// Substrings (ASCII lower case, compared so) of the secret that make it none.
    pub stopwords: Vec<Text>,
    /// Whether the pattern's classes are Unicode's.
    pub unicode: Unicode,
    /// The name of a check in code that the secret must pass.
    pub check: Option<Text>,
    /// What the secret opens.
    #[serde(skip)]
    pub opens: Option<Text>,
    /// The issuer's page on revoking it.
    #[serde(skip)]
    pub revoke: Option<Text>,
    /// Where its format is described.
    #[serde(skip)]
    pub source: Option<Text>,
    /// Templates that must match.
    #[serde(skip)]
    pub examples: Vec<Text>,
    /// Templates that must not.
    #[serde(skip)]
    pub counter_examples: Vec<Text>,
    /// Whether it came after a lock: then it adds findings, and speaks for no value that an earlier rule finds.
    #[serde(skip)]
    pub yields: bool,
}

/// What a refusal says of a rule: packed apart and compressed, as most runs refuse nothing.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Notice<'t> {
    /// What the value is.
    pub description: &'t str,
    /// What it opens.
    pub opens: Option<&'t str>,
    /// The issuer's page on revoking it.
    pub revoke: Option<&'t str>,
}

impl<'t> Notice<'t> {
    /// Of `spec`.
    #[must_use]
    pub fn of(spec: &'t RuleSpec) -> Self {
        Self { description: &spec.description, opens: spec.opens.as_deref(), revoke: spec.revoke.as_deref() }
    }

    /// Puts it back.
    pub fn give(self, spec: &mut RuleSpec) {
        spec.description = owned(self.description);
        spec.opens = self.opens.map(owned);
        spec.revoke = self.revoke.map(owned);
    }
}

/// What only people ask of a rule, no push: packed apart and compressed, as it is half of all that the rules say. The
/// keywords are here because a push has them in `records`' form.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Papers<'t> {
    #[serde(borrow)]
    group: &'t str,
    #[serde(borrow)]
    names: Vec<&'t str>,
    #[serde(borrow)]
    keywords: Vec<&'t str>,
    #[serde(borrow)]
    source: Option<&'t str>,
    #[serde(borrow)]
    examples: Vec<&'t str>,
    #[serde(borrow)]
    counter_examples: Vec<&'t str>,
}

impl<'t> Papers<'t> {
    /// Those of `spec`.
    #[must_use]
    pub fn of(spec: &'t RuleSpec) -> Self {
        let texts = |list: &'t [Text]| list.iter().map(|text| &**text).collect();
        Self {
            group: &spec.group,
            names: spec.named.as_ref().map_or_else(Vec::new, |named| texts(&named.names)),
            keywords: texts(&spec.keywords),
            source: spec.source.as_deref(),
            examples: texts(&spec.examples),
            counter_examples: texts(&spec.counter_examples),
        }
    }

    /// Puts them back.
    pub fn give(self, spec: &mut RuleSpec) {
        let texts = |list: Vec<&str>| list.into_iter().map(owned).collect();
        if let Some(named) = &mut spec.named {
            named.names = texts(self.names);
        }
        spec.group = owned(self.group);
        spec.keywords = texts(self.keywords);
        spec.source = self.source.map(owned);
        spec.examples = texts(self.examples);
        spec.counter_examples = texts(self.counter_examples);
    }
}

fn owned(text: &str) -> Text {
    Text::from(text.to_owned())
}
