//! A whole configuration made into rules of this policy, and what that means for those that are there already.

use super::config::{Config, Rule, StandIn};
use super::note::Note;
use super::{GROUP, Gitleaks, names};
use crate::policy::document::Document;
use crate::policy::error::PolicyError;
use crate::policy::merge::Merge;
use crate::policy::{criteria, layer};
use crate::rule::{Borrowed, Exception, Looks, Report, RuleSpec, Scope, Text, Unicode};
use crate::text::{Kind, Severity, printable};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use toml::Spanned;

/// How ids of rules from gitleaks begin here.
const PREFIX: &str = "gitleaks-";
/// The longest id in bytes; behind it there is room for a number.
const LONGEST: usize = 60;
/// The shortest keyword that is looked for in all texts at once, in bytes.
const SHORTEST_KEYWORD: usize = 3;

pub(super) struct Takeover<'a> {
    pub(super) doc: &'a Document,
    pub(super) into: &'a mut Gitleaks,
    pub(super) rules: &'a mut Merge,
}

impl Takeover<'_> {
    pub(super) fn all(mut self, config: Config) -> Result<(), PolicyError> {
        let Config { rules, lists, lists_of_default, targeted, stand_in } = config;
        self.into.stands_in |= stand_in.is_some();
        let mut lists_of: BTreeMap<String, Vec<Arc<Exception>>> = BTreeMap::new();
        for (id, list) in &targeted {
            if !rules.contains_key(id.get_ref()) && stand_in.is_none() {
                let problem = format!("there is no rule `{}`", id.get_ref());
                let remedy = "gitleaks refuses it as well: correct the id";
                return Err(self.doc.wrong(id, "allowlists.targetRules", &problem, remedy));
            }
            lists_of.entry(id.get_ref().clone()).or_default().push(Arc::clone(list));
        }
        let mut replaced: BTreeSet<String> = BTreeSet::new();
        let mut taken: BTreeSet<String> = BTreeSet::new();
        for (_, mut rule) in rules {
            rule.lists.extend(lists_of.remove(&rule.id).into_iter().flatten());
            let amends = rule.regex.is_none() && self.is_default(&rule, stand_in.as_ref());
            if amends {
                self.amend(&rule);
                continue;
            }
            if stand_in.is_some() && rule.regex.is_some() {
                replaced.insert(rule.id.clone());
            }
            rule.lists.extend(lists_of_default.iter().cloned());
            self.rule(rule, &mut taken)?;
        }
        for (id, lists) in lists_of {
            self.pardon(&id, &lists, &targeted);
        }
        if let Some(stand_in) = stand_in {
            self.switch(&stand_in, &replaced);
        }
        self.into.borrowings.unless_any.extend(lists);
        Ok(())
    }

    /// Whether `rule` only changes one of gitleaks' default rules, for which leakgate's own stand.
    fn is_default(&self, rule: &Rule, stand_in: Option<&StandIn>) -> bool {
        stand_in.is_some() && (rule.path.is_none() || self.ours(&rule.id).next().is_some())
    }

    fn ours<'i>(&self, theirs: &'i str) -> impl Iterator<Item = &'i str> {
        let known: Vec<&str> = {
            // An id that is not gitleaks' own may by chance be one of leakgate's.
            let stands = |id: &&str| names::theirs(id).contains(&theirs) && self.rules.is_built_in(id);
            names::ours(theirs).into_iter().filter(stands).collect()
        };
        known.into_iter()
    }

    /// Puts allowlists that a configuration adds to a default rule on those that stand for it.
    fn amend(&mut self, rule: &Rule) {
        let ours: Vec<&str> = self.ours(&rule.id).collect();
        for id in &ours {
            let unless = self.into.borrowings.unless.entry((*id).to_owned()).or_default();
            unless.extend(rule.lists.iter().cloned());
        }
        let changes = [
            (rule.path.is_some(), "path"),
            (rule.group != 0, "secretGroup"),
            (rule.entropy != 0.0, "entropy"),
            (!rule.keywords.is_empty(), "keywords"),
            (rule.skip_report, "skipReport"),
            (!rule.needs.is_empty(), "required"),
        ];
        let changes: Vec<&str> = changes.into_iter().filter(|(given, _)| *given).map(|(_, key)| key).collect();
        let what = match (ours.is_empty(), changes.is_empty()) {
            (true, _) => format!(
                "`{}` changes a default rule of gitleaks that none of leakgate's stands for: it does nothing",
                rule.id
            ),
            (false, true) => return,
            (false, false) => format!(
                "{} of `{}` cannot change {}, which stands for it; gitleaks.default_config brings the original",
                changes.join(", "),
                rule.id,
                ours.join(", "),
            ),
        };
        self.into.notes.push(Note { at: rule.origin.clone(), what });
    }

    /// Puts allowlists for a default rule on those that stand for it.
    fn pardon(&mut self, theirs: &str, lists: &[Arc<Exception>], targeted: &[(Spanned<String>, Arc<Exception>)]) {
        let ours: Vec<&str> = self.ours(theirs).collect();
        for id in &ours {
            let unless = self.into.borrowings.unless.entry((*id).to_owned()).or_default();
            unless.extend(lists.iter().cloned());
        }
        let place = targeted.iter().find(|(id, _)| id.get_ref() == theirs);
        if let (true, Some((id, _))) = (ours.is_empty(), place) {
            let what =
                format!("`targetRules` names `{theirs}`, which none of leakgate's rules stands for: it does nothing");
            self.into.notes.push(Note::at(self.doc, &id.span(), &what));
        }
    }

    /// Switches off the rules here that stand for nothing any more: all that they stand for is disabled, or has a pattern
    /// of its own now.
    fn switch(&mut self, stand_in: &StandIn, replaced: &BTreeSet<String>) {
        let gone = |id: &str| replaced.contains(id) || stand_in.disabled.iter().any(|(other, _)| other == id);
        let of_file = self.doc.name.clone();
        let places = stand_in.disabled.iter().map(|(id, at)| (id.as_str(), at.as_str()));
        let all: Vec<(&str, &str)> = places.chain(replaced.iter().map(|id| (id.as_str(), of_file.as_str()))).collect();
        for (id, at) in all {
            let ours: Vec<&str> = self.ours(id).collect();
            if ours.is_empty() && !replaced.contains(id) {
                let what =
                    format!("`{id}` is disabled, and none of leakgate's rules stands for it: nothing to switch off");
                self.into.notes.push(Note { at: at.to_owned(), what });
            }
            for ours in ours {
                let kept: Vec<&str> = names::theirs(ours).into_iter().filter(|id| !gone(id)).collect();
                match kept.first() {
                    None => {
                        self.rules.switch_off(ours, at);
                        self.into.switched_off.push(ours.to_owned());
                    }
                    Some(other) => {
                        let what = format!(
                            "`{ours}` stands for `{id}` and for `{other}` as well, and stays; disable = [\"{ours}\"] ends it"
                        );
                        self.into.notes.push(Note { at: at.to_owned(), what });
                    }
                }
            }
        }
    }

    fn rule(&mut self, rule: Rule, taken: &mut BTreeSet<String>) -> Result<(), PolicyError> {
        let fault = |why: &str, remedy: &str| layer::refused(Path::new(&rule.origin), why, remedy);
        let looks = match (&rule.regex, &rule.path) {
            (Some(_), _) => Looks::Text,
            (None, Some(_)) => Looks::Path,
            (None, None) => {
                let why = format!("the rule `{}` has neither `regex` nor `path`", rule.id);
                return Err(fault(&why, "gitleaks refuses it as well: give it one, or delete the rule"));
            }
        };
        let group = usize::try_from(rule.group).unwrap_or(usize::MAX);
        if looks == Looks::Text && rule.group > rule.groups {
            let why = format!("the pattern of `{}` has {} groups, not {group}", rule.id, rule.groups);
            return Err(fault(&why, "gitleaks refuses it as well: correct `secretGroup`"));
        }
        let id = own_id(&rule.id, taken);
        let spec = spec(&id, &rule, looks);
        let borrowed = Borrowed {
            id: rule.id,
            keywords: rule.keywords,
            path: rule.path.map(|path| (Text::from(path.pattern), path.unicode)),
            looks,
            entropy: rule.entropy,
            group,
            needs: rule.needs,
            report: if rule.skip_report { Report::No } else { Report::Yes },
        };
        self.into.borrowings.rules.insert(id.clone(), Arc::new(borrowed));
        self.into.borrowings.unless.insert(id, rule.lists);
        self.rules.borrow(spec, rule.origin);
        Ok(())
    }
}

