//! Tricks with the object store and with the range that a push claims to have.

use crate::harness::{Hook, Payload, RefCommand, Server, Stage, Work, twin_on};
use std::fs;

const NOBODY: &str = "0000000000000000000000000000000000000000";

fn line(old: &str, new: &str) -> RefCommand {
    RefCommand { old: old.into(), new: new.into(), name: "refs/heads/main".into() }
}

/// Everything that `range` adds, packed.
fn pack_of(s: &Stage, range: &[&str], more: &[&str]) -> Vec<u8> {
    let mut args = vec!["rev-list", "--objects", "--no-object-names"];
    args.extend_from_slice(range);
    let ids = s.work.git(&args);
    s.pack(&ids.lines().chain(more.iter().copied()).collect::<Vec<_>>())
}

/// A blob with `text` that the server holds and nothing reaches.
fn left_behind(s: &Stage, text: &str) -> String {
    s.work.write("x.ini", text).commit("X");
    s.publish("HEAD:refs/heads/gone").publish(":refs/heads/gone");
    let blob = s.work.id("HEAD:x.ini");
    s.work.git(&["reset", "-q", "--hard", "HEAD~1"]);
    blob
}

/// Commits `path` as an entry of the given mode, without a look at the work tree.
fn stage_as(s: &Stage, mode: &str, id: &str, path: &str) {
    s.work.git(&["update-index", "--add", "--cacheinfo", &format!("{mode},{id},{path}")]);
    s.work.git(&["commit", "-q", "-m", "Stage"]);
}

