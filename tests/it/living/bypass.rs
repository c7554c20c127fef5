//! The bypass: one person, one finding, one repository, once; and everybody who tries for more.

use super::{as_user, let_through};
use crate::harness::{Hook, Payload, Pushed, Stage};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

/// A server that takes codes from `ada` and `bob`.
struct Desk {
    stage: Stage,
    payload: Payload,
}

impl Desk {
    fn new(name: &str) -> Self {
        let desk = Self { stage: Stage::new(), payload: Payload::new(name, true) };
        fs::create_dir(desk.spent()).unwrap();
        fs::set_permissions(desk.spent(), fs::Permissions::from_mode(0o700)).unwrap();
        let key = desk.stage.home().join("bypass.key");
        assert_eq!(super::leakgate(&desk.stage, &["fingerprint", "key", key.to_str().unwrap()]).code, Some(0));
        desk.stage.server.config("receive.advertisePushOptions", "true");
        desk.policy("");
        desk.is("ada");
        desk.stage.work.write("a.ini", desk.payload.line()).commit("Add");
        desk
    }

    fn spent(&self) -> PathBuf {
        self.stage.home().join("spent")
    }

    fn records(&self) -> Vec<String> {
        let files = fs::read_dir(self.spent()).unwrap();
        files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect()
    }

    fn policy(&self, more: &str) {
        let home = self.stage.home().display();
        self.stage.server.policy(&format!(
            "[bypass]\nenabled = true\nusers = ['ada', 'bob']\nuser_variable = 'GL_USERNAME'\n\
             key = '{home}/bypass.key'\nspent = '{home}/spent'\nup_to = 'critical'\n{more}"
        ));
    }

    fn is(&self, user: &str) {
        self.stage.server.install(Hook::Script(&as_user(&self.stage, "GL_USERNAME", user)));
    }

    fn push(&self) -> Pushed {
        self.with(&[])
    }

    fn with(&self, options: &[&str]) -> Pushed {
        let mut words = vec!["push"];
        for option in options {
            words.extend(["-o", option]);
        }
        words.extend(["origin", "HEAD:refs/heads/main"]);
        self.stage.push_from(&self.stage.work, &words)
    }

    fn with_code(&self, code: &str) -> Pushed {
        self.with(&[&format!("leakgate.allow={code}"), "leakgate.reason=made up for the demo"])
    }

    /// The code that the refusal of a push shows.
    fn code(&self) -> String {
        let pushed = self.push();
        pushed.refused(&self.payload);
        shown(&pushed).unwrap_or_else(|| panic!("no code: {}", pushed.text()))
    }

    fn refused(&self, pushed: &Pushed, why: &str) {
        pushed.refused(&self.payload);
        let text = pushed.text().replace("\nhint: ", " ");
        assert!(text.contains(why), "{text}");
        assert!(self.records().is_empty(), "a code was used up");
    }
}

fn shown(pushed: &Pushed) -> Option<String> {
    let text = pushed.text();
    let line = text.lines().find_map(|line| line.trim().strip_prefix("code "))?;
    Some(line.trim().to_owned())
}

#[test]
fn a_code_lets_its_finding_through_and_who_what_and_why_are_on_record() {
    let desk = Desk::new("bypass");
    let code = desk.code();
    let pushed = desk.with_code(&code);
    let_through(&pushed, "on the word of ada");
    let records = desk.records();
    assert_eq!(records.len(), 1);
    let record: serde_json::Value = serde_json::from_str(&records[0]).unwrap();
    assert_eq!(record["user"], "ada");
    assert_eq!(record["reason"], "made up for the demo");
    assert_eq!(record["code"], code);
    assert!(record["rule"].as_str().unwrap().contains("github"));
    assert!(record["repository"].as_str().unwrap().ends_with("server.git"), "{record}");
    assert!(desk.payload.secrets().iter().all(|secret| !records[0].contains(&secret[..8])), "{}", records[0]);
    crate::harness::check_text(&pushed.remote, &desk.payload.secrets()).unwrap();
}

