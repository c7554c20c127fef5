//! Where hooks go: work trees, servers, a user's global hooks.

use super::*;

#[test]
fn a_work_tree_refuses_a_planted_commit_message_and_push_and_takes_clean_ones() {
    let home = Home::new();
    let (repo, server) = (home.work_tree("repo"), home.server("server.git"));
    home.install(&[], &[&repo]).worked().says("proven");
    for hook in LOCAL {
        assert_shim(&repo.join(".git/hooks").join(hook));
    }
    home.commit(&repo, "nothing secret", &[]).worked();
    home.commit(&repo, &token(), &[]).failed();
    home.git(&repo, &["reset", "-q", "--hard"]).worked();
    home.git(&repo, &["commit", "--allow-empty", "-m", &token()]).failed();
    let url = server.to_str().unwrap();
    home.git(&repo, &["push", url, "HEAD:refs/heads/clean"]).worked();
    home.commit(&repo, &token(), &["--no-verify"]).worked();
    home.git(&repo, &["push", url, "HEAD:refs/heads/planted"]).failed();
}

#[test]
fn a_linked_worktree_gets_the_hooks_of_its_repository() {
    let home = Home::new();
    let repo = home.work_tree("repo");
    home.commit(&repo, "nothing secret", &[]).worked();
    let linked = home.path("linked");
    home.git(&repo, &["worktree", "add", "-q", linked.to_str().unwrap()]).worked();
    home.install(&[], &[&linked]).worked();
    assert_shim(&repo.join(".git/hooks/pre-commit"));
    home.commit(&linked, &token(), &[]).failed();
}

#[test]
fn hooks_go_where_core_hookspath_points() {
    let home = Home::new();
    let (repo, server) = (home.work_tree("repo"), home.server("server.git"));
    fs::create_dir(repo.join("sub")).unwrap();
    home.git(&repo, &["config", "core.hooksPath", ".my hooks"]).worked();
    home.install(&[], &[&repo.join("sub")]).worked();
    assert_shim(&repo.join(".my hooks/pre-commit"));
    home.commit(&repo, &token(), &[]).failed();
    let elsewhere = home.path("elsewhere/deep");
    home.git(&server, &["config", "core.hooksPath", elsewhere.to_str().unwrap()]).worked();
    home.install(&["--server"], &[&server]).worked();
    assert_shim(&elsewhere.join("pre-receive"));
    home.assert_gated(&server);
}

#[test]
fn a_hooks_path_that_cannot_hold_hooks_is_refused_and_nothing_changes() {
    let home = Home::new();
    let (good, bad) = (home.server("good.git"), home.server("bad.git"));
    home.git(&bad, &["config", "core.hooksPath", "/dev/null"]).worked();
    let before = listing(&good.join("hooks"));
    home.install(&["--server"], &[&good, &bad]).failed().says("/dev/null").says("nothing was changed");
    assert_eq!(listing(&good.join("hooks")), before);
    assert!(!home.binary().exists());
}

#[test]
fn a_server_refuses_a_planted_push_and_takes_a_clean_one() {
    let home = Home::new();
    let server = home.server("server.git");
    home.install(&["--server"], &[&server]).worked().says("proven");
    assert_shim(&server.join("hooks/pre-receive"));
    home.assert_gated(&server);
}

#[test]
fn a_server_root_covers_every_bare_repository_below_it_whatever_its_name() {
    let home = Home::new();
    let names = ["plain.git", "with space.git", "it's \"quoted\".git", "line\nfeed\n", "deep/er/x.git", "$(touch no)"];
    let servers: Vec<PathBuf> = names.iter().map(|name| home.server(&format!("root/{name}"))).collect();
    let work_tree = home.work_tree("root/work");
    let before = listing(&work_tree.join(".git/hooks"));
    home.install(&["--server-root"], &[&home.path("root")]).worked();
    for server in &servers {
        assert_shim(&server.join("hooks/pre-receive"));
        home.assert_gated(server);
    }
    assert_eq!(listing(&work_tree.join(".git/hooks")), before);
    home.uninstall(&["--server-root"], &[&home.path("root")]).worked();
    for server in &servers {
        assert!(!server.join("hooks/pre-receive").exists());
    }
}

#[test]
fn a_server_root_without_repositories_is_an_error() {
    let home = Home::new();
    fs::create_dir(home.path("root")).unwrap();
    home.install(&["--server-root"], &[&home.path("root")]).failed().says("no bare repository");
}

#[test]
fn odd_characters_in_prefix_and_repository_do_no_harm() {
    let home = Home::new();
    let (repo, server) = (home.work_tree("it's a \"repo\" $HOME"), home.server("s'e r;v\\er.git"));
    let prefix = home.path("pre'fix \"$(x)\" \\");
    let prefix = prefix.to_str().unwrap();
    home.install(&["--prefix", prefix], &[&repo]).worked();
    home.install(&["--prefix", prefix, "--server"], &[&server]).worked();
    home.commit(&repo, &token(), &[]).failed();
    home.commit(&repo, "nothing secret", &[]).worked();
    home.assert_gated(&server);
}

#[test]
fn relative_names_are_taken_from_the_current_directory() {
    let home = Home::new();
    let server = home.server("server.git");
    let mut command = home.script(&["--server", "--bin", env!("CARGO_BIN_EXE_leakgate")], &[Path::new(".")]);
    home.run(command.current_dir(&server)).worked();
    home.assert_gated(&server);
}

