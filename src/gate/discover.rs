//! First pass: what is new, and which of it is suspicious. On a clean push there is no second.

use super::judge::{Judge, JudgeError, Look};
use super::names::Harmless;
use super::parallel::in_parallel;
use super::site::Site;
use crate::customer::Crowd;
use crate::gate::error::Error;
use crate::git::{self, Entry, EntryKind, ObjectId, ObjectKind, Reader, Seen, Store, Visit, Walked};
use crate::text::{Finding, Subject};
use crate::verdict::Ledger;
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

/// What the first pass knows.
pub struct Discovered {
    /// New commits, tags, and what references name directly.
    pub walked: Walked,
    /// Objects that hold a candidate or an obstacle.
    pub suspects: HashMap<ObjectId, ObjectKind>,
    /// Every object of the quarantine.
    pub sent: Vec<(ObjectId, ObjectKind)>,
    /// Findings in names.
    pub findings: Vec<Finding>,
    /// What had to be judged, and what was.
    pub ledger: Ledger<ObjectId>,
    /// What blobs hold together, and which they are: suspects if it is too much.
    crowd: (Crowd, Vec<ObjectId>),
    /// Whether a blob was not looked at to its end: nobody knows yet how much it is.
    partial: bool,
}

/// Finds and scans everything that `tips` make new in `site`, and everything in the quarantine.
///
/// # Errors
/// When anything new is missing, cannot be read or cannot be judged.
pub fn discover(site: &Site, judge: &Judge, tips: &[ObjectId]) -> Result<Discovered, Error> {
    let mut reader = site.store.reader();
    let walked = git::walk(&mut reader, tips, &site.known).map_err(Error::Walk)?;
    judge.gauge.commits(walked.commits.len());
    let mut found = Discovered {
        walked,
        suspects: HashMap::new(),
        sent: Vec::new(),
        findings: Vec::new(),
        ledger: Ledger::new(),
        crowd: <(Crowd, Vec<ObjectId>)>::default(),
        partial: false,
    };
    found.enter_changes(&mut reader, judge)?;
    found.read_quarantine(&site.store, judge)?;
    found.read_rest(&site.store, judge)?;
    found.suspect_crowd(judge);
    Ok(found)
}

impl Discovered {
    /// Enters what the new commits, tags and named trees add, and judges new names on the way.
    fn enter_changes(&mut self, reader: &mut Reader<'_>, judge: &Judge) -> Result<(), Error> {
        let mut seen = Seen::apart_below(judge.packages.above());
        let mut harmless = Harmless::default();
        let Self { walked, findings, ledger, .. } = self;
        for (id, header) in &walked.commits {
            judge.check_time().map_err(Error::Judge)?;
            ledger.owe(*id);
            let mut names = Names { judge, harmless: &mut harmless, commit: id, findings, failed: None };
            let mut each = |entry: Entry<'_>| {
                enter(ledger, &entry);
                names.judge(&entry);
            };
            git::changes(reader, header, Visit::Once(&mut seen), &mut each).map_err(Error::Tree)?;
            names.finish()?;
            ledger.settle(header.tree);
        }
        for (id, kind) in &walked.named {
            ledger.owe(*id);
            if *kind == ObjectKind::Tree {
                let mut names = Names { judge, harmless: &mut harmless, commit: id, findings, failed: None };
                let mut each = |entry: Entry<'_>| {
                    enter(ledger, &entry);
                    names.judge(&entry);
                };
                git::diff_trees(reader, *id, &[], Visit::Once(&mut seen), &mut each).map_err(Error::Tree)?;
                names.finish()?;
                ledger.settle(*id);
            }
        }
        walked.tags.iter().for_each(|id| ledger.owe(*id));
        Ok(())
    }

    /// Scans every object of the quarantine, whether a reference reaches it or not.
    fn read_quarantine(&mut self, store: &Store, judge: &Judge) -> Result<(), Error> {
        let sent = Mutex::new(Vec::new());
        let suspects = Mutex::new(Vec::new());
        let crowds = Mutex::new(Vec::new());
        git::sent(store, |id: &git::Oid, kind, data: &[u8]| -> Result<(), JudgeError> {
            let id = id.to_owned();
            judge.gauge.object(data.len());
            lock(&sent).push((id, kind));
            if kind == ObjectKind::Tree {
                return Ok(());
            }
            let look = judge.look(data)?;
            if look.suspicious {
                lock(&suspects).push((id, kind));
            }
            if kind == ObjectKind::Blob && (look.partial || !look.crowds.is_empty()) {
                lock(&crowds).push((id, look));
            }
            Ok(())
        })
        .map_err(Error::of_sent)?;
        self.sent = into_inner(sent);
        self.suspects.extend(into_inner(suspects));
        into_inner(crowds).into_iter().for_each(|(id, look)| self.join(id, look));
        for (id, kind) in &self.sent {
            self.ledger.owe(*id);
            if *kind != ObjectKind::Tree {
                self.ledger.settle(*id);
            }
        }
        Ok(())
    }

    /// Reads by id what is due and was not in the quarantine: objects that the store already held without a reference
    /// reaching them, everything where there is no quarantine, and trees that only the quarantine knows.
    fn read_rest(&mut self, store: &Store, judge: &Judge) -> Result<(), Error> {
        let mut rest: Vec<ObjectId> = self.ledger.open().copied().collect();
        rest.sort_unstable();
        let sent: HashSet<ObjectId> = self.sent.iter().map(|(id, _)| *id).collect();
        let threads =
            std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(rest.len().div_ceil(64));
        let share = rest.len().div_ceil(threads.max(1)).max(1);
        for reads in in_parallel(&rest, share, |ids| read_all(store, judge, &sent, ids)) {
            for read in reads? {
                if read.look.suspicious {
                    self.suspects.insert(read.id, read.kind);
                }
                self.findings.extend(read.findings);
                if read.kind == ObjectKind::Blob {
                    self.join(read.id, read.look);
                }
                self.ledger.settle(read.id);
            }
        }
        Ok(())
    }
}

