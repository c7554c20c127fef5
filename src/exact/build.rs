//! Makes a table of a customer list that streams by.
//!
//! *Invariant:* no value is written anywhere: fingerprints alone stay in memory. A list that looks wrong (no record, too
//! many bad rows, fewer records than expected) makes no table, because an empty table lets everything pass.

use super::csv::{Row, Rows};
use super::density::{Density, Forms};
use super::entries::{Entries, merged};
use super::error::ExactError;
use super::forgotten::Forgotten;
use super::header::{Alone, Field, Header};
use super::key::Key;
use super::list::{Place, Wanted, places};
use super::norm::{Kind, normal, untagged};
use super::region::Region;
use super::write::Writer;
use crate::customer::candidates::{Listed, listed};
use std::collections::HashSet;
use std::io::BufRead;
use std::path::Path;

/// How a table is to be made.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The fields and their columns; none: by the words in the first row.
    pub fields: Vec<Wanted>,
    /// Fields whose values never count alone, whatever their density.
    pub pair_only: Vec<String>,
    /// The pairs of fields to keep; none: all but those of two names or addresses.
    pub pairs: Vec<(String, String)>,
    /// Values whose rows are left out, as they are written.
    pub exclude: Vec<Vec<u8>>,
    /// Mail domains whose rows are left out.
    pub own_domains: Vec<String>,
    /// The region of telephone numbers.
    pub region: Region,
    /// The delimiter; none: the first row tells it.
    pub delimiter: Option<u8>,
    /// Whether the first row names the columns.
    pub first_row: FirstRow,
    /// Now, in seconds since 1970.
    pub created: u64,
    /// From when on the table is not used.
    pub expires: Option<u64>,
    /// Fewer records make no table.
    pub least: u64,
    /// More bad rows of a hundred make no table.
    pub bad_percent: u64,
}

/// What the first row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstRow {
    /// The names of the columns.
    Names,
    /// A record.
    Record,
}

/// What was read and left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows with a record.
    pub rows: u64,
    /// Rows with too few or too many cells, or with a broken address.
    pub bad: u64,
    /// Rows of the organisation's own people.
    pub own: u64,
    /// Rows with an excluded value.
    pub excluded: u64,
    /// Values too short to tell people apart, or of another form than their field's.
    pub short: u64,
    /// Addresses that are nobody's.
    pub reserved: u64,
}

/// A table that was made.
#[derive(Clone, Debug)]
pub struct Built {
    /// What it says about itself.
    pub header: Header,
    /// Its bytes.
    pub size: u64,
    /// What was read.
    pub counts: Counts,
    /// Of each field: values that came more than once, and how densely they lie.
    pub fields: Vec<(u64, Option<Density>)>,
}

/// Reads the list `input` and puts its table at `target`.
///
/// # Errors
/// When the list is wrong or the table cannot be written; what was at `target` stays.
pub fn build(input: impl BufRead, target: &Path, key: &Key, plan: &Plan) -> Result<Built, ExactError> {
    let mut rows = Rows::new(input, plan.delimiter, key.source());
    let mut row = Row::default();
    let mut more = rows.next(&mut row)?;
    let header: Vec<&[u8]> = match plan.first_row {
        FirstRow::Names => row.cells().collect(),
        FirstRow::Record => Vec::new(),
    };
    let mut work = Work::new(key, plan, places(&header, &plan.fields)?)?;
    let cells = row.cells().len();
    if plan.first_row == FirstRow::Names {
        more = more && rows.next(&mut row)?;
    }
    while more {
        work.row(&row, cells);
        more = rows.next(&mut row)?;
    }
    drop(row);
    work.check(plan)?;
    let built = work.write(target, rows.digest())?;
    Forgotten::drop_beside(target)?;
    Ok(built)
}

struct Work<'a> {
    key: &'a Key,
    plan: &'a Plan,
    places: Vec<Place>,
    excluded: HashSet<u64>,
    forms: Vec<Forms>,
    singles: Vec<Entries>,
    pairs: Vec<((u8, u8), Entries)>,
    counts: Counts,
}

