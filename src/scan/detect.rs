//! One text against all rules: keywords first, then each rule's pattern around them.

use super::borrowed;
use super::fresh::{Fresh, Looks};
use crate::rule::{Belief, Hit, Pair, Reader, Rule, RuleSet, RuleSetError, Scope, Stands};
use std::collections::{BTreeMap, BTreeSet};
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
    /// What was verified in it, where its format carries a check.
    pub proof: Option<&'static str>,
    /// In which files it counts.
    pub stands: Stands,
    /// Whether it is a finding, or only helps those of other rules.
    pub role: Role,
}

/// What a match is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It may be a finding.
    Finding,
    /// It only helps other rules.
    Helper,
}

/// What the rules say of one text.
#[derive(Debug, Default)]
struct Said {
    found: Vec<Match>,
    /// Secrets' places at which a format's check failed.
    refuted: Vec<Range<usize>>,
}

/// How far beyond a window the pattern may look (`\b`, `$`), in bytes; the longest UTF-8 character has four.
const LOOK_AHEAD: usize = 4;

/// A refuted match of n bytes is looked into again from its n-th part on: what is in it may be a right one.
const STEPS: usize = 64;

/// All matches of all rules in `text`, ordered by rule, then by place.
///
/// A value that a format's check refutes is not reported by a rule that goes by context either.
///
/// A pattern runs only near its keywords: a match holds one of them (a contract of rules, kept by tests), so it lies
/// within the pattern's longest match of it.
///
/// # Errors
/// When a rule's pattern does not compile.
pub fn matches(rules: &RuleSet, text: &[u8], form: Form) -> Result<Vec<Match>, RuleSetError> {
    matches_in(rules, text, form, Fresh::all(text))
}

/// As [`matches`], without those that lie in what is not `fresh`: there are none.
///
/// # Errors
/// When a rule's pattern does not compile.
pub(super) fn matches_in(
    rules: &RuleSet,
    text: &[u8],
    form: Form,
    mut fresh: Fresh<'_>,
) -> Result<Vec<Match>, RuleSetError> {
    let mut named: Vec<Hit> = Vec::new();
    let mut called: BTreeSet<usize> = rules.always().iter().copied().collect();
    let mut windows: BTreeMap<usize, Vec<Range<usize>>> = BTreeMap::new();
    let mut failed = None;
    let parts = std::mem::take(&mut fresh.parts);
    rules.keywords_in_parts(text, &parts, |hit| {
        let rule = match rules.get(hit.rule) {
            Ok(rule) => rule,
            Err(error) => {
                failed = Some(error);
                return;
            }
        };
        if form == Form::Decoded && rule.scope == Scope::Plain {
            return;
        }
        let at = hit.start..hit.end;
        if rule.is_named() {
            fresh.keyword(&at, Looks::Value);
            named.push(hit);
            return;
        }
        if rule.borrowed().is_some() {
            fresh.keyword(&at, Looks::Everywhere);
            called.insert(hit.rule);
            return;
        }
        fresh.keyword(&at, rule.reach().map_or(Looks::Everywhere, Looks::Match));
        let window = match rule.reach() {
            Some(reach) => hit.end.saturating_sub(reach)..hit.start.saturating_add(reach).min(text.len()),
            None => 0..text.len(),
        };
        merge(windows.entry(hit.rule).or_default(), window);
    });
    if let Some(error) = failed {
        return Err(error);
    }
    let mut said = Said::default();
    for (number, mut windows) in windows {
        let rule = rules.get(number)?;
        settle(&mut windows);
        for window in windows {
            run(rule, number, text, &window, &mut said)?;
        }
    }
    beside(rules, text, named, &mut said)?;
    said.found.extend(borrowed::matches(rules, called, text)?);
    said.found.iter().for_each(|it| fresh.found(&it.whole));
    fresh.keep();
    let mut found = without_refuted(rules, said);
    found.sort_by_key(|it| (it.rule, it.whole.start));
    Ok(found)
}

/// Drops the matches of rules that go by context whose secret is, or lies within, a value that nobody issued.
///
/// A secret that holds more than the refuted value stays: a password may well have a made-up token in it. A specific
/// rule's finding always stays, since it rests on its own form.
fn without_refuted(rules: &RuleSet, said: Said) -> Vec<Match> {
    let Said { mut found, refuted } = said;
    if !refuted.is_empty() {
        let outer = outermost(refuted);
        found.retain(|it| !rules.get(it.rule).is_ok_and(Rule::goes_by_context) || !covers(&outer, &it.secret));
    }
    found
}

