//! What a policy takes over from gitleaks: its configuration, `.gitleaksignore`, baseline reports.
//!
//! Its rules become rules of this policy, each called `gitleaks-` and its id, and find what they find there. Its
//! allowlists hold for them, and those that are for all rules hold for leakgate's own rules for secrets too. Where it
//! extends gitleaks' default configuration, leakgate's own rules stand for that one, unless the policy says where a copy
//! of it lies.
//!
//! *Invariant:* what does not come over is an error if a rule were missing or an exception too wide by it, and a
//! [`Note`] otherwise; never nothing.

mod chain;
mod config;
mod known;
mod names;
mod note;
mod raw;
mod re2;
mod takeover;

pub use known::{KnownPlaces, Spot};
pub use note::Note;

use super::document::Document;
use super::error::PolicyError;
use super::layer::{self, Guard};
use super::merge::Merge;
use crate::rule::{Borrowings, Looks, Report};
use chain::Chain;
use serde::Deserialize;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use takeover::Takeover;
use toml::Spanned;

/// The group of all rules from gitleaks, and a tag of theirs.
pub(super) const GROUP: &str = "gitleaks";
/// The largest baseline in bytes: a report of a hundred thousand findings.
const LARGEST_BASELINE: u64 = 64 << 20;

/// All that comes from gitleaks.
#[derive(Clone, Debug, Default)]
pub struct Gitleaks {
    /// What rules ask and what lets findings pass.
    pub borrowings: Borrowings,
    /// Findings to pass over.
    pub known: KnownPlaces,
    /// What does not come over.
    pub notes: Vec<Note>,
    /// The configurations, each with the files that it extends.
    pub files: Vec<PathBuf>,
    /// The files that name single findings.
    pub lists: Vec<PathBuf>,
    /// Whether leakgate's own rules for secrets stay.
    pub own_rules: OwnRules,
    /// Whether leakgate's own rules stand for gitleaks' default ones.
    pub stands_in: bool,
    /// leakgate's own rules that a configuration switches off or replaces.
    pub switched_off: Vec<String>,
    default_config: Option<PathBuf>,
}

/// Whether leakgate's own rules for secrets are tried as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OwnRules {
    /// They are.
    #[default]
    On,
    /// Only those of gitleaks and of policy files.
    Off,
}

/// `[gitleaks]` as TOML has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireGitleaks {
    default_config: Option<Spanned<String>>,
    #[serde(default)]
    ignore: Vec<Spanned<String>>,
    #[serde(default)]
    baseline: Vec<Spanned<String>>,
    own_rules: Option<Spanned<bool>>,
}

impl Gitleaks {
    /// Takes over what `doc` names.
    pub(super) fn apply(
        &mut self,
        doc: &Document,
        extend: Option<&Spanned<String>>,
        wire: Option<&WireGitleaks>,
        rules: &mut Merge,
    ) -> Result<(), PolicyError> {
        if let Some(wire) = wire {
            self.settings(doc, wire)?;
        }
        if let Some(extend) = extend {
            self.extend(doc, extend, rules)?;
        }
        let own = wire.and_then(|wire| wire.own_rules.as_ref());
        if let (OwnRules::Off, Some(own)) = (self.own_rules, own) {
            rules.switch_own_off(&doc.line_of(&own.span()));
        }
        let span = extend.map(Spanned::span).or(own.map(Spanned::span));
        match (self.own_rules, self.stands_in, span) {
            (OwnRules::Off, true, Some(span)) => {
                let problem =
                    "gitleaks' default rules are extended, for which leakgate's own stand: own_rules is false";
                let remedy = "name a copy of gitleaks' default configuration under gitleaks.default_config";
                Err(doc.fault(span, if extend.is_some() { "extend" } else { "gitleaks.own_rules" }, problem, remedy))
            }
            _ => Ok(()),
        }
    }

    fn extend(&mut self, doc: &Document, extend: &Spanned<String>, rules: &mut Merge) -> Result<(), PolicyError> {
        self.configuration(&named(doc, extend, "extend")?, doc.guard, doc.bounds.as_deref(), rules)
    }

    /// What the configuration at `path` says, over gitleaks' `default` one.
    pub(super) fn of_file(path: &Path, default: Option<&Path>, rules: &mut Merge) -> Result<Self, PolicyError> {
        let mut gitleaks = Self { default_config: default.map(Path::to_path_buf), ..Self::default() };
        gitleaks.configuration(path, Guard::Unchecked, None, rules)?;
        Ok(gitleaks)
    }

    fn configuration(
        &mut self,
        path: &Path,
        guard: Guard,
        bounds: Option<&Path>,
        rules: &mut Merge,
    ) -> Result<(), PolicyError> {
        let default = self.default_config.clone();
        let mut chain = Chain { default: default.as_deref(), guard, bounds, notes: &mut self.notes, files: Vec::new() };
        let (from, config) = chain.load(path)?;
        self.files.append(&mut chain.files);
        Takeover { doc: &from, into: self, rules }.all(config)
    }

    fn settings(&mut self, doc: &Document, wire: &WireGitleaks) -> Result<(), PolicyError> {
        if let Some(path) = &wire.default_config {
            self.default_config = Some(named(doc, path, "gitleaks.default_config")?);
        }
        match wire.own_rules.as_ref().map(Spanned::get_ref) {
            Some(true) => self.own_rules = OwnRules::On,
            Some(false) => self.own_rules = OwnRules::Off,
            None => {}
        }
        for path in &wire.ignore {
            let path = named(doc, path, "gitleaks.ignore")?;
            self.known.ignore(&layer::shown(&path), &layer::read(&path, doc.guard)?, &mut self.notes);
            self.lists.push(path);
        }
        for path in &wire.baseline {
            let path = named(doc, path, "gitleaks.baseline")?;
            let text = layer::read_up_to(&path, doc.guard, LARGEST_BASELINE)?;
            self.known.baseline(&layer::shown(&path), &text, &mut self.notes).map_err(|why| {
                let why = format!("it is no report of gitleaks: {why}");
                layer::refused(&path, &why, "make one with `gitleaks git --report-format json --report-path FILE`")
            })?;
            self.lists.push(path);
        }
        Ok(())
    }

    /// How many rules look at texts, at paths, and only help others.
    #[must_use]
    pub fn counts(&self) -> [usize; 3] {
        let rules = || self.borrowings.rules.values();
        let paths = rules().filter(|rule| rule.looks == Looks::Path).count();
        let helpers = rules().filter(|rule| rule.report == Report::No).count();
        [rules().count() - paths - helpers, paths, helpers]
    }
}

/// The path that `text` names, from the folder of `doc` on.
fn named(doc: &Document, text: &Spanned<String>, key: &str) -> Result<PathBuf, PolicyError> {
    let path = doc.folder.join(text.get_ref());
    let wrong =
        |problem: &str| Err(doc.wrong(text, key, problem, "give a file's path, from the folder of this file on"));
    match (text.get_ref().trim().is_empty(), path.symlink_metadata()) {
        (true, _) => wrong("it is empty"),
        (false, Err(error)) if error.kind() == ErrorKind::NotFound => {
            wrong(&format!("there is no `{}`", layer::shown(&path)))
        }
        (false, _) => {
            layer::confined(doc.bounds.as_deref(), &path)?;
            Ok(path)
        }
    }
}
