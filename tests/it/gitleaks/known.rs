//! What gitleaks was told to pass over one by one: comments, `.gitleaksignore`, baseline reports.

use super::{ID, coupon, put, rule, server};
use crate::harness::{Call, Local, Payload, Stage};

#[test]
fn a_comment_is_heard_in_a_clone_and_not_on_a_server() {
    let line = format!("{} # gitleaks:allow\n", coupon("comment"));
    let pushed = super::push(&server(&rule("")), &[("a.txt", &line)]);
    assert!(pushed.hook_code == Some(1) && pushed.shows(ID), "{}", pushed.stderr);
    for (text, stops) in [(line.clone(), false), (line.replace("gitleaks:allow", "gitleaks"), true)] {
        let local = Local::new(&["pre-commit"]);
        let work = &local.stage.work;
        work.write(".leakgate.toml", "extend = 'own.toml'").write("own.toml", rule("")).write("a.txt", &text);
        work.run("add a.txt");
        assert_eq!(local.git("commit -q -m A").hook_code, Some(i32::from(stops)), "{text}");
    }
}

#[test]
fn a_comment_speaks_for_leakgate_s_own_rules_where_a_configuration_is_extended() {
    for (policy, stops) in [("extend = 'own.toml'", 0), ("", 1)] {
        let local = Local::new(&["pre-commit"]);
        let payload = Payload::new("own rule comment", true);
        let work = &local.stage.work;
        work.write(".leakgate.toml", policy).write("own.toml", rule(""));
        work.write("a.txt", format!("note = \"{}\" // gitleaks:allow\n", payload.value())).run("add a.txt");
        assert_eq!(local.git("commit -q -m A").hook_code, Some(stops), "{policy}");
    }
}

#[test]
fn what_a_comment_or_a_list_of_gitleaks_lets_pass_is_on_record() {
    for (comment, policy, by) in [
        (" # gitleaks:allow", "[comments]\napply = 'everywhere'\n", "comment"),
        ("", "[gitleaks]\nignore = ['ignore']\n", "baseline"),
    ] {
        let stage = server(&rule(""));
        let log = stage.home().join("audit.jsonl");
        put(&stage, "ignore", "a.txt:Coupon Code:2");
        stage.server.policy(&format!("extend = 'gitleaks.toml'\n{policy}[audit]\nfile = '{}'\n", log.display()));
        stage.work.write("a.txt", format!("first\n{}{comment}\n", coupon("recorded"))).commit("A");
        let pushed = stage.push("origin HEAD:refs/heads/main");
        assert_eq!(pushed.hook_code, Some(0), "{}", pushed.stderr);
        let record: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&log).unwrap()).unwrap();
        assert_eq!((&record["excused_total"], &record["excused"][0]["by"]), (&1.into(), &by.into()), "{record}");
        assert_eq!(record["excused"][0]["rule"], ID, "{record}");
    }
}

/// `leakgate scan` over all history of the work tree, with the server's policy.
pub(super) fn scan(stage: &Stage) -> (Option<i32>, String) {
    let policy = stage.server.git_dir().join("leakgate.toml");
    let args = ["scan", "--all", "--policy", policy.to_str().unwrap()];
    let out = Call::new(stage.home(), stage.work.path(), &args).run(b"");
    (out.code, out.both().split_whitespace().collect::<Vec<_>>().join(" "))
}

#[test]
fn an_ignored_place_is_passed_over_in_its_file_line_and_commit() {
    let stage = server(&rule(""));
    stage.work.write("a.txt", format!("first\n{}\n", coupon("ignored"))).commit("A");
    let id = stage.work.id("HEAD");
    for (entry, passes) in [
        ("a.txt:Coupon Code:2".to_owned(), true),
        (format!("# why\n{id}:a.txt:Coupon Code:2"), true),
        ("a.txt:Coupon Code:1".to_owned(), false),
        ("b.txt:Coupon Code:2".to_owned(), false),
        ("a.txt:other:2".to_owned(), false),
        (format!("{}:a.txt:Coupon Code:2", "0".repeat(40)), false),
    ] {
        put(&stage, "ignore", &entry);
        stage.server.policy("extend = 'gitleaks.toml'\n[gitleaks]\nignore = ['ignore']\n");
        let (code, text) = scan(&stage);
        assert_eq!(code, Some(i32::from(!passes)), "{entry}: {text}");
    }
}

#[test]
fn a_baseline_passes_over_the_same_secret_in_the_same_place() {
    let stage = server(&rule(""));
    let value = coupon("baseline");
    stage.work.write("a.txt", format!("first\n{value}\n")).commit("A");
    let id = stage.work.id("HEAD");
    let other = coupon("another");
    stage.server.policy("extend = 'gitleaks.toml'\n[gitleaks]\nbaseline = ['report.json']\n");
    for (secret, commit, passes) in [(&value, &id, true), (&other, &id, false), (&value, &String::new(), false)] {
        let report = serde_json::json!([{
            "RuleID": "Coupon Code", "File": "a.txt", "StartLine": 2, "EndLine": 2, "Commit": commit, "Secret": secret,
            "Match": secret, "Entropy": 3.5, "Author": "A", "Tags": [],
        }]);
        put(&stage, "report.json", &report.to_string());
        let (code, text) = scan(&stage);
        assert_eq!(code, Some(i32::from(!passes)), "{commit}: {text}");
    }
    put(&stage, "report.json", "{}");
    let (code, text) = scan(&stage);
    assert!(code == Some(2) && text.contains("it is no report of gitleaks"), "{text}");
}

#[test]
fn of_an_ignored_value_gitleaks_generic_rule_says_nothing_either() {
    let generic = rule("").replace("Coupon Code", "generic-word");
    let stage = server(&(rule("") + &generic));
    let word = coupon("generic beside");
    stage.work.write("a.txt", format!("{word}\n{}\n", coupon("generic alone"))).commit("A");
    put(&stage, "ignore", "a.txt:Coupon Code:1\na.txt:Coupon Code:2\n");
    stage.server.policy("extend = 'gitleaks.toml'\n[gitleaks]\nignore = ['ignore']\n");
    assert_eq!(scan(&stage).0, Some(0), "{}", scan(&stage).1);
    // It speaks for what no other rule finds, and where an entry names another line.
    put(&stage, "ignore", "a.txt:Coupon Code:2\n");
    let (code, said) = scan(&stage);
    assert!(code == Some(1) && said.contains(ID) && !said.contains("a.txt:2"), "{said}");
    put(&stage, "gitleaks.toml", &generic);
    let (code, said) = scan(&stage);
    assert!(code == Some(1) && said.contains("gitleaks-generic-word"), "{said}");
}
