//! Counts the values of one text, record by record, and finds how regular the records are.

use super::card::{self, Form};
use super::distinct::{CAP, Distinct, Line, digest};
use super::email::{self, Standing};
use super::exempt::{Named, is_certificate_name, is_logged, is_patch_header, is_trailer};
use super::field::{FIELDS, Field};
use super::id::{Choice, Columns, Id, Ids};
use super::identify::{Values, column_of};
use super::number::{Group, digits_of, is_made_up};
use super::phone;
use super::record::{Cell, Record};
use super::score::Counts;
use super::sweep::{Spot, Sweep};
use super::trace::Trace;
use std::collections::BTreeMap;
use std::ops::Range;

/// Rows of one form that follow one another are a table from this many on.
const TABLE_ROWS: usize = 3;
/// Values under a name, to believe the name.
const NAMED_VALUES: usize = 5;

/// All that is counted.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub emails: Distinct,
    pub phones: Distinct,
    pub customers: Distinct,
    /// Cards with a word or a column.
    pub cards: Distinct,
    /// Cards by their form alone.
    pub bare_cards: Distinct,
    /// All numbers written as cards are.
    sixteen: Distinct,
    pub ids: BTreeMap<Id, Values>,
    /// Configured customer numbers, by their place in the policy.
    pub numbers: BTreeMap<usize, Distinct>,
    pub columns: Columns,
    reserved: Distinct,
    /// Dates of birth, under a name for them.
    pub births: Distinct,
    addresses: Distinct,
    postals: Distinct,
    named: [usize; FIELDS],
    rows: usize,
    rows_with_value: usize,
    /// The table at hand: form, rows, rows with a value.
    run: Option<(u64, usize, usize)>,
    /// Places, where the text has a word for them.
    pub trace: Option<Trace>,
    lines: usize,
    added_lines: usize,
    /// Where addresses of people begin in the record at hand.
    real: Vec<usize>,
}

/// The line at hand.
pub(super) struct At<'t> {
    pub text: &'t [u8],
    pub own_domains: &'t [String],
    pub choice: &'t Choice,
    pub number: usize,
    pub line: Line,
    pub names: Named,
}

impl Tally {
    /// Nothing counted yet; places are, if `places` says so.
    pub(super) fn new(places: bool) -> Self {
        Self { trace: places.then(Trace::default), ..Self::default() }
    }

    /// Begins a line.
    pub(super) fn begin(&mut self, at: &At<'_>) {
        self.lines += 1;
        self.added_lines += usize::from(at.line == Line::Added);
    }

    /// Counts one record.
    pub(super) fn record(&mut self, at: &At<'_>, record: &Record<'_>) {
        self.real.clear();
        let shown = self.by_form(at, record);
        let named = self.by_name(at, record.cells);
        self.row(record.shape, shown || named);
    }

    /// Values known by their own form. True if there was one.
    fn by_form(&mut self, at: &At<'_>, record: &Record<'_>) -> bool {
        let mut found = false;
        let mut spots = Sweep::new(at.text, record.span.clone());
        while let Some(spot) = spots.next() {
            match spot {
                Spot::At(offset) => {
                    let Some(address) = email::around(at.text, offset, at.own_domains) else { continue };
                    spots.skip_to(address.span.end);
                    found |= self.address(at, &record.span, address);
                }
                Spot::Parts(offset) => {
                    let Some(span) = phone::in_pairs(at.text, offset) else { continue };
                    spots.skip_to(span.end);
                    let canonical = self.digits(at, &span);
                    self.phones.insert(canonical, span, at.line, at.number);
                    found = true;
                }
                Spot::Digits(offset) => {
                    if let Some(end) = self.place(at, offset) {
                        // What looks like a time is somebody's number where a word says so.
                        found |= self.identifiers(at, record, offset);
                        spots.skip_to(end);
                        continue;
                    }
                    if Group::is_four_alone(at.text, offset) {
                        found |= Group::is_four_in_word(at.text, offset) && self.identifiers(at, record, offset);
                        continue;
                    }
                    let group = Group::around(at.text, offset);
                    spots.skip_to(group.span.end);
                    found |= self.group(at, record, &group);
                }
                Spot::Pieces(offset) => found |= self.identifiers(at, record, offset),
            }
        }
        found | self.addresses_of_machines(at, record)
    }

