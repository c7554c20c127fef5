//! Rules tried on what their authors say they find, and do not find, by the engine that judges pushes.
//!
//! All rules that hold are run together: an example that another rule would take, or a counter-example that another rule
//! would report, is what a push would meet as well.

use super::{lint, reason};
use crate::gate::before::Before;
use crate::gate::gauge::Gauge;
use crate::gate::judge::{About, Judge, JudgeError};
use crate::gate::packages::Packages;
use crate::gate::remembered::Remembered;
use crate::gate::sift::PassedOver;
use crate::policy::{self, Known, Listed, Switch};
use crate::rule::{Rule, RuleSet, RuleSetError, RuleSpec, Rules, Text, expand};
use crate::scan::{self, Limits};
use crate::text::Subject;
use bstr::BStr;
use std::collections::BTreeSet;

/// How many values each template is tried with: a pattern or an entropy that fits most of them shows.
const SEEDS: u64 = 8;

/// Which rules are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// All that hold.
    All,
    /// Those of the files on trial.
    OnTrial,
}

/// What became of the rules that were tried.
#[derive(Debug)]
pub struct Report<'k> {
    /// Each, in order.
    pub tried: Vec<Tried<'k>>,
}

/// What became of one rule.
#[derive(Debug)]
pub struct Tried<'k> {
    /// The rule.
    pub rule: &'k Listed,
    /// What is wrong; nothing: it passes.
    pub faults: Vec<Fault>,
    /// What is right and could be better.
    pub warnings: Vec<String>,
    /// Examples that a more specific rule takes, and which.
    pub covered: Vec<(String, String)>,
}

/// One thing that is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not find its example.
    Missed {
        /// The example's template.
        template: String,
        /// Why.
        why: String,
    },
    /// Its counter-example is found.
    Found {
        /// The counter-example's template.
        template: String,
        /// By which rule.
        by: String,
    },
    /// It finds another rule's counter-example.
    Intrudes {
        /// The counter-example's template.
        template: String,
        /// Whose it is.
        of: String,
    },
}

/// Tries the rules that `which` names.
///
/// # Errors
/// When a rule cannot run.
pub fn trial<'k>(known: &'k Known, which: Which) -> Result<Report<'k>, JudgeError> {
    let rules: Vec<&Listed> = known.rules.iter().filter(|rule| rule.is_on()).collect();
    let specs: Vec<RuleSpec> = rules.iter().map(|rule| rule.spec.clone()).collect();
    let judge = Judge {
        rules: RuleSet::with(&Rules::written(specs), &known.borrowings)?,
        limits: limits(),
        thresholds: None,
        exact: None,
        packages: Packages::default(),
        passed_over: PassedOver::nothing(),
        comments: Switch::Off,
        deadline: None,
        gauge: Gauge::default(),
        remembered: Remembered::default(),
    };
    let stand = Stand { rules: &rules, judge: &judge };
    let chosen = |rule: &Listed| which == Which::All || rule.on_trial;
    let mut tried = Vec::new();
    for (number, rule) in rules.iter().enumerate().filter(|(_, rule)| chosen(rule)) {
        tried.push(stand.one(number, rule)?);
    }
    if which == Which::OnTrial {
        let others = rules.iter().filter(|rule| !chosen(rule));
        stand.others(others, &mut tried)?;
    }
    Ok(Report { tried })
}

fn limits() -> Limits {
    let standard = policy::Limits::standard();
    let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    Limits {
        decode_depth: small(standard.decode_depth),
        container_depth: small(standard.container_depth),
        decompressed_bytes: standard.decompressed_bytes,
        members: small(standard.container_members),
    }
}

/// All rules that hold, ready to judge.
struct Stand<'s, 'k> {
    rules: &'s [&'k Listed],
    judge: &'s Judge,
}

