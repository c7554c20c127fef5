//! The first look at a new blob: can it hold anything to count at all?
//!
//! Runs over every byte of every push, so it allocates nothing and stops at the first sign. It may say yes for nothing,
//! never no for something: each limit here is at or below what the full count needs.

use super::Thresholds;
use super::card::{self, Form};
use super::distinct::digest;
use super::email::{self, Standing};
use super::field::{Field, names_numbers};
use super::id::{self, Choice, Id, Ids, Place};
use super::keyed;
use super::lexicon::names_ids;
use super::met::{Earlier, FEW, Few, MANY, Met};
use super::number::{Group, digits_of, is_typed};
use super::phone;
use super::sweep::{Spot, Sweep};
use super::{edi, trace};
use crate::text::Around;
use std::collections::BTreeMap;
use std::ops::Range;

/// The score of four distinct values cannot pass 3.6 (2.5·log10 4 for the number, 2 for rows; a header and a second
/// class need five).
const SCORE_OF_FOUR: f32 = 3.6;

/// What was seen so far.
struct Glance<'t> {
    text: &'t [u8],
    thresholds: &'t Thresholds,
    emails: Few,
    phones: Few,
    cards: Few,
    /// Numbers under a key that calls them customer numbers or telephones.
    named: Few,
    /// Numbers in cells: a column could call them that.
    numbers: Few,
    /// Numbers after the `*` or `^` of X12 and HL7.
    segments: Few,
    /// Numbers with so many decimals as places have.
    decimals: usize,
    /// What numbers could be called by a word or a column.
    papers: Ids,
    /// Whether the lines above such a number name it, perhaps with a word on its own line.
    labelled: bool,
    /// Right values of each identifier that counts without a word, by how many bytes they have, and all with its form.
    right: BTreeMap<(Id, usize), usize>,
    seen: BTreeMap<usize, usize>,
    /// All that was met since it was emptied last.
    met: Vec<Met>,
}

/// Whether a full count is needed.
pub(super) fn is_worth_counting(text: &[u8], thresholds: &Thresholds, earlier: Option<Earlier<'_>>) -> bool {
    let mut glance = Glance::new(text, thresholds);
    let enough = match earlier {
        None => glance.part(0..text.len()),
        Some(earlier) => (0..earlier.pieces.count()).any(|piece| glance.piece(piece, earlier)),
    };
    if enough {
        return true;
    }
    // Words are looked for line by line: a piece has whole ones.
    let anywhere = |question: u128, holds: &dyn Fn(&[u8]) -> bool| match earlier {
        None => holds(text),
        Some(earlier) => earlier.holds(text, question, holds),
    };
    let papers = glance.papers;
    glance.labelled
        || glance.has_column()
        || (!papers.is_empty() && (anywhere(papers.bits(), &|part| names_ids(part, papers)) || glance.is_configured()))
        || (glance.numbers.is_full() && anywhere(0, &names_numbers))
        || (glance.decimals >= trace::NUMBERS && trace::names_places(text))
        || (glance.segments.is_full() && edi::is_in(text))
}

/// Of ten values in a column eight are right. Among others of their length it is the fourth part at least: chance has
/// one of nine.
const COLUMN: usize = 8;
const SHARE: usize = 4;

/// Distinct values below which no threshold can be reached.
fn least(thresholds: &Thresholds) -> usize {
    let score = thresholds.warn_score.unwrap_or(thresholds.reject_score).min(thresholds.reject_score);
    let by_score = if score > SCORE_OF_FOUR { FEW } else { 3 };
    by_score.min(thresholds.identifying.div_ceil(2)).max(1)
}

enum Next {
    At(usize),
    Enough,
}

impl<'t> Glance<'t> {
    fn new(text: &'t [u8], thresholds: &'t Thresholds) -> Self {
        let few = Few::up_to(least(thresholds));
        Self {
            text,
            thresholds,
            emails: few,
            phones: few,
            cards: Few::up_to(thresholds.bare_cards.clamp(1, FEW)),
            named: few,
            numbers: few,
            segments: few,
            decimals: 0,
            papers: Ids::EMPTY,
            labelled: false,
            right: BTreeMap::new(),
            seen: BTreeMap::new(),
            met: Vec::new(),
        }
    }

    /// Looks at a part of the text, all of it or whole lines; whether there is enough.
    fn part(&mut self, part: Range<usize>) -> bool {
        let mut spots = Sweep::new(self.text, part);
        while let Some(spot) = spots.next() {
            let end = match spot {
                Spot::At(offset) => self.at_sign(offset),
                Spot::Digits(offset) if Group::is_four_alone(self.text, offset) => {
                    self.decimal(offset);
                    self.year(offset);
                    match Group::is_four_in_word(self.text, offset) && self.identifiers(offset) {
                        true => Next::Enough,
                        false => continue,
                    }
                }
                Spot::Digits(offset) => self.digits(offset),
                Spot::Pieces(offset) if self.identifiers(offset) => Next::Enough,
                Spot::Pieces(_) => continue,
                Spot::Parts(offset) => self.parts(offset),
            };
            match end {
                Next::At(offset) => spots.skip_to(offset),
                Next::Enough => return true,
            }
        }
        false
    }