    /// The end of a part of a point or of a time at `offset`.
    fn place(&mut self, at: &At<'_>, offset: usize) -> Option<usize> {
        self.trace.as_mut()?.digits(at.text, offset, at.line, at.number)
    }

    fn address(&mut self, at: &At<'_>, record: &Range<usize>, address: email::Address) -> bool {
        let value = at.text.get(address.span.clone()).unwrap_or_default();
        let canonical = digest(value, |_| false);
        if address.standing == Standing::Real {
            self.real.push(address.span.start);
        }
        if address.standing == Standing::Reserved {
            self.reserved.insert(canonical, address.span, at.line, at.number);
            return false;
        }
        let head = at.text.get(record.clone()).unwrap_or_default();
        let names_author = is_trailer(head) || (at.names == Named::Patch && is_patch_header(head));
        if names_author || is_logged(at.text, record.start) || is_certificate_name(head) {
            return false;
        }
        self.emails.insert(canonical, address.span, at.line, at.number);
        true
    }

    fn group(&mut self, at: &At<'_>, record: &Record<'_>, group: &Group) -> bool {
        if card::is_sixteen(at.text, group) {
            let canonical = self.digits(at, &group.span);
            self.sixteen.insert(canonical, group.span.clone(), at.line, at.number);
        }
        if let Some(card) = card::in_group(at.text, group) {
            let named = column_of(record.cells, &card.span).meets(Ids::CARD)
                || at.choice.around(at.text, &card.span).ids().meets(Ids::CARD)
                || at.choice.above(at.text, &card.span).ids().meets(Ids::CARD);
            let canonical = self.digits(at, &card.span);
            let set = match (named, card.form) {
                (true, _) => Some(&mut self.cards),
                (false, Form::Plain) => Some(&mut self.bare_cards),
                (false, Form::NeedsWord) => None,
            };
            if let Some(set) = set {
                set.insert(canonical, card.span, at.line, at.number);
                return true;
            }
        }
        let mut found = false;
        for (start, len) in group.runs() {
            found |= self.identifiers(at, record, *start);
            found |= self.configured(at, record, &(*start..start + len));
        }
        if found {
            return true;
        }
        let Some(span) = phone::in_group(at.text, group) else { return false };
        let canonical = self.digits(at, &span);
        self.phones.insert(canonical, span, at.line, at.number);
        true
    }

    pub(super) fn digits(&self, at: &At<'_>, span: &Range<usize>) -> u64 {
        digest(at.text.get(span.clone()).unwrap_or_default(), |b| !b.is_ascii_alphanumeric())
    }

    /// Values known by the name of their column or key. True if there was one that leads to a person.
    fn by_name(&mut self, at: &At<'_>, cells: &[Cell]) -> bool {
        let mut found = false;
        for (field, span) in cells {
            let cell = at.text.get(span.clone()).unwrap_or_default();
            if !self.accepts(at, *field, cell, span) {
                continue;
            }
            if let Some(count) = self.named.get_mut(field.index()) {
                *count += 1;
            }
            found |= self.in_cell(at, field.ids(), cell, span);
            found |= matches!(field, Field::Customer | Field::Phone);
        }
        found
    }

    /// Whether a cell can be what its name says; counts it if it is.
    fn accepts(&mut self, at: &At<'_>, field: Field, cell: &[u8], span: &Range<usize>) -> bool {
        let set = match field {
            Field::Customer if is_customer_number(cell) => &mut self.customers,
            Field::Phone if phone::in_cell(cell).is_some() => &mut self.phones,
            Field::Birth if is_birth(cell) => &mut self.births,
            Field::Address if cell.len() >= 8 => &mut self.addresses,
            Field::Postal if is_postal(cell) => &mut self.postals,
            Field::Email => return self.real.iter().any(|start| span.contains(start)),
            Field::Name => return cell.len() >= 2,
            Field::Card | Field::Ids(_) => return cell.len() >= 8,
            Field::Customer | Field::Phone | Field::Birth | Field::Address | Field::Postal => return false,
        };
        let canonical = digest(cell, |b| matches!(b, b'-' | b' ' | b'(' | b')' | b'+' | b'.'));
        set.insert(canonical, span.clone(), at.line, at.number);
        true
    }

    fn row(&mut self, shape: Option<u64>, has_value: bool) {
        let Some(shape) = shape else { return };
        match &mut self.run {
            Some((known, rows, with)) if *known == shape => {
                *rows += 1;
                *with += usize::from(has_value);
            }
            _ => {
                self.end_table();
                self.run = Some((shape, 1, usize::from(has_value)));
            }
        }
    }

