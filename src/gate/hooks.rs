//! The straight line, once for each hook: what is new, what is in it, and the proof that nothing was left out.

use super::attribute::attribute;
use super::before::Before;
use super::by_path;
use super::discover::discover;
use super::files::{Added, Against, Files, Judged, Now};
use super::judge::{About, Judge};
use super::site::{Site, id_of};
use crate::gate::error::Error;
use crate::git::{self, BlobKind, EntryKind, IdSet, ObjectId, ObjectKind, Objects, RepoFacts};
use crate::hook_env::HookEnv;
use crate::policy::{Act, Limits};
use crate::push::Push;
use crate::push::message::Stored;
use crate::scan::Origin;
use crate::text::{LineIndex, Subject};
use crate::verdict::{Balanced, Ledger};
use bstr::{BString, ByteSlice};

/// What was judged, and the proof that nothing was left out.
pub struct Outcome {
    /// Findings and obstacles.
    pub judged: Judged,
    /// The proof.
    pub balanced: Balanced,
    /// The ids of the pushed tips, for the advice in the message.
    pub tips: Vec<String>,
}

/// What every hook is given.
pub struct Setting<'a> {
    /// The environment.
    pub env: &'a HookEnv,
    /// The policy's limits.
    pub limits: &'a Limits,
    /// The policy, ready to judge.
    pub judge: &'a Judge,
    /// What the policy makes of findings by reference.
    pub actions: &'a [Act],
}

