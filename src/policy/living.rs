//! What a gate needs to be lived with: comments that are heard, a baseline, a bypass, a word to whoever is refused.
//!
//! *Invariant:* every default is the strict one. Where a file names something that does not exist, that is an error when
//! it is needed, not a thing less.

use super::criteria::rule_globs;
use super::document::Document;
use super::error::PolicyError;
use super::layer::{Guard, LayerFile};
use super::limits::whole;
use super::wire::Severity as WireSeverity;
use crate::hook_env::PUSHERS;
use crate::text::{Severity, printable};
use globset::{Glob, GlobMatcher};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// Where comments `leakgate:allow RULE REASON` are heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Comments {
    /// In no hook.
    Nowhere,
    /// In a clone's hooks and in scans, where the person who writes the comment is the one who is helped.
    Local,
    /// On servers, too.
    Everywhere,
}

/// `[comments]` as TOML has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireComments {
    pub(super) apply: Option<Comments>,
}

/// The file that holds what a repository held before there was a gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineFile {
    /// Its path.
    pub path: PathBuf,
    /// As the policy that names it is guarded.
    pub(super) guard: Guard,
}

/// `[baseline]` as TOML has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireBaseline {
    file: Option<Spanned<String>>,
}

impl WireBaseline {
    /// A path is one from the policy's own folder; an empty one takes an earlier file's word back.
    pub(super) fn checked(
        &self,
        doc: &Document,
        layer: Option<&LayerFile>,
    ) -> Result<Option<BaselineFile>, PolicyError> {
        let Some(file) = &self.file else { return Ok(None) };
        let (Some(layer), false) = (layer, file.get_ref().is_empty()) else {
            let remedy = "name the file that `leakgate baseline` wrote, from this file's folder";
            return Err(doc.wrong(file, "baseline.file", "no file is named", remedy));
        };
        let path = layer.path.parent().unwrap_or(Path::new(".")).join(file.get_ref());
        super::layer::confined(doc.bounds.as_deref(), &path)?;
        Ok(Some(BaselineFile { path, guard: layer.guard }))
    }
}

/// Who may let what through, once and on the record.
#[derive(Clone, Debug)]
pub struct Bypass {
    /// Whether at all.
    pub enabled: bool,
    /// Hours for which a code holds.
    pub hours: u64,
    /// The variable in which the host says who pushes.
    pub variable: Option<&'static str>,
    /// The most severe finding that can be let through.
    pub up_to: Severity,
    /// With which codes are made.
    pub key: Option<PathBuf>,
    /// The folder of the codes that were used.
    pub spent: Option<PathBuf>,
    users: Vec<GlobMatcher>,
    rules: Option<Vec<GlobMatcher>>,
}

/// `[bypass]` as TOML has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireBypass {
    enabled: Option<Spanned<bool>>,
    users: Option<Vec<Spanned<String>>>,
    user_variable: Option<Spanned<String>>,
    rules: Option<Spanned<Vec<Spanned<String>>>>,
    up_to: Option<WireSeverity>,
    hours: Option<Spanned<i64>>,
    key: Option<Spanned<String>>,
    spent: Option<Spanned<String>>,
}

const HOURS: std::ops::RangeInclusive<u64> = 1..=168;
const HOURS_DEFAULT: u64 = 24;

impl Bypass {
    /// Nobody, nothing.
    pub(super) fn standard() -> Self {
        Self {
            enabled: false,
            hours: HOURS_DEFAULT,
            variable: None,
            up_to: Severity::High,
            key: None,
            spent: None,
            users: Vec::new(),
            rules: None,
        }
    }

    /// Whether `user` may let anything through.
    #[must_use]
    pub fn is_for(&self, user: &str) -> bool {
        self.enabled && self.users.iter().any(|glob| glob.is_match(user))
    }

    /// Whether a finding of this rule can be let through.
    #[must_use]
    pub fn reaches(&self, rule: &str, severity: Severity) -> bool {
        severity <= self.up_to && self.rules.as_ref().is_none_or(|globs| globs.iter().any(|glob| glob.is_match(rule)))
    }

    /// Takes over what a file sets; a list replaces the earlier one.
    pub(super) fn apply(&mut self, doc: &Document, wire: &WireBypass, known: &[&str]) -> Result<(), PolicyError> {
        if let Some(users) = &wire.users {
            self.users = users.iter().map(|user| user_glob(doc, user)).collect::<Result<_, _>>()?;
        }
        if let Some(variable) = &wire.user_variable {
            self.variable = Some(host_variable(doc, variable)?);
        }
        if let Some(rules) = &wire.rules {
            self.rules = Some(rule_globs(doc, rules, known, "bypass.rules")?);
        }
        self.up_to = wire.up_to.map_or(self.up_to, Severity::from);
        if let Some(hours) = &wire.hours {
            self.hours = whole(doc, hours, "bypass.hours", HOURS, Some(HOURS_DEFAULT))?;
        }
        if let Some(key) = &wire.key {
            self.key = Some(absolute(doc, key, "bypass.key")?);
        }
        if let Some(spent) = &wire.spent {
            self.spent = Some(absolute(doc, spent, "bypass.spent")?);
        }
        if let Some(enabled) = &wire.enabled {
            self.enabled = *enabled.get_ref();
            self.complete(doc, enabled)?;
        }
        Ok(())
    }

    /// A bypass that is switched on and could not work would be found out by the person in need of it.
    fn complete(&self, doc: &Document, enabled: &Spanned<bool>) -> Result<(), PolicyError> {
        let missing = [
            ("users", self.users.is_empty()),
            ("user_variable", self.variable.is_none()),
            ("key", self.key.is_none()),
            ("spent", self.spent.is_none()),
        ];
        match missing.iter().find(|(_, is_missing)| *is_missing) {
            Some((key, _)) if self.enabled => {
                let remedy = "config/leakgate.toml shows all of [bypass]";
                Err(doc.wrong(enabled, "bypass.enabled", &format!("there is no `{key}` for it"), remedy))
            }
            Some(_) | None => Ok(()),
        }
    }
}

