//! Properties of the whole: what may be changed about a push, or added to the rules, without anything found getting lost.
//!
//! That no output holds four bytes of a secret is a property of `report`, and stands there.

use crate::harness::{Isolation, Out, Payload, Rng, Stage, binary, github_token, run};
use crate::rules::kinds::{BUILT, kinds};
use leakgate::rule::{RuleSet, RuleSpec, expand};
use leakgate::scan::{Limits, scan};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const LIMITS: Limits = Limits { decode_depth: 3, container_depth: 4, decompressed_bytes: 1 << 20, members: 64 };

/// What a set of rules finds in a text: rule, value, place.
fn found(set: &RuleSet, text: &[u8]) -> BTreeSet<(String, Vec<u8>, usize, usize)> {
    let mut found = BTreeSet::new();
    let unread = scan(set, LIMITS, text, &mut |text, candidates| {
        for it in candidates {
            let id = set.get(it.rule).unwrap().id().to_owned();
            found.insert((id, it.secret, text.via.len() + it.via.len(), it.span.start));
        }
    });
    assert!(unread.is_ok());
    found
}

/// A rule as somebody may add it: near what is built in, with the same keywords, or broad.
fn added() -> impl Strategy<Value = RuleSpec> {
    let pattern = prop::sample::select(
        &[
            (r"\bgh[a-z]_[0-9A-Za-z]{20,40}", "gh"),
            (r#"(?:token|key|secret|password)["']?\s*[:=]\s*["']?([^\s"']{6,})"#, "="),
            (r"AKIA[0-9A-Z]{16}", "akia"),
            (r"[A-Za-z0-9+/_-]{24,}", ""),
            (r"-----BEGIN[\s\S]{0,4000}?-----END", "-----begin"),
            (r"eyJ[\w.-]+", "eyj"),
            (r"https?://\S+", "http"),
        ][..],
    );
    (pattern, prop::option::of(0.0..4.0_f64), any::<prop::sample::Index>(), any::<bool>()).prop_map(
        |((regex, keyword), entropy, like, generic)| {
            let mut spec = like.get(&BUILT.rules).spec.clone();
            spec.id = "added-rule".into();
            spec.tags = if generic { vec!["generic".into()] } else { Vec::new() };
            spec.regex = regex.into();
            spec.named = None;
            spec.keywords =
                if keyword.len() < 3 { spec.keywords.into_iter().take(3).collect() } else { vec![keyword.into()] };
            if spec.keywords.is_empty() {
                spec.keywords = vec!["key".into()];
            }
            spec.reach = None;
            spec.secret_group = None;
            spec.entropy = entropy;
            // A check refutes: what it says of a value that nobody issued is meant for rules that go by words, too.
            spec.check = None;
            spec
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(40) })]

    #[test]
    fn a_rule_that_is_added_takes_nothing_from_the_others(
        rule in added(), first in any::<bool>(), seed in 0_u64..1_000, from in any::<prop::sample::Index>(), glue in "[ -~\n]{0,9}",
    ) {
        let mut specs: Vec<RuleSpec> = BUILT.rules.iter().map(|rule| rule.spec.clone()).collect();
        specs.insert(if first { 0 } else { specs.len() }, rule);
        let more = RuleSet::new(&specs).unwrap();
        // Some dozens of the rules' own examples, in one text each and all in one.
        let from = from.index(BUILT.rules.len());
        let near = BUILT.rules.iter().cycle().skip(from).take(24);
        let texts: Vec<String> = near.map(|rule| expand(&rule.spec.examples[0], seed).unwrap()).collect();
        for text in texts.iter().chain([&texts.join(&glue)]) {
            let (before, after) = (found(&BUILT.set, text.as_bytes()), found(&more, text.as_bytes()));
            let lost: Vec<_> = before.difference(&after).map(|(id, ..)| id).collect();
            prop_assert!(lost.is_empty(), "{lost:?} lost in {text:?}");
        }
    }
}

