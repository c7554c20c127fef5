//! All of a repository's history at once, with what a report of it needs besides: when each commit was made, and what
//! HEAD's files still hold.

use super::attribute::attribute;
use super::before::Before;
use super::by_path;
use super::discover::{Discovered, discover};
use super::hooks::{Outcome, Setting};
use super::judge::About;
use super::site::{Site, Unreached};
use crate::gate::error::Error;
use crate::git::{self, EntryKind, ObjectId, ObjectKind, RefTips, RepoFacts, Visit, head_commit};
use crate::text::{Finding, Fingerprint, Subject};
use bstr::BString;
use std::collections::{BTreeSet, HashMap, HashSet};

/// A history, judged.
pub struct Survey {
    /// Findings and obstacles.
    pub outcome: Outcome,
    /// The committers' clocks, of the commits that findings name.
    pub times: HashMap<String, i64>,
    /// What is still there.
    pub present: Present,
}

/// What is still there.
#[derive(Debug, Default)]
pub struct Present {
    /// Whether HEAD has a commit; on a branch without one there are no files to look in.
    born: bool,
    values: HashSet<Fingerprint>,
    names: HashSet<BString>,
}

impl Present {
    /// Whether HEAD has a commit.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.born
    }

    /// Whether `finding` is still there: its value in any file of HEAD, or the name that holds it; none when HEAD has no
    /// commit.
    #[must_use]
    pub fn holds(&self, finding: &Finding) -> Option<bool> {
        let holds = match &finding.subject {
            // It was read from the references that there are.
            Subject::RefName(_) => return Some(true),
            Subject::FileName { path, .. } => self.names.contains(path),
            Subject::File { .. }
            | Subject::Symlink { .. }
            | Subject::Commit { .. }
            | Subject::Tag { .. }
            | Subject::Object { .. }
            | Subject::Staged { .. }
            | Subject::Message
            | Subject::Disk { .. }
            | Subject::Stdin => self.values.contains(&finding.fingerprint),
        };
        self.born.then_some(holds)
    }
}

/// What a repository's references are called and what they name, `HEAD` included: the same ones, the same history.
pub struct References {
    /// What they name.
    pub tips: BTreeSet<ObjectId>,
    /// Their full names.
    pub names: BTreeSet<BString>,
}

impl References {
    /// Those of `facts`' repository.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn read(facts: &RepoFacts) -> Result<Self, Error> {
        let refs = RefTips::read(&facts.common_dir, facts.ref_storage, facts.hash).map_err(Error::Refs)?;
        let mut tips: BTreeSet<ObjectId> = refs.ids().into_iter().collect();
        tips.extend(head_commit(facts).map_err(Error::Refs)?);
        let names = refs.iter().filter(|tip| tip.name != "HEAD").map(|tip| tip.name.to_owned()).collect();
        Ok(Self { tips, names })
    }
}

impl Setting<'_> {
    /// The lines that all of the history adds that references reach, and what HEAD still holds of it.
    ///
    /// # Errors
    /// When anything in it cannot be read or judged.
    pub fn survey(&self, facts: RepoFacts) -> Result<Survey, Error> {
        let References { tips, names } = References::read(&facts)?;
        let tips: Vec<ObjectId> = tips.into_iter().collect();
        let head = head_commit(&facts).map_err(Error::Refs)?;
        let mut site = Site::whole(facts, self.env, self.limits)?;
        site.unreached = Unreached::Ignored;
        let mut found = discover(&site, self.judge, &tips)?;
        let mut judged = attribute(&site, self.judge, &found)?;
        judged.findings.append(&mut found.findings);
        judged.findings.extend(by_path::in_commits(self.judge, &mut site.store.reader(), &found.walked)?);
        for name in &names {
            judged.findings.extend(self.judge.ref_name(name).map_err(Error::Judge)?);
        }
        let balanced = found.ledger.balance().map_err(Error::Unaccounted)?;
        let named: HashSet<&str> = judged.findings.iter().filter_map(|finding| finding.subject.commit()).collect();
        let all = found.walked.commits.iter().map(|(id, header)| (id.to_string(), header.seconds));
        let times = all.filter(|(id, _)| named.contains(id.as_str())).collect();
        let present = match head {
            Some(head) if !judged.findings.is_empty() => self.present(&site, &found, head, &judged.findings)?,
            head => Present { born: head.is_some(), ..Present::default() },
        };
        let tips = tips.iter().map(ToString::to_string).collect();
        Ok(Survey { outcome: Outcome { judged, balanced, tips }, times, present })
    }

    /// Reads HEAD's tree once, and of its files those alone that the first look suspected.
    fn present(&self, site: &Site, found: &Discovered, head: ObjectId, all: &[Finding]) -> Result<Present, Error> {
        let mut reader = site.store.reader();
        let is_name = |subject: &Subject| matches!(subject, Subject::FileName { .. });
        let named = all.iter().map(|finding| &finding.subject).filter(|subject| is_name(subject));
        let wanted: HashSet<BString> = named.filter_map(|subject| subject.path().cloned()).collect();
        let (mut present, mut files) = (Present { born: true, ..Present::default() }, HashSet::new());
        let mut failed = None;
        for tree in git::trees_of(&mut reader, &[head]).map_err(Error::Tree)? {
            let mut paths = 0;
            git::diff_trees(&mut reader, tree, &[], Visit::Every(&mut paths), &mut |entry| {
                if wanted.contains(entry.path) {
                    present.names.insert(entry.path.to_owned());
                }
                let subject = || Subject::File { path: entry.path.to_owned(), commit: head.to_string() };
                match self.judge.path(entry.path, None, subject) {
                    Ok(by_path) => present.values.extend(by_path.into_iter().map(|finding| finding.fingerprint)),
                    Err(error) => failed = Some(error),
                }
                let content = matches!(entry.kind, EntryKind::File | EntryKind::Symlink);
                if content && found.suspects.contains_key(&entry.id) {
                    files.insert((entry.id, entry.path.to_owned()));
                }
            })
            .map_err(Error::Tree)?;
        }
        if let Some(error) = failed {
            return Err(Error::Judge(error));
        }
        let mut buffer = Vec::new();
        for (id, path) in files {
            let data = reader.get_kind(&id, ObjectKind::Blob, &mut buffer).map_err(Error::Walk)?;
            let subject = Subject::File { path: path.clone(), commit: head.to_string() };
            let about = About { subject, title: None, path: Some(path.as_ref()) };
            let examined = self.judge.examine(data, &about, &Before::default()).map_err(Error::Judge)?;
            present.values.extend(examined.findings.into_iter().map(|finding| finding.fingerprint));
        }
        Ok(present)
    }
}
