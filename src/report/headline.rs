//! The first line of a refusal: everything that stopped it, counted by kind.

use super::block::{Group, plural};
use super::{Context, Destination, HookKind, Unread};
use crate::text::Kind;
use crate::verdict::Mode;

/// What was refused, and why.
pub(super) fn headline(groups: &[Group<'_>], unread: &[Unread], context: &Context<'_>) -> String {
    let mut found: Vec<String> = context.destination.map_or_else(Vec::new, Destination::named);
    let is_stopped = !found.is_empty();
    let counts = [
        count(groups, "secret", |g| g.first.rule.kind == Kind::Secret),
        count(groups, "marker", |g| g.first.rule.kind == Kind::Marker),
        count(groups, "customer list", |g| g.is_customer() && !g.is_record()),
        count(groups, "customer record", |g| g.is_record()),
    ];
    found.extend(counts.into_iter().flatten());
    if !unread.is_empty() {
        found.push(plural(unread.len(), "unreadable file"));
    }
    let found = found.join(", ");
    let what = context.hook.what();
    let would = match context.mode {
        Mode::Enforced => "refused",
        Mode::DryRun => "would have refused",
    };
    match (context.hook, groups.is_empty() && !is_stopped) {
        (HookKind::Scan, _) => format!("leakgate found {found}"),
        (_, true) => {
            format!("leakgate could not read all of {what}: {found}; {}", context.hook.outcome_under(context.mode))
        }
        (_, false) => format!("leakgate {would} {what}: {found}"),
    }
}

fn count(groups: &[Group<'_>], noun: &str, which: impl Fn(&Group<'_>) -> bool) -> Option<String> {
    let matching: Vec<&Group<'_>> = groups.iter().filter(|group| which(group)).collect();
    let places: usize = matching.iter().map(|group| group.places).sum();
    match (matching.len(), places) {
        (0, _) => None,
        (values, places) if values == places => Some(plural(values, noun)),
        (values, places) => Some(format!("{} in {places} places", plural(values, noun))),
    }
}