cases! {
    a_secret_that_the_server_holds_in_loose_objects_of_a_deleted_branch_is_refused(s, p) {
        p.named("x.ini");
        s.work.write("x.ini", p.line()).commit("X");
        s.publish("HEAD:refs/heads/gone").publish(":refs/heads/gone");
    }

    a_secret_that_the_server_holds_in_a_pack_of_a_deleted_branch_is_refused(s, p) {
        p.named("x.ini");
        s.server.config("receive.unpackLimit", "1");
        s.work.write("x.ini", p.line()).commit("X");
        s.publish("HEAD:refs/heads/gone").publish(":refs/heads/gone");
    }

    a_submodule_that_borrows_the_id_of_a_blob_does_not_make_the_file_at_its_place_old(s, p) {
        p.named("lib");
        let blob = left_behind(s, &p.line());
        stage_as(s, "160000", &blob, "lib");
        s.publish("HEAD:refs/heads/main");
        stage_as(s, "100644", &blob, "lib");
    }

    a_submodule_that_borrows_the_id_of_a_blob_does_not_make_a_file_elsewhere_old(s, p) {
        p.named("lib");
        let blob = left_behind(s, &p.line());
        stage_as(s, "160000", &blob, "vendor");
        s.publish("HEAD:refs/heads/main");
        stage_as(s, "100644", &blob, "lib");
    }

    a_secret_that_a_refusing_update_hook_left_behind_is_refused(s, p) {
        p.named("x.ini");
        s.work.write("x.ini", p.line()).commit("X");
        s.server.install(Hook::Script("#!/bin/sh\nexit 0\n"));
        let (from, to) = (s.server.git_dir().join("hooks/pre-receive"), s.server.git_dir().join("hooks/update"));
        fs::rename(&from, &to).unwrap();
        fs::write(&to, "#!/bin/sh\nexit 1\n").unwrap();
        assert_ne!(s.push("origin main").code, Some(0));
        s.server.install(Hook::Shim);
        assert_eq!(s.server.git(&["cat-file", "-t", &s.work.id("HEAD")]), "commit", "the objects did land");
    }

    a_secret_for_which_no_object_is_sent_is_refused(s, p) {
        p.named("x.ini");
        let old = s.work.id("HEAD");
        s.work.write("x.ini", p.line()).commit("X");
        s.publish("HEAD:refs/heads/gone").publish(":refs/heads/gone");
        s.push_raw(&[line(&old, &s.work.id("HEAD"))], &s.pack(&[]))
    }

    a_blob_in_the_pack_that_nothing_reaches_is_refused(s, p) {
        let old = s.work.id("HEAD");
        s.work.append("README.md", "More.\n").commit("More");
        let blob = s.work.blob(p.line());
        s.push_raw(&[line(&old, &s.work.id("HEAD"))], &pack_of(s, &["HEAD", "^HEAD~1"], &[&blob]))
    }

    a_blob_in_a_kept_pack_that_nothing_reaches_is_refused(s, p) {
        let old = s.work.id("HEAD");
        s.server.config("receive.unpackLimit", "1");
        s.work.append("README.md", "More.\n").commit("More");
        let blob = s.work.blob(p.line());
        s.push_raw(&[line(&old, &s.work.id("HEAD"))], &pack_of(s, &["HEAD", "^HEAD~1"], &[&blob]))
    }

    a_commit_in_the_pack_that_nothing_reaches_is_refused(s, p) {
        let old = s.work.id("HEAD");
        s.work.append("README.md", "More.\n").commit("More");
        let commit = s.work.commit_tree(&s.work.id("HEAD^{tree}"), &[], &p.line());
        s.push_raw(&[line(&old, &s.work.id("HEAD"))], &pack_of(s, &["HEAD", "^HEAD~1"], &[&commit]))
    }

    a_tag_in_the_pack_that_nothing_reaches_is_refused(s, p) {
        let old = s.work.id("HEAD");
        s.work.append("README.md", "More.\n").commit("More").git(&["tag", "-a", "-m", &p.line(), "t"]);
        let tag = s.work.id("t");
        s.push_raw(&[line(&old, &s.work.id("HEAD"))], &pack_of(s, &["HEAD", "^HEAD~1"], &[&tag]))
    }

    a_file_name_in_the_pack_that_nothing_reaches_is_refused(s, p) {
        let old = s.work.id("HEAD");
        s.work.append("README.md", "More.\n").commit("More");
        let blob = s.work.blob("text\n");
        let tree = s.work.tree(&[("100644", "blob", &blob, p.value().as_bytes())]);
        s.push_raw(&[line(&old, &s.work.id("HEAD"))], &pack_of(s, &["HEAD", "^HEAD~1"], &[&tree, &blob]))
    }

    a_secret_beside_a_reference_that_is_said_to_be_new_is_refused(s, p) {
        p.named("x.ini");
        s.work.write("x.ini", p.line()).commit("X");
        let pack = pack_of(s, &["HEAD", "^HEAD~1"], &[]);
        s.push_raw(&[RefCommand { old: NOBODY.into(), new: s.work.id("HEAD"), name: "refs/heads/new".into() }], &pack)
    }

    a_secret_that_a_fork_already_has_is_refused(s, p) {
        p.named("x.ini");
        fork(s, p, "../../fork.git/objects\n");
    }

    a_secret_that_a_fork_at_an_absolute_path_already_has_is_refused(s, p) {
        p.named("x.ini");
        let objects = s.home().join("fork.git/objects");
        fork(s, p, &format!("# forks\n{}\n", objects.display()));
    }

    a_commit_that_a_reference_on_the_server_replaces_is_refused(s, p) {
        p.named("x.ini");
        s.work.branch("clean", "main").commit("Clean").branch("bad", "main").write("x.ini", p.line()).commit("Bad");
        s.publish(&format!("clean:refs/replace/{}", s.work.id("bad")));
        "origin bad"
    }

    a_blob_that_a_reference_on_the_server_replaces_is_refused(s, p) {
        p.named("x.ini");
        s.work.write("x.ini", p.line()).commit("Bad");
        let clean = s.work.blob("note = env\n");
        s.publish(&format!("{clean}:refs/replace/{}", s.work.id("HEAD:x.ini")));
    }

    a_commit_that_a_graft_cuts_off_is_refused(s, p) {
        p.named("x.ini");
        let base = s.work.id("HEAD");
        s.work.write("x.ini", p.line()).commit("Bad").remove("x.ini").commit("Clean");
        s.server.config("advice.graftFileDeprecated", "false");
        s.server.append("info/grafts", format!("{} {base}\n", s.work.id("HEAD")));
    }

    a_commit_graph_of_another_history_hides_nothing(s, p) {
        p.named("x.ini");
        s.work.branch("other", "main").write("other.txt", "other\n").commit("Other").run("commit-graph write --reachable");
        let graph = fs::read(s.work.path().join(".git/objects/info/commit-graph")).unwrap();
        s.server.append("objects/info/commit-graph", graph);
        s.work.checkout("main").write("x.ini", p.line()).commit("Bad").remove("x.ini").commit("Clean");
    }

    a_commit_graph_that_leaves_a_commit_out_hides_nothing(s, p) {
        p.named("x.ini");
        let base = s.work.id("HEAD");
        s.work.write("x.ini", p.line()).commit("Bad").remove("x.ini").commit("Clean").run("commit-graph write --reachable");
        let graph = fs::read(s.work.path().join(".git/objects/info/commit-graph")).unwrap();
        fs::remove_file(s.work.path().join(".git/objects/info/commit-graph")).unwrap();
        s.server.append("objects/info/commit-graph", reparented(graph, &s.work.id("HEAD"), &base));
    }

    a_server_with_every_index_that_git_can_make_works(s, p) {
        p.named("x.ini");
        for n in 0..30 {
            s.work.write("news.txt", format!("{n}\n")).commit("News");
        }
        s.publish("main");
        s.server.git(&["repack", "-adq", "--write-bitmap-index", "--write-midx"]);
        s.server.git(&["commit-graph", "write", "--reachable", "--changed-paths"]);
        s.server.git(&["pack-refs", "--all"]);
        s.work.write("x.ini", p.line()).commit("X");
    }

    a_pack_whose_deltas_rest_on_the_server_s_objects_is_read(s, p) {
        p.named("big.txt");
        s.server.config("receive.unpackLimit", "1");
        let text: String = (0..3000).map(|n| format!("{n} words\n")).collect();
        s.work.write("big.txt", &text).commit("Big");
        s.publish("main");
        s.work.write("big.txt", text + &p.line()).commit("Bigger");
    }
}

