//! `leakgate rules test`: what the author of a rule sees.

use super::{Desk, sound};

/// A sound rule with other lines for some of its keys.
fn rule(lines: &str) -> String {
    let keys: Vec<&str> = lines.lines().map(|line| line.split(' ').next().unwrap()).collect();
    let mut all = vec![
        "id = 'acme-key'",
        "description = 'Acme key'",
        "regex = '\\bacme_[0-9a-z]{24}\\b'",
        "keywords = ['acme_']",
        "opens = 'the Acme account'",
        "revoke = 'https://acme.example/keys'",
        "examples = ['key = \"acme_{{lownum:24}}\"']",
        "counter_examples = ['key = \"acme_{{lownum:23}}\"']",
    ];
    all.retain(|line| !keys.contains(&line.split(' ').next().unwrap()));
    format!("[[rules]]\n{}\n{lines}\n", all.join("\n"))
}

/// What is said about a pack with one rule.
fn said(lines: &str, code: i32) -> String {
    let desk = Desk::new();
    desk.put("pack.toml", &rule(lines));
    let out = desk.rules(&["test", "pack.toml"]);
    assert_eq!(out.code, Some(code), "{lines}\n{}", out.both());
    sound(&out.text());
    // As a sentence, however it was broken.
    out.both().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_good_rule_passes_without_a_word_of_warning() {
    let text = said("", 0);
    assert!(text.contains("ok acme-key (1 example, 1 counter-example)"), "{text}");
    assert!(text.ends_with("1 rule: 0 failed, 0 warnings"), "{text}");
}

#[test]
fn a_rule_that_misses_its_example_says_why() {
    for (lines, why) in [
        ("examples = ['key = \"acme-{{lownum:24}}\"']", "the pattern does not match it"),
        ("keywords = ['acmekey']", "no keyword is in it (acmekey)"),
        ("keywords = ['key =']", "a keyword is in it, but not in what the pattern matches"),
        ("entropy = 4.9", "too little entropy"),
        ("examples = ['key = \"acme_example0123456789abcdefg\"']", "looks like a placeholder"),
        ("stopwords = ['acme_']", "holds the stopword `acme_`"),
        ("allow = ['^acme_']", "matches `^acme_` of `allow`"),
        ("check = 'luhn'\nregex = 'acme_([0-9]{15}1)'\nexamples = ['acme_7992739871300001']", "the check `luhn`"),
    ] {
        let text = said(lines, 1);
        assert!(text.contains("FAIL acme-key") && text.contains("pack.toml:2"), "{text}");
        assert!(text.contains("the example is not found: ") && text.contains(why), "{why}\n{text}");
        assert!(text.contains("1 rule: 1 failed"), "{text}");
    }
}

#[test]
fn a_counter_example_that_any_rule_finds_is_a_fault() {
    let own = said("counter_examples = ['acme_{{lownum:24}}']", 1);
    assert!(own.contains("the counter-example is found acme_{{lownum:24}}"), "{own}");
    let other = said("counter_examples = ['ghp_{{crc62:36}} ', 'acme_{{lownum:20}}']", 1);
    assert!(other.contains("the counter-example is found, by `github-"), "{other}");
}

#[test]
fn a_rule_that_finds_what_others_leave_alone_is_at_fault() {
    let text = said(
        "regex = '[0-9a-z_-]{8,64}'\nkeywords = ['key', 'task', 'ghp']\ncounter_examples = ['a']\nid = 'too-wide'",
        1,
    );
    assert!(text.contains("it finds the counter-example of `"), "{text}");
}

#[test]
fn an_example_that_a_more_severe_rule_takes_passes_with_a_note() {
    let text = said(
        "regex = '\\bghp_[A-Za-z0-9]{36}\\b'\ncheck = 'github'\nkeywords = ['ghp_']\nseverity = 'low'\nexamples = ['ghp_{{crc62:36}}']",
        0,
    );
    assert!(text.contains("note: `github-pat`, which is more specific, takes the example"), "{text}");
}

#[test]
fn a_rule_for_some_paths_is_tried_at_one_of_them() {
    let text = said("paths = ['**/*.{acme,acmerc}', '/conf/']", 0);
    assert!(text.contains("ok acme-key"), "{text}");
    let text = said("paths = ['**/*.acme']\ncounter_examples = ['acme_{{lownum:24}}']", 1);
    assert!(text.contains("the counter-example is found"), "{text}");
}

#[test]
fn what_could_be_better_is_a_warning_and_no_fault() {
    for (lines, warning) in [
        ("regex = '\\b(?:acme|amce)_[0-9a-z]{24}\\b'", "holds no keyword and is never searched"),
        ("regex = '\\bacme_[0-9a-z]{24,}'", "the pattern has no longest match"),
        ("keywords = ['acm']", "the keyword `acm` is short"),
        ("examples = []", "it has no example"),
        ("counter_examples = []", "it has no counter-example"),
    ] {
        let text = said(lines, 0);
        assert!(text.contains("warning: ") && text.contains(warning), "{warning}\n{text}");
    }
    let desk = Desk::new();
    let bare = rule("")
        .lines()
        .filter(|line| !line.starts_with("opens") && !line.starts_with("revoke"))
        .fold(String::new(), |text, line| text + line + "\n");
    let text = desk.put("pack.toml", &bare).rules(&["test", "pack.toml"]).text();
    assert!(text.contains("`opens` is missing") && text.contains("`revoke` is missing"), "{text}");
}

#[test]
fn an_id_that_exists_is_replaced_for_the_trial() {
    let text = said("id = 'github-pat'", 0);
    assert!(text.contains("ok github-pat"), "{text}");
}

#[test]
fn only_the_rules_of_the_named_files_are_tried() {
    let desk = Desk::new();
    desk.put("a.toml", &rule("")).put("b.toml", &rule("id = 'beta-key'\nexamples = ['nothing']"));
    let good = desk.rules(&["test", "a.toml"]);
    assert_eq!(good.code, Some(0), "{}", good.both());
    let both = desk.rules(&["test", "a.toml", "b.toml"]);
    assert_eq!(both.code, Some(1));
    assert!(both.text().contains("ok   acme-key") && both.text().contains("FAIL beta-key"), "{}", both.both());
    let policy = desk.put("c.toml", "disable = ['tag:github']\n").rules(&["test", "--policy", "c.toml", "a.toml"]);
    assert_eq!(policy.code, Some(0), "{}", policy.both());
}

#[test]
fn all_rules_that_hold_are_tried_without_a_file() {
    let desk = Desk::new();
    let out = desk.rules(&["test"]);
    assert_eq!(out.code, Some(0), "{}", out.both());
    assert!(out.text().contains(" rules: 0 failed, "), "{}", out.text());
    desk.put("p.toml", &rule("counter_examples = ['acme_{{lownum:24}}']"));
    let out = desk.rules(&["test", "--policy", "p.toml"]);
    assert_eq!(out.code, Some(1), "{}", out.both());
    assert!(out.text().starts_with("FAIL acme-key") && !out.text().contains("ok  "), "{}", out.text());
}

#[test]
fn a_file_that_cannot_be_used_is_status_2() {
    let desk = Desk::new();
    desk.put("broken.toml", "[[rules]\n").put("unknown.toml", &rule("regexp = 'x'"));
    desk.put("pattern.toml", &rule("regex = 'acme_('")).put("check.toml", &rule("check = 'no-such-check'"));
    desk.put("class.toml", &rule("examples = ['acme_{{digits:3}}']"));
    for file in ["broken.toml", "unknown.toml", "pattern.toml", "check.toml", "class.toml", "missing.toml", "."] {
        let out = desk.rules(&["test", file]);
        assert_eq!(out.code, Some(2), "{file}: {}", out.both());
        assert!(out.stdout.is_empty() && !out.stderr.is_empty(), "{file}");
    }
}
