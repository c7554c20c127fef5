//! The hooks on the author's own machine: what is staged, what is said about it, what is about to leave.

mod message;
mod push;
mod remote;

use crate::harness::{Call, Done, Local, Payload};
use std::fs;

const ALL: [&str; 4] = ["pre-commit", "pre-merge-commit", "commit-msg", "pre-push"];

/// Runs `body` with the benign twin and with the leak.
fn both(name: &str, body: impl Fn(&Payload)) {
    body(&Payload::new(name, false));
    body(&Payload::new(name, true));
}

/// A commit of everything staged, through the hooks.
fn commit(local: &Local) -> Done {
    local.git_args(&["commit", "-q", "-m", "Change"])
}

#[test]
fn a_staged_secret_is_refused_and_the_branch_stays() {
    both("staged", |p| {
        let local = Local::new(&["pre-commit"]);
        p.named("conf/app.ini");
        let before = local.stage.work.id("HEAD");
        local.stage.work.append("conf/app.ini", p.line()).run("add -A");
        commit(&local).judged(p);
        assert_eq!(local.stage.work.id("HEAD") == before, p.leaks());
    });
}

#[test]
fn what_is_staged_counts_and_not_what_lies_in_the_work_tree() {
    let p = Payload::new("staged only", true);
    p.named("a.ini");
    let local = Local::new(&["pre-commit"]);
    local.stage.work.write("a.ini", p.line()).run("add -A").write("a.ini", "note = env\n");
    commit(&local).refused(&p);
    let local = Local::new(&["pre-commit"]);
    local.stage.work.write("a.ini", "note = env\n").run("add -A").write("a.ini", p.line());
    commit(&local).accepted();
}

#[test]
fn the_very_first_commit_is_judged() {
    both("unborn", |p| {
        let local = Local::unborn(&["pre-commit"]);
        p.named("a.ini");
        local.stage.work.write("a.ini", p.line()).run("add -A");
        commit(&local).judged(p);
    });
}

#[test]
fn a_file_that_is_only_announced_does_not_count_until_it_is_committed() {
    let p = Payload::new("intent", true);
    p.named("announced.ini");
    let local = Local::new(&["pre-commit"]);
    local
        .stage
        .work
        .write("announced.ini", p.line())
        .run("add -N announced.ini")
        .write("b.txt", "b\n")
        .run("add b.txt");
    commit(&local).accepted();
    local.git("commit -q -a -m All").refused(&p);
}

#[test]
fn everything_that_a_commit_of_all_takes_along_is_judged() {
    both("all", |p| {
        let local = Local::new(&["pre-commit"]);
        p.named("conf/app.ini");
        local.stage.work.append("conf/app.ini", p.line());
        local.git("commit -q -a -m All").judged(p);
    });
}

#[test]
fn a_commit_of_one_path_is_judged_by_that_path() {
    let p = Payload::new("path", true);
    p.named("bad.ini");
    let prepare = || {
        let local = Local::new(&["pre-commit"]);
        local.stage.work.write("good.txt", "good\n").write("bad.ini", "note = env\n").commit("Both");
        local.stage.work.append("good.txt", "more\n").append("bad.ini", p.line()).run("add bad.ini");
        local
    };
    prepare().git("commit -q -m Good good.txt").accepted();
    prepare().git("commit -q -m Bad bad.ini").refused(&p);
}

#[test]
fn a_commit_in_a_linked_work_tree_is_judged() {
    both("linked", |p| {
        let local = Local::new(&["pre-commit"]);
        p.named("a.ini");
        local.stage.work.run("worktree add -q ../linked -b linked");
        fs::write(local.stage.home().join("linked/a.ini"), p.line()).unwrap();
        local.git("-C ../linked add -A");
        local.git("-C ../linked commit -q -m Linked").judged(p);
    });
}

#[test]
fn a_commit_from_a_folder_below_is_judged() {
    both("below", |p| {
        let local = Local::new(&["pre-commit"]);
        p.named("conf/app.ini");
        local.stage.work.append("conf/app.ini", p.line());
        local.git("-C conf commit -q -a -m Below").judged(p);
    });
}

#[test]
fn an_amended_commit_is_judged() {
    both("amend", |p| {
        let local = Local::new(&["pre-commit"]);
        p.named("a.ini");
        local.stage.work.write("a.ini", p.line()).run("add -A");
        local.git("commit -q --amend -m Amended").judged(p);
    });
}

#[test]
fn old_secrets_that_are_renamed_removed_or_edited_around_are_accepted() {
    let p = Payload::new("old", true);
    let prepare = || {
        let local = Local::new(&["pre-commit"]);
        local.stage.work.write("old.ini", format!("a = 1\n{}b = 2\n", p.line())).commit("Old");
        local
    };
    let local = prepare();
    local.stage.work.run("mv old.ini renamed.ini");
    commit(&local).accepted();
    let local = prepare();
    local.stage.work.run("rm -q old.ini");
    commit(&local).accepted();
    let local = prepare();
    local.stage.work.write("old.ini", format!("a = 9\n{}b = 9\n", p.line())).run("add -A");
    commit(&local).accepted();
    let local = prepare();
    local.stage.work.run("mv old.ini renamed.ini").append("renamed.ini", "c = 3\n").run("add -A");
    local.stage.work.write("README.md", "# Other\n").run("add -A");
    assert!(matches!(commit(&local).hook_code, Some(0 | 1)), "a rename with an edit may be taken for a new file");
}

