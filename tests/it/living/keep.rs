//! Exceptions and baseline: what is written, what it lets pass, and what it does not.

use super::{fingerprint, leakgate};
use crate::harness::{Call, Local, Payload, Rng, Stage};
use std::fs;

fn repo(stage: &Stage) -> String {
    stage.server.path().to_str().unwrap().to_owned()
}

#[test]
fn the_fingerprint_of_a_refusal_becomes_an_entry_that_outlives_rebase_and_move() {
    let (stage, payload) = (Stage::new(), Payload::new("allow", true));
    stage.server.policy("# ours\ncontact = 'x'");
    stage.work.write("a.ini", payload.line()).commit("Add");
    let print = fingerprint(&stage.push("origin HEAD:refs/heads/main").text());
    let args =
        ["allow", &print, "--reason", "made \"up\"", "--owner", "ops", "--expires", "30", "--repo", &repo(&stage)];
    let out = leakgate(&stage, &args);
    assert_eq!(out.code, Some(0), "{}", out.both());
    let file = stage.server.git_dir().join("leakgate.toml");
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.starts_with("# ours\ncontact = 'x'\n\n[[allow]]\nreason = \"made \\\"up\\\"\"\nowner = \"ops\""),
        "{text}"
    );
    // Another commit, another file, other lines around it.
    stage.work.run("reset -q --hard HEAD~1").write("deep/b.txt", format!("x\n\nother: {}\n", payload.value()));
    stage.work.commit("Elsewhere");
    stage.push("origin HEAD:refs/heads/main").accepted();
    // Another value of the same rule in the same place does not pass.
    stage.work.write("deep/b.txt", format!("x\n\nother: {}\n", payload.nth(1))).commit("Another");
    stage.push("origin HEAD:refs/heads/main").refused(&payload);
    // Once more changes nothing.
    let again = leakgate(&stage, &args);
    assert_eq!(again.code, Some(0), "{}", again.both());
    assert!(again.text().contains("allowed already") && again.text().contains("leakgate.toml:4"), "{}", again.text());
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn an_entry_that_is_over_allows_nothing_and_the_refusal_says_so() {
    let (stage, payload) = (Stage::new(), Payload::new("expired", true));
    stage.work.write("a.ini", payload.line()).commit("Add");
    let print = fingerprint(&stage.push("origin HEAD:refs/heads/main").text());
    let entry = |day: &str| format!("[[allow]]\nreason = 'r'\nexpires = '{day}'\nfingerprints = ['{print}']\n");
    stage.server.policy(&entry("2020-02-29"));
    let refused = stage.push("origin HEAD:refs/heads/main");
    refused.refused(&payload);
    let text = refused.text().replace("\nhint: ", " ");
    assert!(text.contains("held until 2020-02-29 and is over") && text.contains("leakgate.toml:1"), "{text}");
    stage.server.policy(&entry("2999-01-01"));
    stage.push("origin HEAD:refs/heads/main").accepted();
}

#[test]
fn a_place_in_a_file_becomes_an_entry_for_what_stands_there() {
    let payload = Payload::new("place", true);
    let local = Local::new(&["pre-commit"]);
    local.stage.work.write("a.ini", format!("x = 1\n{}", payload.line())).run("add a.ini");
    local.git("commit -q -m Add").refused(&payload);
    let out = leakgate(&local.stage, &["allow", "a.ini:2", "--reason", "made up"]);
    assert_eq!(out.code, Some(0), "{}", out.both());
    assert!(local.stage.work.read(".leakgate.toml").contains("fingerprints = [\""));
    local.git("commit -q -m Add").accepted();
    let none = leakgate(&local.stage, &["allow", "a.ini:1", "--reason", "made up"]);
    assert_eq!(none.code, Some(2), "{}", none.both());
    assert!(none.both().contains("nothing is found at a.ini:1"), "{}", none.both());
}

#[test]
fn an_entry_that_would_switch_the_gate_off_or_that_is_no_entry_is_not_written() {
    let stage = Stage::new();
    stage.work.write(".leakgate.toml", "# mine\n");
    for args in [
        &["allow", "--path", "**", "--reason", "r"][..],
        &["allow", "--rule", "*", "--reason", "r"],
        &["allow", "--rule", "no-such-rule", "--reason", "r"],
        &["allow", "0123456789ABCDEF", "--reason", "r"],
        &["allow", "1c2f7a0-0123456789abcdef", "--reason", "r"],
        &["allow", "0123456789abcdef", "--reason", "r", "--expires", "2020-01-01"],
        &["allow", "0123456789abcdef", "--reason", "r", "--file", "/no/such/folder/x.toml"],
        &["allow", "0123456789abcdef"],
    ] {
        let out = leakgate(&stage, args);
        assert_eq!(out.code, Some(2), "{args:?}: {}", out.both());
        assert!(!out.stderr.is_empty());
        assert_eq!(stage.work.read(".leakgate.toml"), "# mine\n", "{args:?}");
    }
    stage.work.write(".leakgate.toml", "y = 1\n");
    assert_eq!(leakgate(&stage, &["allow", "0123456789abcdef", "--reason", "r"]).code, Some(2));
}

