//! The rules of all layers, one over the other.
//!
//! *Invariant:* no layer changes a rule in passing: the same id again needs `override = true`, and a name that no rule
//! has is an error.

use super::document::Document;
use super::error::PolicyError;
use super::listed::{Listed, State};
use super::packs;
use super::rules::{self, Vetting};
use super::suggest::nearest;
use super::wire;
use crate::rule::{Choice, PackedError, RuleSpec, Rules, Text};
use crate::text::Kind;
use std::collections::{HashMap, HashSet};
use toml::Spanned;

/// The rules so far.
#[derive(Debug)]
pub(super) struct Merge {
    /// Those that the merge began with.
    embedded: Rules,
    /// None until a file says something of rules: most say nothing, and there are thousands.
    changed: Option<Changed>,
    /// Whether what is added from now on yields to what is there.
    yields: bool,
}

#[derive(Debug)]
struct Changed {
    /// Those in the binary first, by their numbers.
    entries: Vec<Entry>,
    /// Where those are that are not in the binary.
    written: HashMap<String, usize>,
}

#[derive(Debug)]
struct Entry {
    spec: Choice,
    /// `file:line` where it was written; none: in an embedded pack.
    origin: Option<String>,
    state: State,
    vetting: Vetting,
}

impl Merge {
    /// Begins with the embedded rules, all of them on.
    pub(super) fn over(embedded: Rules) -> Self {
        Self { embedded, changed: None, yields: false }
    }

    /// From here on a lock holds: rules are added, and take nothing from those before.
    pub(super) fn yield_from_here(&mut self) {
        self.yields = true;
    }

    fn changed(&mut self) -> &mut Changed {
        self.changed.get_or_insert_with(|| Changed::of(self.embedded.clone()))
    }

    /// Where the rule called `id` is.
    fn position(&mut self, id: &str) -> Option<usize> {
        let packed = self.embedded.packed();
        self.changed().written.get(id).copied().or_else(|| packed.position(id))
    }

    /// Adds one file's rules.
    pub(super) fn add(
        &mut self,
        doc: &Document,
        rules: &[Spanned<wire::Rule>],
        vetting: Vetting,
    ) -> Result<(), PolicyError> {
        let mut here: HashSet<&str> = HashSet::new();
        for rule in rules {
            let wire = rule.get_ref();
            let id = wire.id.get_ref().as_str();
            let spec = RuleSpec { yields: self.yields, ..rules::check(doc, wire, vetting)? };
            let spec = Choice::Written(Box::new(spec));
            let entry = Entry { spec, origin: Some(doc.line_of(&wire.id.span())), state: State::On, vetting };
            // A file on trial may be one that holds already.
            let replaces = wire.replaces || vetting == Vetting::Trial;
            let position = self.position(id);
            let Changed { entries, written } = self.changed();
            match position.and_then(|at| entries.get_mut(at)) {
                Some(old) if replaces && !here.contains(id) => *old = entry,
                Some(old) => return Err(exists(doc, &wire.id, &old.origin())),
                None if wire.replaces => return Err(self.nothing_to_replace(doc, &wire.id)),
                None => {
                    written.insert(id.to_owned(), entries.len());
                    entries.push(entry);
                }
            }
            here.insert(id);
        }
        Ok(())
    }

    /// Switches rules off, and then others on.
    pub(super) fn switch(
        &mut self,
        doc: &Document,
        off: &[Spanned<String>],
        on: &[Spanned<String>],
    ) -> Result<(), PolicyError> {
        for name in off {
            self.set(doc, name, "disable", &State::Off { by: doc.line_of(&name.span()) })?;
        }
        for name in on {
            self.set(doc, name, "enable", &State::On)?;
        }
        Ok(())
    }

    fn set(&mut self, doc: &Document, name: &Spanned<String>, key: &str, state: &State) -> Result<(), PolicyError> {
        let word = name.get_ref().as_str();
        let mut hits = 0;
        let position = self.position(word);
        let entries = &mut self.changed().entries;
        let meant: Vec<&mut Entry> = match word.strip_prefix("tag:") {
            Some(tag) => entries.iter_mut().filter(|entry| entry.spec.tags().iter().any(|t| t == tag)).collect(),
            None => position.and_then(|at| entries.get_mut(at)).into_iter().collect(),
        };
        for entry in meant {
            entry.state = state.clone();
            hits += 1;
        }
        match hits {
            0 => Err(self.unknown(doc, name, key)),
            _ => Ok(()),
        }
    }

