//! Keys, lists and tables for this module's tests.

use super::{FirstRow, Key, Plan, Region, Table};
use std::path::{Path, PathBuf};

/// The clock of the tests.
pub(super) const NOW: u64 = 1_750_000_000;

pub(super) fn key(dir: &Path, name: &str) -> Key {
    Key::make(&dir.join(name)).unwrap()
}

pub(super) fn plan() -> Plan {
    Plan {
        fields: Vec::new(),
        pair_only: Vec::new(),
        pairs: Vec::new(),
        exclude: Vec::new(),
        own_domains: vec!["kaisha.co.jp".to_owned()],
        region: Region::named("JP").unwrap(),
        delimiter: None,
        first_row: FirstRow::Names,
        created: NOW,
        expires: None,
        least: 1,
        bad_percent: 5,
    }
}

pub(super) fn email(n: u64) -> String {
    format!("k{n}@qwertz-{}.co.jp", n % 97)
}

/// Eight digits after two letters, spread over their space.
pub(super) fn number(n: u64) -> String {
    format!("TC{:08}", (n + 1) * 7_368_787 % 100_000_000)
}

pub(super) fn phone(n: u64) -> String {
    format!("090-{:04}-{:04}", 1_000 + n * 7_919 % 9_000, n * 6_007 % 10_000)
}

/// A list with a header: number, address, telephone number, name.
pub(super) fn list(records: u64) -> String {
    let rows = (0..records).map(|n| format!("{},{},{},姓{n} 名\n", number(n), email(n), phone(n)));
    "お客様番号,メールアドレス,電話番号,氏名\n".to_owned() + &rows.collect::<String>()
}

/// A table of a list, open.
pub(super) fn table(dir: &Path, key: &Key, list: &str, plan: &Plan) -> Table {
    let path = built(dir, key, list, plan);
    Table::open(&path, std::slice::from_ref(key), NOW).unwrap()
}

pub(super) fn built(dir: &Path, key: &Key, list: &str, plan: &Plan) -> PathBuf {
    let path = dir.join("t.lgfp");
    super::build(list.as_bytes(), &path, key, plan).unwrap();
    path
}
