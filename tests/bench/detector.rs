//! The detector's speed on one core, side by side with other scanners on the same bytes.
//!
//! `cargo bench --bench detector -- DIR…` scans the folders with leakgate and with those of betterleaks, Kingfisher and
//! gitleaks that are on the PATH, one after another and several times, each held to one processor. It prints the
//! median of the processor time, the bytes a second and the ratio to leakgate; ratios, because machines differ.
//!
//! Unpacking is switched on or off alike as far as the tools allow: each runs with its own defaults for archives.

#![allow(clippy::print_stdout, reason = "a benchmark prints its table")]
#![allow(clippy::disallowed_methods, reason = "only the crate itself leaves the environment to hook_env")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "it stops when something is not as it should"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// How often each tool runs.
const ROUNDS: usize = 3;
/// Clock ticks a second in /proc (`sysconf(_SC_CLK_TCK)`, 100 on every Linux).
const TICKS: f64 = 100.0;

/// A scanner and how it is called to scan `DIR`, writing its findings as lines to `OUT`.
struct Tool {
    name: &'static str,
    program: PathBuf,
    arguments: &'static [&'static str],
}

/// One run.
struct Run {
    cpu: f64,
    wall: f64,
    findings: usize,
}

fn main() {
    let folders: Vec<PathBuf> = std::env::args_os().skip(1).filter(|it| it != "--bench").map(PathBuf::from).collect();
    if folders.is_empty() {
        println!("give folders of source code to scan: cargo bench --bench detector -- DIR…");
        return;
    }
    let bytes: u64 = folders.iter().map(|folder| size(folder)).sum();
    println!("{:.1} MB in {} folders, one core, median of {ROUNDS} runs", megabytes(bytes), folders.len());
    let tools = tools();
    let mut runs: Vec<Vec<Run>> = tools.iter().map(|_| Vec::new()).collect();
    // In turns, so that a busy moment of the machine does not fall on one tool alone.
    for _ in 0..ROUNDS {
        for (tool, runs) in tools.iter().zip(&mut runs) {
            runs.push(run(tool, &folders));
        }
    }
    print(&tools, &runs, bytes);
}

fn print(tools: &[Tool], runs: &[Vec<Run>], bytes: u64) {
    println!("{:<12} {:>9} {:>9} {:>9} {:>10} {:>9}", "tool", "cpu s", "wall s", "MB/s", "leakgate x", "findings");
    let own = median(runs.first().expect("leakgate runs first").iter().map(|run| run.cpu));
    for (tool, runs) in tools.iter().zip(runs) {
        let cpu = median(runs.iter().map(|run| run.cpu));
        let wall = median(runs.iter().map(|run| run.wall));
        let findings = runs.first().map_or(0, |run| run.findings);
        let speed = megabytes(bytes) / cpu.max(0.01);
        println!("{:<12} {cpu:>9.2} {wall:>9.2} {speed:>9.1} {:>10.1} {findings:>9}", tool.name, cpu / own.max(0.01));
    }
}

fn tools() -> Vec<Tool> {
    let own = Tool {
        name: "leakgate",
        program: PathBuf::from(env!("CARGO_BIN_EXE_leakgate")),
        arguments: &["scan", "--format", "jsonl", "DIR"],
    };
    let others: [(&str, &[&str]); 3] = [
        // The command of version 2.
        ("betterleaks", &["fs", "-j", "1", "--no-banner", "--exit-code", "0", "--silent", "-o", "OUT.jsonl", "DIR"]),
        (
            "kingfisher",
            &[
                "scan",
                "--no-validate",
                "--jobs",
                "1",
                "--git-history",
                "none",
                "--format",
                "jsonl",
                "--output",
                "OUT.jsonl",
                "DIR",
            ],
        ),
        ("gitleaks", &["dir", "--no-banner", "--exit-code", "0", "-f", "json", "-r", "OUT.jsonl", "DIR"]),
    ];
    let found =
        others.into_iter().filter_map(|(name, arguments)| Some(Tool { name, program: on_path(name)?, arguments }));
    std::iter::once(own).chain(found).collect()
}

fn on_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Scans one folder after another.
fn run(tool: &Tool, folders: &[PathBuf]) -> Run {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let out = scratch.path().join("out.jsonl");
    let (start, before) = (Instant::now(), children_seconds());
    let mut findings = 0;
    for folder in folders {
        let arguments = tool.arguments.iter().map(|argument| match *argument {
            "DIR" => folder.as_os_str(),
            "OUT.jsonl" => out.as_os_str(),
            other => other.as_ref(),
        });
        let output = Command::new("taskset")
            .args(["-c", "0"])
            .arg(&tool.program)
            .args(arguments)
            .env("HOME", scratch.path())
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .expect("taskset (util-linux) runs the tool");
        // Tools say "found something" by statuses of their own; only a crash has none.
        assert!(output.status.code().is_some(), "{} was killed", tool.name);
        findings += count(&output.stdout) + std::fs::read(&out).map_or(0, |text| count(&text));
        if out.exists() {
            std::fs::remove_file(&out).expect("the tool's output goes");
        }
    }
    Run { cpu: children_seconds() - before, wall: start.elapsed().as_secs_f64(), findings }
}

/// Findings in a report of JSON lines or of one JSON list.
fn count(report: &[u8]) -> usize {
    let text = String::from_utf8_lossy(report);
    match serde_json::from_str::<Vec<serde_json::Value>>(&text) {
        Ok(list) => list.len(),
        Err(_) => text.lines().filter(|line| line.starts_with('{')).count(),
    }
}

/// Processor time of all children that have ended, user and system (proc(5), fields 16 and 17 of /proc/self/stat).
fn children_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux's /proc");
    let after_name = stat.rsplit_once(')').expect("the program's name is in parentheses").1;
    let ticks: f64 = after_name.split_ascii_whitespace().skip(13).take(2).map(|it| it.parse::<f64>().unwrap()).sum();
    ticks / TICKS
}

fn size(path: &Path) -> u64 {
    let kind = std::fs::symlink_metadata(path).expect("the folder exists");
    if kind.is_dir() {
        return std::fs::read_dir(path).expect("a folder").map(|entry| size(&entry.expect("an entry").path())).sum();
    }
    if kind.is_file() { kind.len() } else { 0 }
}

#[allow(clippy::cast_precision_loss, reason = "bytes to three digits")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
