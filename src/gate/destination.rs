//! Where a push goes, judged by the policy before anything in it is.

use super::error::Error;
use super::ssh;
use crate::hook_env::HookEnv;
use crate::policy::{Class, OnCredential, OnOutside, Policy};
use crate::push::address::{Address, Transport};
use crate::report::{Destination, Objection};
use crate::text::printable;
use bstr::ByteSlice;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// The destination of a push to the remote `name` at `url`, as git passes them. `here` is the folder that git runs in.
///
/// # Errors
/// When the policy is about hosts and ssh cannot say which one it is.
pub fn destination(
    policy: &Policy,
    env: &HookEnv,
    here: &Path,
    name: &OsStr,
    url: &OsStr,
) -> Result<Destination, Error> {
    let written = Address::read(url.as_bytes(), here);
    let asked = policy.remote.is_in_force() && policy.remote.resolve_ssh && written.transport == Transport::Ssh;
    let (address, alias) = if asked { resolved(written, env)? } else { (real(policy, written), None) };
    let ruling = policy.remote.ruling(&address);
    let (mut stops, mut warns) = (Vec::new(), Vec::new());
    match ruling.as_ref().filter(|ruling| ruling.class == Class::Outside).map(|ruling| ruling.on_outside) {
        Some(OnOutside::Reject) => stops.push(Objection::Outside),
        Some(OnOutside::Warn) => warns.push(Objection::Outside),
        Some(OnOutside::Strict) | None => {}
    }
    if address.credential.is_some() {
        match policy.remote.credentials {
            OnCredential::Reject => stops.push(Objection::Credential),
            OnCredential::Warn => warns.push(Objection::Credential),
            OnCredential::Allow => {}
        }
    }
    // Without a name git passes the URL twice, with whatever stands in it.
    let is_name = name != url && !name.as_bytes().contains_str("@") && !name.as_bytes().contains_str("://");
    let remote = is_name.then(|| printable(name.as_bytes()));
    Ok(Destination { remote, address, alias, ruling, stops, warns })
}

/// Judges content that leaves by what holds there; what stays inside by what holds anyway. Says whether markers count.
pub fn tighten(policy: &mut Policy, going: &Destination) -> bool {
    match going.ruling.as_ref().map(|ruling| ruling.class) {
        // A clone's word alone does not let go of markers that others gave.
        Some(Class::Inside) => policy.markers.are_own && !policy.remote.is_own_in_force(),
        Some(Class::Public | Class::Outside) => {
            let strict = policy.remote.strict();
            strict.tighten(&mut policy.customer, &mut policy.exact, &mut policy.unreadable);
            true
        }
        // Nobody said which remotes are inside: a marker may not leave, and each push may be one.
        None => true,
    }
}

fn resolved(written: Address, env: &HookEnv) -> Result<(Address, Option<String>), Error> {
    let host = written.host.clone();
    let asked = ssh::resolve(env, &host, written.user.as_deref(), written.port.filter(|port| *port != 22));
    let target = asked.map_err(|source| Error::Ssh { host: printable(host.as_bytes()), source })?;
    let address = written.at(&target.host, target.port);
    let alias = (address.host != host).then(|| printable(host.as_bytes()));
    Ok((address, alias))
}

/// What git looks for behind the name of a folder, in this order; which one it takes depends on what is in them.
const FOLDERS: [&str; 4] = ["/.git", "", ".git/.git", ".git"];

/// A folder by the path that no link leads elsewhere; of several that git may take, the one that allows least.
///
/// The file system goes through links before it goes back by `..`, so it is asked for the path as it was written.
fn real(policy: &Policy, address: Address) -> Address {
    if address.transport != Transport::Local {
        return address;
    }
    let written = address.written.trim_end_matches('/');
    let found = FOLDERS.iter().rev().filter_map(|end| match std::fs::canonicalize(format!("{written}{end}")) {
        Ok(path) => Some(Address::read(path.as_os_str().as_bytes(), Path::new("/"))),
        Err(_not_there) => None,
    });
    let allows_least = found.max_by_key(|it| policy.remote.ruling(it).map(|ruling| ruling.strictness()));
    // What is not there is refused by git.
    allows_least.unwrap_or(address)
}
