//! What happens when something breaks: a push that could not be judged is refused, and said to be so.

pub mod clock;
mod input;
mod system;

use crate::harness::{Call, Out, Payload, Stage, check_text};
use std::fs;
use std::path::{Path, PathBuf};

/// A server that holds a commit which no reference names yet, and the line that would make `main` name it.
struct Offer {
    stage: Stage,
    payload: Payload,
    line: String,
}

impl Offer {
    fn new(name: &str, leaking: bool) -> Self {
        Self::sized(name, leaking, 1)
    }

    /// As `new`, with a second file of `size` bytes.
    fn sized(name: &str, leaking: bool, size: usize) -> Self {
        let (stage, payload) = (Stage::new(), Payload::new(name, leaking));
        let old = stage.work.id("HEAD");
        stage.work.write("big.bin", crate::harness::Rng::named(name).bytes(size));
        stage.work.append("conf/app.ini", payload.line()).commit("Offer");
        stage.publish("HEAD:refs/heads/gone").publish(":refs/heads/gone");
        let line = format!("{old} {} refs/heads/main\n", stage.work.id("HEAD"));
        Self { stage, payload, line }
    }

    fn call(&self) -> Call {
        self.stage.server.call(&["pre-receive"])
    }

    /// Calls the hook as prepared and checks what it says.
    fn judge(&self, call: &Call) -> Option<i32> {
        let out = call.run(self.line.as_bytes());
        match out.code {
            Some(0..=2) => check_text(&out.stderr, &self.payload.secrets()).unwrap(),
            // Out of memory or killed: what the runtime says then has no width, but it has no secrets either.
            _ => assert!(!out.both().contains(&self.payload.value()), "{}", out.both()),
        }
        assert!(out.stdout.is_empty() || out.code != Some(0), "says something on accepting: {}", out.both());
        out.code
    }
}

/// Breaks a server in the same way with and without a leak: the leak must not pass, the twin may pass or be undecided.
fn never_open(name: &str, break_it: impl Fn(&Offer)) {
    closed_under(name, break_it, |call| call);
}

fn closed_under(name: &str, break_it: impl Fn(&Offer), how: impl Fn(Call) -> Call) {
    for leaking in [false, true] {
        let offer = Offer::new(name, leaking);
        break_it(&offer);
        let code = offer.judge(&how(offer.call()));
        if leaking {
            assert!(!matches!(code, Some(0)), "the leak passed");
        } else {
            assert!(!matches!(code, Some(1)), "a finding where there is none");
        }
    }
}

/// Breaks a server in a way that must not change the verdict.
fn all_the_same(name: &str, break_it: impl Fn(&Offer), how: impl Fn(Call) -> Call) {
    for leaking in [false, true] {
        let offer = Offer::new(name, leaking);
        break_it(&offer);
        assert_eq!(offer.judge(&how(offer.call())), Some(i32::from(leaking)));
    }
}

/// Breaks a server so that even the benign twin cannot be judged.
fn undecided(name: &str, break_it: impl Fn(&Offer)) -> String {
    let offer = Offer::new(name, false);
    break_it(&offer);
    let out = offer.call().run(offer.line.as_bytes());
    assert_undecided(&out);
    out.both()
}

fn assert_undecided(out: &Out) {
    assert_eq!(out.code, Some(2), "{}", out.both());
    assert!(!out.stderr.is_empty(), "no reason given");
    check_text(&out.stderr, &[]).unwrap();
    assert!(!out.both().contains("panicked"), "{}", out.both());
}

/// The loose object of what `name` means in the work tree.
fn loose(offer: &Offer, name: &str) -> PathBuf {
    offer.stage.server.loose(&offer.stage.work.id(name))
}

