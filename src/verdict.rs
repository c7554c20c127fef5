//! The only place that can say yes.

mod excuse;

pub use excuse::{Excuse, Excused, Mode};

use std::collections::HashSet;
use std::fmt::Display;
use std::hash::Hash;

/// What was to be judged, and what was.
///
/// A gate that skips something by mistake must notice: every new object is entered twice, once by what found it to be
/// new and once by what read it.
#[derive(Clone, Debug)]
pub struct Ledger<Id> {
    due: HashSet<Id>,
    done: HashSet<Id>,
}

/// Something new was neither scanned nor excused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{count} new objects were found and not judged, {first} among them")]
pub struct Unaccounted {
    count: usize,
    first: String,
}

impl<Id: Hash + Eq + Display> Ledger<Id> {
    /// An empty ledger.
    #[must_use]
    pub fn new() -> Self {
        Self { due: HashSet::new(), done: HashSet::new() }
    }

    /// Enters an object that must be judged.
    pub fn owe(&mut self, id: Id) {
        self.due.insert(id);
    }

    /// Enters an object that was scanned, or excused by a named rule.
    pub fn settle(&mut self, id: Id) {
        self.done.insert(id);
    }

    /// Whether an object was settled already.
    #[must_use]
    pub fn is_settled(&self, id: &Id) -> bool {
        self.done.contains(id)
    }

    /// The objects that are due and not settled.
    pub fn open(&self) -> impl Iterator<Item = &Id> {
        self.due.difference(&self.done)
    }

    /// Strikes the balance.
    ///
    /// # Errors
    /// When anything is open.
    pub fn balance(&self) -> Result<Balanced, Unaccounted> {
        let mut open = self.open();
        match open.next() {
            None => Ok(Balanced(())),
            Some(first) => Err(Unaccounted { first: first.to_string(), count: open.count() + 1 }),
        }
    }
}

impl<Id: Hash + Eq + Display> Default for Ledger<Id> {
    fn default() -> Self {
        Self::new()
    }
}

/// The proof that everything due was judged. Only a [`Ledger`] makes one.
#[derive(Debug)]
pub struct Balanced(());

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// Everything new was read, decoded, scanned and judged, and nothing was found.
    Accept,
    /// Something was found.
    Reject,
    /// Nothing was found, but something could not be read through, and the policy does not let that pass.
    Undecided,
}

impl Verdict {
    /// Judges: how many findings and how many unreadable things the policy does not let pass, once the books balance.
    pub fn decide(_balanced: &Balanced, findings: usize, unreadable: usize) -> Self {
        match (findings, unreadable) {
            (0, 0) => Self::Accept,
            (0, _) => Self::Undecided,
            _ => Self::Reject,
        }
    }
}

/// What a process says with its exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// 0: everything new was judged, nothing was found.
    Accepted,
    /// 1: something was found.
    Rejected,
    /// 2: it could not be decided; git rejects on that too.
    Undecided,
}

impl ExitStatus {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Accepted => 0,
            Self::Rejected => 1,
            Self::Undecided => 2,
        }
    }
}

impl ExitStatus {
    /// What is said after `verdict`, which is `None` where none could be reached. A dry run stops nothing: what would
    /// have stopped is in the message and in the record.
    #[must_use]
    pub fn under(mode: Mode, verdict: Option<Verdict>) -> Self {
        match (mode, verdict) {
            (Mode::DryRun, _) => Self::Accepted,
            (Mode::Enforced, Some(verdict)) => verdict.into(),
            (Mode::Enforced, None) => Self::Undecided,
        }
    }
}

impl From<Verdict> for ExitStatus {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Accept => Self::Accepted,
            Verdict::Reject => Self::Rejected,
            Verdict::Undecided => Self::Undecided,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dry_run_stops_nothing_and_everything_else_does() {
        let all = [None, Some(Verdict::Accept), Some(Verdict::Reject), Some(Verdict::Undecided)];
        let codes = |mode| all.map(|verdict| ExitStatus::under(mode, verdict).code());
        assert_eq!(codes(Mode::Enforced), [2, 0, 1, 2]);
        assert_eq!(codes(Mode::DryRun), [0; 4]);
    }

    #[test]
    fn only_a_balanced_ledger_without_findings_accepts() {
        let mut ledger = Ledger::new();
        ledger.owe(1);
        ledger.settle(2);
        assert_eq!(ledger.balance().unwrap_err(), Unaccounted { count: 1, first: "1".to_owned() });
        ledger.settle(1);
        let balanced = ledger.balance().unwrap();
        assert_eq!(Verdict::decide(&balanced, 0, 0), Verdict::Accept);
        assert_eq!(Verdict::decide(&balanced, 1, 0), Verdict::Reject);
        assert_eq!(Verdict::decide(&balanced, 0, 1), Verdict::Undecided);
        assert_eq!(Verdict::decide(&balanced, 1, 1), Verdict::Reject);
    }
}
