//! `leakgate rules`: what is looked for, told to people, and tried out for those who write rules.
//!
//! Apart from the gate, because it decides nothing about a push: `list`, `table` and `show` only read what the policy
//! knows. `trial` asks the gate's own engine whether a rule finds what its author says, so that a rule that passes here
//! is one that works there.
//!
//! *Invariant:* no scanning of its own; what a value is worth is said by `rule` and `gate` alone.

mod coded;
mod lint;
mod list;
mod reason;
mod score;
mod show;
mod table;
mod trial;

pub use list::{Filter, json_lines, text};
pub use score::{Score, score};
pub use show::show;
pub use table::{identifiers, table};
pub use trial::{Fault, Report, Tried, Which, trial};

use crate::policy::{Known, nearest};

/// The widest line, in columns.
const WIDTH: usize = 80;

/// A word in a question that names nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no rule {what} `{word}`")]
pub struct Unknown {
    what: &'static str,
    word: String,
    nearest: Option<String>,
}

impl Unknown {
    /// No rule has this id.
    fn id(word: &str, known: &Known) -> Self {
        let ids = known.rules.iter().map(|rule| &*rule.spec.id).chain(coded::all().map(|it| it.id));
        Self::new("is called", word, ids)
    }

    fn new<'k>(what: &'static str, word: &str, known: impl Iterator<Item = &'k str>) -> Self {
        Self { what, word: word.to_owned(), nearest: nearest(word, known).map(str::to_owned) }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match &self.nearest {
            Some(word) => format!("did you mean `{word}`?"),
            None => "`leakgate rules list` shows ids and groups, `leakgate rules list --format jsonl` tags".to_owned(),
        }
    }
}