/// `gitleaks-` and the id in lower case with single hyphens, as ids are here; a second one of the same form is numbered.
fn own_id(theirs: &str, taken: &mut BTreeSet<String>) -> String {
    let words = theirs.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut id = format!("{PREFIX}{}", words.collect::<Vec<_>>().join("-").to_ascii_lowercase());
    id.truncate(LONGEST);
    let id = match id.trim_end_matches('-') {
        "gitleaks" => "gitleaks-rule",
        id => id,
    };
    let numbered = (2..).map(|number| format!("{id}-{number}"));
    let id = std::iter::once(id.to_owned()).chain(numbered).find(|id| !taken.contains(id)).unwrap_or_else(String::new);
    taken.insert(id.clone());
    id
}

fn spec(id: &str, rule: &Rule, looks: Looks) -> RuleSpec {
    let can_be_called = rule.keywords.iter().all(|word| word.len() >= SHORTEST_KEYWORD && word.is_ascii());
    let keywords = if can_be_called && looks == Looks::Text { rule.keywords.clone() } else { Vec::new() };
    let generic = rule.id.to_lowercase().contains("generic").then(|| "generic".to_owned());
    let tags = rule.tags.iter().filter(|tag| criteria::is_id(tag)).cloned();
    let tags: BTreeSet<String> = tags.chain(generic).chain([GROUP.to_owned()]).collect();
    let description = match rule.description.is_empty() {
        true => format!("rule `{}` of gitleaks", rule.id),
        false => rule.description.clone(),
    };
    RuleSpec {
        id: Text::from(id.to_owned()),
        group: GROUP.into(),
        description: printable(description.as_bytes()).into(),
        regex: rule.regex.as_ref().map_or_else(String::new, |it| it.pattern.clone()).into(),
        unicode: rule.regex.as_ref().map_or(Unicode::No, |it| it.unicode),
        named: None,
        keywords: keywords.into_iter().map(Text::from).collect(),
        encoded: Vec::new(),
        reach: None,
        secret_group: None,
        entropy: None,
        paths: Vec::new(),
        exclude_paths: Vec::new(),
        scope: Scope::Everywhere,
        severity: Severity::High,
        kind: Kind::Secret,
        allow: Vec::new(),
        stopwords: Vec::new(),
        check: None,
        tags: tags.into_iter().map(Text::from).collect(),
        opens: None,
        revoke: None,
        source: None,
        examples: Vec::new(),
        counter_examples: Vec::new(),
        yields: false,
    }
}
