//! The policy: which rules hold, what is excepted, how much is read, and what happens to the rest.
//!
//! Several files, one over the other: the defaults in the binary, the machine's (`/etc/leakgate`), the served
//! repository's git directory or the work tree's, the one on the command line. A later file adds rules and exceptions,
//! switches rules off, and changes single settings.
//!
//! *Invariant:* nothing here can come out of a push: this module knows paths on the server and no git. Whatever is
//! wrong with any file, there is no policy, and without a policy nothing passes.

mod allow;
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
mod markers;
mod merge;
mod named;
mod owner;
mod packs;
mod remote;
mod rules;
mod spec;
mod strict;
mod suggest;
#[cfg(test)]
mod testing;
mod unreadable;
mod wire;

pub use allow::{Allow, AllowState, Asked};
pub use customer::{CustomerData, Switch};
pub use date::{Date, DateError};
pub use error::{Fault, PolicyError};
pub use exact::ExactMatch;
pub use gitleaks::{Gitleaks, KnownPlaces, Note, OwnRules, Spot};
pub use identifiers::{Action, CheckDigit, CustomerNumber, IdentifierRule, PACKS};
pub use layer::{Guard, LayerFile, Presence};
pub use limits::{LimitRange, Limits};
pub use listed::{Known, Listed, State};
pub use markers::{Markers, Reach};
pub use packs::CODE_RULES;
pub use remote::{Class, OnCredential, OnOutside, Remote, Ruling};
pub use suggest::nearest;
pub use unreadable::{Unread, Unreadable};

use crate::rule::Rules;
use crate::text::{Finding, printable};
use document::Document;
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
    /// Where a push may go.
    pub remote: Remote,
    /// What comes from gitleaks.
    pub gitleaks: Gitleaks,
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
}

fn load(embedded: Rules, layers: &[LayerFile], today: Date) -> Result<Policy, PolicyError> {
    loading(embedded, layers, today)?.finish()
}