    fn end_table(&mut self) {
        let Some((_, rows, with)) = self.run.take() else { return };
        if rows >= TABLE_ROWS {
            self.rows += rows;
            self.rows_with_value += with;
        }
    }

    /// Ends the text.
    pub(super) fn end(&mut self) {
        self.end_table();
    }

    /// What the added lines hold.
    pub(super) fn added(&self) -> Counts {
        self.counts(Distinct::added, self.added_lines)
    }

    /// What the whole text holds.
    pub(super) fn whole(&self) -> Counts {
        self.counts(Distinct::all, self.lines)
    }

    fn counts(&self, of: fn(&Distinct) -> usize, lines: usize) -> Counts {
        let named = |field: Field| self.named.get(field.index()).copied().unwrap_or(0);
        let most = of(&self.emails).max(of(&self.phones)).max(of(&self.customers));
        // A few keys beside many other values are a program's, not a table's.
        let least = NAMED_VALUES.max(most / 2);
        let known: Vec<Field> = Field::all().filter(|field| named(*field) >= least).collect();
        let repeats = named(Field::Email).max(named(Field::Phone)).max(named(Field::Customer));
        let national = self.ids.values().map(|values| of(&values.named).max(of(&values.bare))).sum();
        Counts {
            emails: of(&self.emails),
            phones: of(&self.phones),
            customers: of(&self.customers),
            supporting: [
                of(&self.cards) + of(&self.bare_cards),
                of(&self.births),
                of(&self.addresses),
                of(&self.postals),
                national,
            ],
            reserved: of(&self.reserved),
            rows: self.rows,
            rows_with_value: self.rows_with_value,
            repeats: if repeats >= least { repeats } else { 0 },
            people: of(&self.births).min(named(Field::Name)),
            named: known.len(),
            named_identifying: known.iter().filter(|field| field.identifies()).count(),
            lines,
        }
    }

    /// Whether counting one class has come to its end.
    pub(super) fn is_full(&self) -> bool {
        [&self.emails, &self.phones, &self.customers].iter().any(|set| set.added() >= CAP)
    }

    /// Whether chance explains the cards without a word: of random numbers of sixteen digits one in 37 has a network's
    /// range and a right check digit, so that among nine there are three in one file of 600.
    pub(super) fn cards_are_chance(&self) -> bool {
        self.bare_cards.all() * 3 < self.sixteen.all()
    }

    /// How many added lines hold a value that leads to a person.
    pub(super) fn added_value_lines(&self) -> usize {
        let sets = [&self.emails, &self.phones, &self.customers, &self.births];
        sets.iter().map(|set| set.added_lines()).max().unwrap_or(0)
    }
}

/// Five to 24 letters, digits and separators with at least five digits, four of them in a row; no placeholder.
fn is_customer_number(cell: &[u8]) -> bool {
    let written = (5..=24).contains(&cell.len())
        && cell.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b' ' | b'_'))
        && cell.windows(4).any(|four| four.iter().all(u8::is_ascii_digit))
        && cell.iter().filter(|b| b.is_ascii_alphabetic()).count() <= 6;
    let digits = digits_of(cell);
    written && digits.is_some_and(|d| d.as_slice().len() >= 5 && !is_made_up(d.as_slice()))
}

/// A date with a four-digit year from 1900 to 2029: `1970-02-13`, `13.02.1970`, `1970年2月13日`.
fn is_birth(cell: &[u8]) -> bool {
    let digits = cell.iter().filter(|b| b.is_ascii_digit()).count();
    let year = cell.windows(4).any(|four| {
        four.iter().all(u8::is_ascii_digit)
            && (four.starts_with(b"19")
                || four.starts_with(b"200")
                || four.starts_with(b"201")
                || four.starts_with(b"202"))
    });
    (6..=32).contains(&cell.len()) && (6..=14).contains(&digits) && year
}

/// Four to nine digits, not all of them zero; separators, letters and the sign `〒` may stand among them.
pub(super) fn is_postal(cell: &[u8]) -> bool {
    let mut digits = cell.iter().filter(|b| b.is_ascii_digit());
    let some = digits.clone().any(|b| *b != b'0');
    cell.len() <= 12 && some && (4..=9).contains(&digits.by_ref().count())
}
