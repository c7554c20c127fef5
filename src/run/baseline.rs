//! `leakgate baseline`: what the repository holds, recorded, so that the gate can start today.
//!
//! Everything that any branch or tag reaches is judged as `leakgate scan --all` does it, the policy's exceptions aside.
//! Left out are markers (a word recorded would be free to leave for ever) and the sum over a push (it has no value).

use super::allow::{place, refused};
use super::decide::Occasion;
use super::edit::{EditError, append, quoted, replace, with_file};
use super::{Bench, Done, printed, today};
use crate::cli::Record;
use crate::customer::IN_PUSH;
use crate::gate::error::Error;
use crate::hook_env::HookEnv;
use crate::policy::{Baseline, Switch};
use crate::report::HookKind;
use crate::text::{Finding, Kind, printable};
use std::path::{Path, PathBuf};

/// Makes or renews the baseline, or says why not.
pub(super) fn run(env: &HookEnv, it: &Record, repo: Option<&Path>, extra: Option<&Path>) -> Done {
    recorded(env, it, repo, extra).unwrap_or_else(|error| refused(&error))
}

fn recorded(env: &HookEnv, it: &Record, repo: Option<&Path>, extra: Option<&Path>) -> Result<Done, EditError> {
    let (facts, layers, policy_file) = place(env, repo, extra)?;
    let hook = if facts.work_tree.is_some() { HookKind::Scan } else { HookKind::PreReceive };
    // The bench without a baseline: one that is damaged must not keep its keeper from making it anew.
    let mut bench = Bench::plain(env, hook, Some(facts.clone()), extra)?;
    bench.judge.comments = Switch::Off;
    let named = bench.policy.baseline.as_ref().map(|file| file.path.clone());
    let path = it.file.clone().or(named.clone()).unwrap_or_else(|| usual(&policy_file));
    let shown = printable(path.as_os_str().as_encoded_bytes());
    let old = match (path.exists(), it.update || it.prune) {
        (true, true) => Baseline::open(&path).map_err(|error| EditError::Gate(Error::Policy(error)))?,
        (true, false) => {
            return Err(EditError::Asked(format!("{shown} exists: --update adds to it, --prune takes out of it")));
        }
        (false, _) => Baseline::empty(&path),
    };
    let outcome = bench.setting().survey(facts)?.outcome;
    let judged = bench.excepted(outcome.judged, &Occasion::none());
    let mut found = Baseline::empty(&path);
    for finding in judged.findings.iter().filter(|finding| is_recorded(finding)) {
        found.add(&finding.rule.id, &finding.fingerprint.0);
    }
    let (mut new, mut added, mut gone) = (old, 0, 0);
    if it.update || !it.prune {
        for finding in judged.findings.iter().filter(|finding| is_recorded(finding)) {
            added += usize::from(new.add(&finding.rule.id, &finding.fingerprint.0));
        }
    }
    if it.prune {
        gone = new.prune(&found);
    }
    replace(&path, new.text().as_bytes()).map_err(|source| EditError::Write { path: path.clone(), source })?;
    let mut said = format!("{shown}: {} recorded ({added} added, {gone} taken out)\n", new.len());
    if !judged.unread.is_empty() {
        said.push_str("files that cannot be read are not recorded: `leakgate scan --all` lists them\n");
    }
    if named.is_none() {
        let layers = with_file(layers, &policy_file);
        append(&layers, &policy_file, &section(&path, &policy_file), today())?;
        said.push_str(&format!("{}: names it from now on\n", printable(policy_file.as_os_str().as_encoded_bytes())));
    } else if named.as_ref() != Some(&path) {
        said.push_str("the policy names another one: change its [baseline] to use this\n");
    }
    Ok(printed(said))
}

/// The usual name, beside the policy.
fn usual(policy_file: &Path) -> PathBuf {
    let hidden = policy_file.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    policy_file.with_file_name(if hidden { ".leakgate-baseline" } else { "leakgate-baseline" })
}

fn section(path: &Path, policy_file: &Path) -> String {
    let beside = path.parent() == policy_file.parent();
    let whole = std::path::absolute(path).unwrap_or_else(|_no_current_folder| path.to_owned());
    let name = match (beside, path.file_name()) {
        (true, Some(name)) => PathBuf::from(name),
        _ => whole,
    };
    format!("[baseline]\nfile = {}\n", quoted(&name.to_string_lossy()))
}

fn is_recorded(finding: &Finding) -> bool {
    finding.rule.kind != Kind::Marker && finding.rule.id != IN_PUSH
}