#[test]
fn a_code_is_used_up() {
    let desk = Desk::new("replay");
    let code = desk.code();
    let_through(&desk.with_code(&code), "recorded");
    // The same finding once more, after the branch was set back and the objects are gone.
    desk.stage.server.git(&["update-ref", "refs/heads/main", &desk.stage.work.id("HEAD~1")]);
    desk.stage.server.git(&["prune", "--expire=now"]);
    let again = desk.with_code(&code);
    again.refused(&desk.payload);
    assert!(again.text().contains("was used already"), "{}", again.text());
    assert_eq!(desk.records().len(), 1);
}

#[test]
fn of_two_codes_one_that_was_used_leaves_the_other_good() {
    let desk = Desk::new("two codes");
    desk.stage.work.write("b.ini", format!("note = {}\n", desk.payload.nth(1))).commit("More");
    let shown = desk.push();
    let text = shown.text();
    let codes: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("code ")).map(str::trim).collect();
    assert_eq!(codes.len(), 2, "{text}");
    for (used, good) in [(codes[0], codes[1]), (codes[1], codes[0])] {
        fs::write(desk.spent().join(used), "").unwrap();
        let [first, second] = codes.as_slice() else { unreachable!() };
        let options = [&format!("leakgate.allow={first}"), &format!("leakgate.allow={second}")];
        let pushed = desk.with(&[options[0], options[1], "leakgate.reason=made up for the demo"]);
        pushed.refused(&desk.payload);
        assert!(pushed.text().contains("was used already"), "{}", pushed.text());
        assert!(!desk.spent().join(good).exists(), "a code was used up by a push that was refused");
        fs::remove_file(desk.spent().join(used)).unwrap();
    }
}

#[test]
fn another_s_code_is_worth_nothing() {
    let desk = Desk::new("another");
    let code = desk.code();
    desk.is("bob");
    desk.refused(&desk.with_code(&code), "no code that was given is for any of these");
}

#[test]
fn a_code_is_for_one_value_and_not_for_the_next() {
    let desk = Desk::new("value");
    let code = desk.code();
    desk.stage.work.write("b.ini", format!("note = {}\n", desk.payload.nth(1))).commit("More");
    desk.refused(&desk.with_code(&code), "not everything has a good code");
    desk.stage.work.run("reset -q --hard HEAD~2").write("b.ini", format!("note = {}\n", desk.payload.nth(1)));
    desk.stage.work.commit("Other");
    desk.refused(&desk.with_code(&code), "no code that was given is for any of these");
}

#[test]
fn a_code_is_for_one_repository() {
    let (here, there) = (Desk::new("repository"), Desk::new("repository"));
    let key = fs::read(here.stage.home().join("bypass.key")).unwrap();
    fs::remove_file(there.stage.home().join("bypass.key")).unwrap();
    fs::write(there.stage.home().join("bypass.key"), key).unwrap();
    fs::set_permissions(there.stage.home().join("bypass.key"), fs::Permissions::from_mode(0o400)).unwrap();
    let code = here.code();
    there.refused(&there.with_code(&code), "no code that was given is for any of these");
}

#[test]
fn a_code_that_is_old_or_changed_or_made_up_is_worth_nothing() {
    let desk = Desk::new("old");
    let code = desk.code();
    let (minute, digest) = code.split_once('-').unwrap();
    let minute = u64::from_str_radix(minute, 16).unwrap();
    for bad in [
        format!("{:x}-{digest}", minute - 24 * 60),
        format!("{:x}-{digest}", minute + 1),
        format!("{minute:x}-{}", "0".repeat(16)),
        format!("{minute:x}-"),
        "../../x".to_owned(),
        String::new(),
    ] {
        desk.refused(&desk.with_code(&bad), "no code that was given is for any of these");
    }
}

