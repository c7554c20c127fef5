//! From candidates in one text to those that count: new there, at a path that their rule is for, and passed_over by nothing
//! that came from gitleaks.
//!
//! Apart from the judge, because rules from gitleaks look at one another: one may count only near what another finds.

use super::before::Before;
use super::judge::{About, Judge};
use crate::policy::{KnownPlaces, Spot};
use crate::rule::{Need, Rule, RuleSetError, Sight};
use crate::scan::{Candidate, Role, Text};
use crate::text::{Kind, LineIndex};
use bstr::{BStr, BString, ByteSlice};
use std::collections::HashMap;

/// What excuses findings by the place where they stand.
#[derive(Clone, Debug)]
pub struct PassedOver {
    /// What gitleaks was told to pass over.
    pub known: KnownPlaces,
    /// Whether a comment does.
    pub comments: Comments,
}

/// Whether a comment on a finding's line lets it pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comments {
    /// It does, for all rules for secrets.
    Heard,
    /// It is a text like any other: whoever is judged could write it.
    Unheard,
}

/// gitleaks' comment; anywhere on a line that the match touches.
const COMMENT: &[u8] = b"gitleaks:allow";

impl PassedOver {
    /// Nothing.
    #[must_use]
    pub fn nothing() -> Self {
        Self { known: KnownPlaces::default(), comments: Comments::Unheard }
    }
}

/// A candidate that nothing speaks against yet.
struct Seen<'r> {
    candidate: Candidate,
    rule: &'r Rule,
    /// Whether it is added by what is judged.
    is_new: bool,
    /// Line and column as gitleaks counts them: in its columns, the end of the line before is one.
    line: u32,
    column: u32,
}

/// Where other candidates of one rule stand, and whether they are new.
type Others = HashMap<usize, Vec<(u32, u32, bool)>>;

impl Judge {
    /// The candidates of `text` that count, with their rules.
    pub(super) fn sift(
        &self,
        text: &Text<'_>,
        index: &LineIndex,
        candidates: Vec<Candidate>,
        about: &About<'_>,
        before: &Before,
    ) -> Result<Vec<(Candidate, &Rule)>, RuleSetError> {
        let path = path_of(text, about);
        let whole = whole_path(text, about);
        let is_new = |number: usize| !before.has_line(index.line(text.bytes, number));
        let mut seen = Vec::new();
        for candidate in candidates {
            let Some(rule) = self.rules.get(candidate.rule) else { continue };
            let is_new = match text.has_file_lines() {
                true => index.lines_of(&candidate.span).any(is_new),
                false => !before.has_value(candidate.rule, &candidate.secret),
            };
            let borrowed = rule.borrowed().is_some();
            if (!is_new && !borrowed) || !candidate.stands.at(path.map(AsRef::as_ref)) {
                continue;
            }
            let asked = if borrowed { whole.as_ref().map(|path| path.as_bstr()) } else { path };
            if !applies(rule, asked)? || self.pardoned(text, index, &candidate, rule, whole.as_ref(), about)? {
                continue;
            }
            let place = index.place(candidate.span.start);
            let column = place.column + u32::from(place.line > 1);
            seen.push(Seen { candidate, rule, is_new, line: place.line, column });
        }
        let others = others(&seen);
        let counts = |it: &Seen<'_>| counts(it, &others) && !self.is_known(it, whole.as_ref(), about);
        Ok(seen.into_iter().filter(counts).map(|it| (it.candidate, it.rule)).collect())
    }

