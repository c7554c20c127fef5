//! Locks: what an earlier file keeps later ones from loosening.
//!
//! An organisation's policy lies under a repository's, and that under a developer's. `lock` names sections in which the
//! later ones may only add and tighten. Anything else there is an error, not a setting that is passed over: whoever wrote
//! it would believe in it.
//!
//! *Invariant:* what is not known to tighten loosens. A section that is new here is locked as a whole.

use super::document::Document;
use super::error::PolicyError;
use super::settings::{Plain, Setting, defaults, settings};
use super::suggest::nearest;
use std::collections::BTreeMap;
use toml::Spanned;

/// What can be locked: every key and table at the top of a policy file but `enable` and `lock`, which only tighten.
pub(super) const SECTIONS: &[&str] = &[
    "action",
    "allow",
    "audit",
    "baseline",
    "bypass",
    "comments",
    "contact",
    "customer",
    "disable",
    "dry_run",
    "exact",
    "extend",
    "gitleaks",
    "limits",
    "markers",
    "message",
    "remote",
    "rules",
    "unreadable",
];
/// Sections that let pass, or switch off, what another one would: a lock on that one holds them as well.
const AROUND: &[(&str, &str)] = &[
    ("action", "allow"),
    ("action", "disable"),
    ("baseline", "allow"),
    ("extend", "allow"),
    ("extend", "disable"),
    ("extend", "rules"),
    ("gitleaks", "allow"),
    ("gitleaks", "disable"),
    ("gitleaks", "rules"),
    ("rules", "disable"),
];
/// All of them.
const ALL: &str = "all";

/// The locks so far, and the values that they hold to.
#[derive(Debug, Default)]
pub(super) struct Locks {
    /// Section to `file:line` of the lock.
    held: BTreeMap<&'static str, String>,
    /// What the files so far say, the last word of each key; empty while nothing is locked.
    said: BTreeMap<String, Plain>,
    /// Files before the first lock, name and text: what they say is asked only when there is a lock.
    before: Vec<Document>,
}

impl Locks {
    /// Checks a file against the locks of those before it, and takes over its own.
    pub(super) fn file(&mut self, doc: &Document, lock: &[Spanned<String>]) -> Result<(), PolicyError> {
        if self.held.is_empty() && lock.is_empty() {
            self.before.push(Document::new(doc.name.clone(), doc.text().to_owned()));
            return Ok(());
        }
        let all = settings(doc)?;
        if !self.held.is_empty() {
            all.iter().try_for_each(|setting| self.check(doc, setting))?;
        }
        if self.held.is_empty() {
            self.say(defaults()?);
            for earlier in std::mem::take(&mut self.before) {
                self.say(settings(&earlier)?);
            }
        }
        for name in lock {
            let origin = doc.line_of(&name.span());
            match name.get_ref().as_str() {
                ALL => SECTIONS.iter().for_each(|section| self.hold(section, &origin)),
                word => match SECTIONS.iter().find(|section| **section == word) {
                    Some(section) => self.hold(section, &origin),
                    None => return Err(unknown(doc, name)),
                },
            }
        }
        self.say(all);
        Ok(())
    }

    fn say(&mut self, all: Vec<Setting>) {
        self.said.extend(all.into_iter().map(|setting| (setting.key, setting.value)));
    }

    /// Whether any file so far locks anything.
    pub(super) fn any(&self) -> bool {
        !self.held.is_empty()
    }

    /// The first lock of a section is the one that is named.
    fn hold(&mut self, section: &'static str, origin: &str) {
        if !self.held.contains_key(section) {
            self.held.insert(section, origin.to_owned());
        }
    }

    /// The lock that holds `section`: its own, or that of one that it would be a way around.
    fn holder(&self, section: &str) -> Option<(&str, &str)> {
        let held = |name: &str| self.held.get_key_value(name).map(|(name, origin)| (*name, origin.as_str()));
        held(section).or_else(|| match section {
            // It switches everything off.
            "dry_run" => self.held.first_key_value().map(|(name, origin)| (*name, origin.as_str())),
            _ => AROUND.iter().filter(|(way, _)| *way == section).find_map(|(_, of)| held(of)),
        })
    }

