//! What was found, where, and by which rule: all that a report may know.

use super::{Extent, Kind, Place, Secret, Severity};
use bstr::BString;
use std::sync::Arc;

/// What a report says about the rule behind a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The rule's id, such as `github-pat`.
    pub id: String,
    /// What the value is, in a few words.
    pub description: String,
    /// How bad it is.
    pub severity: Severity,
    /// Secret or customer data.
    pub kind: Kind,
    /// What the value opens, in a few words, if known.
    pub opens: Option<String>,
    /// The issuer's own page on revoking the value, if known.
    pub revoke: Option<String>,
}

/// The identity of a finding across rebases and moves: 16 lower-case hex digits over rule and value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub String);

/// The value that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// One secret.
    Secret(Secret),
    /// Many values of one class in one file.
    Bulk {
        /// How many distinct values.
        distinct: usize,
        /// The first places and the masked values there, at most three.
        samples: Vec<(Place, String)>,
        /// The values behind `samples`, for masking other output.
        hidden: Vec<Secret>,
    },
}

/// What the value was found in. Ids are hexadecimal; names are as git has them and may hold any byte.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A file's content in a commit.
    File {
        /// The file's path.
        path: BString,
        /// The commit that adds it.
        commit: String,
    },
    /// A symbolic link's target in a commit.
    Symlink {
        /// The link's path.
        path: BString,
        /// The commit that adds it.
        commit: String,
    },
    /// A name of a file or folder in a commit.
    FileName {
        /// The path with that name in it.
        path: BString,
        /// The commit that adds it.
        commit: String,
    },
    /// A commit object: message, author, committer, other headers.
    Commit {
        /// The commit.
        commit: String,
        /// `message`, `author`, `committer` or `header`.
        part: &'static str,
    },
    /// A tag object: message, tagger, other headers.
    Tag {
        /// The tag object's id.
        id: String,
        /// `message`, `tagger` or `header`.
        part: &'static str,
    },
    /// A reference's name.
    RefName(BString),
    /// An object that was sent but that no pushed reference reaches, or one that only a tag or a reference names.
    Object {
        /// The object's id.
        id: String,
        /// `blob`, `tree`, `commit` or `tag`.
        kind: &'static str,
    },
    /// A staged file.
    Staged {
        /// Its path.
        path: BString,
    },
    /// The message of the commit being made.
    Message,
    /// A file on disk.
    Disk {
        /// Its path as given or found.
        path: BString,
    },
    /// Standard input.
    Stdin,
}

impl Subject {
    /// The path, where the subject has one.
    #[must_use]
    pub fn path(&self) -> Option<&BString> {
        match self {
            Self::File { path, .. }
            | Self::Symlink { path, .. }
            | Self::FileName { path, .. }
            | Self::Staged { path }
            | Self::Disk { path } => Some(path),
            Self::Commit { .. }
            | Self::Tag { .. }
            | Self::RefName(_)
            | Self::Object { .. }
            | Self::Message
            | Self::Stdin => None,
        }
    }

    /// The commit's hexadecimal id, where the subject lies in one.
    #[must_use]
    pub fn commit(&self) -> Option<&str> {
        match self {
            Self::File { commit, .. }
            | Self::Symlink { commit, .. }
            | Self::FileName { commit, .. }
            | Self::Commit { commit, .. } => Some(commit),
            Self::Tag { .. }
            | Self::RefName(_)
            | Self::Object { .. }
            | Self::Staged { .. }
            | Self::Message
            | Self::Disk { .. }
            | Self::Stdin => None,
        }
    }
}

/// One value at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that matched.
    pub rule: Arc<RuleInfo>,
    /// What was found.
    pub value: Value,
    /// In what.
    pub subject: Subject,
    /// The commit's subject line, where there is one.
    pub title: Option<BString>,
    /// Where in it. For a value that was decoded: where the encoded form begins.
    pub place: Place,
    /// How far it reaches in the file as an editor shows it; none where it is not in a file's own lines.
    pub extent: Option<Extent>,
    /// How it was decoded, outermost first; empty when the value stands there as it is.
    pub via: Vec<&'static str>,
    /// The path inside an archive, if it was in one.
    pub member: Option<BString>,
    /// Its identity.
    pub fingerprint: Fingerprint,
    /// What was verified in the value itself, such as `checksum verified`; none where its format carries no check.
    pub proof: Option<&'static str>,
    /// What other rules say of the same bytes, the more telling first: it is not shown, and counts where this finding is
    /// let pass for its rule's sake.
    pub beneath: Vec<Beneath>,
}

/// What another rule found in the bytes of a finding that says more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beneath {
    /// The finding.
    pub finding: Finding,
    /// What its rule goes by.
    pub knows_by: KnowsBy,
}

/// What a rule knows its values by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnowsBy {
    /// Their own form.
    Form,
    /// Words beside them, whatever they are.
    Words,
}