/// What becomes of a row.
enum Fate {
    Kept,
    Bad,
    Own,
    Excluded,
}

impl<'a> Work<'a> {
    fn new(key: &'a Key, plan: &'a Plan, places: Vec<Place>) -> Result<Self, ExactError> {
        let excluded = plan.exclude.iter().flat_map(|value| {
            let spelled = places.iter().filter_map(|place| Some((place, normal(place.kind, value, &plan.region)?)));
            spelled.map(|(place, value)| key.single(&place.name, &value)).collect::<Vec<_>>()
        });
        Ok(Self {
            key,
            plan,
            excluded: excluded.collect(),
            forms: vec![Forms::default(); places.len()],
            singles: places.iter().map(|_| Entries::new()).collect(),
            pairs: pairs(&places, plan)?.into_iter().map(|pair| (pair, Entries::new())).collect(),
            places,
            counts: Counts::default(),
        })
    }

    fn row(&mut self, row: &Row, cells: usize) {
        self.counts.rows += 1;
        let mut values: Vec<(usize, Vec<u8>)> = Vec::new();
        match self.values(row, cells, &mut values) {
            Fate::Kept => self.keep(&values),
            Fate::Bad => {
                self.counts.bad += 1;
                self.keep(&values);
            }
            Fate::Own => self.counts.own += 1,
            Fate::Excluded => self.counts.excluded += 1,
        }
    }

    /// The values of a row in their one spelling.
    fn values(&mut self, row: &Row, cells: usize, values: &mut Vec<(usize, Vec<u8>)>) -> Fate {
        if row.cells().len() != cells {
            return Fate::Bad;
        }
        let mut fate = Fate::Kept;
        for (field, place) in self.places.iter().enumerate() {
            for cell in place.columns.iter().map(|column| row.cell(*column).trim_ascii()).filter(|it| !it.is_empty()) {
                let Some(value) = normal(place.kind, cell, &self.plan.region) else {
                    self.counts.short += 1;
                    continue;
                };
                if !self.excluded.is_empty() && self.excluded.contains(&self.key.single(&place.name, &value)) {
                    return Fate::Excluded;
                }
                if place.kind == Kind::Email {
                    match listed(&value, &self.plan.own_domains) {
                        Listed::Own => return Fate::Own,
                        Listed::Malformed => fate = Fate::Bad,
                        Listed::Reserved => self.counts.reserved += 1,
                        Listed::Real => values.push((field, value)),
                    }
                } else {
                    values.push((field, value));
                }
            }
        }
        fate
    }

    fn keep(&mut self, values: &[(usize, Vec<u8>)]) {
        let name = |field: usize| self.places.get(field).map_or("", |place| place.name.as_str());
        for (field, value) in values {
            if let Some(forms) = self.forms.get_mut(*field) {
                forms.add(value);
            }
            let Some(entries) = self.singles.get_mut(*field) else { continue };
            entries.add(self.key.single(name(*field), value));
            if let Some(value) = untagged(value) {
                entries.add(self.key.single(name(*field), &value));
            }
        }
        for ((a, b), entries) in &mut self.pairs {
            let of = |field: u8| values.iter().filter(move |(it, _)| *it == usize::from(field));
            for ((a, x), (b, y)) in of(*a).flat_map(|a| of(*b).map(move |b| (a, b))) {
                entries.add(self.key.pair((name(*a), x), (name(*b), y)));
                let (bare_x, bare_y) = (untagged(x), untagged(y));
                if bare_x.is_some() || bare_y.is_some() {
                    let (x, y) = (bare_x.as_ref().unwrap_or(x), bare_y.as_ref().unwrap_or(y));
                    entries.add(self.key.pair((name(*a), x), (name(*b), y)));
                }
            }
        }
    }