    /// Looks at a piece of the text, or remembers what was met in it; whether there is enough.
    fn piece(&mut self, piece: usize, earlier: Earlier<'_>) -> bool {
        let Earlier { pieces, glanced } = earlier;
        let near = pieces.digest(piece, Around::Near);
        if glanced.none.get(near).is_some() {
            return false;
        }
        let range = pieces.range(piece);
        if Sweep::new(self.text, range.clone()).next().is_none() {
            glanced.none.keep(near, ());
            return false;
        }
        let far = pieces.digest(piece, Around::Far);
        if let Some(met) = glanced.met.get(far) {
            return met.iter().any(|it| self.count(*it));
        }
        self.met.clear();
        let enough = self.part(range);
        if !enough && self.met.len() <= MANY {
            glanced.met.keep(far, self.met.as_slice().into());
        }
        enough
    }

    /// Counts something; true if that is enough.
    fn meet(&mut self, it: Met) -> bool {
        if self.met.len() <= MANY {
            self.met.push(it);
        }
        self.count(it)
    }

    fn count(&mut self, it: Met) -> bool {
        match it {
            Met::Email(value) => return self.emails.add(value),
            Met::Phone(value) => return self.phones.add(value),
            Met::Card(value) => return self.cards.add(value),
            Met::Named(value) => return self.named.add(value),
            Met::Number(value) => {
                self.numbers.add(value);
            }
            Met::Segment(value) => {
                self.segments.add(value);
            }
            Met::Decimal => self.decimals += 1,
            Met::Paper(ids) => self.papers = self.papers.with(ids),
            Met::Label => self.labelled = true,
            Met::Formed(len) => *self.seen.entry(len).or_default() += 1,
            Met::Right(id, len) => {
                let count = self.right.entry((id, len)).or_default();
                *count += 1;
                let bare = self.thresholds.choice.limits(id).1;
                return bare.is_some_and(|bare| *count * id.row().reached_once_in() >= bare.file);
            }
        }
        false
    }

    fn decimal(&mut self, offset: usize) {
        if trace::is_decimal(self.text, offset) {
            self.meet(Met::Decimal);
        }
    }

    fn at_sign(&mut self, offset: usize) -> Next {
        let Some(address) = email::around(self.text, offset, &self.thresholds.own_domains) else {
            return Next::At(offset + 1);
        };
        let end = address.span.end;
        let value = self.text.get(address.span).unwrap_or_default();
        if address.standing == Standing::Real && self.meet(Met::Email(digest(value, |_| false))) {
            return Next::Enough;
        }
        Next::At(end)
    }

    /// Parts of a telephone number: a column could call them that.
    fn parts(&mut self, offset: usize) -> Next {
        let start = offset.saturating_sub(9);
        let written = self.text.get(start..offset + 3).unwrap_or_default();
        let gap = offset.checked_sub(1).and_then(|at| self.text.get(at));
        if !gap.is_some_and(|gap| matches!(gap, b' ' | b'.' | b'-' | b'/')) {
            return Next::At(offset);
        }
        let value = digest(written, |b| !b.is_ascii_digit());
        self.meet(Met::Number(value));
        let counts = phone::in_pairs(self.text, offset).is_some() && self.meet(Met::Phone(value));
        if counts { Next::Enough } else { Next::At(offset) }
    }

    /// A year in a date (`13.02.1970`, `1970/2/13`, `1970年2月13日`): a column could call it somebody's birth.
    fn year(&mut self, offset: usize) {
        let at = |at: Option<usize>| at.and_then(|at| self.text.get(at)).copied().unwrap_or(b' ');
        // The last three are the sign for years in UTF-8, CP932 and EUC-JP.
        let dated = matches!(at(offset.checked_sub(1)), b'.' | b'/')
            || matches!(at(offset.checked_add(4)), b'/' | b'.' | 0xe5 | 0x94 | 0xc7);
        if dated && matches!(at(Some(offset)), b'1' | b'2') {
            let written = self.text.get(offset.saturating_sub(6)..self.text.len().min(offset + 12)).unwrap_or_default();
            self.meet(Met::Number(digest(written, |b| !b.is_ascii_digit())));
        }
    }

    fn digits(&mut self, offset: usize) -> Next {
        self.decimal(offset);
        let group = Group::around(self.text, offset);
        if self.is_enough(&group) { Next::Enough } else { Next::At(group.span.end) }
    }

