//! Broken input, broken arguments, broken policies: never taken for an empty push or for no policy.

use super::{Offer, assert_undecided, undecided};
use crate::harness::{Payload, Stage, check_text};
use std::fs;
use std::os::unix::fs::symlink;

#[test]
fn broken_input_is_never_taken_for_an_empty_push() {
    let offer = Offer::new("garbage", false);
    let line = offer.line.trim_end();
    let (old, rest) = line.split_once(' ').unwrap();
    let (new, name) = rest.split_once(' ').unwrap();
    let unknown = "1234567890".repeat(4);
    for input in [
        String::new(),
        "\n".to_owned(),
        "abc".to_owned(),
        format!("{old} {new}\n"),
        format!("{old} {new} \n"),
        format!("{old}\n"),
        format!("{} {new} {name}\n", &old[..39]),
        format!("{old} {} {name}\n", &new[..10]),
        format!("{old} {}g {name}\n", &new[..39]),
        format!("{old} {new}{new} {name}\n"),
        format!("{old} {unknown} {name}\n"),
        format!("{old}\t{new}\t{name}\n"),
        format!("  {old} {new} {name}\n"),
        format!("{line}\n{line} "),
        format!("{line}\n\n{line}\n"),
        format!("{line}\nabc\n"),
        format!("{old} {new} \0{name}\n"),
        format!("{old} {new} refs/heads/a\x1b[2J\u{202e}\n"),
        "x".repeat(1 << 20),
        format!("{}\n", "f".repeat(200_000)),
    ] {
        let out = offer.call().run(input.as_bytes());
        let shown: String = input.chars().take(120).collect();
        // A line end too many, or an odd name, may be judged; all else is no push.
        let lenient = input.contains("\n\n") || input.contains('\x1b') || input.ends_with("main ");
        assert!(out.code == Some(2) || lenient && out.code == Some(0), "{shown:?} gave {:?}: {}", out.code, out.both());
        check_text(&out.stderr, &[]).unwrap_or_else(|why| panic!("{shown:?}: {why}"));
    }
}

#[test]
fn closed_input_is_undecided() {
    let offer = Offer::new("closed", false);
    assert_undecided(&offer.call().redirected("<&-").run(b""));
    assert_undecided(&offer.call().redirected("</").run(b""));
}

#[test]
fn a_last_line_without_its_end_is_judged() {
    for leaking in [false, true] {
        let offer = Offer::new("no line end", leaking);
        assert_eq!(offer.call().run(offer.line.trim_end().as_bytes()).code, Some(i32::from(leaking)));
    }
}

#[test]
fn a_deletion_alone_is_accepted_without_a_quarantine() {
    let offer = Offer::new("deletion", true);
    let line = format!("{} {} refs/heads/main\n", &offer.line[..40], "0".repeat(40));
    assert_eq!(offer.call().run(line.as_bytes()).code, Some(0));
}

#[test]
fn arguments_that_mean_nothing_are_undecided() {
    let offer = Offer::new("arguments", false);
    for args in [
        &["no-such-command"][..],
        &["update"],
        &["update", "refs/heads/main"],
        &["pre-receive", "--no-such-option"],
        &["commit-msg"],
    ] {
        assert_undecided(&offer.stage.server.call(args).run(offer.line.as_bytes()));
    }
}

#[test]
fn a_policy_that_cannot_be_used_is_undecided_and_named() {
    for text in ["[rules\n", "no_such_key = 1\n", "[no_such_table]\nx = 1\n", "= \n", "\u{0}"] {
        let said = undecided("broken policy", |offer| {
            offer.stage.server.policy(text);
        });
        assert!(said.contains("leakgate.toml"), "{text:?} is not named: {said}");
    }
}

#[test]
fn a_policy_that_cannot_be_read_is_undecided() {
    let policy = |offer: &Offer| offer.stage.server.git_dir().join("leakgate.toml");
    undecided("policy folder", |offer| fs::create_dir(policy(offer)).unwrap());
    undecided("policy loop", |offer| symlink("leakgate.toml", policy(offer)).unwrap());
    undecided("policy dangling", |offer| symlink("no-such-file", policy(offer)).unwrap());
    undecided("policy bytes", |offer| fs::write(policy(offer), b"a = \"\xff\xfe\"\n").unwrap());
}

#[test]
fn a_policy_named_on_the_command_line_must_be_there() {
    let offer = Offer::new("named policy", false);
    assert_undecided(
        &offer.stage.server.call(&["pre-receive", "--policy", "/no/such/policy.toml"]).run(offer.line.as_bytes()),
    );
}

#[test]
fn a_push_that_cannot_be_judged_is_refused_and_said_to_be_so() {
    let (stage, payload) = (Stage::new(), Payload::new("no policy", true));
    stage.server.policy("[rules\n");
    stage.work.append("conf/app.ini", payload.line()).commit("Offer");
    let pushed = stage.push("origin main");
    pushed.undecided(&payload);
    assert!(pushed.shows("leakgate.toml"), "{}", pushed.stderr);
}

#[test]
fn a_pattern_that_is_wrong_or_too_large_refuses_every_push_not_only_those_with_its_keyword() {
    let rule = |regex: &str| {
        format!(
            "[[rules]]\nid = 'mine'\ndescription = 'd'\nkeywords = ['zzcoat']\nregex = '{regex}'\nseverity = 'high'\n"
        )
    };
    let (stage, payload) = (Stage::new(), Payload::new("pattern", false));
    stage.work.write("notes.txt", "nothing of interest\n").commit("Offer");
    for (regex, why) in [
        ("zzcoat(", "unclosed group"),
        ("zzcoat(?=x)", "look-around"),
        ("zzcoat[a-cx-z]{900000}", "takes more than 10485760 bytes"),
        ("zzcoat(?:(?:[ab]{1000}){1000}){1000}", "takes more than 10485760 bytes"),
        // In outline it is nothing unusual, and whole it is above the limit.
        (r"zzcoat(?:(?:\w{100}){100}){100}", "takes more than 10485760 bytes"),
        ("(?:zzcoat)?", "matches nothing at all"),
    ] {
        stage.server.policy(&rule(regex));
        let pushed = stage.push("origin HEAD:refs/heads/main");
        pushed.undecided(&payload);
        assert!(pushed.shows("leakgate.toml:5:9: rules.regex: ") && pushed.shows(why), "{regex}: {}", pushed.stderr);
    }
    // Above the size that is told by the parts, below the limit: compiled when it loads, and when it finds.
    stage.server.policy(&rule("zzcoat(?:[a-cx-z]{100}){500}"));
    stage.push("origin HEAD:refs/heads/main").accepted();
    stage.work.append("notes.txt", format!("zzcoat{}\n", "abcxyz".repeat(8_400))).commit("Find");
    let pushed = stage.push("origin HEAD:refs/heads/main");
    assert!(pushed.code != Some(0) && pushed.shows("(mine)"), "{}", pushed.stderr);
}
