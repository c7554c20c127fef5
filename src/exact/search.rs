//! From a text to what is known in it: real customers' records, addresses and numbers.
//!
//! One address or number is looked up at a time; when a table knows it, the values around it are tried as the rest of its
//! record. That is rare in source, so trying is cheap there, and in a customer list the first tries succeed.
//!
//! *Invariant:* an old line alone is no finding; of a pair one half must be new.

use super::error::ExactError;
use super::header::{Alone, Field};
use super::norm::Kind;
use super::reading::{Reach, forms, has_blind_pair, knows, partners, readings, spelled, table_kind};
use super::table::Table;
use super::window;
use super::{Exact, Sources};
use crate::customer::Sample;
use crate::customer::candidates::{self, Authorship, Candidate, Digits};
use crate::text::LineIndex;
use once_cell::unsync::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Counting ends here, as in the survey of lists.
const CAP: usize = 4_096;
/// Pairs that are tried in one text; an honest text has a few thousand.
const TRIES_MAX: usize = 4_000_000;
/// Values around a known one that are tried with it.
const NEIGHBOURS_MAX: usize = 96;
/// A report shows this many values.
const SAMPLES: usize = 3;

/// What is known in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Two values of one customer's record.
    Record,
    /// Customers' addresses, without more of their records.
    Emails,
    /// Customers' numbers, beside a word for them or with their letters.
    Numbers,
}

impl What {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Record, Self::Emails, Self::Numbers];

    /// The rule's id.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            Self::Record => "customer-record",
            Self::Emails => "customer-known-addresses",
            Self::Numbers => "customer-known-numbers",
        }
    }

    /// What it is, in a few words.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Self::Record => "a real customer's record",
            Self::Emails => "real customers' e-mail addresses",
            Self::Numbers => "real customers' numbers",
        }
    }
}

/// One finding in a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    /// What is known.
    pub what: What,
    /// Whether that stops a push; if not, it is worth a look.
    pub stops: bool,
    /// How many distinct records, addresses or numbers.
    pub distinct: usize,
    /// The first of them on added lines, at most three.
    pub samples: Vec<Sample>,
    /// The values behind the samples, for masking other output.
    pub hidden: Vec<Vec<u8>>,
    /// The fields of the tables that said so.
    pub fields: String,
}

impl Exact {
    /// What the tables know in `text`: a blob, one decoded, or a member of an archive. `added` says whether what stands
    /// on a 0-based line is new; `path` is its name, for files that name their authors.
    ///
    /// # Errors
    /// When a table cannot be used, or the text asks for too much.
    pub fn known(
        &self,
        text: &[u8],
        path: Option<&[u8]>,
        added: &dyn Fn(usize) -> bool,
    ) -> Result<Vec<Known>, ExactError> {
        let sources = &self.sources;
        let mut search = Search { authors: Authorship::of(path), ..Search::of(text, sources, added) };
        let mut failed = None;
        candidates::sweep(text, &sources.own_domains, &mut |candidate| {
            let tables = self.tables();
            let looked = tables.and_then(|tables| tables.iter().try_for_each(|table| search.look(table, &candidate)));
            match looked {
                Ok(()) => !search.is_full(),
                Err(error) => {
                    failed = Some(error);
                    false
                }
            }
        });
        match failed {
            Some(error) => Err(error),
            None => Ok(search.verdict()),
        }
    }
}

/// Distinct values and where the first of each stands.
type Found = BTreeMap<Vec<u8>, Range<usize>>;

struct Search<'t> {
    text: &'t [u8],
    sources: &'t Sources,
    added: &'t dyn Fn(usize) -> bool,
    authors: Authorship,
    /// Made when the first value is known: most texts know none.
    index: OnceCell<LineIndex>,
    records: Found,
    /// Values of records that were counted: a third value of one is no second record.
    paired: BTreeSet<Vec<u8>>,
    emails: Found,
    numbers: Found,
    /// Numbers that need the name of their column to count.
    unnamed: Found,
    fields: Vec<String>,
    tries: usize,
}

/// A value that a table knows, or whose record is tried all the same.
struct Anchor<'v> {
    field: u8,
    name: &'v str,
    forms: Vec<Vec<u8>>,
    span: Range<usize>,
}

