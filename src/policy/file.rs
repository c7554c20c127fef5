//! The tables of a policy file but its rules, exactly as TOML has them.
//!
//! *Invariant:* private to `policy`; an unknown key is an error, because a mistyped one would silently do nothing. A
//! value that is checked later is `Spanned`, so that the error can show where it stands.

use super::action::WireAction;
use super::audit::WireAudit;
use super::customer::WireCustomer;
use super::exact::WireExact;
use super::gitleaks::WireGitleaks;
use super::limits::WireLimits;
use super::living::{WireBaseline, WireBypass, WireComments};
use super::markers::WireMarkers;
use super::remote::WireRemote;
use super::unreadable::WireUnreadable;
use super::wire::Rule;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

type Text = Spanned<String>;
type Texts = Vec<Spanned<String>>;

/// A policy file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) contact: Option<Text>,
    pub(super) extend: Option<Text>,
    pub(super) gitleaks: Option<WireGitleaks>,
    pub(super) message: Option<Text>,
    pub(super) dry_run: Option<bool>,
    #[serde(default)]
    pub(super) lock: Texts,
    #[serde(default)]
    pub(super) disable: Texts,
    #[serde(default)]
    pub(super) enable: Texts,
    pub(super) limits: Option<WireLimits>,
    pub(super) unreadable: Option<WireUnreadable>,
    pub(super) customer: Option<WireCustomer>,
    pub(super) exact: Option<WireExact>,
    pub(super) markers: Option<WireMarkers>,
    pub(super) audit: Option<Spanned<WireAudit>>,
    pub(super) remote: Option<WireRemote>,
    pub(super) comments: Option<WireComments>,
    pub(super) baseline: Option<WireBaseline>,
    pub(super) bypass: Option<WireBypass>,
    #[serde(default)]
    pub(super) action: Vec<Spanned<WireAction>>,
    #[serde(default)]
    pub(super) rules: Vec<Spanned<Rule>>,
    #[serde(default)]
    pub(super) allow: Vec<Spanned<Allow>>,
}

/// One `[[allow]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Allow {
    pub(super) reason: Text,
    pub(super) owner: Option<String>,
    pub(super) expires: Option<Spanned<toml::Value>>,
    pub(super) rules: Option<Spanned<Texts>>,
    pub(super) paths: Option<Spanned<Texts>>,
    pub(super) fingerprints: Option<Spanned<Texts>>,
    pub(super) values: Option<Spanned<Texts>>,
    pub(super) commits: Option<Spanned<Texts>>,
}

impl Allow {
    /// What the entry gives, as it is written.
    pub(super) fn criteria(&self) -> BTreeMap<&'static str, Vec<String>> {
        let all = [
            ("rules", &self.rules),
            ("paths", &self.paths),
            ("fingerprints", &self.fingerprints),
            ("values", &self.values),
            ("commits", &self.commits),
        ];
        let words = |list: &Spanned<Texts>| list.get_ref().iter().map(|word| word.get_ref().clone()).collect();
        all.into_iter().filter_map(|(key, list)| Some((key, words(list.as_ref()?)))).collect()
    }
}
