//! Customer data: many people's addresses and numbers in one text, or one number that should never be in any.
//!
//! A secret is known by itself; customer data is known by its company. One address in a file is an author, a hundred are
//! a list; five rows of address and customer number are a leak. So this counts distinct values, looks at the names of
//! columns and at the regularity of rows, and judges the text as a whole.
//!
//! Reading order: `glance` (is there anything?), `sweep` (where?), `email`, `card`, `phone`, `id` (what?), `record`
//! and `keyed` and `sql` (in which cell of which row?), `tally` (how many?), `score` and `verdict` (is that a dump?).
//!
//! *Invariant:* bytes in, verdicts out: no decoder, no I/O, no policy, and no value leaves in a form that can be read
//! except in `hidden`, which exists to be masked.

mod above;
pub mod candidates;
mod card;
mod crowd;
mod cut;
mod distinct;
mod edi;
mod email;
mod exempt;
mod field;
mod fullwidth;
mod glance;
mod id;
mod identify;
mod keyed;
mod layout;
mod lexicon;
mod mask;
mod met;
mod names;
mod number;
mod papers;
mod phone;
mod record;
mod score;
mod specimen;
mod sql;
mod stacked;
mod sweep;
mod tally;
mod trace;
mod verdict;
mod words;

pub use crowd::{Crowd, IN_PUSH};
pub use id::{Choice, Id, Identifier, Limit, Mode, Number, Override, Pack, Scheme, packs};
pub use met::{Earlier, Glanced};
pub use verdict::{Bulk, Class, Sample, Weight};

use distinct::Line;
use papers::Papers;
use record::Reader;
use std::ops::Range;
use tally::{At, Tally};

/// From how many distinct values, or from which score on, a text is rejected.
#[derive(Clone, Debug, PartialEq)]
pub struct Thresholds {
    /// Distinct addresses or customer numbers in one text, whatever their surroundings; half as many telephone numbers.
    pub identifying: usize,
    /// Distinct addresses in one push, over all texts that look like parts of a list; half as many telephone numbers, a
    /// third as many customer numbers.
    pub identifying_in_push: usize,
    /// Distinct payment cards without a word beside them.
    pub bare_cards: usize,
    /// Distinct payment cards beside a word for them or in a column of them.
    pub named_cards: usize,
    /// Distinct numbers of a state beside a word for them, of those of which one is enough.
    pub national: usize,
    /// Distinct IBANs beside a word for them; documentation is full of single ones.
    pub ibans: usize,
    /// Which identifiers are looked for, and where.
    pub choice: Choice,
    /// The score that rejects.
    pub reject_score: f32,
    /// The score from which a text is worth a warning; `None` returns no warnings.
    pub warn_score: Option<f32>,
    /// The organisation's own mail domains: employees are not customers. Subdomains are included.
    pub own_domains: Vec<String>,
}

impl Thresholds {
    /// The thresholds that were measured: no file of 76,039 of real source code reaches them.
    #[must_use]
    pub fn standard() -> Self {
        Self {
            identifying: 100,
            identifying_in_push: 300,
            bare_cards: 3,
            named_cards: 1,
            national: 1,
            ibans: 3,
            choice: Choice::standard(),
            reject_score: 5.0,
            warn_score: None,
            own_domains: Vec::new(),
        }
    }
}

/// Judges one text: a raw blob, a blob decoded to UTF-8, or a member of an archive.
///
/// `path` is its name; `None` is a name not known yet, and then no file is exempt by its name. `added` says whether the
/// values on a 0-based line count; headers, columns and keys are taken from the whole text. A text to which at least ten
/// lines with values were added is judged as a whole, too: else a list could grow for ever by a few rows a day.
#[must_use]
pub fn survey(text: &[u8], path: Option<&[u8]>, added: &dyn Fn(usize) -> bool, thresholds: &Thresholds) -> Vec<Bulk> {
    survey_in_push(text, path, added, thresholds).0
}

/// As [`survey_in_push`] of a text of which all is new and whose name is not known yet; what was met in `earlier` texts is
/// not looked at again.
#[must_use]
pub fn first_look(text: &[u8], thresholds: &Thresholds, earlier: Option<Earlier<'_>>) -> (Vec<Bulk>, Option<Crowd>) {
    match fullwidth::narrowed(text) {
        None if !glance::is_worth_counting(text, thresholds, earlier) => (Vec::new(), None),
        None => judged(text, None, &|_| true, thresholds),
        Some(_) => survey_in_push(text, None, &|_| true, thresholds),
    }
}

/// As [`survey`], with what the text adds to the sums of a push; nothing, if the text is refused by itself.
#[must_use]
pub fn survey_in_push(
    text: &[u8],
    path: Option<&[u8]>,
    added: &dyn Fn(usize) -> bool,
    thresholds: &Thresholds,
) -> (Vec<Bulk>, Option<Crowd>) {
    if let Some(narrow) = fullwidth::narrowed(text) {
        let (mut found, crowd) = survey_in_push(&narrow.text, path, added, thresholds);
        found.iter_mut().flat_map(|bulk| &mut bulk.samples).for_each(|it| it.span = narrow.wide(&it.span));
        return (found, crowd);
    }
    if !glance::is_worth_counting(text, thresholds, None) {
        return (Vec::new(), None);
    }
    judged(text, path, added, thresholds)
}

fn judged(
    text: &[u8],
    path: Option<&[u8]>,
    added: &dyn Fn(usize) -> bool,
    thresholds: &Thresholds,
) -> (Vec<Bulk>, Option<Crowd>) {
    let names = exempt::by_name(path);
    let tally = count(text, names, added, thresholds);
    let found = verdict::of(text, &tally, names, thresholds);
    let refused = found.iter().any(|bulk| bulk.weight == Weight::Reject && bulk.score > 0.0);
    let crowd = if refused { None } else { Crowd::of(&tally, names) };
    (found, crowd)
}

fn count(text: &[u8], names: exempt::Named, added: &dyn Fn(usize) -> bool, thresholds: &Thresholds) -> Tally {
    let mut tally = Tally::new(trace::names_places(text));
    let (choice, own_domains) = (&thresholds.choice, &thresholds.own_domains[..]);
    let mut reader = Reader::new(text, choice);
    let mut papers: Option<Papers<'_>> = None;
    for (number, line) in lines(text).enumerate() {
        if papers.is_none() && number % papers::LINES == papers::LINES - 1 && tally.is_full() {
            let settled = verdict::is_settled(&tally, names, thresholds);
            papers = settled.then(|| Papers::from(text, line.start, choice));
        }
        if papers.as_mut().is_some_and(|papers| !papers.are_in(&line)) {
            continue;
        }
        let state = if added(number) { Line::Added } else { Line::Old };
        let at = At { text, own_domains, choice, number, line: state, names };
        tally.begin(&at);
        reader.line(&line, &mut |record| tally.record(&at, record));
    }
    tally.end();
    tally
}

/// The lines without their ends, which are `\n`, `\r\n`, or a `\r` that no `\n` follows.
fn lines(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let start = next.filter(|start| *start < text.len() || (*start == 0))?;
        let rest = text.get(start..).unwrap_or_default();
        let Some(len) = memchr::memchr2(b'\n', b'\r', rest) else {
            next = None;
            return Some(start..text.len());
        };
        let end = if rest.get(len..len + 2) == Some(b"\r\n") { len + 2 } else { len + 1 };
        next = Some(start + end);
        Some(start..start + len)
    })
}

#[cfg(test)]
mod format_tests;
#[cfg(test)]
mod ground_tests;
#[cfg(test)]
mod people_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
