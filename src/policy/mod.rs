//! The policy: which rules hold, what is excepted, how much is read, and what happens to the rest.
//!
//! Several files, one over the other: the defaults in the binary, the machine's (`/etc/leakgate`), the served
//! repository's git directory or the work tree's, the one on the command line. A later file adds rules and exceptions,
//! switches rules off, and changes single settings.
//!
//! *Invariant:* nothing here can come out of a push: this module knows paths on the server and no git. Whatever is
//! wrong with any file, there is no policy, and without a policy nothing passes.

mod action;
mod allow;
mod audit;
mod baseline;
mod criteria;
mod customer;
mod date;
mod document;
mod error;
mod exact;
mod file;
mod gitleaks;
mod identifiers;
mod layer;
mod limits;
mod listed;
mod living;
mod lock;
mod markers;
mod merge;
mod named;
mod owner;
mod packs;
mod remote;
mod rules;
mod settings;
mod spec;
mod strict;
mod suggest;
#[cfg(test)]
mod testing;
mod unreadable;
mod wire;

pub use action::{Act, Concerning, Does};
pub use allow::{Allow, AllowState, Asked};
pub use audit::{AuditLog, Unwritten};
pub use baseline::Baseline;
pub use customer::{CustomerData, Switch};
pub use date::{Date, DateError};
pub use error::{Fault, PolicyError};
pub use exact::ExactMatch;
pub use gitleaks::{Gitleaks, KnownPlaces, Note, OwnRules, Spot};
pub use identifiers::{Action, CheckDigit, CustomerNumber, IdentifierRule, PACKS};
pub use layer::{Guard, LayerFile, Presence};
pub use limits::{LimitRange, Limits};
pub use listed::{Known, Listed, State};
pub use living::{BaselineFile, Bypass, Comments};
pub use markers::{MARKER_PACKAGE, Markers, Reach};
pub use packs::{CODE_RULES, DEFAULT_POLICY};
pub use remote::{Class, OnCredential, OnOutside, Remote, Ruling};
pub use settings::Setting;
pub use suggest::nearest;
pub use unreadable::{Unread, Unreadable};

use crate::rule::Rules;
use crate::text::{Finding, printable};
use document::Document;
use lock::Locks;
use merge::Merge;
use rules::Vetting;
use std::path::{Path, PathBuf};

/// What holds for one run.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The rules that are switched on, at least one.
    pub rules: Rules,
    /// The exceptions, expired ones included.
    pub allow: Vec<Allow>,
    /// How much is read.
    pub limits: Limits,
    /// What happens to what could not be read.
    pub unreadable: Unreadable,
    /// Whom to ask, in one line that is fit for a terminal.
    pub contact: Option<String>,
    /// What counts as customer data.
    pub customer: CustomerData,
    /// Where the organisation's own customers are known from.
    pub exact: ExactMatch,
    /// What must not leave.
    pub markers: Markers,
    /// Where decisions are recorded.
    pub audit: AuditLog,
    /// Where a push may go.
    pub remote: Remote,
    /// What comes from gitleaks.
    pub gitleaks: Gitleaks,
    /// What becomes of findings; the last entry that is about one counts.
    pub actions: Vec<Act>,
    /// Where comments are heard.
    pub comments: Comments,
    /// What the repository held before there was a gate.
    pub baseline: Option<BaselineFile>,
    /// Who may let what through.
    pub bypass: Bypass,
    /// Whether verdicts are only told.
    pub dry_run: bool,
    /// The organisation's own words to whoever is refused, each a line that is fit for a terminal.
    pub message: Vec<String>,
    /// The files that were looked for, in order.
    pub sources: Vec<Source>,
}

/// One file that was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its path, fit for a terminal.
    pub name: String,
    /// Whether it says anything.
    pub state: SourceState,
}

/// What a file contributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceState {
    /// It is in force.
    InForce {
        /// How many rules it adds or replaces.
        rules: usize,
        /// How many exceptions it adds.
        allows: usize,
    },
    /// It does not exist, and need not.
    Absent,
}

impl Policy {
    /// Lays `layers` over the embedded defaults. `today` decides which exceptions have expired.
    ///
    /// # Errors
    /// When a file cannot be read, is not to be trusted, or has anything wrong in it, and when no rule is left.
    pub fn load(layers: &[LayerFile], today: Date) -> Result<Self, PolicyError> {
        load(Rules::all(&packs::PACKED), layers, today)
    }

    /// All rules that `layers` over the embedded ones know, those that are switched off as well.
    ///
    /// The files `trial` come last; in them an example need not match yet, and a rule may have the id of an earlier one,
    /// whose place it takes.
    ///
    /// # Errors
    /// As [`Policy::load`].
    pub fn list(layers: &[LayerFile], trial: &[PathBuf], today: Date) -> Result<Known, PolicyError> {
        list(Rules::written(packs::documented()?), layers, trial, today)
    }

