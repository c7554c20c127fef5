//! The message that the person reads whose push or commit was refused.
//!
//! *Invariant:* everything found is counted; what is not described is announced as left out.

use super::block::{About, Group, NUMBER, grouped, policy_text, unread_block, value_block};
use super::fix::{Fix, Tips};
use super::headline::headline;
use super::layout::{hint, labelled, shorten};
use super::mask::{ends, strings, unread_strings};
use super::{Context, Destination, HookKind, Mask, Unread};
use crate::text::{Finding, Kind, printable};
use crate::verdict::Mode;
use std::collections::BTreeSet;

/// A message is never longer than this, in bytes, while at most ten values are to be shown.
const SMALL: usize = 4 << 10;
/// Nor ever longer than this: git's sideband carries it through a terminal's scrollback, nobody reads more.
const LARGE: usize = 64 << 10;
/// Room for one more value to be shown, between the two.
const EACH: usize = 400;
/// No described value takes less than this, so that a mask need not be made for more of them.
const LEAST: usize = 80;
/// The contact's columns: the policy takes 200 characters.
const CONTACT: usize = 400;
/// Who pushed where, on two lines at most.
const ORIGIN: usize = 100;
/// The line that says how much was left out.
const REST: usize = 100;
/// The whole message, with its final line end.
///
/// At most 72 columns wide; at most 4 KiB long for `context.shown` up to 10, 64 KiB for any.
#[must_use]
pub fn rejection(findings: &[Finding], unread: &[Unread], context: &Context<'_>) -> String {
    let groups = grouped(findings);
    let budget = context.shown.saturating_mul(EACH).clamp(SMALL, LARGE);
    let shown = context.shown.min(budget / LEAST);
    let tips: Tips<'_> = context.tips.iter().map(String::as_str).collect();
    let mask = mask_for(findings, groups.iter().take(shown), unread.iter().take(shown));

    let mut said = BTreeSet::new();
    let blocks = groups.iter().map(|group| {
        let about = if said.insert(group.first.rule.id.as_str()) { About::All } else { About::Name };
        value_block(group, about, &tips, &mask, context.codes)
    });
    let blocks: Vec<_> = blocks.chain(unread.iter().map(|item| unread_block(item, &tips, &mask))).take(shown).collect();

    let head = labelled(&headline(&groups, unread, context), context.mode);
    let stops = context.destination.map_or_else(Vec::new, Destination::blocks);
    let fixes: BTreeSet<Fix> = findings.iter().map(|f| Fix::of(&f.subject, &tips)).collect();
    let tail = advice(&groups, &fixes, context);
    let mut used = size(&head) + size(&tail) + REST;

    let mut lines = head;
    for (n, block) in stops.iter().enumerate() {
        used += size(block) + NUMBER;
        lines.push(String::new());
        lines.extend(numbered(n + 1, block));
    }
    let mut described = 0;
    for block in &blocks {
        used += size(block) + NUMBER;
        if used > budget {
            break;
        }
        described += 1;
        lines.push(String::new());
        lines.extend(numbered(stops.len() + described, block));
    }
    lines.extend(left_out(described, &groups, unread));
    lines.push(String::new());
    lines.extend(tail);
    // Each part was made printable already; this holds for the fixed words and for whatever is added later.
    lines.iter().map(|line| printable(line.as_bytes()) + "\n").collect()
}

fn numbered(number: usize, block: &[String]) -> Vec<String> {
    let mut lines = block.to_vec();
    if let Some(first) = lines.first_mut() {
        *first = format!("{number}) {first}");
    }
    lines
}

fn mask_for<'g, 'f: 'g>(
    findings: &'f [Finding],
    groups: impl Iterator<Item = &'g Group<'f>>,
    unread: impl Iterator<Item = &'f Unread>,
) -> Mask {
    let names = groups.flat_map(|group| strings(group.first)).chain(unread.flat_map(unread_strings));
    // Of a name of any length, only the ends can be shown.
    Mask::new(findings, names.flat_map(ends))
}

