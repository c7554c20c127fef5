//! The harness proves itself with stand-ins for the gate: it sees what it has to see, so that its silence means something.

use crate::harness::{Hook, Payload, Pushed, RefCommand, Rng, Stage, check_text, width};

const POLITE: &str = "#!/bin/sh\ncat >/dev/null\necho 'error: a secret in conf/app.ini' >&2\nexit 1\n";

/// Pushes a leak against a stand-in.
fn against(script: &str) -> (Pushed, Payload) {
    let stage = Stage::new();
    let payload = Payload::new("proof", true);
    stage.work.append("conf/app.ini", payload.line()).commit("Leak");
    stage.server.install(Hook::Script(script));
    (stage.push("origin main"), payload)
}

fn complaint(script: &str) -> String {
    let (pushed, payload) = against(script);
    pushed.check_stopped(1, &payload.secrets()).expect_err("nothing was noticed")
}

#[test]
fn a_clean_refusal_is_taken_as_one() {
    let (pushed, payload) = against(POLITE);
    assert_eq!(pushed.check_stopped(1, &payload.secrets()), Ok(()));
    assert!(pushed.shows("conf/app.ini"));
    pushed.refused_naming(&payload, "a secret in");
}

#[test]
fn a_push_that_lands_is_noticed() {
    assert_eq!(complaint("#!/bin/sh\nexit 0\n"), "the push landed");
    let (pushed, _) = against("#!/bin/sh\ncat >/dev/null\n");
    pushed.accepted();
    assert_ne!(pushed.before.refs, pushed.after.refs);
    assert!(pushed.after.objects.len() > pushed.before.objects.len());
}

#[test]
fn a_refusal_without_a_reason_is_noticed() {
    assert_eq!(complaint("#!/bin/sh\nexit 1\n"), "the hook gave no reason");
}

#[test]
fn four_bytes_of_a_token_are_noticed_and_three_are_not() {
    let token = Payload::new("proof", true).value();
    let shown = |n: usize| format!("#!/bin/sh\necho 'x{}x' >&2\nexit 1\n", &token[..n]);
    assert!(complaint(&shown(4)).contains("of a secret"));
    let (pushed, payload) = against(&shown(3));
    assert_eq!(pushed.check_stopped(1, &payload.secrets()), Ok(()));
    assert!(check_text(format!("{}\n", &token[20..24]).as_bytes(), &payload.secrets()).is_err());
}

#[test]
fn escape_sequences_and_long_lines_are_noticed() {
    assert!(complaint("#!/bin/sh\nprintf 'a\\033[2J\\n' >&2\nexit 1\n").contains("U+001B"));
    assert!(complaint("#!/bin/sh\nprintf 'a\\342\\200\\256b\\n' >&2\nexit 1\n").contains("U+202E"));
    assert!(complaint("#!/bin/sh\nprintf 'a\\377b\\n' >&2\nexit 1\n").contains("UTF-8"));
    assert!(complaint("#!/bin/sh\nprintf '%073d\\n' 0 >&2\nexit 1\n").contains("73 columns"));
    assert_eq!(width("お客様a"), 7);
}

#[test]
fn what_a_refused_push_leaves_behind_is_noticed() {
    let folder = "#!/bin/sh\nmkdir objects/tmp_objdir-incoming-x\necho no >&2\nexit 1\n";
    assert!(complaint(folder).contains("left behind"));
    let kept = "#!/bin/sh\nread old new ref\ngit cat-file commit $new >objects/kept\necho no >&2\nexit 1\n";
    assert!(complaint(kept).contains("the server kept"));
    let moved = "#!/bin/sh\nread old new ref\nprintf '%s\\n' $old >refs/heads/other\necho no >&2\nexit 1\n";
    assert!(complaint(moved).contains("a reference moved"));
}

#[test]
fn a_client_made_by_hand_can_push_and_can_lie() {
    let stage = Stage::new();
    stage.server.install(Hook::Off);
    let old = stage.work.id("HEAD");
    stage.work.append("README.md", "More.\n").commit("More");
    let new = stage.work.id("HEAD");
    let ids = stage.work.git(&["rev-list", "--objects", "--no-object-names", "HEAD", "^HEAD~1"]);
    let pack = stage.pack(&ids.lines().collect::<Vec<_>>());
    let command = |old: &str| RefCommand { old: old.into(), new: new.clone(), name: "refs/heads/main".into() };
    let lied = stage.push_raw(&[command(&new)], &pack);
    assert_ne!(lied.code, Some(0));
    assert!(lied.after.objects.len() > lied.before.objects.len(), "git keeps the objects of a push that lied");
    let landed = stage.push_raw(&[command(&old)], &stage.pack(&[]));
    assert_eq!(landed.code, Some(0), "{}", landed.stderr);
    assert_eq!(stage.server.git(&["rev-parse", "main"]), new);
}

#[test]
fn tokens_are_made_anew_for_every_name_and_alike_in_every_run() {
    let one = Payload::new("one", true);
    assert_eq!(one.value(), Payload::new("one", true).value());
    assert_ne!(one.value(), Payload::new("two", true).value());
    assert_ne!(one.value(), one.nth(1));
    assert_eq!(one.value().len(), 40);
    assert_eq!(one.secrets().len(), 2);
    let benign = Payload::new("one", false);
    assert_eq!(benign.value().len(), 40);
    assert!(benign.secrets().is_empty());
    let (mut a, mut b) = (Rng::named("x"), Rng::named("x"));
    assert_eq!(a.bytes(13), b.bytes(13));
}
