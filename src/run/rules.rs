//! `leakgate rules …`: the policy's rules loaded, and the question put to the catalogue.
//!
//! Apart from the commands that judge: nothing here has a verdict, and no finding is reported.

use super::{Done, layers, printed, today};
use crate::catalogue::{self, Unknown, Which};
use crate::cli::{Ask, Format};
use crate::gate::error::Error;
use crate::gate::site;
use crate::hook_env::HookEnv;
use crate::policy::{Known, LayerFile, Policy};
use crate::report::{self, HookKind};
use crate::verdict::ExitStatus;
use std::path::{Path, PathBuf};

/// Answers `ask`.
pub(super) fn run(env: &HookEnv, ask: &Ask, extra: Option<&Path>) -> Done {
    let answer = match ask {
        Ask::Table => known(&[], &[]).map(|known| printed(catalogue::table(&known))),
        Ask::List { filter, format } => in_force(env, extra).and_then(|known| {
            let answer = match format {
                Format::Text => catalogue::text(&known, filter),
                Format::JsonLines => catalogue::json_lines(&known, filter),
            };
            Ok(printed(answer?))
        }),
        Ask::Show { id } => in_force(env, extra).and_then(|known| Ok(printed(catalogue::show(&known, id)?))),
        Ask::Test { files } => test(env, files, extra),
    };
    answer.unwrap_or_else(|fault| fault.said())
}

/// Why there is no answer.
enum NoAnswer {
    Gate(Error),
    Unknown(Unknown),
}

impl From<Unknown> for NoAnswer {
    fn from(unknown: Unknown) -> Self {
        Self::Unknown(unknown)
    }
}

impl NoAnswer {
    fn said(self) -> Done {
        let err = match self {
            Self::Gate(error) => report::complaint(&error, &error.hints()),
            Self::Unknown(unknown) => report::complaint(&unknown, &[unknown.hint()]),
        };
        Done { out: String::new(), err, status: ExitStatus::Undecided }
    }
}

/// The rules as `leakgate scan` would load them here.
fn in_force(env: &HookEnv, extra: Option<&Path>) -> Result<Known, NoAnswer> {
    let facts = match site::locate(env, Path::new(".")) {
        Ok(facts) => Some(facts),
        Err(Error::NoRepository { .. }) => None,
        Err(error) => return Err(NoAnswer::Gate(error)),
    };
    known(&layers(env, HookKind::Scan, facts.as_ref(), extra), &[])
}

fn known(layers: &[LayerFile], trial: &[PathBuf]) -> Result<Known, NoAnswer> {
    Policy::list(layers, trial, today()).map_err(|error| NoAnswer::Gate(Error::Policy(error)))
}

/// Files are tried over the built-in rules alone, so that the result is the same everywhere, and so that a file which
/// holds here already can be tried before it is right.
fn test(env: &HookEnv, files: &[PathBuf], extra: Option<&Path>) -> Result<Done, NoAnswer> {
    let (known, which) = match files.is_empty() {
        true => (in_force(env, extra)?, Which::All),
        false => {
            let layers: Vec<LayerFile> = extra.map(LayerFile::command_line).into_iter().collect();
            (known(&layers, files)?, Which::OnTrial)
        }
    };
    let report = catalogue::trial(&known, which).map_err(|error| NoAnswer::Gate(Error::Judge(error)))?;
    let score = catalogue::score(&report, which);
    let mut done = printed(score.text);
    if !score.passes {
        done.status = ExitStatus::Rejected;
    }
    Ok(done)
}
