//! Rules from gitleaks that are about a path alone: a file that is added or changed there is a finding, whatever it
//! holds.

use super::judge::{Judge, JudgeError, fingerprint};
use crate::gate::error::Error;
use crate::git::{self, Reader, Visit, Walked};
use crate::policy::Spot;
use crate::rule::Sight;
use crate::text::{Finding, Place, Subject, Value};
use bstr::{BStr, BString};
use std::sync::Arc;

/// The findings in the paths that the new commits add or change.
///
/// # Errors
/// When a tree cannot be read, there are too many paths, or a rule cannot run.
pub(super) fn in_commits(judge: &Judge, reader: &mut Reader<'_>, walked: &Walked) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    let mut paths = 0;
    if judge.rules.by_path().is_empty() {
        return Ok(findings);
    }
    for (id, header) in &walked.commits {
        let mut failed = None;
        let commit = id.to_string();
        // Every path counts here: the same folder under another name is another finding.
        git::changes(reader, header, Visit::Every(&mut paths), &mut |entry| {
            if !entry.kind.is_content() || failed.is_some() {
                return;
            }
            let subject = || Subject::File { path: entry.path.to_owned(), commit: commit.clone() };
            match judge.path(entry.path, Some(&commit), subject) {
                Ok(found) => findings.extend(found),
                Err(error) => failed = Some(error),
            }
        })
        .map_err(Error::Tree)?;
        if let Some(error) = failed {
            return Err(Error::Judge(error));
        }
    }
    Ok(findings)
}

impl Judge {
    /// What the path of a file gives away; `subject` is only made when it does.
    ///
    /// # Errors
    /// When a rule cannot run.
    pub(super) fn path(
        &self,
        path: &BStr,
        commit: Option<&str>,
        subject: impl Fn() -> Subject,
    ) -> Result<Vec<Finding>, JudgeError> {
        let mut findings = Vec::new();
        for number in self.rules.by_path() {
            let rule = self.rules.get(*number)?;
            let sight = Sight { secret: b"", matched: b"", lines: b"", path: Some(path), commit };
            if !rule.applies_to(path)? || rule.pardons(&sight)? {
                continue;
            }
            let theirs = rule.borrowed().map(|borrowed| borrowed.spec.id.as_str());
            // gitleaks gives such a finding line 0.
            let spot = Spot { theirs, ours: rule.id(), path, line: 0, commit, secret: b"" };
            if self.passed_over.known.has(&spot) {
                continue;
            }
            let place = Place { line: 1, column: 1 };
            let name = path.rsplit(|b| *b == b'/').next().unwrap_or(path);
            findings.push(Finding {
                rule: Arc::clone(rule.info()?),
                value: Value::Bulk {
                    distinct: 1,
                    samples: vec![(place, format!("the file {}", String::from_utf8_lossy(name)))],
                    hidden: Vec::new(),
                },
                subject: subject(),
                title: None,
                place,
                extent: None,
                via: Vec::new(),
                member: None,
                fingerprint: fingerprint(rule.id(), BString::from(path).as_slice()),
                proof: None,
                beneath: Vec::new(),
            });
        }
        Ok(findings)
    }
}
