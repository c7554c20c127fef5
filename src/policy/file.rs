//! The tables of a policy file but its rules, exactly as TOML has them.
//!
//! *Invariant:* private to `policy`; an unknown key is an error, because a mistyped one would silently do nothing. A
//! value that is checked later is `Spanned`, so that the error can show where it stands.

use super::customer::WireCustomer;
use super::exact::WireExact;
use super::gitleaks::WireGitleaks;
use super::limits::WireLimits;
use super::markers::WireMarkers;
use super::remote::WireRemote;
use super::unreadable::WireUnreadable;
use super::wire::Rule;
use serde::Deserialize;
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
    #[serde(default)]
    pub(super) disable: Texts,
    #[serde(default)]
    pub(super) enable: Texts,
    pub(super) limits: Option<WireLimits>,
    pub(super) unreadable: Option<WireUnreadable>,
    pub(super) customer: Option<WireCustomer>,
    pub(super) exact: Option<WireExact>,
    pub(super) markers: Option<WireMarkers>,
    pub(super) remote: Option<WireRemote>,
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
