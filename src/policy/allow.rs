//! Exceptions: findings that somebody looked at and let pass, for a reason, perhaps until a day.
//!
//! *Invariant:* an entry without a reason, or one that leaves nothing to find, does not load. All criteria that an entry
//! gives must hold together, and a criterion about something that a finding has not (a path, one value) does not hold.

use super::Date;
use super::criteria::{
    commits, expiry, fingerprints, match_every_rule, match_every_value, path_globs, rule_globs, value_patterns,
};
use super::document::Document;
use super::error::PolicyError;
use super::file;
use crate::rule::PathGlobs;
use crate::text::{Finding, Value};
use globset::GlobMatcher;
use regex::bytes::Regex;
use std::collections::BTreeMap;
use toml::Spanned;

/// One `[[allow]]` entry, checked.
#[derive(Clone, Debug)]
pub struct Allow {
    /// Why it passes.
    pub reason: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it allows; none: no end.
    pub expires: Option<Date>,
    /// Whether that day is over.
    pub state: AllowState,
    /// `file:line` of the entry, fit for a terminal.
    pub origin: String,
    /// What it gives, as it is written: `rules`, `paths`, `fingerprints`, `values`, `commits`.
    pub criteria: BTreeMap<&'static str, Vec<String>>,
    rules: Option<Vec<GlobMatcher>>,
    paths: Option<PathGlobs>,
    fingerprints: Option<Vec<String>>,
    values: Option<Vec<Regex>>,
    commits: Option<Vec<String>>,
}

/// Whether an entry still allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllowState {
    /// It does.
    InForce,
    /// Its last day is over: it allows nothing.
    Expired,
}

/// What an entry is asked about; what is `None` satisfies no criterion.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The rule's id.
    pub rule: &'a str,
    /// The path in the repository.
    pub path: Option<&'a [u8]>,
    /// The finding's fingerprint.
    pub fingerprint: Option<&'a str>,
    /// The secret's bytes.
    pub value: Option<&'a [u8]>,
    /// The commit's full id.
    pub commit: Option<&'a str>,
}

impl<'a> Asked<'a> {
    /// What there is to ask about `finding`. Bulk findings have no one value.
    #[must_use]
    pub fn about(finding: &'a Finding) -> Self {
        Self {
            rule: &finding.rule.id,
            path: finding.subject.path().map(|path| path.as_slice()),
            fingerprint: Some(&finding.fingerprint.0),
            value: match &finding.value {
                Value::Secret(secret) => Some(secret.expose()),
                Value::Bulk { .. } => None,
            },
            commit: finding.subject.commit(),
        }
    }
}

impl Allow {
    /// Whether this entry lets the thing asked about pass.
    #[must_use]
    pub fn covers(&self, asked: &Asked<'_>) -> bool {
        self.state == AllowState::InForce && self.speaks_of(asked)
    }

    /// Whether this entry is about the thing asked about, even if its last day is over.
    #[must_use]
    pub fn speaks_of(&self, asked: &Asked<'_>) -> bool {
        holds(self.rules.as_ref(), Some(asked.rule), |globs, id| globs.iter().any(|g| g.is_match(id)))
            && holds(self.paths.as_ref(), asked.path, PathGlobs::matches)
            && holds(self.fingerprints.as_ref(), asked.fingerprint, |list, f| list.iter().any(|known| known == f))
            && holds(self.values.as_ref(), asked.value, |list, v| list.iter().any(|regex| regex.is_match(v)))
            && holds(self.commits.as_ref(), asked.commit, |list, c| list.iter().any(|known| known == c))
    }

    /// Whether it names values, by themselves or by their fingerprints: then whichever rule finds them says the same.
    #[must_use]
    pub fn is_about_a_value(&self) -> bool {
        self.fingerprints.is_some() || self.values.is_some()
    }

