//! From counts to verdicts: what is reported, under which rule, with which three samples.

use super::Thresholds;
use super::distinct::{CAP, Distinct};
use super::exempt::Named;
use super::id::{Id, Limit};
use super::mask;
use super::score::{Counts, Ground};
use super::tally::Tally;
use crate::text::Severity;
use std::ops::Range;

/// From this many added lines with values on, the whole text is judged too.
const LINES_FOR_WHOLE: usize = 10;
/// So many cards in the code of a test are no gateway's test cards any more: of 138 files of a payment library's tests
/// with cards that no service lists, none has more than 6.
const TEST_CARDS: usize = 10;
/// A report shows this many values.
const SAMPLES: usize = 3;

/// What was found in bulk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Rows of people with more than one kind of data.
    Dump,
    /// E-mail addresses.
    Email,
    /// Telephone numbers.
    Phone,
    /// The organisation's numbers for its customers.
    CustomerNumber,
    /// Payment cards.
    Card,
    /// Where somebody or a vehicle was, and when.
    Trace,
    /// One row of the table of identifiers.
    Identifier(Id),
}

impl Class {
    /// All of them, the identifiers last.
    pub fn all() -> impl Iterator<Item = Self> {
        let plain = [Self::Dump, Self::Email, Self::Phone, Self::CustomerNumber, Self::Card, Self::Trace];
        plain.into_iter().chain(Id::all().map(Self::Identifier))
    }

    /// The rule's id.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dump => "customer-dump",
            Self::Email => "customer-email-list",
            Self::Phone => "customer-phone-list",
            Self::CustomerNumber => "customer-number-list",
            Self::Card => "payment-card",
            Self::Trace => "location-trace",
            Self::Identifier(id) => id.row().id,
        }
    }

    /// What it is, in a few words.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Dump => "rows of customer data",
            Self::Email => "a list of e-mail addresses",
            Self::Phone => "a list of telephone numbers",
            Self::CustomerNumber => "a list of customer numbers",
            Self::Card => "payment card numbers",
            Self::Trace => "places with their times",
            Self::Identifier(id) => id.row().title,
        }
    }

    /// What is verified in each value, for those with a check digit.
    #[must_use]
    pub fn check(self) -> Option<&'static str> {
        match self {
            Self::Dump | Self::Email | Self::Phone | Self::CustomerNumber | Self::Trace => None,
            Self::Card => Some("the issuer's range and the check digit (ISO/IEC 7812-1, Luhn)"),
            Self::Identifier(id) => id.row().check,
        }
    }

    /// How bad it is.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::Identifier(id) => id.row().severity,
            Self::Dump | Self::Email | Self::Phone | Self::CustomerNumber | Self::Card | Self::Trace => {
                Severity::Critical
            }
        }
    }
}

/// Whether a verdict stops a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// It does.
    Reject,
    /// It is worth a look; returned only if the thresholds ask for warnings.
    Warn,
}

/// One value as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its place in the text, in bytes.
    pub span: Range<usize>,
    /// Its masked form.
    pub masked: String,
}

/// One verdict about one text.
#[derive(Clone, Debug, PartialEq)]
pub struct Bulk {
    /// What was found.
    pub class: Class,
    /// Whether it stops the push.
    pub weight: Weight,
    /// How many distinct values; counting ends at 4,096.
    pub distinct: usize,
    /// The first values on added lines, at most three.
    pub samples: Vec<Sample>,
    /// The values behind `samples`, for masking other output.
    pub hidden: Vec<Vec<u8>>,
    /// The dump score; 0 for classes that are judged by their number alone.
    pub score: f32,
    /// Why, in words.
    pub reason: String,
}

