//! The settings by which git tidies a commit message before it stores it.
//!
//! Apart from the tidying itself because they are read elsewhere, from the configuration and the environment.
//!
//! *Invariant:* plain values; nothing here reads a file.

use bstr::BString;

/// The setting `commit.cleanup`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CleanupSetting {
    /// Not set, or `default`: `strip` with an editor, else `whitespace`.
    Default,
    /// `strip`: white space and comment lines go.
    Strip,
    /// `whitespace`: only white space goes.
    Whitespace,
    /// `verbatim`: nothing goes.
    Verbatim,
    /// `scissors`: with an editor the cut line and what is below goes, and white space; else as `whitespace`.
    Scissors,
}

impl CleanupSetting {
    /// The setting that git knows by `name`; `None` for a name that git refuses.
    #[must_use]
    pub fn from_name(name: &[u8]) -> Option<Self> {
        match name {
            b"default" => Some(Self::Default),
            b"strip" => Some(Self::Strip),
            b"whitespace" => Some(Self::Whitespace),
            b"verbatim" => Some(Self::Verbatim),
            b"scissors" => Some(Self::Scissors),
            _ => None,
        }
    }
}

/// Whether git opens an editor for this message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Editor {
    /// An editor was used.
    Used,
    /// None was used: git tells the hook by `GIT_EDITOR=:`. Also the safe reading when unsure.
    Skipped,
}

/// What opens a comment line (`core.commentChar`, `core.commentString`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommentPrefix {
    /// These bytes; `#` when nothing is set.
    Text(BString),
    /// `auto`: git takes a character that opens no line of the message, and does not say which.
    Auto,
}

/// How a message will be tidied, as far as a hook can know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageSettings {
    /// `commit.cleanup`.
    pub cleanup: CleanupSetting,
    /// What opens a comment line.
    pub comment: CommentPrefix,
}
