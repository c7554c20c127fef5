//! The ways a push travels: each must carry a clean push in, and the reason of a refusal out.

pub mod http;
pub mod ssh;

use crate::harness::{Payload, Push, Pushed, Stage};

/// Pushes twice to `url`: the reason must arrive on the pusher's side whatever lies between.
fn travels(name: &str, route: impl Fn(&Stage) -> Vec<(String, String)>, extra: &[u8]) {
    for leaking in [false, true] {
        let (stage, payload) = (Stage::new(), Payload::new(name, leaking));
        for (key, value) in route(&stage) {
            stage.work.git(&["config", &key, &value]);
        }
        payload.named("x.ini");
        stage.work.write("extra.bin", extra).write("x.ini", payload.line()).commit("X");
        let pushed: Pushed = ().push(&stage);
        assert_eq!(pushed.hook_code, Some(i32::from(leaking)), "{}", pushed.stderr);
        if leaking {
            pushed.refused(&payload);
        } else {
            pushed.accepted();
            assert_eq!(stage.server.git(&["rev-parse", "main"]), stage.work.id("HEAD"));
        }
    }
}

#[test]
fn a_push_through_a_file_address_is_judged() {
    travels(
        "file",
        |stage| vec![("remote.origin.url".into(), format!("file://{}", stage.server.path().display()))],
        b"",
    );
}

#[test]
fn a_push_in_each_version_of_the_protocol_is_judged() {
    for version in ["0", "1", "2"] {
        travels(&format!("version {version}"), |_| vec![("protocol.version".into(), version.into())], b"");
    }
}

#[test]
fn a_push_through_http_is_judged() {
    travels("http", http::serve, b"");
}

#[test]
fn a_large_push_through_http_is_judged() {
    let noise = crate::harness::Rng::named("http").bytes(300_000);
    travels(
        "http in chunks",
        |stage| [http::serve(stage), vec![("http.postBuffer".into(), "65536".into())]].concat(),
        &noise,
    );
}

#[test]
fn a_push_through_ssh_is_judged() {
    if ssh::program().is_none() {
        assert!(
            std::env::var_os("CI").is_none_or(|ci| ci != "true"),
            "no sshd on this machine: install openssh-server"
        );
        eprintln!("skipped: no sshd on this machine");
        return;
    }
    let server = ssh::Daemon::start();
    travels("ssh", |stage| server.route(stage), b"");
}