    /// Whether an allowlist or a comment lets `found` pass.
    fn pardoned(
        &self,
        text: &Text<'_>,
        index: &LineIndex,
        found: &Candidate,
        rule: &Rule,
        path: Option<&BString>,
        about: &About<'_>,
    ) -> Result<bool, RuleSetError> {
        let is_heard = self.passed_over.comments == Comments::Heard && rule.info().kind == Kind::Secret;
        if !is_heard && !rule.has_pardons() {
            return Ok(false);
        }
        let lines = index.lines_of(&found.span);
        let from = index.start(lines.start);
        let lines = text.bytes.get(from..index.start(lines.end)).unwrap_or_default();
        let lines = lines.strip_suffix(b"\n").unwrap_or(lines);
        if is_heard && memchr::memmem::find(lines, COMMENT).is_some() {
            return Ok(true);
        }
        rule.pardons(&Sight {
            secret: &found.secret,
            matched: &found.matched,
            lines,
            path: path.map(|path| path.as_slice()),
            commit: about.subject.commit(),
        })
    }

    fn is_known(&self, seen: &Seen<'_>, path: Option<&BString>, about: &About<'_>) -> bool {
        let Some(path) = path else { return false };
        self.passed_over.known.has(&Spot {
            theirs: seen.rule.borrowed().map(|borrowed| borrowed.spec.id.as_str()),
            ours: &seen.rule.info().id,
            path,
            line: u64::from(seen.line),
            commit: about.subject.commit(),
            secret: &seen.candidate.secret,
        })
    }
}

/// A file in an archive is judged by its own name.
pub(super) fn path_of<'a>(text: &Text<'a>, about: &About<'a>) -> Option<&'a BStr> {
    match text.member.rsplit_str("!").next() {
        Some(inner) if !inner.is_empty() => Some(inner.as_bstr()),
        _ => about.path,
    }
}

/// The path with that in archives behind it, as gitleaks writes it.
fn whole_path(text: &Text<'_>, about: &About<'_>) -> Option<BString> {
    let mut path = BString::from(about.path?);
    if !text.member.is_empty() {
        path.push(b'!');
        path.extend_from_slice(text.member);
    }
    Some(path)
}

fn applies(rule: &Rule, path: Option<&BStr>) -> Result<bool, RuleSetError> {
    match path {
        Some(path) => rule.applies_to(path),
        None => Ok(!rule.wants_paths()),
    }
}

fn others(seen: &[Seen<'_>]) -> Others {
    let mut others = Others::new();
    for it in seen.iter().filter(|it| it.rule.borrowed().is_some()) {
        others.entry(it.candidate.rule).or_default().push((it.line, it.column, it.is_new));
    }
    others.values_mut().for_each(|places| places.sort_unstable());
    others
}

/// Whether it is a finding: new, or complete by something new, with all that its rule needs near it.
fn counts(seen: &Seen<'_>, others: &Others) -> bool {
    if seen.candidate.role == Role::Helper {
        return false;
    }
    let Some(ready) = seen.rule.borrowed() else { return seen.is_new };
    let mut is_new = seen.is_new;
    for (need, number) in ready.spec.needs.iter().zip(&ready.needs) {
        let places = number.and_then(|number| others.get(&number)).map_or(&[][..], Vec::as_slice);
        let mut near = near(places, seen, need).peekable();
        if near.peek().is_none() {
            return false;
        }
        is_new = is_new || near.any(|new| new);
    }
    is_new
}

/// Whether they are new, of those places that are near enough.
fn near<'p>(places: &'p [(u32, u32, bool)], seen: &Seen<'_>, need: &Need) -> impl Iterator<Item = bool> + use<'p> {
    let (line, column) = (seen.line, seen.column);
    let within = |most: Option<u64>| u32::try_from(most.unwrap_or(u64::MAX)).unwrap_or(u32::MAX);
    let (lines, columns) = (within(need.lines), within(need.columns));
    let first = places.partition_point(|(at, _, _)| at.saturating_add(lines) < line);
    let rest = places.get(first..).unwrap_or_default();
    let rest = rest.iter().take_while(move |(at, _, _)| *at <= line.saturating_add(lines));
    rest.filter(move |(_, at, _)| at.abs_diff(column) <= columns).map(|(_, _, new)| *new)
}
