//! The audit log: a record a decision, nothing of a value in it, and no acceptance without one.

use crate::harness::{Hook, Payload, Stage, binary, check_text, shell_quote};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::time::Duration;

/// A stage whose server keeps a log beside itself, and the log.
fn logging() -> (Stage, PathBuf) {
    let stage = Stage::new();
    let log = stage.home().join("audit.jsonl");
    stage.server.policy(&format!("[audit]\nfile = '{}'\n", log.display()));
    (stage, log)
}

/// The records of a log, each checked for what no record may hold.
fn records(log: &PathBuf, payload: &Payload) -> Vec<Value> {
    let text = fs::read_to_string(log).unwrap();
    for secret in payload.secrets() {
        let shown = secret.as_bytes().windows(4).find(|run| text.as_bytes().windows(4).any(|at| at == *run));
        assert!(shown.is_none(), "{shown:?} of a secret in {text}");
    }
    assert!(text.ends_with('\n') && !text.chars().any(|c| c.is_control() && c != '\n'), "{text}");
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

#[test]
fn every_decision_leaves_one_record() {
    let (stage, log) = logging();
    let payload = Payload::new("audit", true);
    stage.work.write("a.txt", "nothing\n").commit("A");
    let old = stage.work.id("HEAD~1");
    stage.push("origin HEAD:refs/heads/main").accepted();
    stage.work.write("b.ini", payload.line()).commit("B");
    stage.push("origin HEAD:refs/heads/main HEAD~1:refs/heads/x").refused(&payload);
    stage.server.call(&["pre-receive"]).run(b"");

    let records = records(&log, &payload);
    assert_eq!(records.len(), 3, "{records:?}");
    let [accepted, refused, undecided] = &records[..] else { panic!() };
    assert_eq!((&accepted["verdict"], &accepted["refs_total"]), (&"accepted".into(), &1.into()));
    assert_eq!(accepted["refs"][0]["name"], "refs/heads/main");
    assert_eq!(accepted["refs"][0]["old"], old);
    assert_eq!(accepted["refs"][0]["new"], stage.work.id("HEAD~1"));
    assert_eq!((&accepted["commits"], &accepted["findings_total"]), (&1.into(), &0.into()));
    assert!(accepted["objects"].as_u64() >= Some(3) && accepted["bytes"].as_u64() > Some(100), "{accepted}");
    assert!(accepted["milliseconds"].is_u64() && accepted["error"].is_null(), "{accepted}");
    assert_eq!((&accepted["host"], &accepted["hook"]), (&"git".into(), &"pre-receive".into()));
    assert!(accepted["folder"].as_str().is_some_and(|folder| folder.ends_with("server.git")), "{accepted}");
    let time = accepted["time"].as_str().unwrap();
    assert!(time.len() == 24 && time.starts_with("20") && time.ends_with('Z') && time.contains('T'), "{time}");

    assert_eq!((&refused["verdict"], &refused["refs_total"]), (&"refused".into(), &2.into()));
    let found = &refused["findings"][0];
    assert_eq!((&found["path"], &found["line"]), (&"b.ini".into(), &1.into()));
    assert_eq!(found["commit"], stage.work.id("HEAD"));
    assert_eq!(found["fingerprint"].as_str().unwrap().len(), 16);
    assert_eq!(undecided["verdict"], "undecided");
    assert!(undecided["error"].as_str().is_some_and(|why| why.contains("standard input is empty")), "{undecided}");
    assert_eq!(fs::metadata(&log).unwrap().mode() & 0o7137, 0, "for owner and group alone");
}

#[test]
fn what_an_exception_lets_pass_is_recorded_with_its_reason() {
    let (stage, log) = logging();
    let payload = Payload::new("audit allow", true);
    let policy = fs::read_to_string(stage.server.git_dir().join("leakgate.toml")).unwrap();
    let allow = "[[allow]]\nreason = 'revoked in March'\nowner = 'platform team'\npaths = ['old.ini']\n";
    stage.server.policy(&(policy + allow));
    stage.work.write("old.ini", payload.line()).commit("A");
    stage.push("origin HEAD:refs/heads/main").accepted();
    let record = records(&log, &payload).remove(0);
    let passed = &record["excused"][0];
    assert_eq!((&record["verdict"], &record["excused_total"]), (&"accepted".into(), &1.into()));
    assert_eq!((&passed["by"], &passed["reason"]), (&"allow".into(), &"revoked in March".into()));
    assert_eq!((&passed["owner"], &passed["path"]), (&"platform team".into(), &"old.ini".into()));
}

#[test]
fn names_from_the_push_neither_show_a_secret_nor_end_a_line() {
    let (stage, log) = logging();
    let payload = Payload::new("audit names", true);
    let name = format!("k-{}\n\u{202e}<script>.ini", payload.value());
    stage.work.write(&name, payload.line()).commit("A");
    stage.push(&format!("origin HEAD:refs/heads/b-{}", payload.value())).stopped(&payload);
    let records = records(&log, &payload);
    assert_eq!(records.len(), 1);
    assert!(records[0]["refs"][0]["name"].as_str().unwrap().starts_with("refs/heads/b-****"), "{}", records[0]);
    assert!(records[0]["findings"].to_string().contains("\\\\n\\\\u{202e}"), "{}", records[0]);
}

#[test]
fn an_acceptance_that_leaves_no_record_is_none() {
    let (stage, log) = logging();
    let benign = Payload::new("audit fails", false);
    let policy = fs::read_to_string(stage.server.git_dir().join("leakgate.toml")).unwrap();
    let elsewhere = stage.home().join("elsewhere");
    stage.work.write("a.txt", "nothing\n").commit("A");
    symlink(&elsewhere, &log).unwrap();
    let pushed = stage.push("origin HEAD:refs/heads/main");
    pushed.undecided(&benign);
    assert!(pushed.shows("the decision cannot be recorded") && pushed.shows("it is a link"), "{}", pushed.text());
    assert!(!elsewhere.exists());

    fs::remove_file(&log).unwrap();
    fs::create_dir(&log).unwrap();
    stage.push("origin HEAD:refs/heads/main").undecided(&benign);
    // A refusal stays a refusal, and says so too.
    let leak = Payload::new("audit fails", true);
    stage.work.write("b.ini", leak.line()).commit("B");
    let pushed = stage.push("origin HEAD:refs/heads/main");
    pushed.refused(&leak);
    assert!(pushed.shows("cannot be recorded"), "{}", pushed.text());

    stage.server.policy(&format!("{policy}unwritten = 'allow'\n"));
    let pushed = stage.push("origin HEAD~1:refs/heads/main");
    assert_eq!((pushed.code, pushed.hook_code), (Some(0), Some(0)), "{}", pushed.stderr);
    assert!(pushed.text().starts_with("warning: ") && pushed.shows("cannot be recorded"), "{}", pushed.text());
}

#[test]
fn doctor_sees_a_log_that_would_refuse_every_push_and_makes_none() {
    let (stage, log) = logging();
    let doctor = || stage.server.call(&["doctor", stage.server.path().to_str().unwrap()]).run(b"").both();
    assert!(!doctor().contains("audit log"), "{}", doctor());
    assert!(!log.exists());
    stage.server.policy("[audit]\nfile = '/nonexistent/audit.jsonl'\n");
    assert!(doctor().contains("cannot write the audit log /nonexistent/audit.jsonl"), "{}", doctor());
    assert!(doctor().contains("every push is refused"), "{}", doctor());
    stage.server.policy("[audit]\nfile = '/nonexistent/audit.jsonl'\nunwritten = 'allow'\n");
    assert!(doctor().contains("pushes pass unrecorded"), "{}", doctor());
}

#[test]
fn a_full_disk_is_no_record() {
    let (stage, log) = logging();
    let head = stage.work.id("HEAD");
    let line = format!("{} {head} refs/heads/again\n", "0".repeat(40));
    let call = stage.server.call(&["pre-receive"]);
    assert_eq!(call.run(line.as_bytes()).code, Some(0));
    let first = fs::read_to_string(&log).unwrap();
    // The limit on a file's size stands for a disk without room; 512 bytes take the beginning of a record.
    let full = call.clone().under("trap '' XFSZ; ulimit -f 1").run(line.as_bytes());
    assert_eq!(full.code, Some(2), "{}", full.both());
    let said = full.both().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("the decision cannot be recorded: the audit log") && said.contains("took"), "{said}");
    assert_eq!(call.run(line.as_bytes()).code, Some(0));
    let text = fs::read_to_string(&log).unwrap();
    assert!(text.starts_with(&first));
    assert!(serde_json::from_str::<Value>(text.lines().last().unwrap()).is_ok(), "{text}");
}