/// The ranges that lie in no other one, by their starts and so by their ends too.
fn outermost(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    ranges.retain(|range| {
        let reaches_out = range.end > end;
        end = end.max(range.end);
        reaches_out
    });
    ranges
}

/// Whether one of the `outer` ranges holds all of `inner`: of those that begin before it, the last reaches farthest.
fn covers(outer: &[Range<usize>], inner: &Range<usize>) -> bool {
    let before = outer.partition_point(|range| range.start <= inner.start);
    before.checked_sub(1).and_then(|last| outer.get(last)).is_some_and(|range| inner.end <= range.end)
}

/// The values beside the names of rules that have names. Keywords of one identifier lie together: it is read once.
fn beside(rules: &RuleSet, text: &[u8], mut named: Vec<Hit>, said: &mut Said) -> Result<(), RuleSetError> {
    named.sort_unstable_by_key(|hit| (hit.start, hit.rule));
    let mut reader = Reader::new(text);
    let mut seen: BTreeSet<(usize, usize)> = BTreeSet::new();
    for hit in named {
        let rule = rules.get(hit.rule)?;
        let range = hit.start..hit.end;
        let pairs = rule.beside(&mut reader, &range)?.into_iter().chain(rule.below(&mut reader, &range));
        for pair in pairs.filter(|pair| seen.insert((hit.rule, pair.secret.start))) {
            let bytes = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
            match rule.believes(bytes(&pair.whole), bytes(&pair.secret))? {
                Belief::Yes(proof) => {
                    let Pair { whole, secret, stands } = pair;
                    said.found.push(Match { rule: hit.rule, whole, secret, proof, stands, role: Role::Finding });
                }
                Belief::No => {}
                Belief::Refuted => said.refuted.push(pair.secret),
            }
        }
    }
    Ok(())
}

/// Adds a window; hits come nearly in order, so that it mostly touches the last one.
fn merge(windows: &mut Vec<Range<usize>>, window: Range<usize>) {
    match windows.last_mut() {
        Some(last) if window.start <= last.end && last.start <= window.end => {
            last.start = last.start.min(window.start);
            last.end = last.end.max(window.end);
        }
        _ => windows.push(window),
    }
}

/// Orders the windows and makes one of those that touch: no byte is matched twice.
fn settle(windows: &mut Vec<Range<usize>>) {
    windows.sort_unstable_by_key(|window| window.start);
    windows.dedup_by(|next, last| {
        let touch = next.start <= last.end;
        if touch {
            last.end = last.end.max(next.end);
        }
        touch
    });
}

fn run(rule: &Rule, number: usize, text: &[u8], window: &Range<usize>, said: &mut Said) -> Result<(), RuleSetError> {
    let limit = window.end.saturating_add(LOOK_AHEAD).min(text.len());
    let Some(text) = text.get(..limit).filter(|text| rule.may_match(text, window.start)) else { return Ok(()) };
    let regex = rule.regex()?;
    let group = rule.group(regex.captures_len());
    let mut at = window.start;
    while at <= limit {
        let Some(whole) = regex.find_at(text, at).map(|m| m.range()) else { break };
        let secret = match group {
            0 => Some(whole.clone()),
            _ => regex.captures_at(text, at).and_then(|groups| groups.get(group).map(|m| m.range())),
        };
        // An optional group that took no part: the whole match is the secret.
        let secret = secret.unwrap_or_else(|| whole.clone());
        let bytes = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
        let next = match rule.believes(bytes(&whole), bytes(&secret))? {
            Belief::Yes(proof) => {
                let (stands, role) = (Stands::Everywhere, Role::Finding);
                said.found.push(Match { rule: number, whole: whole.clone(), secret, proof, stands, role });
                whole.end
            }
            // Look again right behind it: the match may have swallowed the next one's beginning.
            Belief::No => secret.end,
            // Or its whole: a right token with a wrong one's beginning put before it.
            Belief::Refuted => {
                said.refuted.push(secret);
                whole.start + whole.len() / STEPS
            }
        };
        at = next.max(whole.start + 1);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refuted_value_covers_itself_and_its_parts_only() {
        let outer = outermost(vec![50..60, 10..20, 12..15, 10..18, 15..30, 60..61]);
        assert_eq!(outer, [10..20, 15..30, 50..60, 60..61]);
        for inside in [10..20, 12..14, 15..30, 19..30, 50..51, 60..61] {
            assert!(covers(&outer, &inside), "{inside:?}");
        }
        for more in [9..20, 10..21, 14..30, 29..31, 30..50, 50..61, 59..61, 61..62, 0..100] {
            assert!(!covers(&outer, &more), "{more:?}");
        }
        assert!(!covers(&[], &(0..1)));
    }
}
