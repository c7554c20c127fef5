//! The command line: arguments, or the name the binary was started by, made into a [`Command`].

mod fingerprint;
mod gitleaks;
mod living;
mod rules;
mod scan;

pub use fingerprint::{Depth, How, Job};
pub use gitleaks::CheckGitleaks;
pub use living::{Exception, PolicyAsk, Record};
pub use rules::Ask;
pub use scan::{History, Output, Target};

use crate::report::{HookKind, help};
use lexopt::{Arg, Parser, ValueExt};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Be a hook.
    Hook {
        /// Which.
        hook: HookKind,
        /// git's own arguments.
        args: Vec<OsString>,
        /// One more policy file.
        policy: Option<PathBuf>,
    },
    /// Look for leaks.
    Scan {
        /// The repository, or where to look for it.
        repo: Option<PathBuf>,
        /// How to print.
        format: Output,
        /// What to look at.
        target: Target,
        /// One more policy file.
        policy: Option<PathBuf>,
    },
    /// Look for leaks in whole histories.
    History(History),
    /// Make one report of many results.
    Report {
        /// Files and folders with them.
        files: Vec<PathBuf>,
        /// The page, or the listing by finding.
        output: Output,
    },
    /// Check that the gate is in place.
    Doctor {
        /// The repositories; none: the current one.
        repos: Vec<PathBuf>,
        /// Whether to try a push.
        push: Push,
        /// One more policy file.
        policy: Option<PathBuf>,
    },
    /// Answer a question about the rules.
    Rules {
        /// Which.
        ask: Ask,
        /// One more policy file.
        policy: Option<PathBuf>,
    },
    /// Write an exception into the policy.
    Allow {
        /// Which.
        it: Exception,
        /// The repository, or where to look for it.
        repo: Option<PathBuf>,
        /// One more policy file.
        policy: Option<PathBuf>,
    },
    /// Record what a repository holds.
    Baseline {
        /// How.
        it: Record,
        /// The repository, or where to look for it.
        repo: Option<PathBuf>,
        /// One more policy file.
        policy: Option<PathBuf>,
    },
    /// Show or check the policy.
    Policy {
        /// Which question.
        ask: PolicyAsk,
        /// The repository, or where to look for it.
        repo: Option<PathBuf>,
        /// One more policy file.
        policy: Option<PathBuf>,
    },
    /// Make, ask or change a table of the organisation's own customers.
    Fingerprint(Job),
    /// Say what comes over from gitleaks.
    Gitleaks(CheckGitleaks),
    /// Print a text and succeed.
    Print(&'static str),
    /// Print the version and succeed.
    Version,
}

/// Whether doctor pushes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Push {
    /// It only looks.
    No,
    /// It tries.
    Try,
}

/// How `rules list` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    JsonLines,
}

/// Arguments that are not understood.
#[derive(Debug, thiserror::Error)]
pub enum UsageError {
    /// No command.
    #[error("no command was given")]
    NoCommand,
    /// A command that does not exist.
    #[error("there is no command `{0}`")]
    Command(String),
    /// An option or value that does not parse.
    #[error(transparent)]
    Argument(#[from] lexopt::Error),
    /// Options that do not go together.
    #[error("{0}")]
    Together(&'static str),
    /// A word that has no place.
    #[error("{command} takes {takes}")]
    Arity {
        /// The command.
        command: &'static str,
        /// What it takes.
        takes: &'static str,
    },
    /// Two targets that exclude one another, or none.
    #[error("scan takes one of: a range A..B, --all, --staged, paths, or - for standard input")]
    Target,
}

/// Understands `args`, the first of which is the name the binary was started by.
///
/// # Errors
/// When they make no command.
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Command, UsageError> {
    let mut args = args.into_iter();
    let name = args.next().unwrap_or_default();
    // A hook file that is the binary itself: all arguments are git's, whatever they look like.
    if let Some(hook) = hook_named(Path::new(&name).file_name().unwrap_or_default()) {
        return hook_command(hook, args.collect(), None);
    }
    let mut parser = Parser::from_args(args);
    match parser.next()? {
        None => Err(UsageError::NoCommand),
        Some(Arg::Short('h') | Arg::Long("help")) => Ok(Command::Print(help::OVERVIEW)),
        Some(Arg::Short('V') | Arg::Long("version")) => Ok(Command::Version),
        Some(Arg::Value(word)) => command(&word, parser),
        Some(other @ (Arg::Short(_) | Arg::Long(_))) => Err(other.unexpected().into()),
    }
}

fn command(word: &OsStr, parser: Parser) -> Result<Command, UsageError> {
    match (word.as_bytes(), hook_named(word)) {
        (_, Some(hook)) => hook_options(hook, parser),
        (b"scan", _) => scan::parse(parser),
        (b"report", _) => scan::report(parser),
        (b"doctor", _) => doctor(parser),
        (b"rules", _) => rules::parse(parser),
        (b"gitleaks", _) => gitleaks::parse(parser),
        (b"allow", _) => living::allow(parser),
        (b"baseline", _) => living::baseline(parser),
        (b"policy", _) => living::policy(parser),
        (b"fingerprint", _) => fingerprint::parse(parser),
        (b"help", _) => Ok(Command::Print(help::OVERVIEW)),
        (b"version", _) => Ok(Command::Version),
        _ => Err(UsageError::Command(word.to_string_lossy().into_owned())),
    }
}

fn hook_named(name: &OsStr) -> Option<HookKind> {
    match name.as_bytes() {
        b"pre-receive" => Some(HookKind::PreReceive),
        b"update" => Some(HookKind::Update),
        b"pre-push" => Some(HookKind::PrePush),
        b"pre-commit" => Some(HookKind::PreCommit),
        b"pre-merge-commit" => Some(HookKind::PreMergeCommit),
        b"commit-msg" => Some(HookKind::CommitMsg),
        _ => None,
    }
}

/// Our options come before git's arguments; from the first of those on, everything is git's.
fn hook_options(hook: HookKind, mut parser: Parser) -> Result<Command, UsageError> {
    let mut policy = None;
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Print(help_of(hook))),
            Arg::Short('V') | Arg::Long("version") => return Ok(Command::Version),
            Arg::Long("policy") => policy = Some(parser.value()?.into()),
            Arg::Value(first) => {
                let mut args = vec![first];
                args.extend(parser.raw_args()?);
                return hook_command(hook, args, policy);
            }
            other @ (Arg::Short(_) | Arg::Long(_)) => return Err(other.unexpected().into()),
        }
    }
    hook_command(hook, Vec::new(), policy)
}

