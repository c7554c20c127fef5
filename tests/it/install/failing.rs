//! What does not work must not look installed: proofs that fail, wrong use, policies that cannot be read.

use super::*;

#[test]
fn without_its_binary_a_gated_server_takes_nothing() {
    let home = Home::new();
    let server = home.server("server.git");
    home.install(&["--server"], &[&server]).worked();
    fs::remove_file(home.binary()).unwrap();
    assert!(!home.push(&server, "nothing secret").0);
}

#[test]
fn a_binary_that_is_no_gate_is_not_installed_and_nothing_is_left_behind() {
    for (text, words) in [
        (ACCEPTS_ALL, "with a planted token was accepted"),
        (REFUSES_ALL, "without secrets was refused"),
        ("#!/nonexistent/sh\n", "does not run here"),
    ] {
        let home = Home::new();
        let (server, repo) = (home.server("server.git"), home.work_tree("repo"));
        script_file(&server.join("hooks/pre-receive"), "#!/bin/sh\n: mine\n", 0o755);
        let bad = home.path("bad");
        script_file(&bad, text, 0o755);
        let before = [listing(&server.join("hooks")), listing(&repo.join(".git/hooks"))];
        let args = ["--bin", bad.to_str().unwrap()];
        home.run(&mut home.script(&[&args[..], &["--server"]].concat(), &[&server])).failed().says(words);
        home.run(&mut home.script(&args, &[&repo])).failed().says(words);
        home.run(&mut home.script(&[&args[..], &["--global"]].concat(), &[])).failed().says(words);
        assert_eq!([listing(&server.join("hooks")), listing(&repo.join(".git/hooks"))], before);
        assert!(!home.path("prefix/bin").exists());
        assert!(!home.path(".config").exists());
        home.assert_open(&server);
    }
}

#[test]
fn a_failed_upgrade_leaves_the_working_binary_and_hooks() {
    let home = Home::new();
    let server = home.server("server.git");
    home.install(&["--server"], &[&server]).worked();
    let bad = home.path("bad");
    script_file(&bad, ACCEPTS_ALL, 0o755);
    home.run(&mut home.script(&["--server", "--bin", bad.to_str().unwrap()], &[&server])).failed();
    assert_eq!(fs::read(home.binary()).unwrap(), fs::read(env!("CARGO_BIN_EXE_leakgate")).unwrap());
    assert_eq!(fs::read_dir(home.path("prefix/bin")).unwrap().count(), 1);
    home.assert_gated(&server);
}

#[test]
fn a_policy_that_cannot_be_read_is_found_by_the_proof_and_everything_is_undone() {
    let home = Home::new();
    let server = home.server("server.git");
    let policy = home.path("policy.toml");
    fs::write(&policy, "no such key = [\n").unwrap();
    let before = listing(&server.join("hooks"));
    home.install(&["--server", "--policy", policy.to_str().unwrap()], &[&server]).failed().says("does not work");
    assert_eq!(listing(&server.join("hooks")), before);
    assert!(!server.join("leakgate.toml").exists());
    assert!(!home.binary().exists());
}

#[test]
fn a_policy_is_copied_and_one_that_differs_is_not_overwritten_unasked() {
    let home = Home::new();
    let server = home.server("server.git");
    let (policy, there) = (home.path("policy.toml"), server.join("leakgate.toml"));
    fs::write(&policy, "# ours\n").unwrap();
    let args = ["--server", "--policy", policy.to_str().unwrap()];
    home.install(&args, &[&server]).worked();
    home.install(&args, &[&server]).worked();
    assert_eq!(fs::read_to_string(&there).unwrap(), "# ours\n");
    fs::write(&policy, "# newer\n").unwrap();
    home.install(&args, &[&server]).failed().says("--force");
    assert_eq!(fs::read_to_string(&there).unwrap(), "# ours\n");
    home.install(&[&args[..], &["--force"]].concat(), &[&server]).worked();
    assert_eq!(fs::read_to_string(&there).unwrap(), "# newer\n");
    home.uninstall(&args, &[&server]).worked();
    assert!(!there.exists());
}

#[test]
fn a_policy_with_codes_names_what_git_needs_for_them() {
    let home = Home::new();
    let server = home.server("server.git");
    let policy = home.path("policy.toml");
    let bypass =
        "[bypass]\nenabled = true\nusers = ['ada']\nuser_variable = 'GL_USERNAME'\nkey = '/x/key'\nspent = '/x'\n";
    fs::write(&policy, bypass).unwrap();
    let args = ["--server", "--policy", policy.to_str().unwrap()];
    let command = "git config --system receive.advertisePushOptions true";
    home.install(&args, &[&server]).worked().says(command);
    home.git(&server, &["config", "receive.advertisePushOptions", "true"]).worked();
    let quiet = home.install(&args, &[&server]).worked();
    assert!(!quiet.text.contains("advertisePushOptions"), "{}", quiet.text);
}

#[test]
fn wrong_use_is_an_error_and_help_is_not() {
    let home = Home::new();
    let repo = home.work_tree("repo");
    let server = home.server("server.git");
    let before = listing(&repo.join(".git/hooks"));
    home.install(&["--sever"], &[&repo]).failed().says("unknown option --sever");
    home.install(&["--server"], &[]).failed().says("needs repositories");
    home.install(&["--server-root"], &[]).failed().says("needs a value");
    home.install(&[], &[&server]).failed().says("--server");
    home.install(&[], &[&home.path("nowhere")]).failed();
    home.install(&["--bin", "/nonexistent/leakgate"], &[&repo]).failed();
    home.install(&["--help"], &[]).worked().says("usage:");
    assert_eq!(listing(&repo.join(".git/hooks")), before);
}

#[test]
fn a_printed_shim_is_a_gate_where_a_host_wants_it() {
    let home = Home::new();
    home.install(&[], &[]).worked();
    let shim = home.run(&mut home.script(&["--print-shim", "pre-receive"], &[])).worked().text;
    let server = home.server("server.git");
    script_file(&server.join("hooks/pre-receive"), &shim, 0o755);
    assert_shim(&server.join("hooks/pre-receive"));
    home.assert_gated(&server);
    home.run(&mut home.script(&["--print-shim", "post-receive"], &[])).failed();
}

#[test]
fn without_a_ready_binary_cargo_builds_from_the_lock_file() {
    let home = Home::new();
    fs::create_dir(home.path("tools")).unwrap();
    let cargo = "#!/bin/sh\nwhile [ $# -gt 1 ]; do\n    case $1 in\n    --locked) locked=yes ;;\n    \
        --root) root=$2 ;;\n    esac\n    shift\ndone\n[ -n \"$locked\" ] && mkdir -p \"$root/bin\" && cp \"$BUILT\" \
        \"$root/bin/leakgate\"\n";
    script_file(&home.path("tools/cargo"), cargo, 0o755);
    let path = |first: &str| format!("{first}:/usr/local/bin:/usr/bin:/bin");
    let mut command = home.script(&[], &[]);
    command.env("PATH", path(home.path("tools").to_str().unwrap())).env("BUILT", env!("CARGO_BIN_EXE_leakgate"));
    home.run(&mut command).worked().says("building leakgate");
    assert_eq!(fs::read(home.binary()).unwrap(), fs::read(env!("CARGO_BIN_EXE_leakgate")).unwrap());
    script_file(&home.path("tools/cargo"), "#!/bin/sh\nexit 101\n", 0o755);
    let mut command = home.script(&[], &[]);
    command.env("PATH", path(home.path("tools").to_str().unwrap()));
    home.run(&mut command).failed().says("cargo could not build");
}
