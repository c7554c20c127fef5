//! Git servers as their pages describe them: what each starts its hooks with, around real pushes.
//!
//! gitolite is there in person; the others' environment is replayed, with the shim that `install.sh --print-shim` gives.

mod gitolite;

use crate::harness::{Hook, Payload, Pushed, Stage, binary, run, shell_quote};
use crate::transport::http;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The shim that the README tells people to print, in a file at `place`.
fn shim(stage: &Stage, place: &Path) {
    let bin = stage.home().join("opt/bin");
    if !bin.exists() {
        fs::create_dir_all(&bin).unwrap();
        std::os::unix::fs::symlink(binary(), bin.join("leakgate")).unwrap();
    }
    let mut script = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("install.sh"));
    let out = run(script.args(["--print-shim", "pre-receive", "--prefix"]).arg(stage.home().join("opt")), b"");
    assert_eq!(out.code, Some(0), "{}", out.both());
    put(place, &String::from_utf8(out.stdout).unwrap());
}

fn put(place: &Path, text: &str) {
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    fs::write(place, text).unwrap();
    fs::set_permissions(place, fs::Permissions::from_mode(0o755)).unwrap();
}

fn exports(set: &[(&str, &str)]) -> String {
    set.iter().map(|(key, value)| format!("export {key}={}\n", shell_quote(Path::new(value)))).collect()
}

/// Pushes the leak and its twin to a server whose pre-receive is `dispatcher`; the refusal is returned.
fn both(name: &str, prepare: impl Fn(&Stage) -> String) -> Pushed {
    let clean = Payload::new(name, false);
    let leak = Payload::new(name, true);
    let push = |payload: &Payload| {
        let stage = Stage::new();
        let dispatcher = prepare(&stage);
        stage.server.install(Hook::Script(&dispatcher));
        stage.work.write("x.ini", payload.line()).commit("X");
        stage.push("origin main")
    };
    push(&clean).accepted();
    let mut pushed = push(&leak);
    // Marked lines are for a page, where they may be wider than a terminal.
    let told = pushed.text();
    pushed.remote = told.replace("GL-HOOK-ERR: ", "").into_bytes();
    pushed.refused_naming(&leak, "x.ini");
    pushed.remote = told.into_bytes();
    pushed
}

#[test]
fn gitea_and_forgejo_run_the_shim_beside_their_own_hook() {
    for (more, told) in [
        (&[("SSH_CONNECTION", "192.0.2.7 1 192.0.2.1 22")][..], "ada to acme/shop over ssh (Gitea)"),
        (&[("SSH_ORIGINAL_COMMAND", "gitea-internal")], "ada to acme/shop over web (Gitea)"),
        (&[], "ada to acme/shop over http (Gitea)"),
    ] {
        let pushed = both("gitea", |stage| {
            shim(stage, &stage.server.git_dir().join("hooks/pre-receive.d/leakgate"));
            put(&stage.server.git_dir().join("hooks/pre-receive.d/gitea"), "#!/bin/sh\ncat >/dev/null\n");
            let set = [("GITEA_REPO_NAME", "shop"), ("GITEA_REPO_USER_NAME", "acme"), ("GITEA_PUSHER_NAME", "ada")];
            // As the generated hook does: the list once read, and each program fed with it; the first refusal counts.
            format!(
                "#!/bin/sh\n{}{}list=$(cat)\ncode=0\nfor hook in hooks/pre-receive.d/*; do\n    test -x \"$hook\" || continue\n    \
                 echo \"$list\" | \"$hook\"\n    this=$?\n    [ $code -ne 0 ] || code=$this\ndone\nexit $code\n",
                exports(&set),
                exports(more)
            )
        });
        assert!(pushed.shows(told), "{}", pushed.stderr);
    }
}

#[test]
fn gitlab_shows_every_line_of_a_refusal_on_its_pages() {
    for (protocol, marked) in [("web", true), ("ssh", false), ("http", false)] {
        let pushed = both("gitlab", |stage| {
            shim(stage, &stage.server.git_dir().join("custom_hooks/pre-receive.d/leakgate"));
            let set = [
                ("GL_ID", "user-7"),
                ("GL_USERNAME", "ada"),
                ("GL_PROJECT_PATH", "group/shop"),
                ("GL_REPOSITORY", "project-3"),
                ("GL_PROTOCOL", protocol),
            ];
            format!(
                "#!/bin/sh\n{}for hook in custom_hooks/pre-receive.d/*; do\n    \"$hook\" || exit\ndone\n",
                exports(&set)
            )
        });
        let all = pushed.text().lines().all(|line| line.starts_with("GL-HOOK-ERR:"));
        assert_eq!(all, marked, "{protocol}: {}", pushed.text());
        assert_eq!(pushed.text().contains("GL-HOOK-ERR"), marked, "{protocol}: {}", pushed.text());
        assert!(pushed.text().contains("by ada to group/shop"), "{}", pushed.text());
    }
}

