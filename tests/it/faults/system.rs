//! What the machine around the gate can do to it: no files, no memory, no output, no time.

use super::{Offer, all_the_same, assert_undecided, closed_under};
use crate::harness::{Call, Hook, Isolation, Payload, Stage, binary, check_text, run, shell_quote};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

#[test]
fn a_repository_that_is_not_there_is_undecided() {
    let offer = Offer::new("nowhere", false);
    for (key, value) in [
        ("GIT_DIR", "/no/such/repository"),
        ("GIT_QUARANTINE_PATH", "/no/such/quarantine"),
        ("GIT_OBJECT_DIRECTORY", "/no/such/objects"),
    ] {
        let out = offer.call().env(key, value).run(offer.line.as_bytes());
        assert_undecided(&out);
    }
}

#[test]
fn output_that_cannot_be_written_changes_nothing() {
    for redirection in [">&-", "2>&-", ">&- 2>&-", ">/dev/full 2>/dev/full", "2> >(exec true)", "</dev/stdin >&2"] {
        all_the_same(redirection, |_| {}, |call| call.redirected(redirection));
    }
}

#[test]
fn an_environment_without_anything_changes_nothing() {
    let bare = |call: Call| {
        ["HOME", "TMPDIR", "PATH", "LC_ALL", "TZ", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"]
            .iter()
            .fold(call, |call, key| call.without(key))
    };
    all_the_same("bare", |_| {}, bare);
    all_the_same(
        "lost",
        |_| {},
        |call| call.env("HOME", "/no/such/home").env("TMPDIR", "/no/such/tmp").env("PATH", "/no/such/bin"),
    );
}

#[test]
fn what_a_client_can_put_into_the_environment_changes_nothing() {
    all_the_same(
        "client",
        |_| {},
        |call| {
            call.env("LC_ALL", "ja_JP.SJIS")
                .env("LANG", "x\x1b[2J")
                .env("LC_LEAKGATE_SKIP", "1")
                .env("GIT_PROTOCOL", "version=9")
                .env("GIT_PUSH_OPTION_COUNT", "1")
                .env("GIT_PUSH_OPTION_0", "leakgate.skip")
                .env("SKIP", "leakgate")
                .env("NO_COLOR", "")
                .env("TERM", "xterm")
        },
    );
}

#[test]
fn limits_of_the_system_open_nothing() {
    for limit in [
        "ulimit -n 14",
        "ulimit -n 4",
        "ulimit -v 98304",
        "ulimit -v 20000",
        "ulimit -f 0",
        "ulimit -s 256",
        "ulimit -u 1",
        "ulimit -c 0",
    ] {
        closed_under(limit, |_| {}, |call| call.under(limit));
    }
    let offer = Offer::sized("memory", true, 12 << 20);
    for limit in ["ulimit -v 40000", "ulimit -v 98304", "ulimit -t 1"] {
        assert!(!matches!(offer.judge(&offer.call().under(limit)), Some(0)), "{limit}");
    }
}

#[test]
fn a_gate_that_is_killed_refuses() {
    let stage = Stage::new();
    let payload = Payload::new("killed", true);
    stage
        .work
        .write("big.bin", crate::harness::Rng::named("killed").bytes(6 << 20))
        .append("conf/app.ini", payload.line())
        .commit("Big");
    for (signal, delay) in [
        ("KILL", "0.001"),
        ("KILL", "0.02"),
        ("TERM", "0.005"),
        ("INT", "0.02"),
        ("HUP", "0.05"),
        ("SEGV", "0.01"),
        ("PIPE", "0.01"),
    ] {
        let gate = shell_quote(&binary());
        // Should the gate be done before the signal, its own verdict stands, and that is a refusal as well.
        let script = format!(
            "#!/bin/bash\n{gate} pre-receive <&0 & pid=$!\nsleep {delay}\nkill -{signal} $pid 2>/dev/null\nwait $pid\n"
        );
        stage.server.install(Hook::Script(&script));
        let pushed = stage.push("origin main");
        assert_ne!(pushed.code, Some(0), "{signal} after {delay}: {}", pushed.stderr);
        assert_eq!(pushed.before.refs, pushed.after.refs);
        assert_eq!(pushed.before.objects, pushed.after.objects);
    }
}

#[test]
fn a_shim_whose_binary_is_gone_refuses() {
    let stage = Stage::new();
    stage.work.append("README.md", "More.\n").commit("More");
    for script in ["#!/bin/sh\nexec /no/such/leakgate pre-receive\n", "#!/no/such/leakgate\n"] {
        stage.server.install(Hook::Script(script));
        let pushed = stage.push("origin main");
        assert_ne!(pushed.code, Some(0), "{}", pushed.stderr);
        assert_eq!(pushed.before.refs, pushed.after.refs);
    }
}

#[test]
fn a_repository_of_another_user_opens_nothing() {
    if run(Command::new("id").arg("-u"), b"").text() != "0" {
        eprintln!("skipped: only root can call the gate as somebody else");
        return;
    }
    for leaking in [false, true] {
        // More than the 16 MiB that a reader without trust in the owner takes for an attack.
        let offer = Offer::sized("another user", leaking, 17 << 20);
        let (gate, home) = (offer.stage.home().join("gate"), offer.stage.home());
        fs::copy(binary(), &gate).unwrap();
        for path in [home, &gate] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let mut call = Command::new("setpriv");
        call.isolated(home).args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&gate).arg("pre-receive");
        let out = run(call.env("GIT_DIR", ".").current_dir(offer.stage.server.git_dir()), offer.line.as_bytes());
        check_text(&out.stderr, &offer.payload.secrets()).unwrap();
        assert!(matches!(out.code, Some(2)) || out.code == Some(i32::from(leaking)), "{}", out.both());
    }
}

