//! `leakgate scan`: the same eyes on files, on what is staged, on history, for people and for machines.

use crate::harness::{Call, Out, Payload, Stage};
use serde_json::Value;

/// `leakgate scan` with `args` in the stage's work tree.
pub fn scan(stage: &Stage, args: &[&str], stdin: &[u8]) -> Out {
    let mut all = vec!["scan"];
    all.extend_from_slice(args);
    Call::new(stage.home(), stage.work.path(), &all).run(stdin)
}

/// The findings of `leakgate scan --format jsonl` with `args`.
pub fn findings(stage: &Stage, args: &[&str]) -> Vec<Value> {
    let mut all = vec!["--format", "jsonl"];
    all.extend_from_slice(args);
    let out = scan(stage, &all, b"");
    let findings: Vec<Value> = out
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    assert_eq!(out.code, Some(i32::from(!findings.is_empty())), "{}", out.both());
    findings
}

#[test]
fn a_finding_says_what_where_and_which_without_the_value() {
    let (stage, payload) = (Stage::new(), Payload::new("fields", true));
    stage.work.write("a.ini", format!("first = 1\n{}", payload.line())).commit("A");
    let found = findings(&stage, &["HEAD~1..HEAD"]);
    assert_eq!(found.len(), 1);
    let finding = &found[0];
    assert_eq!(finding["path"], "a.ini");
    assert_eq!(finding["line"], 2);
    assert_eq!(finding["column"], 9);
    assert_eq!(finding["commit"], stage.work.id("HEAD"));
    assert!(finding["rule"].as_str().is_some_and(|rule| rule.contains("github")), "{finding}");
    assert!(finding["fingerprint"].as_str().is_some_and(|print| print.len() == 16), "{finding}");
    let text = finding.to_string();
    assert!(
        payload.value().as_bytes().windows(4).all(|run| !text.contains(std::str::from_utf8(run).unwrap())),
        "{text}"
    );
}

#[test]
fn the_fingerprint_outlives_a_move_and_tells_values_apart() {
    let (stage, payload) = (Stage::new(), Payload::new("fingerprint", true));
    stage.work.write("a.ini", payload.line()).write("b/c.txt", format!("x\n\nother: {}\n", payload.value()));
    stage.work.write("d.ini", format!("note = {}\n", payload.nth(1))).commit("A");
    let found = findings(&stage, &["HEAD~1..HEAD"]);
    let print = |path: &str| {
        found.iter().find(|f| f["path"] == path).unwrap_or_else(|| panic!("no {path}"))["fingerprint"].clone()
    };
    assert_eq!(print("a.ini"), print("b/c.txt"));
    assert_ne!(print("a.ini"), print("d.ini"));
}

#[test]
fn files_folders_and_standard_input_are_scanned() {
    let (stage, payload) = (Stage::new(), Payload::new("files", true));
    stage.work.write("dir/a.ini", payload.line()).write("clean.txt", "clean\n");
    assert_eq!(findings(&stage, &["dir/a.ini"])[0]["commit"], Value::Null);
    assert_eq!(findings(&stage, &["dir"]).len(), 1);
    assert_eq!(findings(&stage, &["."]).len(), 1);
    assert_eq!(scan(&stage, &["clean.txt"], b"").code, Some(0));
    assert_eq!(scan(&stage, &["-"], payload.line().as_bytes()).code, Some(1));
    assert_eq!(scan(&stage, &["-"], b"clean\n").code, Some(0));
    assert_eq!(scan(&stage, &["-"], b"").code, Some(0));
}

#[test]
fn what_is_staged_is_scanned() {
    let (stage, payload) = (Stage::new(), Payload::new("staged scan", true));
    stage.work.write("a.ini", payload.line());
    assert_eq!(scan(&stage, &["--staged"], b"").code, Some(0));
    stage.work.run("add -A").write("a.ini", "note = env\n");
    assert_eq!(findings(&stage, &["--staged"])[0]["path"], "a.ini");
}

#[test]
fn all_of_history_is_scanned() {
    let (stage, payload) = (Stage::new(), Payload::new("history", true));
    stage
        .work
        .branch("side", "main")
        .write("a.ini", payload.line())
        .commit("A")
        .remove("a.ini")
        .commit("Gone")
        .checkout("main");
    assert_eq!(findings(&stage, &["--all"]).len(), 1);
    let out = Call::new(stage.home(), stage.home(), &["scan", "--repo", stage.work.path().to_str().unwrap(), "--all"])
        .run(b"");
    assert_eq!(out.code, Some(1), "{}", out.both());
}

#[test]
fn the_text_for_people_names_file_and_line_and_hides_the_value() {
    let (stage, payload) = (Stage::new(), Payload::new("text", true));
    stage.work.write("a.ini", format!("first = 1\n{}", payload.line()));
    let out = scan(&stage, &["a.ini"], b"");
    assert_eq!(out.code, Some(1));
    assert!(out.both().contains("a.ini:2"), "{}", out.both());
    crate::harness::check_text(out.both().as_bytes(), &payload.secrets()).unwrap();
}

#[test]
fn what_cannot_be_scanned_is_undecided() {
    let stage = Stage::new();
    for args in [
        &["no/such/file"][..],
        &["no-such-revision..HEAD"],
        &["--no-such-option"],
        &["--format", "no-such-format", "."],
        &["--repo", "/no/such/repository", "--all"],
        &["--policy", "/no/such/policy.toml", "."],
        &[],
    ] {
        let out = scan(&stage, args, b"");
        assert_eq!(out.code, Some(2), "{args:?}: {}", out.both());
        assert!(!out.stderr.is_empty());
    }
    let outside = Call::new(stage.home(), stage.home(), &["scan", "--all"]).run(b"");
    assert_eq!(outside.code, Some(2), "{}", outside.both());
}
