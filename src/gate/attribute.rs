//! Second pass, only on suspicion: who adds it, where, and whether it is new there.

use super::before::Before;
use super::discover::Discovered;
use super::files::{Added, Against, Files, Judged, Now};
use super::judge::{About, Judge};
use super::site::{Site, Unreached};
use crate::gate::error::Error;
use crate::git::{self, CommitHeader, EntryKind, ObjectId, ObjectKind, Reader, Seen, TreeError, Visit};
use crate::report::Unread;
use crate::scan::{Unreadable, UnreadableKind};
use crate::text::{Place, Subject};
use bstr::{BStr, ByteSlice};
use std::collections::HashSet;

/// Judges every suspect of the first pass where it was added.
///
/// # Errors
/// When something needed for it cannot be read.
pub fn attribute(site: &Site, judge: &Judge, found: &Discovered) -> Result<Judged, Error> {
    let mut work = Work {
        judge,
        found,
        reader: site.store.reader(),
        attributed: HashSet::new(),
        paths: 0,
        judged: Judged::default(),
    };
    if !found.suspects.is_empty() {
        work.commits()?;
        work.tags()?;
        work.named()?;
        work.unreached(site)?;
    }
    let thresholds = judge.thresholds.as_ref();
    let together = thresholds.and_then(|thresholds| work.judged.sum.finding(thresholds));
    work.judged.findings.extend(together);
    Ok(work.judged)
}

struct Work<'a> {
    judge: &'a Judge,
    found: &'a Discovered,
    reader: Reader<'a>,
    attributed: HashSet<ObjectId>,
    paths: usize,
    judged: Judged,
}

