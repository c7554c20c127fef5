//! One blob judged: first cheaply and whole, then, on a hit, by what it adds.

use super::before::Before;
use super::comment;
use super::gauge::Gauge;
use super::known;
use super::overlap::most_specific;
use super::packages::Packages;
use super::remembered::Remembered;
use super::sift::{PassedOver, Sifted, path_of};
use super::sum::Part;
use crate::customer::{self, Bulk, Crowd, Earlier, Thresholds, Weight};
use crate::exact::{Exact, ExactError, Known};
use crate::policy::Switch;
use crate::rule::{RuleSet, RuleSetError};
use crate::scan::{self, Candidate, Limits, Step, Text, Unreadable};
use crate::text::{Beneath, Finding, Fingerprint, Kind, KnowsBy, LineIndex, Place, RuleInfo, Secret, Subject, Value};
use crate::verdict::Excused;
use bstr::{BStr, BString, ByteSlice};
use sha2::{Digest, Sha256};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

/// All that judging needs; shared by all threads.
pub struct Judge {
    /// The rules.
    pub rules: RuleSet,
    /// Bounds of unfolding.
    pub limits: Limits,
    /// When a text is a customer list; none: the policy looks for none.
    pub thresholds: Option<Thresholds>,
    /// The organisation's own customers; none: the policy names no table.
    pub exact: Option<Exact>,
    /// Packages that must not leave, where the rules have them.
    pub packages: Packages,
    /// What is passed over by its place.
    pub passed_over: PassedOver,
    /// Whether comments in files are heard.
    pub comments: Switch,
    /// When to give up, and how many seconds that was.
    pub deadline: Option<(Instant, u64)>,
    /// How much was judged so far.
    pub gauge: Gauge,
    /// What first looks need not look at again.
    pub remembered: Remembered,
}

/// Why judging stopped.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// A rule cannot run.
    #[error(transparent)]
    Rule(#[from] RuleSetError),
    /// The organisation's own customers cannot be compared.
    #[error("cannot compare with the organisation's own customers")]
    Exact(#[from] ExactError),
    /// The time that the policy gives is over.
    #[error("the policy's limit of {seconds} s is over and not everything has been judged")]
    Overdue {
        /// The limit in seconds.
        seconds: u64,
    },
}

/// What was found in one blob.
#[derive(Debug, Default)]
pub struct Examined {
    /// Values at their places; the subject and title are the caller's.
    pub findings: Vec<Finding>,
    /// What is worth a look and stops nothing.
    pub warnings: Vec<Finding>,
    /// What passes by a comment beside it.
    pub excused: Vec<Excused<Finding>>,
    /// What could not be read through.
    pub unreadable: Vec<Unreadable>,
    /// Whether any of the findings lies in something folded into the blob: an archive, or an encoded one.
    pub folded: bool,
    /// What the blob adds to the sums of a push.
    pub parts: Vec<Part>,
}

/// What a first look at a blob says.
#[derive(Debug, Default)]
pub struct Look {
    /// Anything in it could be a finding or an obstacle.
    pub suspicious: bool,
    /// What it would add to the sums of a push.
    pub crowds: Vec<Crowd>,
    /// Whether the look ended early: more of it may add to the sums.
    pub partial: bool,
}

/// Whose content is examined, for the report and for rules that are for some paths only.
#[derive(Clone, Debug)]
pub struct About<'a> {
    /// What a finding says it is in.
    pub subject: Subject,
    /// The commit's subject line.
    pub title: Option<&'a BStr>,
    /// The path that rules and exemptions by path look at.
    pub path: Option<&'a BStr>,
}

impl Judge {
    /// Whether anything in `blob`, all of it counted as new, could be a finding or an obstacle.
    ///
    /// # Errors
    /// When a rule cannot run or time is over.
    pub fn suspects(&self, blob: &[u8]) -> Result<bool, JudgeError> {
        Ok(self.look(blob)?.suspicious)
    }