#[test]
fn packs_that_vanish_under_the_gate_open_nothing() {
    let stage = Stage::new();
    stage.server.config("receive.unpackLimit", "1");
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                stage.server.try_git(&["repack", "-adq"], b"");
            }
        });
        for n in 0..8 {
            let payload = Payload::new(&format!("repack {n}"), n % 2 == 1);
            stage.work.write("x.ini", payload.line()).commit("X");
            let out = stage.work.try_git(&["push", "-q", "--force", "origin", "HEAD:refs/heads/x"]);
            let landed = stage.server.try_git(&["rev-parse", "-q", "--verify", "refs/heads/x"], b"").text();
            if payload.leaks() {
                assert_ne!(landed, stage.work.id("HEAD"), "the leak landed: {}", out.both());
                stage.work.run("reset -q --hard HEAD~1");
            } else if out.code != Some(0) {
                assert!(out.both().contains("could not"), "{}", out.both());
                stage.work.run("reset -q --hard HEAD~1");
            }
        }
        done.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_pusher_who_goes_away_changes_nothing() {
    for leaking in [false, true] {
        let (stage, payload) = (Stage::new(), Payload::new("gone", leaking));
        stage.work.append("conf/app.ini", payload.line()).commit("Offer");
        let (gate, home) = (shell_quote(&binary()), stage.home().display());
        // The hook waits until the pusher is gone, then judges, and notes what it said.
        stage.server.install(Hook::Script(&format!(
            "#!/bin/sh\necho $PPID >'{home}/ready'\nwhile [ ! -e '{home}/go' ]; do sleep 0.01; done\n{gate} pre-receive\ncode=$?\necho $code >'{home}/hook-code'\nexit $code\n"
        )));
        let mut push = stage.work.command(&["push", "-q", "origin", "main"]);
        let mut push = push.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let (ready, note) = (stage.home().join("ready"), stage.home().join("hook-code"));
        wait_for(|| ready.exists());
        push.kill().unwrap();
        push.wait().unwrap();
        fs::write(stage.home().join("go"), "").unwrap();
        wait_for(|| fs::read_to_string(&note).is_ok_and(|text| text.ends_with('\n')));
        assert_eq!(stage.server.take_code(), Some(i32::from(leaking)));
        // What is left of the quarantine is git's to prune; nothing may point at it.
        let receiver = fs::read_to_string(&ready).unwrap();
        wait_for(|| !Path::new("/proc").join(receiver.trim()).exists());
        let landed = stage.server.git(&["rev-parse", "main"]) == stage.work.id("HEAD");
        assert!(!(leaking && landed), "the leak landed");
    }
}

/// Waits for what another process does; half a minute without it is a failure.
fn wait_for(happened: impl Fn() -> bool) {
    for _ in 0..3000 {
        if happened() {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("nothing happened within half a minute");
}