#[test]
fn the_texts_of_the_property_above_hold_something_to_lose() {
    let some = kinds(7).into_iter().filter(|kind| !found(&BUILT.set, kind.text.as_bytes()).is_empty()).count();
    assert_eq!(some, BUILT.rules.len());
}

/// A push as a hook finds it: the new objects in a folder of their own, beside the server's.
struct Offered {
    stage: Stage,
    line: String,
}

impl Offered {
    /// What the hook says of the objects in `folder`, run by `with`.
    fn judged(&self, folder: &Path, with: &[&str]) -> Out {
        let binary = binary();
        let words: Vec<&str> = with.iter().copied().chain([binary.to_str().unwrap(), "pre-receive"]).collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).isolated(self.stage.home()).current_dir(self.stage.server.git_dir());
        command.env("GIT_DIR", ".").env("GIT_QUARANTINE_PATH", folder).env("GIT_OBJECT_DIRECTORY", folder);
        command.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", self.stage.server.git_dir().join("objects"));
        run(&mut command, self.line.as_bytes())
    }

    /// A quarantine that git fills: `args` of git, with `input`, once for each.
    fn filled(&self, name: &str, args: &[&str], inputs: &[Vec<u8>]) -> PathBuf {
        let folder = self.stage.server.git_dir().join("objects").join(format!("tmp_objdir-incoming-{name}"));
        fs::create_dir_all(folder.join("pack")).unwrap();
        for input in inputs {
            let mut command = Command::new("git");
            command.isolated(self.stage.home()).current_dir(self.stage.server.git_dir()).args(args);
            command.env("GIT_DIR", ".").env("GIT_QUARANTINE_PATH", &folder).env("GIT_OBJECT_DIRECTORY", &folder);
            command.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", self.stage.server.git_dir().join("objects"));
            let out = run(&mut command, input);
            assert_eq!(out.code, Some(0), "git {args:?}: {}", out.both());
        }
        folder
    }
}

/// A history of a few commits over a few files, in which lines come, move and go; every third line or so is a secret.
fn history(stage: &Stage, rng: &mut Rng, commits: usize) -> Vec<String> {
    let mut secrets = Vec::new();
    let mut ids = Vec::new();
    for n in 0..commits {
        if rng.one_in(4) && n > 1 {
            let past: &String = rng.pick(&ids);
            stage.work.git(&["checkout", "-q", "--detach", past]);
            stage.work.write(&format!("side{n}.txt"), format!("side {n}\n")).commit("Side");
            let side = stage.work.id("HEAD");
            stage.work.git(&["checkout", "-q", "main"]);
            stage.work.git(&["merge", "-q", "--no-ff", "-m", "Merge", &side]);
        }
        let path = format!("dir/f{}.txt", rng.below(3));
        let file = stage.work.path().join(&path);
        let mut lines: Vec<String> = match fs::read_to_string(&file) {
            Ok(text) => text.lines().map(str::to_owned).collect(),
            Err(_) => (0..40).map(|n| format!("an ordinary line of words, number {n}")).collect(),
        };
        for _ in 0..=rng.below(3) {
            let at = rng.below(lines.len());
            match rng.below(4) {
                0 => drop(lines.remove(at)),
                1 if !secrets.is_empty() => lines.insert(at, format!("again = {}", rng.pick::<String>(&secrets))),
                2 if secrets.len() < 6 => {
                    secrets.push(github_token(rng));
                    lines.insert(at, format!("note = {}", secrets[secrets.len() - 1]));
                }
                _ => lines.insert(at, format!("another line {}", rng.below(1000))),
            }
        }
        stage.work.write(&path, lines.join("\n") + "\n").commit(&format!("Change {n}"));
        ids.push(stage.work.id("HEAD"));
    }
    ids
}

