//! Why something that was found does not stop a push: the facts that a report and an audit record need.
//!
//! Apart from the verdict because a fact decides nothing: what is excused was taken out before the verdict counts.
//!
//! *Invariant:* whatever was found and does not stop has an excuse here or is a warning; nothing is dropped.

use crate::policy::Date;

/// What lets something pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Excuse {
    /// An `[[allow]]` entry of the policy.
    Allow {
        /// `file:line` of the entry, fit for a terminal.
        origin: String,
        /// Why it passes.
        reason: String,
        /// Who answers for it.
        owner: Option<String>,
        /// The last day on which it does.
        expires: Option<Date>,
    },
    /// The baseline: the repository held it before there was a gate.
    Baseline {
        /// The baseline's path, fit for a terminal.
        origin: String,
    },
    /// A comment beside it in the file.
    Comment {
        /// The comment's line, from 1.
        line: u32,
        /// What it says.
        reason: String,
    },
    /// Whoever pushed took the responsibility, once.
    Bypass {
        /// Who, as the host says.
        user: String,
        /// The code that was printed for it, used up by this.
        code: String,
        /// Why.
        reason: String,
    },
    /// An `[[action]]` entry of the policy that switches its rule off here.
    Off {
        /// `file:line` of the entry, fit for a terminal.
        origin: String,
    },
}

impl Excuse {
    /// The word used in records.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Allow { .. } => "allow",
            Self::Baseline { .. } => "baseline",
            Self::Comment { .. } => "comment",
            Self::Bypass { .. } => "bypass",
            Self::Off { .. } => "off",
        }
    }

    /// Why, where somebody said so.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Allow { reason, .. } | Self::Comment { reason, .. } | Self::Bypass { reason, .. } => Some(reason),
            Self::Baseline { .. } | Self::Off { .. } => None,
        }
    }
}

/// Something that was found (a finding, or what could not be read) and does not stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excused<T> {
    /// What.
    pub what: T,
    /// Why not.
    pub why: Excuse,
}

/// Whether a verdict is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is.
    Enforced,
    /// It is only told: the policy introduces the gate.
    DryRun,
}
