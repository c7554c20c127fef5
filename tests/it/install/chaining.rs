//! Hooks that were there before, and what a second installation and an uninstallation leave.

use super::*;

#[test]
fn a_hook_that_was_there_runs_after_leakgate_with_the_same_input_and_decides_too() {
    let home = Home::new();
    let server = home.server("server.git");
    let hook = server.join("hooks/pre-receive");
    script_file(&hook, "#!/bin/sh\ncat >saw\nif [ -e no ]; then exit 9; fi\n", 0o755);
    home.install(&["--server"], &[&server]).worked().says("runs after leakgate");
    assert_shim(&hook);
    assert!(!home.push(&server, &token()).0);
    assert!(!server.join("saw").exists(), "the kept hook ran though leakgate refused");
    assert!(home.push(&server, "nothing secret").0);
    let saw = fs::read_to_string(server.join("saw")).unwrap();
    assert!(saw.contains(" refs/heads/b") && saw.ends_with('\n') && saw.lines().count() == 1, "{saw:?}");
    fs::write(server.join("no"), "").unwrap();
    assert!(!home.push(&server, "nothing secret").0, "the kept hook's refusal was lost");
}

#[test]
fn a_chained_shim_hands_both_hooks_ten_megabytes_unchanged_and_returns_their_status() {
    let home = Home::new();
    let server = home.server("server.git");
    let hook = server.join("hooks/pre-receive");
    let keep = |name: &str| format!("#!/bin/sh\ncat >\"{}\"\nexit ${{{name}:-0}}\n", home.path(name).display());
    script_file(&hook, "#!/bin/sh\n:\n", 0o755);
    home.install(&["--server"], &[&server]).worked();
    // Only the shim is looked at here: what it calls is replaced by two programs that write down what they read.
    script_file(&home.binary(), &keep("FIRST"), 0o755);
    script_file(&kept(&hook), &keep("SECOND"), 0o755);
    let lines: String = (0..100_000).map(|n| format!("{n:040} {:040} refs/heads/{n:018}\n", n + 1)).collect();
    for (input, first, second, status) in [
        (lines.as_str(), "0", "0", 0),
        (lines.as_str(), "1", "0", 1),
        (lines.as_str(), "0", "9", 9),
        ("no line feed", "0", "0", 0),
        ("line feeds\n\n\n", "0", "0", 0),
        ("\\n %s \\0 $HOME `x`\n", "0", "0", 0),
        ("", "77", "0", 77),
    ] {
        for name in ["FIRST", "SECOND"] {
            fs::write(home.path(name), "did not run").unwrap();
        }
        let mut shim = Command::new(&hook);
        shim.env("FIRST", first).env("SECOND", second).stdin(Stdio::piped());
        let mut child = shim.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(status));
        assert!(fs::read_to_string(home.path("FIRST")).unwrap() == input, "leakgate read something else");
        let expected = if first == "0" { input } else { "did not run" };
        assert!(fs::read_to_string(home.path("SECOND")).unwrap() == expected, "the kept hook read something else");
    }
}

#[test]
fn hooks_that_git_did_not_run_are_kept_and_stay_silent() {
    let home = Home::new();
    for (name, reason) in [("off", "not executable"), ("empty", "empty"), ("dangling", "a link to nothing")] {
        let server = home.server(&format!("{name}.git"));
        let hook = server.join("hooks/pre-receive");
        match name {
            "off" => script_file(&hook, "#!/bin/sh\nexit 1\n", 0o644),
            "empty" => script_file(&hook, "", 0o755),
            _ => symlink("/nonexistent/leakgate", &hook).unwrap(),
        }
        let before = listing(&server.join("hooks"));
        home.assert_open(&server);
        home.install(&["--server"], &[&server]).worked().says(reason);
        assert_shim(&hook);
        home.assert_gated(&server);
        home.uninstall(&["--server"], &[&server]).worked();
        assert_eq!(listing(&server.join("hooks")), before);
    }
}

