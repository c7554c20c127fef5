//! What becomes of a finding: it stops, it is only told, or it is passed over; by rule, path, reference or severity.
//!
//! *Invariant:* no entry leaves nothing that stops; `dry_run` says that, and says it aloud. A condition on references
//! holds only where every reference of the push meets it: what goes to one branch with a warning and to another without
//! one would be judged by the softer.

use super::allow::holds;
use super::criteria::{match_every_rule, path_globs, rule_globs};
use super::document::Document;
use super::error::PolicyError;
use super::wire::Severity as WireSeverity;
use crate::rule::PathGlobs;
use crate::text::Severity;
use globset::GlobMatcher;
use serde::Deserialize;
use toml::Spanned;

type Texts = Spanned<Vec<Spanned<String>>>;

/// What becomes of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Does {
    /// It stops the push.
    Block,
    /// It is printed and recorded.
    Warn,
    /// It is recorded only.
    Off,
}

/// One `[[action]]`, checked.
#[derive(Clone, Debug)]
pub struct Act {
    /// What becomes of what it meets.
    pub does: Does,
    /// `file:line` of the entry, fit for a terminal.
    pub origin: String,
    rules: Option<Vec<GlobMatcher>>,
    paths: Option<PathGlobs>,
    refs: Option<PathGlobs>,
    up_to: Option<Severity>,
}

/// `[[action]]` as TOML has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireAction {
    action: Does,
    rules: Option<Texts>,
    paths: Option<Texts>,
    refs: Option<Texts>,
    up_to: Option<WireSeverity>,
}

/// What an entry is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Concerning<'a> {
    /// The rule's id.
    pub rule: &'a str,
    /// How bad it is.
    pub severity: Severity,
    /// The path in the repository.
    pub path: Option<&'a [u8]>,
    /// The full names of all references that the push updates; empty: there is no push.
    pub refs: &'a [&'a [u8]],
}

impl Act {
    /// Whether the entry is about this.
    #[must_use]
    pub fn meets(&self, it: &Concerning<'_>) -> bool {
        holds(self.rules.as_ref(), Some(it.rule), |globs, id| globs.iter().any(|g| g.is_match(id)))
            && holds(self.paths.as_ref(), it.path, PathGlobs::matches)
            && self.up_to.is_none_or(|most| it.severity <= most)
            && self.refs.as_ref().is_none_or(|refs| !it.refs.is_empty() && it.refs.iter().all(|r| refs.matches(r)))
    }

    /// Whether what `name` names came in under a softer judgement than other references ask for.
    #[must_use]
    pub fn softens(&self, name: &[u8]) -> bool {
        self.does != Does::Block && self.refs.as_ref().is_some_and(|refs| refs.matches(name))
    }

    /// Checks one entry. `known` are all ids that a finding's rule can have.
    pub(super) fn check(doc: &Document, entry: &Spanned<WireAction>, known: &[&str]) -> Result<Self, PolicyError> {
        let wire = entry.get_ref();
        let globs = |texts: &Option<Texts>, key| texts.as_ref().map(|texts| path_globs(doc, texts, key)).transpose();
        let act = Self {
            does: wire.action,
            origin: doc.line_of(&entry.span()),
            rules: wire.rules.as_ref().map(|rules| rule_globs(doc, rules, known, "action.rules")).transpose()?,
            paths: globs(&wire.paths, "action.paths")?,
            refs: globs(&wire.refs, "action.refs")?,
            up_to: wire.up_to.map(Severity::from),
        };
        let is_bound = act.rules.as_ref().is_some_and(|globs| !match_every_rule(globs))
            || act.paths.as_ref().is_some_and(|globs| !globs.match_everything())
            || act.refs.as_ref().is_some_and(|globs| !globs.matches(b"refs/heads/main"))
            || act.refs.as_ref().is_some_and(|globs| !globs.matches(b"refs/tags/v1.0"))
            || act.up_to.is_some_and(|most| most < Severity::High);
        if act.does != Does::Block && !is_bound {
            let problem = "it is about everything: it would switch the gate off";
            let remedy = "narrow it by `rules`, `paths`, `refs` or `up_to`; to try the gate out, set dry_run = true";
            return Err(doc.fault(entry.span(), "action", problem, remedy));
        }
        Ok(act)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, with, with_all};
    use super::*;

    fn it() -> Concerning<'static> {
        Concerning {
            rule: "acme-key",
            severity: Severity::High,
            path: Some(b"tests/a.c"),
            refs: &[b"refs/heads/wip/x"],
        }
    }

    fn does(texts: &[&str], it: &Concerning<'_>) -> Option<Does> {
        with_all(texts).unwrap().action(it).map(|act| act.does)
    }

    #[test]
    fn an_entry_is_about_what_meets_all_that_it_says() {
        let warn = |lines: &str| format!("[[action]]\naction = 'warn'\n{lines}");
        for (lines, other) in [
            ("rules = ['acme-*']", Concerning { rule: "other", ..it() }),
            ("paths = ['tests/']", Concerning { path: Some(b"src/a.c"), ..it() }),
            ("paths = ['tests/']", Concerning { path: None, ..it() }),
            ("refs = ['refs/heads/wip/']", Concerning { refs: &[b"refs/heads/main"], ..it() }),
            ("refs = ['refs/heads/wip/']", Concerning { refs: &[b"refs/heads/wip/x", b"refs/heads/main"], ..it() }),
            ("refs = ['refs/heads/wip/']", Concerning { refs: &[], ..it() }),
            ("rules = ['acme-key']\nup_to = 'high'", Concerning { severity: Severity::Critical, ..it() }),
            ("rules = ['acme-key']\npaths = ['tests/']", Concerning { path: Some(b"b"), ..it() }),
        ] {
            assert_eq!(does(&[&warn(lines)], &it()), Some(Does::Warn), "{lines}");
            assert_eq!(does(&[&warn(lines)], &other), None, "{lines}");
        }
    }

    #[test]
    fn the_last_word_counts() {
        let off = "[[action]]\naction = 'off'\nrules = ['acme-key']";
        let block = "[[action]]\naction = 'block'\npaths = ['tests/']";
        assert_eq!(does(&[off, block], &it()), Some(Does::Block));
        assert_eq!(does(&[block, off], &it()), Some(Does::Off));
    }

    #[test]
    fn an_entry_about_everything_may_only_tighten() {
        for lines in ["", "rules = ['*']", "paths = ['**']", "refs = ['refs/']", "up_to = 'critical'", "up_to = 'high'"]
        {
            for action in ["warn", "off"] {
                let message = error(&format!("[[action]]\naction = '{action}'\n{lines}"));
                assert!(message.starts_with("p0.toml:1:1: action: it is about everything"), "{message}");
            }
            assert!(with(&format!("[[action]]\naction = 'block'\n{lines}")).is_ok());
        }
        assert!(error("[[action]]\naction = 'skip'").contains("unknown variant"));
        assert!(error("[[action]]\naction = 'off'\nrules = ['acme-kee']").contains("action.rules: no rule is called"));
    }
}
