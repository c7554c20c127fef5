//! Many repositories: one process each, as many at once as there are cores, and what was scanned before is not scanned
//! again.
//!
//! Processes rather than threads: one that a hostile repository kills, or that runs out of memory, takes no other along.

use super::history::{failed, replace};
use super::progress::{bar, clock, drawing};
use crate::cli::History;
use crate::gate::error::Error;
use crate::report::history::{Results, Summary};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// git's own variables, which name one repository: not the one that a child is to scan.
const OF_ONE_REPOSITORY: [&str; 8] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
    "GIT_SHALLOW_FILE",
    "GIT_INDEX_FILE",
];

/// Where results are kept, and what they depend on.
pub(super) struct Kept<'a> {
    /// The folder; none: nowhere.
    pub folder: Option<&'a Path>,
    /// The digest of all that results depend on.
    pub state: &'a (dyn Fn(&Path) -> Result<String, Error> + Sync),
}

/// The results of each of `repos`, in their order. One that cannot be scanned says so in its own.
///
/// # Errors
/// When the program cannot be started again, or results cannot be kept.
pub(super) fn scan(repos: &[PathBuf], job: &History, kept: &Kept<'_>) -> Result<Vec<String>, Error> {
    let program = std::env::current_exe().map_err(Error::Program)?;
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let jobs = job.jobs.unwrap_or(cores).min(repos.len()).max(1);
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let texts: Mutex<Vec<(usize, Result<String, Error>)>> = Mutex::new(Vec::new());
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(repo) = repos.get(at) else { break };
            let text = one(&program, repo, job.policy.as_deref(), kept);
            match texts.lock() {
                Ok(mut texts) => texts.push((at, text)),
                Err(poisoned) => poisoned.into_inner().push((at, text)),
            }
            done.fetch_add(1, Ordering::Relaxed);
        }
    };
    let line = |began: std::time::Instant| {
        let (done, all) = (done.load(Ordering::Relaxed), repos.len());
        let percent = (done * 100 / all.max(1)) as u64;
        format!("{} {done} of {all} repositories, {}", bar(percent), clock(began.elapsed()))
    };
    drawing(&line, || {
        thread::scope(|scope| {
            // This thread works too; a system that gives no more threads makes it slower, not wrong.
            let more: Vec<_> = (1..jobs).map(|_| thread::Builder::new().spawn_scoped(scope, work)).collect();
            work();
            drop(more);
        });
    });
    let mut texts = match texts.into_inner() {
        Ok(texts) => texts,
        Err(poisoned) => poisoned.into_inner(),
    };
    texts.sort_by_key(|(at, _)| *at);
    texts.into_iter().map(|(_, text)| text).collect()
}

fn one(program: &Path, repo: &Path, policy: Option<&Path>, kept: &Kept<'_>) -> Result<String, Error> {
    let file = kept.folder.map(|folder| folder.join(file_name(repo)));
    if let Some(text) = file.as_deref().and_then(|file| still_true(file, repo, kept)) {
        return Ok(text);
    }
    let mut command = Command::new(program);
    for name in OF_ONE_REPOSITORY {
        command.env_remove(name);
    }
    command.args(["scan", "--all", "--format", "results"]);
    if let Some(policy) = policy {
        command.arg("--policy").arg(policy);
    }
    command.arg("--repo").arg(repo).stdin(Stdio::null()).stderr(Stdio::null());
    let out = command.output().map_err(Error::Program)?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    // What was cut off is no result: a child that was killed may have written half of it.
    let whole = Summary::of(&text).is_some() && Results::default().read(&text).is_ok();
    let text = match whole {
        true => text,
        false => failed(repo, format!("its process ended with {}", out.status)).line() + "\n",
    };
    if let Some(file) = file {
        replace(&file, text.as_bytes())?;
    }
    Ok(text)
}

/// Earlier results, if all that they depend on is as it was.
fn still_true(file: &Path, repo: &Path, kept: &Kept<'_>) -> Option<String> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(_none_yet) => return None,
    };
    let summary = Summary::of(&text)?;
    let state = match (kept.state)(repo) {
        Ok(state) => state,
        // The child will say what is wrong with it.
        Err(_cannot) => return None,
    };
    let whole = Results::default().read(&text).is_ok();
    (whole && summary.error.is_none() && summary.state == state).then_some(text)
}

/// A name for a person and a digest against two repositories of one name.
fn file_name(repo: &Path) -> String {
    let real = match fs::canonicalize(repo) {
        Ok(real) => real,
        Err(_as_given) => repo.to_owned(),
    };
    let name: String = real
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' })
        .take(80)
        .collect();
    let digest = Sha256::digest(real.as_os_str().as_encoded_bytes());
    let digest: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("{name}-{digest}.jsonl")
}
