//! What a hook costs, measured against git's own work on the same push or commit.
//!
//! `cargo bench --bench hooks [-- [--quick] [--only WORD] [--repo PATH]…]`
//!
//! Builds repositories in a scratch folder: generated ones of a stated shape and, with `--repo`, the last commit, the
//! last thousand and the whole history of real ones, which are only read. Then git, leakgate and those of betterleaks,
//! gitleaks and Kingfisher that are on the PATH (or in `LEAKGATE_BENCH_GITLEAKS` and so on) do the same work in turn.
//! `--quick` makes the generated ones ten times smaller, `--only` runs the cases that have the word in their names.
//!
//! Read ratios, not times: machines differ. A goal is judged by the median of wall time; on a busy machine look at the
//! processor time beside it. Each push lies in a quarantine as `git push` leaves it for `pre-receive`, and before
//! anything is timed leakgate must have seen as many commits as git.

#![allow(clippy::print_stdout, reason = "a benchmark prints its table")]
#![allow(clippy::disallowed_methods, reason = "only the crate itself leaves the environment to hook_env")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it stops when something is not as it should"
)]
#![allow(missing_docs, reason = "nobody imports it")]

mod cases;
mod inputs;
mod measure;
mod report;
mod tools;

use report::Case;
use std::path::{Path, PathBuf};

/// What the command line asks for.
#[derive(Default)]
struct Wanted {
    scale: usize,
    only: Option<String>,
    repos: Vec<PathBuf>,
}

fn main() {
    let mut args = std::env::args_os().skip(1).peekable();
    if args.peek().is_some_and(|it| it == measure::MEASURE) {
        return measure::serve(args.skip(1));
    }
    let mut wanted = Wanted { scale: 1, ..Wanted::default() };
    while let Some(arg) = args.next() {
        match arg.to_str() {
            Some("--quick") => wanted.scale = 10,
            Some("--only") => wanted.only = args.next().map(|it| it.to_string_lossy().into_owned()),
            Some("--repo") => {
                wanted.repos.extend(args.next().map(|it| PathBuf::from(it).canonicalize().expect("a repository")))
            }
            Some("--bench") => {}
            _ => panic!("unknown argument {arg:?}: [--quick] [--only WORD] [--repo PATH]…"),
        }
    }
    let size = std::fs::metadata(tools::leakgate()).expect("the program").len();
    println!("leakgate: {:.2} MB; peers: {}", size as f64 / 1e6, tools::peers().join(", "));
    wanted.run();
}

impl Wanted {
    fn run(&self) {
        let n = |count: usize| count / self.scale;
        self.case("start-up", cases::deletion);
        self.case("pre-commit small", |place| cases::staged(place, 1000));
        self.case("pre-commit large", |place| cases::staged(place, n(100_000)));
        let small = self.case("one commit small", |place| cases::one_commit(place, 1000, 0));
        let large = self.case("one commit large", |place| cases::one_commit(place, n(400_000), n(100_000)));
        if let (Some(small), Some(large)) = (small, large) {
            println!("  growth with the repository: {:.2} x (at most 2)", large / small);
        }
        for repo in &self.repos {
            for (word, commits) in [("real one", Some(1)), ("real thousand", Some(1000)), ("real whole", None)] {
                self.cases(word, |place| cases::real(place, repo, commits).into_iter().collect());
            }
        }
        self.cases("generated thousand rules", |place| cases::generated(place, n(1000), n(5000)).into());
        self.case("many references", |place| cases::many_refs(place, n(100_000)));
        self.case("many files", |place| cases::many_files(place, n(100_000)));
        self.case("big blob 100", |place| cases::big_blob(place, n(100)));
        self.case("big blob 1000", |place| cases::big_blob(place, n(1000)));
    }

    fn case(&self, word: &str, build: impl FnOnce(&Path) -> Case) -> Option<f64> {
        self.cases(word, |place| vec![build(place)])
    }

    /// Builds and runs what is wanted, in a folder that is gone afterwards.
    fn cases(&self, word: &str, build: impl FnOnce(&Path) -> Vec<Case>) -> Option<f64> {
        if self.only.as_ref().is_some_and(|only| !word.contains(only.as_str())) {
            return None;
        }
        let place = tempfile::tempdir().expect("a scratch folder");
        // All of them run, the last one tells.
        build(place.path()).iter().map(report::run).collect::<Vec<_>>().pop()
    }
}
