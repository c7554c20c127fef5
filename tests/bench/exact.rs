//! Tables of 296,019 and of ten million made-up customers: size, time and memory of the build, time to open, cost of a
//! look-up, and what the hook's start-up grows by.
//!
//! `cargo bench --bench exact [-- RECORDS…]`. Everything but opening and looking up is measured on the program itself.

#![allow(clippy::print_stdout, reason = "a benchmark prints its table")]
#![allow(clippy::disallowed_methods, reason = "only the crate itself leaves the environment to hook_env")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_precision_loss,
    reason = "it stops when something is not as it should"
)]

use leakgate::exact::{Key, Table};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// T-Connect's customers (2022), and a large carmaker's.
const SIZES: [u64; 2] = [296_019, 10_000_000];
/// Look-ups that are timed.
const TOKENS: u64 = 200_000;
/// Starts of the program that are timed, in turns with and without the table.
const STARTS: usize = 201;
const PROGRAM: &str = env!("CARGO_BIN_EXE_leakgate");

fn main() {
    let sizes: Vec<u64> = std::env::args().skip(1).filter_map(|it| it.parse().ok()).collect();
    let sizes = if sizes.is_empty() { SIZES.to_vec() } else { sizes };
    for records in sizes {
        measure(records);
    }
}

fn measure(records: u64) {
    let dir = tempfile::tempdir().expect("a scratch folder");
    let (key, table) = (dir.path().join("k"), dir.path().join("t.lgfp"));
    Key::make(&key).expect("a key");
    let (build, memory) = build(records, &key, &table);
    let bytes = std::fs::metadata(&table).expect("the table").len();
    println!("{records} records, two fields and their pair");
    println!("  size        {:.1} MB, {:.2} bytes a record", bytes as f64 / 1e6, bytes as f64 / records as f64);
    println!("  build       {:.1} s, {:.0} MB at most", build.as_secs_f64(), memory as f64 / 1e3);

    let keys = [Key::read(&key).expect("the key")];
    let open = median((0..101).map(|_| {
        let start = Instant::now();
        drop(Table::open(&table, &keys, 0).expect("the table"));
        start.elapsed()
    }));
    println!("  open        {:.3} ms", open.as_secs_f64() * 1e3);
    let open = Table::open(&table, &keys, 0).expect("the table");
    println!("  absent      {:.2} us a look-up, blocks proven on the way", lookups(&open, records, records));
    println!("  absent      {:.2} us a look-up, blocks proven before", lookups(&open, records, records + TOKENS));
    println!("  present     {:.2} us a look-up", lookups(&open, records, 0));

    let (without, with) = starts(dir.path(), &key, &table, email(records - 1).as_bytes());
    println!("  start-up    {without:.2} ms without, {with:.2} ms with the table, {:+.2} ms", with - without);
}

/// Seconds and kilobytes of the program that builds the table of a list which streams in.
fn build(records: u64, key: &Path, table: &Path) -> (Duration, u64) {
    let start = Instant::now();
    let mut child = Command::new(PROGRAM)
        .args(["fingerprint", "build", "--key"])
        .arg(key)
        .arg("--out")
        .arg(table)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the program");
    let input = child.stdin.take().expect("its input");
    let feeder = std::thread::spawn(move || {
        let mut out = BufWriter::with_capacity(1 << 20, input);
        writeln!(out, "お客様管理番号,メールアドレス").expect("it reads");
        (0..records).for_each(|n| writeln!(out, "{},{}", number(n), email(n)).expect("it reads"));
    });
    let status = format!("/proc/{}/status", child.id());
    let mut memory = 0;
    while child.try_wait().expect("a child").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        memory = memory.max(peak.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(5));
    }
    feeder.join().expect("the list");
    assert!(child.wait().expect("a child").success(), "the build failed");
    (start.elapsed(), memory)
}

/// Microseconds for one look-up.
fn lookups(table: &Table, records: u64, from: u64) -> f64 {
    let tokens: Vec<String> = (0..TOKENS).map(|n| email(from + n.wrapping_mul(7_919) % records.max(TOKENS))).collect();
    let start = Instant::now();
    let known = tokens.iter().filter(|token| table.knows("email", token.as_bytes()).expect("a whole table")).count();
    let time = start.elapsed().as_secs_f64() * 1e6 / TOKENS as f64;
    assert_eq!(known > 0, from < records, "{known} known");
    time
}

/// Milliseconds for a scan of one line with an address, without the table and with it.
fn starts(dir: &Path, key: &Path, table: &Path, line: &[u8]) -> (f64, f64) {
    let policy = |name: &str, text: String| {
        let path = dir.join(name);
        std::fs::write(&path, text).expect("a policy");
        path
    };
    let policies = [
        policy("without.toml", String::new()),
        policy("with.toml", format!("[exact]\ntables = [{table:?}]\nkeys = [{key:?}]\n")),
    ];
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..STARTS {
        for (policy, times) in policies.iter().zip(&mut times) {
            let start = Instant::now();
            let mut child = Command::new(PROGRAM)
                .args(["scan", "--policy"])
                .arg(policy)
                .arg("-")
                .current_dir(dir)
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("the program");
            child.stdin.take().expect("its input").write_all(line).expect("it reads");
            assert!(child.wait().expect("a child").success(), "one address stops nothing");
            times.push(start.elapsed());
        }
    }
    let [without, with] = times.map(|times| median(times.into_iter()).as_secs_f64() * 1e3);
    (without, with)
}

fn email(n: u64) -> String {
    // Spread, so that neither order nor length tells anything.
    let spread = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24;
    format!("{spread:x}{n}@qwertz-{}.co.jp", n % 9_973)
}

fn number(n: u64) -> String {
    format!("TC{:09}", n * 73 % 1_000_000_007)
}

fn median(values: impl Iterator<Item = Duration>) -> Duration {
    let mut values: Vec<Duration> = values.collect();
    values.sort();
    values.get(values.len() / 2).copied().unwrap_or_default()
}