    /// The embedded rules with the gitleaks configuration at `path` over them, and a copy of gitleaks' `default` one.
    ///
    /// # Errors
    /// As [`Policy::load`].
    pub fn of_gitleaks(path: &Path, default: Option<&Path>, today: Date) -> Result<Self, PolicyError> {
        let mut loading = Loading::new(Rules::all(&packs::PACKED), today);
        loading.policy.gitleaks = Gitleaks::of_file(path, default, &mut loading.rules)?;
        loading.finish()
    }

    /// The exception that lets `finding` pass, if there is one.
    #[must_use]
    pub fn allowance(&self, finding: &Finding) -> Option<&Allow> {
        self.covering(&Asked::about(finding))
    }

    /// The exception that covers what is asked about, if there is one.
    #[must_use]
    pub fn covering(&self, asked: &Asked<'_>) -> Option<&Allow> {
        self.allow.iter().find(|entry| entry.covers(asked))
    }

    /// The exceptions whose last day is over; they allow nothing any more.
    pub fn expired(&self) -> impl Iterator<Item = &Allow> {
        self.allow.iter().filter(|entry| entry.state == AllowState::Expired)
    }

    /// The last `[[action]]` entry about this, if there is one.
    #[must_use]
    pub fn action(&self, it: &Concerning<'_>) -> Option<&Act> {
        self.actions.iter().rev().find(|act| act.meets(it))
    }

    /// Every key that the default policy and `layers` set, in their order; a later one replaces an earlier one, or is
    /// added to it where the key is a list of entries.
    ///
    /// # Errors
    /// When a file cannot be read or is not TOML.
    pub fn settings(layers: &[LayerFile]) -> Result<Vec<Setting>, PolicyError> {
        let mut all = settings::defaults()?;
        for layer in layers {
            if let Some(text) = layer.text()? {
                all.extend(settings::settings(&Document::new(layer::shown(&layer.path), text))?);
            }
        }
        Ok(all)
    }
}

fn load(embedded: Rules, layers: &[LayerFile], today: Date) -> Result<Policy, PolicyError> {
    loading(embedded, layers, today)?.finish()
}

fn list(embedded: Rules, layers: &[LayerFile], trial: &[PathBuf], today: Date) -> Result<Known, PolicyError> {
    let mut loading = loading(embedded, layers, today)?;
    for path in trial {
        let text = layer::read(path, Guard::Unchecked)?;
        loading.file(Document::at(path, Guard::Unchecked, text), Vetting::Trial, None)?;
    }
    loading.listed()
}

fn loading(embedded: Rules, layers: &[LayerFile], today: Date) -> Result<Loading, PolicyError> {
    let mut loading = Loading::new(embedded, today);
    for layer in layers {
        for path in layer.pack_paths()? {
            let text = layer::read(&path, layer.guard)?;
            loading.pack(Document::new(layer::shown(&path), text))?;
        }
        match layer.text()? {
            Some(text) => {
                let doc = Document::at(&layer.path, layer.guard, text);
                audit::refuse_from_work_tree(&doc, layer)?;
                loading.file(doc, Vetting::Full, Some(layer))?;
            }
            None => loading.absent(&layer.path),
        }
    }
    Ok(loading)
}

/// A policy under construction.
struct Loading {
    policy: Policy,
    rules: Merge,
    /// Files with exceptions, which are checked when all rules are known.
    files: Vec<(Document, file::File)>,
    locks: Locks,
    today: Date,
}

impl Loading {
    fn new(embedded: Rules, today: Date) -> Self {
        let policy = Policy {
            rules: Rules::written(Vec::new()),
            allow: Vec::new(),
            limits: Limits::standard(),
            unreadable: Unreadable::standard(),
            contact: None,
            customer: CustomerData::standard(),
            exact: ExactMatch::standard(),
            markers: Markers::standard(),
            audit: AuditLog::standard(),
            remote: Remote::standard(),
            gitleaks: Gitleaks::default(),
            actions: Vec::new(),
            comments: Comments::Local,
            baseline: None,
            bypass: Bypass::standard(),
            dry_run: false,
            message: Vec::new(),
            sources: packs::sources(embedded.groups()),
        };
        Self { policy, rules: Merge::over(embedded), files: Vec::new(), locks: Locks::default(), today }
    }

    fn pack(&mut self, doc: Document) -> Result<(), PolicyError> {
        let pack: wire::Pack = doc.parse()?;
        self.rules.add(&doc, &pack.rules, Vetting::Full)?;
        self.in_force(doc.name, pack.rules.len(), 0);
        Ok(())
    }