impl Discovered {
    fn join(&mut self, id: ObjectId, look: Look) {
        self.partial |= look.partial;
        if !look.crowds.is_empty() {
            self.crowd.1.push(id);
        }
        look.crowds.into_iter().for_each(|crowd| self.crowd.0.join(crowd));
    }

    /// Lets the second pass judge all parts of a list, by what is new in them.
    fn suspect_crowd(&mut self, judge: &Judge) {
        let too_many = judge.thresholds.as_ref().is_some_and(|thresholds| self.crowd.0.excess(thresholds).is_some());
        if too_many || self.partial {
            self.suspects.extend(self.crowd.1.iter().map(|id| (*id, ObjectKind::Blob)));
        }
    }
}

/// An object that was read by id.
struct Read {
    id: ObjectId,
    kind: ObjectKind,
    look: Look,
    findings: Vec<Finding>,
}

fn read_all(store: &Store, judge: &Judge, sent: &HashSet<ObjectId>, ids: &[ObjectId]) -> Result<Vec<Read>, Error> {
    let mut reader = store.reader();
    let mut buffer = Vec::new();
    let mut harmless = Harmless::default();
    let mut out = Vec::with_capacity(ids.len());
    for id in ids {
        let loaded = reader.get(id, &mut buffer).map_err(Error::Walk)?;
        store.verify(id, loaded.kind, loaded.data).map_err(Error::Walk)?;
        judge.gauge.object(loaded.data.len());
        let mut read = Read { id: *id, kind: loaded.kind, look: Look::default(), findings: Vec::new() };
        match loaded.kind {
            // An unreached tree: nothing says under which path its entries would lie. One that was held before this push
            // (the base of a thin pack) is excused; any other is judged by its names.
            ObjectKind::Tree if sent.contains(id) && store.existed(id) => {}
            ObjectKind::Tree => read.findings = unreached_names(id, loaded.data, judge, &mut harmless)?,
            ObjectKind::Blob | ObjectKind::Commit | ObjectKind::Tag => {
                read.look = judge.look(loaded.data).map_err(Error::Judge)?;
            }
        }
        out.push(read);
    }
    Ok(out)
}

fn unreached_names(id: &ObjectId, data: &[u8], judge: &Judge, harmless: &mut Harmless) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    let mut failed = None;
    let subject = || Subject::Object { id: id.to_string(), kind: "tree" };
    git::tree_names(id, data, &mut |name| match harmless.judge(judge, name, subject) {
        Ok(found) => findings.extend(found),
        Err(error) => failed = Some(error),
    })
    .map_err(Error::Tree)?;
    match failed {
        Some(error) => Err(Error::Judge(error)),
        None => Ok(findings),
    }
}

fn enter(ledger: &mut Ledger<ObjectId>, entry: &Entry<'_>) {
    match entry.kind {
        EntryKind::File | EntryKind::Symlink => ledger.owe(entry.id),
        // Compared by the same walk that reports it.
        EntryKind::Folder => ledger.settle(entry.id),
        EntryKind::Submodule => {}
    }
}

/// Judges names that no parent has, and keeps the first error for after the walk.
struct Names<'a> {
    judge: &'a Judge,
    harmless: &'a mut Harmless,
    commit: &'a ObjectId,
    findings: &'a mut Vec<Finding>,
    failed: Option<JudgeError>,
}

impl Names<'_> {
    fn judge(&mut self, entry: &Entry<'_>) {
        if entry.named_in > 0 || self.failed.is_some() {
            return;
        }
        let subject = || Subject::FileName { path: entry.path.to_owned(), commit: self.commit.to_string() };
        let alone = self.harmless.judge(self.judge, entry.name, subject);
        match alone.and_then(|found| Ok((found, self.judge.package(entry.path, subject)?))) {
            Ok((found, package)) => self.findings.extend(found.into_iter().chain(package)),
            Err(error) => self.failed = Some(error),
        }
    }

    fn finish(self) -> Result<(), Error> {
        match self.failed {
            Some(error) => Err(Error::Judge(error)),
            None => Ok(()),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    match mutex.lock() {
        Ok(guard) => guard,
        Err(poisoned) => poisoned.into_inner(),
    }
}

fn into_inner<T>(mutex: Mutex<T>) -> T {
    match mutex.into_inner() {
        Ok(value) => value,
        Err(poisoned) => poisoned.into_inner(),
    }
}
