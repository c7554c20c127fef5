//! What it costs to begin: processor time of a hook that has nothing or next to nothing to do, beside `git --version`.
//!
//! `cargo bench --bench start` makes a repository of two commits and runs each case [`RUNS`] times in turn with the
//! others. Here the rules count, not the push: the deletion of a branch needs none of them, one line needs the tables
//! of their keywords, and a policy's own rules are checked at each start.

#![allow(clippy::print_stdout, reason = "a benchmark prints its table")]
#![allow(clippy::disallowed_methods, reason = "only the crate itself leaves the environment to hook_env")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "it stops when something is not as it should")]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// How often each case runs: processor time is told in hundredths of a second.
const RUNS: u32 = 200;
/// How many runs of one case follow each other.
const TURN: u32 = 20;
/// Clock ticks a second in /proc (`sysconf(_SC_CLK_TCK)`, 100 on every Linux).
const TICKS: f64 = 100.0;
/// How many rules the policy of the last case adds.
const OWN_RULES: usize = 100;

/// A command, and its processor time in all turns.
struct Case {
    name: String,
    words: Vec<String>,
    seconds: f64,
}

fn main() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let repo = scratch.path();
    git(repo, &["init", "-q", "--bare", "."]);
    let old = commit(repo, "one", &[]);
    git(repo, &["update-ref", "refs/heads/x", &old]);
    let new = commit(repo, "one\ntwo: the key of a second line", &[&old]);
    let policy = repo.join("own.toml");
    std::fs::write(&policy, own_rules()).expect("a policy");
    let policy = policy.to_str().expect("a path in UTF-8");

    let leakgate = env!("CARGO_BIN_EXE_leakgate");
    let gone = "0".repeat(old.len());
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let case = |name: &str, list: &[&str]| Case { name: name.to_owned(), words: words(list), seconds: 0.0 };
    let mut cases = [
        case("git --version", &["git", "--version"]),
        case("leakgate --version", &[leakgate, "--version"]),
        case("update: a branch deleted", &[leakgate, "update", "refs/heads/x", &old, &gone]),
        case("update: one line", &[leakgate, "update", "refs/heads/x", &old, &new]),
        case(
            &format!("update: one line, {OWN_RULES} rules of one's own"),
            &[leakgate, "update", "--policy", policy, "refs/heads/x", &old, &new],
        ),
    ];
    for _ in 0..RUNS / TURN {
        cases.iter_mut().for_each(|case| case.seconds += turn(repo, &case.words));
    }
    println!("{RUNS} runs each, processor time of one");
    let first = cases.first().map_or(0.0, |case| case.seconds);
    for Case { name, seconds, .. } in &cases {
        println!("{name:<40} {:>6.2} ms {:>6.1} x", seconds / f64::from(RUNS) * 1e3, seconds / first);
    }
}

/// The processor time of some runs.
fn turn(repo: &Path, words: &[String]) -> f64 {
    let before = children_seconds();
    for _ in 0..TURN {
        let (program, arguments) = words.split_first().expect("a program");
        let mut command = Command::new(program);
        let command = command.args(arguments).current_dir(repo).env("GIT_DIR", repo).env("HOME", repo);
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().expect("it runs");
        assert!(status.success(), "{words:?} says {status}");
    }
    children_seconds() - before
}

fn own_rules() -> String {
    (0..OWN_RULES).fold(String::new(), |mut all, n| {
        writeln!(all, "[[rules]]\nid = 'mine-{n}'\ndescription = 'a key'\nregex = '\\bmine{n}_[a-z0-9]{{20,40}}\\b'")
            .and_then(|()| writeln!(all, "keywords = ['mine{n}_']"))
            .expect("a text takes all");
        all
    })
}

/// A commit of a file that holds `text`.
fn commit(repo: &Path, text: &str, parents: &[&str]) -> String {
    std::fs::write(repo.join("text"), text).expect("a file");
    let blob = git(repo, &["hash-object", "-w", "text"]);
    std::fs::write(repo.join("tree"), format!("100644 blob {blob}\tnotes.txt\n")).expect("a file");
    let tree = git(repo, &["mktree"]);
    let parents: Vec<&str> = parents.iter().flat_map(|parent| ["-p", parent]).collect();
    git(repo, &[&["commit-tree", "-m", "a line", &tree], parents.as_slice()].concat())
}

/// What git answers, with the file `tree` as its input.
fn git(repo: &Path, words: &[&str]) -> String {
    let input = std::fs::File::open(repo.join("tree")).map_or_else(|_| Stdio::null(), Stdio::from);
    let mut command = Command::new("git");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "bench").env(format!("GIT_{role}_EMAIL"), "bench@example.com");
    }
    let output = command.args(words).current_dir(repo).env("HOME", repo).stdin(input).output().expect("git runs");
    assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Processor time of all children that have ended, user and system (proc(5), fields 16 and 17 of /proc/self/stat).
fn children_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux's /proc");
    let after_name = stat.rsplit_once(')').expect("the program's name is in parentheses").1;
    let ticks: f64 = after_name.split_ascii_whitespace().skip(13).take(2).map(|it| it.parse::<f64>().unwrap()).sum();
    ticks / TICKS
}
