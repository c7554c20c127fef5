//! `leakgate scan --all`: one repository's history here, those of many each in a process of its own, and what is made of
//! the results: listings, formats for other programs, a page.

use super::decide::Occasion;
use super::fleet::{self, Kept};
use super::progress::watching;
use super::scan::list;
use super::{Bench, Done, now, plain_context, undecided};
use crate::cli::{History, Output};
use crate::gate::error::Error;
use crate::gate::files::Judged;
use crate::gate::history::{Present, References};
use crate::gate::site;
use crate::git::count_objects;
use crate::hook_env::HookEnv;
use crate::policy::Policy;
use crate::report::history::{Results, Summary, by_finding, counted, html, leaks};
use crate::report::{self, HookKind, InHistory, Mask, Run};
use crate::verdict::{ExitStatus, Verdict};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

/// One repository, scanned.
struct Scanned {
    summary: Summary,
    judged: Judged,
    status: ExitStatus,
    times: HashMap<String, i64>,
    present: Present,
}

/// Does what `job` says.
pub(super) fn run(env: &HookEnv, job: &History) -> Done {
    let done = match (job.repos.as_slice(), &job.results) {
        ([repo], None) => alone(env, job, repo),
        (repos, results) => together(env, job, repos, results.as_deref()),
    };
    done.unwrap_or_else(|error| undecided(&error, HookKind::Scan))
}

/// `leakgate report`: what many scans found, on one page.
pub(super) fn report(files: &[PathBuf], output: Output) -> Done {
    let mut results = Results::default();
    for path in files {
        if let Err(error) = read_into(&mut results, path) {
            return undecided(&error, HookKind::Scan);
        }
    }
    let leaks = leaks(&results.sightings);
    let out = match output == Output::ByFinding {
        true => by_finding(&leaks),
        false => html(&results, &leaks, now()),
    };
    Done { out, err: String::new(), status: status_of(&results) }
}

fn read_into(results: &mut Results, path: &Path) -> Result<(), Error> {
    let io = |source| Error::File { path: path.to_owned(), source };
    if fs::metadata(path).map_err(io)?.is_dir() {
        let mut files: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(path).map_err(io)? {
            let file = entry.map_err(io)?.path();
            if file.extension().is_some_and(|end| end == "jsonl") {
                files.push(file);
            }
        }
        files.sort();
        return files.iter().try_for_each(|file| read_into(results, file));
    }
    let text = fs::read_to_string(path).map_err(io)?;
    results.read(&text).map_err(|error| Error::Results { path: path.to_owned(), source: error })
}

fn alone(env: &HookEnv, job: &History, repo: &Path) -> Result<Done, Error> {
    let began = now();
    let scanned = match (scan(env, repo, job.policy.as_deref()), job.output) {
        (Ok(scanned), _) => scanned,
        // Whoever gathers results must see that this repository is not among them, and why.
        (Err(error), Output::Results) => {
            let done = undecided(&error, HookKind::Scan);
            let summary = failed(repo, report::told(&error));
            return Ok(Done { out: summary.line() + "\n", ..done });
        }
        (Err(error), _) => return Err(error),
    };
    let judged = &scanned.judged;
    let err = report::warnings(&judged.warnings, &plain_context(HookKind::Scan));
    let run = Run { began, ended: now() };
    let mut results = Results::default();
    if job.report.is_some() || matches!(job.output, Output::ByFinding | Output::Summary) {
        let text = lines(&scanned);
        results.read(&text).map_err(|source| Error::Results { path: repo.to_owned(), source })?;
    }
    let out = match job.output {
        Output::Results => lines(&scanned),
        Output::JsonLines => lines(&scanned).split_once('\n').map(|(_, rest)| rest.to_owned()).unwrap_or_default(),
        Output::ByFinding => by_finding(&leaks(&results.sightings)),
        Output::Summary => String::new(),
        output @ (Output::Text | Output::Json | Output::Sarif | Output::Junit | Output::GitLab) => {
            list(judged, output, run)
        }
    };
    finish(job, &results, Done { out, err, status: scanned.status })
}

fn together(env: &HookEnv, job: &History, repos: &[PathBuf], folder: Option<&Path>) -> Result<Done, Error> {
    if let Some(folder) = folder {
        fs::create_dir_all(folder).map_err(|source| Error::File { path: folder.to_owned(), source })?;
    }
    let state = |repo: &Path| state_of(env, repo, job.policy.as_deref());
    let kept = Kept { folder, state: &state };
    let texts = fleet::scan(repos, job, &kept)?;
    let mut results = Results::default();
    for (repo, text) in repos.iter().zip(&texts) {
        results.read(text).map_err(|source| Error::Results { path: repo.to_owned(), source })?;
    }
    let out = match job.output {
        Output::Results => texts.concat(),
        Output::JsonLines => {
            texts.iter().flat_map(|text| text.lines().skip(1)).map(|line| line.to_owned() + "\n").collect()
        }
        Output::Summary => String::new(),
        Output::Text | Output::ByFinding | Output::Json | Output::Sarif | Output::Junit | Output::GitLab => {
            by_finding(&leaks(&results.sightings))
        }
    };
    let failed = results.repositories.iter().filter_map(|it| Some((&it.repository, it.error.as_ref()?)));
    let err = failed.map(|(repository, why)| format!("error: {repository}: {why}\n")).collect();
    finish(job, &results, Done { out, err, status: status_of(&results) })
}

