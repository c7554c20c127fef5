//! Which rule speaks for a value that several have found.
//!
//! One value is one thing to take out and to revoke, so one finding tells of it. The others are kept beneath it: what an
//! exception or an action says of the rule in front is no word about theirs, and a rule that is added takes nothing away.

use crate::rule::Rule;
use crate::scan::Candidate;
use bstr::ByteSlice;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How many kept values a new one is compared with; more than overlap in any honest line.
const NEIGHBOURS: usize = 64;
/// What is beneath one value at most; the rest stands for itself.
const MOST_BENEATH: usize = 16;

/// A value, and the rule that says most of it.
pub(super) struct Told<'r> {
    /// The value.
    pub(super) found: Candidate,
    /// The rule.
    pub(super) rule: &'r Rule,
    /// What other rules say of the same bytes.
    pub(super) beneath: Vec<(Candidate, &'r Rule)>,
}

impl<'r> Told<'r> {
    /// Whether `found` has something to say that is not said yet.
    fn is_news(&self, found: &Candidate) -> bool {
        let same = |other: &Candidate| other.rule == found.rule && other.secret == found.secret;
        self.found.rule != found.rule && !self.beneath.iter().any(|(other, _)| same(other))
    }

    /// Whether `found` is of the same value, and there is room for it.
    fn holds(&self, found: &Candidate) -> bool {
        same_value(&self.found, found) && (self.beneath.len() < MOST_BENEATH || !self.is_news(found))
    }
}

/// Of values that overlap, keeps the one whose rule says most: a specific rule before a generic one, a verified value
/// before another, a value as it stands before a decoded one, then the more severe, then the longer. Rules that came
/// after a lock are last: in front, they would bring the value under what is said of their id or severity.
pub(super) fn most_specific(mut found: Vec<(Candidate, &Rule)>) -> Vec<Told<'_>> {
    found.sort_by_key(|(it, rule)| {
        (
            rule.yields(),
            rule.is_generic(),
            it.proof.is_none(),
            it.via.len(),
            Reverse(rule.severity()),
            Reverse(it.secret.len()),
            it.span.start,
        )
    });
    let mut kept: Vec<Told<'_>> = Vec::new();
    let mut by_place: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (candidate, rule) in found {
        let near = by_place.range(..candidate.span.end).rev().take(NEIGHBOURS);
        let over = near.flat_map(|(_, at)| at).copied().find(|at| kept.get(*at).is_some_and(|it| it.holds(&candidate)));
        match over.and_then(|at| kept.get_mut(at)) {
            Some(told) if told.is_news(&candidate) => told.beneath.push((candidate, rule)),
            Some(_) => {}
            None => {
                by_place.entry(candidate.span.start).or_default().push(kept.len());
                kept.push(Told { found: candidate, rule, beneath: Vec::new() });
            }
        }
    }
    kept.sort_by_key(|told| (told.found.at, told.found.rule));
    kept
}

fn same_value(a: &Candidate, b: &Candidate) -> bool {
    let overlap = a.span.start < b.span.end && b.span.start < a.span.end;
    let plain_overlap =
        a.via.is_empty() && b.via.is_empty() && a.at < b.at + b.secret.len() && b.at < a.at + a.secret.len();
    plain_overlap || (overlap && (a.secret.contains_str(&b.secret) || b.secret.contains_str(&a.secret)))
}