fn hook_command(hook: HookKind, args: Vec<OsString>, policy: Option<PathBuf>) -> Result<Command, UsageError> {
    let (count, takes) = match hook {
        HookKind::PreReceive => (0..=0, "no arguments, and lines on standard input"),
        HookKind::PreCommit => (0..=0, "no arguments"),
        HookKind::PreMergeCommit => (0..=0, "no arguments"),
        HookKind::Update => (3..=3, "three arguments: reference, old id, new id"),
        // None: from pre-commit or prek, which say it in the environment.
        HookKind::PrePush if args.is_empty() => (0..=0, "nothing"),
        HookKind::PrePush => (2..=2, "two arguments: the remote's name and its URL"),
        HookKind::CommitMsg => (1..=1, "one argument: the file with the message"),
        HookKind::Scan => (0..=usize::MAX, "anything"),
    };
    match count.contains(&args.len()) {
        true => Ok(Command::Hook { hook, args, policy }),
        false => Err(UsageError::Arity { command: hook.name(), takes }),
    }
}

fn help_of(hook: HookKind) -> &'static str {
    match hook {
        HookKind::PreReceive => help::PRE_RECEIVE,
        HookKind::Update => help::UPDATE,
        HookKind::PrePush => help::PRE_PUSH,
        HookKind::PreCommit => help::PRE_COMMIT,
        HookKind::PreMergeCommit => help::PRE_MERGE_COMMIT,
        HookKind::CommitMsg => help::COMMIT_MSG,
        HookKind::Scan => help::SCAN,
    }
}

fn format(parser: &mut Parser) -> Result<Format, lexopt::Error> {
    parser.value()?.parse_with(|text| match text {
        "text" => Ok(Format::Text),
        "jsonl" => Ok(Format::JsonLines),
        _ => Err("the formats are text and jsonl"),
    })
}

fn doctor(mut parser: Parser) -> Result<Command, UsageError> {
    let (mut repos, mut push, mut policy) = (Vec::new(), Push::No, None);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Print(help::DOCTOR)),
            Arg::Long("push") => push = Push::Try,
            Arg::Long("policy") => policy = Some(parser.value()?.into()),
            Arg::Value(repo) => repos.push(repo.into()),
            other @ (Arg::Short(_) | Arg::Long(_)) => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Doctor { repos, push, policy })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Command, UsageError> {
        parse(args.iter().map(OsString::from))
    }

    #[test]
    fn the_name_of_the_file_makes_the_hook_and_all_arguments_git_s() {
        let by_name = parsed(&["/srv/x.git/hooks/update", "refs/heads/--help", "a", "b"]).unwrap();
        let Command::Hook { hook, args, .. } = by_name else { panic!("{by_name:?}") };
        assert_eq!((hook, args.len()), (HookKind::Update, 3));
        assert!(parsed(&["hooks/update", "a"]).is_err());
    }

    #[test]
    fn options_stop_at_git_s_first_argument() {
        let Ok(Command::Hook { args, policy, .. }) =
            parsed(&["leakgate", "pre-push", "--policy", "p.toml", "origin", "--policy"])
        else {
            panic!()
        };
        assert_eq!(args, ["origin", "--policy"]);
        assert_eq!(policy, Some("p.toml".into()));
    }

    #[test]
    fn unknown_words_are_errors() {
        for bad in
            [&["leakgate"][..], &["leakgate", "frob"], &["leakgate", "--frob"], &["leakgate", "doctor", "--frob"]]
        {
            assert!(parsed(bad).is_err(), "{bad:?}");
        }
    }
}