/// The verdicts about one text.
pub(super) fn of(text: &[u8], tally: &Tally, names: Named, thresholds: &Thresholds) -> Vec<Bulk> {
    let mut found = Vec::new();
    found.extend(dump(text, tally, names, thresholds));
    let least = |cards: usize| if names == Named::GatewayTest { cards.max(TEST_CARDS) } else { cards };
    let cards = by_number(text, Class::Card, &[&tally.cards], least(thresholds.named_cards));
    let bare = || by_number(text, Class::Card, &[&tally.bare_cards], least(thresholds.bare_cards));
    found.extend(cards.or_else(|| bare().filter(|_| !tally.cards_are_chance())));
    found.extend(numbers(text, tally, thresholds));
    found.extend(identifiers(text, tally, thresholds));
    let trace = tally.trace.as_ref().filter(|trace| trace.added(text) > 0);
    found.extend(trace.and_then(|trace| by_number(text, Class::Trace, &[&trace.points], 1)));
    found
}

/// Configured customer numbers, each by its own limit.
fn numbers(text: &[u8], tally: &Tally, thresholds: &Thresholds) -> Vec<Bulk> {
    let judge = |(index, values): (&usize, &Distinct)| {
        let number = thresholds.choice.numbers().get(*index)?;
        let mut bulk = by_number(text, Class::CustomerNumber, &[values], number.limit.file)?;
        bulk.reason = format!("{} distinct `{}`", amount(bulk.distinct), number.name);
        Some(bulk)
    };
    tally.numbers.iter().filter_map(judge).collect()
}

/// Each identifier: beside words, else by itself, else as a column.
fn identifiers(text: &[u8], tally: &Tally, thresholds: &Thresholds) -> Vec<Bulk> {
    let choice = &thresholds.choice;
    let mut found: Vec<Bulk> = Vec::new();
    for (id, values) in &tally.ids {
        let (named, bare) = choice.limits(*id);
        let least = |limit: Limit| match (limit.file, id.row().id) {
            (file, _) if choice.has_threshold(*id) => file,
            (_, "iban") => thresholds.ibans,
            (1, _) => thresholds.national,
            (file, _) => file,
        };
        let class = Class::Identifier(*id);
        let beside = named.and_then(|limit| by_number(text, class, &[&values.named], least(limit)));
        let alone = || bare.and_then(|limit| by_number(text, class, &[&values.bare, &values.named], limit.file));
        found.extend(beside.or_else(alone));
    }
    for (id, values) in tally.columns.judged() {
        let class = Class::Identifier(id);
        if found.iter().all(|bulk| bulk.class != class) {
            let bulk = by_number(text, class, &[values], 1);
            found.extend(bulk.map(|bulk| Bulk { reason: format!("{}, one column", bulk.reason), ..bulk }));
        }
    }
    for bulk in &mut found {
        if matches!(bulk.class, Class::Identifier(id) if choice.warns(id)) {
            bulk.weight = Weight::Warn;
        }
    }
    found
}

/// Whether the text is a dump whatever else it holds, and counted to the end.
pub(super) fn is_settled(tally: &Tally, names: Named, thresholds: &Thresholds) -> bool {
    let dump = judge(tally.added(), ground(names), thresholds);
    dump.is_some_and(|(weight, counts, _)| weight == Weight::Reject && counts.identifying() >= CAP)
}

pub(super) fn ground(names: Named) -> Ground {
    match names {
        Named::Authors => Ground::Authors,
        Named::TestOrDocument | Named::GatewayTest => Ground::TestOrDocument,
        Named::Patch | Named::Ordinary => Ground::Ordinary,
    }
}

fn by_number(text: &[u8], class: Class, sets: &[&Distinct], least: usize) -> Option<Bulk> {
    let distinct: usize = sets.iter().map(|set| set.added()).sum();
    if distinct == 0 || distinct < least {
        return None;
    }
    Some(bulk(text, class, Weight::Reject, distinct, sets, 0.0, format!("{} distinct", amount(distinct))))
}

