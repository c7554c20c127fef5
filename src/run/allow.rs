//! `leakgate allow`: an exception written into the policy, from a finding's fingerprint or its place.

use super::edit::{EditError, append, list, load, quoted, with_file};
use super::{Bench, Done, layers, printed, today};
use crate::cli::Exception;
use crate::gate::scan;
use crate::gate::site;
use crate::git::RepoFacts;
use crate::hook_env::HookEnv;
use crate::policy::{AllowState, Date, LayerFile, Policy};
use crate::report::{self, HookKind};
use crate::text::{Place, printable};
use crate::verdict::ExitStatus;
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// Digits of a fingerprint.
const DIGITS: usize = 16;

/// Writes `it`, or says why not.
pub(super) fn run(env: &HookEnv, it: &Exception, repo: Option<&Path>, extra: Option<&Path>) -> Done {
    written(env, it, repo, extra).unwrap_or_else(|error| refused(&error))
}

pub(super) fn refused(error: &EditError) -> Done {
    let err = report::complaint(error, &error.hint());
    Done { out: String::new(), err, status: ExitStatus::Undecided }
}

/// The repository, and the policy files that hold in it: a server's own where it has no work tree.
pub(super) fn place(
    env: &HookEnv,
    repo: Option<&Path>,
    extra: Option<&Path>,
) -> Result<(RepoFacts, Vec<LayerFile>, PathBuf), EditError> {
    let facts = site::locate(env, repo.unwrap_or(Path::new(".")))?;
    let hook = if facts.work_tree.is_some() { HookKind::Scan } else { HookKind::PreReceive };
    let file = match &facts.work_tree {
        Some(top) => LayerFile::work_tree(top).path,
        None => LayerFile::repository(&facts.common_dir).path,
    };
    let layers = layers(env, hook, Some(&facts), extra);
    Ok((facts, layers, file))
}

fn written(env: &HookEnv, it: &Exception, repo: Option<&Path>, extra: Option<&Path>) -> Result<Done, EditError> {
    let (facts, layers, usual) = place(env, repo, extra)?;
    let file = it.file.clone().unwrap_or(usual);
    let layers = with_file(layers, &file);
    let policy = load(&layers, today())?;
    let mut prints = BTreeSet::new();
    for what in &it.what {
        prints.extend(fingerprints(env, &facts, what, extra)?);
    }
    let prints: Vec<String> = prints.into_iter().collect();
    let entry = entry(it, &prints)?;
    if let Some(origin) = standing(&policy, it, &prints) {
        return Ok(printed(format!("it is allowed already: {origin}\n")));
    }
    append(&layers, &file, &entry, today())?;
    let shown = printable(file.as_os_str().as_encoded_bytes());
    let mut done = printed(format!("{shown}: added\n\n{entry}"));
    if usual_is_not_read(&layers, &file, it) {
        done.err = format!("hint: hooks read this file only if they are given it: --policy {shown}\n");
    }
    Ok(done)
}

fn usual_is_not_read(layers: &[LayerFile], file: &Path, it: &Exception) -> bool {
    it.file.is_some() && layers.last().is_some_and(|last| last.path == file && last.packs.is_none()) && {
        let name = file.file_name().unwrap_or_default();
        name != ".leakgate.toml" && name != "leakgate.toml"
    }
}

/// The entry in force that gives the very same criteria.
fn standing<'p>(policy: &'p Policy, it: &Exception, prints: &[String]) -> Option<&'p str> {
    let given = [("rules", it.rules.as_slice()), ("paths", &it.paths), ("fingerprints", prints)];
    let wanted =
        given.into_iter().filter(|(_, list)| !list.is_empty()).map(|(key, list)| (key, list.to_vec())).collect();
    let same = policy.allow.iter().find(|entry| entry.state == AllowState::InForce && entry.criteria == wanted);
    same.map(|entry| entry.origin.as_str())
}