    /// Adds a rule from gitleaks, in the place of one that an earlier file brought.
    pub(super) fn borrow(&mut self, spec: RuleSpec, origin: String) {
        let position = self.position(&spec.id);
        let id = spec.id.to_string();
        let spec = Choice::Written(Box::new(RuleSpec { yields: self.yields, ..spec }));
        let entry = Entry { spec, origin: Some(origin), state: State::On, vetting: Vetting::Full };
        let Changed { entries, written } = self.changed();
        match position.and_then(|at| entries.get_mut(at)) {
            Some(old) => *old = entry,
            None => {
                written.insert(id, entries.len());
                entries.push(entry);
            }
        }
    }

    /// Whether the rule `id` is one that is built in.
    pub(super) fn is_built_in(&self, id: &str) -> bool {
        let Some(Changed { entries, written }) = &self.changed else { return self.embedded.has(id) };
        let position = written.get(id).copied().or_else(|| self.embedded.packed().position(id));
        position.and_then(|at| entries.get(at)).is_some_and(|entry| entry.origin.is_none())
    }

    /// Switches the rule `id` off, because of what stands at `by`.
    pub(super) fn switch_off(&mut self, id: &str, by: &str) {
        let position = self.position(id);
        if let Some(entry) = position.and_then(|at| self.changed().entries.get_mut(at)) {
            entry.state = State::Off { by: by.to_owned() };
        }
    }

    /// Switches every rule for secrets off that is built in.
    pub(super) fn switch_own_off(&mut self, by: &str) {
        let own = self.changed().entries.iter_mut().filter(|it| it.origin.is_none());
        for entry in own.filter(|it| it.spec.kind() == Some(Kind::Secret)) {
            entry.state = State::Off { by: by.to_owned() };
        }
    }

    /// All ids, of rules that are switched off as well.
    pub(super) fn ids(&self) -> Vec<&str> {
        match &self.changed {
            Some(changed) => changed.entries.iter().map(|entry| entry.spec.id()).collect(),
            None => self.embedded.ids(),
        }
    }

    /// The rules that are switched on, in the order in which they were first added.
    pub(super) fn into_rules(self) -> Rules {
        let Some(changed) = self.changed else { return self.embedded };
        let on = changed.entries.into_iter().filter(|entry| entry.state == State::On);
        Rules::chosen(self.embedded.packed(), on.map(|entry| entry.spec).collect())
    }

    /// All rules in the order in which they were first added.
    pub(super) fn into_listed(self) -> Result<Vec<Listed>, PackedError> {
        let changed = self.changed.unwrap_or_else(|| Changed::of(self.embedded));
        let listed = |entry: Entry| {
            let on_trial = entry.vetting == Vetting::Trial;
            let origin = entry.origin();
            Ok(Listed::new(entry.spec.into_spec()?, origin, entry.state, on_trial))
        };
        changed.entries.into_iter().map(listed).collect()
    }

    fn nothing_to_replace(&self, doc: &Document, id: &Spanned<String>) -> PolicyError {
        let problem = format!("no earlier rule is called `{}`, so there is nothing to override", id.get_ref());
        let remedy = match nearest(id.get_ref(), self.ids()) {
            Some(known) => format!("did you mean `{known}`?"),
            None => "delete `override = true`, or correct the id".to_owned(),
        };
        doc.wrong(id, "rules.id", &problem, &remedy)
    }

    fn unknown(&mut self, doc: &Document, name: &Spanned<String>, key: &str) -> PolicyError {
        let word = name.get_ref().as_str();
        let (problem, meant) = match word.strip_prefix("tag:") {
            Some(tag) => {
                let entries = &self.changed().entries;
                let tags: Vec<Text> = entries.iter().flat_map(|entry| entry.spec.tags().into_owned()).collect();
                let near = nearest(tag, tags.iter().map(|tag| &**tag)).map(|known| format!("tag:{known}"));
                (format!("no rule has the tag `{tag}`"), near)
            }
            None => (format!("no rule is called `{word}`"), nearest(word, self.ids()).map(str::to_owned)),
        };
        let remedy = match meant {
            Some(known) => format!("did you mean `{known}`?"),
            None => "`leakgate rules list` lists the rules; give an id, or \"tag:\" and a tag".to_owned(),
        };
        doc.wrong(name, key, &problem, &remedy)
    }
}

impl Changed {
    fn of(embedded: Rules) -> Self {
        let entry = |spec| Entry { spec, origin: None, state: State::On, vetting: Vetting::Full };
        let entries: Vec<Entry> = embedded.into_choices().into_iter().map(entry).collect();
        let written = entries.iter().enumerate().filter(|(_, entry)| matches!(entry.spec, Choice::Written(_)));
        let written = written.map(|(at, entry)| (entry.spec.id().to_owned(), at)).collect();
        Self { entries, written }
    }
}

impl Entry {
    fn origin(&self) -> String {
        self.origin.clone().unwrap_or_else(|| packs::name(self.spec.group()))
    }
}

