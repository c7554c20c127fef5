//! One line a rule, for people (80 columns) and for programs (JSON Lines).

use super::coded::{self, Coded};
use super::{Unknown, WIDTH};
use crate::policy::{Known, Listed, State, Switch};
use crate::report::{columns, json_object, shorten};
use crate::rule::{Scope, Text};
use crate::text::{Kind, printable};
use serde::Serialize;
use std::collections::BTreeSet;

/// Which rules to list; nothing asked for: all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those with this tag.
    pub tag: Option<String>,
    /// Those of this group.
    pub group: Option<String>,
}

/// One rule's keys, in their order; all are always there. A public format: keys are added, never renamed or removed.
#[derive(Debug, Serialize)]
struct Row<'a> {
    id: &'a str,
    description: &'a str,
    severity: &'static str,
    kind: &'static str,
    group: &'a str,
    tags: &'a [Text],
    on: bool,
    off_by: Option<&'a str>,
    check: Option<&'a str>,
    opens: Option<&'a str>,
    revoke: Option<&'a str>,
    source: Option<&'a str>,
    origin: &'a str,
    pattern: Option<&'a str>,
    keywords: &'a [Text],
    entropy: Option<f64>,
    scope: &'static str,
    paths: &'a [Text],
    exclude_paths: &'a [Text],
    stopwords: &'a [Text],
    allow: &'a [Text],
    examples: &'a [Text],
    counter_examples: &'a [Text],
}

/// One line a rule, and the counts.
///
/// # Errors
/// When the filter names a tag or group that no rule has.
pub fn text(known: &Known, filter: &Filter) -> Result<String, Unknown> {
    let rows = rows(known, filter)?;
    let id = rows.iter().map(|row| columns(row.id)).max().unwrap_or(0).min(LONGEST_ID);
    let group = rows.iter().map(|row| columns(row.group)).max().unwrap_or(0);
    let mut out: String = rows.iter().map(|row| line(row, id, group) + "\n").collect();
    out.push('\n');
    out.push_str(&counts(&rows));
    Ok(out)
}

/// Ids are padded to at most this many columns; a longer one takes from its line's description.
const LONGEST_ID: usize = 32;

fn line(row: &Row<'_>, id: usize, group: usize) -> String {
    let off = if row.on { ' ' } else { '-' };
    let check = if row.check.is_some() { '+' } else { ' ' };
    let start = format!("{off}{check} {:<id$} {:<8} {:<group$} ", row.id, row.severity, row.group);
    let room = WIDTH.saturating_sub(columns(&start));
    // Its beginning says what it is.
    let what = printable(row.description.as_bytes());
    let what = if columns(&what) <= room { what } else { cut(&what, room) };
    format!("{start}{what}").trim_end().to_owned()
}

fn cut(text: &str, room: usize) -> String {
    let head: String = text.chars().take(room.saturating_sub(3)).collect();
    shorten(&(head + "..."), room)
}

fn counts(rows: &[Row<'_>]) -> String {
    let off = rows.iter().filter(|row| !row.on).count();
    let checked = rows.iter().filter(|row| row.check.is_some()).count();
    let groups: BTreeSet<&str> = rows.iter().map(|row| row.group).collect();
    let plural = |n: usize, noun: &str| format!("{n} {noun}{}", if n == 1 { "" } else { "s" });
    format!(
        "{} in {}; {checked} with an offline check (+); {off} switched off (-)\n",
        plural(rows.len(), "rule"),
        plural(groups.len(), "group")
    )
}

/// One JSON object a line.
///
/// # Errors
/// As [`text`].
pub fn json_lines(known: &Known, filter: &Filter) -> Result<String, Unknown> {
    Ok(rows(known, filter)?.iter().map(|row| json_object(row) + "\n").collect())
}

/// The rules that the filter asks for: by group, within it as the pack has them, the rules of code last.
fn rows<'a>(known: &'a Known, filter: &Filter) -> Result<Vec<Row<'a>>, Unknown> {
    let mut all: Vec<Row<'a>> = known.rules.iter().map(of_pattern).collect();
    all.sort_by_key(|row| row.group);
    all.extend(coded::all().map(|it| of_code(it, known.customer)));
    if let Some(tag) = &filter.tag {
        let tags = known.rules.iter().flat_map(|rule| &rule.spec.tags).map(|tag| &**tag);
        let unknown = Unknown::new("has the tag", tag, tags);
        all.retain(|row| row.tags.iter().any(|it| **it == *tag));
        if all.is_empty() {
            return Err(unknown);
        }
    }
    if let Some(group) = &filter.group {
        let groups: BTreeSet<&str> = known.rules.iter().map(|rule| rule.group.as_str()).chain([coded::GROUP]).collect();
        if !groups.contains(group.as_str()) {
            return Err(Unknown::new("is in a group", group, groups.into_iter()));
        }
        all.retain(|row| row.group == group);
    }
    Ok(all)
}

fn of_pattern(listed: &Listed) -> Row<'_> {
    let spec = &listed.spec;
    Row {
        id: &spec.id,
        description: &spec.description,
        severity: spec.severity.as_str(),
        kind: match spec.kind {
            Kind::Secret => "secret",
            Kind::CustomerData => "customer-data",
            Kind::Marker => "marker",
        },
        group: &listed.group,
        tags: &spec.tags,
        on: listed.is_on(),
        off_by: match &listed.state {
            State::On => None,
            State::Off { by } => Some(by),
        },
        check: spec.check.as_deref(),
        opens: spec.opens.as_deref(),
        revoke: spec.revoke.as_deref(),
        source: spec.source.as_deref(),
        origin: &listed.origin,
        pattern: Some(&*spec.regex).filter(|pattern| !pattern.is_empty()),
        keywords: &spec.keywords,
        entropy: spec.entropy,
        scope: match spec.scope {
            Scope::Everywhere => "everywhere",
            Scope::Plain => "plain",
        },
        paths: &spec.paths,
        exclude_paths: &spec.exclude_paths,
        stopwords: &spec.stopwords,
        allow: &spec.allow,
        examples: &spec.examples,
        counter_examples: &spec.counter_examples,
    }
}

fn of_code(it: Coded, customer: Switch) -> Row<'static> {
    Row {
        id: it.id,
        description: it.description(),
        severity: it.severity(),
        kind: "customer-data",
        group: coded::GROUP,
        tags: &[],
        on: customer == Switch::On,
        off_by: None,
        check: it.check(),
        opens: None,
        revoke: None,
        source: None,
        origin: "code (built in)",
        pattern: None,
        keywords: &[],
        entropy: None,
        scope: "everywhere",
        paths: &[],
        exclude_paths: &[],
        stopwords: &[],
        allow: &[],
        examples: &[],
        counter_examples: &[],
    }
}
