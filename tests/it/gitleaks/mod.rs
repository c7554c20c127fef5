//! A gitleaks configuration on a server, as an administrator would bring it along: what it finds is refused, what it lets
//! pass lands, and what cannot be run stops everything.
//!
//! Every configuration here is written for its test; values are made when the test runs and are no secrets of any issuer.

mod failing;
mod known;

use crate::harness::{Pushed, Rng, Stage};
use std::fs;

const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";

/// A word that only the tests' configurations look for.
pub fn coupon(name: &str) -> String {
    format!("coupon_{}", Rng::named(name).string(LOWER, 20))
}

/// A rule for such words, with more lines in its table.
pub fn rule(lines: &str) -> String {
    format!("[[rules]]\nid = \"Coupon Code\"\ndescription = \"a coupon\"\nregex = '''coupon_[a-z]{{20}}'''\n{lines}\n")
}

/// A server whose policy extends `config`.
pub fn server(config: &str) -> Stage {
    let stage = Stage::new();
    put(&stage, "gitleaks.toml", config);
    stage.server.policy("extend = 'gitleaks.toml'");
    stage
}

/// Writes a file beside the server's policy.
pub fn put(stage: &Stage, name: &str, text: &str) {
    fs::write(stage.server.git_dir().join(name), text).unwrap();
}

/// Pushes `files` to `stage` in one commit.
pub fn push(stage: &Stage, files: &[(&str, &str)]) -> Pushed {
    for (path, text) in files {
        stage.work.write(path, text);
    }
    stage.work.commit("Change");
    stage.push("origin HEAD:refs/heads/main")
}

/// Whether the hook refuses `files` under `config` and names `what`; every other outcome but landing is a failed test.
#[track_caller]
fn stops(config: &str, files: &[(&str, &str)], what: &str) -> bool {
    let pushed = push(&server(config), files);
    match pushed.hook_code {
        Some(0) => {
            pushed.accepted();
            false
        }
        code => {
            assert_eq!(code, Some(1), "{}", pushed.stderr);
            assert!(pushed.shows(what), "the refusal does not name {what}:\n{}", pushed.stderr);
            assert_eq!(pushed.before.refs, pushed.after.refs);
            true
        }
    }
}

/// What a rule named `Coupon Code` is called here.
const ID: &str = "gitleaks-coupon-code";

#[test]
fn a_rule_of_gitleaks_refuses_and_its_absence_does_not() {
    let line = format!("code {}\n", coupon("first"));
    assert!(stops(&rule(""), &[("a.txt", &line)], ID));
    assert!(!stops(&rule("").replace("coupon_", "token_"), &[("a.txt", &line)], ID));
}

#[test]
fn leakgate_s_own_rules_hold_beside_it() {
    let payload = crate::harness::Payload::new("beside gitleaks", true);
    assert!(stops(&rule(""), &[("a.txt", &payload.line())], "github-pat"));
}

#[test]
fn a_keyword_may_stand_anywhere_in_the_file_in_any_case_and_be_short() {
    let line = format!("code {}\n", coupon("keyword"));
    for (word, stops_it) in [("VOUCHER", true), ("Q7", true), ("absent", false)] {
        let config = rule(&format!("keywords = ['{word}']"));
        let text = format!("a voucher, q7\n\n{line}");
        assert_eq!(stops(&config, &[("a.txt", &text)], ID), stops_it, "{word}");
    }
}

#[test]
fn the_secret_is_a_group_and_its_entropy_must_be_above_the_bound() {
    // Four letters, once each: two bits exactly.
    let config = |group: u8, bits: &str| {
        format!("[[rules]]\nid = 'x'\nregex = 'pin=(z*)([a-z]{{4}});'\nsecretGroup = {group}\nentropy = {bits}\n")
    };
    for (group, bits, stops_it) in [(2, "1.9", true), (2, "2.0", false), (0, "1.9", true), (0, "2.0", false)] {
        let found = stops(&config(group, bits), &[("a.txt", "pin=abcd;\n")], "gitleaks-x");
        assert_eq!(found, stops_it, "group {group}, {bits} bits");
    }
}

#[test]
fn a_path_narrows_a_rule_or_is_all_that_it_looks_at() {
    let line = format!("{}\n", coupon("path"));
    assert!(stops(&rule("path = '''^conf/.*\\.ini$'''"), &[("conf/b.ini", &line)], "conf/b.ini"));
    assert!(!stops(&rule("path = '''^conf/.*\\.ini$'''"), &[("conf/b.txt", &line)], ID));
    let only = "[[rules]]\nid = 'safe'\ndescription = 'a password safe'\npath = '(?i)\\.kdb$'\n";
    assert!(stops(only, &[("x/My.KDB", "nothing\n")], "gitleaks-safe"));
    assert!(!stops(only, &[("x/kdb.txt", "nothing\n")], "gitleaks-safe"));
}

