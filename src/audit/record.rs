//! A decision as one line of JSON. A public format: keys are added, never renamed or removed.

use crate::hook_env::Origin;
use crate::push::{Push, RefUpdate};
use crate::report::{HookKind, Mask, Unread, json_object};
use crate::text::{Finding, Subject, Value, clock};
use crate::verdict::{Excuse, Excused, ExitStatus, Mode};
use serde::Serialize;
use std::path::Path;
use std::time::Duration;

/// How many references, findings and other things are listed, most first: the first number with which the record is
/// short enough. All are counted.
const LISTED: [usize; 5] = [50, 20, 5, 1, 0];
/// The longest text in a record, in characters; a longer one keeps its end, where a path says most.
const LONGEST: usize = 300;

/// One decision.
pub struct Decision<'a> {
    /// When it was made, since 1970.
    pub time: Duration,
    /// How long it took.
    pub took: Duration,
    /// By which hook.
    pub hook: HookKind,
    /// Who is said to push.
    pub origin: &'a Origin,
    /// Where a push was about to go.
    pub destination: Option<String>,
    /// The repository's folder.
    pub folder: Option<&'a Path>,
    /// The references that were to move.
    pub push: &'a Push,
    /// The decision.
    pub status: ExitStatus,
    /// Whether it was carried out.
    pub mode: Mode,
    /// Why it could not be made.
    pub error: Option<String>,
    /// What was found.
    pub findings: &'a [Finding],
    /// What was worth a look and stopped nothing.
    pub warnings: &'a [Finding],
    /// What could not be read through.
    pub unread: &'a [Unread],
    /// What was found and passes for a reason.
    pub excused: &'a [Excused<Finding>],
    /// The same for what could not be read through.
    pub excused_unread: &'a [Excused<Unread>],
    /// How much was judged.
    pub size: Size,
    /// Takes every secret of the run out of names.
    pub mask: &'a Mask,
}

/// How much was judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Size {
    /// New commits.
    pub commits: u64,
    /// Objects that were read.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
}

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    version: &'static str,
    verdict: &'static str,
    dry_run: bool,
    hook: &'static str,
    host: &'static str,
    repository: Option<String>,
    folder: Option<String>,
    user: Option<&'a str>,
    protocol: Option<&'a str>,
    address: Option<&'a str>,
    destination: Option<String>,
    refs: Vec<Ref<'a>>,
    refs_total: usize,
    findings: Vec<Found<'a>>,
    findings_total: usize,
    warnings: Vec<Found<'a>>,
    warnings_total: usize,
    unread: Vec<NotRead<'a>>,
    unread_total: usize,
    excused: Vec<Passed<'a>>,
    excused_total: usize,
    error: Option<String>,
    #[serde(flatten)]
    size: Size,
    milliseconds: u64,
}

#[derive(Serialize)]
struct Ref<'a> {
    name: String,
    old: Option<&'a str>,
    new: Option<&'a str>,
}

#[derive(Serialize)]
struct Found<'a> {
    rule: &'a str,
    severity: &'static str,
    fingerprint: &'a str,
    path: Option<String>,
    line: u32,
    commit: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    distinct: Option<usize>,
}

#[derive(Serialize)]
struct NotRead<'a> {
    format: &'static str,
    why: String,
    path: Option<String>,
    commit: Option<&'a str>,
}

/// What passes, and why. Rule and fingerprint are missing where something could not be read.
#[derive(Serialize)]
struct Passed<'a> {
    by: &'static str,
    reason: Option<String>,
    rule: Option<&'a str>,
    fingerprint: Option<&'a str>,
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

/// `decision` in at most `most` bytes, as far as leaving out lists can make it so.
pub(super) fn line(decision: &Decision<'_>, most: usize) -> String {
    let mut text = String::new();
    for listed in LISTED {
        text = json_object(&with(decision, listed));
        if text.len() <= most {
            break;
        }
    }
    text
}