#[test]
fn github_runs_the_program_itself_as_the_only_file_in_an_environment_without_git() {
    let pushed = both("github", |stage| {
        let place = stage.home().join("environment/pre-receive");
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::copy(binary(), &place).unwrap();
        let names = ["GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH"];
        let git: String = names.iter().map(|name| format!(" {name}=\"$PWD/${{{name}#\"$PWD/\"}}\"")).collect();
        format!(
            "#!/bin/sh\nexec env -i PATH=/nonexistent GIT_DIR=\"$PWD\"{git} GITHUB_USER_LOGIN=ada GITHUB_REPO_NAME=acme/shop \
             GITHUB_REPO_PUBLIC=false GITHUB_USER_IP=192.0.2.7 GITHUB_VIA='git upload' {}\n",
            shell_quote(&place)
        )
    });
    let text = pushed.text().replace("\nhint: ", " ");
    assert!(text.contains("ada to acme/shop over git upload (GitHub Enterprise Server)"), "{text}");
}

#[test]
fn bitbucket_runs_the_shim_for_a_push_and_for_a_merge_that_is_only_tried() {
    let set = [
        ("BB_HOOK_TYPE", "PRE"),
        ("BB_HOOK_TRIGGER_ID", "push"),
        ("BB_PROJECT_KEY", "AC"),
        ("BB_REPO_SLUG", "shop"),
        ("BB_USER_NAME", "ada"),
    ];
    let pushed = both("bitbucket", |stage| {
        let script = stage.home().join("scripts/42");
        shim(stage, &script);
        format!("#!/bin/sh\n{}exec {}\n", exports(&set), shell_quote(&script))
    });
    assert!(pushed.shows("ada to AC/shop (Bitbucket)"), "{}", pushed.stderr);

    for leaks in [false, true] {
        let (stage, input) = stored("bitbucket merge", leaks);
        let call = set.iter().fold(stage.server.call(&["pre-receive"]), |call, (key, value)| call.env(key, value));
        let out = call.env("BB_IS_DRY_RUN", "true").run(input.as_bytes());
        assert_eq!(out.code, Some(i32::from(leaks)), "{}", out.both());
    }
}

/// A server that has the objects of one more commit and no reference to it, as hosts without a quarantine do when they
/// ask their hooks; and the line that asks.
fn stored(name: &str, leaks: bool) -> (Stage, String) {
    let (stage, payload) = (Stage::new(), Payload::new(name, leaks));
    let old = stage.work.id("HEAD");
    stage.work.write("x.ini", payload.line()).commit("X");
    stage.publish("main:refs/heads/tried");
    stage.server.git(&["update-ref", "-d", "refs/heads/tried"]);
    let line = format!("{old} {} refs/heads/main\n", stage.work.id("HEAD"));
    (stage, line)
}

#[test]
fn gerrit_s_words_are_understood_by_its_shim() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks/gerrit/ref-update");
    for leaks in [false, true] {
        let (stage, line) = stored("gerrit", leaks);
        let ids: Vec<&str> = line.split(' ').collect();
        let words = |refname| {
            [
                "--project",
                "shop",
                "--refname",
                refname,
                "--uploader",
                "Ada <ada@example.com>",
                "--uploader-username",
                "ada",
            ]
            .into_iter()
            .chain(["--oldrev", ids[0], "--newrev", ids[1]])
            .collect::<Vec<_>>()
        };
        for refname in ["refs/heads/main", "main", "refs/for/main"] {
            let mut command = gerrit(&stage, &script);
            let out = run(command.args(words(refname)), b"");
            assert_eq!(out.code, Some(i32::from(leaks)), "{}", out.both());
            assert_eq!(out.both().contains("by ada to shop (Gerrit)"), leaks, "{}", out.both());
        }
        let out = run(gerrit(&stage, &script).args(["--project", "shop", "--refname", "main"]), b"");
        assert_eq!(out.code, Some(2), "{}", out.both());
    }
}

fn gerrit(stage: &Stage, script: &PathBuf) -> Command {
    let mut command = Command::new(script);
    crate::harness::Isolation::isolated(&mut command, stage.home());
    command.env("LEAKGATE", binary()).env("GIT_DIR", stage.server.git_dir()).current_dir(stage.server.path());
    command
}

#[test]
fn over_http_the_refusal_names_the_web_server_s_user() {
    let (stage, leak) = (Stage::new(), Payload::new("http user", true));
    for (key, value) in http::serve(&stage) {
        stage.work.git(&["config", &key, &value]);
    }
    stage.work.write("x.ini", leak.line()).commit("X");
    stage.push("origin main").refused_naming(&leak, "tester over http");
}

#[test]
fn doctor_tells_a_refusal_by_the_host_s_own_update_hook_from_one_by_the_gate() {
    let stage = Stage::new();
    shim(&stage, &stage.server.git_dir().join("hooks/pre-receive"));
    put(&stage.server.git_dir().join("hooks/update"), "#!/bin/sh\necho who are you >&2\nexit 1\n");
    let doctor = || stage.server.call(&["doctor", "--push", stage.server.path().to_str().unwrap()]).run(b"");
    let out = doctor();
    let text = out.both().split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(out.code, Some(0), "{text}");
    assert!(text.contains("canary: a push with a planted token was refused"), "{text}");
    assert!(text.contains("passed pre-receive; update, which is not leakgate, refused it: who are you"), "{text}");
    put(&stage.server.git_dir().join("hooks/update"), "#!/bin/sh\nexit 0\n");
    assert!(doctor().both().contains("canary: a push without secrets landed"), "{}", doctor().both());
}
