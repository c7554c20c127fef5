//! Configurations that cannot be run: nothing lands, and whoever pushes learns which file, where and why.

use super::{put, rule, server};
use crate::harness::{Call, Pushed, Stage};

/// What a push says that only changes a word, while the configuration cannot be run.
fn pushed(stage: &Stage) -> Pushed {
    stage.work.append("README.md", "More.\n").commit("More");
    stage.push("origin HEAD:refs/heads/main")
}

#[track_caller]
fn undecided(stage: &Stage, says: &[&str]) {
    let pushed = pushed(stage);
    assert_eq!(pushed.hook_code, Some(2), "{}", pushed.stderr);
    assert_eq!(pushed.before.refs, pushed.after.refs);
    for what in says {
        assert!(pushed.shows(what), "does not say {what}:\n{}", pushed.stderr);
    }
    assert!(
        pushed.text().lines().count() <= 25 && pushed.text().lines().all(|line| line.len() <= 80),
        "{}",
        pushed.text()
    );
}

#[test]
fn a_mistake_in_the_configuration_stops_every_push() {
    let two = format!("{}[[rules.allowlists]]\nstopwords = ['a']\n[rules.allowlist]\nstopwords = ['b']\n", rule(""));
    for (config, says) in [
        (rule("").replace("coupon_", "coupon_("), "does not compile"),
        (rule("").replace("coupon_", r"coupon_\1"), "does not compile"),
        (rule("path = '['"), "rules.path"),
        (rule("secretGroup = 1"), "the pattern has 0 groups"),
        (rule("entropy = 'much'"), "rules.entropy"),
        (rule("[[rules.allowlists]]\ndescription = 'x'"), "it has no criterion"),
        (rule("[[rules.allowlists]]\nstopwords = ['a']\ncondition = 'XOR'"), "is no condition"),
        (rule("[[rules.allowlists]]\nregexes = ['a']\nregexTarget = 'file'"), "is no target"),
        (rule("[[rules.required]]\nwithinLines = 1"), "rules.required.id"),
        (rule("[[rules.required]]\nid = 'absent'"), "has no rule `absent`"),
        ("[[rules]]\ndescription = 'x'\nregex = 'x'".to_owned(), "the rule has no id"),
        ("[[rules]]\nid = 'x'".to_owned(), "has neither `regex` nor `path`"),
        (format!("{}[[allowlists]]\ntargetRules = ['absent']\npaths = ['a']", rule("")), "there is no rule `absent`"),
        ("[extend]\nurl = 'https://example.org/x.toml'".to_owned(), "fetches nothing"),
        ("[extend]\nuseDefault = true\npath = 'base.toml'".to_owned(), "there is `useDefault` as well"),
        ("extend = true".to_owned(), "expected a table"),
        ("[[rules]\n".to_owned(), "gitleaks.toml:1"),
        (two, "gitleaks takes only one"),
    ] {
        undecided(&server(&config), &["gitleaks.toml", says]);
    }
}

#[test]
fn files_that_are_extended_must_be_there_and_end_somewhere() {
    let extending = |name: &str| format!("[extend]\npath = '{name}'\n");
    let stage = server(&extending("absent.toml"));
    undecided(&stage, &["extend.path", "there is no", "absent.toml"]);
    let stage = server(&extending("base.toml"));
    put(&stage, "base.toml", &extending("gitleaks.toml"));
    undecided(&stage, &["base.toml", "for ever"]);
    let stage = server(&extending("1.toml"));
    for (name, next) in [("1.toml", "2.toml"), ("2.toml", "3.toml")] {
        put(&stage, name, &extending(next));
    }
    put(&stage, "3.toml", &rule(""));
    undecided(&stage, &["2.toml", "2 files deep"]);
    // One file fewer is as deep as gitleaks goes.
    put(&stage, "2.toml", &rule(""));
    pushed(&stage).accepted();
}

#[test]
fn a_file_that_is_not_there_too_large_or_somebody_else_s_is_refused() {
    let stage = Stage::new();
    stage.server.policy("extend = 'gitleaks.toml'");
    undecided(&stage, &["leakgate.toml", "extend", "there is no"]);
    put(&stage, "gitleaks.toml", &format!("{}#{}", rule(""), "x".repeat(4 << 20)));
    undecided(&stage, &["larger than 4 MiB"]);
    put(&stage, "gitleaks.toml", &rule(""));
    pushed(&stage).accepted();
    use std::os::unix::fs::PermissionsExt;
    let path = stage.server.git_dir().join("gitleaks.toml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).unwrap();
    undecided(&stage, &["gitleaks.toml"]);
}

#[test]
fn a_pattern_that_takes_too_much_memory_stops_the_push_that_needs_it() {
    let stage = server("[[rules]]\nid = 'x'\nregex = '(?:[a-z]{900}){900}'\n");
    undecided(&stage, &["gitleaks-x"]);
}

#[test]
fn own_rules_off_leaves_nothing_for_the_default_ones() {
    let stage = server("[extend]\nuseDefault = true\n");
    stage.server.policy("extend = 'gitleaks.toml'\ngitleaks.own_rules = false");
    undecided(&stage, &["gitleaks.default_config"]);
}

/// `leakgate gitleaks check` in the server's folder.
fn check(stage: &Stage, args: &[&str]) -> (Option<i32>, String) {
    let all = [&["gitleaks", "check"], args].concat();
    let out = Call::new(stage.home(), stage.server.git_dir(), &all).run(b"");
    (out.code, out.both())
}

#[test]
fn check_says_what_comes_over_and_what_does_not() {
    let stage = server(&rule("tags = ['a']\nkeywords = ['coupon']"));
    let (code, text) = check(&stage, &["gitleaks.toml"]);
    assert!(code == Some(0) && text.contains("1 about texts") && text.contains("everything comes over"), "{text}");
    put(&stage, "gitleaks.toml", &format!("{}\n[whitelist]\nfiles = ['a']\n", rule("severity = 'high'\nregexs = 'a'")));
    let (code, text) = check(&stage, &["gitleaks.toml"]);
    assert_eq!(code, Some(1), "{text}");
    for what in ["gitleaks.toml:5: `rules.severity` is no key", "did you mean `regex`", "`whitelist`", "3 things"] {
        assert!(text.contains(what), "{what}: {text}");
    }
    // What gitleaks passes over stops no push.
    pushed(&stage).accepted();
    put(&stage, "gitleaks.toml", &rule("").replace("coupon_", "("));
    let (code, text) = check(&stage, &["gitleaks.toml"]);
    assert!(code == Some(2) && text.contains("does not compile"), "{text}");
    put(&stage, "gitleaks.toml", "[[rules]]\nid = 'x'\nregex = '(?:[a-z]{900}){900}'\n");
    let (code, text) = check(&stage, &["gitleaks.toml"]);
    assert!(code == Some(2) && text.contains("gitleaks-x"), "{text}");
}

#[test]
fn check_without_a_file_asks_the_policy_in_force() {
    let stage = server("[extend]\nuseDefault = true\ndisabledRules = ['github-pat', 'no-such-rule-anywhere']\n");
    let (code, text) = check(&stage, &[]);
    assert_eq!(code, Some(1), "{text}");
    for what in ["gitleaks.toml", "stand for gitleaks'", "no-such-rule-anywhere", "`github-pat` stands for"] {
        assert!(text.contains(what), "{what}: {text}");
    }
}