    fn is_enough(&mut self, group: &Group) -> bool {
        let text = self.text;
        let digest_of = |span| digest(text.get(span).unwrap_or_default(), |b| !b.is_ascii_digit());
        if let Some(card) = card::in_group(text, group) {
            self.meet(Met::Paper(Ids::CARD));
            if self.thresholds.choice.above(text, &card.span).ids().meets(Ids::CARD) {
                self.meet(Met::Label);
            }
            if card.form == Form::Plain && self.meet(Met::Card(digest_of(card.span))) {
                return true;
            }
        }
        for (start, len) in group.runs() {
            if self.identifiers(*start) || self.configured(&(*start..start + len)) {
                return true;
            }
        }
        if phone::in_group(text, group).is_some_and(|span| self.meet(Met::Phone(digest_of(span)))) {
            return true;
        }
        if !could_be_named(text, group) {
            return false;
        }
        let value = digest_of(group.span.clone());
        match self.position(group) {
            Position::Cell | Position::Key(Field::Birth) => self.meet(Met::Number(value)),
            Position::Element => self.meet(Met::Segment(value)),
            Position::Key(Field::Customer | Field::Phone | Field::Ids(_)) => self.meet(Met::Named(value)),
            Position::Key(_) | Position::Prose => false,
        }
    }

    /// Notes what the word at `offset` is part of; true if that is enough.
    fn identifiers(&mut self, offset: usize) -> bool {
        let (choice, text) = (&self.thresholds.choice, self.text);
        let full = choice.full();
        let (mut enough, mut counted) = (false, false);
        id::at(text, offset, choice.on(), &mut |it| {
            let row = it.id.row();
            let alone = full.contains(it.id) && it.place != Place::Near;
            if alone && row.column && !counted {
                counted = true;
                self.meet(Met::Formed(it.span.len()));
            }
            if !it.right {
                return;
            }
            self.meet(Met::Paper(Ids::of(it.id)));
            if choice.above(text, &it.span).ids().contains(it.id) {
                self.meet(Met::Label);
            }
            if alone && (row.column || row.bare.is_some()) {
                enough |= self.meet(Met::Right(it.id, it.span.len()));
            }
        });
        enough
    }

    /// Whether the numbers of some length can be a column of one identifier.
    fn has_column(&self) -> bool {
        self.right.iter().any(|((id, len), count)| {
            let seen = self.seen.get(len).copied().unwrap_or(0);
            id.row().column && *count >= COLUMN && *count * SHARE >= seen
        })
    }

    /// Notes a configured number; true if that is enough: with a prefix it counts by itself.
    fn configured(&mut self, run: &Range<usize>) -> bool {
        let mut enough = false;
        for (index, number) in self.thresholds.choice.numbers().iter().enumerate() {
            let Some(span) = number.at(self.text, run) else { continue };
            self.meet(Met::Paper(Ids::of_number(index)));
            let value = digest(self.text.get(span).unwrap_or_default(), |_| false);
            enough |= number.limit.file <= FEW || (number.has_prefix() && self.meet(Met::Named(value)));
        }
        enough
    }

    /// Whether a configured number's own word stands anywhere.
    fn is_configured(&self) -> bool {
        self.thresholds.choice.numbers().iter().any(|number| number.is_called(self.text))
    }

    fn position(&self, group: &Group) -> Position {
        position(self.text, group, &self.thresholds.choice)
    }
}

/// Whether a group could be a customer number or a telephone number in a column for them.
fn could_be_named(text: &[u8], group: &Group) -> bool {
    let written = text.get(group.span.clone()).unwrap_or_default();
    let Some(digits) = digits_of(written) else { return false };
    digits.as_slice().len() >= 5 && !is_typed(digits.as_slice())
}

/// Where a number stands.
enum Position {
    /// Between delimiters or at a line's start: a column may have a name for it.
    Cell,
    /// After a key that names a field.
    Key(Field),
    /// After `*`, which separates elements in X12.
    Element,
    Prose,
}

/// Letters before the digits of a customer number, such as `TC` in `TC12345678`.
const PREFIX_MAX: usize = 6;

fn position(text: &[u8], group: &Group, choice: &Choice) -> Position {
    let before = text.get(..group.span.start).unwrap_or_default();
    let letters = before.iter().rev().take(PREFIX_MAX).take_while(|b| b.is_ascii_alphabetic() || **b == b'-').count();
    let before = before.get(..before.len() - letters).unwrap_or_default();
    let quotes =
        before.iter().rev().take(4).take_while(|b| matches!(b, b'"' | b'\'' | b'\\' | b' ' | b'+' | b'(')).count();
    let at = before.len() - quotes;
    match at.checked_sub(1).and_then(|last| before.get(last)) {
        None | Some(b'\n' | b'\r' | b',' | b'\t' | b';' | b'|') => Position::Cell,
        Some(b'*') => Position::Element,
        Some(b':' | b'=' | b'>') => name_of(before, at - 1, choice).map_or(Position::Prose, Position::Key),
        // The bracket of a tuple was skipped like that of an area code.
        _ if before.get(at..).is_some_and(|gap| gap.contains(&b'(')) => Position::Cell,
        _ => Position::Prose,
    }
}

fn name_of(before: &[u8], separator: usize, choice: &Choice) -> Option<Field> {
    choice.field(before.get(keyed::name_at(before, separator)?)?)
}
