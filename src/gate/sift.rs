//! From candidates in one text to those that count: new there, at a path that their rule is for, and passed over by nothing
//! that came from gitleaks. What would count and is passed over is kept apart: somebody answers for it.
//!
//! Apart from the judge, because rules from gitleaks look at one another: one may count only near what another finds.

use super::before::Before;
use super::judge::{About, Judge};
use crate::policy::{KnownPlaces, Spot};
use crate::rule::{Need, Rule, RuleSetError, Sight, in_code_cell};
use crate::scan::{Candidate, Role, Text};
use crate::text::{Kind, LineIndex};
use crate::verdict::Excuse;
use bstr::{BStr, BString, ByteSlice};
use std::collections::HashMap;
use std::ops::Range;

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

/// What counts, and what would but for a comment of gitleaks or an entry of its lists.
pub(super) struct Sifted<'r> {
    pub(super) counts: Vec<(Candidate, &'r Rule)>,
    pub(super) passes: Vec<(Candidate, &'r Rule, Excuse)>,
}

impl Sifted<'_> {
    /// gitleaks drops a generic rule's finding where another rule has the value before it asks its lists, so an entry that
    /// names the other rule is the only one that its users could write.
    fn without_echoes(mut self) -> Self {
        if self.passes.is_empty() {
            return self;
        }
        let (counts, passes) = (std::mem::take(&mut self.counts), &mut self.passes);
        for (found, rule) in counts {
            let speaks = |(other, its, _): &&(Candidate, &Rule, Excuse)| {
                !its.is_generic()
                    && other.span.start < found.span.end
                    && found.span.start < other.span.end
                    && other.secret.contains_str(&found.secret)
            };
            match passes.iter().filter(|_| rule.is_generic()).find(speaks).map(|(_, _, why)| why.clone()) {
                Some(why) => passes.push((found, rule, why)),
                None => self.counts.push((found, rule)),
            }
        }
        self
    }
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
    ) -> Result<Sifted<'_>, RuleSetError> {
        let path = path_of(text, about);
        let whole = whole_path(text, about);
        let is_new = |number: usize| !before.has_line(index.line(text.bytes, number));
        let (mut seen, mut commented) = (Vec::new(), Vec::new());
        for candidate in candidates {
            let rule = self.rules.get(candidate.rule)?;
            let is_new = match text.has_file_lines() {
                true => {
                    index.lines_of(&candidate.span).any(is_new)
                        || !before.has_run(index, text.bytes, index.lines_of(&seam(&candidate)))
                }
                false => !before.has_value(candidate.rule, &candidate.secret),
            };
            let borrowed = rule.borrowed().is_some();
            if (!is_new && !borrowed)
                || !candidate.stands.at(path.map(AsRef::as_ref), || in_code_cell(text.bytes, candidate.at))
            {
                continue;
            }
            let asked = if borrowed { whole.as_ref().map(|path| path.as_bstr()) } else { path };
            if !applies(rule, asked)? || pardoned(text, index, &candidate, rule, whole.as_ref(), about)? {
                continue;
            }
            let list = if self.is_commented(text, index, &candidate, rule) { &mut commented } else { &mut seen };
            let place = index.place(candidate.span.start);
            let column = place.column + u32::from(place.line > 1);
            list.push(Seen { candidate, rule, is_new, line: place.line, column });
        }
        let others = others(&seen);
        let mut sifted = Sifted { counts: Vec::new(), passes: Vec::new() };
        for it in commented.into_iter().filter(|it| counts(it, &others)) {
            let why = Excuse::Comment { line: it.line, reason: "gitleaks:allow".to_owned() };
            sifted.passes.push((it.candidate, it.rule, why));
        }
        for it in seen.into_iter().filter(|it| counts(it, &others)) {
            match self.known_from(&it, whole.as_ref(), about) {
                Some(origin) => {
                    let why = Excuse::Baseline { origin: origin.to_owned() };
                    sifted.passes.push((it.candidate, it.rule, why));
                }
                None => sifted.counts.push((it.candidate, it.rule)),
            }
        }
        Ok(sifted.without_echoes())
    }

    /// Whether a comment of gitleaks on its lines lets `found` pass.
    fn is_commented(&self, text: &Text<'_>, index: &LineIndex, found: &Candidate, rule: &Rule) -> bool {
        let is_heard = self.passed_over.comments == Comments::Heard && rule.kind() == Kind::Secret;
        is_heard && memchr::memmem::find(lines_of(text, index, found), COMMENT).is_some()
    }

    /// The list of gitleaks that says that it is passed over.
    fn known_from(&self, seen: &Seen<'_>, path: Option<&BString>, about: &About<'_>) -> Option<&str> {
        self.passed_over.known.origin(&Spot {
            theirs: seen.rule.borrowed().map(|borrowed| borrowed.spec.id.as_str()),
            ours: seen.rule.id(),
            path: path?,
            line: u64::from(seen.line),
            commit: about.subject.commit(),
            secret: &seen.candidate.secret,
        })
    }
}

/// The part of a match whose lines must have stood together to be no news: where a line between them goes, or one of them
/// moves, parts become a secret. A name and its value do from a few lines on; a long match has lines in it that say nothing.
fn seam(found: &Candidate) -> Range<usize> {
    match found.via.is_empty() && found.matched.iter().filter(|b| **b == b'\n').count() > SEAM {
        true => found.at..found.at + found.secret.len(),
        false => found.span.clone(),
    }
}

/// So many lines lie between a name and its value at most.
const SEAM: usize = 4;

/// The lines that a candidate touches.
fn lines_of<'t>(text: &'t Text<'_>, index: &LineIndex, found: &Candidate) -> &'t [u8] {
    let lines = index.lines_of(&found.span);
    let lines = text.bytes.get(index.start(lines.start)..index.start(lines.end)).unwrap_or_default();
    lines.strip_suffix(b"\n").unwrap_or(lines)
}

/// Whether an allowlist lets `found` pass.
fn pardoned(
    text: &Text<'_>,
    index: &LineIndex,
    found: &Candidate,
    rule: &Rule,
    path: Option<&BString>,
    about: &About<'_>,
) -> Result<bool, RuleSetError> {
    if !rule.has_pardons() {
        return Ok(false);
    }
    rule.pardons(&Sight {
        secret: &found.secret,
        matched: &found.matched,
        lines: lines_of(text, index, found),
        path: path.map(|path| path.as_slice()),
        commit: about.subject.commit(),
    })
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