impl Setting<'_> {
    /// `pre-receive` and `update`: what `push` brings to this server.
    ///
    /// # Errors
    /// When anything new cannot be read or judged.
    pub fn receive(&self, push: &Push, facts: RepoFacts) -> Result<Outcome, Error> {
        // What came in by a reference that is judged more softly was not let in for others: pushed to one of them, it
        // is new. (A push to the soft ones alone is judged as softly as what they have.)
        let softened = |name: &[u8]| self.actions.iter().any(|act| act.softens(name));
        let strict = push.updates.iter().any(|update| update.new.is_some() && !softened(&update.name));
        let mut site = Site::open(facts, self.env, self.limits, &|name| !strict || !softened(name))?;
        site.expect(&old_of(push, &site.facts)?);
        self.push(push, &site)
    }

    /// `pre-push`: what `push` would bring to `remote`.
    ///
    /// # Errors
    /// When anything new cannot be read or judged.
    pub fn send(&self, push: &Push, facts: RepoFacts, remote: &str) -> Result<Outcome, Error> {
        let told = old_of(push, &facts)?;
        let mut site = Site::open_for_remote(facts, self.env, self.limits, remote, &told)?;
        site.expect(&told);
        self.push(push, &site)
    }

    /// `pre-push` from a framework that hands on neither the list of references nor more than the first of them: what
    /// any branch or tag here has that `remote` is not known to have.
    ///
    /// # Errors
    /// When anything of that cannot be read or judged.
    pub fn send_all(&self, facts: RepoFacts, remote: &str) -> Result<Outcome, Error> {
        let site = Site::open_for_remote(facts, self.env, self.limits, remote, &[])?;
        let facts = &site.facts;
        let refs = git::RefTips::read(&facts.common_dir, facts.ref_storage, facts.hash).map_err(Error::Refs)?;
        let mut tips: Vec<ObjectId> = refs.tips_under(&["refs/heads/", "refs/tags/"]).into_iter().collect();
        tips.extend(git::head_commit(facts).map_err(Error::Refs)?);
        self.history(&site, &tips)
    }

    fn push(&self, push: &Push, site: &Site) -> Result<Outcome, Error> {
        let count = push.updates.len();
        if count as u64 > self.limits.refs_per_push {
            return Err(Error::TooManyRefs { count, most: self.limits.refs_per_push });
        }
        let new = push.updates.iter().filter_map(|update| update.new.as_ref());
        let tips: Vec<ObjectId> = new.map(|hex| site.id(hex)).collect::<Result<_, _>>()?;
        let mut outcome = self.history(site, &tips)?;
        for update in push.updates.iter().filter(|update| update.new.is_some()) {
            outcome.judged.findings.extend(self.judge.ref_name(&update.name).map_err(Error::Judge)?);
        }
        Ok(outcome)
    }

    /// What `tips` make new in `site`.
    ///
    /// # Errors
    /// When anything new cannot be read or judged.
    pub fn history(&self, site: &Site, tips: &[ObjectId]) -> Result<Outcome, Error> {
        let mut found = discover(site, self.judge, tips)?;
        let mut judged = attribute(site, self.judge, &found)?;
        judged.findings.append(&mut found.findings);
        judged.findings.extend(by_path::in_commits(self.judge, &mut site.store.reader(), &found.walked)?);
        let balanced = found.ledger.balance().map_err(Error::Unaccounted)?;
        Ok(Outcome { judged, balanced, tips: tips.iter().map(ToString::to_string).collect() })
    }

    /// `pre-commit` and `pre-merge-commit`: what is staged, against HEAD and, in a merge, against what is merged.
    ///
    /// # Errors
    /// When the index or anything in it cannot be read or judged.
    pub fn staged(&self, facts: RepoFacts) -> Result<Outcome, Error> {
        let index = self.env.index_file.clone().unwrap_or_else(|| facts.git_dir.join("index"));
        let site = Site::with_known(facts, self.env, self.limits, IdSet::default())?;
        let mut reader = site.store.reader();
        let mut parents: Vec<ObjectId> = git::head_commit(&site.facts).map_err(Error::Refs)?.into_iter().collect();
        parents.extend(git::merge_heads(&site.facts).map_err(Error::Config)?);
        // `git merge` runs its hook before it writes `MERGE_HEAD`; what is not an id of this repository is not git's.
        let merging = self.env.merging.iter().filter_map(|hex| git::id_from_hex(hex));
        parents.extend(merging.filter(|id| site.store.existed(id)));
        let trees = git::trees_of(&mut reader, &parents).map_err(Error::Tree)?;
        let staged =
            git::staged(&index, site.facts.hash, &parents, &Objects::new(&site.store)).map_err(Error::Index)?;

        let mut judged = Judged::default();
        let mut ledger = Ledger::new();
        let mut suspects = Vec::new();
        let mut buffer = Vec::new();
        for file in staged {
            ledger.owe(file.id);
            let subject = || Subject::Staged { path: file.path.clone() };
            if file.parents.iter().all(Option::is_none) {
                judged.findings.extend(self.judge.name(file.path.as_bstr(), subject).map_err(Error::Judge)?);
            }
            let by_path = self.judge.path(file.path.as_bstr(), None, subject).map_err(Error::Judge)?;
            judged.findings.extend(by_path);
            let data = reader.get_kind(&file.id, ObjectKind::Blob, &mut buffer).map_err(Error::Walk)?;
            self.judge.gauge.object(data.len());
            if self.judge.suspects(data).map_err(Error::Judge)? {
                let kind = match file.kind {
                    BlobKind::File => EntryKind::File,
                    BlobKind::Symlink => EntryKind::Symlink,
                };
                suspects.push(Added { path: file.path, id: file.id, kind, parents: file.parents });
            }
            ledger.settle(file.id);
        }
        if !suspects.is_empty() {
            let paths = git::index_paths(&index, site.facts.hash).map_err(Error::Index)?;
            let against = Against { trees, now: Now::Paths(paths) };
            let subject = |file: &Added| Subject::Staged { path: file.path.clone() };
            Files { judge: self.judge, reader: &mut reader, judged: &mut judged }
                .judge(&against, &suspects, None, &subject)?;
        }
        let balanced = ledger.balance().map_err(Error::Unaccounted)?;
        Ok(Outcome { judged, balanced, tips: Vec::new() })
    }

    /// `commit-msg`: the message as git will store it, with places in the file as it is.
    ///
    /// # Errors
    /// When it cannot be judged.
    pub fn message(&self, raw: &[u8], stored: &Stored) -> Result<Outcome, Error> {
        let mut outcome = self.text(&stored.text, Subject::Message, None)?;
        let (from, to) = (LineIndex::new(&stored.text), LineIndex::new(raw));
        let origin = Origin::Points(stored.points.clone());
        for found in &mut outcome.judged.findings {
            let at = from.offset(found.place);
            found.place = to.place(origin.input_span(&(at..at + 1)).start);
        }
        Ok(outcome)
    }

    /// One text that is new as a whole.
    ///
    /// # Errors
    /// When it cannot be judged.
    pub fn text(&self, text: &[u8], subject: Subject, path: Option<&BString>) -> Result<Outcome, Error> {
        let about = About { subject, title: None, path: path.map(|path| path.as_bstr()) };
        let mut judged = Judged::default();
        self.judge.gauge.object(text.len());
        let examined = self.judge.examine(text, &about, &Before::default()).map_err(Error::Judge)?;
        judged.keep(examined, &about);
        let mut ledger = Ledger::new();
        ledger.settle(0);
        Ok(Outcome { judged, balanced: ledger.balance().map_err(Error::Unaccounted)?, tips: Vec::new() })
    }
}

/// What the updated references are said to have been; the client writes it.
fn old_of(push: &Push, facts: &RepoFacts) -> Result<Vec<ObjectId>, Error> {
    push.updates.iter().filter_map(|update| update.old.as_ref()).map(|hex| id_of(facts, hex)).collect()
}
