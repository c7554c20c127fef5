//! The table in `config/rules/README.md`: how many kinds of each group are known, and how many of them are proven.

use super::coded;
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