fn overwrite(path: &Path, bytes: &[u8]) {
    fs::remove_file(path).unwrap();
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_direct_call_judges_like_a_push() {
    all_the_same("direct", |_| {}, |call| call);
}

#[test]
fn the_same_push_gets_the_same_answer_every_time() {
    let offer = Offer::new("again", true);
    let first = offer.call().run(offer.line.as_bytes());
    for _ in 0..5 {
        let again = offer.call().run(offer.line.as_bytes());
        assert_eq!((again.code, &again.stderr, &again.stdout), (first.code, &first.stderr, &first.stdout));
    }
}

#[test]
fn a_damaged_new_object_is_undecided() {
    undecided("damaged blob", |offer| overwrite(&loose(offer, "HEAD:conf/app.ini"), b"not zlib at all"));
    undecided("damaged tree", |offer| overwrite(&loose(offer, "HEAD^{tree}"), b"not zlib at all"));
    undecided("empty blob", |offer| overwrite(&loose(offer, "HEAD:conf/app.ini"), b""));
    undecided("cut blob", |offer| {
        let path = loose(offer, "HEAD:conf/app.ini");
        let mut bytes = fs::read(&path).unwrap();
        bytes.truncate(bytes.len() / 2);
        overwrite(&path, &bytes);
    });
}

#[test]
fn a_missing_new_object_is_undecided() {
    undecided("missing blob", |offer| fs::remove_file(loose(offer, "HEAD:conf/app.ini")).unwrap());
    undecided("missing tree", |offer| fs::remove_file(loose(offer, "HEAD^{tree}")).unwrap());
    undecided("missing commit", |offer| fs::remove_file(loose(offer, "HEAD")).unwrap());
}

#[test]
fn an_object_that_is_not_what_its_name_says_is_undecided() {
    undecided("another object", |offer| {
        let other = fs::read(offer.stage.server.loose(&offer.stage.work.id("HEAD:README.md"))).unwrap();
        overwrite(&loose(offer, "HEAD:conf/app.ini"), &other);
    });
}

#[test]
fn a_damaged_or_missing_old_version_opens_nothing() {
    never_open("damaged base", |offer| overwrite(&loose(offer, "HEAD~1:conf/app.ini"), b"not zlib at all"));
    never_open("missing base", |offer| fs::remove_file(loose(offer, "HEAD~1:conf/app.ini")).unwrap());
    never_open("missing base tree", |offer| fs::remove_file(loose(offer, "HEAD~1^{tree}")).unwrap());
    never_open("missing base commit", |offer| fs::remove_file(loose(offer, "HEAD~1")).unwrap());
}

#[test]
fn alternates_that_are_gone_change_nothing() {
    let gone = |offer: &Offer| {
        offer.stage.server.append("objects/info/alternates", "/no/such/objects\n");
    };
    all_the_same("alternates", gone, |call| call);
}

#[test]
fn a_damaged_commit_graph_changes_nothing() {
    let noise = |offer: &Offer| {
        let bytes = crate::harness::Rng::named("graph").bytes(4096);
        offer.stage.server.append("objects/info/commit-graph", bytes);
    };
    all_the_same("graph", noise, |call| call);
}

#[test]
fn damaged_indexes_of_packs_open_nothing() {
    never_open("midx", |offer| {
        offer.stage.server.append("objects/pack/multi-pack-index", crate::harness::Rng::named("midx").bytes(4096));
    });
    never_open("idx", |offer| {
        offer.stage.server.git(&["repack", "-q", "-d"]);
        for entry in fs::read_dir(offer.stage.server.git_dir().join("objects/pack")).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "idx") {
                let mut bytes = fs::read(&path).unwrap();
                bytes.truncate(bytes.len() / 2);
                overwrite(&path, &bytes);
            }
        }
    });
}

#[test]
fn a_broken_configuration_of_the_repository_opens_nothing() {
    never_open("config", |offer| {
        offer.stage.server.append("config", "[core\nbroken");
    });
    never_open("format", |offer| {
        offer.stage.server.append("config", "[core]\n\trepositoryformatversion = 99\n");
    });
}

#[test]
fn references_that_lead_nowhere_open_nothing() {
    never_open("dangling", |offer| {
        offer.stage.server.append("refs/heads/broken", format!("{}\n", "12".repeat(20)));
    });
    never_open("garbage", |offer| {
        offer.stage.server.append("refs/heads/broken", "garbage\n");
    });
    never_open("packed", |offer| {
        offer.stage.server.append("packed-refs", "garbage\n");
    });
    never_open("no head", |offer| fs::write(offer.stage.server.git_dir().join("HEAD"), "garbage\n").unwrap());
}

#[test]
fn a_message_that_git_could_not_parse_is_still_judged() {
    let offer = Offer::new("bad commit", false);
    let commit = offer.stage.work.object("commit", "this is no commit\n");
    offer.stage.work.git(&["cat-file", "-p", &commit]);
    let path = offer.stage.server.loose(&commit);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::copy(offer.stage.work.path().join(".git/objects").join(&commit[..2]).join(&commit[2..]), path).unwrap();
    let line = format!("{} {commit} refs/heads/odd\n", "0".repeat(40));
    assert_undecided(&offer.call().run(line.as_bytes()));
}

#[test]
fn nothing_is_fetched_that_a_partial_repository_lacks() {
    undecided("promisor", |offer| {
        offer.stage.server.config("core.repositoryFormatVersion", "1").config("extensions.partialClone", "origin");
        offer.stage.server.config("remote.origin.promisor", "true");
        offer.stage.server.config("remote.origin.url", offer.stage.work.path().to_str().unwrap());
        fs::remove_file(loose(offer, "HEAD:conf/app.ini")).unwrap();
    });
}