#[test]
fn a_baseline_lets_pass_what_was_there_and_nothing_else() {
    let (stage, payload) = (Stage::new(), Payload::new("baseline", true));
    stage.work.write("old.ini", payload.line()).commit("Old");
    stage.publish("main");
    let out = leakgate(&stage, &["baseline", "--repo", &repo(&stage)]);
    assert_eq!(out.code, Some(0), "{}", out.both());
    let file = stage.server.git_dir().join("leakgate-baseline");
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().filter(|line| !line.starts_with('#')).count(), 1, "{text}");
    crate::harness::check_text(text.as_bytes(), &payload.secrets()).unwrap();
    // The old value in another place, and then a new one.
    stage.work.write("copy.txt", format!("again {}\n", payload.value())).commit("Copy");
    stage.push("origin HEAD:refs/heads/main").accepted();
    stage.work.write("new.ini", format!("note = {}\n", payload.nth(1))).commit("New");
    stage.push("origin HEAD:refs/heads/main").refused(&payload);
}

#[test]
fn a_baseline_that_is_missing_or_damaged_refuses_everything() {
    let (stage, payload) = (Stage::new(), Payload::new("damaged", false));
    assert_eq!(leakgate(&stage, &["baseline", "--repo", &repo(&stage)]).code, Some(0));
    let file = stage.server.git_dir().join("leakgate-baseline");
    stage.work.write("clean.txt", "clean\n").commit("Clean");
    fs::write(&file, "<<<<<<< ours\n").unwrap();
    stage.push("origin HEAD:refs/heads/main").undecided(&payload);
    fs::remove_file(&file).unwrap();
    stage.push("origin HEAD:refs/heads/main").undecided(&payload);
    fs::create_dir(&file).unwrap();
    stage.push("origin HEAD:refs/heads/main").undecided(&payload);
    fs::remove_dir(&file).unwrap();
    assert_eq!(leakgate(&stage, &["baseline", "--repo", &repo(&stage)]).code, Some(0));
    stage.push("origin HEAD:refs/heads/main").accepted();
}

#[test]
fn a_baseline_is_updated_and_pruned_only_when_asked() {
    let (stage, payload) = (Stage::new(), Payload::new("update", true));
    stage.work.write("old.ini", payload.line()).commit("Old");
    assert_eq!(leakgate(&stage, &["baseline"]).code, Some(0));
    let entries = || stage.work.read(".leakgate-baseline").lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(entries(), 1);
    assert!(stage.work.read(".leakgate.toml").contains("[baseline]\nfile = \".leakgate-baseline\""));
    stage.work.run("reset -q --hard HEAD~1").write("new.ini", format!("note = {}\n", payload.nth(1))).commit("New");
    let again = leakgate(&stage, &["baseline"]);
    assert_eq!(again.code, Some(2), "{}", again.both());
    assert!(again.both().contains("--update"), "{}", again.both());
    assert_eq!(leakgate(&stage, &["baseline", "--update"]).code, Some(0));
    assert_eq!(entries(), 2);
    assert_eq!(leakgate(&stage, &["baseline", "--prune"]).code, Some(0));
    assert_eq!(entries(), 1);
    assert_eq!(leakgate(&stage, &["scan", "--all"]).code, Some(0));
}

#[test]
fn a_baseline_for_one_list_is_not_one_for_another_under_the_same_name() {
    let stage = Stage::new();
    let list = |from: usize| -> String {
        let row = |n: usize| format!("{n},user{}@qwertz{}.co.jp,Yamada {n}\n", n * 7 + 13, n % 9);
        "id,mail,name\n".to_owned() + &(from..from + 200).map(row).collect::<String>()
    };
    stage.work.write("members.csv", list(0)).commit("Old");
    stage.publish("main");
    assert_eq!(leakgate(&stage, &["baseline", "--repo", &repo(&stage)]).code, Some(0));
    // A history of its own adds every line again.
    stage.work.orphan("other").write("moved/members.csv", list(0)).commit("Again");
    stage.push("origin HEAD:refs/heads/other").accepted();
    stage.work.orphan("others").write("members.csv", list(5_000)).commit("Other people");
    let pushed = stage.push("origin HEAD:refs/heads/others");
    assert_eq!(pushed.hook_code, Some(1), "{}", pushed.stderr);
}

