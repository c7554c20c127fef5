//! Secrets hidden in the shape of a history: removed again, merged in, born in odd commits.

use crate::harness::{History, Stage, twin_on};

cases! {
    a_secret_at_the_tip_of_a_branch_is_refused(s, p) {
        p.named("conf/app.ini");
        s.work.append("conf/app.ini", p.line()).commit("Tune");
    }

    a_secret_added_and_removed_in_one_push_is_refused(s, p) {
        p.named("conf/key.ini");
        s.work.write("conf/key.ini", p.line()).commit("Add").remove("conf/key.ini").commit("Remove");
    }

    a_secret_overwritten_by_the_next_commit_is_refused(s, p) {
        p.named("conf/key.ini");
        s.work.write("conf/key.ini", p.line()).commit("Add").write("conf/key.ini", "note = env\n").commit("Fix");
    }

    a_secret_that_a_revert_takes_back_is_refused(s, p) {
        p.named("conf/app.ini");
        s.work.append("conf/app.ini", p.line()).commit("Tune").run("revert --no-edit HEAD");
    }

    a_secret_in_the_middle_of_three_hundred_commits_is_refused(s, p) {
        p.named("f150.txt");
        let mut history = History::new();
        let mut parent = s.work.id("HEAD");
        for n in 0..300 {
            let text = if n == 150 { p.line() } else { format!("line {n}\n") };
            parent = history.commit("long", 1_750_000_100 + n, &[parent], &[(format!("f{n}.txt"), text.into())]);
        }
        history.commit("long", 1_750_000_900, &[parent], &[("f150.txt".to_owned(), b"line 150\n".to_vec())]);
        s.work.import(history.bytes());
        "origin long:refs/heads/main"
    }

    a_line_that_only_the_merge_commit_adds_is_refused(s, p) {
        p.named("conf/app.ini");
        s.work.branch("side", "main").write("side.txt", "side\n").commit("Side");
        s.work.checkout("main").write("main.txt", "main\n").commit("Main");
        s.work.merge_uncommitted(&["side"]).append("conf/app.ini", p.line()).commit("Merge side");
    }

    a_file_that_only_the_merge_commit_adds_is_refused(s, p) {
        p.named("conf/new.ini");
        s.work.branch("side", "main").write("side.txt", "side\n").commit("Side");
        s.work.checkout("main").write("main.txt", "main\n").commit("Main");
        s.work.merge_uncommitted(&["side"]).write("conf/new.ini", p.line()).commit("Merge side");
    }

    a_line_slipped_into_a_conflict_resolution_is_refused(s, p) {
        p.named("conf/app.ini");
        s.work.branch("side", "main").append("conf/app.ini", "theirs = 1\n").commit("Theirs");
        s.work.checkout("main").append("conf/app.ini", "ours = 1\n").commit("Ours");
        let base = s.work.read("conf/app.ini");
        s.work.merge_uncommitted(&["side"]);
        s.work.write("conf/app.ini", format!("{base}theirs = 1\n{}", p.line())).commit("Merge side");
    }

    a_merge_that_adds_a_secret_and_a_commit_that_removes_it_are_refused(s, p) {
        p.named("conf/new.ini");
        s.work.branch("side", "main").write("side.txt", "side\n").commit("Side").checkout("main");
        s.work.merge_uncommitted(&["side"]).write("conf/new.ini", p.line()).commit("Merge side");
        s.work.remove("conf/new.ini").commit("Clean");
    }

    a_line_that_only_an_octopus_merge_adds_is_refused(s, p) {
        p.named("conf/app.ini");
        for side in ["a", "b", "c"] {
            s.work.branch(side, "main").write(side, "side\n").commit(side).checkout("main");
        }
        s.work.merge_uncommitted(&["a", "b", "c"]).append("conf/app.ini", p.line()).commit("Merge three");
    }

    a_side_branch_whose_content_the_merge_discards_is_refused(s, p) {
        p.named("side.txt");
        s.work.branch("side", "main").write("side.txt", p.line()).commit("Side").checkout("main");
        s.work.write("main.txt", "main\n").commit("Main").run("merge -q -s ours side -m Merge");
    }

    a_secret_that_only_the_second_parent_has_is_refused(s, p) {
        p.named("side.txt");
        s.work.branch("side", "main").write("side.txt", p.line()).commit("Side").remove("side.txt").commit("Clean");
        s.work.checkout("main").write("main.txt", "main\n").commit("Main").run("merge -q --no-ff side -m Merge");
    }

    a_criss_cross_merge_that_adds_a_line_is_refused(s, p) {
        p.named("conf/app.ini");
        s.work.branch("a", "main").write("a", "a\n").commit("A").branch("b", "main").write("b", "b\n").commit("B");
        let (a, b) = (s.work.id("a"), s.work.id("b"));
        s.work.checkout("a").git(&["merge", "-q", "-m", "A and B", &b]);
        s.work.checkout("b").git(&["merge", "-q", "-m", "B and A", &a]);
        s.work.merge_uncommitted(&["a"]).append("conf/app.ini", p.line()).commit("Both");
    }

    a_secret_in_a_commit_without_parents_on_a_new_branch_is_refused(s, p) {
        p.named("key.ini");
        s.work.orphan("pages").write("key.ini", p.line()).commit("Pages");
        "origin pages"
    }

    a_merge_of_an_unrelated_history_is_refused(s, p) {
        p.named("vendor/key.ini");
        s.work.orphan("vendor").write("vendor/key.ini", p.line()).commit("Vendor").checkout("main");
        s.work.run("merge -q --allow-unrelated-histories vendor -m Import");
    }

    a_forced_push_of_a_rewritten_history_is_refused(s, p) {
        p.named("conf/app.ini");
        s.work.append("conf/app.ini", p.line()).git(&["commit", "-q", "-a", "--amend", "-m", "Begin again"]);
        "--force origin main"
    }

    a_branch_that_starts_at_an_old_commit_is_refused(s, p) {
        p.named("old.ini");
        let base = s.work.id("HEAD");
        for n in 0..5 {
            s.work.write("news.txt", format!("{n}\n")).commit("News");
        }
        s.publish("main");
        s.work.branch("hotfix", &base).write("old.ini", p.line()).commit("Hot fix");
        "origin hotfix"
    }

    a_commit_dated_at_the_beginning_of_time_is_refused(s, p) {
        p.named("old.ini");
        s.work.write("old.ini", p.line()).commit_with(&[("GIT_COMMITTER_DATE", "@1 +0000"), ("GIT_AUTHOR_DATE", "@1 +0000")], "Old");
        s.work.remove("old.ini").commit("Now");
    }

    a_commit_dated_in_the_far_future_is_refused(s, p) {
        p.named("new.ini");
        let date = ("GIT_COMMITTER_DATE", "@4102444800 +0000");
        s.work.write("new.ini", p.line()).commit_with(&[date], "New").remove("new.ini").commit("Now");
    }

    one_bad_version_among_sixty_deltas_is_refused(s, p) {
        p.named("big.txt");
        let lines = |n: usize| (0..400).map(|i| format!("{i} {}\n", if i == n { n * 7 } else { i })).collect::<String>();
        for n in 0..60 {
            let extra = if n == 30 { p.line() } else { String::new() };
            s.work.write("big.txt", lines(n) + &extra).commit("Version");
        }
        s.server.config("receive.unpackLimit", "1");
        s.work.run("repack -adfq --depth=250 --window=250");
    }

    a_secret_pushed_from_a_shallow_clone_is_refused(s, p) {
        p.named("shallow.ini");
        s.work.write("news.txt", "1\n").commit("News").write("news.txt", "2\n").commit("News");
        s.publish("main");
        let shallow = s.clone_as("shallow", &["--depth=1"]);
        shallow.write("shallow.ini", p.line()).commit("From a shallow clone");
        s.push_from(&shallow, &["push", "origin", "HEAD:refs/heads/main"])
    }

    a_renamed_file_with_a_new_line_is_refused(s, p) {
        p.named("conf/renamed.ini");
        s.work.run("mv conf/app.ini conf/renamed.ini").append("conf/renamed.ini", p.line()).commit("Move");
    }

    a_copied_file_with_a_new_line_is_refused(s, p) {
        p.named("conf/copy.ini");
        let text = s.work.read("conf/app.ini");
        s.work.write("conf/copy.ini", text + &p.line()).commit("Copy");
    }

    a_new_executable_file_is_refused(s, p) {
        p.named("run.sh");
        s.work.write("run.sh", format!("#!/bin/sh\n{}", p.line())).executable("run.sh").commit("Run");
    }

    a_changed_line_is_refused(s, p) {
        p.named("conf/app.ini");
        let text = s.work.read("conf/app.ini").replace("setting7 = 7\n", &p.line());
        s.work.write("conf/app.ini", text).commit("Change");
    }

    a_symbolic_link_that_becomes_a_file_is_refused(s, p) {
        p.named("link");
        s.work.link("link", "README.md").commit("Link");
        s.publish("main");
        s.work.remove("link").write("link", p.line()).commit("File");
    }

    a_file_that_becomes_a_symbolic_link_to_a_secret_is_refused(s, p) {
        p.named("file");
        s.work.write("file", "text\n").commit("File");
        s.publish("main");
        s.work.remove("file").link("file", &format!("../{}", p.value())).commit("Link");
    }

    a_file_that_becomes_a_folder_is_refused(s, p) {
        p.named("thing/inner.ini");
        s.work.write("thing", "text\n").commit("File");
        s.publish("main");
        s.work.remove("thing").write("thing/inner.ini", p.line()).commit("Folder");
    }

    a_submodule_that_becomes_a_file_is_refused(s, p) {
        p.named("sub");
        let entry = format!("160000,{},sub", s.work.id("HEAD"));
        s.work.git(&["update-index", "--add", "--cacheinfo", &entry]);
        s.work.run("commit -q -m Submodule");
        s.publish("main");
        s.work.run("rm -q --cached sub").write("sub", p.line()).commit("File");
    }

    a_merge_of_two_hundred_parents_is_refused(s, p) {
        p.named("key.ini");
        let base = s.work.id("HEAD");
        let tree = s.work.id("HEAD^{tree}");
        let parents: Vec<String> = (0..200).map(|n| s.work.commit_tree(&tree, &[&base], &format!("Side {n}"))).collect();
        let parents: Vec<&str> = parents.iter().map(String::as_str).collect();
        let merge = s.work.commit_file(b"key.ini", p.line(), &parents);
        format!("origin {merge}:refs/heads/many")
    }

    a_cherry_pick_of_a_commit_that_never_left_is_refused(s, p) {
        p.named("pick.ini");
        s.work.branch("private", "main").write("pick.ini", p.line()).commit("Private").checkout("main");
        s.work.write("main.txt", "main\n").commit("Main").run("cherry-pick private");
    }

    a_secret_without_a_line_end_before_or_after_it_is_refused(s, p) {
        p.named("bare.txt");
        s.work.write("bare.txt", p.value()).commit("Bare");
    }
}

#[test]
fn a_secret_in_the_very_first_push_is_refused() {
    twin_on("a_secret_in_the_very_first_push_is_refused", Stage::empty, |s, p| {
        p.named("key.ini");
        s.work.write("key.ini", p.line()).commit("Begin").write("key.ini", "note = env\n").commit("Fix");
    });
}

#[test]
fn a_secret_below_the_boundary_of_a_shallow_push_is_refused() {
    twin_on("a_secret_below_the_boundary_of_a_shallow_push_is_refused", Stage::empty, |s, p| {
        s.server.config("receive.shallowUpdate", "true");
        p.named("old.ini");
        s.work.write("old.ini", p.line()).commit("First").write("news.txt", "1\n").commit("Second");
        let boundary = s.work.id("HEAD");
        s.work.write("news.txt", "2\n").commit("Third");
        s.work.write(".git/shallow", format!("{boundary}\n"));
    });
}
