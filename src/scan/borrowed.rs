//! Rules written for gitleaks, tried on one text as gitleaks tries them: on all of it, once a keyword is anywhere in it.

use super::detect::{Match, Role};
use crate::rule::{Ready, Report, Rule, RuleSet, RuleSetError, Stands};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The matches of the rules `called`, and of those that they need.
pub(super) fn matches(rules: &RuleSet, called: BTreeSet<usize>, text: &[u8]) -> Result<Vec<Match>, RuleSetError> {
    let mut found = Vec::new();
    for (number, role) in roles(rules, called, text) {
        if let Some((rule, ready)) = borrowed(rules, number) {
            run(rule, ready, number, text, role, &mut found)?;
        }
    }
    Ok(found)
}

fn borrowed(rules: &RuleSet, number: usize) -> Option<(&Rule, &Ready)> {
    let rule = rules.get(number)?;
    Some((rule, rule.borrowed()?))
}

/// What is run, and for what. A rule that another one needs is run whether or not its own keywords are there.
fn roles(rules: &RuleSet, called: BTreeSet<usize>, text: &[u8]) -> BTreeMap<usize, Role> {
    let mut roles = BTreeMap::new();
    for number in called {
        let Some((_, ready)) = borrowed(rules, number) else { continue };
        let is_seen = rules.always().binary_search(&number).is_err() || ready.is_called_in(text);
        if ready.spec.report == Report::No || !is_seen {
            continue;
        }
        roles.insert(number, Role::Finding);
        for need in ready.needs.iter().flatten() {
            roles.entry(*need).or_insert(Role::Helper);
        }
    }
    roles
}

fn run(
    rule: &Rule,
    ready: &Ready,
    number: usize,
    text: &[u8],
    role: Role,
    found: &mut Vec<Match>,
) -> Result<(), RuleSetError> {
    let regex = rule.regex()?;
    for whole in regex.find_iter(text) {
        let whole = without_line_ends(text, whole.range());
        if whole.is_empty() {
            continue;
        }
        if let Some(secret) = ready.secret(regex, text, &whole) {
            found.push(Match { rule: number, whole, secret, proof: None, stands: Stands::Everywhere, role });
        }
    }
    Ok(())
}

/// A match that reaches over its line's end is about the line.
fn without_line_ends(text: &[u8], whole: Range<usize>) -> Range<usize> {
    let bytes = text.get(whole.clone()).unwrap_or_default();
    let before = bytes.iter().take_while(|b| **b == b'\n').count();
    let behind = bytes.iter().rev().take_while(|b| **b == b'\n').count();
    let end = whole.end.saturating_sub(behind);
    whole.start.saturating_add(before).min(end)..end
}