fn user_glob(doc: &Document, user: &Spanned<String>) -> Result<GlobMatcher, PolicyError> {
    let wrong = |why: &str| doc.wrong(user, "bypass.users", why, "write a name, or a part of one with `*`: \"ops-*\"");
    match user.get_ref().trim() {
        "" => Err(wrong("a name is empty")),
        name => Ok(Glob::new(name).map_err(|e| wrong(&e.kind().to_string()))?.compile_matcher()),
    }
}

/// On a server where everybody has an account of their own the hook runs as whoever pushes, and could not keep its own
/// records from them: `LOGNAME` is not for this.
fn host_variable(doc: &Document, variable: &Spanned<String>) -> Result<&'static str, PolicyError> {
    let fit = PUSHERS.into_iter().filter(|name| *name != "LOGNAME");
    let names: Vec<&str> = fit.clone().collect();
    let remedy = format!("give the variable that your host sets: {}", names.join(", "));
    let mut fit = fit;
    fit.find(|name| name == variable.get_ref()).ok_or_else(|| {
        doc.wrong(variable, "bypass.user_variable", &format!("no host sets `{}`", variable.get_ref()), &remedy)
    })
}

fn absolute(doc: &Document, path: &Spanned<String>, key: &str) -> Result<PathBuf, PolicyError> {
    match Path::new(path.get_ref()) {
        whole if whole.is_absolute() => Ok(whole.to_owned()),
        _ => {
            let remedy = "write the whole path, from / on: a hook runs in another folder";
            Err(doc.wrong(path, key, &format!("`{}` is not a whole path", path.get_ref()), remedy))
        }
    }
}

/// The most lines and characters of the organisation's own words: they stand in every refusal.
const MESSAGE_LINES: usize = 5;
const MESSAGE_CHARS: usize = 400;

/// The organisation's own words to whoever is refused, a line each, fit for a terminal.
pub(super) fn message(doc: &Document, text: &Spanned<String>) -> Result<Vec<String>, PolicyError> {
    let lines: Vec<&str> = text.get_ref().trim().lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > MESSAGE_LINES || text.get_ref().chars().count() > MESSAGE_CHARS {
        let problem = "it is too long: nobody reads it";
        return Err(doc.wrong(text, "message", problem, "give at most 5 lines and 400 characters; the rest by a link"));
    }
    Ok(lines.into_iter().map(|line| printable(line.as_bytes())).collect())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, with, with_all};
    use super::*;

    const BYPASS: &str = "[bypass]\nenabled = true\nusers = ['ada', 'ops-*']\nuser_variable = 'GL_USERNAME'\n\
                          key = '/k'\nspent = '/s'\n";

    #[test]
    fn a_bypass_is_for_whom_and_what_the_policy_says() {
        let bypass = with(BYPASS).unwrap().bypass;
        assert!(bypass.is_for("ada") && bypass.is_for("ops-7") && !bypass.is_for("adam") && !bypass.is_for(""));
        assert!(bypass.reaches("acme-key", Severity::High) && !bypass.reaches("acme-key", Severity::Critical));
        let narrow = with(&format!("{BYPASS}rules = ['acme-noise']\nup_to = 'critical'")).unwrap().bypass;
        assert!(narrow.reaches("acme-noise", Severity::Critical) && !narrow.reaches("acme-key", Severity::Low));
        assert!(!with("").unwrap().bypass.is_for("ada"));
        assert!(!with_all(&[BYPASS, "bypass.enabled = false"]).unwrap().bypass.is_for("ada"));
    }

    #[test]
    fn a_bypass_that_could_not_work_is_an_error() {
        for missing in ["users", "user_variable", "key", "spent"] {
            let lines: Vec<&str> = BYPASS.lines().filter(|line| !line.starts_with(&format!("{missing} ="))).collect();
            let message = error(&lines.join("\n"));
            assert!(message.starts_with("p0.toml:2:11: bypass.enabled: there is no `"), "{message}");
            assert!(message.contains(missing), "{message}");
        }
        for (key, wrong) in [
            ("users", "['']"),
            ("user_variable", "'LC_USER'"),
            ("user_variable", "'LOGNAME'"),
            ("key", "'k'"),
            ("spent", "'s'"),
            ("hours", "0"),
            ("hours", "169"),
            ("rules", "['acme-kee']"),
        ] {
            let message = error(&format!("[bypass]\n{key} = {wrong}"));
            assert!(message.contains(&format!("bypass.{key}: ")), "{message}");
        }
    }

    #[test]
    fn own_words_are_a_few_lines_fit_for_a_terminal() {
        let policy = with("message = \"\"\"\n first\\u001b[2J\n\n second \n\"\"\"").unwrap();
        assert_eq!(policy.message, ["first\\x1b[2J", "second"]);
        assert!(
            error(&format!("message = '{}'", "x".repeat(401))).starts_with("p0.toml:1:11: message: it is too long")
        );
        assert!(error(&format!("message = \"{}\"", "a\\n".repeat(6))).contains("too long"));
    }

    #[test]
    fn a_baseline_lies_where_its_policy_does() {
        let path = with("baseline.file = 'x/b'").unwrap().baseline.unwrap().path;
        assert!(path.is_absolute() && path.ends_with("x/b"));
        assert!(error("baseline.file = ''").starts_with("p0.toml:1:17: baseline.file: no file is named"));
    }
}
