//! `leakgate allow`, `leakgate baseline` and `leakgate policy`: what is to be written, renewed or shown.

use super::{Command, Format, UsageError};
use crate::report::help;
use lexopt::{Arg, Parser, ValueExt};
use std::ffi::OsString;
use std::path::PathBuf;

/// An exception to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exception {
    /// Fingerprints, or places `PATH:LINE` in files.
    pub what: Vec<OsString>,
    /// Rules.
    pub rules: Vec<String>,
    /// Path patterns.
    pub paths: Vec<String>,
    /// Why.
    pub reason: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day, or a number of days from today.
    pub expires: Option<String>,
    /// The policy file to write it into; none: the repository's.
    pub file: Option<PathBuf>,
}

/// A baseline to be made or renewed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Where; none: the policy's, or the usual name.
    pub file: Option<PathBuf>,
    /// Add what is new.
    pub update: bool,
    /// Take out what is found no more.
    pub prune: bool,
}

/// A question about the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyAsk {
    /// What holds, and who says so?
    Show {
        /// How to print.
        format: Format,
    },
    /// Is it right?
    Check {
        /// A file; none: those that hold here.
        file: Option<PathBuf>,
    },
    /// What does the built-in one say?
    Default,
}

pub(super) fn allow(mut parser: Parser) -> Result<Command, UsageError> {
    let (mut it, mut repo, mut policy) = (Exception::default(), None, None);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Print(help::ALLOW)),
            Arg::Long("reason") => it.reason = Some(parser.value()?.string()?),
            Arg::Long("owner") => it.owner = Some(parser.value()?.string()?),
            Arg::Long("expires") => it.expires = Some(parser.value()?.string()?),
            Arg::Long("rule") => it.rules.push(parser.value()?.string()?),
            Arg::Long("path") => it.paths.push(parser.value()?.string()?),
            Arg::Long("file") => it.file = Some(parser.value()?.into()),
            Arg::Long("repo") => repo = Some(parser.value()?.into()),
            Arg::Long("policy") => policy = Some(parser.value()?.into()),
            Arg::Value(word) => it.what.push(word),
            other @ (Arg::Short(_) | Arg::Long(_)) => return Err(other.unexpected().into()),
        }
    }
    let names_something = !(it.what.is_empty() && it.rules.is_empty() && it.paths.is_empty());
    let arity = |takes| UsageError::Arity { command: "allow", takes };
    match (names_something, &it.reason) {
        (true, Some(reason)) if !reason.trim().is_empty() => Ok(Command::Allow { it, repo, policy }),
        (true, _) => Err(arity("--reason: in a few words, why this is no leak")),
        (false, _) => Err(arity("a fingerprint or PATH:LINE, or --rule and --path")),
    }
}

pub(super) fn baseline(mut parser: Parser) -> Result<Command, UsageError> {
    let (mut it, mut repo, mut policy) = (Record::default(), None, None);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Print(help::BASELINE)),
            Arg::Long("update") => it.update = true,
            Arg::Long("prune") => it.prune = true,
            Arg::Long("file") => it.file = Some(parser.value()?.into()),
            Arg::Long("repo") => repo = Some(parser.value()?.into()),
            Arg::Long("policy") => policy = Some(parser.value()?.into()),
            Arg::Value(_) => return Err(UsageError::Arity { command: "baseline", takes: "options only" }),
            other @ (Arg::Short(_) | Arg::Long(_)) => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Baseline { it, repo, policy })
}

pub(super) fn policy(mut parser: Parser) -> Result<Command, UsageError> {
    let (mut format, mut repo, mut policy) = (None, None, None);
    let mut words: Vec<OsString> = Vec::new();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Print(help::POLICY)),
            Arg::Long("format") => format = Some(super::format(&mut parser)?),
            Arg::Long("repo") => repo = Some(parser.value()?.into()),
            Arg::Long("policy") => policy = Some(parser.value()?.into()),
            Arg::Value(word) => words.push(word),
            other @ (Arg::Short(_) | Arg::Long(_)) => return Err(other.unexpected().into()),
        }
    }
    let ask = match (words.as_slice(), format) {
        ([], format) => PolicyAsk::Show { format: format.unwrap_or(Format::Text) },
        ([check], None) if check == "check" => PolicyAsk::Check { file: None },
        ([check, file], None) if check == "check" => PolicyAsk::Check { file: Some(file.into()) },
        ([default], None) if default == "default" => PolicyAsk::Default,
        _ => return Err(UsageError::Arity { command: "policy", takes: "nothing, check [FILE], or default" }),
    };
    Ok(Command::Policy { ask, repo, policy })
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn parsed(args: &[&str]) -> Result<Command, UsageError> {
        parse(["leakgate"].iter().chain(args).map(OsString::from))
    }

    #[test]
    fn an_exception_names_something_and_has_a_reason() {
        for wrong in [
            &["allow"][..],
            &["allow", "0123456789abcdef"],
            &["allow", "0123456789abcdef", "--reason", " "],
            &["allow", "--reason", "r"],
            &["allow", "x", "--reason", "r", "--frob"],
        ] {
            assert!(parsed(wrong).is_err(), "{wrong:?}");
        }
        let Ok(Command::Allow { it, .. }) = parsed(&["allow", "a.ini:3", "--reason", "r", "--rule", "x"]) else {
            panic!()
        };
        assert_eq!((it.what, it.rules, it.reason), (vec!["a.ini:3".into()], vec!["x".into()], Some("r".into())));
    }

    #[test]
    fn a_baseline_and_a_policy_take_their_own_words() {
        let Ok(Command::Baseline { it, .. }) = parsed(&["baseline", "--update", "--prune"]) else { panic!() };
        assert!(it.update && it.prune && it.file.is_none());
        assert!(parsed(&["baseline", "x"]).is_err() && parsed(&["policy", "frob"]).is_err());
        assert!(parsed(&["policy", "check", "a", "b"]).is_err());
        assert!(parsed(&["policy", "check", "--format", "jsonl"]).is_err());
        let Ok(Command::Policy { ask, .. }) = parsed(&["policy", "check", "a"]) else { panic!() };
        assert_eq!(ask, PolicyAsk::Check { file: Some("a".into()) });
        let Ok(Command::Policy { ask, .. }) = parsed(&["policy"]) else { panic!() };
        assert_eq!(ask, PolicyAsk::Show { format: Format::Text });
    }
}
