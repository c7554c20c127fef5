//! What each policy file says, key by key and with its line: for locks, and for people who ask where a value comes from.
//!
//! Apart from the tables that the gate reads, because here a key is a name and a text: a key that is added elsewhere is
//! listed and locked without a word here.

use super::document::Document;
use super::error::PolicyError;
use super::packs;
use crate::text::printable;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// One key of one file, or one entry of a list of tables.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The key with its table: `limits.tag_depth`; of an entry `allow` or `customer.number`.
    pub key: String,
    /// The value as TOML on one line, fit for a terminal.
    pub text: String,
    /// `file:line`, fit for a terminal.
    pub origin: String,
    /// Where the value stands in its file.
    pub(super) span: Range<usize>,
    pub(super) value: Plain,
}

/// A value without its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Plain {
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Plain>),
    Table(BTreeMap<String, Plain>),
    /// A date, or a number in another form than digits: equal to itself alone.
    Other(String),
}

/// The keys of `doc` in the order in which they stand there.
pub(super) fn settings(doc: &Document) -> Result<Vec<Setting>, PolicyError> {
    let table = DeTable::parse(doc.text()).map_err(|error| doc.toml_fault(error))?;
    let mut all = Vec::new();
    for (key, value) in table.get_ref() {
        let DeValue::Table(inner) = value.get_ref() else {
            add(doc, key.get_ref(), value.get_ref(), value.span(), &mut all);
            continue;
        };
        for (name, value) in inner {
            add(doc, &format!("{}.{}", key.get_ref(), name.get_ref()), value.get_ref(), value.span(), &mut all);
        }
    }
    all.sort_by_key(|setting| setting.span.start);
    Ok(all)
}

fn add(doc: &Document, key: &str, value: &DeValue<'_>, span: Range<usize>, all: &mut Vec<Setting>) {
    if let DeValue::Array(list) = value
        && list.iter().any(|entry| matches!(entry.get_ref(), DeValue::Table(_)))
    {
        list.iter().for_each(|entry| add(doc, key, entry.get_ref(), entry.span(), all));
        return;
    }
    let value = plain(doc, value, &span);
    let (text, origin) = (shown(&value), doc.line_of(&span));
    all.push(Setting { key: printable(key.as_bytes()), text, origin, span, value });
}

fn plain(doc: &Document, value: &DeValue<'_>, span: &Range<usize>) -> Plain {
    let source = || doc.text().get(span.clone()).unwrap_or_default().to_owned();
    match value {
        DeValue::Boolean(truth) => Plain::Bool(*truth),
        DeValue::String(text) => Plain::Text(text.clone().into_owned()),
        DeValue::Integer(_) | DeValue::Float(_) => match source().replace('_', "").parse::<f64>() {
            Ok(number) => Plain::Number(number),
            Err(_another_form) => Plain::Other(source()),
        },
        DeValue::Datetime(day) => Plain::Other(day.to_string()),
        DeValue::Array(list) => {
            Plain::List(list.iter().map(|entry| plain(doc, entry.get_ref(), &entry.span())).collect())
        }
        DeValue::Table(table) => {
            let pair = |(key, value): (&toml::Spanned<toml::de::DeString<'_>>, &toml::Spanned<DeValue<'_>>)| {
                (key.get_ref().clone().into_owned(), plain(doc, value.get_ref(), &value.span()))
            };
            Plain::Table(table.iter().map(pair).collect())
        }
    }
}

/// A value as TOML on one line.
fn shown(value: &Plain) -> String {
    match value {
        Plain::Bool(truth) => truth.to_string(),
        Plain::Number(number) => number.to_string(),
        Plain::Text(text) => format!("\"{}\"", printable(text.as_bytes()).replace('"', "\\\"")),
        Plain::Other(text) => printable(text.as_bytes()),
        Plain::List(list) => format!("[{}]", list.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Plain::Table(table) => {
            let pairs = table.iter().map(|(key, value)| format!("{} = {}", printable(key.as_bytes()), shown(value)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

/// What the default policy sets.
pub(super) fn defaults() -> Result<Vec<Setting>, PolicyError> {
    settings(&Document::new(packs::DEFAULTS.to_owned(), packs::DEFAULT_POLICY))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &'static str) -> Vec<(String, String, String)> {
        let all = settings(&Document::new("p".to_owned(), text)).unwrap();
        all.into_iter().map(|s| (s.key, s.text, s.origin)).collect()
    }

    #[test]
    fn every_key_is_listed_with_its_line() {
        let text = "contact = 'a \"b\"'\n\n[limits]\ntag_depth = 1_0\n[[allow]]\nreason = 'r'\npaths = ['a', 'b']\n";
        let expected = [
            ("contact", "\"a \\\"b\\\"\"", "p:1"),
            ("limits.tag_depth", "10", "p:4"),
            ("allow", "{ paths = [\"a\", \"b\"], reason = \"r\" }", "p:5"),
        ];
        assert_eq!(of(text), expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())));
    }

    #[test]
    fn entries_of_a_list_of_tables_are_listed_one_by_one() {
        let keys: Vec<String> =
            of("[[customer.number]]\nname = 'a'\n[[customer.number]]\nname = 'b'").into_iter().map(|s| s.2).collect();
        assert_eq!(keys, ["p:1", "p:3"]);
    }

    #[test]
    fn the_defaults_are_listed() {
        assert!(defaults().unwrap().iter().any(|s| s.key == "limits.tag_depth" && s.text == "100"));
    }
}
