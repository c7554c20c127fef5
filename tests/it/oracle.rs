//! git itself as the judge: random histories, and what `git diff-tree` says each commit adds.

use crate::harness::{History, Hook, Rng, Stage, github_token};
use std::collections::{BTreeMap, BTreeSet};

/// A file: numbered lines in order. A merge takes the union, so that no diff can see a line as moved.
type Lines = BTreeMap<u32, String>;
type Tree = BTreeMap<&'static str, Lines>;

const PATHS: [&str; 6] = ["a.txt", "b/c.ini", "b/d/e.py", "f.json", "g.bin", "h i.txt"];

/// Where a token was added: commit, path, line.
type Place = (String, String, u64);

struct Random {
    rng: Rng,
    next: u32,
    commits: Vec<(String, Tree)>,
    history: History,
}

impl Random {
    fn new(name: &str) -> Self {
        Self { rng: Rng::named(name), next: 0, commits: Vec::new(), history: History::new() }
    }

    /// A line that is nowhere else, one time in six with a token.
    fn line(&mut self) -> (u32, String) {
        self.next += 1;
        let at = (self.rng.next() as u32) << 12 | self.next & 0xfff;
        let text = if self.rng.one_in(6) {
            format!("{at:010} key {}\n", github_token(&mut self.rng))
        } else {
            format!("{at:010} words {}\n", self.next)
        };
        (at, text)
    }

    fn edit(&mut self, tree: &mut Tree) {
        for _ in 0..1 + self.rng.below(3) {
            let path = *self.rng.pick(&PATHS);
            let added = self.line();
            let file = tree.entry(path).or_default();
            file.insert(added.0, added.1);
            if self.rng.one_in(3) {
                let keys: Vec<u32> = file.keys().copied().collect();
                file.remove(self.rng.pick(&keys));
            }
        }
        if self.rng.one_in(12) {
            let path = *self.rng.pick(&PATHS);
            tree.remove(path);
        }
    }

    /// One more commit: a root, a plain one, or a merge of up to four that may add lines of its own.
    fn commit(&mut self) {
        let count = if self.commits.is_empty() || self.rng.one_in(25) {
            0
        } else if self.rng.one_in(2) {
            2 + self.rng.below(3)
        } else {
            1
        };
        let mut parents = BTreeSet::new();
        for _ in 0..count {
            // Mostly recent ones, so that lines of development run side by side.
            let back = if self.rng.one_in(6) {
                self.rng.below(self.commits.len())
            } else {
                self.rng.below(self.commits.len().min(5))
            };
            parents.insert(self.commits.len() - 1 - back);
        }
        let mut tree = Tree::new();
        for parent in &parents {
            for (path, lines) in &self.commits[*parent].1 {
                tree.entry(path).or_default().extend(lines.clone());
            }
        }
        if count < 2 || self.rng.one_in(2) {
            self.edit(&mut tree);
        }
        tree.retain(|_, lines| !lines.is_empty());
        let time = 1_700_000_000 + self.rng.below(100_000_000) as i64 - 50_000_000;
        let marks: Vec<String> = parents.iter().map(|parent| self.commits[*parent].0.clone()).collect();
        let branch = format!("n{}", self.commits.len());
        let mark = self.history.commit_tree(
            &branch,
            time,
            &marks,
            &tree.iter().map(|(p, l)| ((*p).to_owned(), content(l))).collect::<Vec<_>>(),
        );
        self.commits.push((mark, tree));
    }
}

fn content(lines: &Lines) -> Vec<u8> {
    lines.values().flat_map(|line| line.bytes()).collect()
}