fn left_out(described: usize, groups: &[Group<'_>], unread: &[Unread]) -> Option<String> {
    let total = groups.len() + unread.len();
    let places: usize = groups.iter().skip(described).map(|group| group.places).sum();
    let unread = unread.len().min(total - described);
    let places = places + unread;
    (described < total).then(|| {
        let rest = total - described;
        let spread = if places > rest { format!(" in {places} places") } else { String::new() };
        format!("... and {rest} more{spread}, not shown here")
    })
}

fn advice(groups: &[Group<'_>], fixes: &BTreeSet<Fix>, context: &Context<'_>) -> Vec<String> {
    let mut said: Vec<String> = context.destination.map_or_else(Vec::new, Destination::advice);
    if fixes.iter().any(|fix| fix.is_history()) {
        said.push("a new commit that deletes the value does not help: the old one still holds it".to_owned());
    }
    said.extend(fixes.iter().filter_map(|fix| fix.explained()).map(str::to_owned));
    if groups.iter().any(|group| group.first.rule.kind == Kind::Secret) {
        said.push(
            "rotate the secret first if it ever left this machine: taking it out of git does not undo that".into(),
        );
    }
    if groups.iter().any(|group| group.first.rule.kind == Kind::Marker) {
        said.push("a marker says that this belongs inside: push it to a remote of your own organisation".to_owned());
    }
    if groups.iter().any(Group::is_customer) {
        let whom = context.contact.map_or("", |_| " or to the contact below");
        said.push(format!(
            "customer data cannot be rotated: take it out, pass it on to nobody, and talk to your privacy officer{whom}"
        ));
    }
    said.extend(context.notes.iter().cloned());
    if groups.iter().any(|group| group.code(context.codes).is_some()) {
        said.push(
            "you may let a finding with a code through, once: git push -o leakgate.allow=CODE \
             -o leakgate.reason=\"why\". Who, what and why are recorded"
                .to_owned(),
        );
    }
    if context.mode == Mode::DryRun {
        said.push("this is a dry run: nothing was stopped, and from the day the policy says so it will be".to_owned());
    }
    said.push(match (groups.is_empty(), context.destination.filter(|going| !going.stops.is_empty())) {
        (true, Some(_)) => about_remotes(context),
        (_, Some(_) | None) => whom_to_ask(context),
    });
    said.extend(context.origin.map(|told| format!("this was a push by {}", shorten(told, ORIGIN))));
    said.iter().flat_map(|text| hint(text)).collect()
}

/// No exception helps where only the destination is wrong.
fn about_remotes(context: &Context<'_>) -> String {
    let whom = context.contact.map_or_else(
        || "see [remote] in the policy".to_owned(),
        |contact| format!("ask {}", shorten(&printable(contact.as_bytes()), CONTACT)),
    );
    format!("the policy is wrong about this remote? {whom} (leakgate {})", policy_text(context.version))
}

fn whom_to_ask(context: &Context<'_>) -> String {
    let way = match (context.contact, context.hook) {
        (Some(contact), _) => {
            format!("ask {} for an [[allow]] entry", shorten(&printable(contact.as_bytes()), CONTACT))
        }
        (None, HookKind::PreReceive | HookKind::Update) => "ask who runs this server for an [[allow]] entry".to_owned(),
        (
            None,
            HookKind::PrePush | HookKind::PreCommit | HookKind::PreMergeCommit | HookKind::CommitMsg | HookKind::Scan,
        ) => "add an [[allow]] entry to .leakgate.toml: leakgate allow PATH:LINE --reason WHY".to_owned(),
    };
    format!("a false alarm? {way} (leakgate {})", policy_text(context.version))
}

fn size(lines: &[String]) -> usize {
    lines.iter().map(|line| line.len() + 1).sum::<usize>() + 1
}

#[cfg(test)]
mod tests;
