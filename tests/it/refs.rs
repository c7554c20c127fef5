//! Secrets behind every kind of reference and object, and in the references' names.

use crate::harness::{Hook, Payload, Stage};

cases! {
    a_secret_on_the_last_of_five_branches_is_refused(s, p) {
        p.named("b5.txt");
        for n in 1..=5 {
            let text = if n == 5 { p.line() } else { "text\n".to_owned() };
            s.work.branch(&format!("b{n}"), "main").write(&format!("b{n}.txt"), text).commit("Branch");
        }
        "origin b1 b2 b3 b4 b5"
    }

    a_secret_on_the_first_of_five_branches_is_refused(s, p) {
        p.named("b1.txt");
        for n in 1..=5 {
            let text = if n == 1 { p.line() } else { "text\n".to_owned() };
            s.work.branch(&format!("b{n}"), "main").write(&format!("b{n}.txt"), text).commit("Branch");
        }
        "origin b1 b2 b3 b4 b5"
    }

    a_secret_beside_a_deletion_is_refused(s, p) {
        p.named("x.txt");
        s.publish("main:refs/heads/aaa");
        s.work.branch("x", "main").write("x.txt", p.line()).commit("X");
        "origin :refs/heads/aaa x"
    }

    a_secret_in_an_atomic_push_is_refused(s, p) {
        p.named("x.txt");
        s.work.branch("good", "main").write("good.txt", "good\n").commit("Good");
        s.work.branch("x", "main").write("x.txt", p.line()).commit("X");
        "--atomic origin good x"
    }

    a_secret_in_a_mirror_push_under_a_private_name_is_refused(s, p) {
        p.named("x.txt");
        s.work.branch("x", "main").write("x.txt", p.line()).commit("X").checkout("main");
        s.work.run("update-ref refs/custom/x x").run("branch -q -D x");
        "--mirror origin"
    }

    a_secret_pushed_for_review_is_refused(s, p) {
        p.named("x.txt");
        s.work.write("x.txt", p.line()).commit("X");
        "origin HEAD:refs/for/main"
    }

    a_secret_pushed_as_a_pull_request_is_refused(s, p) {
        p.named("x.txt");
        s.work.write("x.txt", p.line()).commit("X");
        "origin HEAD:refs/pull/1/head"
    }

    a_secret_in_a_host_s_own_configuration_branch_is_refused(s, p) {
        p.named("project.config");
        s.work.orphan("meta").write("project.config", p.line()).commit("Meta");
        "origin HEAD:refs/meta/config"
    }

    a_secret_that_only_a_lightweight_tag_reaches_is_refused(s, p) {
        p.named("x.txt");
        s.work.write("x.txt", p.line()).commit("X").run("tag v1");
        "origin v1"
    }

    a_secret_that_only_an_annotated_tag_reaches_is_refused(s, p) {
        p.named("x.txt");
        s.work.write("x.txt", p.line()).commit("X").run("tag -a -m One v1");
        "origin v1"
    }

    a_secret_behind_a_tag_of_a_tag_of_a_tag_is_refused(s, p) {
        p.named("x.txt");
        s.work.write("x.txt", p.line()).commit("X").run("tag -a -m One t1").run("tag -a -m Two t2 t1");
        s.work.run("tag -a -m Three t3 t2");
        "origin t3"
    }

    a_secret_in_a_blob_that_a_tag_names_is_refused(s, p) {
        let blob = s.work.blob(p.line());
        s.work.git(&["tag", "-a", "-m", "A blob", "t", &blob]);
        "origin t"
    }

    a_secret_in_a_tree_that_a_tag_names_is_refused(s, p) {
        let blob = s.work.blob(p.line());
        let tree = s.work.tree(&[("100644", "blob", &blob, b"inner.ini")]);
        s.work.git(&["tag", "-a", "-m", "A tree", "t", &tree]);
        "origin t"
    }

    a_secret_in_a_blob_that_a_reference_names_is_refused(s, p) {
        let blob = s.work.blob(p.line());
        format!("origin {blob}:refs/tags/x")
    }

    a_secret_in_a_tree_that_a_reference_names_is_refused(s, p) {
        let blob = s.work.blob(p.line());
        let inner = s.work.tree(&[("100644", "blob", &blob, b"inner.ini")]);
        let tree = s.work.tree(&[("40000", "tree", &inner, b"folder")]);
        format!("origin {tree}:refs/tags/x")
    }

    a_secret_in_a_note_is_refused(s, p) {
        s.work.git(&["notes", "add", "-m", p.line().trim_end(), "HEAD"]);
        "origin refs/notes/commits"
    }

    a_secret_in_a_note_on_a_note_is_refused(s, p) {
        s.work.git(&["notes", "add", "-m", "plain", "HEAD"]);
        s.work.git(&["notes", "--ref=deep", "add", "-m", p.line().trim_end(), "refs/notes/commits"]);
        "origin refs/notes/deep"
    }

    a_secret_in_a_stash_of_untracked_files_is_refused(s, p) {
        p.named("untracked.ini");
        s.work.append("README.md", "More.\n").write("untracked.ini", p.line()).run("stash -q -u");
        "origin refs/stash:refs/heads/wip"
    }

    a_push_to_a_symbolic_reference_is_refused(s, p) {
        p.named("x.txt");
        s.server.git(&["symbolic-ref", "refs/heads/alias", "refs/heads/main"]);
        s.work.write("x.txt", p.line()).commit("X");
        "origin HEAD:refs/heads/alias"
    }

    a_secret_in_a_tag_s_message_is_refused(s, p) {
        s.work.git(&["tag", "-a", "-m", &format!("Release\n\n{}", p.line()), "v1"]);
        "origin v1"
    }

    a_secret_in_the_message_of_an_inner_tag_is_refused(s, p) {
        s.work.git(&["tag", "-a", "-m", &p.line(), "inner"]);
        s.work.run("tag -a -m Outer outer inner");
        "origin outer"
    }

    a_secret_in_a_tagger_s_name_is_refused(s, p) {
        s.work.git_with(&[("GIT_COMMITTER_NAME", &p.value())], &["tag", "-a", "-m", "One", "v1"]);
        "origin v1"
    }

    a_secret_in_an_unknown_header_of_a_tag_is_refused(s, p) {
        let head = s.work.id("HEAD");
        let tag = s.work.object("tag", format!(
            "object {head}\ntype commit\ntag v1\ntagger A <a@example.com> 1750000000 +0000\nx-note {}\n\nOne\n", p.value()
        ));
        format!("origin {tag}:refs/tags/v1")
    }

    a_secret_in_a_tag_without_a_tagger_is_refused(s, p) {
        let head = s.work.id("HEAD");
        let tag = s.work.object("tag", format!("object {head}\ntype commit\ntag v1\n\n{}", p.line()));
        format!("origin {tag}:refs/tags/v1")
    }

    a_secret_in_a_branch_s_name_is_refused(_s, p) {
        format!("origin HEAD:refs/heads/wip/{}", p.value())
    }

    a_secret_in_a_tag_s_name_is_refused(s, p) {
        s.work.git(&["tag", &p.value()]);
        format!("origin {}", p.value())
    }

    a_secret_under_a_namespace_is_refused(s, p) {
        p.named("x.txt");
        s.work.write("x.txt", p.line()).commit("X");
        s.work.git(&["config", "remote.origin.receivepack", "git --namespace=tenant receive-pack"]);
    }
}

#[test]
fn in_update_position_only_the_bad_reference_is_refused() {
    let stage = Stage::new();
    stage.server.install(Hook::Update);
    let payload = Payload::new("update", true);
    stage.work.branch("good", "main").write("good.txt", "good\n").commit("Good");
    stage.work.branch("bad", "main").write("bad.txt", payload.line()).commit("Bad");
    let pushed = stage.push("origin good bad");
    assert_ne!(pushed.code, Some(0), "{}", pushed.stderr);
    assert!(pushed.stderr.contains("hook declined") && pushed.shows("bad.txt"), "{}", pushed.stderr);
    assert_eq!(stage.server.git(&["for-each-ref", "--format=%(refname)", "refs/heads/bad"]), "");
    assert_eq!(stage.server.git(&["rev-parse", "good"]), stage.work.id("good"));
    crate::harness::check_text(&pushed.remote, &payload.secrets()).unwrap();
}