/// The commit-graph file `graph` with `parent` as the only parent of `child`.
fn reparented(mut graph: Vec<u8>, child: &str, parent: &str) -> Vec<u8> {
    let chunk = |id: &[u8; 4]| {
        let entry = (8..).step_by(12).find(|at| &graph[*at..at + 4] == id).unwrap();
        u64::from_be_bytes(graph[entry + 4..entry + 12].try_into().unwrap()) as usize
    };
    let (ids, commits) = (chunk(b"OIDL"), chunk(b"CDAT"));
    let place = |id: &str| {
        let hex = |at: usize| graph[at..at + 20].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        (0..).find(|n| hex(ids + 20 * n) == id).unwrap()
    };
    let (at, parent) = (commits + 36 * place(child) + 20, place(parent) as u32);
    graph[at..at + 4].copy_from_slice(&parent.to_be_bytes());
    graph
}

/// A server that borrows from a fork which has the pushed commit: the client then sends nothing of it.
fn fork(s: &Stage, p: &Payload, alternates: &str) {
    let fork = Server::init(s.home(), "fork.git", &[]);
    s.work.write("x.ini", p.line()).commit("X");
    s.work.git(&["push", "-q", fork.path().to_str().unwrap(), "HEAD:refs/heads/main"]);
    s.server.append("objects/info/alternates", alternates);
}

#[test]
fn a_push_that_replaces_its_own_bad_commit_is_refused() {
    let stage = Stage::new();
    let payload = Payload::new("replace in one push", true);
    payload.named("x.ini");
    stage
        .work
        .branch("clean", "main")
        .commit("Clean")
        .branch("bad", "main")
        .write("x.ini", payload.line())
        .commit("Bad");
    let bad = stage.work.id("bad");
    stage.push(&format!("origin clean:refs/replace/{bad} bad")).refused(&payload);
}

/// A client that lies about the old value: git notices only after it has stored the objects, so the hook must not believe it.
fn lie(name: &str, old: impl Fn(&Work) -> String) {
    for leaking in [false, true] {
        let (stage, payload) = (Stage::new(), Payload::new(name, leaking));
        payload.named("x.ini");
        stage.work.write("x.ini", payload.line()).commit("X").remove("x.ini").commit("Clean");
        let pack = pack_of(&stage, &["HEAD", "^HEAD~2"], &[]);
        let pushed = stage.push_raw(&[line(&old(&stage.work), &stage.work.id("HEAD"))], &pack);
        if leaking {
            pushed.refused(&payload);
        } else {
            assert_eq!(pushed.hook_code, Some(0), "{}", pushed.stderr);
        }
    }
}

#[test]
fn a_client_that_claims_the_new_commit_was_there_before_is_refused() {
    lie("lying", |work| work.id("HEAD"));
}

#[test]
fn a_client_that_claims_a_commit_of_its_push_was_there_before_is_refused() {
    lie("lying within", |work| work.id("HEAD~1"));
}

#[test]
fn a_client_that_claims_an_unknown_commit_was_there_before_is_refused() {
    lie("lying blindly", |_| "1".repeat(40));
}

#[test]
fn a_repository_whose_path_needs_quoting_is_read() {
    twin_on(
        "odd path",
        || Stage::with("re po:x\"q'e\\n.git", &[], &[]),
        |s, p| {
            p.named("x.ini");
            s.work.write("x.ini", p.line()).commit("X");
        },
    );
}
