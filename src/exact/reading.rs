//! What a place in a text can mean to a table: the values of a field, their forms, and which fields make its records.
//!
//! *Invariant:* a value is looked up only if it has the form that all values of its field have.

use super::error::ExactError;
use super::header::{Alone, Field};
use super::norm::{Kind, normal, untagged};
use super::table::Table;
use crate::customer::candidates::Candidate;
use std::ops::Range;

/// How far a candidate's readings go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// What can be looked up alone.
    Alone,
    /// Also what only a pair proves: ten bare digits can be a telephone number.
    Pair,
}

/// The values of `field` that a candidate can be, each once.
pub(super) fn readings(
    text: &[u8],
    table: &Table,
    field: &Field,
    candidate: &Candidate,
    reach: Reach,
) -> Vec<(Vec<u8>, Range<usize>)> {
    let of = |span: &Range<usize>| Some((spelled(text, table, field, span)?, span.clone()));
    match (field.kind, candidate) {
        (Kind::Email, Candidate::Email(span)) => of(span).into_iter().collect(),
        (Kind::Phone, Candidate::Digits(digits)) => match (&digits.phone, reach) {
            (Some(span), _) => of(span).into_iter().collect(),
            (None, Reach::Pair) => of(&digits.span).into_iter().collect(),
            (None, Reach::Alone) => Vec::new(),
        },
        (Kind::Number, Candidate::Digits(digits)) => {
            let mut found: Vec<(Vec<u8>, Range<usize>)> = Vec::new();
            for (value, span) in digits.numbers.iter().flatten().filter_map(of) {
                if has_shape(&value, field) && found.iter().all(|(known, _)| *known != value) {
                    found.push((value, span));
                }
            }
            found
        }
        _ => Vec::new(),
    }
}

pub(super) fn spelled(text: &[u8], table: &Table, field: &Field, span: &Range<usize>) -> Option<Vec<u8>> {
    normal(field.kind, text.get(span.clone())?, table.region())
}

pub(super) fn has_shape(value: &[u8], field: &Field) -> bool {
    let shape = &field.shape;
    (usize::from(shape.min)..=usize::from(shape.max)).contains(&value.len())
        && value.starts_with(shape.prefix.as_bytes())
}

/// The value, and an address without its tag.
pub(super) fn forms(kind: Kind, value: Vec<u8>) -> Vec<Vec<u8>> {
    let bare = if kind == Kind::Email { untagged(&value) } else { None };
    std::iter::once(value).chain(bare).collect()
}

/// Whether the table knows one of the forms; none of them may be forgotten.
pub(super) fn knows(table: &Table, field: &str, forms: &[Vec<u8>]) -> Result<bool, ExactError> {
    for form in forms {
        if table.knows(field, form)? {
            return Ok(!forms.iter().any(|form| table.is_forgotten(field, form)));
        }
    }
    Ok(false)
}

/// The fields whose pairs with `field` are in the table.
pub(super) fn partners(table: &Table, field: u8) -> impl Iterator<Item = u8> + '_ {
    table.header().pairs.iter().filter_map(move |(a, b)| match (*a == field, *b == field) {
        (true, _) => Some(*b),
        (_, true) => Some(*a),
        (false, false) => None,
    })
}

pub(super) fn table_kind(table: &Table, field: u8) -> Option<Kind> {
    table.header().fields.get(usize::from(field)).map(|field| field.kind)
}

/// Whether `field`, which does not count alone, has a pair with another such field: nothing leads to it but trying.
pub(super) fn has_blind_pair(table: &Table, field: u8) -> bool {
    let counts = |at: u8| table.header().fields.get(usize::from(at)).is_some_and(|it| it.alone == Alone::Counts);
    table.header().fields.iter().all(|it| it.alone == Alone::PairOnly) || partners(table, field).all(|at| !counts(at))
}
