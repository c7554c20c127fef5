//! From files to one policy: each over the one before, then what can be checked only when all of them are known.
//!
//! *Invariant:* nothing of a file is passed over: it holds, or there is no policy.

use super::action::Act;
use super::allow::Allow;
use super::audit::AuditLog;
use super::committed;
use super::customer::CustomerData;
use super::date::Date;
use super::document::Document;
use super::error::PolicyError;
use super::exact::ExactMatch;
use super::gitleaks::Gitleaks;
use super::layer::{self, Guard, LayerFile, Whose};
use super::limits::Limits;
use super::listed::Known;
use super::living::{self, Bypass, Comments};
use super::lock::Locks;
use super::markers::{self, Markers};
use super::merge::Merge;
use super::packs::{self, CODE_RULES};
use super::remote::Remote;
use super::rules::Vetting;
use super::unreadable::Unreadable;
use super::{Policy, Source, SourceState, file, wire};
use crate::rule::Rules;
use crate::text::printable;
use std::path::{Path, PathBuf};

pub(super) fn load(embedded: Rules, layers: &[LayerFile], today: Date) -> Result<Policy, PolicyError> {
    loading(embedded, layers, today)?.finish()
}

pub(super) fn list(
    embedded: Rules,
    layers: &[LayerFile],
    trial: &[PathBuf],
    today: Date,
) -> Result<Known, PolicyError> {
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
                let doc = Document::of(layer, text);
                committed::check(&doc, layer)?;
                loading.file(doc, Vetting::Full, Some(layer))?;
            }
            None => loading.absent(&layer.path),
        }
    }
    Ok(loading)
}

/// A policy under construction.
pub(super) struct Loading {
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
            dry_run_committed: false,
            message: Vec::new(),
            sources: packs::sources(embedded.groups()),
        };
        Self { policy, rules: Merge::over(embedded), files: Vec::new(), locks: Locks::default(), today }
    }

    /// The embedded rules with the gitleaks configuration at `path` over them.
    pub(super) fn of_gitleaks(
        embedded: Rules,
        path: &Path,
        default: Option<&Path>,
        today: Date,
    ) -> Result<Policy, PolicyError> {
        let mut loading = Self::new(embedded, today);
        loading.policy.gitleaks = Gitleaks::of_file(path, default, &mut loading.rules)?;
        loading.finish()
    }

    fn pack(&mut self, doc: Document) -> Result<(), PolicyError> {
        let pack: wire::Pack = doc.parse()?;
        self.rules.add(&doc, &pack.rules, Vetting::Full)?;
        self.in_force(doc.name, pack.rules.len(), 0);
        Ok(())
    }

    fn file(&mut self, doc: Document, vetting: Vetting, layer: Option<&LayerFile>) -> Result<(), PolicyError> {
        let file: file::File = doc.parse()?;
        let whose = layer.map_or(Whose::Keeper, |layer| layer.whose);
        if self.locks.any() {
            self.rules.yield_from_here();
        }
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
            self.policy.markers.apply(&doc, markers, whose)?;
        }
        if let Some(audit) = &file.audit {
            self.policy.audit.apply(&doc, audit.get_ref())?;
        }
        if let Some(remote) = &file.remote {
            self.policy.remote.apply(&doc, remote, whose)?;
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
        if let Some(dry_run) = file.dry_run {
            policy.dry_run = dry_run;
            policy.dry_run_committed = dry_run && layer.is_some_and(|layer| layer.whose == Whose::WorkTree);
        }
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