fn list(embedded: Rules, layers: &[LayerFile], trial: &[PathBuf], today: Date) -> Result<Known, PolicyError> {
    let mut loading = loading(embedded, layers, today)?;
    for path in trial {
        let text = layer::read(path, Guard::Unchecked)?;
        loading.file(Document::at(path, Guard::Unchecked, text), Vetting::Trial)?;
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
            Some(text) => loading.file(Document::at(&layer.path, layer.guard, text), Vetting::Full)?,
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
            remote: Remote::standard(),
            gitleaks: Gitleaks::default(),
            sources: packs::sources(embedded.groups()),
        };
        Self { policy, rules: Merge::over(embedded), files: Vec::new(), today }
    }

    fn pack(&mut self, doc: Document) -> Result<(), PolicyError> {
        let pack: wire::Pack = doc.parse()?;
        self.rules.add(&doc, &pack.rules, Vetting::Full)?;
        self.in_force(doc.name, pack.rules.len(), 0);
        Ok(())
    }

    fn file(&mut self, doc: Document, vetting: Vetting) -> Result<(), PolicyError> {
        let file: file::File = doc.parse()?;
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
        if let Some(remote) = &file.remote {
            self.policy.remote.apply(&doc, remote)?;
        }
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
        if self.files.iter().all(|(_, file)| file.allow.is_empty()) {
            return Ok(());
        }
        let known: Vec<&str> =
            self.rules.ids().into_iter().chain(CODE_RULES.iter().copied()).chain(markers::RULES).collect();
        for (doc, file) in &self.files {
            for entry in &file.allow {
                self.policy.allow.push(Allow::check(doc, entry, &known, self.today)?);
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
mod tests {
    use super::testing::{error, load, put, with, with_all};
    use super::*;
    use crate::text::{Fingerprint, Kind, Place, RuleInfo, Secret, Severity, Subject, Value};
    use std::sync::Arc;

    #[test]
    fn without_any_file_the_defaults_hold() {
        let policy = load(&[]).unwrap();
        assert_eq!((policy.limits, policy.unreadable), (Limits::standard(), Unreadable::standard()));
        assert_eq!((policy.customer, policy.contact), (CustomerData::standard(), None));
        assert_eq!((policy.rules.len(), policy.allow.len()), (2, 0));
    }

    #[test]
    fn layers_are_read_in_their_order_and_listed() {
        let dir = tempfile::tempdir().unwrap();
        let (etc, git, top) = (dir.path().join("etc"), dir.path().join("git"), dir.path().join("top"));
        for folder in [&etc, &git, &top] {
            std::fs::create_dir(folder).unwrap();
        }
        put(&etc, "leakgate.toml", "contact = 'system'\nlimits.tag_depth = 5\nlimits.tree_depth = 5");
        put(&git, "leakgate.toml", "contact = 'repository'\nlimits.tag_depth = 6");
        let last = put(dir.path(), "p.toml", "limits.tag_depth = 7");
        let layers = [
            LayerFile::system(&etc),
            LayerFile::repository(&git),
            LayerFile::work_tree(&top),
            LayerFile::command_line(&last),
        ];
        let policy = load(&layers).unwrap();
        assert_eq!(policy.contact.as_deref(), Some("repository"));
        assert_eq!((policy.limits.tag_depth, policy.limits.tree_depth), (7, 5));
        let states: Vec<bool> = policy.sources.iter().map(|s| s.state == SourceState::Absent).collect();
        assert_eq!(states, [false, false, false, false, true, false]);
        assert_eq!(policy.sources[0].state, SourceState::InForce { rules: 2, allows: 0 });
    }

    #[test]
    fn a_mistake_in_any_layer_is_an_error_and_not_the_defaults() {
        for texts in [["y = 1", ""], ["", "y = 1"]] {
            assert!(with_all(&texts).is_err());
        }
    }

    #[test]
    fn the_contact_is_one_line_fit_for_a_terminal() {
        assert_eq!(with("contact = \" a\\u001b[2Jb \"").unwrap().contact.as_deref(), Some("a\\x1b[2Jb"));
        for wrong in ["''", "' '", "\"a\\nb\"", &format!("'{}'", "x".repeat(201))] {
            let message = error(&format!("contact = {wrong}"));
            assert!(message.starts_with("p0.toml:1:11: contact: it is not one line"), "{message}");
        }
        assert!(with(&format!("contact = '{}'", "x".repeat(200))).is_ok());
    }

    fn finding(value: Value) -> Finding {
        let rule = RuleInfo {
            id: "acme-key".to_owned(),
            description: String::new(),
            severity: Severity::High,
            kind: Kind::Secret,
            opens: None,
            revoke: None,
        };
        Finding {
            rule: Arc::new(rule),
            value,
            subject: Subject::File { path: "a/b.c".into(), commit: "0".repeat(40) },
            title: None,
            place: Place { line: 1, column: 1 },
            via: Vec::new(),
            member: None,
            fingerprint: Fingerprint("0123456789abcdef".to_owned()),
            proof: None,
        }
    }

    #[test]
    fn a_finding_passes_by_the_entry_that_fits_it() {
        let found = finding(Value::Secret(Secret::new(b"acme_abcdefgh")));
        let fits =
            |lines: &str| with(&format!("[[allow]]\nreason = 'r'\n{lines}")).unwrap().allowance(&found).is_some();
        assert!(fits("paths = ['/a']\nrules = ['acme-*']\nvalues = ['^acme_a']\nfingerprints = ['0123456789abcdef']"));
        assert!(fits(&format!("commits = ['{}']", "0".repeat(40))));
        assert!(!fits("paths = ['/b']"));
    }

    #[test]
    fn a_pattern_on_one_value_never_lets_a_list_of_values_pass() {
        let samples = vec![(Place { line: 1, column: 1 }, "a".to_owned())];
        let bulk = finding(Value::Bulk { distinct: 500, samples, hidden: vec![Secret::new(b"acme_a")] });
        let policy = with("[[allow]]\nreason = 'r'\nvalues = ['acme']").unwrap();
        assert!(policy.allowance(&bulk).is_none());
    }
}