/// The tokens that `commit` adds by the word of `git diff-tree` against each of its parents.
fn added_by(stage: &Stage, commit: &str) -> BTreeSet<Place> {
    let parents = stage.work.git(&["rev-list", "--parents", "-n1", commit]);
    let parents: Vec<&str> = parents.split(' ').skip(1).collect();
    let against = |parent: &str| {
        let mut args = vec![
            "diff-tree",
            "-p",
            "-U0",
            "--text",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--no-prefix",
            "--no-commit-id",
            "-r",
        ];
        if parent.is_empty() {
            args.extend(["--root", commit])
        } else {
            args.extend([parent, commit])
        }
        added_lines(&stage.work.git(&args), commit)
    };
    let mut sets =
        if parents.is_empty() { vec![against("")] } else { parents.iter().map(|parent| against(parent)).collect() };
    let first = sets.swap_remove(0);
    sets.iter().fold(first, |all, set| all.intersection(set).cloned().collect())
}

fn added_lines(diff: &str, commit: &str) -> BTreeSet<Place> {
    let (mut places, mut path, mut line) = (BTreeSet::new(), String::new(), 0);
    for text in diff.lines() {
        if let Some(name) = text.strip_prefix("+++ ") {
            path = name.trim_end_matches('\t').to_owned();
        } else if text.starts_with("@@ ") {
            let start = text.split('+').nth(1).unwrap().split([',', ' ']).next().unwrap();
            line = start.parse().unwrap();
        } else if let Some(added) = text.strip_prefix('+') {
            if added.contains(" key ") {
                places.insert((commit.to_owned(), path.clone(), line));
            }
            line += 1;
        }
    }
    places
}

fn added_in(stage: &Stage, range: &[&str]) -> BTreeSet<Place> {
    let mut args = vec!["rev-list"];
    args.extend_from_slice(range);
    stage.work.git(&args).lines().flat_map(|commit| added_by(stage, commit)).collect()
}

/// A random history in the work tree; its tips are the branches `n0`, `n1`, ….
fn history(name: &str, commits: usize) -> Stage {
    let stage = Stage::empty();
    let mut random = Random::new(name);
    (0..commits).for_each(|_| random.commit());
    stage.work.import(random.history.bytes());
    stage
}

#[test]
fn a_scan_of_a_range_finds_what_git_says_was_added() {
    let mut found_any = 0;
    for seed in 0..4 {
        let stage = history(&format!("range {seed}"), 60);
        for range in ["n3..n59", "n20..n59", "n5..n50", "--all"] {
            let expected = added_in(&stage, &[range]);
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            let found: BTreeSet<Place> = crate::scan::findings(&stage, &[range])
                .iter()
                .map(|finding| (text(&finding["commit"]), text(&finding["path"]), finding["line"].as_u64().unwrap()))
                .collect();
            found_any += found.len();
            assert_eq!(found, expected, "range {range} of history {seed}");
        }
    }
    assert!(found_any > 50, "the histories hold too few tokens to show anything");
}

#[test]
fn a_push_is_refused_exactly_when_git_says_that_it_adds_a_token() {
    let mut verdicts = [0, 0];
    for seed in 0..3 {
        let stage = history(&format!("push {seed}"), 30);
        let mut rng = Rng::named(&format!("order {seed}"));
        for _ in 0..12 {
            let branch = format!("n{}", rng.below(30));
            let known = stage.server.git(&["for-each-ref", "--format=%(objectname)"]);
            let mut range = vec![branch.as_str()];
            let exclude: Vec<String> = known.lines().map(|id| format!("^{id}")).collect();
            range.extend(exclude.iter().map(String::as_str));
            let leaks = !added_in(&stage, &range).is_empty();
            verdicts[usize::from(leaks)] += 1;
            let pushed = stage.push(&format!("origin {branch}"));
            assert_eq!(pushed.code == Some(0), !leaks, "{branch} of history {seed}: {}", pushed.stderr);
            if leaks && rng.one_in(2) {
                stage.server.install(Hook::Off);
                stage.push(&format!("origin {branch}"));
                stage.server.install(Hook::Shim);
            }
        }
    }
    assert!(verdicts.iter().all(|count| *count > 3), "one-sided histories: {verdicts:?}");
}
