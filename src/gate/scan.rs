//! `leakgate scan`: the same engine on a range, on all history, on files, on standard input.

use super::files::Judged;
use super::hooks::{Outcome, Setting};
use super::parallel::in_parallel;
use super::site::Site;
use crate::gate::error::Error;
use crate::git::{self, IdSet, RepoFacts};
use crate::text::Subject;
use bstr::{BString, ByteSlice};
use std::fs;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

impl Setting<'_> {
    /// The lines that the commits of `range` add; what it means is git's to say (`git rev-parse`).
    ///
    /// # Errors
    /// When git does not know it, or anything in it cannot be read or judged.
    pub fn range(&self, facts: RepoFacts, range: &str) -> Result<Outcome, Error> {
        let (mut tips, mut known) = (Vec::new(), IdSet::default());
        for line in rev_parse(&facts, range)?.lines() {
            let (hex, hidden) = line.strip_prefix('^').map_or((line, false), |hex| (hex, true));
            let Some(id) = git::id_from_hex(hex) else { return Err(unknown(range, line)) };
            match hidden {
                true => known.extend([id]),
                false => tips.push(id),
            }
        }
        let site = Site::with_known(facts, self.env, self.limits, known)?;
        self.history(&site, &tips)
    }

    /// The content of files and of folders with all below them, `.git` folders aside.
    ///
    /// # Errors
    /// When one of them cannot be read or judged.
    pub fn paths(&self, paths: &[PathBuf]) -> Result<Vec<Outcome>, Error> {
        let mut files = Vec::new();
        for path in paths {
            collect(path, &mut files)?;
        }
        files.sort();
        files.dedup();
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let share = files.len().div_ceil(threads).max(1);
        let mut outcomes = Vec::with_capacity(files.len());
        for part in in_parallel(&files, share, |files| files.iter().map(|file| self.file(file)).collect()) {
            let part: Vec<Outcome> = part?;
            outcomes.extend(part);
        }
        Ok(outcomes)
    }

    fn file(&self, path: &Path) -> Result<Outcome, Error> {
        let shown = BString::from(path.as_os_str().as_bytes());
        let io = |source| Error::File { path: path.to_owned(), source };
        let subject = Subject::Disk { path: shown.clone() };
        let named = self.judge.name(shown.as_bstr(), || subject.clone()).map_err(Error::Judge)?;
        let meta = fs::symlink_metadata(path).map_err(io)?;
        let content = match meta.is_symlink() {
            true => fs::read_link(path).map_err(io)?.into_os_string().as_bytes().to_vec(),
            false => self.read(path, &meta)?,
        };
        let mut outcome = self.text(&content, subject, Some(&shown))?;
        outcome.judged.findings.extend(named);
        let by_path = self.judge.path(shown.as_bstr(), None, || Subject::Disk { path: shown.clone() });
        outcome.judged.findings.extend(by_path.map_err(Error::Judge)?);
        Ok(outcome)
    }

    fn read(&self, path: &Path, meta: &fs::Metadata) -> Result<Vec<u8>, Error> {
        let most = self.limits.object_bytes;
        let too_long = |bytes| Error::FileTooLong { path: path.to_owned(), bytes, most };
        if meta.len() > most {
            return Err(too_long(meta.len()));
        }
        let io = |source| Error::File { path: path.to_owned(), source };
        let mut content = Vec::new();
        // It may grow while it is read.
        fs::File::open(path).map_err(io)?.take(most.saturating_add(1)).read_to_end(&mut content).map_err(io)?;
        match content.len() as u64 > most {
            true => Err(too_long(content.len() as u64)),
            false => Ok(content),
        }
    }

    /// Standard input, as one text.
    ///
    /// # Errors
    /// When it cannot be judged.
    pub fn stdin(&self, input: &[u8]) -> Result<Outcome, Error> {
        self.text(input, Subject::Stdin, None)
    }
}

/// Joins what was judged file by file.
#[must_use]
pub fn join(outcomes: Vec<Outcome>) -> Judged {
    let mut all = Judged::default();
    for outcome in outcomes {
        all.findings.extend(outcome.judged.findings);
        all.warnings.extend(outcome.judged.warnings);
        all.excused.extend(outcome.judged.excused);
        all.unread.extend(outcome.judged.unread);
    }
    all
}

/// Files and links at and below `path`; sockets, pipes and devices have no content to keep.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Error> {
    let mut todo = vec![path.to_owned()];
    while let Some(path) = todo.pop() {
        let io = |source| Error::File { path: path.clone(), source };
        let meta = fs::symlink_metadata(&path).map_err(io)?;
        if !meta.is_dir() {
            if meta.is_file() || meta.is_symlink() {
                files.push(path);
            }
            continue;
        }
        for entry in fs::read_dir(&path).map_err(io)? {
            let entry = entry.map_err(io)?;
            if entry.file_name() != ".git" {
                todo.push(entry.path());
            }
        }
    }
    Ok(())
}

/// Asks git, as people and CI have it; the hooks never do.
fn rev_parse(facts: &RepoFacts, range: &str) -> Result<String, Error> {
    let out = Command::new("git")
        .arg("--git-dir")
        .arg(&facts.git_dir)
        .args(["rev-parse", "--revs-only", "--end-of-options", range])
        .stdin(Stdio::null())
        .output()
        .map_err(|source| Error::Git { range: range.to_owned(), source })?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    match out.status.success() && !text.trim().is_empty() {
        true => Ok(text),
        false => Err(unknown(range, &String::from_utf8_lossy(&out.stderr))),
    }
}

fn unknown(range: &str, said: &str) -> Error {
    let said = said.lines().next().unwrap_or("it has no commits").to_owned();
    Error::Range { range: range.to_owned(), said }
}
