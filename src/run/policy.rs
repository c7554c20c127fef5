//! `leakgate policy`: what holds here, who says so, and whether it is right.

use super::allow::{place, refused};
use super::edit::EditError;
use super::{Bench, Done, SYSTEM_POLICY, compare, judge_by, printed, today};
use crate::cli::{Format, PolicyAsk};
use crate::gate::error::Error;
use crate::hook_env::HookEnv;
use crate::policy::{Baseline, DEFAULT_POLICY, LayerFile, Policy, Setting};
use crate::report::{HookKind, json_object};
use crate::rule::RuleSet;
use serde::Serialize;
use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

/// Keys to which later files add; of others the last word counts.
const ADDED: [&str; 11] = [
    "action",
    "allow",
    "customer.identifier",
    "customer.number",
    "disable",
    "enable",
    "lock",
    "rules",
    "markers.texts",
    "markers.packages",
    "markers.hosts",
];

/// Answers `ask`.
pub(super) fn run(env: &HookEnv, ask: &PolicyAsk, repo: Option<&Path>, extra: Option<&Path>) -> Done {
    let answer = match ask {
        PolicyAsk::Default => Ok(printed(DEFAULT_POLICY.to_owned())),
        PolicyAsk::Show { format } => shown(env, *format, repo, extra),
        PolicyAsk::Check { file: Some(file) } => checked(&[LayerFile::command_line(file)]),
        PolicyAsk::Check { file: None } => here(env, repo, extra).and_then(|layers| checked(&layers)),
    };
    answer.unwrap_or_else(|error| refused(&error))
}

/// The files that hold here; outside a repository the machine's.
fn here(env: &HookEnv, repo: Option<&Path>, extra: Option<&Path>) -> Result<Vec<LayerFile>, EditError> {
    match place(env, repo, extra) {
        Ok((_, layers, _)) => Ok(layers),
        Err(EditError::Gate(Error::NoRepository { .. })) if repo.is_none() => {
            let machine = LayerFile::system(Path::new(SYSTEM_POLICY));
            Ok([machine].into_iter().chain(extra.map(LayerFile::command_line)).collect())
        }
        Err(error) => Err(error),
    }
}

fn fault(source: crate::policy::PolicyError) -> EditError {
    EditError::Gate(Error::Policy(source))
}

#[derive(Serialize)]
struct Line<'a> {
    key: &'a str,
    value: &'a str,
    origin: &'a str,
}

fn shown(env: &HookEnv, format: Format, repo: Option<&Path>, extra: Option<&Path>) -> Result<Done, EditError> {
    let layers = here(env, repo, extra)?;
    // What does not load does not hold.
    Policy::load(&layers, today()).map_err(fault)?;
    let all = Policy::settings(&layers).map_err(fault)?;
    let lines = effective(&all).into_iter().map(|setting| match format {
        Format::Text => format!("{} = {}  # {}\n", setting.key, setting.text, setting.origin),
        Format::JsonLines => {
            json_object(&Line { key: &setting.key, value: &setting.text, origin: &setting.origin }) + "\n"
        }
    });
    Ok(printed(lines.collect()))
}

/// The settings that count, in the order in which their keys first appear.
fn effective(all: &[Setting]) -> Vec<&Setting> {
    let adds = |setting: &Setting| ADDED.contains(&setting.key.as_str());
    let mut at: HashMap<&str, usize> = HashMap::new();
    let mut kept: Vec<&Setting> = Vec::new();
    for setting in all {
        match at.get(setting.key.as_str()).and_then(|place| kept.get_mut(*place)) {
            Some(old) if !adds(setting) => *old = setting,
            Some(_) | None => {
                at.insert(&setting.key, kept.len());
                kept.push(setting);
            }
        }
    }
    kept
}

/// Loads everything that a hook would, and says what it would say.
fn checked(layers: &[LayerFile]) -> Result<Done, EditError> {
    let policy = Policy::load(layers, today()).map_err(fault)?;
    let judge = judge_by(&policy, HookKind::Scan)?;
    judge.rules.rules().iter().try_for_each(|rule| rule.regex().map(drop)).map_err(Error::Rules)?;
    let markers = policy.markers.rules();
    if !markers.is_empty() {
        RuleSet::new(&markers).map_err(Error::Rules)?;
    }
    if let Some(file) = &policy.baseline {
        Baseline::read(file).map_err(fault)?;
    }
    if let Some((_, why)) = compare::fault(&policy) {
        return Err(EditError::Asked(why));
    }
    let mut out = format!("the policy is right: {} rules, {} exceptions\n", policy.rules.len(), policy.allow.len());
    for entry in policy.expired() {
        let day = entry.expires.map(|day| day.to_string()).unwrap_or_else(String::new);
        out.push_str(&format!("{}: this [[allow]] entry is over since {day}\n", entry.origin));
    }
    if policy.dry_run {
        out.push_str("dry_run: nothing is stopped\n");
    }
    Ok(printed(out))
}

impl<'a> Bench<'a> {
    /// As [`Bench::with`], without the baseline.
    pub(super) fn plain(
        env: &'a HookEnv,
        hook: HookKind,
        facts: Option<crate::git::RepoFacts>,
        extra: Option<&Path>,
    ) -> Result<Self, Error> {
        let layers = super::layers(env, hook, facts.as_ref(), extra);
        let policy = Policy::load(&layers, today()).map_err(Error::Policy)?;
        let judge = judge_by(&policy, hook)?;
        let (started, going, told) = (Instant::now(), None, None);
        Ok(Self { env, hook, facts, policy, judge, baseline: None, started, going, told })
    }
}