#[test]
fn a_log_that_was_rotated_begins_anew_and_concurrent_records_stay_whole() {
    let (stage, log) = logging();
    let head = stage.work.id("HEAD");
    let line = format!("{} {head} refs/heads/again\n", "0".repeat(40));
    let call = stage.server.call(&["pre-receive"]);
    assert_eq!(call.run(line.as_bytes()).code, Some(0));
    fs::rename(&log, stage.home().join("audit.jsonl.1")).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..3).for_each(|_| assert_eq!(call.run(line.as_bytes()).code, Some(0))));
        }
    });
    assert_eq!(records(&log, &Payload::new("none", false)).len(), 12);
}

#[test]
fn syslog_gets_the_same_record() {
    let stage = Stage::new();
    let payload = Payload::new("audit syslog", true);
    let path = stage.home().join("log");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stage.server.policy(&format!("[audit]\nsyslog = '{}'\n", path.display()));
    stage.work.write("b.ini", payload.line()).commit("B");
    stage.push("origin HEAD:refs/heads/main").refused(&payload);
    let mut buffer = [0; 65_536];
    let length = socket.recv(&mut buffer).unwrap();
    let text = std::str::from_utf8(&buffer[..length]).unwrap();
    let (head, json) = text.split_once(": ").unwrap();
    assert!(head.starts_with("<84>") && head.contains(" leakgate["), "{head}");
    let record: Value = serde_json::from_str(json).unwrap();
    assert_eq!((&record["verdict"], &record["findings"][0]["path"]), (&"refused".into(), &"b.ini".into()));
    assert!(length <= 2_148);

    drop(socket);
    fs::remove_file(&path).unwrap();
    let benign = Payload::new("audit syslog", false);
    stage.work.run("reset -q --hard HEAD~1").write("a.txt", "nothing\n").commit("A");
    let pushed = stage.push("origin HEAD:refs/heads/main");
    pushed.undecided(&benign);
    check_text(&pushed.remote, &[]).unwrap();
}

