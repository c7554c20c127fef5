//! Comments, actions and the dry run: what softens the gate, and where it does not.

use super::let_through;
use crate::harness::{Hook, Local, Payload, Rng, Stage};
use crate::rules::kinds::{BUILT, Kind, kinds};
use leakgate::text::Severity;

fn comment(payload: &Payload, rule: &str) -> String {
    format!("note = \"{}\" # leakgate:allow {rule} made up for the tests\n", payload.value())
}

#[test]
fn a_comment_lets_its_own_rule_pass_on_its_own_line_in_a_clone() {
    let rule = "github-pat";
    for (name, text, passes) in [
        ("same", "V # leakgate:allow github-pat made up\n", true),
        ("above", "# leakgate:allow github-pat made up\nV\n", true),
        ("below", "V\n# leakgate:allow github-pat made up\n", false),
        ("two-above", "# leakgate:allow github-pat made up\n\nV\n", false),
        ("other-line", "x = 1 # leakgate:allow github-pat made up\nV\n", false),
        ("other-rule", "V # leakgate:allow aws-key made up\n", false),
        ("any-rule", "V # leakgate:allow * made up\n", false),
        ("no-reason", "V # leakgate:allow github-pat\n", false),
        ("reason-is-the-value", "V # leakgate:allow github-pat V\n", false),
    ] {
        let payload = Payload::new(name, true);
        let local = Local::new(&["pre-commit"]);
        local.stage.work.write("a.ini", text.replace('V', &payload.value())).run("add a.ini");
        let done = local.git("commit -q -m Add");
        match passes {
            true => drop(done.accepted()),
            false => drop(done.refused(&payload)),
        }
    }
    // Another secret on the same line is another matter.
    let payload = Payload::new("beside", true);
    let local = Local::new(&["pre-commit"]);
    let (id, secret) = payload.aws();
    let line = format!("aws_access_key_id={id} aws_secret_access_key={secret} {}", comment(&payload, rule));
    local.stage.work.write("a.ini", line).run("add a.ini");
    local.git("commit -q -m Add").refused(&payload);
}

#[test]
fn a_comment_is_not_heard_on_a_server_unless_its_policy_says_so() {
    let (stage, payload) = (Stage::new(), Payload::new("server", true));
    stage.work.write("a.ini", comment(&payload, "github-pat")).commit("Add");
    stage.push("origin HEAD:refs/heads/main").refused(&payload);
    stage.server.policy("comments.apply = 'local'");
    stage.push("origin HEAD:refs/heads/main").refused(&payload);
    stage.server.policy("comments.apply = 'everywhere'");
    stage.push("origin HEAD:refs/heads/main").accepted();
}

#[test]
fn a_comment_speaks_neither_for_a_list_nor_for_a_name_nor_for_a_message() {
    let payload = Payload::new("list", true);
    let local = Local::new(&["pre-commit", "commit-msg"]);
    let row = |n: usize| {
        format!("{n},user{}@qwertz{}.co.jp,x # leakgate:allow customer-email-list all made up\n", n * 7 + 13, n % 9)
    };
    let list: String = (0..200).map(row).collect();
    local.stage.work.write("a.csv", "id,mail,name\n".to_owned() + &list).run("add a.csv");
    let done = local.git("commit -q -m Add");
    assert_eq!(done.hook_code, Some(1), "{}", done.out.both());
    local.stage.work.run("reset -q --hard");
    let name = format!("{} leakgate:allow github-pat made up", payload.value());
    local.stage.work.write(&name, "x\n");
    local.stage.work.git(&["add", "-A"]);
    local.git("commit -q -m Add").refused(&payload);
    local.stage.work.run("reset -q --hard").write("x.txt", "x\n").run("add x.txt");
    let message = format!("Add {} # leakgate:allow github-pat made up", payload.value());
    local.git_args(&["commit", "-q", "-m", &message]).refused(&payload);
}

/// A rule of one's own that finds whatever stands behind `note =`, and an entry about it.
fn trial(entry: &str) -> String {
    r#"
[[rules]]
id = "trial-note"
description = "a note"
regex = '''(?:note|api_key) = "?([^"\s]+)'''
keywords = ["note =", "api_key ="]
severity = "critical"
examples = ['note = "{{alnum:20}}"']
"#
    .to_owned()
        + entry
}

#[test]
fn a_rule_that_only_warns_hides_nothing_that_another_rule_finds() {
    let (warn, off) = ("action = 'warn'\nrules = ['trial-note']\n", "action = 'off'\nrules = ['trial-note']\n");
    // A value known by its form, with nothing in it that could be verified: then the more severe rule says more.
    let plain = |kind: &&Kind| {
        let rule = &BUILT.rules[kind.number].spec;
        kind.is_bare && rule.check.is_none() && rule.severity == Severity::High && !kind.text.contains(['"', ' ', '\n'])
    };
    let kinds = kinds(1);
    let kind = kinds.iter().find(plain).unwrap();
    let key = Rng::named("words").string(b"abcdefghkmnpqrstuvwxyz23456789ABCDEFGHKLMNPRSTUVWXYZ", 32);
    let (form, words) = (format!("note = \"{}\"\n", kind.text), format!("api_key = \"{key}\"\n"));
    for (name, entry, text, other) in [
        ("warn", format!("[[action]]\n{warn}"), &form, kind.id.as_str()),
        ("off", format!("[[action]]\n{off}"), &form, &kind.id),
        ("allow", "[[allow]]\nreason = 'notes'\nrules = ['trial-note']\n".to_owned(), &form, &kind.id),
        ("words", format!("[[action]]\n{warn}"), &words, "generic-api-key"),
    ] {
        let stage = Stage::new();
        stage.work.write("a.ini", text).commit("Add");
        // The other rule finds it, the trial rule says more of it, and where that one only warns the other's word holds.
        for (policy, tells) in [(String::new(), other), (trial(""), "trial-note"), (trial(&entry), other)] {
            stage.server.policy(&policy);
            let pushed = stage.push("origin HEAD:refs/heads/main");
            assert_eq!(pushed.hook_code, Some(1), "{name}: {policy}\n{}", pushed.stderr);
            assert!(pushed.shows(tells), "{name}: {tells} is not named: {}", pushed.text());
        }
    }
}

