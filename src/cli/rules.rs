//! `leakgate rules …`: which question about the rules is asked.

use super::{Command, Format, UsageError};
use crate::catalogue::Filter;
use crate::report::help;
use lexopt::{Arg, Parser, ValueExt};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// A question about the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Which are there?
    List {
        /// Those that are meant.
        filter: Filter,
        /// How to print.
        format: Format,
    },
    /// What does one say?
    Show {
        /// Its id.
        id: String,
    },
    /// Do they do what they say?
    Test {
        /// Files with rules; none: all rules that hold.
        files: Vec<PathBuf>,
    },
    /// How many are built in?
    Table,
}

const TAKES: &str = "one of: list, show ID, test [FILE...], table";

pub(super) fn parse(mut parser: Parser) -> Result<Command, UsageError> {
    let arity = |takes| UsageError::Arity { command: "rules", takes };
    let (mut filter, mut format, mut policy) = (Filter::default(), None, None);
    let mut words: Vec<OsString> = Vec::new();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Print(help::RULES)),
            Arg::Long("policy") => policy = Some(parser.value()?.into()),
            Arg::Long("tag") => filter.tag = Some(parser.value()?.string()?),
            Arg::Long("group") => filter.group = Some(parser.value()?.string()?),
            Arg::Long("format") => format = Some(super::format(&mut parser)?),
            Arg::Value(word) => words.push(word),
            other @ (Arg::Short(_) | Arg::Long(_)) => return Err(other.unexpected().into()),
        }
    }
    let mut words = words.into_iter();
    let question = words.next().ok_or(arity(TAKES))?;
    let rest: Vec<OsString> = words.collect();
    let filtered = filter != Filter::default() || format.is_some();
    let ask = match (question.as_bytes(), rest.as_slice()) {
        (b"list", []) => Ask::List { filter, format: format.unwrap_or(Format::Text) },
        _ if filtered => return Err(arity("--tag, --group and --format with list only")),
        (b"show", [id]) => Ask::Show { id: id.to_string_lossy().into_owned() },
        (b"test", files) => Ask::Test { files: files.iter().map(PathBuf::from).collect() },
        (b"table", []) if policy.is_none() => Ask::Table,
        _ => return Err(arity(TAKES)),
    };
    Ok(Command::Rules { ask, policy })
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    fn asked(args: &[&str]) -> Result<Ask, UsageError> {
        let parsed = parse(["leakgate", "rules"].iter().chain(args).map(OsString::from))?;
        let Command::Rules { ask, .. } = parsed else { panic!("{parsed:?}") };
        Ok(ask)
    }

    #[test]
    fn each_question_has_its_own_words() {
        let filter = Filter { tag: Some("ai".to_owned()), group: Some("x".to_owned()) };
        let list = asked(&["list", "--tag", "ai", "--group", "x", "--format", "jsonl"]).unwrap();
        assert_eq!(list, Ask::List { filter, format: Format::JsonLines });
        assert_eq!(asked(&["show", "a-b"]).unwrap(), Ask::Show { id: "a-b".to_owned() });
        assert_eq!(asked(&["test"]).unwrap(), Ask::Test { files: Vec::new() });
        assert_eq!(asked(&["test", "a", "b"]).unwrap(), Ask::Test { files: vec!["a".into(), "b".into()] });
        assert_eq!(asked(&["table"]).unwrap(), Ask::Table);
    }

    #[test]
    fn other_words_are_errors() {
        for wrong in [
            &[][..],
            &["frob"],
            &["list", "x"],
            &["list", "--format", "xml"],
            &["show"],
            &["show", "a", "b"],
            &["show", "a", "--tag", "b"],
            &["table", "x"],
            &["table", "--policy", "p"],
            &["test", "--format", "jsonl"],
        ] {
            assert!(asked(wrong).is_err(), "{wrong:?}");
        }
    }
}
