//! The policy: which rules hold, what is excepted, how much is read, and what happens to the rest.
//!
//! Several files, one over the other: the defaults in the binary, the machine's (`/etc/leakgate`), the served
//! repository's git directory or the work tree's, the one on the command line. A later file adds rules and exceptions,
//! switches rules off, and changes single settings.
//!
//! *Invariant:* nothing here can come out of a push: this module knows paths on the server and no git. Whatever is
//! wrong with any file, there is no policy, and without a policy nothing passes.

mod action;
mod allow;
mod audit;
mod baseline;
mod committed;
mod criteria;
mod customer;
mod date;
mod document;
mod error;
mod exact;
mod file;
mod gitleaks;
mod identifiers;
mod layer;
mod limits;
mod listed;
mod living;
mod loading;
mod lock;
mod markers;
mod merge;
mod named;
mod owner;
mod packs;
mod remote;
mod rules;
mod settings;
mod spec;
mod strict;
mod suggest;
#[cfg(test)]
mod testing;
mod unreadable;
mod wire;

pub use action::{Act, Concerning, Does};
pub use allow::{Allow, AllowState, Asked};
pub use audit::{AuditLog, Unwritten};
pub use baseline::Baseline;
pub use customer::{CustomerData, Switch};
pub use date::{Date, DateError};
pub use error::{Fault, PolicyError};
pub use exact::ExactMatch;
pub use gitleaks::{Gitleaks, KnownPlaces, Note, OwnRules, Spot};
pub use identifiers::{Action, CheckDigit, CustomerNumber, IdentifierRule, PACKS};
pub use layer::{Guard, LayerFile, Presence, Whose};
pub use limits::{LimitRange, Limits};
pub use listed::{Known, Listed, State};
pub use living::{BaselineFile, Bypass, Comments};
pub use markers::{MARKER_PACKAGE, Markers, Reach};
pub use packs::{CODE_RULES, DEFAULT_POLICY};
pub use remote::{Class, OnCredential, OnOutside, Remote, Ruling};
pub use settings::Setting;
pub use suggest::nearest;
pub use unreadable::{Unread, Unreadable};

use crate::rule::Rules;
use crate::text::Finding;
use document::Document;
use loading::{Loading, list, load};
use std::path::{Path, PathBuf};

/// What holds for one run.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The rules that are switched on, at least one.
    pub rules: Rules,
    /// The exceptions, expired ones included.
    pub allow: Vec<Allow>,
    /// How much is read.
    pub limits: Limits,
    /// What happens to what could not be read.
    pub unreadable: Unreadable,
    /// Whom to ask, in one line that is fit for a terminal.
    pub contact: Option<String>,
    /// What counts as customer data.
    pub customer: CustomerData,
    /// Where the organisation's own customers are known from.
    pub exact: ExactMatch,
    /// What must not leave.
    pub markers: Markers,
    /// Where decisions are recorded.
    pub audit: AuditLog,
    /// Where a push may go.
    pub remote: Remote,
    /// What comes from gitleaks.
    pub gitleaks: Gitleaks,
    /// What becomes of findings; the last entry that is about one counts.
    pub actions: Vec<Act>,
    /// Where comments are heard.
    pub comments: Comments,
    /// What the repository held before there was a gate.
    pub baseline: Option<BaselineFile>,
    /// Who may let what through.
    pub bypass: Bypass,
    /// Whether verdicts are only told.
    pub dry_run: bool,
    /// Whether it is a work tree's file alone that says so.
    pub dry_run_committed: bool,
    /// The organisation's own words to whoever is refused, each a line that is fit for a terminal.
    pub message: Vec<String>,
    /// The files that were looked for, in order.
    pub sources: Vec<Source>,
}

/// One file that was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its path, fit for a terminal.
    pub name: String,
    /// Whether it says anything.
    pub state: SourceState,
}

/// What a file contributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceState {
    /// It is in force.
    InForce {
        /// How many rules it adds or replaces.
        rules: usize,
        /// How many exceptions it adds.
        allows: usize,
    },
    /// It does not exist, and need not.
    Absent,
}

impl Policy {
    /// Lays `layers` over the embedded defaults. `today` decides which exceptions have expired.
    ///
    /// # Errors
    /// When a file cannot be read, is not to be trusted, or has anything wrong in it, and when no rule is left.
    pub fn load(layers: &[LayerFile], today: Date) -> Result<Self, PolicyError> {
        load(Rules::all(&packs::PACKED), layers, today)
    }

    /// All rules that `layers` over the embedded ones know, those that are switched off as well.
    ///
    /// The files `trial` come last; in them an example need not match yet, and a rule may have the id of an earlier one,
    /// whose place it takes.
    ///
    /// # Errors
    /// As [`Policy::load`].
    pub fn list(layers: &[LayerFile], trial: &[PathBuf], today: Date) -> Result<Known, PolicyError> {
        list(Rules::written(packs::documented()?), layers, trial, today)
    }

    /// The embedded rules with the gitleaks configuration at `path` over them, and a copy of gitleaks' `default` one.
    ///
    /// # Errors
    /// As [`Policy::load`].
    pub fn of_gitleaks(path: &Path, default: Option<&Path>, today: Date) -> Result<Self, PolicyError> {
        Loading::of_gitleaks(Rules::all(&packs::PACKED), path, default, today)
    }

    /// The exception that lets `finding` pass, if there is one.
    #[must_use]
    pub fn allowance(&self, finding: &Finding) -> Option<&Allow> {
        self.covering(&Asked::about(finding))
    }

    /// The exception that covers what is asked about, if there is one.
    #[must_use]
    pub fn covering(&self, asked: &Asked<'_>) -> Option<&Allow> {
        self.allow.iter().find(|entry| entry.covers(asked))
    }

    /// The exceptions whose last day is over; they allow nothing any more.
    pub fn expired(&self) -> impl Iterator<Item = &Allow> {
        self.allow.iter().filter(|entry| entry.state == AllowState::Expired)
    }

    /// The last `[[action]]` entry about this, if there is one.
    #[must_use]
    pub fn action(&self, it: &Concerning<'_>) -> Option<&Act> {
        self.actions.iter().rev().find(|act| act.meets(it))
    }

    /// Every key that the default policy and `layers` set, in their order; a later one replaces an earlier one, or is
    /// added to it where the key is a list of entries.
    ///
    /// # Errors
    /// When a file cannot be read or is not TOML.
    pub fn settings(layers: &[LayerFile]) -> Result<Vec<Setting>, PolicyError> {
        let mut all = settings::defaults()?;
        for layer in layers {
            if let Some(text) = layer.text()? {
                all.extend(settings::settings(&Document::new(layer::shown(&layer.path), text))?);
            }
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests;