#[test]
fn the_environment_of_a_running_hook_does_not_lead_to_another_repository() {
    let home = Home::new();
    let (repo, other) = (home.work_tree("repo"), home.work_tree("other"));
    let before = listing(&other.join(".git/hooks"));
    let mut command = home.script(&["--bin", env!("CARGO_BIN_EXE_leakgate")], &[&repo]);
    command.env("GIT_DIR", other.join(".git")).env("GIT_INDEX_FILE", other.join(".git/index"));
    home.run(command.env("GIT_WORK_TREE", &other)).worked();
    assert_shim(&repo.join(".git/hooks/pre-commit"));
    assert_eq!(listing(&other.join(".git/hooks")), before);
}

#[test]
fn the_global_hooks_gate_every_work_tree_and_run_the_repositories_own_hooks() {
    let home = Home::new();
    home.install(&["--global"], &[]).worked().says("proven");
    let hooks = home.path(".config/leakgate/hooks");
    assert_eq!(
        home.git(home.dir.path(), &["config", "--global", "core.hooksPath"]).text.trim(),
        hooks.to_str().unwrap()
    );
    let repo = home.work_tree("repo");
    for name in ["pre-commit", "post-commit", "pre-push", "prepare-commit-msg"] {
        script_file(&repo.join(".git/hooks").join(name), &format!("#!/bin/sh\ncat >'{name}.saw'\n"), 0o755);
    }
    home.commit(&repo, &token(), &[]).failed();
    assert!(!repo.join("pre-commit.saw").exists(), "the repository's hook ran though leakgate refused");
    home.commit(&repo, "nothing secret", &[]).worked();
    let server = home.server("server.git");
    home.git(&repo, &["push", server.to_str().unwrap(), "HEAD:refs/heads/clean"]).worked();
    for name in ["pre-commit", "post-commit", "pre-push", "prepare-commit-msg"] {
        assert!(repo.join(format!("{name}.saw")).exists(), "the repository's own {name} did not run");
    }
    let saw = fs::read_to_string(repo.join("pre-push.saw")).unwrap();
    assert!(saw.starts_with("HEAD ") && saw.ends_with('\n'), "{saw:?}");
    script_file(&repo.join(".git/hooks/pre-commit"), "#!/bin/sh\nexit 7\n", 0o755);
    home.commit(&repo, "still nothing", &[]).failed();
}

#[test]
fn the_global_hooks_leave_ordinary_work_as_it_was() {
    let home = Home::new();
    home.install(&["--global"], &[]).worked();
    let repo = home.work_tree("repo");
    home.commit(&repo, "one", &[]).worked();
    home.git(&repo, &["checkout", "-q", "-b", "side"]).worked();
    home.commit(&repo, "two", &["--amend"]).worked();
    home.git(&repo, &["stash", "list"]).worked();
    home.git(&repo, &["worktree", "add", "-q", home.path("linked").to_str().unwrap(), "main"]).worked();
    home.git(&repo, &["clone", "-q", repo.to_str().unwrap(), home.path("clone").to_str().unwrap()]).worked();
    // The branch is checked out over there; git itself moves the work tree along unless a hook says that it did.
    home.git(&repo, &["config", "receive.denyCurrentBranch", "updateInstead"]).worked();
    let clone = home.path("clone");
    home.commit(&clone, "three", &[]).worked();
    home.git(&clone, &["push", "-q", "origin", "HEAD:side"]).worked();
    assert_eq!(fs::read_to_string(repo.join("settings.txt")).unwrap(), "key = \"three\"\n");
    home.git(&repo, &["diff", "--quiet", "HEAD"]).worked();
    fs::write(repo.join("settings.txt"), "changed here").unwrap();
    home.commit(&clone, "four", &[]).worked();
    home.git(&clone, &["push", "-q", "origin", "HEAD:side"]).failed();
}

#[test]
fn a_global_hooks_path_of_the_users_own_is_used_and_its_hooks_are_kept() {
    let home = Home::new();
    let hooks = home.path("my hooks");
    fs::create_dir(&hooks).unwrap();
    script_file(&hooks.join("pre-commit"), "#!/bin/sh\necho mine >mine.saw\n", 0o755);
    let before = (listing(&hooks), fs::read_to_string(home.path(".gitconfig")).unwrap());
    home.git(home.dir.path(), &["config", "--global", "core.hooksPath", "~/my hooks"]).worked();
    home.install(&["--global"], &[]).worked();
    let repo = home.work_tree("repo");
    home.commit(&repo, &token(), &[]).failed();
    assert!(!repo.join("mine.saw").exists());
    home.commit(&repo, "nothing secret", &[]).worked();
    assert!(repo.join("mine.saw").exists());
    home.uninstall(&["--global"], &[]).worked();
    assert_eq!(listing(&hooks), before.0);
    assert_eq!(home.git(&repo, &["config", "core.hooksPath"]).text.trim(), "~/my hooks");
}

#[test]
fn uninstalling_the_global_hooks_leaves_no_trace() {
    let home = Home::new();
    let before = home.git(home.dir.path(), &["config", "--global", "--list"]).text;
    home.install(&["--global"], &[]).worked();
    home.install(&["--global"], &[]).worked();
    home.uninstall(&["--global"], &[]).worked();
    assert!(!home.path(".config/leakgate").exists());
    assert_eq!(home.git(home.dir.path(), &["config", "--global", "--list"]).text, before);
}

#[test]
fn an_account_s_server_repositories_are_gated_by_its_global_hooks() {
    let home = Home::new();
    home.install(&["--server", "--global"], &[]).worked();
    let server = home.server("made later.git");
    script_file(&server.join("hooks/post-receive"), "#!/bin/sh\ncat >saw\n", 0o755);
    home.assert_gated(&server);
    assert!(server.join("saw").exists());
}