impl Work<'_> {
    fn commits(&mut self) -> Result<(), Error> {
        let found = self.found;
        for (id, header) in &found.walked.commits {
            let mut raw = Vec::new();
            if found.suspects.contains_key(id) {
                self.reader.get_kind(id, ObjectKind::Commit, &mut raw).map_err(Error::Walk)?;
                self.attributed.insert(*id);
                let hex = id.to_string();
                self.parts(&raw, &|part| Subject::Commit { commit: hex.clone(), part })?;
            }
            let subject = || Subject::Object { id: id.to_string(), kind: "commit" };
            let added = self.added_by(header, &subject)?;
            if !added.is_empty() {
                self.reader.get_kind(id, ObjectKind::Commit, &mut raw).map_err(Error::Walk)?;
                self.attributed.extend(added.iter().map(|file| file.id));
                let trees = git::parent_trees(&mut self.reader, header).map_err(Error::Tree)?;
                let against = Against { trees, now: Now::Tree(header.tree) };
                let commit = id.to_string();
                let subject = |file: &Added| match file.kind {
                    EntryKind::Symlink => Subject::Symlink { path: file.path.clone(), commit: commit.clone() },
                    EntryKind::File | EntryKind::Folder | EntryKind::Submodule => {
                        Subject::File { path: file.path.clone(), commit: commit.clone() }
                    }
                };
                let mut files = Files { judge: self.judge, reader: &mut self.reader, judged: &mut self.judged };
                files.judge(&against, &added, title_of(&raw), &subject)?;
            }
        }
        Ok(())
    }

    /// The suspicious files that a commit adds, under every path; where the same folder lies under so many paths that
    /// the bound is reached, under one path each, and that is noted as an obstacle.
    fn added_by(&mut self, header: &CommitHeader, subject: &dyn Fn() -> Subject) -> Result<Vec<Added>, Error> {
        let once = self.suspicious(header, Visit::Once(&mut Seen::default())).map_err(Error::Tree)?;
        if once.is_empty() {
            return Ok(once);
        }
        let mut paths = self.paths;
        let every = self.suspicious(header, Visit::Every(&mut paths));
        self.paths = paths;
        match every {
            Ok(every) => Ok(every),
            Err(error @ TreeError::Paths { .. }) => {
                let obstacle = Unreadable {
                    kind: UnreadableKind::OverLimit,
                    format: "tree",
                    member: None,
                    why: error.to_string(),
                };
                self.judged.unread.push(Unread { subject: subject(), title: None, obstacle });
                Ok(once)
            }
            Err(error) => Err(Error::Tree(error)),
        }
    }

    fn suspicious(&mut self, header: &CommitHeader, visit: Visit<'_>) -> Result<Vec<Added>, TreeError> {
        let mut added = Vec::new();
        let suspects = &self.found.suspects;
        git::changes(&mut self.reader, header, visit, &mut |entry| {
            if entry.kind.is_content() && suspects.contains_key(&entry.id) {
                added.push(Added::new(&entry));
            }
        })?;
        Ok(added)
    }

    fn tags(&mut self) -> Result<(), Error> {
        let found = self.found;
        for id in found.walked.tags.iter().filter(|id| found.suspects.contains_key(*id)) {
            let mut raw = Vec::new();
            self.reader.get_kind(id, ObjectKind::Tag, &mut raw).map_err(Error::Walk)?;
            self.attributed.insert(*id);
            let hex = id.to_string();
            self.parts(&raw, &|part| Subject::Tag { id: hex.clone(), part })?;
        }
        Ok(())
    }

    /// The headers and the message of a commit or tag, each with lines of its own.
    fn parts(&mut self, raw: &[u8], subject: &dyn Fn(&'static str) -> Subject) -> Result<(), Error> {
        let split = raw.find(b"\n\n").map_or(raw.len(), |at| at + 1);
        let (headers, message) = raw.split_at_checked(split).unwrap_or((raw, &[]));
        let message = message.strip_prefix(b"\n").unwrap_or(message);
        let title = title_of(raw);
        for (text, part) in [(headers, "header"), (message, "message")] {
            let about = About { subject: subject(part), title, path: None };
            let mut examined = self.judge.examine(text, &about, &Before::default()).map_err(Error::Judge)?;
            if part == "header" {
                examined.findings.iter_mut().for_each(|found| found.subject = subject(header_at(headers, found.place)));
            }
            self.judged.keep(examined, &about);
        }
        Ok(())
    }

    fn named(&mut self) -> Result<(), Error> {
        let found = self.found;
        for (id, kind) in &found.walked.named {
            if *kind == ObjectKind::Blob {
                if found.suspects.contains_key(id) {
                    self.object(id, None)?;
                }
                continue;
            }
            let root = CommitHeader { tree: *id, parents: Vec::new(), seconds: 0 };
            let subject = || Subject::Object { id: id.to_string(), kind: "tree" };
            for file in self.added_by(&root, &subject)? {
                self.object(&file.id, Some(file.path.as_bstr()))?;
            }
        }
        Ok(())
    }

    fn object(&mut self, id: &ObjectId, path: Option<&BStr>) -> Result<(), Error> {
        self.attributed.insert(*id);
        let subject = Subject::Object { id: id.to_string(), kind: "blob" };
        let mut files = Files { judge: self.judge, reader: &mut self.reader, judged: &mut self.judged };
        files.blob(id, &About { subject, title: None, path }, &Before::default())
    }

    /// Suspects that the push has sent and that nothing pushed reaches. What the server held before (the base of a thin
    /// pack) is excused; anything else would be stored, and is judged whole.
    fn unreached(&mut self, site: &Site) -> Result<(), Error> {
        let found = self.found;
        for (id, kind) in &found.sent {
            let new = found.suspects.contains_key(id) && !self.attributed.contains(id);
            if !new || site.unreached == Unreached::Ignored || site.store.existed(id) {
                continue;
            }
            match kind {
                ObjectKind::Blob => self.object(id, None)?,
                ObjectKind::Commit | ObjectKind::Tag => {
                    let mut raw = Vec::new();
                    self.reader.get_kind(id, *kind, &mut raw).map_err(Error::Walk)?;
                    let kind = if *kind == ObjectKind::Tag { "tag" } else { "commit" };
                    self.parts(&raw, &|_| Subject::Object { id: id.to_string(), kind })?;
                }
                ObjectKind::Tree => {}
            }
        }
        Ok(())
    }
}

/// The first line of the message that is not empty.
fn title_of(raw: &[u8]) -> Option<&BStr> {
    let message = raw.find(b"\n\n").and_then(|at| raw.get(at + 2..))?;
    message.lines().map(|line| line.trim()).find(|line| !line.is_empty()).map(BStr::new)
}

/// Which header the place lies in; continuation lines begin with a space.
fn header_at(headers: &[u8], place: Place) -> &'static str {
    let upto: Vec<&[u8]> = headers.lines().take(place.line as usize).collect();
    let line = upto.iter().rev().find(|line| !line.starts_with(b" ")).copied().unwrap_or_default();
    match line.split(|b| *b == b' ').next().unwrap_or_default() {
        b"author" => "author",
        b"committer" => "committer",
        b"tagger" => "tagger",
        _ => "header",
    }
}
