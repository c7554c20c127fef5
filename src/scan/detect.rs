//! One text against all rules: keywords first, then each rule's pattern around them.

use crate::rule::{Rule, RuleSet, RuleSetError, Scope};
use std::collections::BTreeMap;
use std::ops::Range;

/// Whether bytes are tried as they stand or after decoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As they stand: every rule.
    Plain,
    /// Decoded or joined: the rules precise enough for noise.
    Decoded,
}

/// A rule's pattern matched, and the rule believes the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The rule's number.
    pub rule: usize,
    /// The whole match.
    pub whole: Range<usize>,
    /// The secret in it.
    pub secret: Range<usize>,
}

/// How far beyond a window the pattern may look (`\b`, `$`), in bytes; the longest UTF-8 character has four.
const LOOK_AHEAD: usize = 4;

/// All matches of all rules in `text`, ordered by rule, then by place.
///
/// A pattern runs only near its keywords: a match holds one of them (a contract of rules, kept by tests), so it lies
/// within the pattern's longest match of it.
///
/// # Errors
/// When a rule's pattern does not compile.
pub fn matches(rules: &RuleSet, text: &[u8], form: Form) -> Result<Vec<Match>, RuleSetError> {
    let mut windows: BTreeMap<usize, Vec<Range<usize>>> = BTreeMap::new();
    rules.keywords_in(text, |hit| {
        let Some(rule) = rules.get(hit.rule) else { return };
        if form == Form::Decoded && rule.scope == Scope::Plain {
            return;
        }
        let window = match rule.reach() {
            Some(reach) => hit.end.saturating_sub(reach)..hit.start.saturating_add(reach).min(text.len()),
            None => 0..text.len(),
        };
        merge(windows.entry(hit.rule).or_default(), window);
    });
    let mut found = Vec::new();
    for (number, windows) in windows {
        let Some(rule) = rules.get(number) else { continue };
        for window in windows {
            run(rule, number, text, &window, &mut found)?;
        }
    }
    Ok(found)
}

/// Hits come in the order of their ends, so a new window can only touch the last one (or, where keywords of different
/// lengths overlap, reach back a little: then both are one).
fn merge(windows: &mut Vec<Range<usize>>, window: Range<usize>) {
    match windows.last_mut() {
        Some(last) if window.start <= last.end => {
            last.start = last.start.min(window.start);
            last.end = last.end.max(window.end);
        }
        _ => windows.push(window),
    }
}

fn run(
    rule: &Rule,
    number: usize,
    text: &[u8],
    window: &Range<usize>,
    found: &mut Vec<Match>,
) -> Result<(), RuleSetError> {
    let regex = rule.regex()?;
    let group = rule.group(regex.captures_len());
    let limit = window.end.saturating_add(LOOK_AHEAD).min(text.len());
    let Some(text) = text.get(..limit) else { return Ok(()) };
    let mut at = window.start;
    while at <= limit {
        let Some(whole) = regex.find_at(text, at).map(|m| m.range()) else { break };
        let secret = match group {
            0 => Some(whole.clone()),
            _ => regex.captures_at(text, at).and_then(|groups| groups.get(group).map(|m| m.range())),
        };
        // An optional group that took no part: the whole match is the secret.
        let secret = secret.unwrap_or_else(|| whole.clone());
        let believed = rule.believes(text.get(secret.clone()).unwrap_or_default())?;
        // After a value that is none, look again right behind it: the match may have swallowed the next one's beginning.
        at = if believed { whole.end } else { secret.end }.max(whole.start + 1);
        if believed {
            found.push(Match { rule: number, whole, secret });
        }
    }
    Ok(())
}
