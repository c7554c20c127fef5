//! Where a push goes, and what that makes of the policy: the part of `pre-push` before anything is read.

use crate::gate::destination::{destination, tighten};
use crate::gate::error::Error;
use crate::hook_env::HookEnv;
use crate::policy::{Policy, Reach};
use crate::report::{Destination, HookKind};
use std::ffi::OsString;
use std::path::Path;

/// Makes `policy` the one for this run: with the markers where they count, and stricter where a push leaves.
pub(super) fn fit(
    policy: &mut Policy,
    env: &HookEnv,
    hook: HookKind,
    args: &[OsString],
) -> Result<Option<Destination>, Error> {
    let going = match (hook, args) {
        (HookKind::PrePush, [name, url]) => Some(destination(policy, env, Path::new("."), name, url)?),
        _ => None,
    };
    let leaves = match &going {
        Some(going) => tighten(policy, going),
        None => false,
    };
    if leaves || policy.markers.reach == Reach::Everywhere {
        policy.rules.extend(policy.markers.rules());
    }
    Ok(going)
}
