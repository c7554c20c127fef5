//! `leakgate gitleaks check`: what of gitleaks' files holds here, and what does not.

use super::{Done, layers, printed, today};
use crate::cli::CheckGitleaks;
use crate::gate::error::Error;
use crate::gate::site;
use crate::hook_env::HookEnv;
use crate::policy::{Gitleaks, Policy};
use crate::report::{self, HookKind};
use crate::rule::RuleSet;
use crate::text::printable;
use crate::verdict::ExitStatus;
use std::path::Path;

/// Answers `ask`.
pub(super) fn run(env: &HookEnv, ask: &CheckGitleaks) -> Done {
    checked(env, ask).unwrap_or_else(|error| {
        let err = report::complaint(&error, &error.hints());
        Done { out: String::new(), err, status: ExitStatus::Undecided }
    })
}

fn checked(env: &HookEnv, ask: &CheckGitleaks) -> Result<Done, Error> {
    let policy = match &ask.file {
        Some(file) => Policy::of_gitleaks(file, ask.default.as_deref(), today()).map_err(Error::Policy)?,
        None => {
            let facts = match site::locate(env, Path::new(".")) {
                Ok(facts) => Some(facts),
                Err(Error::NoRepository { .. }) => None,
                Err(error) => return Err(error),
            };
            let layers = layers(env, HookKind::Scan, facts.as_ref(), ask.policy.as_deref());
            Policy::load(&layers, today()).map_err(Error::Policy)?
        }
    };
    // A push compiles what it needs; here all of it has to.
    let rules = RuleSet::with(&policy.rules, &policy.gitleaks.borrowings).map_err(Error::Rules)?;
    rules.compile_borrowed().map_err(Error::Rules)?;
    let mut done = printed(text(&policy.gitleaks));
    if !policy.gitleaks.notes.is_empty() {
        done.status = ExitStatus::Rejected;
    }
    Ok(done)
}

fn text(gitleaks: &Gitleaks) -> String {
    let read = gitleaks.files.iter().chain(&gitleaks.lists);
    let mut lines: Vec<String> =
        read.map(|file| format!("read: {}", printable(file.as_os_str().as_encoded_bytes()))).collect();
    if lines.is_empty() && gitleaks.known.is_empty() {
        lines.push("the policy in force takes nothing over from gitleaks".to_owned());
    }
    let [texts, paths, helpers] = gitleaks.counts();
    lines.push(format!("rules: {texts} about texts, {paths} about paths, {helpers} that only help others"));
    let own = gitleaks.borrowings.unless.keys().filter(|id| !gitleaks.borrowings.rules.contains_key(*id)).count();
    let global = gitleaks.borrowings.unless_any.len();
    let of_rules: usize = gitleaks.borrowings.unless.values().map(Vec::len).sum();
    lines.push(format!("allowlists: {global} for all rules for secrets, {of_rules} for single rules"));
    if gitleaks.stands_in {
        lines.push("default rules: leakgate's own stand for gitleaks' (a copy under".to_owned());
        lines.push("  gitleaks.default_config, or --default-config here, brings the originals)".to_owned());
        lines.push(format!("  {own} of them with allowlists of this configuration"));
    }
    for id in &gitleaks.switched_off {
        lines.push(format!("  switched off: {id}"));
    }
    if !gitleaks.known.is_empty() {
        lines.push(format!("passed over one by one: {} findings", gitleaks.known.len()));
    }
    match gitleaks.notes.len() {
        0 => lines.push("everything comes over".to_owned()),
        count => lines.push(format!("{count} things do not come over, or mean something else here:")),
    }
    lines.extend(gitleaks.notes.iter().map(|note| format!("  {note}")));
    lines.join("\n") + "\n"
}