    /// As [`Self::suspects`], with what the blob would add to the sums of a push.
    ///
    /// A list of customers ends the look: all of it is read when it is examined.
    ///
    /// # Errors
    /// When a rule cannot run or time is over.
    pub fn look(&self, blob: &[u8]) -> Result<Look, JudgeError> {
        self.check_time()?;
        let mut look = Look::default();
        let mut failed = None;
        let unreadable =
            scan::scan_while(&self.rules, self.limits, blob, self.remembered.matched.as_ref(), &mut |text, step| {
                let candidates = match step {
                    Step::Met => {
                        let (found, crowd) = self.first_survey(text);
                        look.crowds.extend(crowd);
                        look.partial = !found.is_empty();
                        look.suspicious |= look.partial;
                        return if look.partial { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
                    }
                    Step::Matched(candidates) => candidates,
                };
                look.suspicious |= !candidates.is_empty();
                if look.suspicious || failed.is_some() {
                    return ControlFlow::Continue(());
                }
                match self.known(text, None, &|_| true) {
                    Ok(known) => look.suspicious |= !known.is_empty(),
                    Err(error) => failed = Some(error),
                }
                ControlFlow::Continue(())
            })?;
        look.suspicious |= !unreadable.is_empty();
        match failed {
            Some(error) => Err(error.into()),
            None => Ok(look),
        }
    }

    /// Everything in `blob` that `before` does not have.
    ///
    /// # Errors
    /// When a rule cannot run or time is over.
    pub fn examine(&self, blob: &[u8], about: &About<'_>, before: &Before) -> Result<Examined, JudgeError> {
        self.check_time()?;
        let mut out = Examined::default();
        let mut failed = None;
        out.unreadable = scan::scan(&self.rules, self.limits, blob, &mut |text, candidates| {
            let found = out.findings.len();
            if let Err(error) = self.text(text, candidates, about, before, &mut out) {
                failed.get_or_insert(error);
            }
            out.folded |= out.findings.len() > found && !text.has_file_lines();
        })?;
        match failed {
            Some(error) => Err(error),
            None => Ok(out),
        }
    }

    /// Stops when time is over.
    ///
    /// # Errors
    /// Then.
    pub fn check_time(&self) -> Result<(), JudgeError> {
        match self.deadline {
            Some((deadline, seconds)) if Instant::now() > deadline => Err(JudgeError::Overdue { seconds }),
            _ => Ok(()),
        }
    }

    /// As [`Self::survey`] of all of a text, whatever its name.
    fn first_survey(&self, text: &Text<'_>) -> (Vec<Bulk>, Option<Crowd>) {
        let earlier = text.pieces.map(|pieces| Earlier { pieces, glanced: &self.remembered.glanced });
        match &self.thresholds {
            Some(thresholds) => customer::first_look(text.bytes, thresholds, earlier),
            None => (Vec::new(), None),
        }
    }

    fn survey(
        &self,
        text: &Text<'_>,
        path: Option<&[u8]>,
        added: &dyn Fn(usize) -> bool,
        known: &[Known],
    ) -> (Vec<Bulk>, Option<Crowd>) {
        match &self.thresholds {
            Some(thresholds) if known.is_empty() => customer::survey_in_push(text.bytes, path, added, thresholds),
            Some(thresholds) => customer::survey_in_push(text.bytes, path, added, &known::lowered(thresholds, known)),
            None => (Vec::new(), None),
        }
    }

    /// What the organisation's own tables know in `text`.
    fn known(
        &self,
        text: &Text<'_>,
        path: Option<&[u8]>,
        added: &dyn Fn(usize) -> bool,
    ) -> Result<Vec<Known>, ExactError> {
        match &self.exact {
            Some(exact) => exact.known(text.bytes, path, added),
            None => Ok(Vec::new()),
        }
    }

    fn text(
        &self,
        text: &Text<'_>,
        candidates: Vec<Candidate>,
        about: &About<'_>,
        before: &Before,
        out: &mut Examined,
    ) -> Result<(), JudgeError> {
        let index = LineIndex::new(text.bytes);
        let path = path_of(text, about);
        let is_new = |number: usize| !before.has_line(index.line(text.bytes, number));
        let Sifted { counts, passes } = self.sift(text, &index, candidates, about, before)?;
        for (found, rule, why) in passes {
            let what = secret_finding(text, &index, found, rule.info()?, about);
            out.excused.push(Excused { what, why });
        }
        for told in most_specific(counts) {
            let mut finding = secret_finding(text, &index, told.found, told.rule.info()?, about);
            for (found, rule) in told.beneath {
                let knows_by = if rule.is_generic() { KnowsBy::Words } else { KnowsBy::Form };
                let finding_beneath = secret_finding(text, &index, found, rule.info()?, about);
                finding.beneath.push(Beneath { finding: finding_beneath, knows_by });
            }
            match self.comments {
                Switch::Off => out.findings.push(finding),
                Switch::On => comment::listen(text, &index, finding, &mut out.excused, &mut out.findings),
            }
        }
        let known = match known::is_compared(&about.subject) {
            true => self.known(text, path.map(AsRef::as_ref), &is_new)?,
            false => Vec::new(),
        };
        let (found, crowd) = self.survey(text, path.map(AsRef::as_ref), &is_new, &known);
        // A list has no one value: what is new in the text tells it from another.
        let content = match found.is_empty() && known.is_empty() {
            true => Vec::new(),
            false => added_lines(text, &index, &is_new),
        };
        for bulk in found {
            let kind = if bulk.weight == Weight::Reject { &mut out.findings } else { &mut out.warnings };
            kind.push(bulk_finding(text, &index, bulk, about, &content));
        }
        out.parts.extend(crowd.map(|crowd| Part::new(crowd, about)));
        for known in known {
            let kind = if known.stops { &mut out.findings } else { &mut out.warnings };
            kind.push(known::finding(text, &index, known, about, &content));
        }
        Ok(())
    }
}

fn secret_finding(
    text: &Text<'_>,
    index: &LineIndex,
    found: Candidate,
    rule: &Arc<RuleInfo>,
    about: &About<'_>,
) -> Finding {
    let span = match found.via.is_empty() {
        true => found.at..found.at + found.secret.len(),
        false => found.at..found.span.end.max(found.at),
    };
    Finding {
        extent: text.has_file_lines().then(|| index.extent(text.bytes, &span)).flatten(),
        rule: Arc::clone(rule),
        fingerprint: fingerprint(&rule.id, &found.secret),
        value: Value::Secret(Secret::new(&found.secret)),
        subject: about.subject.clone(),
        title: about.title.map(BString::from),
        place: index.place(found.at),
        via: text.via.iter().copied().chain(found.via).collect(),
        member: member_of(text),
        proof: found.proof,
        beneath: Vec::new(),
    }
}

/// A digest of all that is new in a text, wherever the text lies.
fn added_lines(text: &Text<'_>, index: &LineIndex, is_new: &dyn Fn(usize) -> bool) -> Vec<u8> {
    let new = (0..index.count()).filter(|number| is_new(*number)).map(|number| index.line(text.bytes, number));
    new.fold(Sha256::new(), |digest, line| digest.chain_update(line.trim_end()).chain_update(b"\n")).finalize().to_vec()
}

fn bulk_finding(text: &Text<'_>, index: &LineIndex, bulk: Bulk, about: &About<'_>, content: &[u8]) -> Finding {
    let info = bulk_rule(&bulk);
    let samples: Vec<(Place, String)> =
        bulk.samples.into_iter().map(|sample| (index.place(sample.span.start), sample.masked)).collect();
    Finding {
        fingerprint: fingerprint(&info.id, content),
        rule: Arc::new(info),
        place: samples.first().map_or(Place { line: 1, column: 1 }, |(place, _)| *place),
        value: Value::Bulk {
            distinct: bulk.distinct,
            samples,
            hidden: bulk.hidden.iter().map(|value| Secret::new(value)).collect(),
        },
        subject: about.subject.clone(),
        title: about.title.map(BString::from),
        extent: None,
        via: text.via.to_vec(),
        member: member_of(text),
        proof: None,
        beneath: Vec::new(),
    }
}

fn bulk_rule(bulk: &Bulk) -> RuleInfo {
    RuleInfo {
        id: bulk.class.as_str().to_owned(),
        description: format!("{}: {}", bulk.class.description(), bulk.reason),
        severity: bulk.class.severity(),
        kind: Kind::CustomerData,
        opens: None,
        revoke: None,
    }
}

pub(super) fn member_of(text: &Text<'_>) -> Option<BString> {
    (!text.member.is_empty()).then(|| text.member.to_owned())
}

/// Identifies a value of a rule wherever it moves: the first 8 bytes of SHA-256 over rule, NUL and value.
///
/// A short value can be guessed from it; it is printed to those who have the value already.
pub(super) fn fingerprint(rule: &str, value: &[u8]) -> Fingerprint {
    let digest = Sha256::new().chain_update(rule).chain_update([0]).chain_update(value).finalize();
    Fingerprint(digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect())
}
