//! A regular expression that compiles on first need.

use super::needed::Needed;
use super::sketch::sketch;
use super::{Text, Unicode};
use once_cell::sync::OnceCell;
use regex::bytes::{Regex, RegexBuilder};

/// The most memory one compiled pattern may take, in bytes: a rule cannot exhaust the server.
pub const SIZE_LIMIT: usize = 10 << 20;

/// A pattern and, after its first use, its program.
///
/// Compiling all patterns takes longer than most pushes; a push that holds none of a rule's keywords never pays for it.
#[derive(Debug)]
pub struct Pattern {
    source: Text,
    unicode: Unicode,
    needed: OnceCell<Needed>,
    outline: OnceCell<Option<Regex>>,
    compiled: OnceCell<Regex>,
}

/// A pattern that the regex engine refuses.
#[derive(Debug, thiserror::Error)]
#[error("the pattern `{pattern}` does not compile")]
pub struct PatternError {
    pattern: String,
    #[source]
    source: regex::Error,
}

impl Pattern {
    /// Keeps `source` for later; nothing is compiled yet.
    #[must_use]
    pub fn new(source: Text, unicode: Unicode) -> Self {
        Self { source, unicode, needed: OnceCell::new(), outline: OnceCell::new(), compiled: OnceCell::new() }
    }

    /// Whether a match may lie in `text` from `at` on; only then the pattern needs to be compiled.
    #[must_use]
    pub fn may_match(&self, text: &[u8], at: usize) -> bool {
        let needed = self.needed.get_or_init(|| Needed::by(&self.source, self.unicode));
        if !text.get(at..).is_some_and(|window| needed.is_in(window)) {
            return false;
        }
        if self.compiled.get().is_some() {
            return true;
        }
        let outline = self.outline.get_or_init(|| sketch(&self.source, self.unicode));
        outline.as_ref().is_none_or(|outline| outline.is_match_at(text, at))
    }

    /// The compiled pattern.
    ///
    /// # Errors
    /// When it is not valid or takes more than 10 MiB.
    pub fn regex(&self) -> Result<&Regex, PatternError> {
        self.compiled.get_or_try_init(|| {
            RegexBuilder::new(&self.source)
                .unicode(self.unicode == Unicode::Yes)
                .size_limit(SIZE_LIMIT)
                .build()
                .map_err(|source| PatternError { pattern: self.source.chars().take(60).collect(), source })
        })
    }

    /// The pattern's text.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }
}
