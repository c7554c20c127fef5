//! One value, or one thing that could not be read, as a numbered block of lines.
//!
//! Each line is bounded here, whatever a name's length, so that the message as a whole can be.

use super::fix::{Fix, Tips};
use super::layout::{WIDTH, field, sentence, shorten, wrap};
use super::subject::{located, named, short};
use super::{Mask, Unread};
use crate::scan::UnreadableKind;
use crate::text::{Finding, Kind, Place, Value, printable};
use bstr::BString;
use std::collections::{BTreeSet, HashMap};

/// A text from the policy (a contact, a description) is cut to this many columns.
const POLICY_TEXT: usize = 160;
/// Kept free in a heading for its number.
pub(super) const NUMBER: usize = 7;

/// All findings of one rule and one value.
pub(super) struct Group<'f> {
    /// Its first place: the one described.
    pub(super) first: &'f Finding,
    /// In how many places it is.
    pub(super) places: usize,
    commits: BTreeSet<&'f str>,
}

impl Group<'_> {
    /// Somebody's personal data, which nobody can rotate.
    pub(super) fn is_customer(&self) -> bool {
        self.first.rule.kind == Kind::CustomerData
    }

    /// One person's, or as good as that.
    pub(super) fn is_record(&self) -> bool {
        self.is_customer() && (!self.is_bulk() || self.first.rule.id == "customer-record")
    }

    /// What lets it through, once.
    pub(super) fn code<'c>(&self, codes: &'c [(String, String)]) -> Option<&'c str> {
        let it = codes.iter().find(|(fingerprint, _)| *fingerprint == self.first.fingerprint.0);
        it.map(|(_, code)| code.as_str())
    }

    /// Many values that count together.
    pub(super) fn is_bulk(&self) -> bool {
        matches!(self.first.value, Value::Bulk { .. })
    }
}

/// `findings` by rule and value, in the order of their first places.
pub(super) fn grouped(findings: &[Finding]) -> Vec<Group<'_>> {
    let mut index: HashMap<(&str, &str), usize> = HashMap::new();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for finding in findings {
        let key = (finding.rule.id.as_str(), finding.fingerprint.0.as_str());
        let at = *index.entry(key).or_insert(groups.len());
        match groups.get_mut(at) {
            Some(group) => {
                group.places += 1;
                group.commits.extend(finding.subject.commit());
            }
            None => {
                let commits = finding.subject.commit().into_iter().collect();
                groups.push(Group { first: finding, places: 1, commits });
            }
        }
    }
    groups
}

/// How much of what a rule says is shown: its texts are long, and the same for each of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// What its value opens and how to revoke it, too.
    All,
    /// Its name.
    Name,
}

/// A value's lines; the first is its heading, still without a number.
pub(super) fn value_block(
    group: &Group<'_>,
    about: About,
    tips: &Tips<'_>,
    mask: &Mask,
    codes: &[(String, String)],
) -> Vec<String> {
    let finding = group.first;
    let rule = &finding.rule;
    let says_so = !group.is_customer() || rule.description.contains("customer data");
    let kind = if says_so { "" } else { "customer data: " };
    let mut lines = headings(&format!("{kind}{} ({})", policy_text(&rule.description), policy_text(&rule.id)));
    lines.extend(field("at", &located(&finding.subject, finding.place, mask), 3));
    lines.extend(commit_line(finding.subject.commit(), finding.title.as_ref(), mask));
    lines.extend(value_line(finding, mask));
    lines.extend(group.code(codes).iter().flat_map(|code| field("code", code, 1)));
    lines.extend(finding.proof.iter().flat_map(|proof| field("proof", proof, 1)));
    if !finding.via.is_empty() {
        let how: Vec<&str> = finding.via.iter().rev().copied().collect();
        lines.extend(field("form", &how.join(" in "), 1));
    }
    lines.extend(finding.member.iter().flat_map(|member| field("member", &mask.text(member), 2)));
    lines.extend(also_line(group));
    let [opens, revoke] = match about {
        About::All => [rule.opens.as_deref(), rule.revoke.as_deref()],
        About::Name => [None, None],
    };
    lines.extend(opens.iter().flat_map(|what| sentence("opens", &policy_text(what))));
    let fix = Fix::of(&finding.subject, tips);
    lines.extend(field("fix", &fix.line(&finding.subject, rule.kind, mask), 2));
    lines.extend(revoke.iter().flat_map(|page| field("revoke", &printable(page.as_bytes()), 4)));
    lines
}

fn heading(text: &str) -> String {
    shorten(text, WIDTH - NUMBER)
}

/// A heading that says how a list was counted may take a second line and a third.
const HEADING_LINES: usize = 3;