/// Writes the page, and says in a line what was found where nothing else does.
fn finish(job: &History, results: &Results, mut done: Done) -> Result<Done, Error> {
    let values = leaks(&results.sightings);
    if let Some(path) = &job.report {
        replace(path, html(results, &values, now()).as_bytes())?;
    }
    if job.output == Output::Summary {
        done.out = counted(results, &values);
    }
    Ok(done)
}

/// 2 before 1: a list with gaps must not look like a whole one.
fn status_of(results: &Results) -> ExitStatus {
    let gaps = results.repositories.iter().any(|it| it.error.is_some() || (it.unread > 0 && it.places == 0));
    match (gaps, results.sightings.is_empty()) {
        (true, _) => ExitStatus::Undecided,
        (false, false) => ExitStatus::Rejected,
        (false, true) => ExitStatus::Accepted,
    }
}

/// Puts a file in its place as a whole, or not at all.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let io = |source| Error::Write { path: path.to_owned(), source };
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let draft = path.with_file_name(name);
    fs::write(&draft, bytes).and_then(|()| fs::rename(&draft, path)).map_err(|error| {
        // What is half written is of no use; that it cannot be taken away either changes nothing.
        match fs::remove_file(&draft) {
            Ok(()) | Err(_) => io(error),
        }
    })
}

/// The results of a repository that could not be scanned.
pub(super) fn failed(repo: &Path, error: String) -> Summary {
    Summary {
        kind: "repository".to_owned(),
        repository: named(repo),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        began: now(),
        ended: now(),
        error: Some(error),
        ..Summary::default()
    }
}

/// The name that a report uses: as given, but a `.` tells nobody anything.
fn named(repo: &Path) -> String {
    let real = match fs::canonicalize(repo) {
        Ok(real) if repo == Path::new(".") => real,
        Ok(_) | Err(_) => repo.to_owned(),
    };
    real.to_string_lossy().into_owned()
}

fn scan(env: &HookEnv, repo: &Path, extra: Option<&Path>) -> Result<Scanned, Error> {
    let began = now();
    let facts = site::locate(env, repo)?;
    // The process ends with this.
    let bench = ManuallyDrop::new(Bench::with(env, HookKind::Scan, Some(facts), extra, &[])?);
    let facts = bench.facts()?;
    let state = state(&bench.policy, &facts)?;
    let total = count_objects(&facts.common_dir.join("objects"));
    let survey = watching(&bench.judge.gauge, total, || bench.setting().survey(facts))?;
    let judged = bench.excepted(survey.outcome.judged, &Occasion::none());
    let verdict = Verdict::decide(&survey.outcome.balanced, judged.findings.len(), judged.unread.len());
    let (commits, objects, bytes) = bench.judge.gauge.read();
    let summary = Summary {
        kind: "repository".to_owned(),
        repository: named(repo),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        state,
        began,
        ended: now(),
        commits,
        objects,
        bytes,
        places: judged.findings.len(),
        unread: judged.unread.len(),
        unborn: !survey.present.is_known(),
        error: None,
    };
    Ok(Scanned { summary, judged, status: verdict.into(), times: survey.times, present: survey.present })
}

/// The results as `report` reads them: the repository, then what was found in it.
fn lines(scanned: &Scanned) -> String {
    let Scanned { summary, judged, times, present, .. } = scanned;
    let mask = Mask::of(&judged.findings, &judged.unread);
    let mut out = summary.line() + "\n";
    for finding in &judged.findings {
        let history = InHistory {
            repository: &summary.repository,
            time: finding.subject.commit().and_then(|commit| times.get(commit)).copied(),
            in_head: present.holds(finding),
        };
        out.push_str(&report::json_history_line(finding, &mask, history));
        out.push('\n');
    }
    for unread in &judged.unread {
        out.push_str(&report::json_unread_line(unread, &mask));
        out.push('\n');
    }
    out
}

/// What results depend on; they hold while it stays.
fn state_of(env: &HookEnv, repo: &Path, extra: Option<&Path>) -> Result<String, Error> {
    let facts = site::locate(env, repo)?;
    let layers = super::layers(env, HookKind::Scan, Some(&facts), extra);
    let policy = Policy::load(&layers, super::today()).map_err(Error::Policy)?;
    state(&policy, &facts)
}

fn state(policy: &Policy, facts: &crate::git::RepoFacts) -> Result<String, Error> {
    let mut digest = Sha256::new().chain_update(env!("CARGO_PKG_VERSION")).chain_update(format!("{policy:?}"));
    let References { tips, names } = References::read(facts)?;
    for tip in tips {
        digest.update(tip.as_slice());
    }
    for name in names {
        digest.update(name.as_slice());
        digest.update(b"\0");
    }
    Ok(digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}