impl<'k> Stand<'_, 'k> {
    fn one(&self, number: usize, listed: &'k Listed) -> Result<Tried<'k>, JudgeError> {
        let mut tried = Tried { rule: listed, faults: Vec::new(), warnings: Vec::new(), covered: Vec::new() };
        let rule = self.judge.rules.get(number)?;
        let path = path_for(rule, &listed.spec.paths)?;
        for template in &listed.spec.examples {
            match self.example(number, rule, listed, template, path.as_deref())? {
                Seen::Found => {}
                Seen::Covered(by) => tried.covered.push((template.to_string(), by)),
                Seen::Missed(why) => tried.faults.push(Fault::Missed { template: template.to_string(), why }),
            }
        }
        for template in &listed.spec.counter_examples {
            if let Some(by) = self.finders(template, path.as_deref())?.into_iter().next() {
                tried.faults.push(Fault::Found { template: template.to_string(), by });
            }
        }
        tried.warnings = lint::warnings(&listed.spec, rule)?;
        Ok(tried)
    }

    fn example(
        &self,
        number: usize,
        rule: &Rule,
        listed: &Listed,
        template: &str,
        path: Option<&str>,
    ) -> Result<Seen, JudgeError> {
        let mut covered = None;
        for text in texts(template) {
            let found = self.found(&text, path)?;
            if found.contains(&*listed.spec.id) {
                continue;
            }
            match found.into_iter().next() {
                Some(by) if self.is_candidate(number, &text)? => covered = Some(by),
                None | Some(_) => return Ok(Seen::Missed(reason::why(&listed.spec, rule, &text)?)),
            }
        }
        Ok(covered.map_or(Seen::Found, Seen::Covered))
    }

    /// The rules, by id, that report something in a text of `template`: as it stands, and as a file at `path`.
    fn finders(&self, template: &str, path: Option<&str>) -> Result<BTreeSet<String>, JudgeError> {
        let mut ids = BTreeSet::new();
        for text in texts(template) {
            ids.extend(self.found(&text, None)?);
            if path.is_some() {
                ids.extend(self.found(&text, path)?);
            }
        }
        Ok(ids)
    }

    fn found(&self, text: &str, path: Option<&str>) -> Result<BTreeSet<String>, JudgeError> {
        let about = About { subject: Subject::Stdin, title: None, path: path.map(BStr::new) };
        let examined = self.judge.examine(text.as_bytes(), &about, &Before::default())?;
        Ok(examined.findings.iter().map(|finding| finding.rule.id.clone()).collect())
    }

    /// Whether the rule finds a value, whoever reports it in the end.
    fn is_candidate(&self, number: usize, text: &str) -> Result<bool, RuleSetError> {
        let mut is = false;
        scan::scan(&self.judge.rules, self.judge.limits, text.as_bytes(), &mut |_, candidates| {
            is = is || candidates.iter().any(|it| it.rule == number);
        })?;
        Ok(is)
    }

    /// Notes which of the rules on trial report another rule's counter-example.
    fn others<'o>(
        &self,
        others: impl Iterator<Item = &'o &'k Listed>,
        tried: &mut [Tried<'k>],
    ) -> Result<(), JudgeError>
    where
        'k: 'o,
    {
        for other in others {
            for template in &other.spec.counter_examples {
                let finders = self.finders(template, None)?;
                for one in tried.iter_mut().filter(|one| finders.contains(&*one.rule.spec.id)) {
                    one.faults.push(Fault::Intrudes { template: template.to_string(), of: other.spec.id.to_string() });
                }
            }
        }
        debug_assert!(self.rules.len() >= tried.len());
        Ok(())
    }
}

/// What became of an example.
enum Seen {
    Found,
    Covered(String),
    Missed(String),
}

/// The template with several values; one text when it has none.
fn texts(template: &str) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for seed in 0..SEEDS {
        // Templates are checked when a policy loads; one that does not expand finds nothing and is reported by its rule.
        let Ok(text) = expand(template, seed) else { break };
        if texts.first() == Some(&text) {
            break;
        }
        texts.push(text);
    }
    texts
}

/// A path that a rule for certain paths is for; none for other rules.
fn path_for(rule: &Rule, globs: &[Text]) -> Result<Option<String>, RuleSetError> {
    for glob in globs {
        let path = plain(glob);
        if rule.applies_to(path.as_bytes())? {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// A path that the glob matches, for globs without classes.
fn plain(glob: &str) -> String {
    let mut out = String::new();
    let mut chars = glob.trim_matches('/').chars().peekable();
    let mut choice = false;
    while let Some(c) = chars.next() {
        match c {
            '*' if chars.peek() == Some(&'*') => {
                chars.next();
                out.push('a');
            }
            '*' | '?' => out.push('a'),
            '{' => choice = true,
            '}' => choice = false,
            ',' if choice => {
                // The first of the choices is taken.
                chars.by_ref().find(|c| *c == '}');
                choice = false;
            }
            c => out.push(c),
        }
    }
    if glob.ends_with('/') { out + "/a" } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_made_of_a_glob() {
        assert_eq!(plain("**/.env.*"), "a/.env.a");
        assert_eq!(plain("/deploy/"), "deploy/a");
        assert_eq!(plain("**/*.{yml,yaml}"), "a/a.yml");
        assert_eq!(plain("Dockerfile*"), "Dockerfilea");
    }

    #[test]
    fn a_template_without_values_is_one_text() {
        assert_eq!(texts("ghp_ is the prefix").len(), 1);
        assert_eq!(texts("k {{hex:8}}").len(), usize::try_from(SEEDS).unwrap());
        assert!(texts("{{alfa:3}}").is_empty());
    }
}