fn entry(it: &Exception, prints: &[String]) -> Result<String, EditError> {
    let mut lines = vec!["[[allow]]".to_owned()];
    lines.push(format!("reason = {}", quoted(it.reason.as_deref().unwrap_or_default().trim())));
    lines.extend(it.owner.iter().map(|owner| format!("owner = {}", quoted(owner.trim()))));
    if let Some(expires) = &it.expires {
        lines.push(format!("expires = \"{}\"", last_day(expires, super::now())?));
    }
    for (key, all) in [("rules", it.rules.as_slice()), ("paths", &it.paths), ("fingerprints", prints)] {
        if !all.is_empty() {
            lines.push(format!("{key} = {}", list(all)));
        }
    }
    Ok(lines.into_iter().map(|line| line + "\n").collect())
}

/// A day, or so many days from today.
fn last_day(text: &str, now: u64) -> Result<Date, EditError> {
    let day = match text.parse::<u64>() {
        Ok(days) if days <= 36_500 => Date::from_unix_seconds(now.saturating_add(days.saturating_mul(86_400))),
        Ok(_) | Err(_) => Date::parse(text).map_err(|error| EditError::Asked(format!("--expires: {error}")))?,
    };
    match day < Date::from_unix_seconds(now) {
        true => Err(EditError::Asked(format!("--expires: {day} is over already"))),
        false => Ok(day),
    }
}

/// The fingerprints that a word means: itself, or those of what is found on a line of a file.
fn fingerprints(
    env: &HookEnv,
    facts: &RepoFacts,
    what: &OsStr,
    extra: Option<&Path>,
) -> Result<Vec<String>, EditError> {
    let shown = printable(what.as_encoded_bytes());
    let text = what.to_str().unwrap_or_default();
    if text.len() == DIGITS && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Ok(vec![text.to_owned()]);
    }
    let is_code = |(minute, digest): (&str, &str)| {
        digest.len() == DIGITS && [minute, digest].iter().all(|part| part.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    if text.split_once('-').is_some_and(is_code) {
        return Err(EditError::Asked(format!(
            "{shown} is a code for one push (git push -o leakgate.allow={shown}); an entry needs the fingerprint"
        )));
    }
    let parts: Vec<&str> = text.rsplitn(3, ':').collect();
    let (path, line) = match parts.as_slice() {
        [column, line, path] if number(column).is_some() && number(line).is_some() => (*path, number(line)),
        [line, ..] if number(line).is_some() => (text.strip_suffix(&format!(":{line}")).unwrap_or(text), number(line)),
        _ => return Err(EditError::Asked(format!("{shown} is neither 16 hex digits nor PATH:LINE"))),
    };
    let bench = Bench::with(env, HookKind::Scan, Some(facts.clone()), extra, &[])?;
    let judged = scan::join(bench.setting().paths(&[PathBuf::from(OsString::from(path))])?);
    let here = |place: &Place| Some(place.line) == line;
    let found: Vec<String> =
        judged.findings.iter().filter(|f| here(&f.place)).map(|f| f.fingerprint.0.clone()).collect();
    match found.is_empty() {
        true => Err(EditError::Asked(format!("nothing is found at {shown}"))),
        false => Ok(found),
    }
}

fn number(text: &str) -> Option<u32> {
    match text.parse() {
        Ok(number) if number > 0 => Some(number),
        Ok(_) | Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_day_is_a_day_or_so_many_from_now() {
        let day = |text: &str| last_day(text, 1_735_689_600).map(|day| day.to_string());
        assert_eq!(day("30").unwrap(), "2025-01-31");
        assert_eq!(day("0").unwrap(), "2025-01-01");
        assert_eq!(day("2025-01-01").unwrap(), "2025-01-01");
        for wrong in ["2024-12-31", "99999", "tomorrow", "-1", ""] {
            assert!(day(wrong).is_err(), "{wrong}");
        }
    }
}
