//! The table in `config/rules/README.md`: how many kinds of each group are known, and how many of them are proven.

use super::coded;
use crate::customer::{Identifier, Mode};
use crate::policy::Known;
use std::collections::BTreeMap;

/// A Markdown table of the rules by group, with totals.
#[must_use]
pub fn table(known: &Known) -> String {
    let mut groups: BTreeMap<&str, Count> = BTreeMap::new();
    for rule in &known.rules {
        groups.entry(&rule.group).or_default().add(rule.spec.check.is_some());
    }
    let code = groups.entry(coded::GROUP).or_default();
    coded::all().for_each(|it| code.add(it.check().is_some()));
    let rows = groups.iter().map(|(group, count)| format!("| {group} | {} | {} |\n", count.kinds, count.checked));
    let rows: String = rows.collect();
    let all = groups.values().fold(Count::default(), |sum, count| Count {
        kinds: sum.kinds + count.kinds,
        checked: sum.checked + count.checked,
    });
    format!(
        "| Group | Kinds | With an offline check |\n|---|--:|--:|\n{rows}| **all** | **{}** | **{}** |\n",
        all.kinds, all.checked
    )
}

/// The identifiers that are rows of one table: rule, whose it is, what is verified, and when it counts.
#[must_use]
pub fn identifiers() -> String {
    let rows: String = coded::all().filter_map(coded::Coded::row).map(identifier).collect();
    format!("| Rule | Pack | Country | In one file | Alone | Check |\n|---|---|---|--:|---|---|\n{rows}")
}

fn identifier(row: &Identifier) -> String {
    let named = row.named.map_or("-".to_owned(), |limit| limit.file.to_string());
    let usual = if row.usual == Mode::Full { "always" } else { "pack" };
    let alone = match (row.bare, row.column) {
        (Some(bare), true) => format!("{usual}: {}, column", bare.file),
        (Some(bare), false) => format!("{usual}: {}", bare.file),
        (None, true) => format!("{usual}: column"),
        (None, false) => "-".to_owned(),
    };
    let named = if row.usual == Mode::Off { format!("{named} (pack)") } else { named };
    let countries = row.countries.join(" ");
    format!("| {} | {} | {countries} | {named} | {alone} | {} |\n", row.id, row.pack.as_str(), row.check.unwrap_or("-"))
}

#[derive(Default)]
struct Count {
    kinds: usize,
    checked: usize,
}

impl Count {
    fn add(&mut self, checked: bool) {
        self.kinds += 1;
        self.checked += usize::from(checked);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identifiers_in_the_readme_are_those_of_the_table() {
        let readme = include_str!("../../config/rules/README.md");
        let shown =
            readme.split_once("<!-- the identifiers -->\n").and_then(|(_, rest)| rest.split_once("<!-- end -->"));
        let table = identifiers();
        assert_eq!(
            shown.map(|(table, _)| table.trim()),
            Some(table.trim()),
            "put this into config/rules/README.md:\n{table}"
        );
    }
}