fn exists(doc: &Document, id: &Spanned<String>, origin: &str) -> PolicyError {
    let problem = format!("the rule id `{}` exists already, in {origin}", id.get_ref());
    doc.wrong(id, "rules.id", &problem, "choose another id, or add `override = true` to replace the whole rule")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, error_all, specs, with, with_all};

    const OTHER: &str = "description = 'd'\nregex = 'xyz[0-9]+'\nkeywords = ['xyz']\n";

    fn ids(texts: &[&str]) -> Vec<String> {
        specs(with_all(texts).unwrap()).iter().map(|rule| rule.id.to_string()).collect()
    }

    #[test]
    fn a_file_adds_its_rules_after_the_earlier_ones() {
        let rule = format!("[[rules]]\nid = 'mine'\n{OTHER}");
        assert_eq!(ids(&[&rule]), ["acme-key", "acme-noise", "mine"]);
    }

    #[test]
    fn the_same_id_again_is_an_error_that_names_the_first() {
        let again = format!("[[rules]]\nid = 'acme-key'\n{OTHER}");
        let message = error(&again);
        assert!(
            message.starts_with(
                "p0.toml:2:6: rules.id: the rule id `acme-key` exists already, in config/rules/acme.toml (built in)"
            ),
            "{message}"
        );
        assert!(message.ends_with("or add `override = true` to replace the whole rule"));
        let mine = format!("\n[[rules]]\nid = 'mine'\n{OTHER}");
        assert!(error_all(&[&mine, &mine]).contains("exists already, in p0.toml:3"));
        assert!(error(&format!("{mine}{mine}")).contains("exists already, in p0.toml:3"));
    }

    #[test]
    fn override_replaces_the_whole_rule_in_its_place() {
        let rule = format!("[[rules]]\nid = 'acme-key'\noverride = true\n{OTHER}");
        let rules = specs(with(&rule).unwrap());
        assert_eq!((rules.len(), &*rules[0].regex), (2, "xyz[0-9]+"));
        assert!(rules[0].tags.is_empty());
    }

    #[test]
    fn a_file_cannot_override_its_own_rule() {
        let mine = format!("[[rules]]\nid = 'mine'\n{OTHER}");
        assert!(error(&format!("{mine}{mine}override = true")).contains("`mine` exists already"));
    }

    #[test]
    fn override_of_a_rule_that_does_not_exist_is_an_error() {
        let message = error(&format!("[[rules]]\nid = 'acme-kee'\noverride = true\n{OTHER}"));
        assert!(message.starts_with("p0.toml:2:6: rules.id: no earlier rule is called `acme-kee`"), "{message}");
        assert!(message.ends_with("did you mean `acme-key`?"));
    }

    #[test]
    fn rules_are_switched_off_by_id_and_by_tag() {
        assert_eq!(ids(&["disable = ['acme-key']"]), ["acme-noise"]);
        assert_eq!(ids(&["disable = ['tag:noisy']"]), ["acme-key"]);
    }

    #[test]
    fn what_one_file_switches_off_a_later_one_switches_on() {
        assert_eq!(ids(&["disable = ['acme-key']", "enable = ['acme-key']"]), ["acme-key", "acme-noise"]);
        assert_eq!(ids(&["disable = ['tag:acme']\nenable = ['acme-key']"]), ["acme-key"]);
    }

    #[test]
    fn an_override_of_a_rule_that_is_switched_off_switches_it_on() {
        let rule = format!("[[rules]]\nid = 'acme-key'\noverride = true\n{OTHER}");
        assert_eq!(ids(&["disable = ['acme-key']", &rule]), ["acme-key", "acme-noise"]);
    }

    #[test]
    fn a_name_that_no_rule_has_is_an_error() {
        for (text, start, end) in [
            (
                "disable = ['acme-kee']",
                "p0.toml:1:12: disable: no rule is called `acme-kee`",
                "did you mean `acme-key`?",
            ),
            (
                "disable = ['tag:noisi']",
                "p0.toml:1:12: disable: no rule has the tag `noisi`",
                "did you mean `tag:noisy`?",
            ),
            (
                "enable = ['zzzzzz']",
                "p0.toml:1:11: enable: no rule is called `zzzzzz`",
                "give an id, or \"tag:\" and a tag",
            ),
            ("disable = ['acme-*']", "p0.toml:1:12: disable: no rule is called `acme-*`", ""),
        ] {
            let message = error(text);
            assert!(message.starts_with(start) && message.ends_with(end), "{message}");
        }
    }

    #[test]
    fn a_policy_without_a_rule_is_an_error() {
        let message = with("disable = ['tag:acme']").unwrap_err().to_string();
        assert!(message.starts_with("the policy has no rule left") && message.contains("p0.toml"), "{message}");
    }
}
