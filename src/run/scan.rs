//! `leakgate scan` of files, of what is staged, of a range of commits; whole histories have a file of their own.

use super::decide::Occasion;
use super::{Bench, Done, now, plain_context, stdin};
use crate::cli::{Output, Target};
use crate::gate::error::Error;
use crate::gate::files::Judged;
use crate::gate::hooks::Outcome;
use crate::gate::scan::join;
use crate::gate::site;
use crate::hook_env::HookEnv;
use crate::report::{self, HookKind, Mask, Run};
use crate::verdict::{Ledger, Verdict};
use std::mem::ManuallyDrop;
use std::path::Path;

/// Looks at what `target` names.
pub(super) fn run(
    env: &HookEnv,
    repo: Option<&Path>,
    output: Output,
    target: &Target,
    extra: Option<&Path>,
) -> Result<Done, Error> {
    let began = now();
    let facts = site::locate(env, repo.unwrap_or(Path::new(".")));
    let facts = match (facts, target, repo) {
        (Ok(facts), ..) => Some(facts),
        // Files and standard input need no repository.
        (Err(Error::NoRepository { .. }), Target::Paths(_) | Target::Stdin, None) => None,
        (Err(error), ..) => return Err(error),
    };
    // As above: the process ends with this.
    let bench = ManuallyDrop::new(Bench::with(env, HookKind::Scan, facts, extra, &[])?);
    let setting = bench.setting();
    let outcome = match target {
        Target::Range(range) => setting.range(bench.facts()?, range)?,
        Target::Staged => setting.staged(bench.facts()?)?,
        Target::Stdin => setting.stdin(&stdin()?)?,
        Target::Paths(paths) => {
            let judged = join(setting.paths(paths)?);
            // Each file's own books balanced, or there would be no outcome.
            let balanced = Ledger::<u8>::new().balance().map_err(Error::Unaccounted)?;
            Outcome { judged, balanced, tips: Vec::new() }
        }
    };
    let judged = bench.excepted(outcome.judged, &Occasion::none());
    let verdict = Verdict::decide(&outcome.balanced, judged.findings.len(), judged.unread.len());
    let err = report::warnings(&judged.warnings, &plain_context(HookKind::Scan));
    let run = Run { began, ended: now() };
    Ok(Done { out: list(&judged, output, run), err, status: verdict.into() })
}

/// What was found, as `output` tells it.
pub(super) fn list(judged: &Judged, output: Output, run: Run) -> String {
    let Judged { findings, unread, .. } = judged;
    match output {
        Output::Sarif => report::sarif(findings, unread, run),
        Output::Junit => report::junit(findings, unread, run),
        Output::GitLab => report::gitlab(findings, unread, run),
        Output::JsonLines => json_lines(judged).map(|line| line + "\n").collect(),
        Output::Json => match json_lines(judged).collect::<Vec<_>>() {
            none if none.is_empty() => "[]\n".to_owned(),
            lines => format!("[\n{}\n]\n", lines.join(",\n")),
        },
        // The others are of whole histories, and made there.
        Output::Text | Output::ByFinding | Output::Results | Output::Summary => report::listing(findings, unread),
    }
}

fn json_lines(judged: &Judged) -> impl Iterator<Item = String> {
    let mask = Mask::of(&judged.findings, &judged.unread);
    let found: Vec<String> = judged.findings.iter().map(|finding| report::json_line(finding, &mask)).collect();
    found.into_iter().chain(judged.unread.iter().map(move |unread| report::json_unread_line(unread, &mask)))
}
