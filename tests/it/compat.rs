//! The kinds of servers and of installations that a gate meets.

use crate::harness::{Hook, Payload, Push, Stage, binary, run, shell_quote, twin, twin_on};
use std::fs;
use std::os::unix::fs::PermissionsExt;

fn leak(s: &Stage, p: &Payload) {
    p.named("x.ini");
    s.work.write("x.ini", p.line()).commit("X");
}

/// A hook that notes no exit code: the twin lands, the leak does not.
fn plain(name: &str, install: impl Fn(&Stage)) {
    for leaking in [false, true] {
        let (stage, payload) = (Stage::new(), Payload::new(name, leaking));
        leak(&stage, &payload);
        install(&stage);
        let pushed = ().push(&stage);
        if leaking {
            pushed.refused(&payload);
        } else {
            pushed.accepted();
        }
    }
}

fn script(stage: &Stage, path: &str, text: &str) {
    stage.server.append(path, text);
    fs::set_permissions(stage.server.git_dir().join(path), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_copy_of_the_binary_knows_by_its_name_which_hook_it_is() {
    plain("copy", |stage| {
        stage.server.install(Hook::Copy);
    });
}

#[test]
fn a_shim_that_hands_over_to_the_binary_works() {
    plain("exec", |stage| {
        stage.server.install(Hook::Script(&format!("#!/bin/sh\nexec {} pre-receive\n", shell_quote(&binary()))));
    });
}

#[test]
fn a_folder_of_hooks_for_the_whole_machine_works() {
    plain("hooks path", |stage| {
        stage.server.install(Hook::Off);
        script(stage, "all/pre-receive", &format!("#!/bin/sh\nexec {} pre-receive \"$@\"\n", shell_quote(&binary())));
        stage.server.config("core.hooksPath", stage.server.git_dir().join("all").to_str().unwrap());
    });
}

#[test]
fn a_dispatcher_that_reads_the_input_first_works() {
    plain("dispatcher", |stage| {
        let text = "#!/bin/sh\ndata=$(cat)\ncode=0\nfor hook in hooks/pre-receive.d/*; do echo \"$data\" | \"$hook\" || code=$?; done\nexit $code\n";
        stage.server.install(Hook::Script(text));
        script(stage, "hooks/pre-receive.d/10-other", "#!/bin/sh\nexit 0\n");
        script(
            stage,
            "hooks/pre-receive.d/20-leakgate",
            &format!("#!/bin/sh\nexec {} pre-receive\n", shell_quote(&binary())),
        );
    });
}

#[test]
fn a_dispatcher_that_eats_the_input_is_noticed() {
    let stage = Stage::new();
    stage.work.append("README.md", "More.\n").commit("More");
    stage.server.install(Hook::Script(&format!("#!/bin/sh\ncat >/dev/null\n{} pre-receive\n", shell_quote(&binary()))));
    let pushed = stage.push("origin main");
    assert_ne!(pushed.code, Some(0), "{}", pushed.stderr);
    pushed.stopped(&Payload::new("eaten", false));
}

#[test]
fn objects_in_a_pack_and_loose_objects_are_judged_alike() {
    for limit in ["1", "100000"] {
        twin(&format!("unpack {limit}"), |s, p| {
            s.server.config("receive.unpackLimit", limit);
            leak(s, p);
        });
    }
}

#[test]
fn a_server_that_checks_objects_itself_works() {
    twin("fsck", |s, p| {
        s.server.config("receive.fsckObjects", "true");
        leak(s, p);
    });
}

#[test]
fn a_server_with_a_work_tree_works() {
    twin_on("not bare", || Stage::with("server", &["--not-bare"], &[]), leak);
}

#[test]
fn a_server_that_updates_its_work_tree_works() {
    twin_on("update instead", Stage::empty_with_work_tree, |s, p| {
        s.server.config("receive.denyCurrentBranch", "updateInstead");
        leak(s, p);
    });
}

#[test]
fn a_repository_with_sha_256_ids_works() {
    let format = "--object-format=sha256";
    twin_on("sha256", || Stage::with("server.git", &[format], &[format]), leak);
}

#[test]
fn a_repository_with_sha_256_ids_and_an_evil_merge_works() {
    let format = "--object-format=sha256";
    twin_on(
        "sha256 merge",
        || Stage::with("server.git", &[format], &[format]),
        |s, p| {
            p.named("conf/app.ini");
            s.work.branch("side", "main").write("side.txt", "side\n").commit("Side").checkout("main");
            s.work.merge_uncommitted(&["side"]).append("conf/app.ini", p.line()).commit("Merge");
        },
    );
}

fn knows_reference_formats() -> bool {
    run(std::process::Command::new("git").args(["init", "-h"]), b"").both().contains("ref-format")
}

#[test]
fn a_repository_whose_references_cannot_be_read_works_or_says_so() {
    if !knows_reference_formats() {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "this git is too old for the tests");
        eprintln!("skipped: git cannot make such a repository before 2.45");
        return;
    }
    for leaking in [false, true] {
        let stage = Stage::with("server.git", &["--ref-format=reftable"], &[]);
        let payload = Payload::new("reftable", leaking);
        stage.work.write("x.ini", payload.line()).commit("X");
        let pushed = ().push(&stage);
        if leaking || pushed.code != Some(0) {
            pushed.stopped(&payload);
            assert!(leaking || pushed.hook_code == Some(2), "a finding where there is none: {}", pushed.stderr);
        }
    }
}

#[test]
fn a_push_in_porcelain_form_shows_the_reason_too() {
    let (stage, payload) = (Stage::new(), Payload::new("porcelain", true));
    leak(&stage, &payload);
    let pushed = stage.push("--porcelain origin main");
    pushed.refused(&payload);
    assert!(pushed.stdout.contains("[remote rejected] (pre-receive hook declined)"), "{}", pushed.stdout);
}

#[test]
fn a_quiet_push_shows_the_reason_too() {
    let (stage, payload) = (Stage::new(), Payload::new("quiet", true));
    leak(&stage, &payload);
    stage.push("-q origin main").refused(&payload);
}

#[test]
fn a_refused_push_can_be_mended_and_pushed_again() {
    let (stage, payload) = (Stage::new(), Payload::new("mend", true));
    leak(&stage, &payload);
    stage.push("origin main").refused(&payload);
    stage.push("origin main").refused(&payload);
    stage.work.write("x.ini", "note = env\n").git(&["commit", "-q", "-a", "--amend", "-m", "X"]);
    stage.push("origin main").accepted();
}