#[test]
fn a_link_to_leakgate_is_replaced_by_a_regular_file() {
    let home = Home::new();
    let server = home.server("server.git");
    let hook = server.join("hooks/pre-receive");
    home.install(&[], &[]).worked();
    symlink(home.binary(), &hook).unwrap();
    home.install(&["--server"], &[&server]).worked().says("leakgate itself");
    assert_shim(&hook);
    home.assert_gated(&server);
}

#[test]
fn a_directory_in_the_place_of_a_hook_is_refused() {
    let home = Home::new();
    let server = home.server("server.git");
    fs::create_dir(server.join("hooks/pre-receive")).unwrap();
    home.install(&["--server"], &[&server]).failed().says("is a directory");
}

#[test]
fn two_foreign_hooks_for_one_place_are_left_to_the_administrator() {
    let home = Home::new();
    let server = home.server("server.git");
    let hook = server.join("hooks/pre-receive");
    script_file(&hook, "#!/bin/sh\n: one\n", 0o755);
    home.install(&["--server"], &[&server]).worked();
    script_file(&hook, "#!/bin/sh\n: another tool's\n", 0o755);
    let before = listing(&server.join("hooks"));
    home.install(&["--server"], &[&server]).failed().says("merge the two");
    home.uninstall(&["--server"], &[&server]).worked().says("not leakgate's");
    assert_eq!(listing(&server.join("hooks")), before);
}

#[test]
fn installing_twice_changes_nothing_more() {
    let home = Home::new();
    let repo = home.work_tree("repo");
    script_file(&repo.join(".git/hooks/pre-push"), "#!/bin/sh\ncat >saw\n", 0o755);
    home.install(&[], &[&repo]).worked();
    let state = |dir: &Path| (listing(dir), LOCAL.map(|hook| fs::metadata(dir.join(hook)).unwrap().ino()));
    let before = state(&repo.join(".git/hooks"));
    let binary = fs::metadata(home.binary()).unwrap().ino();
    home.install(&[], &[&repo]).worked();
    assert_eq!(state(&repo.join(".git/hooks")), before);
    assert_eq!(fs::metadata(home.binary()).unwrap().ino(), binary);
}

#[test]
fn an_old_shim_is_brought_up_to_date_and_a_dead_one_is_revived() {
    let home = Home::new();
    let server = home.server("server.git");
    let hook = server.join("hooks/pre-receive");
    script_file(&hook, "#!/bin/sh\n# leakgate shim 0\nexec /gone/leakgate\n", 0o644);
    home.install(&["--server"], &[&server]).worked();
    assert_shim(&hook);
    assert!(!kept(&hook).exists());
    home.assert_gated(&server);
}

#[test]
fn uninstalling_puts_everything_back_and_touches_nothing_else() {
    let home = Home::new();
    let repo = home.work_tree("repo");
    let hooks = repo.join(".git/hooks");
    script_file(&hooks.join("pre-commit"), "#!/bin/sh\n: mine\n", 0o750);
    script_file(&hooks.join("commit-msg"), "#!/bin/sh\n: off\n", 0o600);
    script_file(&hooks.join("post-commit"), "#!/bin/sh\n: not a gate\n", 0o755);
    script_file(&hooks.join("target"), "#!/bin/sh\n:\n", 0o755);
    symlink("target", hooks.join("pre-push")).unwrap();
    let before = listing(&hooks);
    home.install(&[], &[&repo]).worked();
    home.install(&[], &[&repo]).worked();
    home.uninstall(&[], &[&repo]).worked();
    assert_eq!(listing(&hooks), before);
    home.uninstall(&[], &[&repo]).worked();
    assert_eq!(listing(&hooks), before);
    assert!(home.binary().exists());
    home.uninstall(&[], &[]).worked();
    assert!(!home.binary().exists());
}
