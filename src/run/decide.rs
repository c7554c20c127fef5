//! From what was found to what is said: first what passes and why, then the verdict over the rest.
//!
//! The order: an exception or the baseline (somebody looked), an action (the policy's word about rule and place), a code
//! (the pusher's own word, once). What none of them speaks for stops.
//!
//! *Invariant:* whatever passes is in `excused` with its reason, is a warning, or was never found.

use super::bypass::{self, Asked as Codes, Desk, Spent};
use super::{Bench, Done, blocks, now};
use crate::gate::files::Judged;
use crate::gate::hooks::Outcome;
use crate::policy::{Allow, Asked, Baseline, Concerning, Does};
use crate::push::Push;
use crate::report::{self, Context, Destination, HookKind, Mask, Unread};
use crate::text::{Finding, KnowsBy, Subject};
use crate::verdict::{Excuse, Excused, ExitStatus, Mode, Verdict};

/// No more expired exceptions are named in a message.
const EXPIRED: usize = 3;

/// What is known about a push besides what was found.
pub(super) struct Occasion {
    /// The full names of the references that are made or moved.
    pub(super) refs: Vec<Vec<u8>>,
}

impl Occasion {
    /// The references of `push`, deletions aside: they bring nothing.
    pub(super) fn of(push: &Push) -> Self {
        let made = push.updates.iter().filter(|update| update.new.is_some());
        Self { refs: made.map(|update| update.name.to_vec()).collect() }
    }

    /// No push.
    pub(super) fn none() -> Self {
        Self { refs: Vec::new() }
    }
}

/// What stays of the other rules' findings in the bytes of one that was sorted.
#[derive(Clone, Copy)]
enum Leaves {
    Nothing,
    KnownByForm,
    All,
}

/// What was decided.
pub(super) struct Decided {
    pub(super) judged: Judged,
    pub(super) verdict: Verdict,
    notes: Vec<String>,
    codes: Vec<(String, String)>,
    spent: Spent,
}