#[test]
fn an_exception_for_a_value_holds_whichever_rule_finds_it() {
    let (stage, payload) = (Stage::new(), Payload::new("value", true));
    stage.work.write("a.ini", format!("note = \"{}\"\n", payload.aws().0)).commit("Add");
    stage.server.policy(&trial(""));
    let print = super::fingerprint(&stage.push("origin HEAD:refs/heads/main").text());
    stage.server.policy(&trial(&format!("[[allow]]\nreason = 'made up'\nfingerprints = ['{print}']\n")));
    let_through(&stage.push("origin HEAD:refs/heads/main"), "");
}

#[test]
fn an_action_warns_where_it_says_and_stops_elsewhere() {
    let (stage, payload) = (Stage::new(), Payload::new("warn", true));
    stage.server.policy("[[action]]\naction = 'warn'\nrules = ['github-*']\npaths = ['tests/']\n");
    stage.work.write("tests/a.ini", payload.line()).commit("Add");
    let pushed = stage.push("origin HEAD:refs/heads/main");
    let_through(&pushed, "warning: leakgate accepts this push");
    crate::harness::check_text(&pushed.remote, &payload.secrets()).unwrap();
    stage.work.write("src/a.ini", format!("note = {}\n", payload.nth(1))).commit("More");
    stage.push("origin HEAD:refs/heads/main").refused(&payload);
    stage.server.policy("[[action]]\naction = 'off'\nrules = ['github-*']\n");
    stage.push("origin HEAD:refs/heads/main").accepted();
}

#[test]
fn what_came_in_by_a_softer_branch_is_judged_when_it_goes_to_another() {
    let (stage, payload) = (Stage::new(), Payload::new("refs", true));
    stage.server.policy("[[action]]\naction = 'warn'\nrefs = ['refs/heads/wip/**']\n");
    stage.work.write("a.ini", payload.line()).commit("Add");
    stage.push("origin HEAD:refs/heads/main").refused(&payload);
    stage.push("origin HEAD:refs/heads/wip/x HEAD:refs/heads/main").refused(&payload);
    let_through(&stage.push("origin HEAD:refs/heads/wip/x"), "warning: leakgate accepts this push");
    let late = stage.push("origin HEAD:refs/heads/main");
    assert_eq!(late.hook_code, Some(1), "{}", late.stderr);
    assert_eq!(late.before.refs, late.after.refs);
    stage.work.run("reset -q --hard HEAD~1").write("b.txt", "b\n").commit("Clean");
    stage.push("origin HEAD:refs/heads/main").accepted();
}

#[test]
fn a_dry_run_says_what_it_would_have_refused_and_stops_nothing() {
    let (stage, payload) = (Stage::new(), Payload::new("dry", true));
    stage.server.policy("dry_run = true\nmessage = 'Call 1234.'\n");
    stage.work.write("a.ini", payload.line()).commit("Add");
    let pushed = stage.push("origin HEAD:refs/heads/main");
    let_through(&pushed, "warning: leakgate would have refused this push: 1 secret");
    assert!(pushed.text().contains("dry run") && pushed.text().contains("hint: Call 1234."), "{}", pushed.text());
    assert!(!pushed.text().contains("error:"), "{}", pushed.text());
    crate::harness::check_text(&pushed.remote, &payload.secrets()).unwrap();
    // What cannot be read or judged passes as well: a leak would, too.
    stage.server.policy("dry_run = true\nlimits.object_bytes = 10_000\n");
    stage.work.write("big.txt", "word ".repeat(10_000)).commit("Big");
    let pushed = stage.push("origin HEAD:refs/heads/main");
    let_through(&pushed, "warning: leakgate could not check this push");
    // A policy that cannot be used is no dry run.
    stage.server.policy("dry_run = true\ny = 1\n");
    stage.work.write("c.txt", "c\n").commit("Clean");
    stage.push("origin HEAD:refs/heads/main").undecided(&Payload::new("none", false));
}

#[test]
fn the_organisation_s_own_words_stand_in_the_refusal() {
    let (stage, payload) = (Stage::new(), Payload::new("words", true));
    stage.server.policy("message = \"Stop, and call 1234.\\nhttps://wiki.corp.example/leakgate\"\n");
    stage.server.install(Hook::Shim);
    stage.work.write("a.ini", payload.line()).commit("Add");
    let pushed = stage.push("origin HEAD:refs/heads/main");
    pushed.refused(&payload);
    for line in ["hint: Stop, and call 1234.", "hint: https://wiki.corp.example/leakgate"] {
        assert!(pushed.text().lines().any(|said| said == line), "{}", pushed.text());
    }
}