    /// Checks one entry. `known` are all ids that a finding's rule can have.
    pub(super) fn check(
        doc: &Document,
        entry: &Spanned<file::Allow>,
        known: &[&str],
        today: Date,
    ) -> Result<Self, PolicyError> {
        let wire = entry.get_ref();
        let reason = wire.reason.get_ref().trim();
        if reason.is_empty() {
            let remedy = "say in a few words why this is no leak; whoever reviews the list later needs it";
            return Err(doc.wrong(&wire.reason, "allow.reason", "it is empty", remedy));
        }
        let expires = wire.expires.as_ref().map(|e| expiry(doc, e)).transpose()?;
        let allow = Self {
            reason: reason.to_owned(),
            owner: wire.owner.clone(),
            expires,
            state: match expires {
                Some(last) if today > last => AllowState::Expired,
                Some(_) | None => AllowState::InForce,
            },
            origin: doc.line_of(&entry.span()),
            criteria: wire.criteria(),
            rules: list(wire.rules.as_ref(), |rules| rule_globs(doc, rules, known, "allow.rules"))?,
            paths: list(wire.paths.as_ref(), |paths| path_globs(doc, paths, "allow.paths"))?,
            fingerprints: list(wire.fingerprints.as_ref(), |all| fingerprints(doc, all))?,
            values: list(wire.values.as_ref(), |all| value_patterns(doc, all, "allow.values"))?,
            commits: list(wire.commits.as_ref(), |all| commits(doc, all))?,
        };
        allow.refuse_the_boundless(doc, entry)?;
        Ok(allow)
    }

    fn refuse_the_boundless(&self, doc: &Document, entry: &Spanned<file::Allow>) -> Result<(), PolicyError> {
        let is_bound = self.rules.as_ref().is_some_and(|globs| !match_every_rule(globs))
            || self.paths.as_ref().is_some_and(|globs| !globs.match_everything())
            || self.values.as_ref().is_some_and(|patterns| !match_every_value(patterns))
            || self.fingerprints.is_some()
            || self.commits.is_some();
        if is_bound {
            return Ok(());
        }
        let criteria = "`rules`, `paths`, `fingerprints`, `values`, `commits`";
        let has_any = self.rules.is_some() || self.paths.is_some() || self.values.is_some();
        let (problem, remedy) = match has_any {
            true => ("it matches everything: it would switch the gate off", format!("narrow it by one of {criteria}")),
            false => ("it has no criterion: it would switch the gate off", format!("add at least one of {criteria}")),
        };
        Err(doc.fault(entry.span(), "allow", problem, &remedy))
    }
}

/// A criterion that is not given holds; one that is given needs something to hold for.
pub(super) fn holds<C, V: ?Sized>(criterion: Option<&C>, value: Option<&V>, matches: impl Fn(&C, &V) -> bool) -> bool {
    match (criterion, value) {
        (None, _) => true,
        (Some(criterion), Some(value)) => matches(criterion, value),
        (Some(_), None) => false,
    }
}

fn list<T>(
    texts: Option<&Spanned<Vec<Spanned<String>>>>,
    check: impl FnOnce(&Spanned<Vec<Spanned<String>>>) -> Result<T, PolicyError>,
) -> Result<Option<T>, PolicyError> {
    texts.map(check).transpose()
}

#[cfg(test)]
mod tests {
    use super::super::Policy;
    use super::super::testing::{error, error_all, with, with_all};
    use super::*;

    fn entry(lines: &str) -> String {
        format!("[[allow]]\nreason = 'r'\n{lines}\n")
    }

    fn policy(lines: &str) -> Policy {
        with(&entry(lines)).unwrap()
    }

