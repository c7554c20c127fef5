//! `leakgate scan …` and `leakgate report …`: what is looked at, and how it is told.

use super::{Command, UsageError};
use crate::report::help;
use lexopt::{Arg, Parser, ValueExt};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// How `scan` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Lines for people, one a place.
    Text,
    /// Paragraphs for people, one a value.
    ByFinding,
    /// One JSON object a line.
    JsonLines,
    /// One JSON list.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// JUnit's XML.
    Junit,
    /// GitLab's secret detection report.
    GitLab,
    /// What `report` reads.
    Results,
    /// Numbers alone.
    Summary,
}

/// What `scan` looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The lines that a range of commits adds.
    Range(String),
    /// What is staged.
    Staged,
    /// Files and folders.
    Paths(Vec<PathBuf>),
    /// Standard input.
    Stdin,
}

/// A scan of whole histories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The repositories, at least one.
    pub repos: Vec<PathBuf>,
    /// How to print.
    pub output: Output,
    /// Where the page goes.
    pub report: Option<PathBuf>,
    /// The folder where each repository's results are kept.
    pub results: Option<PathBuf>,
    /// How many repositories at once; none: as many as there are cores.
    pub jobs: Option<usize>,
    /// One more policy file.
    pub policy: Option<PathBuf>,
}

/// The words of a `scan`, before they are understood together.
#[derive(Default)]
struct Asked {
    repo: Option<PathBuf>,
    policy: Option<PathBuf>,
    output: Option<Output>,
    report: Option<PathBuf>,
    results: Option<PathBuf>,
    jobs: Option<usize>,
    all: bool,
    staged: bool,
    words: Vec<OsString>,
}

pub(super) fn parse(mut parser: Parser) -> Result<Command, UsageError> {
    let mut asked = Asked::default();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Print(help::SCAN)),
            Arg::Long("repo") => asked.repo = Some(parser.value()?.into()),
            Arg::Long("policy") => asked.policy = Some(parser.value()?.into()),
            Arg::Long("format") => asked.output = Some(output(&mut parser)?),
            Arg::Long("by-finding") => asked.output = Some(Output::ByFinding),
            Arg::Long("report") => asked.report = Some(parser.value()?.into()),
            Arg::Long("results") => asked.results = Some(parser.value()?.into()),
            Arg::Long("jobs") => asked.jobs = Some(jobs(&mut parser)?),
            Arg::Long("all") => asked.all = true,
            Arg::Long("staged") => asked.staged = true,
            Arg::Value(word) => asked.words.push(word),
            other @ (Arg::Short(_) | Arg::Long(_)) => return Err(other.unexpected().into()),
        }
    }
    if asked.all { history(asked) } else { other(asked) }
}

fn history(asked: Asked) -> Result<Command, UsageError> {
    let words = asked.words.into_iter().map(PathBuf::from);
    let repos: Vec<PathBuf> = asked.repo.into_iter().chain(words).collect();
    if asked.staged {
        return Err(UsageError::Target);
    }
    let quiet = asked.report.is_some() || asked.results.is_some();
    let output = asked.output.unwrap_or(if quiet { Output::Summary } else { Output::Text });
    let joins = match output {
        Output::Text | Output::ByFinding | Output::JsonLines | Output::Results | Output::Summary => true,
        Output::Json | Output::Sarif | Output::Junit | Output::GitLab => false,
    };
    if repos.len() > 1 && !joins {
        return Err(UsageError::Together("this format is for one repository at a time"));
    }
    let repos = if repos.is_empty() { vec![PathBuf::from(".")] } else { repos };
    Ok(Command::History(History {
        repos,
        output,
        report: asked.report,
        results: asked.results,
        jobs: asked.jobs,
        policy: asked.policy,
    }))
}

fn other(asked: Asked) -> Result<Command, UsageError> {
    let of_histories = asked.report.is_some() || asked.results.is_some() || asked.jobs.is_some();
    let output = asked.output.unwrap_or(Output::Text);
    if of_histories || matches!(output, Output::ByFinding | Output::Results | Output::Summary) {
        return Err(UsageError::Together("--by-finding, --report, --results and --jobs go with --all"));
    }
    let target = match (asked.staged, asked.words.is_empty()) {
        (true, true) => Target::Staged,
        (false, false) => target_of(asked.words, asked.repo.as_deref())?,
        (true, false) | (false, true) => return Err(UsageError::Target),
    };
    Ok(Command::Scan { repo: asked.repo, format: output, target, policy: asked.policy })
}