    fn file(&mut self, doc: Document, vetting: Vetting, layer: Option<&LayerFile>) -> Result<(), PolicyError> {
        let file: file::File = doc.parse()?;
        self.locks.file(&doc, &file.lock)?;
        self.rules.add(&doc, &file.rules, vetting)?;
        self.gitleaks(&doc, &file)?;
        self.rules.switch(&doc, &file.disable, &file.enable)?;
        if let Some(contact) = &file.contact {
            self.policy.contact = Some(one_line(&doc, contact)?);
        }
        if let Some(limits) = &file.limits {
            self.policy.limits.apply(&doc, limits)?;
        }
        if let Some(unreadable) = &file.unreadable {
            self.policy.unreadable.apply(unreadable);
        }
        if let Some(customer) = &file.customer {
            self.policy.customer.apply(&doc, customer)?;
        }
        if let Some(exact) = &file.exact {
            self.policy.exact.apply(&doc, exact)?;
        }
        if let Some(markers) = &file.markers {
            self.policy.markers.apply(&doc, markers)?;
        }
        if let Some(audit) = &file.audit {
            self.policy.audit.apply(&doc, audit.get_ref())?;
        }
        if let Some(remote) = &file.remote {
            self.policy.remote.apply(&doc, remote)?;
        }
        self.living(&doc, &file, layer)?;
        self.in_force(doc.name.clone(), file.rules.len(), file.allow.len());
        self.files.push((doc, file));
        Ok(())
    }

    fn gitleaks(&mut self, doc: &Document, file: &file::File) -> Result<(), PolicyError> {
        let from = &mut self.policy.gitleaks;
        let (files, lists, rules) = (from.files.len(), from.lists.len(), from.borrowings.rules.len());
        from.apply(doc, file.extend.as_ref(), file.gitleaks.as_ref(), &mut self.rules)?;
        let mut rules = from.borrowings.rules.len() - rules;
        let read: Vec<PathBuf> = from.files.iter().skip(files).chain(from.lists.iter().skip(lists)).cloned().collect();
        for path in read {
            self.in_force(layer::shown(&path), std::mem::take(&mut rules), 0);
        }
        Ok(())
    }

    fn living(&mut self, doc: &Document, file: &file::File, layer: Option<&LayerFile>) -> Result<(), PolicyError> {
        let policy = &mut self.policy;
        if let Some(text) = &file.message {
            policy.message = living::message(doc, text)?;
        }
        policy.dry_run = file.dry_run.unwrap_or(policy.dry_run);
        policy.comments = file.comments.as_ref().and_then(|it| it.apply).unwrap_or(policy.comments);
        if let Some(baseline) = &file.baseline {
            policy.baseline = baseline.checked(doc, layer)?.or(policy.baseline.take());
        }
        Ok(())
    }

    fn in_force(&mut self, name: String, rules: usize, allows: usize) {
        self.policy.sources.push(Source { name, state: SourceState::InForce { rules, allows } });
    }

    fn absent(&mut self, path: &Path) {
        self.policy.sources.push(Source { name: layer::shown(path), state: SourceState::Absent });
    }

    fn listed(mut self) -> Result<Known, PolicyError> {
        self.exceptions()?;
        Ok(Known {
            rules: self.rules.into_listed().map_err(PolicyError::Embedded)?,
            customer: self.policy.customer.enabled,
            borrowings: self.policy.gitleaks.borrowings,
        })
    }

    fn exceptions(&mut self) -> Result<(), PolicyError> {
        let ids = if self.files.is_empty() { Vec::new() } else { self.rules.ids() };
        let known: Vec<&str> = ids.into_iter().chain(CODE_RULES.iter().copied()).chain(markers::RULES).collect();
        for (doc, file) in &self.files {
            for entry in &file.allow {
                self.policy.allow.push(Allow::check(doc, entry, &known, self.today)?);
            }
            for entry in &file.action {
                self.policy.actions.push(Act::check(doc, entry, &known)?);
            }
            if let Some(bypass) = &file.bypass {
                self.policy.bypass.apply(doc, bypass, &known)?;
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Policy, PolicyError> {
        self.exceptions()?;
        self.policy.rules = self.rules.into_rules();
        if self.policy.rules.is_empty() {
            let names: Vec<&str> = self.policy.sources.iter().map(|source| source.name.as_str()).collect();
            return Err(PolicyError::NoRules(names.join(", ")));
        }
        Ok(self.policy)
    }
}

/// The longest contact line in characters: it stands in every refusal.
const LONGEST_CONTACT: usize = 200;

fn one_line(doc: &Document, contact: &toml::Spanned<String>) -> Result<String, PolicyError> {
    let text = contact.get_ref().trim();
    if text.is_empty() || text.contains('\n') || text.chars().count() > LONGEST_CONTACT {
        let remedy = "give one line of at most 200 characters: a team, a channel, an address";
        return Err(doc.wrong(contact, "contact", "it is not one line", remedy));
    }
    Ok(printable(text.as_bytes()))
}

#[cfg(test)]
mod tests;