/// The fingerprints in a refusal.
fn prints(out: &Out) -> BTreeSet<String> {
    let text = out.both().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(matches!(out.code, Some(0 | 1)), "{text}");
    let prints: BTreeSet<String> = text
        .split("fingerprint ")
        .skip(1)
        .map(|rest| rest.chars().take_while(char::is_ascii_hexdigit).collect())
        .collect();
    assert_eq!(prints.is_empty(), out.code == Some(0), "{text}");
    prints
}

#[test]
fn a_push_in_two_parts_is_found_out_for_the_same_values() {
    for seed in 0..12 {
        let (stage, mut rng) = (Stage::new(), Rng::named(&format!("split {seed}")));
        let old = stage.work.id("HEAD");
        let ids = history(&stage, &mut rng, 6);
        let all = format!("{}..{}", old, stage.work.id("HEAD"));
        let range = stage.work.git(&["rev-list", "--objects", "--no-object-names", &all]);
        let pack = stage.pack(&range.lines().collect::<Vec<_>>());
        // All is there and nothing names it, as after a push that was refused on a server of another kind.
        let out = stage.server.try_git(&["index-pack", "--stdin"], &pack);
        assert_eq!(out.code, Some(0), "{}", out.both());
        let judged = |old: &str, new: &str| {
            let out = stage.server.call(&["pre-receive"]).run(format!("{old} {new} refs/heads/main\n").as_bytes());
            prints(&out)
        };
        let tip = ids.last().unwrap();
        let whole = judged(&old, tip);
        let middle = rng.pick(&ids[..ids.len() - 1]).clone();
        let mut parts = judged(&old, &middle);
        stage.server.git(&["update-ref", "refs/heads/main", &middle]);
        parts.extend(judged(&middle, tip));
        assert!(!whole.is_empty() || parts.is_empty(), "seed {seed}");
        let lost: Vec<_> = whole.difference(&parts).collect();
        assert!(lost.is_empty(), "seed {seed}: {lost:?} of {whole:?} lost at {middle}");
    }
}

#[test]
fn threads_and_packs_make_no_difference() {
    for seed in 0..4 {
        let (stage, mut rng) = (Stage::new(), Rng::named(&format!("packed {seed}")));
        let old = stage.work.id("HEAD");
        history(&stage, &mut rng, 8);
        let payload = Payload::new(&format!("packed {seed}"), seed != 3);
        stage.work.write("last.ini", payload.line()).commit("Last");
        let new = stage.work.id("HEAD");
        let range = stage.work.git(&["rev-list", "--objects", "--no-object-names", &format!("{old}..{new}")]);
        let ids: Vec<&str> = range.lines().collect();
        let one = stage.pack(&ids);
        let several: Vec<Vec<u8>> = ids.chunks(ids.len().div_ceil(3)).map(|part| stage.pack(part)).collect();
        let revisions = format!("{new}\n^{old}\n");
        let mut thin =
            stage.work.command(&["pack-objects", "--thin", "--revs", "--stdout", "-q", "--delta-base-offset"]);
        let thin = run(&mut thin, revisions.as_bytes()).stdout;
        let offered = Offered { line: format!("{old} {new} refs/heads/main\n"), stage };
        let index = ["index-pack", "--stdin", "--fix-thin"];
        let folders = [
            offered.filled("loose", &["unpack-objects", "-q"], std::slice::from_ref(&one)),
            offered.filled("one", &index, &[one]),
            offered.filled("several", &index, &several),
            offered.filled("thin", &index, &[thin]),
        ];
        let first = offered.judged(&folders[0], &[]);
        assert!(first.code == Some(1) || !payload.leaks() && first.code == Some(0), "seed {seed}: {}", first.both());
        for folder in &folders {
            for with in [&[][..], &["taskset", "-c", "0"]] {
                let again = offered.judged(folder, with);
                let same = (again.code, &again.stderr) == (first.code, &first.stderr);
                assert!(same, "{} {with:?}: {}\ninstead of {}", folder.display(), again.both(), first.both());
            }
        }
    }
}