    fn check(&self, plan: &Plan) -> Result<(), ExactError> {
        let Counts { rows, bad, own, excluded, .. } = self.counts;
        if bad * 100 > rows * plan.bad_percent {
            let why = format!("{bad} of {rows} rows are bad: more than {} of a hundred", plan.bad_percent);
            let remedy = "look at the delimiter and the columns; --bad PERCENT lets more of them pass";
            return Err(ExactError::list(why, remedy));
        }
        let records = rows - own - excluded;
        if records > 0 && self.singles.iter().all(|entries| entries.added() == 0) {
            let why = format!("none of the list's {records} records has a value to look for");
            let remedy = "addresses at example domains and your own are none: look at the columns and --own-domain";
            return Err(ExactError::list(why, remedy));
        }
        if records < plan.least.max(1) {
            let why = format!("the list has {records} records, and {} at least are expected", plan.least.max(1));
            return Err(ExactError::list(why, "a table of them would let the others pass: look at the list's source"));
        }
        Ok(())
    }

    fn write(mut self, target: &Path, source: [u8; 16]) -> Result<Built, ExactError> {
        let (mut fields, mut told, mut kinds) = (Vec::new(), Vec::new(), Vec::new());
        let mut entries = 0;
        for ((place, mut singles), forms) in self.places.iter().zip(self.singles).zip(&self.forms) {
            let added = singles.added();
            let values = singles.settle();
            let density = forms.density(place.kind);
            let forced = place.kind == Kind::Text || self.plan.pair_only.contains(&place.name);
            let alone = match (forced, &density) {
                (true, _) => Alone::PairOnly,
                (false, Some(density)) => density.alone(),
                (false, None) => Alone::Counts,
            };
            if alone == Alone::Counts {
                entries += values;
                kinds.push(singles);
            }
            told.push((added - values, density.clone()));
            let density = density.map_or(0.0, |it| it.density);
            fields.push(Field {
                name: place.name.clone(),
                kind: place.kind,
                alone,
                shape: forms.shape(),
                values,
                density,
            });
        }
        for (_, pairs) in &mut self.pairs {
            entries += pairs.settle();
        }
        let (pairs, mut others): (Vec<(u8, u8)>, Vec<Entries>) = self.pairs.into_iter().unzip();
        kinds.append(&mut others);
        if entries == 0 {
            let why = "no field's values can count alone, and there is no pair of fields";
            return Err(ExactError::list(why, "add a column: --field email=COLUMN beside the number's"));
        }
        let header = Header {
            key: self.key.id(),
            table: [0; 16],
            region: self.plan.region.name.to_owned(),
            fields,
            pairs,
            records: self.counts.rows - self.counts.own - self.counts.excluded,
            entries,
            created: self.plan.created,
            expires: self.plan.expires,
            source,
            bits: 0,
        };
        let mut writer = Writer::begin(target, self.key, header, entries)?;
        merged(&mut kinds, &mut |print| writer.push(print))?;
        let (header, size) = writer.finish()?;
        Ok(Built { header, size, counts: self.counts, fields: told })
    }
}

/// The pairs of fields to keep, by their places.
fn pairs(places: &[Place], plan: &Plan) -> Result<Vec<(u8, u8)>, ExactError> {
    let place = |name: &str| {
        let at = places.iter().position(|place| place.name == name).and_then(as_small);
        let why = || {
            ExactError::list(format!("there is no field `{name}`"), "name fields of the list: --pair email+customer")
        };
        at.ok_or_else(why)
    };
    for name in &plan.pair_only {
        place(name)?;
    }
    if !plan.pairs.is_empty() {
        return plan.pairs.iter().map(|(a, b)| Ok((place(a)?, place(b)?))).collect();
    }
    let all = (0..places.len()).flat_map(|a| (a + 1..places.len()).map(move |b| (a, b)));
    let kind = |at: usize| places.get(at).map(|place| place.kind);
    let wanted = all.filter(|(a, b)| kind(*a) != Some(Kind::Text) || kind(*b) != Some(Kind::Text));
    Ok(wanted.filter_map(|(a, b)| Some((as_small(a)?, as_small(b)?))).collect())
}

pub(super) fn as_small(n: usize) -> Option<u8> {
    match u8::try_from(n) {
        Ok(n) => Some(n),
        Err(_more_than_fields) => None,
    }
}