#[test]
fn a_path_alone_is_found_in_all_of_a_history() {
    let stage = server("[[rules]]\nid = 'safe'\npath = '(?i)\\.kdb$'\n");
    stage.work.write("x/My.KDB", "nothing\n").write("x/b.txt", "b\n").commit("A");
    stage.work.run("rm -q x/My.KDB").commit("B");
    let (code, text) = known::scan(&stage);
    assert!(code == Some(1) && text.contains("x/My.KDB:1:1: gitleaks-safe"), "{text}");
}

#[test]
fn a_path_alone_is_refused_when_a_folder_with_it_is_moved_or_the_file_changes() {
    let config = "[[rules]]\nid = 'safe'\npath = '^private/'\n";
    let stage = server(config);
    stage.work.write("public/a.txt", "a\n").commit("A");
    stage.push("origin HEAD:refs/heads/main").accepted();
    stage.work.run("mv public private").commit("Move");
    let moved = stage.push("origin HEAD:refs/heads/main");
    assert!(moved.hook_code == Some(1) && moved.shows("private/a.txt"), "{}", moved.stderr);
    stage.publish("main");
    let changed = push(&stage, &[("private/a.txt", "b\n")]);
    assert!(changed.hook_code == Some(1) && changed.shows("gitleaks-safe"), "{}", changed.stderr);
}

#[test]
fn allowlists_let_pass_by_path_word_pattern_and_all_of_them_together() {
    let value = coupon("allowed");
    let line = format!("x = {value} # sample\n");
    let part = &value[9..15];
    for (list, passes) in [
        ("paths = ['^tests/']".to_owned(), true),
        ("paths = ['^src/']".to_owned(), false),
        (format!("stopwords = ['{}']", part.to_uppercase()), true),
        ("stopwords = ['sample']".to_owned(), false),
        ("regexes = ['^coupon_']".to_owned(), true),
        ("regexes = ['sample']".to_owned(), false),
        ("regexes = ['# sample$']\nregexTarget = 'line'".to_owned(), true),
        ("regexes = ['# sample$']\nregexTarget = 'match'".to_owned(), false),
        (format!("condition = 'AND'\npaths = ['^tests/']\nstopwords = ['{part}']"), true),
        (format!("condition = 'and'\npaths = ['^src/']\nstopwords = ['{part}']"), false),
        ("condition = '||'\npaths = ['^src/']\nregexes = ['coupon']".to_owned(), true),
    ] {
        for config in [
            rule(&format!("[[rules.allowlists]]\n{list}")),
            rule(&format!("[rules.allowlist]\n{list}")),
            format!("{}[[allowlists]]\n{list}\n", rule("")),
            format!("{}[[allowlists]]\ntargetRules = ['Coupon Code']\n{list}\n", rule("")),
        ] {
            assert_eq!(!stops(&config, &[("tests/a.txt", &line)], ID), passes, "{config}");
        }
    }
}

#[test]
fn an_allowlist_for_all_rules_holds_for_leakgate_s_own_rules_for_secrets_too() {
    let payload = crate::harness::Payload::new("global allowlist", true);
    let config = |path: &str| format!("[allowlist]\npaths = ['{path}']\n");
    assert!(!stops(&config("^tests/"), &[("tests/a.txt", &payload.line())], ""));
    assert!(stops(&config("^src/"), &[("tests/a.txt", &payload.line())], "github-pat"));
}

#[test]
fn a_rule_may_need_another_one_near_it() {
    let config = "[[rules]]\nid = 'pair'\nregex = 'left_[a-z]{8}'\n[[rules.required]]\nid = 'half'\nwithinLines = 2\n\
                  [[rules]]\nid = 'half'\nregex = 'right_[a-z]{8}'\nskipReport = true\nkeywords = ['never there']\n";
    for (text, stops_it) in [
        ("left_abcdefgh\n\nright_abcdefgh\n", true),
        ("left_abcdefgh\n\n\nright_abcdefgh\n", false),
        ("left_abcdefgh\n", false),
        ("right_abcdefgh\n", false),
    ] {
        assert_eq!(stops(config, &[("a.txt", text)], "gitleaks-pair"), stops_it, "{text}");
    }
}

