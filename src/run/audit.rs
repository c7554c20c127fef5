//! The record of a hook's decision: written before the decision is told, and by policy a condition of saying yes.

use super::{Bench, Done};
use crate::audit::{self, AuditError, Decision, Size};
use crate::gate::error::Error;
use crate::gate::files::Judged;
use crate::policy::Unwritten;
use crate::push::Push;
use crate::report::{self, Destination, Mask};
use crate::text::Finding;
use crate::verdict::ExitStatus;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

impl Bench<'_> {
    /// `done`, recorded as `verdict`; where that fails, what the policy makes of it.
    pub(super) fn recorded(&self, judged: &Judged, push: &Push, verdict: ExitStatus, done: Done) -> Done {
        if !self.policy.audit.is_kept() {
            return done;
        }
        match self.record(judged, push, verdict, None) {
            Ok(()) => done,
            Err(error) => self.unrecorded(error, done),
        }
    }

    /// The message for what could not be decided, recorded as that.
    pub(super) fn recorded_failure(&self, error: &Error, push: &Push) -> Done {
        let done = self.undecided(error);
        if !self.policy.audit.is_kept() {
            return done;
        }
        let told = report::told(error);
        match self.record(&Judged::default(), push, ExitStatus::Undecided, Some(told)) {
            Ok(()) => done,
            Err(error) => self.unrecorded(error, done),
        }
    }

    fn record(
        &self,
        judged: &Judged,
        push: &Push,
        status: ExitStatus,
        error: Option<String>,
    ) -> Result<(), AuditError> {
        let mask = mask(judged, push);
        let (commits, objects, bytes) = self.judge.gauge.read();
        let folder = self.facts.as_ref().map(|facts| match std::fs::canonicalize(&facts.common_dir) {
            Ok(whole) => whole,
            Err(_as_git_says) => facts.common_dir.clone(),
        });
        let decision = Decision {
            // A clock before 1970 is one that was never set.
            time: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO),
            took: self.started.elapsed(),
            hook: self.hook,
            origin: &self.env.origin,
            destination: self.going.as_ref().map(Destination::described),
            folder: folder.as_deref(),
            push,
            status,
            mode: self.mode(),
            error,
            findings: &judged.findings,
            warnings: &judged.warnings,
            unread: &judged.unread,
            excused: &judged.excused,
            excused_unread: &judged.excused_unread,
            size: Size { commits, objects, bytes },
            mask: &mask,
        };
        let top = self.facts.as_ref().and_then(|facts| facts.work_tree.as_deref());
        audit::record(&self.policy.audit, &decision, top)
    }

    /// A refusal stays one. An acceptance that left no trace is none, unless the policy says otherwise.
    fn unrecorded(&self, error: AuditError, mut done: Done) -> Done {
        let error = Error::Audit(error);
        match (self.policy.audit.unwritten, done.status) {
            (Unwritten::Block, ExitStatus::Accepted) => {
                // In the place of what was said of the acceptance, which is none.
                let refusal = self.undecided(&error);
                done.err = refusal.err;
                done.status = refusal.status;
            }
            (Unwritten::Block, ExitStatus::Rejected | ExitStatus::Undecided) | (Unwritten::Allow, _) => {
                done.err.push_str(&report::unrecorded(&error));
            }
        }
        done
    }
}

/// Takes the secrets of all that was found out of all names that a record shows.
fn mask(judged: &Judged, push: &Push) -> Mask {
    let excused = judged.excused.iter().map(|excused| excused.what.clone());
    let found: Vec<Finding> = judged.findings.iter().chain(&judged.warnings).cloned().chain(excused).collect();
    let unread = judged.unread.iter().chain(judged.excused_unread.iter().map(|it| &it.what));
    let subjects = found.iter().map(|finding| &finding.subject).chain(unread.map(|unread| &unread.subject));
    let paths = subjects.filter_map(|subject| subject.path()).map(|path| path.as_slice());
    Mask::new(&found, paths.chain(push.updates.iter().map(|update| update.name.as_slice())))
}