    fn check(&self, doc: &Document, setting: &Setting) -> Result<(), PolicyError> {
        let section = setting.key.split('.').next().unwrap_or(&setting.key);
        let Some((held, origin)) = self.holder(section) else { return Ok(()) };
        let old = self.said.get(&setting.key);
        if old == Some(&setting.value) || tightens(&setting.key, &setting.value, old) {
            return Ok(());
        }
        let problem = match held == section {
            true => format!("`{section}` is locked by {origin}, and this is looser or may be"),
            false => format!("`{held}` is locked by {origin}, and this would be a way around it"),
        };
        let remedy = "take it out, or ask who keeps that file; what tightens is always allowed";
        Err(doc.fault(setting.span.clone(), &setting.key, &problem, remedy))
    }
}

fn unknown(doc: &Document, name: &Spanned<String>) -> PolicyError {
    let remedy = match nearest(name.get_ref(), SECTIONS.iter().copied()) {
        Some(section) => format!("did you mean `{section}`?"),
        None => format!("give `{ALL}`, or one of: {}", SECTIONS.join(", ")),
    };
    doc.wrong(name, "lock", &format!("nothing is called `{}`", name.get_ref()), &remedy)
}

/// Whether `new` in the place of `old` can only refuse more.
fn tightens(key: &str, new: &Plain, old: Option<&Plain>) -> bool {
    let is_text = |wanted: &str| matches!(new, Plain::Text(text) if text == wanted);
    match key {
        "unreadable.encrypted" | "unreadable.unsupported" | "unreadable.over_limit" | "unreadable.broken" => {
            is_text("block")
        }
        "markers.texts" | "markers.packages" | "markers.hosts" | "customer.number" => true,
        "markers.apply" => is_text("everywhere"),
        "comments.apply" => is_text("nowhere"),
        "dry_run" => *new == Plain::Bool(false),
        "customer.enabled" => *new == Plain::Bool(true),
        "customer.values_per_file"
        | "customer.values_per_push"
        | "customer.bare_cards"
        | "customer.named_cards"
        | "customer.national_numbers"
        | "customer.ibans"
        | "customer.dump_score" => matches!((new, old), (Plain::Number(new), Some(Plain::Number(old))) if new <= old),
        "customer.packs" => holds_all(new, old),
        "customer.identifier" => {
            entry(new, "action") == Some(&Plain::Text("block".to_owned()))
                && entry(new, "threshold").is_none()
                && entry(new, "without_words") != Some(&Plain::Bool(false))
        }
        // A check that fails takes the value from the rules that go by context, too.
        "rules" => !matches!(entry(new, "override"), Some(Plain::Bool(true))) && entry(new, "check").is_none(),
        "action" => entry(new, "action") == Some(&Plain::Text("block".to_owned())),
        _ => false,
    }
}

fn entry<'p>(table: &'p Plain, key: &str) -> Option<&'p Plain> {
    match table {
        Plain::Table(table) => table.get(key),
        Plain::Bool(_) | Plain::Number(_) | Plain::Text(_) | Plain::List(_) | Plain::Other(_) => None,
    }
}