#[test]
fn a_renamed_file_with_a_new_secret_is_refused() {
    both("rename", |p| {
        let local = Local::new(&["pre-commit"]);
        p.named("conf/renamed.ini");
        local.stage.work.run("mv conf/app.ini conf/renamed.ini").append("conf/renamed.ini", p.line()).run("add -A");
        commit(&local).judged(p);
    });
}

#[test]
fn links_names_and_binary_files_are_judged_when_staged() {
    both("link", |p| {
        let local = Local::new(&["pre-commit"]);
        local.stage.work.link("l", &p.value()).run("add -A");
        commit(&local).judged(p);
    });
    both("name", |p| {
        let local = Local::new(&["pre-commit"]);
        local.stage.work.write(&p.value(), "text\n").run("add -A");
        commit(&local).judged(p);
    });
    both("binary", |p| {
        let local = Local::new(&["pre-commit"]);
        p.named("a.bin");
        local
            .stage
            .work
            .write(".gitattributes", "* -diff binary\n")
            .write("a.bin", format!("\0\0{}\0", p.value()))
            .run("add -A");
        commit(&local).judged(p);
    });
}

#[test]
fn a_resolved_conflict_is_judged_by_what_no_side_has() {
    for evil in [false, true] {
        let p = Payload::new("conflict", true);
        let local = Local::new(&ALL);
        let work = &local.stage.work;
        work.branch("side", "main").append("conf/app.ini", p.line()).commit("Side");
        work.checkout("main").append("conf/app.ini", "ours = 1\n").commit("Ours");
        let ours = work.read("conf/app.ini");
        work.merge_uncommitted(&["side"]);
        let more = if evil { format!("other = \"{}\"\n", p.nth(1)) } else { String::new() };
        work.write("conf/app.ini", format!("{ours}{}{more}", p.line())).run("add -A");
        let done = local.git("commit -q -m Merge");
        if evil {
            done.refused(&p)
        } else {
            done.accepted()
        };
    }
}

#[test]
fn an_automatic_merge_of_what_both_sides_have_is_accepted() {
    let p = Payload::new("merge", true);
    let local = Local::new(&["pre-merge-commit"]);
    local.stage.work.branch("side", "main").write("side.ini", p.line()).commit("Side");
    local.stage.work.checkout("main").write("main.txt", "main\n").commit("Main");
    local.git("merge -q --no-ff side -m Merge").accepted();
}

#[test]
fn an_index_with_conflicts_ends_in_a_verdict() {
    let p = Payload::new("unmerged", true);
    let local = Local::new(&[]);
    let work = &local.stage.work;
    work.branch("side", "main").append("conf/app.ini", "theirs = 1\n").commit("Side");
    work.checkout("main").append("conf/app.ini", "ours = 1\n").commit("Ours").merge_uncommitted(&["side"]);
    work.write("new.ini", p.line()).run("add new.ini");
    let out = Call::new(local.stage.home(), work.path(), &["pre-commit"]).run(b"");
    assert!(matches!(out.code, Some(1 | 2)), "{}", out.both());
    assert!(!out.both().contains("panicked"), "{}", out.both());
}

#[test]
fn every_form_of_an_index_is_judged() {
    for (name, setting) in [
        ("version 4", "update-index --index-version 4"),
        ("untracked cache", "update-index --untracked-cache"),
        ("plain", "status"),
    ] {
        both(name, |p| {
            let local = Local::new(&["pre-commit"]);
            p.named("a.ini");
            local.stage.work.run(setting).write("a.ini", p.line()).run("add -A");
            commit(&local).judged(p);
        });
    }
    for setting in ["update-index --split-index", "sparse-checkout init --cone --sparse-index"] {
        let p = Payload::new(setting, true);
        let local = Local::new(&["pre-commit"]);
        local.stage.work.run(setting).write("a.ini", p.line());
        local.stage.work.run("add --sparse -A");
        assert!(matches!(commit(&local).hook_code, Some(1 | 2)), "{setting}");
    }
}

#[test]
fn an_index_of_five_thousand_files_is_judged() {
    both("five thousand", |p| {
        let local = Local::new(&["pre-commit"]);
        p.named("d7/f7.txt");
        let id = local.stage.work.blob("text\n");
        let input: String = (0..5000).map(|n| format!("100644 {id}\td{}/f{n}.txt\n", n % 50)).collect();
        local.stage.work.feed(&["update-index", "--add", "--index-info"], input.as_bytes());
        local.stage.work.run("commit -q --no-verify -m Many");
        let bad = local.stage.work.blob(p.line());
        local.stage.work.git(&["update-index", "--cacheinfo", &format!("100644,{bad},d7/f7.txt")]);
        commit(&local).judged(p);
    });
}

#[test]
fn a_policy_in_the_work_tree_that_cannot_be_used_is_undecided() {
    for text in ["[rules\n", "no_such_key = 1\n"] {
        let local = Local::new(&["pre-commit"]);
        local.stage.work.write(".leakgate.toml", text).commit("Policy").write("a.txt", "a\n").run("add -A");
        commit(&local).undecided(&Payload::new("policy", false));
    }
}

#[test]
fn a_damaged_index_is_undecided() {
    let local = Local::new(&[]);
    local.stage.work.write(".git/index", crate::harness::Rng::named("index").bytes(500));
    let out = Call::new(local.stage.home(), local.stage.work.path(), &["pre-commit"]).run(b"");
    assert_eq!(out.code, Some(2), "{}", out.both());
}
