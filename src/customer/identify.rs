//! Counts identifiers: of what a value could be, what the words around it, its column or its number say it is.
//!
//! Apart from `tally`, which counts what leads to a person by its form.

use super::distinct::Distinct;
use super::field::Field;
use super::id::{self, Found, Id, Ids, Place, Row};
use super::record::{Cell, Record};
use super::tally::{At, Tally};
use std::ops::Range;

/// The values of one identifier.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// Beside a word, in a column or under a key for them.
    pub named: Distinct,
    /// By themselves.
    pub bare: Distinct,
}

impl Values {
    fn named(&mut self) -> &mut Distinct {
        &mut self.named
    }

    fn bare(&mut self) -> &mut Distinct {
        &mut self.bare
    }
}

impl Tally {
    /// Counts what the word at `offset` is part of. True if it counts as somebody's.
    pub(super) fn identifiers(&mut self, at: &At<'_>, record: &Record<'_>, offset: usize) -> bool {
        let mut found: Vec<Found> = Vec::new();
        id::at(at.text, offset, at.choice.on(), &mut |it| found.push(it));
        if found.is_empty() {
            return false;
        }
        found.sort_by_key(|it| it.id);
        let full = |it: &&Found| at.choice.full().contains(it.id);
        let row = Row { text: at.text, span: &record.span, line: at.line, number: at.number };
        let in_columns: Vec<Found> = found.iter().filter(full).cloned().collect();
        self.columns.note(&row, &in_columns);
        let right: Vec<&Found> = found.iter().filter(|it| it.right).collect();
        let Some(first) = right.first() else { return false };
        let words = column_of(record.cells, &first.span).with(at.choice.around(at.text, &first.span).ids());
        let named = right.iter().find(|it| words.contains(it.id)).or_else(|| Self::named_farther(at, &right));
        if let Some(named) = named {
            self.insert_id(at, named.id, named.span.clone(), Values::named);
            return true;
        }
        let alone = |it: &&&Found| it.place == Place::Alone && !it.ordinary && it.id.row().bare.is_some();
        let bare: Vec<&&Found> = right.iter().filter(|it| full(it)).filter(alone).collect();
        for it in &bare {
            self.insert_id(at, it.id, it.span.clone(), Values::bare);
        }
        !bare.is_empty()
    }

    /// The one that a word farther off names: of those with letters, which chance hardly makes, a short word in small
    /// letters will do; of all, the lines above.
    fn named_farther<'f, 'a>(at: &At<'_>, right: &'f [&'a Found]) -> Option<&'f &'a Found> {
        let first = right.first()?;
        let lettered = |it: &Found| at.text.get(it.span.clone()).is_some_and(|v| v.iter().any(u8::is_ascii_alphabetic));
        if right.iter().any(|it| lettered(it)) {
            let loosely = at.choice.loosely(at.text, &first.span).ids();
            if let Some(named) = right.iter().find(|it| lettered(it) && loosely.contains(it.id)) {
                return Some(named);
            }
        }
        let above = at.choice.above(at.text, &first.span).ids();
        right.iter().find(|it| above.contains(it.id))
    }

    fn insert_id(&mut self, at: &At<'_>, id: Id, span: Range<usize>, set: fn(&mut Values) -> &mut Distinct) {
        let canonical = self.digits(at, &span);
        set(self.ids.entry(id).or_default()).insert(canonical, span, at.line, at.number);
    }

    /// MAC addresses, which have no spot of their own: asked for only where a policy wants them.
    pub(super) fn addresses_of_machines(&mut self, at: &At<'_>, record: &Record<'_>) -> bool {
        let Some(mac) = id::mac().filter(|mac| at.choice.on().contains(*mac)) else { return false };
        let mut found = false;
        for span in id::macs(at.text, &record.span) {
            let written = at.text.get(span.clone()).unwrap_or_default();
            if !id::fits_cell(written, mac) {
                continue;
            }
            let words = column_of(record.cells, &span).with(at.choice.around(at.text, &span).ids());
            if words.contains(mac) {
                self.insert_id(at, mac, span, Values::named);
                found = true;
            } else if at.choice.full().contains(mac) {
                self.insert_id(at, mac, span, Values::bare);
                found = true;
            }
        }
        found
    }

    /// Counts a run of digits that is one of the organisation's own numbers.
    pub(super) fn configured(&mut self, at: &At<'_>, record: &Record<'_>, run: &Range<usize>) -> bool {
        let mut found = false;
        for (index, number) in at.choice.numbers().iter().enumerate() {
            let Some(span) = number.at(at.text, run) else { continue };
            let named = || {
                let around = at.choice.around(at.text, &span);
                let column = record.cells.iter().find(|(_, cell)| cell.contains(&span.start)).map(|(field, _)| *field);
                let ids = column.map(Field::ids).unwrap_or(Ids::EMPTY).with(around.ids());
                column == Some(Field::Customer) || around.contains(Field::Customer) || ids.meets(Ids::of_number(index))
            };
            if number.has_prefix() || named() {
                let canonical = self.digits(at, &span);
                self.numbers.entry(index).or_default().insert(canonical, span, at.line, at.number);
                found = true;
            }
        }
        found
    }

    /// Counts a cell that is named for an identifier and holds one, in whatever groups it is written.
    pub(super) fn in_cell(&mut self, at: &At<'_>, ids: Ids, cell: &[u8], span: &Range<usize>) -> bool {
        let wanted = ids.both(at.choice.on());
        let id = match wanted.is_empty() {
            true => None,
            false => wanted.rows().find(|id| id::fits_cell(cell, *id)),
        };
        if let Some(id) = id {
            self.insert_id(at, id, span.clone(), Values::named);
        }
        id.is_some()
    }
}

/// What the name over or before the cell around a value says it is.
pub(super) fn column_of(cells: &[Cell], span: &Range<usize>) -> Ids {
    let holds = |(_, cell): &&Cell| cell.contains(&span.start);
    cells.iter().find(holds).map_or(Ids::EMPTY, |(field, _)| field.ids())
}