impl Bench<'_> {
    /// Decides, and words the answer.
    pub(super) fn conclude(&self, outcome: Outcome, push: &Push) -> Done {
        let tips = outcome.tips.clone();
        let decided = self.decide(outcome, &self.occasion(push));
        let Decided { judged, verdict, notes, codes, .. } = &decided;
        let context = Context { notes, codes, ..self.context(&tips) };
        let mut err = match verdict {
            Verdict::Accept => {
                let remote = self.going.as_ref().map_or_else(String::new, Destination::warnings);
                remote + &report::passed(&judged.excused, &context)
            }
            Verdict::Reject | Verdict::Undecided => report::rejection(&judged.findings, &judged.unread, &context),
        };
        if *verdict == Verdict::Accept || self.mode() == Mode::DryRun {
            err.push_str(&report::warnings(&judged.warnings, &context));
        }
        let done = Done { out: String::new(), err, status: ExitStatus::under(self.mode(), Some(*verdict)) };
        let mut done = self.recorded(judged, push, (*verdict).into(), done);
        if done.status != ExitStatus::Accepted && !decided.spent.is_empty() {
            let fate = decided.spent.give_back().unwrap_or_else(|| "the code is still good: give it again".to_owned());
            done.err.push_str(&report::advice(&fate));
        }
        done
    }

    fn occasion(&self, push: &Push) -> Occasion {
        match matches!(self.hook, HookKind::PreReceive | HookKind::Update) {
            true => Occasion::of(push),
            false => Occasion::none(),
        }
    }

    /// Whether verdicts are carried out: a scan has none to carry out, and says what it found.
    pub(super) fn mode(&self) -> Mode {
        match self.policy.dry_run && self.hook != HookKind::Scan {
            true => Mode::DryRun,
            false => Mode::Enforced,
        }
    }

    fn decide(&self, outcome: Outcome, occasion: &Occasion) -> Decided {
        let Outcome { judged, balanced, .. } = outcome;
        let mut judged = self.excepted(judged, occasion);
        let mut notes: Vec<String> = self.policy.message.clone();
        notes.extend(self.expired(&judged));
        let mut spent = Spent::default();
        let codes = self.with_codes(&mut judged, &mut notes, &mut spent);
        let stops = self.going.as_ref().map_or(0, |going| going.stops.len());
        let verdict = Verdict::decide(&balanced, stops + judged.findings.len(), judged.unread.len());
        Decided { judged, verdict, notes, codes, spent }
    }

    /// Takes out what the policy lets pass, and sorts the rest.
    pub(super) fn excepted(&self, mut judged: Judged, occasion: &Occasion) -> Judged {
        let refs: Vec<&[u8]> = occasion.refs.iter().map(Vec::as_slice).collect();
        let stops = std::mem::take(&mut judged.findings).into_iter().map(|finding| (finding, Does::Block));
        let warns = std::mem::take(&mut judged.warnings).into_iter().map(|finding| (finding, Does::Warn));
        for (finding, usual) in stops.chain(warns) {
            self.sort_in(finding, usual, &refs, &mut judged);
        }
        self.except_unread(&mut judged);
        mask_comments(&mut judged);
        judged.findings.sort_by(|a, b| {
            (&a.subject, a.place, &a.rule.id, &a.member).cmp(&(&b.subject, b.place, &b.rule.id, &b.member))
        });
        judged
    }

    /// Puts one finding where it belongs. What is let pass for its rule's sake leaves what other rules say of the same
    /// bytes: all of it after a mere warning, and otherwise what they know by its form (words beside a value add nothing
    /// to what a rule said that knew it). An exception for the value itself leaves nothing.
    fn sort_in(&self, mut finding: Finding, usual: Does, refs: &[&[u8]], judged: &mut Judged) {
        let beneath = std::mem::take(&mut finding.beneath);
        let allow = self.policy.allowance(&finding);
        let spares = match allow {
            Some(entry) => entry.is_about_a_value(),
            None => self.held_before(&finding).is_some(),
        };
        let excuse = allow.map(allowed).or_else(|| self.held_before(&finding));
        let concerning = Concerning {
            rule: &finding.rule.id,
            severity: finding.rule.severity,
            path: finding.subject.path().map(|path| path.as_slice()),
            refs,
        };
        let act = self.policy.action(&concerning).map(|act| (act.does, act.origin.clone()));
        let leaves = match (excuse, act) {
            (Some(why), _) => {
                judged.excused.push(Excused { what: finding, why });
                if spares { Leaves::Nothing } else { Leaves::KnownByForm }
            }
            (None, Some((Does::Off, origin))) => {
                judged.excused.push(Excused { what: finding, why: Excuse::Off { origin } });
                Leaves::KnownByForm
            }
            (None, act) => match act.map_or(usual, |(does, _)| does) {
                Does::Block => {
                    judged.findings.push(finding);
                    Leaves::Nothing
                }
                Does::Warn | Does::Off => {
                    judged.warnings.push(finding);
                    Leaves::All
                }
            },
        };
        for other in beneath {
            match (leaves, other.knows_by) {
                (Leaves::All, _) | (Leaves::KnownByForm, KnowsBy::Form) => {
                    self.sort_in(other.finding, usual, refs, judged);
                }
                (Leaves::KnownByForm, KnowsBy::Words) | (Leaves::Nothing, _) => {}
            }
        }
    }

    fn except_unread(&self, judged: &mut Judged) {
        let all = std::mem::take(&mut judged.unread).into_iter();
        for unread in all.filter(|unread| blocks(&self.policy, unread)) {
            match self.policy.covering(&asked_about(&unread)) {
                Some(entry) => judged.excused_unread.push(Excused { what: unread, why: allowed(entry) }),
                None => judged.unread.push(unread),
            }
        }
    }

    fn held_before(&self, finding: &Finding) -> Option<Excuse> {
        let baseline: &Baseline = self.baseline.as_ref()?;
        let held = baseline.holds(&finding.rule.id, &finding.fingerprint.0);
        held.then(|| Excuse::Baseline { origin: baseline.origin.clone() })
    }

    /// Exceptions that would speak for what stops, were they not over.
    fn expired(&self, judged: &Judged) -> Vec<String> {
        let over = self.policy.expired().filter(|entry| {
            judged.findings.iter().any(|finding| entry.speaks_of(&Asked::about(finding)))
                || judged.unread.iter().any(|unread| entry.speaks_of(&asked_about(unread)))
        });
        over.take(EXPIRED)
            .map(|entry| {
                let day = entry.expires.map(|day| day.to_string()).unwrap_or_else(String::new);
                format!("an [[allow]] entry for this held until {day} and is over: {}", entry.origin)
            })
            .collect()
    }

    /// Lets through what the pusher gives good codes for, if nothing else stops; codes for the rest.
    fn with_codes(&self, judged: &mut Judged, notes: &mut Vec<String>, spent: &mut Spent) -> Vec<(String, String)> {
        let asked = Codes::of(self.env);
        let serves = self.hook == HookKind::PreReceive && self.mode() == Mode::Enforced;
        let stops = !judged.findings.is_empty() && serves;
        if !stops || !(self.policy.bypass.enabled || asked.anything()) {
            return Vec::new();
        }
        let Some(facts) = &self.facts else { return Vec::new() };
        let desk = match Desk::open(&self.policy.bypass, self.env, &facts.common_dir, now()) {
            Ok(desk) => desk,
            // Who did not ask need not be told that others may.
            Err(why) => {
                notes.extend(asked.anything().then_some(why));
                return Vec::new();
            }
        };
        if asked.anything() {
            match self.let_through(&desk, &asked, judged) {
                Ok(used) => *spent = used,
                Err(why) => notes.push(why),
            }
        }
        desk.codes(&judged.findings)
    }

    /// All or nothing: a code is used up only by a push that is stored.
    fn let_through(&self, desk: &Desk<'_>, asked: &Codes, judged: &mut Judged) -> Result<Spent, String> {
        if let Some(fault) = bypass::reason_fault(asked) {
            return Err(fault);
        }
        let reason = asked.reason().unwrap_or("");
        if !self.is_clean(reason) {
            return Err("the reason itself holds what must not be kept: give another".to_owned());
        }
        let divided = desk.divide(std::mem::take(&mut judged.findings), asked, reason);
        let back = |judged: &mut Judged, passes: Vec<Excused<Finding>>| {
            judged.findings.extend(passes.into_iter().map(|it| it.what));
        };
        judged.findings = divided.stays;
        if divided.passes.is_empty() {
            return Err("no code that was given is for any of these: each is for one finding of one person in one \
                        repository, for a while"
                .to_owned());
        }
        if !judged.findings.is_empty() || !judged.unread.is_empty() {
            back(judged, divided.passes);
            return Err(
                "not everything has a good code, so that none was used up: give one for each finding".to_owned()
            );
        }
        match desk.spend(&divided.passes) {
            Ok(spent) => {
                judged.excused.extend(divided.passes);
                Ok(spent)
            }
            Err(why) => {
                back(judged, divided.passes);
                Err(why)
            }
        }
    }

    /// The reason is kept, so it is judged as a commit's message is.
    fn is_clean(&self, reason: &str) -> bool {
        match self.setting().text(reason.as_bytes(), Subject::Message, None) {
            Ok(outcome) => outcome.judged.findings.is_empty() && outcome.judged.warnings.is_empty(),
            Err(_unjudged) => false,
        }
    }
}

fn allowed(entry: &Allow) -> Excuse {
    Excuse::Allow {
        origin: entry.origin.clone(),
        reason: entry.reason.clone(),
        owner: entry.owner.clone(),
        expires: entry.expires,
    }
}

fn asked_about(unread: &Unread) -> Asked<'_> {
    Asked {
        rule: super::obstacle_rule(unread.obstacle.kind),
        path: unread.subject.path().map(|path| path.as_slice()),
        fingerprint: None,
        value: None,
        commit: unread.subject.commit(),
    }
}

/// A comment's reason is the file's own text: another secret may stand in it.
fn mask_comments(judged: &mut Judged) {
    if !judged.excused.iter().any(|it| matches!(it.why, Excuse::Comment { .. })) {
        return;
    }
    let found = judged.findings.iter().chain(&judged.warnings).chain(judged.excused.iter().map(|it| &it.what));
    let all: Vec<Finding> = found.cloned().collect();
    let reasons = judged.excused.iter().filter_map(|it| it.why.reason().map(str::as_bytes));
    let mask = Mask::new(&all, reasons);
    for it in &mut judged.excused {
        if let Excuse::Comment { reason, .. } = &mut it.why {
            *reason = mask.text(reason.as_bytes());
        }
    }
}