#[test]
fn a_code_needs_a_reason_and_the_reason_must_not_leak() {
    let desk = Desk::new("reason");
    let code = format!("leakgate.allow={}", desk.code());
    desk.refused(&desk.with(&[&code]), "a code needs a reason");
    desk.refused(&desk.with(&[&code, "leakgate.reason=why"]), "a code needs a reason");
    let leaking = format!("leakgate.reason=it is only {}", desk.payload.nth(1));
    desk.refused(&desk.with(&[&code, &leaking]), "the reason itself holds");
}

#[test]
fn there_is_no_skip_for_all() {
    let desk = Desk::new("skip");
    for option in ["leakgate.skip=all", "leakgate.allow=*", "leakgate.allow=all", "leakgate.allow"] {
        desk.refused(&desk.with(&[option, "leakgate.reason=made up for the demo"]), "no code that was given");
    }
}

#[test]
fn who_is_not_named_gets_no_code_and_is_told_so_only_when_asking() {
    let desk = Desk::new("mallory");
    let code = desk.code();
    for user in ["mallory", "ADA", "ada2", ""] {
        desk.is(user);
        let plain = desk.push();
        plain.refused(&desk.payload);
        assert_eq!(shown(&plain), None, "{user}");
        assert!(!plain.text().contains("codes are not taken"), "{}", plain.text());
        desk.refused(&desk.with_code(&code), "codes are not taken");
    }
}

#[test]
fn a_policy_without_a_bypass_takes_no_codes() {
    let desk = Desk::new("off");
    let code = desk.code();
    desk.stage.server.policy("");
    assert_eq!(shown(&desk.push()), None);
    desk.refused(&desk.with_code(&code), "takes no codes");
}

#[test]
fn rule_and_severity_bound_the_bypass() {
    let desk = Desk::new("bounds");
    for more in ["rules = ['stripe-*']", "rules = ['payment-card']"] {
        desk.policy(more);
        assert_eq!(shown(&desk.push()), None, "{more}");
    }
    desk.policy("hours = 1\nrules = ['github-*']");
    assert!(shown(&desk.push()).is_some());
}

#[test]
fn what_cannot_be_recorded_is_not_let_through() {
    let desk = Desk::new("record");
    let code = desk.code();
    fs::set_permissions(desk.spent(), fs::Permissions::from_mode(0o777)).unwrap();
    desk.refused(&desk.with_code(&code), "others may write it");
    fs::remove_dir(desk.spent()).unwrap();
    let gone = desk.with_code(&code);
    gone.refused(&desk.payload);
    assert!(gone.text().contains("codes are not taken"), "{}", gone.text());
    fs::create_dir(desk.spent()).unwrap();
    fs::set_permissions(desk.stage.home().join("bypass.key"), fs::Permissions::from_mode(0o644)).unwrap();
    desk.refused(&desk.with_code(&code), "codes are not taken");
}

#[test]
fn two_findings_need_two_codes_and_one_reason() {
    let desk = Desk::new("two");
    desk.stage.work.write("b.ini", format!("note = {}\n", desk.payload.nth(1))).commit("More");
    let text = desk.push().text();
    let codes: Vec<String> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("code "))
        .map(|code| format!("leakgate.allow={}", code.trim()))
        .collect();
    assert_eq!(codes.len(), 2, "{text}");
    desk.refused(&desk.with(&[&codes[0], "leakgate.reason=made up for the demo"]), "not everything has a good code");
    let_through(&desk.with(&[&codes[0], &codes[1], "leakgate.reason=made up for the demo"]), "on the word of ada");
    assert_eq!(desk.records().len(), 2);
}