fn with<'a>(it: &'a Decision<'a>, listed: usize) -> Line<'a> {
    let say = Say(it.mask);
    let folder = it.folder.map(|folder| say.text(folder.as_os_str().as_encoded_bytes()));
    let found_excused = it.excused.iter().map(|it| Passed {
        rule: Some(&it.what.rule.id),
        fingerprint: Some(&it.what.fingerprint.0),
        ..say.passed(&it.why, &it.what.subject)
    });
    let unread_excused = it.excused_unread.iter().map(|it| say.passed(&it.why, &it.what.subject));
    Line {
        time: clock::instant(it.time),
        version: env!("CARGO_PKG_VERSION"),
        verdict: match it.status {
            ExitStatus::Accepted => "accepted",
            ExitStatus::Rejected => "refused",
            ExitStatus::Undecided => "undecided",
        },
        dry_run: it.mode == Mode::DryRun,
        hook: it.hook.name(),
        host: it.origin.host.word(),
        repository: it.origin.repository.clone().or_else(|| folder.clone()),
        folder,
        user: it.origin.user.as_deref(),
        protocol: it.origin.protocol.as_deref(),
        address: it.origin.address.as_deref(),
        destination: it.destination.as_ref().map(|destination| say.text(destination.as_bytes())),
        refs: it.push.updates.iter().take(listed).map(|update| say.update(update)).collect(),
        refs_total: it.push.updates.len(),
        findings: it.findings.iter().take(listed).map(|finding| say.found(finding)).collect(),
        findings_total: it.findings.len(),
        warnings: it.warnings.iter().take(listed).map(|finding| say.found(finding)).collect(),
        warnings_total: it.warnings.len(),
        unread: it.unread.iter().take(listed).map(|unread| say.unread(unread)).collect(),
        unread_total: it.unread.len(),
        excused: found_excused.chain(unread_excused).take(listed).collect(),
        excused_total: it.excused.len() + it.excused_unread.len(),
        error: it.error.as_ref().map(|error| say.text(error.as_bytes())),
        size: it.size,
        milliseconds: u64::try_from(it.took.as_millis()).unwrap_or(u64::MAX),
    }
}

/// Words for a record: every name goes through the mask, and none is long.
struct Say<'a>(&'a Mask);

impl Say<'_> {
    fn text(&self, raw: &[u8]) -> String {
        shorten(&self.0.text(raw))
    }

    fn path(&self, subject: &Subject) -> Option<String> {
        subject.path().map(|path| self.text(path))
    }

    fn update<'r>(&self, update: &'r RefUpdate) -> Ref<'r> {
        Ref {
            name: self.text(&update.name),
            old: update.old.as_ref().map(|id| id.as_str()),
            new: update.new.as_ref().map(|id| id.as_str()),
        }
    }

    fn found<'r>(&self, finding: &'r Finding) -> Found<'r> {
        Found {
            rule: &finding.rule.id,
            severity: finding.rule.severity.as_str(),
            fingerprint: &finding.fingerprint.0,
            path: self.path(&finding.subject),
            line: finding.place.line,
            commit: finding.subject.commit(),
            distinct: match &finding.value {
                Value::Secret(_) => None,
                Value::Bulk { distinct, .. } => Some(*distinct),
            },
        }
    }

    fn unread<'r>(&self, unread: &'r Unread) -> NotRead<'r> {
        NotRead {
            format: unread.obstacle.format,
            why: self.text(unread.obstacle.why.as_bytes()),
            path: self.path(&unread.subject),
            commit: unread.subject.commit(),
        }
    }

    fn passed<'r>(&self, why: &Excuse, subject: &Subject) -> Passed<'r> {
        let (owner, user, code) = match why {
            Excuse::Allow { owner, .. } => (owner.as_ref(), None, None),
            Excuse::Bypass { user, code, .. } => (None, Some(user), Some(code)),
            Excuse::Baseline { .. } | Excuse::Comment { .. } | Excuse::Off { .. } => (None, None, None),
        };
        let said = |said: Option<&String>| said.map(|said| self.text(said.as_bytes()));
        Passed {
            by: why.as_str(),
            reason: why.reason().map(|reason| self.text(reason.as_bytes())),
            rule: None,
            fingerprint: None,
            path: self.path(subject),
            owner: said(owner),
            user: said(user),
            code: said(code),
        }
    }
}

fn shorten(text: &str) -> String {
    let count = text.chars().count();
    match count > LONGEST {
        true => format!("...{}", text.chars().skip(count - LONGEST + 3).collect::<String>()),
        false => text.to_owned(),
    }
}
