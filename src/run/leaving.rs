//! Where a push goes, and what that makes of the policy: the part of `pre-push` before anything is read.

use crate::doctor::Way;
use crate::gate::destination::{destination, tighten};
use crate::gate::error::Error;
use crate::gate::site;
use crate::hook_env::HookEnv;
use crate::policy::{Policy, Reach};
use crate::report::{Destination, HookKind};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// What pre-push would say to a push from the repository at `git_dir`, whose work tree is `top`, to `url`.
pub(super) fn way(git_dir: &Path, top: &Path, url: &OsStr, extra: Option<&Path>) -> Way {
    let env = HookEnv { git_dir: Some(git_dir.to_owned()), ..HookEnv::read() };
    let going = site::locate(&env, Path::new("")).and_then(|facts| {
        let layers = super::layers(&env, HookKind::PrePush, Some(&facts), extra);
        let policy = Policy::load(&layers, super::today()).map_err(Error::Policy)?;
        destination(&policy, &env, top, OsStr::new(""), url)
    });
    match going {
        Ok(going) if going.stops.is_empty() => Way::Open(going.described()),
        Ok(going) => Way::Closed(going.described()),
        Err(error) => {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
            Way::Closed(format!("{error}{cause}"))
        }
    }
}

/// What pre-commit and prek say in place of git's arguments.
pub(super) fn framework(env: &HookEnv) -> Result<&[OsString; 2], Error> {
    let usage = || Error::Usage("pre-push takes two arguments: the remote's name and its URL".to_owned());
    env.framework_remote.as_ref().ok_or_else(usage)
}

/// Makes `policy` the one for this run: with the markers where they count, and stricter where a push leaves.
pub(super) fn fit(
    policy: &mut Policy,
    env: &HookEnv,
    hook: HookKind,
    args: &[OsString],
) -> Result<Option<Destination>, Error> {
    // Where git says nothing, relative paths are looked up from here; hooks run at the top of the work tree.
    let here = std::fs::canonicalize(".").unwrap_or_else(|_| PathBuf::from("/"));
    let going = match (hook, args) {
        (HookKind::PrePush, [name, url]) => Some(destination(policy, env, &here, name, url)?),
        (HookKind::PrePush, []) => {
            let [name, url] = framework(env)?;
            Some(destination(policy, env, &here, name, url)?)
        }
        _ => None,
    };
    let leaves = match &going {
        Some(going) => tighten(policy, going),
        None => false,
    };
    // What a clone brings does not switch off what its user's own side says of leaving.
    if going.is_some() && policy.dry_run_committed && (policy.remote.is_own_in_force() || policy.markers.are_own) {
        policy.dry_run = false;
    }
    if leaves || policy.markers.reach == Reach::Everywhere {
        policy.rules.extend(policy.markers.rules());
    }
    Ok(going)
}