#[test]
fn the_policy_is_shown_with_its_places_and_checked() {
    let stage = Stage::new();
    stage.work.write(".leakgate.toml", "contact = 'desk'\n\n[limits]\nfindings_shown = 5\n");
    let out = leakgate(&stage, &["policy"]);
    assert_eq!(out.code, Some(0), "{}", out.both());
    let text = out.text();
    let line = |key: &str| text.lines().find(|line| line.starts_with(key)).unwrap_or_default().to_owned();
    assert!(line("limits.findings_shown = 5").ends_with(".leakgate.toml:4"), "{text}");
    assert!(line("limits.tag_depth = 100").contains("config/leakgate.toml (built in):"), "{text}");
    assert!(line("contact = \"desk\"").ends_with(".leakgate.toml:1"), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("limits.findings_shown")).count(), 1, "{text}");
    assert_eq!(leakgate(&stage, &["policy", "check"]).code, Some(0));
    let json = leakgate(&stage, &["policy", "--format", "jsonl"]).text();
    assert!(json.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{json}");
    stage.work.write("p.toml", "[limits]\nfinding_shown = 5\n");
    let wrong = leakgate(&stage, &["policy", "check", "p.toml"]);
    assert_eq!(wrong.code, Some(2), "{}", wrong.both());
    assert!(wrong.both().contains("p.toml:2:1"), "{}", wrong.both());
    let entry = "[[allow]]\nreason = 'r'\nexpires = '2020-01-01'\npaths = ['a']\n";
    stage.work.write("p.toml", entry);
    let over = leakgate(&stage, &["policy", "check", "p.toml"]);
    assert!(over.code == Some(0) && over.text().contains("p.toml:1: this [[allow]] entry is over"), "{}", over.both());
    stage.work.write("p.toml", "[baseline]\nfile = 'missing'\n");
    assert_eq!(leakgate(&stage, &["policy", "check", "p.toml"]).code, Some(2));
    let outside = Call::new(stage.home(), stage.home(), &["policy", "default"]).run(b"");
    assert_eq!(outside.text(), include_str!("../../../config/leakgate.toml").trim_end());
}

#[test]
fn a_developer_s_file_adds_and_loosens_only_what_is_not_locked() {
    let payload = Payload::new("developer", true);
    let local = Local::new(&["pre-commit"]);
    let own = local.stage.home().join(".config/leakgate");
    fs::create_dir_all(&own).unwrap();
    fs::write(own.join("leakgate.toml"), "[[allow]]\nreason = 'mine'\npaths = ['mine/**']\n").unwrap();
    local.stage.work.write("mine/a.ini", payload.line()).run("add mine");
    local.git("commit -q -m Add").accepted();
    local.stage.work.write(".leakgate.toml", "lock = ['allow']\n").write("mine/b.ini", payload.line()).run("add mine");
    let stopped = local.git("commit -q -m Add");
    stopped.undecided(&payload);
    assert!(stopped.out.both().contains("locked by"), "{}", stopped.out.both());
    let wider = leakgate(&local.stage, &["allow", "0123456789abcdef", "--reason", "r", "--file", ".leakgate.toml"]);
    assert_eq!(wider.code, Some(2), "{}", wider.both());
}

#[test]
fn no_file_of_a_push_is_policy_on_a_server() {
    let (stage, payload) = (Stage::new(), Payload::new("pushed", true));
    stage.work.write(".leakgate.toml", "[[allow]]\nreason = 'r'\npaths = ['a.ini']\n");
    stage.work.write("leakgate.toml", "dry_run = true\n").write(".leakgate-baseline", "# leakgate baseline 1\n");
    stage.work.write("a.ini", payload.line()).commit("Add");
    stage.push("origin HEAD:refs/heads/main").refused(&payload);
}

#[test]
fn a_rule_added_under_a_lock_takes_nothing_from_the_generic_ones() {
    let key = Rng::named("locked").string(b"abcdefghkmnpqrstuvwxyz23456789ABCDEFGHKLMNPRSTUVWXYZ", 32);
    let rule = r#"[[rules]]
id = "mine"
description = "a note"
regex = '''api_key = "([^"]+)'''
keywords = ["api_key ="]
severity = "low"
"#;
    let staged = |rule: &str, policy: &str, value: &str| {
        let local = Local::new(&["pre-commit"]);
        let own = local.stage.home().join(".config/leakgate");
        fs::create_dir_all(&own).unwrap();
        fs::write(own.join("leakgate.toml"), rule).unwrap();
        local.stage.work.write(".leakgate.toml", policy).write("a.ini", format!("api_key = \"{value}\"\n"));
        local.stage.work.git(&["add", "-A"]);
        let done = local.git("commit -q -m Add");
        (done.hook_code, done.out.both())
    };
    // What the organisation says of rules of little weight, or by a glob, is no word about what its own rules find.
    let off = "lock = ['all']\n[[action]]\naction = 'off'\nup_to = 'low'\n";
    let allowed = "lock = ['all']\n[[allow]]\nreason = 'r'\nrules = ['min*']\n";
    for (name, policy) in [("off", off), ("allow", allowed)] {
        let (code, said) = staged(rule, policy, &key);
        assert!(code == Some(1) && said.contains("(generic-"), "{name}: {said}");
    }
    // Where they find nothing it finds what it is for.
    let (code, said) = staged(&rule.replace("low", "high"), "lock = ['all']\n", "words here");
    assert!(code == Some(1) && said.contains("(mine)"), "{said}");
}
