//! `leakgate gitleaks check`: of which configuration is asked what comes over.

use super::{Command, UsageError};
use crate::report::help;
use lexopt::{Arg, Parser};
use std::path::PathBuf;

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckGitleaks {
    /// The configuration; none: what the policy in force names.
    pub file: Option<PathBuf>,
    /// A copy of gitleaks' own default configuration.
    pub default: Option<PathBuf>,
    /// One more policy file.
    pub policy: Option<PathBuf>,
}

pub(super) fn parse(mut parser: Parser) -> Result<Command, UsageError> {
    let takes = "check [FILE [--default-config FILE]], and --policy without FILE only";
    let arity = || UsageError::Arity { command: "gitleaks", takes };
    let (mut ask, mut word) = (CheckGitleaks::default(), None);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Print(help::GITLEAKS)),
            Arg::Long("policy") => ask.policy = Some(parser.value()?.into()),
            Arg::Long("default-config") => ask.default = Some(parser.value()?.into()),
            Arg::Value(value) if word.is_none() => word = Some(value),
            Arg::Value(value) if ask.file.is_none() => ask.file = Some(value.into()),
            Arg::Value(_) => return Err(arity()),
            other @ (Arg::Short(_) | Arg::Long(_)) => return Err(other.unexpected().into()),
        }
    }
    let fits = if ask.file.is_some() { ask.policy.is_none() } else { ask.default.is_none() };
    match word.is_some_and(|word| word == "check") && fits {
        true => Ok(Command::Gitleaks(ask)),
        false => Err(arity()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use std::ffi::OsString;

    fn asked(args: &[&str]) -> Result<CheckGitleaks, UsageError> {
        let parsed = parse(["leakgate", "gitleaks"].iter().chain(args).map(OsString::from))?;
        let Command::Gitleaks(ask) = parsed else { panic!("{parsed:?}") };
        Ok(ask)
    }

    #[test]
    fn a_file_is_asked_about_or_the_policy_in_force() {
        let file = asked(&["check", "a.toml", "--default-config", "b.toml"]).unwrap();
        assert_eq!((file.file, file.default), (Some("a.toml".into()), Some("b.toml".into())));
        assert_eq!(asked(&["check", "--policy", "p"]).unwrap().policy, Some("p".into()));
        let wrong = [
            &[][..],
            &["a"],
            &["check", "a", "b"],
            &["check", "a", "--policy", "p"],
            &["check", "--default-config", "d"],
        ];
        for wrong in wrong {
            assert!(asked(wrong).is_err(), "{wrong:?}");
        }
    }
}
