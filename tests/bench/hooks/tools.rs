//! Who is measured: git's own work as the yardstick, leakgate, and the peers that are installed.
//!
//! A program is looked for in an environment variable of its own (`LEAKGATE_BENCH_GITLEAKS=/path/gitleaks`), then on the
//! PATH; a peer that is in neither is left out.

use crate::inputs::Push;
use crate::measure::Job;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// A tool and what it is asked to do.
pub struct Contender {
    pub name: &'static str,
    pub job: Job,
}

/// leakgate as this benchmark was built with it, or as the variable says.
pub fn leakgate() -> PathBuf {
    named("leakgate").unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_leakgate")))
}

fn named(name: &str) -> Option<PathBuf> {
    std::env::var_os(format!("LEAKGATE_BENCH_{}", name.to_uppercase())).map(PathBuf::from)
}

fn peer(name: &str) -> Option<PathBuf> {
    let on_path =
        || std::env::split_paths(&std::env::var_os("PATH")?).map(|dir| dir.join(name)).find(|path| path.is_file());
    named(name).or_else(on_path)
}

/// The peers that are here, by name.
pub fn peers() -> Vec<&'static str> {
    ["betterleaks", "gitleaks", "kingfisher"].into_iter().filter(|name| peer(name).is_some()).collect()
}

/// What git itself does to list and to read all new objects of a push.
pub fn reading(push: &Push) -> Job {
    let line = format!(
        "git rev-list --objects {} --not --all | git cat-file --buffer \
         --batch='%(objectname) %(objecttype) %(objectsize) %(rest)'",
        push.new
    );
    Job::shell(&line, &push.server).with_env(&push.env)
}

/// What git itself does to list the new commits alone.
pub fn listing(push: &Push) -> Job {
    Job::new("git", &push.server, ["rev-list", &push.new, "--not", "--all"]).with_env(&push.env)
}

/// leakgate as `pre-receive`, with `options`.
pub fn receive(push: &Push, options: &[&str]) -> Contender {
    let args = ["pre-receive"].iter().chain(options).copied();
    let job = Job::new(leakgate(), &push.server, args).with_env(&push.env).reading(&push.input);
    Contender { name: "leakgate", job }
}

/// Those of the peers that can see a push in its quarantine; each as its own documentation has it.
pub fn receiving_peers(push: &Push) -> Vec<Contender> {
    let contender = |name: &'static str, args: Vec<OsString>| {
        let job = Job::new(peer(name)?, &push.server, args).with_env(&push.env).reading(&push.input);
        Some(Contender { name, job })
    };
    let range = format!("--log-opts={} --not --all", push.new);
    let found = [
        contender("betterleaks", words(&["git", "--pre-receive", "--no-banner", "."])),
        contender("gitleaks", words(&["git", "--no-banner", &range, "."])),
    ];
    found.into_iter().flatten().collect()
}

/// leakgate and the peers on what is staged in `repo`.
pub fn staged(repo: &Path) -> Vec<Contender> {
    let contender = |name: &'static str, program: Option<PathBuf>, args: &[&str]| {
        Some(Contender { name, job: Job::new(program?, repo, words(args)) })
    };
    let kingfisher = ["scan", ".", "--staged", "--no-validate", "--no-update-check", "--quiet"];
    let found = [
        contender("leakgate", Some(leakgate()), &["pre-commit"]),
        contender("betterleaks", peer("betterleaks"), &["git", "--staged", "--no-banner", "."]),
        contender("gitleaks", peer("gitleaks"), &["git", "--pre-commit", "--staged", "--no-banner", "."]),
        contender("kingfisher", peer("kingfisher"), &kingfisher),
    ];
    found.into_iter().flatten().collect()
}

fn words(args: &[&str]) -> Vec<OsString> {
    args.iter().map(Into::into).collect()
}

/// A rule that finds one thing in every commit: how many it finds is how many commits were seen.
const EVERY_COMMIT: &str = "[[rules]]\nid = \"every-commit\"\ndescription = \"a commit\"\nseverity = \"low\"\n\
                            keywords = [\"tree \"]\nregex = '(?m)^tree [0-9a-f]{40,64}$'\n";

/// How many commits each tool says it looked at, where it says so.
pub fn commits_seen(push: &Push) -> Vec<(&'static str, usize)> {
    let policy = push.input.with_extension("toml");
    std::fs::write(&policy, EVERY_COMMIT).expect("the policy");
    let places = |options: &[&str]| {
        let (status, text) = receive(push, options).job.output();
        assert!(matches!(status, Some(0 | 1)), "leakgate: {text}");
        places(&text)
    };
    let own = places(&["--policy", policy.to_str().expect("a path in UTF-8")]) - places(&[]);
    let mut seen = vec![("leakgate", own)];
    for peer in receiving_peers(push) {
        let text = peer.job.output().1;
        let before = text.split(" commits scanned").next().filter(|before| before.len() < text.len());
        let digits = before.and_then(|before| before.rsplit(|letter: char| !letter.is_ascii_digit()).next());
        let count = digits.and_then(|digits| digits.parse().ok());
        seen.extend(count.map(|count| (peer.name, count)));
    }
    seen
}

/// `leakgate refused this push: 3 secrets in 5 places, 1 customer list`: the secrets' places.
fn places(text: &str) -> usize {
    let first = text.lines().find(|line| line.contains("refused this push")).unwrap_or_default();
    let secrets = first.split([':', ',']).find(|part| part.contains(" secret")).unwrap_or_default();
    secrets.split(' ').filter_map(|word| word.parse().ok()).next_back().unwrap_or(0)
}
