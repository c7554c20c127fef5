//! What a list's columns are: by what the caller says, or by the words in its first row.

use super::error::ExactError;
use super::norm::Kind;
use crate::customer::candidates::column;
use crate::text::printable;

/// More fields make more pairs than anybody wants.
pub(super) const FIELDS_MAX: usize = 12;
/// A field's name is part of every fingerprint of it.
const NAME_MAX: usize = 24;

/// A field and the column that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The field's name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// The column.
    pub column: Column,
}

/// How a column is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// By its cell in the first row.
    Named(String),
    /// By its number, from 1.
    Numbered(usize),
}

/// Fields whose names say their kind.
const KNOWN: &[(&str, Kind)] = &[
    ("email", Kind::Email),
    ("phone", Kind::Phone),
    ("customer", Kind::Number),
    ("name", Kind::Text),
    ("address", Kind::Text),
];

impl Wanted {
    /// Reads `NAME=COLUMN` or `NAME:KIND=COLUMN`, where COLUMN is a name or `#` and a number.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (field, column) = text.split_once('=').ok_or("write NAME=COLUMN, such as email=mail_address")?;
        let (name, kind) = field.split_once(':').map_or((field, None), |(name, kind)| (name, Some(kind)));
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
        if name.is_empty() || name.len() > NAME_MAX || !name.bytes().all(plain) {
            return Err("a field's name has 1 to 24 small letters, digits, - and _".to_owned());
        }
        let by_name = KNOWN.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
        let kind = match kind {
            Some(kind) => Kind::ALL.into_iter().find(|it| it.as_str() == kind),
            None => by_name,
        };
        let kind =
            kind.ok_or_else(|| format!("say what `{name}` holds: {name}:number={column}, or :email, :phone, :text"))?;
        let column = match column.strip_prefix('#').map(str::parse) {
            Some(Ok(number @ 1..)) => Column::Numbered(number),
            Some(Ok(0) | Err(_)) => return Err("columns are numbered from #1".to_owned()),
            None if column.is_empty() => return Err("name the column after the =".to_owned()),
            None => Column::Named(column.to_owned()),
        };
        Ok(Self { name: name.to_owned(), kind, column })
    }
}

/// A field and the columns that hold its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) columns: Vec<usize>,
}

/// Where the fields are, in the order of their first columns. Without `wanted` the header's words decide.
pub(super) fn places(header: &[&[u8]], wanted: &[Wanted]) -> Result<Vec<Place>, ExactError> {
    let mut found: Vec<(usize, &str, Kind)> = Vec::new();
    for field in wanted {
        found.push((index_of(header, &field.column)?, &field.name, field.kind));
    }
    if wanted.is_empty() {
        let known = |name: &str| KNOWN.iter().find(|(known, _)| *known == name).copied();
        let named = header.iter().enumerate().filter_map(|(index, cell)| Some((index, known(column(cell)?)?)));
        found.extend(named.map(|(index, (name, kind))| (index, name, kind)));
    }
    found.sort_by_key(|(index, ..)| *index);
    let mut places: Vec<Place> = Vec::new();
    for (index, name, kind) in found {
        match places.iter_mut().find(|place| place.name == name) {
            Some(place) if place.kind == kind => place.columns.push(index),
            Some(_) => {
                return Err(ExactError::list(format!("the field `{name}` has two kinds"), "name one of them anew"));
            }
            None => places.push(Place { name: name.to_owned(), kind, columns: vec![index] }),
        }
    }
    match places.len() {
        0 => Err(ExactError::list(
            format!("no column of the list is known: its first row is {}", shown(header)),
            "name the columns: --field email=COLUMN --field customer=COLUMN",
        )),
        1..=FIELDS_MAX => Ok(places),
        _ => Err(ExactError::list("the list has more than 12 fields", "name the ones to keep with --field")),
    }
}

fn index_of(header: &[&[u8]], column: &Column) -> Result<usize, ExactError> {
    match column {
        Column::Numbered(number) => Ok(number - 1),
        Column::Named(name) => {
            let same = |cell: &&[u8]| cell.trim_ascii().eq_ignore_ascii_case(name.as_bytes());
            header.iter().position(same).ok_or_else(|| {
                let why = format!(
                    "the list has no column `{}`: its first row is {}",
                    printable(name.as_bytes()),
                    shown(header)
                );
                ExactError::list(why, "name a column of the first row, or give its number as #1")
            })
        }
    }
}

/// The first row, as far as it can be shown: a list without a header would show a customer here.
fn shown(header: &[&[u8]]) -> String {
    let is_value = |cell: &&[u8]| cell.contains(&b'@') || cell.iter().filter(|b| b.is_ascii_digit()).count() > 3;
    if header.iter().any(is_value) {
        return "not shown, because it looks like a record (for a list without a header: --no-header)".to_owned();
    }
    let cells: Vec<String> = header.iter().take(FIELDS_MAX).map(|cell| printable(cell)).collect();
    format!("`{}`", cells.join("`, `"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(header: &[&str], wanted: &[&str]) -> Result<Vec<(String, Vec<usize>)>, String> {
        let header: Vec<&[u8]> = header.iter().map(|cell| cell.as_bytes()).collect();
        let wanted: Vec<Wanted> = wanted.iter().map(|text| Wanted::parse(text).unwrap()).collect();
        let places = places(&header, &wanted).map_err(|error| error.to_string())?;
        Ok(places.into_iter().map(|place| (place.name, place.columns)).collect())
    }

    fn is(header: &[&str], wanted: &[&str], expected: &[(&str, &[usize])]) {
        let expected: Vec<_> = expected.iter().map(|(name, at)| ((*name).to_owned(), at.to_vec())).collect();
        assert_eq!(names(header, wanted).unwrap(), expected);
    }

    #[test]
    fn columns_are_found_by_their_words_or_as_told() {
        is(&["お客様管理番号", "note", "メールアドレス"], &[], &[("customer", &[0]), ("email", &[2])]);
        is(&["Tel", "mobile", "e-mail"], &[], &[("phone", &[0, 1]), ("email", &[2])]);
        is(&["a", "B", "c"], &["email=b", "policy:number=#3"], &[("email", &[1]), ("policy", &[2])]);
    }

    #[test]
    fn a_list_without_known_columns_is_refused_and_no_record_shown() {
        assert!(names(&["a", "b"], &[]).unwrap_err().contains("`a`, `b`"));
        let error = names(&["hana@qwertz.de", "b"], &[]).unwrap_err();
        assert!(!error.contains("hana") && error.contains("--no-header"), "{error}");
        assert!(names(&["a"], &["email=b"]).is_err());
    }

    #[test]
    fn a_field_is_a_name_a_kind_and_a_column() {
        for wrong in ["", "email", "Email=x", "policy=x", "x:frob=y", "email=", "email=#0", "email=#x", "=x"] {
            assert!(Wanted::parse(wrong).is_err(), "{wrong}");
        }
    }
}
