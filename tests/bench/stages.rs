//! What each stage of a scan costs, and each rule.
//!
//! `cargo bench --bench stages -- DIR…` reads the files of the folders into memory and runs over them, one after
//! another and on one core: the keywords, the rules, the decoders, the customer data's survey. Then it prints the rules
//! that cost most: how often a keyword of theirs was seen, how many bytes their pattern looked at, and for how long.
//! Read the table from the top: a rule that is in it has keywords that are too common, or a pattern without a bound.

#![allow(clippy::print_stdout, reason = "a benchmark prints its table")]
#![allow(clippy::disallowed_methods, reason = "only the crate itself leaves the environment to hook_env")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "it stops when something is not as it should"
)]

use leakgate::customer::{self, Thresholds};
use leakgate::policy::{Date, Policy};
use leakgate::rule::{Hit, RuleSet};
use leakgate::scan::{Form, decode, matches};
use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How many rules the table has.
const SHOWN: usize = 40;

/// What one rule cost.
#[derive(Default)]
struct Cost {
    hits: usize,
    bytes: usize,
    time: Duration,
}

fn main() {
    let folders: Vec<PathBuf> = std::env::args_os().skip(1).filter(|it| it != "--bench").map(PathBuf::from).collect();
    if folders.is_empty() {
        println!("give folders of source code to scan: cargo bench --bench stages -- DIR…");
        return;
    }
    let mut files = Vec::new();
    folders.iter().for_each(|folder| read(folder, &mut files));
    let bytes: usize = files.iter().map(Vec::len).sum();
    println!("{} files, {:.1} MB", files.len(), bytes as f64 / 1e6);
    let policy = Policy::load(&[], Date::parse("2026-01-01").unwrap()).expect("the default policy");
    let rules = RuleSet::of(&policy.rules).expect("the default rules");
    warm_up(&rules, &files);
    stages(&rules, &files, bytes);
    costs(&rules, &files);
}

/// Compiles every pattern that these files need, so that the stages show scanning alone.
fn warm_up(rules: &RuleSet, files: &[Vec<u8>]) {
    let (found, time) =
        timed(|| files.iter().map(|file| matches(rules, file, Form::Plain).unwrap().len()).sum::<usize>());
    println!("first run, patterns compiled on the way: {time:.2?}, {found} matches");
}

fn stages(rules: &RuleSet, files: &[Vec<u8>], bytes: usize) {
    let thresholds = Thresholds::standard();
    let print = |name: &str, (count, time): (usize, Duration)| {
        println!("{name:<28} {time:>10.2?} {:>8.1} MB/s {count:>10}", bytes as f64 / 1e6 / time.as_secs_f64());
    };
    let each = |what: &dyn Fn(&[u8]) -> usize| timed(|| files.iter().map(|file| what(file)).sum::<usize>());
    let hits = |text: &[u8]| {
        let mut count = 0;
        rules.keywords_in(text, |_| count += 1);
        count
    };
    print("keywords", each(&hits));
    print("keywords and rules", each(&|text| matches(rules, text, Form::Plain).unwrap().len()));
    print("decoders: encoded", each(&|text| decode::encoded(text).len()));
    print("decoders: disguised", each(&|text| decode::disguised(text).len()));
    let decoded = |text: &[u8]| {
        let views = decode::encoded(text).into_iter().chain(decode::disguised(text));
        views.map(|view| matches(rules, &view.bytes, Form::Decoded).unwrap().len()).sum()
    };
    print("decoders and rules on them", each(&decoded));
    print("customer data", each(&|text| customer::survey(text, None, &|_| true, &thresholds).len()));
}

fn costs(rules: &RuleSet, files: &[Vec<u8>]) {
    let mut costs: HashMap<usize, Cost> = HashMap::new();
    for text in files {
        let mut hits: Vec<Hit> = Vec::new();
        rules.keywords_in(text, |hit| hits.push(hit));
        hits.sort_unstable();
        for of_rule in hits.chunk_by(|a, b| a.rule == b.rule) {
            let number = of_rule[0].rule;
            let rule = rules.get(number).unwrap();
            let cost = costs.entry(number).or_default();
            cost.hits += of_rule.len();
            if rule.is_named() {
                continue;
            }
            for window in windows(of_rule, rule.reach(), text.len()) {
                cost.bytes += window.len();
                let (_, time) = timed(|| rule.regex().unwrap().find_iter(&text[window.clone()]).count());
                cost.time += time;
            }
        }
    }
    let total: Duration = costs.values().map(|cost| cost.time).sum();
    println!("\n{} rules had keywords; their patterns took {total:.2?}", costs.len());
    let mut costs: Vec<(usize, Cost)> = costs.into_iter().collect();
    costs.sort_by_key(|(_, cost)| std::cmp::Reverse((cost.time, cost.hits)));
    println!("{:<40} {:>9} {:>12} {:>10}  reach", "rule", "hits", "bytes", "time");
    for (number, cost) in costs.iter().take(SHOWN) {
        let rule = rules.get(*number).unwrap();
        let (id, reach) = (rule.id(), rule.reach());
        println!("{id:<40} {:>9} {:>12} {:>10.2?}  {reach:?}", cost.hits, cost.bytes, cost.time);
    }
    costs.sort_by_key(|(_, cost)| std::cmp::Reverse(cost.hits));
    println!("\nmost hits");
    for (number, cost) in costs.iter().take(SHOWN) {
        println!("{:<40} {:>9}", rules.get(*number).unwrap().id(), cost.hits);
    }
}

fn windows(hits: &[Hit], reach: Option<usize>, len: usize) -> Vec<Range<usize>> {
    let mut windows: Vec<Range<usize>> = Vec::new();
    let reach = reach.unwrap_or(len);
    for hit in hits {
        let window = hit.end.saturating_sub(reach)..(hit.start + reach).min(len);
        match windows.last_mut() {
            Some(last) if window.start <= last.end => last.end = last.end.max(window.end),
            _ => windows.push(window),
        }
    }
    windows
}

fn timed<T>(what: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let value = what();
    (value, start.elapsed())
}

fn read(path: &Path, files: &mut Vec<Vec<u8>>) {
    if path.is_symlink() {
        return;
    }
    if path.is_dir() {
        let entries = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|it| !it.ends_with(".git")).for_each(|it| read(&it, files));
    } else if path.is_file() {
        files.push(std::fs::read(path).unwrap());
    }
}