    fn refused(lines: &str, start: &str) {
        let message = error(&entry(lines));
        assert!(message.starts_with(start), "{message}");
    }

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn asked() -> Asked<'static> {
        Asked {
            rule: "acme-key",
            path: Some(b"tests/a.c"),
            fingerprint: Some("0123456789abcdef"),
            value: Some(b"acme_abcdefgh"),
            commit: Some(COMMIT),
        }
    }

    fn covers(lines: &str, asked: Asked<'_>) -> bool {
        policy(lines).covering(&asked).is_some()
    }

    #[test]
    fn each_criterion_holds_for_its_own_and_for_nothing_else() {
        for (criterion, other) in [
            ("rules = ['acme-key']", Asked { rule: "acme-noise", ..asked() }),
            ("rules = ['*-key']", Asked { rule: "acme-noise", ..asked() }),
            ("paths = ['tests/']", Asked { path: Some(b"src/a.c"), ..asked() }),
            ("fingerprints = ['0123456789abcdef']", Asked { fingerprint: Some("0123456789abcdee"), ..asked() }),
            ("values = ['^acme_abc']", Asked { value: Some(b"xacme_abc"), ..asked() }),
            (&format!("commits = ['{COMMIT}']"), Asked { commit: Some("01234567"), ..asked() }),
        ] {
            assert!(covers(criterion, asked()), "{criterion}");
            assert!(!covers(criterion, other), "{criterion}");
        }
    }

    #[test]
    fn all_criteria_of_an_entry_must_hold_together() {
        let both = "rules = ['acme-key']\npaths = ['tests/']";
        assert!(covers(both, asked()));
        assert!(!covers(both, Asked { path: Some(b"src/a.c"), ..asked() }));
        assert!(!covers(both, Asked { rule: "acme-noise", ..asked() }));
    }

    #[test]
    fn one_member_of_a_list_is_enough() {
        assert!(covers("paths = ['docs/', 'tests/']", asked()));
        assert!(covers("values = ['nothing', 'abc']", asked()));
    }

    #[test]
    fn one_of_several_entries_is_enough_in_whatever_file() {
        let (a, b) = (entry("paths = ['docs/']"), entry("rules = ['acme-key']"));
        assert!(with_all(&[&a, &b]).unwrap().covering(&asked()).unwrap().origin.ends_with("p1.toml:1"));
    }

    #[test]
    fn a_criterion_about_something_that_is_not_there_does_not_hold() {
        let bare = Asked { path: None, fingerprint: None, value: None, commit: None, ..asked() };
        for criterion in [
            "paths = ['tests/']",
            "fingerprints = ['0123456789abcdef']",
            "values = ['acme']",
            &format!("commits = ['{COMMIT}']"),
        ] {
            assert!(!covers(criterion, bare), "{criterion}");
        }
        assert!(covers("rules = ['acme-key']", bare));
    }

    #[test]
    fn a_reason_is_mandatory() {
        assert!(error("[[allow]]\nreason = ' '\npaths = ['a']").starts_with("p0.toml:2:10: allow.reason: it is empty"));
        assert!(error("[[allow]]\npaths = ['a']").starts_with("p0.toml:1:1: allow: there is no `reason`"));
    }

    #[test]
    fn an_entry_without_a_criterion_is_refused() {
        refused("owner = 'me'", "p0.toml:1:1: allow: it has no criterion: it would switch the gate off");
    }

    #[test]
    fn an_entry_that_leaves_nothing_to_find_is_refused() {
        for lines in [
            "rules = ['*']",
            "rules = ['acme-key', '*']",
            "paths = ['**']",
            "paths = ['a', '*']",
            "values = ['.*']",
            "values = ['.']",
            "values = ['^.{8,}$']",
            "values = ['(?i)[a-z]', '[0-9]']",
            "values = ['[0-9]']",
            "rules = ['*']\npaths = ['**/*']\nvalues = ['']",
        ] {
            refused(lines, "p0.toml:1:1: allow: it matches everything: it would switch the gate off");
        }
        for lines in ["values = ['^[^0-9]+$']", "values = ['^[0-9a-f]+$']", "values = ['^.{20}$']"] {
            assert!(with(&entry(lines)).is_ok(), "{lines}");
        }
        assert!(with(&entry("rules = ['*']\npaths = ['tests/']")).is_ok());
        assert!(with(&entry("rules = ['acme-key']\npaths = ['**']")).is_ok());
    }

    #[test]
    fn a_rule_that_does_not_exist_is_an_error() {
        refused("rules = ['acme-kee']", "p0.toml:3:10: allow.rules: no rule is called `acme-kee`");
        refused("rules = ['acme-key', 'zzz-*']", "p0.toml:3:22: allow.rules: no rule is called `zzz-*`");
        refused("rules = ['Acme']", "p0.toml:3:10: allow.rules: `Acme` is no rule id");
        refused("rules = []", "p0.toml:3:9: allow.rules: the list is empty");
    }

    #[test]
    fn a_rule_of_a_later_file_or_one_that_is_switched_off_or_made_in_code_exists() {
        let later = "[[rules]]\nid = 'mine'\ndescription = 'd'\nregex = 'xyz'\nkeywords = ['xyz']";
        assert!(with_all(&[&entry("rules = ['mine']"), later]).is_ok());
        assert!(with(&format!("disable = ['acme-key']\n{}", entry("rules = ['acme-key']"))).is_ok());
        assert!(with(&entry("rules = ['unreadable-encrypted']\npaths = ['a.zip']")).is_ok());
    }

    #[test]
    fn a_mistake_in_an_earlier_file_is_placed_there() {
        assert!(error_all(&[&entry("rules = ['acme-kee']"), "contact = 'x'"]).starts_with("p0.toml:3:10: "));
    }

    #[test]
    fn fingerprints_and_commits_are_full_and_lower_case() {
        refused("fingerprints = ['0123456789abcde']", "p0.toml:3:17: allow.fingerprints: `0123456789abcde` is not 16");
        refused("fingerprints = ['0123456789ABCDEF']", "p0.toml:3:17: allow.fingerprints: ");
        refused("fingerprints = ['0123456789abcdef0']", "p0.toml:3:17: allow.fingerprints: ");
        refused(
            "commits = ['0123456']",
            "p0.toml:3:12: allow.commits: `0123456` is not 40 or 64 lower-case hex digits",
        );
        assert!(with(&entry(&format!("commits = ['{}']", "a".repeat(64)))).is_ok());
    }

    #[test]
    fn broken_patterns_are_placed() {
        refused("paths = ['a', 'b[']", "p0.toml:3:15: allow.paths: the path pattern `b[` does not work");
        refused("values = ['a', 'b(']", "p0.toml:3:16: allow.values: the pattern does not compile: unclosed group");
    }

    #[test]
    fn an_entry_holds_through_its_last_day_and_no_longer() {
        // The tests' day is 2025-06-15.
        let entry = |day: &str| format!("paths = ['tests/']\nexpires = {day}");
        for day in ["'2025-06-15'", "2025-06-15", "'2025-06-16'"] {
            assert!(covers(&entry(day), asked()), "{day}");
        }
        for day in ["'2025-06-14'", "2025-06-14"] {
            assert!(!covers(&entry(day), asked()), "{day}");
            let policy = policy(&entry(day));
            let expired: Vec<&Allow> = policy.expired().collect();
            assert!(expired.len() == 1 && expired[0].origin.ends_with("p0.toml:1"), "{expired:?}");
        }
        assert_eq!(policy("paths = ['tests/']").expired().count(), 0);
    }

    #[test]
    fn an_expired_entry_is_checked_all_the_same() {
        refused("expires = '2020-01-01'\nrules = ['*']", "p0.toml:1:1: allow: it matches everything");
    }

    #[test]
    fn a_day_is_read_strictly() {
        for wrong in ["'2025-6-15'", "'tomorrow'", "''", "2025-06-15T00:00:00Z", "20250615", "'2025-02-29'"] {
            refused(&format!("paths = ['a']\nexpires = {wrong}"), "p0.toml:4:11: allow.expires: ");
        }
    }
}
