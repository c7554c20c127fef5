//! Joins tables of one key into one: a brand's and another's, this night's and the archive's.
//!
//! *Invariant:* what no table has, the joined one has not; what was forgotten in one stays forgotten.

use super::error::ExactError;
use super::forgotten::Forgotten;
use super::header::{Alone, Field, Header};
use super::key::Key;
use super::list::FIELDS_MAX;
use super::table::{Table, bits_for, block_of};
use super::write::Writer;
use std::path::Path;

/// Writes the entries of all `tables` to `target`; returns its header and size. `created` in seconds since 1970.
///
/// # Errors
/// When they are of different keys, when their fields contradict, or when one cannot be read or the other not written.
pub fn merge(tables: &[Table], target: &Path, created: u64) -> Result<(Header, u64), ExactError> {
    let Some(first) = tables.first() else {
        return Err(ExactError::list("there is no table to merge", "name the tables"));
    };
    let mut header = Header { created, ..first.header().clone() };
    let mut source = Vec::new();
    source.extend(header.source);
    for table in tables.iter().skip(1) {
        let other = table.header();
        if other.key != header.key || other.region != header.region {
            let why = format!("the tables are of the keys {} and {}, or of two regions", header.key, other.key);
            return Err(ExactError::list(why, "fingerprints cannot be changed: build them again with one key"));
        }
        join(&mut header, other)?;
        source.extend(other.source);
    }
    header.source = first.key().seal(&[b"merged", &source]);
    let key: &Key = first.key();
    let mut forgotten = Forgotten::default();
    tables.iter().for_each(|table| forgotten.add(table.forgotten_prints()));
    let entries: u64 = tables.iter().map(|table| table.header().entries).sum();
    let mut writer = Writer::begin(target, key, header, entries)?;
    let mut streams: Vec<Stream<'_>> = tables.iter().map(Stream::new).collect();
    let bits = bits_for(entries);
    // Block by block of the new table: that much of each old one is in memory.
    for number in 0..1u64 << bits {
        let mut prints = Vec::new();
        for stream in &mut streams {
            stream.upto(number, bits, &mut prints)?;
        }
        prints.sort_unstable();
        prints.dedup();
        let kept = prints.into_iter().filter(|print| !forgotten.holds(*print));
        kept.into_iter().try_for_each(|print| writer.push(print))?;
    }
    // Before the table that needs them is in its place.
    match forgotten.count() {
        0 => Forgotten::drop_beside(target)?,
        _ => forgotten.write(target, key)?,
    }
    writer.finish()
}

/// The fingerprints of a table in order.
struct Stream<'t> {
    table: &'t Table,
    next: u64,
    waiting: std::vec::IntoIter<u64>,
}

impl<'t> Stream<'t> {
    fn new(table: &'t Table) -> Self {
        Self { table, next: 0, waiting: Vec::new().into_iter() }
    }

    /// Takes those whose first `bits` are `number`; all before were taken.
    fn upto(&mut self, number: u64, bits: u8, out: &mut Vec<u64>) -> Result<(), ExactError> {
        loop {
            while let Some(print) = self.waiting.as_slice().first() {
                if block_of(*print, bits) > number {
                    return Ok(());
                }
                out.extend(self.waiting.next());
            }
            if self.next >= self.table.header().blocks() {
                return Ok(());
            }
            self.waiting = self.table.prints(self.next)?.into_iter();
            self.next += 1;
        }
    }
}

fn join(header: &mut Header, other: &Header) -> Result<(), ExactError> {
    let mut places = Vec::new();
    for field in &other.fields {
        let at = header.fields.iter().position(|known| known.name == field.name);
        places.push(match at {
            Some(at) => {
                if let Some(known) = header.fields.get_mut(at) {
                    join_field(known, field)?;
                }
                at
            }
            None => {
                header.fields.push(field.clone());
                header.fields.len() - 1
            }
        });
    }
    if header.fields.len() > FIELDS_MAX {
        return Err(ExactError::list("the tables have more than 12 fields together", "merge fewer"));
    }
    for (a, b) in &other.pairs {
        let place = |at: u8| places.get(usize::from(at)).and_then(|at| super::build::as_small(*at)).unwrap_or(0);
        let pair = (place(*a), place(*b));
        let turned = (pair.1, pair.0);
        if !header.pairs.contains(&pair) && !header.pairs.contains(&turned) {
            header.pairs.push(pair);
        }
    }
    header.records += other.records;
    header.expires = match (header.expires, other.expires) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, None) | (None, one) => one,
    };
    Ok(())
}

fn join_field(known: &mut Field, other: &Field) -> Result<(), ExactError> {
    if known.kind != other.kind {
        let why = format!("the field `{}` holds different things in two tables", known.name);
        return Err(ExactError::list(why, "give them two names and build them again"));
    }
    let letters = known.shape.prefix.chars().zip(other.shape.prefix.chars());
    known.shape.prefix = letters.take_while(|(a, b)| a == b).map(|(a, _)| a).collect();
    known.shape.min = known.shape.min.min(other.shape.min);
    known.shape.max = known.shape.max.max(other.shape.max);
    // Counted together at the next build; until then what one of them found too dense is too dense.
    known.values += other.values;
    known.density = (known.density + other.density).min(1.0);
    if other.alone == Alone::PairOnly {
        known.alone = Alone::PairOnly;
    }
    Ok(())
}
