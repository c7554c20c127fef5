//! A table of fingerprints with bytes changed, cut off or added: whatever differs from what was built is noticed.
#![no_main]

use leakgate::exact::{FirstRow, Key, Plan, Region, Table, build};
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;
use std::path::PathBuf;
use std::sync::OnceLock;

struct Scratch {
    folder: tempfile::TempDir,
    table: PathBuf,
    good: Vec<u8>,
}

fuzz_target!(|data: &[u8]| {
    static SCRATCH: OnceLock<Scratch> = OnceLock::new();
    let it = SCRATCH.get_or_init(scratch);
    let key = Key::read(&it.folder.path().join("key")).unwrap();
    let mut bytes = it.good.clone();
    for change in data.chunks_exact(4) {
        let [a, b, c, d] = [change[0], change[1], change[2], change[3]];
        let at = usize::from(a) << 8 | usize::from(b);
        match (c, bytes.len()) {
            (0xff, _) => bytes.push(d),
            (0xfe, length) => bytes.truncate(length.saturating_sub(at)),
            (_, 0) => {}
            (_, length) => bytes[at % length] = d,
        }
    }
    std::fs::write(&it.table, &bytes).unwrap();
    let read = Table::open(&it.table, &[key], 1).and_then(|table| {
        table.verify()?;
        table.knows("email", b"a1@shop-kaisha.co.jp")
    });
    match read {
        Ok(known) => assert!(known && bytes == it.good, "a changed table was taken"),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

fn scratch() -> Scratch {
    let folder = tempfile::tempdir().unwrap();
    let key = Key::make(&folder.path().join("key")).unwrap();
    let mut rows = String::from("email,number\n");
    for row in 0..300 {
        rows.push_str(&format!("a{row}@shop-kaisha.co.jp,{}\n", 1_000_000_u64 + row * 7_919));
    }
    let plan = Plan {
        fields: Vec::new(),
        pair_only: Vec::new(),
        pairs: Vec::new(),
        exclude: Vec::new(),
        own_domains: Vec::new(),
        region: Region::named("JP").unwrap(),
        delimiter: None,
        first_row: FirstRow::Names,
        created: 0,
        expires: None,
        least: 1,
        bad_percent: 100,
    };
    let table = folder.path().join("table");
    build(Cursor::new(rows), &table, &key, &plan).unwrap();
    let good = std::fs::read(&table).unwrap();
    Scratch { folder, table, good }
}