#[test]
fn a_code_is_good_neither_before_it_was_given_nor_days_after() {
    let Some(liar) = crate::faults::clock::liar() else { return };
    let desk = Desk::new("clock");
    let code = desk.code();
    for offset in ["-2d", "-1h", "+3d", "+400d"] {
        let script = as_user(&desk.stage, "GL_USERNAME", "ada");
        let set = format!("GL_USERNAME=ada LD_PRELOAD={liar} FAKETIME={offset} ");
        desk.stage.server.install(Hook::Script(&script.replace("GL_USERNAME=ada ", &set)));
        let pushed = desk.with_code(&code);
        desk.refused(&pushed, "no code that was given is for any of these");
    }
    desk.is("ada");
    let_through(&desk.with_code(&code), "recorded");
}

#[test]
fn a_code_is_not_used_up_by_a_push_that_cannot_be_recorded() {
    let desk = Desk::new("unrecorded");
    let code = desk.code();
    let log = desk.stage.home().join("audit.jsonl");
    fs::create_dir(&log).unwrap();
    desk.policy(&format!("[audit]\nfile = '{}'\n", log.display()));
    let stopped = desk.with_code(&code);
    assert_eq!((stopped.code, stopped.hook_code), (Some(1), Some(2)), "{}", stopped.text());
    let said = stopped.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("the decision cannot be recorded") && said.contains("the code is still good"), "{said}");
    assert!(desk.records().is_empty(), "a code was used up by a push that was refused");
    fs::remove_dir(&log).unwrap();
    let_through(&desk.with_code(&code), "recorded");
    assert_eq!(desk.records().len(), 1);
}

#[test]
fn a_code_whose_own_record_cannot_be_written_is_not_used_up() {
    let desk = Desk::new("half a record");
    let code = desk.code();
    let script = as_user(&desk.stage, "GL_USERNAME", "ada");
    // No file may hold a byte, as on a disk that is full: the record's file is made, and stays empty.
    let full = script.replace("GL_USERNAME=ada ", "trap '' XFSZ\n(ulimit -f 0; GL_USERNAME=ada ");
    desk.stage.server.install(Hook::Script(&full.replace(" pre-receive\n", " pre-receive)\n")));
    desk.refused(&desk.with_code(&code), "cannot be recorded in bypass.spent");
    desk.is("ada");
    let_through(&desk.with_code(&code), "recorded");
}

#[test]
fn a_hook_that_is_killed_uses_up_no_code_without_a_record() {
    if !crate::fault_calls::may_trace() {
        return;
    }
    let mut used_up = 0;
    for call in ["write", "fsync", "linkat", "unlink"] {
        // The last run has no n-th call to be killed at, and lets the push through.
        let killed = (1..20).take_while(|n| {
            let desk = Desk::new(&format!("killed at {call} {n}"));
            let code = desk.code();
            let script = as_user(&desk.stage, "GL_USERNAME", "ada");
            let trace = format!("strace -f -qq -o /dev/null -e trace={call} -e inject={call}:signal=KILL:when={n} ");
            let traced = script.replace("GL_USERNAME=ada ", &format!("export GL_USERNAME=ada\n{trace}"));
            desk.stage.server.install(Hook::Script(&traced));
            if desk.with_code(&code).code == Some(0) {
                return false;
            }
            desk.is("ada");
            let again = desk.with_code(&code);
            match fs::read_to_string(desk.spent().join(&code)) {
                Ok(record) if again.code != Some(0) => {
                    used_up += 1;
                    let record: serde_json::Value = serde_json::from_str(&record).unwrap();
                    assert_eq!((&record["user"], &record["code"]), (&"ada".into(), &code.as_str().into()));
                    // The way on is in the refusal.
                    let next = shown(&again).unwrap_or_else(|| panic!("no code: {}", again.text()));
                    let_through(&desk.with_code(&next), "recorded");
                }
                _ => assert_eq!(again.code, Some(0), "{call} {n}: {}", again.text()),
            }
            true
        });
        assert!(killed.count() > 0, "{call}: nobody was killed");
    }
    assert!(used_up > 0, "no hook was killed behind the record");
}