fn output(parser: &mut Parser) -> Result<Output, lexopt::Error> {
    parser.value()?.parse_with(|text| match text {
        "text" => Ok(Output::Text),
        "jsonl" => Ok(Output::JsonLines),
        "json" => Ok(Output::Json),
        "sarif" => Ok(Output::Sarif),
        "junit" => Ok(Output::Junit),
        "gitlab" => Ok(Output::GitLab),
        "results" => Ok(Output::Results),
        _ => Err("the formats are text, jsonl, json, sarif, junit, gitlab and results"),
    })
}

fn jobs(parser: &mut Parser) -> Result<usize, lexopt::Error> {
    parser.value()?.parse_with(|text| match text.parse::<usize>() {
        Ok(jobs @ 1..=1_024) => Ok(jobs),
        Ok(_) | Err(_) => Err("a number from 1 to 1024"),
    })
}

/// A word with `..` in it is a range unless something of that name lies on disk.
fn target_of(words: Vec<OsString>, repo: Option<&Path>) -> Result<Target, UsageError> {
    let is_range = |word: &OsStr| {
        let on_disk = repo.map_or_else(|| PathBuf::from(word), |repo| repo.join(word));
        word.as_bytes().windows(2).any(|pair| pair == b"..") && !on_disk.exists() && !Path::new(word).exists()
    };
    match words.as_slice() {
        [word] if word == "-" => Ok(Target::Stdin),
        [word] if is_range(word) => match word.to_str() {
            Some(range) => Ok(Target::Range(range.to_owned())),
            None => Err(UsageError::Target),
        },
        words if words.iter().any(|word| word == "-" || is_range(word)) => Err(UsageError::Target),
        _ => Ok(Target::Paths(words.into_iter().map(PathBuf::from).collect())),
    }
}

/// `leakgate report …`
pub(super) fn report(mut parser: Parser) -> Result<Command, UsageError> {
    let (mut files, mut output) = (Vec::new(), Output::Summary);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Print(help::REPORT)),
            Arg::Long("by-finding") => output = Output::ByFinding,
            // Every command takes it; this one reads no policy.
            Arg::Long("policy") => drop(parser.value()?),
            Arg::Value(file) => files.push(PathBuf::from(file)),
            other @ (Arg::Short(_) | Arg::Long(_)) => return Err(other.unexpected().into()),
        }
    }
    match files.is_empty() {
        true => Err(UsageError::Arity { command: "report", takes: "files or folders with results" }),
        false => Ok(Command::Report { files, output }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn parsed(args: &[&str]) -> Result<Command, UsageError> {
        parse(["leakgate"].iter().chain(args).map(OsString::from))
    }

    #[test]
    fn scan_takes_exactly_one_kind_of_target() {
        for bad in [
            &["scan"][..],
            &["scan", "--all", "--staged"],
            &["scan", "--staged", "x"],
            &["scan", "a..b", "x"],
            &["scan", "--format", "xml", "a"],
            &["scan", "--report", "r.html", "a"],
            &["scan", "--all", "--format", "sarif", "a", "b"],
            &["scan", "--all", "--jobs", "0"],
            &["report"],
        ] {
            assert!(parsed(bad).is_err(), "{bad:?}");
        }
        let Ok(Command::Scan { target, format, .. }) = parsed(&["scan", "--format", "jsonl", "a..b"]) else { panic!() };
        assert_eq!((target, format), (Target::Range("a..b".into()), Output::JsonLines));
    }

    #[test]
    fn histories_are_of_one_repository_or_of_many() {
        let of = |args: &[&str]| match parsed(args) {
            Ok(Command::History(history)) => (history.repos, history.output),
            other => panic!("{other:?}"),
        };
        assert_eq!(of(&["scan", "--all"]), (vec![".".into()], Output::Text));
        assert_eq!(of(&["scan", "--all", "--repo", "a"]), (vec!["a".into()], Output::Text));
        assert_eq!(of(&["scan", "--all", "--report", "r", "a", "b"]), (vec!["a".into(), "b".into()], Output::Summary));
        assert_eq!(of(&["scan", "--all", "--by-finding"]).1, Output::ByFinding);
    }
}
