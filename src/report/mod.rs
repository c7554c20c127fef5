//! What leakgate says: to the person whose push or commit was stopped, and to programs.
//!
//! Apart from the verdict, because wording must never decide anything. Paths, titles, reference names and archive
//! members come from whoever pushes: each goes through [`Mask`], which takes out what belongs to a secret and escapes
//! what a terminal would obey.
//!
//! *Invariant:* no secret's bytes and no control character but the line end; git and the gate are not known here.

mod block;
mod destination;
mod facts;
mod fix;
mod gitlab;
mod headline;
pub mod help;
pub mod history;
mod host;
mod json;
mod junit;
mod layout;
mod listing;
mod mask;
mod passed;
mod rejection;
mod sarif;
mod subject;
mod undecided;
mod warning;

pub(crate) use json::written as json_object;
pub(crate) use layout::{columns, fold, shorten, wrap};

pub use destination::{Destination, Objection};
pub use facts::Run;
pub use gitlab::gitlab;
pub use host::for_host;
pub use json::{InHistory, json_history_line, json_line, json_unread_line};
pub use junit::junit;
pub use listing::{listing, listing_line, unread_line};
pub use mask::Mask;
pub use passed::passed;
pub use rejection::rejection;
pub use sarif::sarif;
pub use undecided::{complaint, told, undecided};
pub use warning::{advice, unrecorded, warnings};

use crate::scan::Unreadable;
use crate::text::Subject;
use crate::verdict::Mode;
use bstr::BString;

/// On whose behalf leakgate speaks: it decides the wording and the advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HookKind {
    /// On a server, once a push.
    PreReceive,
    /// On a server, once a reference.
    Update,
    /// Before a push leaves a clone.
    PrePush,
    /// Before a commit.
    PreCommit,
    /// Before a merge's commit.
    PreMergeCommit,
    /// On a commit's message.
    CommitMsg,
    /// `leakgate scan`: nothing is being made or sent.
    Scan,
}

impl HookKind {
    /// What was stopped.
    fn what(self) -> &'static str {
        match self {
            Self::PreReceive | Self::PrePush => "this push",
            Self::Update => "this update",
            Self::PreCommit => "this commit",
            Self::PreMergeCommit => "this merge",
            Self::CommitMsg => "this commit message",
            Self::Scan => "what it was given",
        }
    }

    /// The hook's own name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PreReceive => "pre-receive",
            Self::Update => "update",
            Self::PrePush => "pre-push",
            Self::PreCommit => "pre-commit",
            Self::PreMergeCommit => "pre-merge-commit",
            Self::CommitMsg => "commit-msg",
            Self::Scan => "scan",
        }
    }

    /// What became of it.
    fn outcome(self) -> &'static str {
        match self {
            Self::PreReceive => "nothing was stored",
            Self::Update => "the reference was not updated",
            Self::PrePush => "nothing was pushed",
            Self::PreCommit | Self::PreMergeCommit | Self::CommitMsg => "nothing was committed",
            Self::Scan => "the scan is not complete",
        }
    }

    /// The same, by whether the verdict is carried out.
    fn outcome_under(self, mode: Mode) -> &'static str {
        match mode {
            Mode::Enforced => self.outcome(),
            Mode::DryRun => "it went through, as this is a dry run",
        }
    }
}

/// What a message needs to know besides the findings.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Who asked.
    pub hook: HookKind,
    /// How many values to describe (`limits.findings_shown`); all are counted.
    pub shown: usize,
    /// Whom to ask, from the policy.
    pub contact: Option<&'a str>,
    /// leakgate's own version.
    pub version: &'a str,
    /// Whether the verdict is carried out.
    pub mode: Mode,
    /// The organisation's own words and other advice, each a line that is fit for a terminal.
    pub notes: &'a [String],
    /// Fingerprints of findings that the person may let through, each with its code.
    pub codes: &'a [(String, String)],
    /// The pushed tips' hexadecimal ids: what lies in one of them needs an amend, not a rebase. May be empty.
    pub tips: &'a [String],
    /// Where the push was to go, for `pre-push`.
    pub destination: Option<&'a Destination>,
    /// Who pushed where, as the server's own variables say.
    pub origin: Option<&'a str>,
}

/// Something in the push that could not be read through, and which the policy does not let pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// In what.
    pub subject: Subject,
    /// The commit's subject line, where there is one.
    pub title: Option<BString>,
    /// What stood in the way.
    pub obstacle: Unreadable,
}

#[cfg(test)]
mod leak_tests;
#[cfg(test)]
mod samples;