fn dump(text: &[u8], tally: &Tally, names: Named, thresholds: &Thresholds) -> Option<Bulk> {
    let ground = ground(names);
    let added = judge(tally.added(), ground, thresholds);
    let whole = || judge(tally.whole(), ground, thresholds);
    let grows = tally.added_value_lines() >= LINES_FOR_WHOLE;
    let (weight, counts, score) = match added {
        Some((Weight::Reject, ..)) | None if !grows => added?,
        Some((Weight::Reject, ..)) => added?,
        Some((Weight::Warn, ..)) | None => whole().or(added)?,
    };
    if counts.has_people(ground) && counts.identifying() < counts.people {
        // By their dates of birth alone.
        let reason = format!("{} people with their dates of birth", amount(counts.people));
        return Some(bulk(text, Class::Dump, weight, counts.people, &[&tally.births], score, reason));
    }
    if tally.added().identifying() == 0 {
        return None;
    }
    let (class, sets) = class_of(tally, &counts);
    let reason = reason(class, &counts, score);
    Some(bulk(text, class, weight, counts.identifying(), &sets, score, reason))
}

fn judge(counts: Counts, ground: Ground, thresholds: &Thresholds) -> Option<(Weight, Counts, f32)> {
    let score = counts.score(ground);
    // Telephone numbers are rarer in source than addresses, by what was measured.
    let many = counts.identifying() >= thresholds.identifying || counts.phones >= thresholds.identifying.div_ceil(2);
    if (many && !counts.is_exempt(ground)) || counts.has_people(ground) || score >= thresholds.reject_score {
        return Some((Weight::Reject, counts, score));
    }
    let warns = thresholds.warn_score.is_some_and(|least| score >= least);
    warns.then_some((Weight::Warn, counts, score))
}

fn class_of<'t>(tally: &'t Tally, counts: &Counts) -> (Class, Vec<&'t Distinct>) {
    if counts.classes() >= 2 || counts.has_header() {
        return (Class::Dump, vec![&tally.emails, &tally.phones, &tally.customers]);
    }
    let most = counts.identifying();
    if counts.emails == most {
        (Class::Email, vec![&tally.emails])
    } else if counts.phones == most {
        (Class::Phone, vec![&tally.phones])
    } else {
        (Class::CustomerNumber, vec![&tally.customers])
    }
}

fn reason(class: Class, counts: &Counts, score: f32) -> String {
    if class != Class::Dump {
        return format!("{} distinct, score {score:.1}", amount(counts.identifying()));
    }
    let parts = [
        (counts.emails, "e-mail addresses"),
        (counts.phones, "telephone numbers"),
        (counts.customers, "customer numbers"),
    ];
    let parts = parts.iter().filter(|(count, _)| *count > 0);
    let counted: Vec<String> = parts.map(|(count, what)| format!("{} {what}", amount(*count))).collect();
    let header = if counts.has_header() { ", in named columns or keys" } else { "" };
    format!("{}{header}, score {score:.1}", counted.join(", "))
}

fn amount(count: usize) -> String {
    if count >= CAP { format!("{CAP} or more") } else { count.to_string() }
}

fn bulk(
    text: &[u8],
    class: Class,
    weight: Weight,
    distinct: usize,
    sets: &[&Distinct],
    score: f32,
    reason: String,
) -> Bulk {
    let mut spans: Vec<Range<usize>> = sets.iter().flat_map(|set| set.samples().iter().cloned()).collect();
    spans.sort_by_key(|span| span.start);
    spans.truncate(SAMPLES);
    let values: Vec<&[u8]> = spans.iter().map(|span| text.get(span.clone()).unwrap_or_default()).collect();
    let hidden = values.iter().map(|value| mask::hidden(value)).collect();
    let samples = spans.iter().zip(values).map(|(span, value)| Sample { span: span.clone(), masked: mask::of(value) });
    let samples = samples.collect();
    Bulk { class, weight, distinct, samples, hidden, score, reason }
}
