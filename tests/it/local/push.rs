//! What is about to leave for a remote.

use super::both;
use crate::harness::{Call, Local, Payload};

#[test]
fn a_push_is_judged_before_anything_is_sent() {
    both("push", |p| {
        let local = Local::new(&["pre-push"]);
        p.named("a.ini");
        local.stage.work.write("a.ini", p.line()).commit("Add").remove("a.ini").commit("Remove");
        let before = local.stage.server.snapshot();
        local.git("push -q origin main").judged(p);
        assert_eq!(local.stage.server.snapshot() == before, p.leaks());
    });
}

#[test]
fn the_first_push_of_a_branch_does_not_judge_what_the_remote_has() {
    both("first", |p| {
        let old = Payload::new("old one", true);
        let local = Local::new(&["pre-push"]);
        p.named("a.ini");
        local.stage.work.write("old.ini", old.line()).commit("Old");
        local.stage.work.run("push -q --no-verify origin main");
        local.stage.work.branch("topic", "main").write("a.ini", p.line()).commit("A");
        local.git("push -q origin topic").judged(p);
    });
}

#[test]
fn a_push_over_commits_that_nobody_here_knows_is_judged() {
    both("unknown", |p| {
        let local = Local::new(&["pre-push"]);
        p.named("a.ini");
        let other = local.stage.clone_as("other", &[]);
        other.write("other.txt", "other\n").commit("Other").run("push -q origin HEAD:main");
        local.stage.work.write("a.ini", p.line()).commit("A");
        local.git("push -q --force origin main").judged(p);
    });
}

#[test]
fn a_push_of_a_revision_as_typed_is_judged() {
    both("revision", |p| {
        let local = Local::new(&["pre-push"]);
        p.named("a.ini");
        local.stage.work.write("a.ini", p.line()).commit("A").write("b.txt", "b\n").commit("B");
        local.git("push -q origin HEAD~1:refs/heads/x").judged(p);
    });
}

#[test]
fn a_push_to_an_address_without_a_name_is_judged() {
    both("address", |p| {
        let local = Local::new(&["pre-push"]);
        p.named("a.ini");
        local.stage.work.write("a.ini", p.line()).commit("A");
        let url = local.stage.server.path().to_str().unwrap().to_owned();
        local.git_args(&["push", "-q", &url, "main"]).judged(p);
    });
}

#[test]
fn a_push_of_several_branches_and_tags_is_judged_whole() {
    both("several", |p| {
        let local = Local::new(&["pre-push"]);
        p.named("c.ini");
        for name in ["a", "b", "c"] {
            let text = if name == "c" { p.line() } else { "text\n".to_owned() };
            local.stage.work.branch(name, "main").write(&format!("{name}.ini"), text).commit(name);
        }
        local.stage.work.run("tag -a -m T t c");
        local.git("push -q origin a b t").judged(p);
    });
}

#[test]
fn a_deletion_and_a_push_of_nothing_are_accepted() {
    let local = Local::new(&["pre-push"]);
    local.stage.work.run("push -q --no-verify origin main:refs/heads/gone");
    local.git("push -q origin :gone").accepted();
    local.git("push -q origin main").accepted();
    let out = Call::new(local.stage.home(), local.stage.work.path(), &["pre-push", "origin", "/x"]).run(b"");
    assert_eq!(out.code, Some(0), "{}", out.both());
}

#[test]
fn broken_input_of_a_push_is_undecided() {
    let local = Local::new(&[]);
    let head = local.stage.work.id("HEAD");
    let zero = "0".repeat(40);
    for input in [
        "abc\n".to_owned(),
        format!("main {head} main\n"),
        format!("main {head} main {zero} more\n"),
        format!("main {} main {zero}\n", "12".repeat(20)),
    ] {
        let out =
            Call::new(local.stage.home(), local.stage.work.path(), &["pre-push", "origin", "/x"]).run(input.as_bytes());
        assert_eq!(out.code, Some(2), "{input:?}: {}", out.both());
    }
}
