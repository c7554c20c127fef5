//! A rule with names as written: strings, nothing compiled.
//!
//! *Invariant:* names nothing but `rule::Text`: the build script reads this file too.

use crate::rule::Text;
use serde::{Deserialize, Serialize};

/// The words of which one must stand in the identifier beside a service's name, unless the rule has its own.
pub const TELLING: &[&str] = &[
    "key", "token", "secret", "pass", "pwd", "auth", "cred", "api", "access", "bearer", "licen", "private", "pat",
    "sig",
];

/// The name of a parameter beside which a service's key counts as well.
pub const PARAMETER: &str = "appid";

/// What a rule asks of the value beside its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct NamedSpec {
    /// What it is called, lower case; `-` stands for nothing or a separator.
    #[serde(skip)]
    pub names: Vec<Text>,
    /// What else the identifier must hold one of; none: [`TELLING`], and nothing where the name tells by itself.
    pub words: Option<Vec<Text>>,
    /// The form of the value, or how it must look.
    pub ask: AskSpec,
}

impl NamedSpec {
    /// Whether a word of [`TELLING`] stands on the line wherever the rule finds something.
    #[must_use]
    pub fn needs_telling(&self) -> bool {
        let tells = |word: &Text| TELLING.iter().any(|telling| word.contains(telling));
        match (&self.ask, &self.words) {
            (AskSpec::Look(_), _) => false,
            (AskSpec::Form(_), None) => true,
            (AskSpec::Form(_), Some(words)) => !words.is_empty() && words.iter().all(tells),
        }
    }
}

/// The form of a value, or how it must look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum AskSpec {
    /// A pattern of the whole value.
    Form(Text),
    /// Like a secret.
    Look(Look),
}

/// What a telling name promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Look {
    /// Something that a person may have made up: at least 6 bytes.
    Password,
    /// Something that a machine made: at least 16 bytes, random.
    Token,
}