#[test]
fn the_host_says_who_pushed_what_and_how() {
    let (stage, log) = logging();
    let binary = shell_quote(&binary());
    let script = format!(
        "#!/bin/sh\nGL_ID=user-7 GL_USERNAME=ada GL_PROJECT_PATH=team/shop GL_PROTOCOL=ssh exec {binary} pre-receive\n"
    );
    stage.server.install(Hook::Script(&script));
    stage.work.write("a.txt", "nothing\n").commit("A");
    stage.push("origin HEAD:refs/heads/main").accepted();
    let record = records(&log, &Payload::new("none", false)).remove(0);
    for (key, value) in [("host", "gitlab"), ("user", "ada"), ("repository", "team/shop"), ("protocol", "ssh")] {
        assert_eq!(record[key], value, "{record}");
    }
}

#[test]
fn a_record_stays_short_whatever_was_pushed() {
    let (stage, log) = logging();
    let payload = Payload::new("audit many", true);
    for n in 0..120 {
        stage.work.write(&format!("{}/{n}.ini", "long/".repeat(60)), format!("note = {}\n", payload.nth(n)));
    }
    stage.work.commit("Many");
    let refs: String = (0..300).map(|n| format!(" HEAD:refs/heads/b{n}")).collect();
    stage.push(&format!("origin{refs}")).stopped(&payload);
    let text = fs::read_to_string(&log).unwrap();
    assert!(text.len() <= 16 << 10, "{}", text.len());
    let record = records(&log, &payload).remove(0);
    assert_eq!((&record["findings_total"], &record["refs_total"]), (&120.into(), &300.into()));
    assert!(record["findings"].as_array().is_some_and(|listed| !listed.is_empty()), "{record}");
}
