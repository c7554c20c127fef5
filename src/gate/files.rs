//! Suspicious files against what was there before them: of a commit, or of the index.

use super::before::Before;
use super::judge::{About, Examined, Judge};
use super::sum::Sum;
use crate::gate::error::Error;
use crate::git::{self, Entry, EntryKind, ObjectId, ObjectKind, Reader};
use crate::report::Unread;
use crate::text::{Finding, Subject};
use crate::verdict::Excused;
use bstr::{BStr, BString, ByteSlice};
use std::collections::HashSet;

/// The outcome of judging.
#[derive(Debug, Default)]
pub struct Judged {
    /// All findings.
    pub findings: Vec<Finding>,
    /// All that is worth a look and stops nothing.
    pub warnings: Vec<Finding>,
    /// All that could not be read through.
    pub unread: Vec<Unread>,
    /// All that was found and passes for a reason.
    pub excused: Vec<Excused<Finding>>,
    /// The same for what could not be read through.
    pub excused_unread: Vec<Excused<Unread>>,
    /// What files hold together that hold too little each.
    pub sum: Sum,
}

impl Judged {
    /// Adds what was found in `about`.
    pub fn keep(&mut self, examined: Examined, about: &About<'_>) {
        self.findings.extend(examined.findings);
        self.warnings.extend(examined.warnings);
        self.excused.extend(examined.excused);
        examined.parts.into_iter().for_each(|part| self.sum.add(part));
        self.unread.extend(examined.unreadable.into_iter().map(|obstacle| Unread {
            subject: about.subject.clone(),
            title: about.title.map(BString::from),
            obstacle,
        }));
    }
}

/// A file that is in no parent as it is now.
pub struct Added {
    /// Its path.
    pub path: BString,
    /// Its object.
    pub id: ObjectId,
    /// File or link.
    pub kind: EntryKind,
    /// What lies at the path in each parent.
    pub parents: Vec<Option<ObjectId>>,
}

impl Added {
    /// Takes over an entry of a tree comparison.
    #[must_use]
    pub fn new(entry: &Entry<'_>) -> Self {
        Self { path: entry.path.to_owned(), id: entry.id, kind: entry.kind, parents: entry.parents.to_vec() }
    }

    /// No parent has a file at this path: it may have been moved there.
    #[must_use]
    pub fn appears(&self) -> bool {
        self.parents.iter().all(Option::is_none)
    }
}

/// What files are compared with.
pub struct Against {
    /// The parents' trees.
    pub trees: Vec<ObjectId>,
    /// The state that the files belong to.
    pub now: Now,
}

/// The state after the change: it tells which old paths are gone.
pub enum Now {
    /// A commit's tree.
    Tree(ObjectId),
    /// The paths in an index.
    Paths(HashSet<BString>),
}

/// Judges files; borrows what it needs.
pub struct Files<'w, 's> {
    /// By what.
    pub judge: &'w Judge,
    /// From where.
    pub reader: &'w mut Reader<'s>,
    /// Into what.
    pub judged: &'w mut Judged,
}

impl Files<'_, '_> {
    /// Judges each of `added` by the lines that no parent has. A file under a new name is compared with the files that
    /// are gone; one whose very content a parent holds under another name adds nothing.
    ///
    /// # Errors
    /// When anything needed cannot be read or judged.
    pub fn judge(
        &mut self,
        against: &Against,
        added: &[Added],
        title: Option<&BStr>,
        subject: &dyn Fn(&Added) -> Subject,
    ) -> Result<(), Error> {
        let appearing: HashSet<ObjectId> = added.iter().filter(|file| file.appears()).map(|file| file.id).collect();
        let mut moved = HashSet::new();
        let mut gone = Vec::new();
        if !appearing.is_empty() && !against.trees.is_empty() {
            moved = git::held(self.reader, &against.trees, &appearing).map_err(Error::Tree)?;
            if moved.len() < appearing.len() {
                gone = match &against.now {
                    Now::Tree(tree) => git::removed(self.reader, &against.trees, *tree),
                    Now::Paths(paths) => git::removed_paths(self.reader, &against.trees, paths),
                }
                .map_err(Error::Tree)?;
            }
        }
        let mut removed = Before::default();
        self.learn(&mut removed, &gone);
        for file in added {
            let about = About { subject: subject(file), title, path: Some(file.path.as_bstr()) };
            match (file.appears(), moved.contains(&file.id)) {
                (true, true) => {}
                (true, false) => self.compare(&file.id, &about, &mut removed, &gone)?,
                (false, _) => {
                    let old: Vec<ObjectId> = file.parents.iter().flatten().copied().collect();
                    let mut before = Before::default();
                    self.learn(&mut before, &old);
                    self.compare(&file.id, &about, &mut before, &old)?;
                }
            }
        }
        Ok(())
    }

    /// Judges one blob by the lines that `before` does not have, and what is folded into it by what the `old` files hold
    /// folded into them.
    fn compare(
        &mut self,
        id: &ObjectId,
        about: &About<'_>,
        before: &mut Before,
        old: &[ObjectId],
    ) -> Result<(), Error> {
        let mut buffer = Vec::new();
        let data = self.reader.get_kind(id, ObjectKind::Blob, &mut buffer).map_err(Error::Walk)?.to_vec();
        let mut examined = self.judge.examine(&data, about, before).map_err(Error::Judge)?;
        if examined.folded && !old.is_empty() {
            for id in old {
                let Ok(loaded) = self.reader.get(id, &mut buffer) else { continue };
                before.learn_folded(&self.judge.rules, self.judge.limits, loaded.data).map_err(Error::Rules)?;
            }
            examined = self.judge.examine(&data, about, before).map_err(Error::Judge)?;
        }
        self.judged.keep(examined, about);
        Ok(())
    }

    /// Judges one blob by what `before` does not have.
    ///
    /// # Errors
    /// When it cannot be read or judged.
    pub fn blob(&mut self, id: &ObjectId, about: &About<'_>, before: &Before) -> Result<(), Error> {
        let mut buffer = Vec::new();
        let data = self.reader.get_kind(id, ObjectKind::Blob, &mut buffer).map_err(Error::Walk)?;
        let examined = self.judge.examine(data, about, before).map_err(Error::Judge)?;
        self.judged.keep(examined, about);
        Ok(())
    }

    /// What a parent had and cannot be read excuses nothing: the whole new file then counts as added.
    fn learn(&mut self, before: &mut Before, blobs: &[ObjectId]) {
        let mut buffer = Vec::new();
        for id in blobs {
            let Ok(loaded) = self.reader.get(id, &mut buffer) else { continue };
            before.learn(loaded.data);
        }
    }
}