fn holds_all(new: &Plain, old: Option<&Plain>) -> bool {
    match (new, old) {
        (Plain::List(new), Some(Plain::List(old))) => old.iter().all(|member| new.contains(member)),
        (Plain::List(_), None) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error_all, raw_error, with_all};
    use super::*;

    fn under(lock: &str, later: &str) -> Result<(), String> {
        match with_all(&[&format!("lock = [{lock}]"), later]) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    const ENTRY: &str = "[[allow]]\nreason = 'r'\npaths = ['a']";
    const RULE: &str = "[[rules]]\ndescription = 'd'\nregex = 'xyz'\nkeywords = ['xyz']\nid = ";

    #[test]
    fn what_loosens_a_locked_section_is_an_error_that_names_both_places() {
        for (section, later) in [
            ("allow", ENTRY),
            ("disable", "disable = ['acme-key']"),
            ("contact", "contact = 'x'"),
            ("limits", "limits.decode_depth = 1"),
            ("unreadable", "unreadable.encrypted = 'allow'"),
            ("customer", "customer.enabled = false"),
            ("customer", "customer.values_per_file = 101"),
            ("customer", "customer.own_domains = ['corp.example']"),
            ("customer", "[[customer.identifier]]\nid = 'iban'\naction = 'warn'"),
            ("rules", &format!("{RULE}'acme-key'\noverride = true")),
            ("action", "[[action]]\naction = 'off'\nrules = ['acme-key']"),
            ("comments", "comments.apply = 'everywhere'"),
            ("baseline", "baseline.file = 'x'"),
            ("bypass", "bypass.hours = 48"),
        ] {
            for lock in [section, "all"] {
                let message = under(&format!("'{lock}'"), later).unwrap_err();
                assert!(message.contains("p1.toml:") && message.contains("is locked by"), "{message}");
                assert!(message.contains("p0.toml:1"), "{message}");
            }
            assert!(with_all(&["", later]).is_ok(), "{later}");
            let other = if section == "exact" { "'limits'" } else { "'exact'" };
            assert_eq!(under(other, later), Ok(()), "{later}");
        }
    }

    #[test]
    fn a_way_around_a_lock_is_locked() {
        let (action, replaced) =
            ("[[action]]\naction = 'off'\npaths = ['a']", format!("{RULE}'acme-key'\noverride = true"));
        for (lock, later) in [
            ("allow", action),
            ("allow", "baseline.file = 'x'"),
            ("allow", "extend = 'x'"),
            ("allow", "gitleaks.ignore = ['x']"),
            ("disable", action),
            ("disable", &replaced),
            ("disable", "gitleaks.own_rules = false"),
            ("rules", "extend = 'x'"),
            ("limits", "dry_run = true"),
        ] {
            let message = under(&format!("'{lock}'"), later).unwrap_err();
            assert!(message.contains(&format!("`{lock}` is locked by")), "{lock} {later}: {message}");
        }
        assert_eq!(under("'allow'", "[[action]]\naction = 'block'\npaths = ['a']"), Ok(()));
    }

    #[test]
    fn a_rule_that_is_added_under_a_lock_takes_no_value_from_others() {
        let refuting = "[[rules]]\nid = 'mine'\ndescription = 'd'\nregex = '(?i)password.{1,200}'\n\
                        keywords = ['password']\ncheck = 'luhn'";
        assert!(under("'rules'", refuting).unwrap_err().contains("`rules` is locked by"));
        assert!(with_all(&["", refuting]).is_ok());
    }

    #[test]
    fn what_tightens_is_always_allowed() {
        for later in [
            "enable = ['acme-key']",
            "unreadable.broken = 'block'",
            "customer.values_per_file = 99",
            "customer.values_per_file = 100",
            "customer.packs = ['de']",
            "customer.enabled = true",
            "markers.texts = ['Acme Confidential']",
            "markers.apply = 'everywhere'",
            "comments.apply = 'nowhere'",
            "dry_run = false",
            "limits.tag_depth = 100",
            "[[action]]\naction = 'block'\nrules = ['acme-key']",
            "[[customer.identifier]]\nid = 'iban'\naction = 'block'",
            &format!("{RULE}'mine'"),
        ] {
            assert_eq!(under("'all'", later), Ok(()), "{later}");
        }
    }

    #[test]
    fn the_values_that_are_held_to_are_the_last_ones_said() {
        let (first, lock) = ("customer.values_per_file = 7", "lock = ['customer']\ncustomer.ibans = 2");
        assert!(with_all(&[first, lock, "customer.values_per_file = 7\ncustomer.ibans = 1"]).is_ok());
        assert!(with_all(&[first, lock, "customer.values_per_file = 8"]).is_err());
        assert!(with_all(&[first, lock, "customer.ibans = 1", "customer.ibans = 2"]).is_err());
    }

    #[test]
    fn a_lock_binds_later_files_and_not_its_own_nor_can_one_of_them_take_it_back() {
        assert!(with_all(&[&format!("lock = ['allow']\n{ENTRY}")]).is_ok());
        assert!(with_all(&["lock = ['allow']", "lock = []", ENTRY]).is_err());
    }

    #[test]
    fn a_name_that_nothing_has_is_an_error() {
        assert!(error_all(&["lock = ['limit']"]).contains("p0.toml:1:9: lock: nothing is called `limit`"));
        assert!(error_all(&["lock = ['limit']"]).ends_with("did you mean `limits`?"));
    }

    #[test]
    fn every_section_of_a_policy_file_can_be_locked() {
        let message = raw_error("no-such-key = 1");
        let mut keys: Vec<&str> = message.split('`').skip(3).step_by(2).collect();
        keys.retain(|key| !matches!(*key, "enable" | "lock"));
        keys.sort_unstable();
        assert_eq!(keys, SECTIONS);
    }
}