#[test]
fn a_rule_is_complete_by_a_line_that_is_added_to_an_old_one() {
    let config = "[[rules]]\nid = 'pair'\nregex = 'left_[a-z]{8}'\nrequired = [{ id = 'half' }]\n\
                  [[rules]]\nid = 'half'\nregex = 'right_[a-z]{8}'\nskipReport = true\n";
    let stage = server(config);
    stage.work.write("a.txt", "left_abcdefgh\n").commit("A");
    stage.push("origin HEAD:refs/heads/main").accepted();
    let pushed = push(&stage, &[("a.txt", "left_abcdefgh\nother\n")]);
    pushed.accepted();
    let pushed = push(&stage, &[("a.txt", "left_abcdefgh\nother\nright_abcdefgh\n")]);
    assert!(pushed.hook_code == Some(1) && pushed.shows("gitleaks-pair"), "{}", pushed.stderr);
}

#[test]
fn what_extends_another_file_changes_its_rules_and_drops_some() {
    let base = "[[rules]]\nid = 'one'\nregex = 'one_[a-z]{8}'\n[[rules]]\nid = 'two'\nregex = 'two_[a-z]{8}'\n\
                [[rules]]\nid = 'three'\nregex = 'three_[a-z]{8}'\n";
    let config = "[extend]\npath = 'base.toml'\ndisabledRules = ['two']\n[[rules]]\nid = 'one'\nentropy = 2.5\n\
                  [[rules]]\nid = 'three'\n[[rules.allowlists]]\nstopwords = ['zz']\n";
    for (text, stops_it) in [
        ("one_abcdefgh", true),
        ("one_aaaabbbb", false),
        ("two_abcdefgh", false),
        ("three_abcdefgh", true),
        ("three_abzzefgh", false),
    ] {
        let stage = server(config);
        put(&stage, "base.toml", base);
        let pushed = push(&stage, &[("a.txt", text)]);
        assert_eq!(pushed.hook_code, Some(i32::from(stops_it)), "{text}: {}", pushed.stderr);
    }
}

#[test]
fn leakgate_s_own_rules_stand_for_the_default_ones() {
    let payload = crate::harness::Payload::new("default rules", true);
    let default = "[extend]\nuseDefault = true\n";
    let files = [("tests/a.txt", payload.line())];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    assert!(stops(default, &files, "github-pat"));
    let all = "[extend]\nuseDefault = true\ndisabledRules = ['github-pat', 'github-oauth']\n";
    assert!(!stops(all, &files, ""), "both that the rule stands for are disabled");
    let one = "[extend]\nuseDefault = true\ndisabledRules = ['github-oauth']\n";
    assert!(stops(one, &files, "github-pat"), "the rule stands for another one as well");
    let allowed = "[extend]\nuseDefault = true\n[[rules]]\nid = 'github-pat'\n[rules.allowlist]\npaths = ['^tests/']\n";
    assert!(!stops(allowed, &files, ""));
    let targeted = "[extend]\nuseDefault = true\n[[allowlists]]\ntargetRules = ['github-pat']\npaths = ['^src/']\n";
    assert!(stops(targeted, &files, "github-pat"));
}

#[test]
fn a_copy_of_the_default_configuration_stands_for_itself() {
    let payload = crate::harness::Payload::new("default copy", true);
    let stage = server("[extend]\nuseDefault = true\n");
    put(&stage, "default.toml", &rule("[[rules.allowlists]]\nstopwords = ['qqq']"));
    stage.server.policy("extend = 'gitleaks.toml'\n[gitleaks]\ndefault_config = 'default.toml'\nown_rules = false\n");
    push(&stage, &[("a.txt", &payload.line())]).accepted();
    let pushed = push(&stage, &[("a.txt", &coupon("copy"))]);
    assert!(pushed.hook_code == Some(1) && pushed.shows(ID), "{}", pushed.stderr);
}

#[test]
fn rules_from_gitleaks_can_be_switched_off_and_excepted_like_any_other() {
    let line = format!("{}\n", coupon("switch"));
    for policy in [
        "disable = ['gitleaks-coupon-code']",
        "disable = ['tag:gitleaks']",
        "[[allow]]\nreason = 'r'\nrules = ['gitleaks-*']\npaths = ['a.txt']",
    ] {
        let stage = server(&rule(""));
        stage.server.policy(&format!("extend = 'gitleaks.toml'\n{policy}"));
        push(&stage, &[("a.txt", &line)]).accepted();
    }
}

#[test]
fn encoded_values_and_those_in_archives_are_found_as_well() {
    let value = coupon("encoded");
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut zip, value.as_bytes()).unwrap();
    let stage = server(&rule(""));
    stage.work.write("a.gz", zip.finish().unwrap());
    let pushed = push(&stage, &[]);
    assert!(pushed.hook_code == Some(1) && pushed.shows(ID), "{}", pushed.stderr);
}