impl<'t> Search<'t> {
    fn of(text: &'t [u8], sources: &'t Sources, added: &'t dyn Fn(usize) -> bool) -> Self {
        Self {
            text,
            sources,
            added,
            authors: Authorship::of(None),
            index: OnceCell::new(),
            records: Found::new(),
            paired: BTreeSet::new(),
            emails: Found::new(),
            numbers: Found::new(),
            unnamed: Found::new(),
            fields: Vec::new(),
            tries: 0,
        }
    }

    /// Nothing that is still to come changes what is said.
    fn is_full(&self) -> bool {
        self.records.len() >= CAP || self.emails.len() >= CAP
    }

    fn index(&self) -> &LineIndex {
        self.index.get_or_init(|| LineIndex::new(self.text))
    }

    fn is_new(&self, span: &Range<usize>) -> bool {
        self.index().lines_of(span).any(|line| (self.added)(line))
    }

    /// Looks one candidate up in one table.
    fn look(&mut self, table: &Table, candidate: &Candidate) -> Result<(), ExactError> {
        for (at, field) in (0u8..).zip(&table.header().fields) {
            for (value, span) in readings(self.text, table, field, candidate, Reach::Alone) {
                let forms = forms(field.kind, value);
                let known = field.alone == Alone::Counts && knows(table, &field.name, &forms)?;
                let anchor = Anchor { field: at, name: &field.name, forms, span };
                if known {
                    let window = window::around(self.index(), self.text, &anchor.span);
                    self.records_at(table, &anchor, window)?;
                    self.note(field, candidate, anchor);
                } else if field.alone == Alone::PairOnly && has_blind_pair(table, at) {
                    let window = window::lines(self.index(), self.text, &anchor.span);
                    self.records_at(table, &anchor, window)?;
                }
            }
        }
        Ok(())
    }

    /// Notes a value that is known by itself.
    fn note(&mut self, field: &Field, candidate: &Candidate, anchor: Anchor<'_>) {
        if !self.is_new(&anchor.span) {
            return;
        }
        let line = window::lines(self.index(), self.text, &anchor.span);
        let line = self.text.get(line).unwrap_or_default();
        let Some(value) = anchor.forms.into_iter().next() else { return };
        let found = match (field.kind, candidate) {
            (Kind::Email, _) if self.authors.covers(line) => return,
            (Kind::Email, _) => &mut self.emails,
            (Kind::Number, _) if field.shape.prefix.len() >= 2 => &mut self.numbers,
            (Kind::Phone, Candidate::Digits(Digits { phone: Some(_), .. })) => &mut self.numbers,
            _ if candidates::has_name_beside(self.text, &anchor.span) => &mut self.numbers,
            _ => &mut self.unnamed,
        };
        if found.len() < CAP {
            found.entry(value).or_insert(anchor.span);
            self.tell(&field.name);
        }
    }