fn headings(text: &str) -> Vec<String> {
    let room = WIDTH - NUMBER;
    let mut lines = wrap(text, room);
    if lines.len() > HEADING_LINES {
        lines = wrap(&shorten(text, HEADING_LINES * (room / 2)), room);
    }
    lines.iter().enumerate().map(|(n, line)| if n == 0 { line.clone() } else { format!("   {line}") }).collect()
}

fn commit_line(commit: Option<&str>, title: Option<&BString>, mask: &Mask) -> Vec<String> {
    let Some(commit) = commit else { return Vec::new() };
    let title = title.map(|title| mask.text(title)).unwrap_or_default();
    let title = if title.is_empty() { "(no title)".to_owned() } else { format!("\"{}\"", shorten(&title, 48)) };
    field("commit", &format!("{} {title}", short(commit)), 1)
}

/// From this many bytes, or values in a list, on a fingerprint cannot be turned back by trying all values. Hook output
/// ends up in the logs of CI systems.
const UNGUESSABLE_BYTES: usize = 20;
const UNGUESSABLE_VALUES: usize = 10;

fn value_line(finding: &Finding, mask: &Mask) -> Vec<String> {
    let fingerprint = || format!(", fingerprint {}", policy_text(&finding.fingerprint.0));
    match &finding.value {
        Value::Secret(secret) => {
            let long = finding.rule.kind == Kind::Secret && secret.expose().len() >= UNGUESSABLE_BYTES;
            let fingerprint = if long { fingerprint() } else { String::new() };
            field("value", &(secret.redacted() + &fingerprint), 2)
        }
        Value::Bulk { distinct, samples, .. } => {
            let fingerprint = if *distinct >= UNGUESSABLE_VALUES { fingerprint() } else { String::new() };
            let mut lines = field("values", &format!("{} distinct{fingerprint}", amount(*distinct)), 2);
            let sample = |(place, sample): &(Place, String)| {
                format!("{}:{} {}", place.line, place.column, mask.text(sample.as_bytes()))
            };
            let shown: Vec<String> = samples.iter().take(3).map(sample).collect();
            if !shown.is_empty() {
                lines.extend(field("such as", &shown.join(", "), 2));
            }
            lines
        }
    }
}

/// Counting ends there: a dump of millions need not be read to its end to be one.
const COUNTED: usize = 4_096;

fn amount(distinct: usize) -> String {
    if distinct >= COUNTED { format!("{COUNTED} or more") } else { distinct.to_string() }
}

/// Other commits named besides the first.
const OTHERS: usize = 3;

fn also_line(group: &Group<'_>) -> Vec<String> {
    if group.places < 2 {
        return Vec::new();
    }
    let others = group.commits.iter().filter(|commit| Some(**commit) != group.first.subject.commit());
    let named: Vec<String> = others.take(OTHERS).map(|commit| short(commit)).collect();
    let more = if group.commits.len() > OTHERS + 1 { ", ..." } else { "" };
    let commits = if named.is_empty() { String::new() } else { format!(" (commits {}{more})", named.join(", ")) };
    let places = plural(group.places - 1, "more place");
    field("also", &format!("and {places}{commits}"), 2)
}

/// The same for something that could not be read.
pub(super) fn unread_block(item: &Unread, tips: &Tips<'_>, mask: &Mask) -> Vec<String> {
    let obstacle = &item.obstacle;
    let (what, rule, fix) = match obstacle.kind {
        UnreadableKind::Encrypted => {
            ("encrypted", "unreadable-encrypted", "commit it unencrypted, or keep it elsewhere")
        }
        UnreadableKind::Unsupported => {
            ("unknown format", "unreadable-unsupported", "pack it as zip, tar or gzip, or keep it elsewhere")
        }
        UnreadableKind::OverLimit => {
            ("over a limit", "unreadable-over-limit", "split it into smaller files, or keep it elsewhere")
        }
        UnreadableKind::Broken => ("broken", "unreadable-broken", "replace the damaged file"),
    };
    let mut lines = vec![heading(&format!("cannot be read: {what}, {} ({rule})", obstacle.format))];
    lines.extend(field("at", &named(&item.subject, mask), 3));
    lines.extend(commit_line(item.subject.commit(), item.title.as_ref(), mask));
    lines.extend(obstacle.member.iter().flat_map(|member| field("member", &mask.text(member), 2)));
    lines.extend(field("why", &mask.text(obstacle.why.as_bytes()), 2));
    lines.extend(field("fix", fix, 1));
    let way = Fix::of(&item.subject, tips);
    if way.is_history() || way == Fix::Unstage {
        lines.extend(field("", &way.line(&item.subject, Kind::CustomerData, mask), 2));
    }
    lines
}

/// A policy's or the operator's own text, fit for a line.
pub(super) fn policy_text(text: &str) -> String {
    shorten(&printable(text.as_bytes()), POLICY_TEXT)
}

/// A number and its noun.
pub(super) fn plural(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}
