//! Hooks that git's configuration names (git 2.54 and later): they can be the gate, and they can be switched off.

use super::DoctorError;
use super::repository::Repository;
use super::sheet::Sheet;
use crate::text::printable;
use bstr::ByteSlice as _;
use std::collections::BTreeMap;

/// The first git that runs `hook.<name>.command`.
const SINCE: (u32, u32) = (2, 54);

/// The events that a configured leakgate is run for.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Configured {
    events: Vec<Vec<u8>>,
}

impl Configured {
    /// Whether leakgate runs as hook `name` by configuration.
    pub fn covers(&self, name: &str) -> bool {
        self.events.iter().any(|event| event == name.as_bytes())
    }
}

/// The settings of one `hook.<name>`.
#[derive(Debug, Default)]
struct Entry {
    command: Vec<u8>,
    events: Vec<Vec<u8>>,
    /// The layer that switched it off.
    off: Option<Vec<u8>>,
}

/// Reads the configured hooks and prints those that touch the gate.
pub fn read(repo: &Repository, sheet: &mut Sheet<'_>) -> Result<Configured, DoctorError> {
    let args = ["config", "-z", "--show-scope", "--get-regexp", r"^hook\."];
    let Some(listing) = repo.git.value(&args)? else { return Ok(Configured::default()) };
    let entries = parse(&listing);
    let mut found = Configured::default();
    for (name, entry) in &entries {
        switched_off(name, entry, repo, sheet)?;
        if !entry.command.contains_str("leakgate") {
            continue;
        }
        if repo.git_version < SINCE {
            let name = printable(name);
            sheet.note(&format!("hook.{name} is configured, but this git is older than 2.54 and ignores it"))?;
        } else if entry.off.is_none() {
            found.events.extend(entry.events.iter().cloned());
        }
    }
    if repo.git_version >= SINCE {
        list(repo, sheet)?;
    }
    Ok(found)
}

fn switched_off(name: &[u8], entry: &Entry, repo: &Repository, sheet: &mut Sheet<'_>) -> Result<(), DoctorError> {
    let Some(layer) = &entry.off else { return Ok(()) };
    let ours = entry.command.contains_str("leakgate");
    let event = repo.duties().iter().any(|duty| duty.name.as_bytes() == name);
    if repo.git_version >= SINCE && (ours || event) {
        let (name, layer) = (printable(name), printable(layer));
        let text = format!("hook.{name}.enabled=false ({layer} configuration) switches a hook of the gate off");
        sheet.problem(&text, &format!("git config --{layer} --unset hook.{name}.enabled"))?;
    }
    Ok(())
}

/// What git itself says it would run, in its order.
fn list(repo: &Repository, sheet: &mut Sheet<'_>) -> Result<(), DoctorError> {
    for duty in repo.duties() {
        let Some(text) = repo.git.value(&["hook", "list", "--show-scope", duty.name])? else { continue };
        let lines: Vec<String> = text.lines().map(|line| printable(&line.replace(b"\t", b" "))).collect();
        sheet.note(&format!("{}: git hook list: {}", duty.name, lines.join("; ")))?;
    }
    Ok(())
}

/// `git config -z --show-scope --get-regexp` prints `scope NUL key LF value NUL` for each setting.
fn parse(listing: &[u8]) -> BTreeMap<Vec<u8>, Entry> {
    let mut entries: BTreeMap<Vec<u8>, Entry> = BTreeMap::new();
    let mut fields = listing.split(|&b| b == 0);
    while let (Some(scope), Some(setting)) = (fields.next(), fields.next()) {
        let (key, value) = setting.split_once_str("\n").unwrap_or((setting, b"true"));
        let Some((name, variable)) = key.strip_prefix(b"hook.").and_then(|key| key.rsplit_once_str(".")) else {
            continue;
        };
        let entry = entries.entry(name.to_vec()).or_default();
        match variable {
            b"command" => entry.command = value.to_vec(),
            // An empty value clears the list, as everywhere in git's configuration.
            b"event" if value.is_empty() => entry.events.clear(),
            b"event" => entry.events.push(value.to_vec()),
            b"enabled" => entry.off = is_false(value).then(|| scope.to_vec()),
            _ => {}
        }
    }
    entries
}

fn is_false(value: &[u8]) -> bool {
    [&b"false"[..], b"no", b"off", b"0", b""].iter().any(|no| value.eq_ignore_ascii_case(no))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_commands_and_switches_are_read_per_name() {
        let listing = b"system\0hook.leak.gate.command\nleakgate hook\0system\0hook.leak.gate.event\npre-receive\0\
            local\0hook.leak.gate.enabled\nNo\0global\0hook.x.event\npre-push\0global\0hook.x.event\n\0global\0hook.x.enabled\0";
        let entries = parse(listing);
        let gate = &entries[&b"leak.gate"[..]];
        assert_eq!(gate.command, b"leakgate hook");
        assert_eq!(gate.events, [b"pre-receive".to_vec()]);
        assert_eq!(gate.off.as_deref(), Some(&b"local"[..]));
        let other = &entries[&b"x"[..]];
        assert!(other.events.is_empty() && other.off.is_none());
    }
}
