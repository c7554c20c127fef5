//! Why a table, a key or a list cannot be used: what, where, why, and what to do.

use crate::text::printable;
use std::io;
use std::path::Path;

/// Why the organisation's own data cannot be compared, or a table not be made. Nothing is accepted then.
#[derive(Debug, thiserror::Error)]
pub enum ExactError {
    /// A file is not what it should be, or not safe.
    #[error("{what} `{path}`: {why}")]
    Refused {
        /// `the table` or `the key`.
        what: &'static str,
        /// The file, fit for a terminal.
        path: String,
        /// What is wrong with it.
        why: String,
        /// What to do.
        remedy: String,
    },
    /// The system refused a file.
    #[error("cannot {doing} `{path}`")]
    File {
        /// `read`, `write`.
        doing: &'static str,
        /// The file, fit for a terminal.
        path: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The list cannot be made into a table.
    #[error("{why}")]
    List {
        /// What is wrong.
        why: String,
        /// What to do.
        remedy: String,
    },
    /// Standard input failed.
    #[error("cannot read standard input")]
    Stdin(#[source] io::Error),
    /// A text asks for more comparisons than are made.
    #[error("a file holds so many real customers' values that more than {most} pairs would have to be compared")]
    TooMany {
        /// The bound.
        most: usize,
    },
}

impl ExactError {
    /// What to do about it, in one sentence.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Refused { remedy, .. } | Self::List { remedy, .. } => remedy.clone(),
            Self::File { .. } => {
                "the policy's [exact] names the tables and keys; the user that runs the hook must be able to read them \
                 (`leakgate fingerprint stat` tells more)"
                    .to_owned()
            }
            Self::Stdin(_) => "give the list on standard input".to_owned(),
            Self::TooMany { .. } => "take the customers' data out of the file".to_owned(),
        }
    }

    pub(super) fn table(path: &Path, why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Refused { what: "the table", path: shown(path), why: why.into(), remedy: remedy.into() }
    }

    pub(super) fn key(path: &Path, why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Refused { what: "the key", path: shown(path), why: why.into(), remedy: remedy.into() }
    }

    pub(super) fn list(why: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::List { why: why.into(), remedy: remedy.into() }
    }

    pub(super) fn read(path: &Path, source: io::Error) -> Self {
        Self::File { doing: "read", path: shown(path), source }
    }

    pub(super) fn write(path: &Path, source: io::Error) -> Self {
        Self::File { doing: "write", path: shown(path), source }
    }
}

/// A path for a message.
pub(super) fn shown(path: &Path) -> String {
    printable(path.as_os_str().as_encoded_bytes())
}