    /// Tries the values of `window` as the rest of the anchor's record.
    fn records_at(&mut self, table: &Table, anchor: &Anchor<'_>, window: Range<usize>) -> Result<(), ExactError> {
        let partners: Vec<u8> = partners(table, anchor.field).collect();
        if partners.is_empty() || anchor.forms.iter().any(|form| table.is_forgotten(anchor.name, form)) {
            return Ok(());
        }
        let near = candidates::near(self.text, window.clone(), &self.sources.own_domains);
        let cells = OnceCell::new();
        for partner in partners {
            let Some(field) = table.header().fields.get(usize::from(partner)) else { continue };
            let values: Vec<(Vec<u8>, Range<usize>)> = match field.kind {
                Kind::Text => cells
                    .get_or_init(|| candidates::cells(self.text, window.clone()))
                    .iter()
                    .filter_map(|cell| Some((spelled(self.text, table, field, cell)?, cell.clone())))
                    .take(NEIGHBOURS_MAX)
                    .collect(),
                Kind::Email | Kind::Phone | Kind::Number => near
                    .iter()
                    .flat_map(|candidate| readings(self.text, table, field, candidate, Reach::Pair))
                    .take(NEIGHBOURS_MAX)
                    .collect(),
            };
            // Nearest first: in a list the row itself answers, and the rest need not be tried.
            let mut values = values;
            values.sort_by_key(|(_, span)| span.start.abs_diff(anchor.span.start));
            for (value, span) in values {
                if self.is_record(table, anchor, field, value, &span)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn is_record(
        &mut self,
        table: &Table,
        anchor: &Anchor<'_>,
        field: &Field,
        value: Vec<u8>,
        span: &Range<usize>,
    ) -> Result<bool, ExactError> {
        let named_author = (field.kind == Kind::Text || table_kind(table, anchor.field) == Some(Kind::Text)) && {
            let line = window::lines(self.index(), self.text, &anchor.span);
            self.authors.covers(self.text.get(line).unwrap_or_default())
        };
        if named_author {
            return Ok(false);
        }
        for own in &anchor.forms {
            for other in forms(field.kind, value.clone()) {
                self.tries += 1;
                if self.tries > TRIES_MAX {
                    return Err(ExactError::TooMany { most: TRIES_MAX });
                }
                if table.knows_pair((anchor.name, own), (&field.name, &other))? {
                    if self.is_new(&anchor.span) || self.is_new(span) {
                        let place = if span.start < anchor.span.start { span } else { &anchor.span };
                        self.count_record(own.clone(), other, place.clone());
                        self.tell(anchor.name);
                        self.tell(&field.name);
                    }
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn count_record(&mut self, one: Vec<u8>, other: Vec<u8>, place: Range<usize>) {
        let known = self.paired.contains(&one) || self.paired.contains(&other);
        if !known {
            self.records.insert(one.clone(), place);
        }
        self.paired.extend([one, other]);
    }

    fn tell(&mut self, field: &str) {
        if !self.fields.iter().any(|known| known == field) {
            self.fields.push(field.to_owned());
        }
    }

    fn verdict(mut self) -> Vec<Known> {
        self.name_by_column();
        let least = |what| match what {
            What::Record => 1,
            What::Emails => self.sources.emails,
            What::Numbers => self.sources.numbers,
        };
        let mut out = Vec::new();
        for (what, found) in
            [(What::Record, &self.records), (What::Emails, &self.emails), (What::Numbers, &self.numbers)]
        {
            let stops = found.len() >= least(what);
            // Of a record the address was counted, too; and a few numbers are nothing.
            let said = !found.is_empty() && (stops || what == What::Emails) && (what == What::Record || out.is_empty());
            if said {
                out.push(self.known(what, found, stops));
            }
        }
        out
    }

    /// Numbers without a word beside them count if their column has one. That reads the whole text: only for enough.
    fn name_by_column(&mut self) {
        if self.unnamed.is_empty() || self.numbers.len() + self.unnamed.len() < self.sources.numbers {
            return;
        }
        let mut unnamed: Vec<(Range<usize>, Vec<u8>)> =
            std::mem::take(&mut self.unnamed).into_iter().map(|(value, span)| (span, value)).collect();
        unnamed.sort_by_key(|(span, _)| span.start);
        let spans: Vec<Range<usize>> = unnamed.iter().map(|(span, _)| span.clone()).collect();
        let named = candidates::in_named_cells(self.text, &spans);
        let named = unnamed.into_iter().zip(named).filter(|(_, named)| *named);
        self.numbers.extend(named.map(|((span, value), _)| (value, span)));
    }

    fn known(&self, what: What, found: &Found, stops: bool) -> Known {
        let mut spans: Vec<Range<usize>> = found.values().cloned().collect();
        spans.sort_by_key(|span| span.start);
        spans.truncate(SAMPLES);
        let values: Vec<&[u8]> = spans.iter().map(|span| self.text.get(span.clone()).unwrap_or_default()).collect();
        let hidden = values.iter().map(|value| candidates::hidden(value)).collect();
        let masked = values.iter().map(|value| candidates::masked(value));
        let samples = spans.into_iter().zip(masked).map(|(span, masked)| Sample { span, masked }).collect();
        Known { what, stops, distinct: found.len(), samples, hidden, fields: self.fields.join(" and ") }
    }
}
