//! What of gitleaks' files does not come over: said where somebody asks, never dropped in silence.

use super::super::document::Document;
use super::super::error::tame;
use std::fmt;
use std::ops::Range;

/// One thing that is not carried over, or means something else here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// `file:line`, fit for a terminal.
    pub at: String,
    /// What it is, one line.
    pub what: String,
}

/// All of them, in the order in which they were met.
pub(super) type Notes = Vec<Note>;

impl Note {
    pub(super) fn at(doc: &Document, span: &Range<usize>, what: &str) -> Self {
        Self { at: doc.line_of(span), what: tame(what) }
    }

    /// About line `number` of `file`.
    pub(super) fn on_line(file: &str, number: usize, what: &str) -> Self {
        Self { at: format!("{file}:{number}"), what: tame(what) }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}
