//! What the message says, and how long it gets.

use super::super::layout::{WIDTH, columns};
use super::super::samples::{COMMIT, bulk, context, file, secret, unread, with_title};
use super::*;
use crate::text::{Place, RuleInfo, Secret, Severity, Subject, Value};
use bstr::BString;
use std::sync::Arc;

const TOKEN: &[u8] = b"QWERTYUIOPASDFGHJKLZXCVBNM";

fn sound(text: &str) {
    for line in text.lines() {
        assert!(columns(line) <= WIDTH, "{} columns: {line}", columns(line));
        assert_eq!(printable(line.as_bytes()), line);
    }
    assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{text}");
}

fn refused(findings: &[Finding], unread: &[Unread], context: &Context<'_>) -> String {
    let text = rejection(findings, unread, context);
    sound(&text);
    text
}

fn on_server(findings: &[Finding]) -> String {
    refused(findings, &[], &context(HookKind::PreReceive))
}

#[test]
fn the_first_line_counts_everything_by_kind() {
    let token = |path: &str| secret(file(path), TOKEN);
    let record = {
        let mut finding = secret(file("d"), b"ASDFGHJKL");
        finding.rule = bulk(file("d"), 3).rule;
        finding
    };
    let findings = [token("a"), token("b"), secret(file("c"), b"ASDFGHJK"), bulk(file("d"), 312), record];
    let text = on_server(&findings).replace("\n       ", " ");
    let first = text.lines().next().unwrap();
    let expected = "error: leakgate refused this push: 2 secrets in 3 places, 1 customer list, 1 customer record";
    assert_eq!(first, expected);
    let text = refused(&[token("a")], &[], &context(HookKind::PreCommit));
    assert!(text.starts_with("error: leakgate refused this commit: 1 secret\n"), "{text}");
    let text = refused(&[token("a")], &[], &context(HookKind::CommitMsg));
    assert!(text.starts_with("error: leakgate refused this commit message: 1 secret\n"), "{text}");
    let text = refused(&[token("a")], &[unread("x.zip")], &context(HookKind::Scan));
    assert!(text.starts_with("error: leakgate found 1 secret, 1 unreadable file\n"), "{text}");
}

#[test]
fn a_value_is_described_with_place_commit_form_and_way_out() {
    let mut finding = secret(file("src/settings.py"), TOKEN);
    finding.via = vec!["gzip", "base64"];
    finding.member = Some("conf/prod.env".into());
    let text = on_server(&[finding]);
    for line in [
        "1) sample token (sample-token)",
        "   at      src/settings.py:12:18",
        "   commit  0123456789 \"add settings\"",
        "   form    base64 in gzip",
        "   member  conf/prod.env",
        "   opens   the sample account",
        "   fix     git rebase -i 0123456789^ and \"edit\" that commit",
        "   revoke  https://example.org/revoke",
    ] {
        assert!(text.lines().any(|l| l == line), "{line}\n{text}");
    }
    assert!(text.contains("   value   QWE**** (26 bytes), fingerprint "), "{text}");
    assert!(text.contains("hint: rotate the secret first"), "{text}");
}

#[test]
fn the_issuers_page_is_given_whole_and_it_and_what_opens_once_a_rule() {
    let page = format!("https://docs.example.org/{}/revoke", "very-long-folder/".repeat(8));
    let rule = RuleInfo { revoke: Some(page.clone()), ..(*secret(file("a"), TOKEN).rule).clone() };
    let rule = Arc::new(rule);
    let findings: Vec<Finding> = (0..3)
        .map(|n| Finding { rule: rule.clone(), ..secret(file("a"), format!("QWERTYUIOP{n}").as_bytes()) })
        .collect();
    let text = on_server(&findings).replace("\n           | ", "");
    assert_eq!(text.matches(&format!("   revoke  {page}\n")).count(), 1, "{text}");
    assert_eq!(text.matches("   opens   the sample account\n").count(), 1, "{text}");
}

#[test]
fn a_short_value_shows_no_fingerprint_because_it_could_be_guessed_from_it() {
    assert!(!on_server(&[secret(file("a"), b"hunter2hunter2")]).contains("fingerprint"));
}

#[test]
fn one_value_in_many_places_is_described_once() {
    let mut findings: Vec<Finding> = (0..7).map(|n| secret(file(&format!("f{n}")), TOKEN)).collect();
    let elsewhere = Subject::File { path: "f9".into(), commit: "fedcba9876".repeat(4) };
    findings.push(secret(elsewhere, TOKEN));
    let text = on_server(&findings);
    assert!(text.contains("   at      f0:12:18\n") && !text.contains("f1:12:18"), "{text}");
    assert!(text.contains("   also    and 7 more places (commits fedcba9876)\n"), "{text}");
    assert!(!text.contains("not shown"), "{text}");
}

#[test]
fn customer_data_is_not_rotated_but_reported_to_a_person() {
    let text = on_server(&[bulk(file("customers.csv"), 312)]);
    assert!(text.contains("1) customer data: e-mail addresses (jp-email-bulk)\n"), "{text}");
    assert!(text.contains("   values  312 distinct, fingerprint "), "{text}");
    assert!(text.contains("   such as 2:1 u***@q***"), "{text}");
    assert!(!text.contains("rotate the secret"), "{text}");
    let text = text.replace("\nhint: ", " ");
    assert!(text.contains("talk to your privacy officer or to the contact below"), "{text}");
}

#[test]
fn how_a_list_was_counted_is_said_in_full() {
    let counted = "rows of customer data: 4096 or more e-mail addresses, 4096 or more telephone numbers, 12 customer \
                   numbers, in named columns or keys, score 14.5";
    let mut found = bulk(file("customers.csv"), 94);
    let rule = RuleInfo { description: counted.to_owned(), ..RuleInfo::clone(&found.rule) };
    found.rule = Arc::new(rule);
    let text = on_server(&[found]);
    assert!(text.lines().all(|line| columns(line) <= WIDTH), "{text}");
    assert!(text.contains("\n1) rows of customer data: 4096 or more e-mail addresses"), "{text}");
    assert!(text.replace("\n   ", " ").contains(&format!("1) {counted} (jp-email-bulk) at ")), "{text}");
}

#[test]
fn what_could_not_be_read_is_not_called_a_finding() {
    let text = refused(&[], &[unread("backup.zip")], &context(HookKind::PreReceive)).replace("\n       ", " ");
    let first = "error: leakgate could not read all of this push: 1 unreadable file; nothing was stored\n";
    assert!(text.starts_with(first), "{text}");
    assert!(
        text.contains("1) cannot be read: encrypted, zip (unreadable-encrypted)\n   at      backup.zip\n"),
        "{text}"
    );
    assert!(!text.contains("rotate"), "{text}");
}

#[test]
fn the_advice_follows_the_hook_and_the_state() {
    let staged = Subject::Staged { path: "a.txt".into() };
    let text = refused(&[secret(staged, TOKEN)], &[], &context(HookKind::PreCommit));
    assert!(text.contains("   fix     git restore --staged -- :/a.txt\n") && !text.contains("rebase"), "{text}");
    let text = refused(&[secret(Subject::Message, TOKEN)], &[], &context(HookKind::CommitMsg));
    assert!(text.contains("   at      commit message:12:18\n"), "{text}");
    assert!(text.contains("commit again with a message without it"), "{text}");
    let text = on_server(&[secret(Subject::RefName("refs/heads/QWERTYUIOPASDFGHJKLZXCVBNM".into()), TOKEN)]);
    assert!(text.contains("   at      refs/heads/**** (the name itself)\n"), "{text}");
    let tips = [COMMIT.to_owned()];
    let context = Context { tips: &tips, contact: None, ..context(HookKind::PrePush) };
    let text = refused(&[secret(file("a"), TOKEN)], &[], &context);
    assert!(text.contains("git commit --amend") && !text.contains("rebase"), "{text}");
    assert!(text.contains(".leakgate.toml"), "{text}");
}

#[test]
fn twenty_thousand_values_fit_into_four_kibibytes_and_all_are_counted() {
    let value = |n: usize| format!("QWERTYUIOP{n:08}ASDFGHJKL");
    let findings: Vec<Finding> =
        (0..20_000).map(|n| secret(file(&format!("src/module{n}/settings.py")), value(n).as_bytes())).collect();
    let text = on_server(&findings);
    assert!(text.len() <= SMALL, "{}", text.len());
    assert!(text.starts_with("error: leakgate refused this push: 20000 secrets\n"), "{text}");
    assert!(text.contains("\n10) sample token"), "{text}");
    assert!(text.contains("\n... and 19990 more, not shown here\n"), "{text}");
    let all = Context { shown: usize::MAX, ..context(HookKind::PreReceive) };
    let text = refused(&findings, &[], &all);
    assert!(text.len() <= LARGE && text.len() > LARGE / 2, "{}", text.len());
    let described = text.lines().filter(|line| line.ends_with(") sample token (sample-token)")).count();
    assert!(text.contains(&format!("\n... and {} more, not shown here\n", 20_000 - described)), "{text}");
    let none = refused(&findings, &[], &Context { shown: 0, ..context(HookKind::PreReceive) });
    assert!(none.contains("... and 20000 more, not shown here\n") && !none.contains("1)"), "{none}");
}

#[test]
fn hostile_names_of_any_length_stay_in_their_lines() {
    let names =
        ["ก".repeat(60_000), "顧客/".repeat(20_000), "x\n\x1b[2J\u{202e}error: ".repeat(6_000), "a".repeat(60_000)];
    let mut findings = Vec::new();
    for (n, name) in names.iter().cycle().take(12).enumerate() {
        let mut finding = with_title(secret(file(name), format!("QWERTYUIOP{n}").as_bytes()), name);
        finding.member = Some(BString::from(name.as_str()));
        finding.via = vec!["base64"; 64];
        findings.push(finding);
    }
    let long = "ก".repeat(5_000);
    let unread: Vec<Unread> = names.iter().map(|name| unread(name)).collect();
    for shown in [1, 10, 100] {
        let context = Context { shown, contact: Some(&long), version: &long, ..context(HookKind::PreReceive) };
        let text = refused(&findings, &unread, &context);
        assert!(text.len() <= (shown * EACH).max(SMALL), "{shown}: {}", text.len());
        assert!(text.contains("\n1) sample token"), "{text}");
        assert!(text.contains("..."), "{text}");
    }
}

#[test]
fn a_long_path_is_wrapped_and_keeps_its_end() {
    let path = format!("{}/settings.py", "directory/".repeat(9));
    let text = on_server(&[secret(file(&path), TOKEN)]);
    let joined = text.replace("\n           | ", "");
    assert!(joined.contains(&format!("   at      {path}:12:18\n")), "{text}");
    let text = on_server(&[secret(file(&"deep/".repeat(12_000)), TOKEN)]).replace("\n           | ", "");
    assert!(text.contains("...") && text.contains("deep/:12:18\n"), "{text}");
}

#[test]
fn an_empty_title_and_a_name_that_is_not_utf8_are_said_plainly() {
    let subject = Subject::File { path: BString::from(&b"k\xffy"[..]), commit: COMMIT.to_owned() };
    let text = on_server(&[with_title(secret(subject, TOKEN), "")]);
    assert!(text.contains("   at      k\\xffy:12:18\n"), "{text}");
    assert!(text.contains("   commit  0123456789 (no title)\n"), "{text}");
}
fn pictured(rule: RuleInfo, value: Value, path: &str, (line, column): (u32, u32)) -> Finding {
    let rule = Arc::new(rule);
    let place = Place { line, column };
    Finding { rule, value, place, ..with_title(secret(file(path), path.as_bytes()), "prepare the release") }
}

#[test]
fn the_picture_in_the_readme_is_what_is_printed() {
    let token = Value::Secret(Secret::new(format!("ghp_{}", "x".repeat(36)).as_bytes()));
    let github = RuleInfo {
        id: "github-pat".to_owned(),
        description: "GitHub personal access token (classic)".to_owned(),
        severity: Severity::Critical,
        kind: Kind::Secret,
        opens: Some("the user's repositories and account, within its scopes".to_owned()),
        revoke: Some("https://github.com/settings/tokens".to_owned()),
    };
    let mut first = pictured(github, token, "deploy/production.env", (3, 14));
    first.via = vec!["gzip", "base64"];
    first.proof = Some("checksum verified");
    let samples = ["u***@q***.example", "h***@m***.example"].map(|s| (Place { line: 2, column: 1 }, s.to_owned()));
    let hidden = ["uvw@qrst.example", "hij@mnop.example"].map(|s| Secret::new(s.as_bytes()));
    let list = Value::Bulk { distinct: 312, samples: samples.to_vec(), hidden: hidden.to_vec() };
    let counted =
        "rows of customer data: 312 e-mail addresses, 310 telephone numbers, in named columns or keys, score 11.4";
    let (id, description) = ("customer-dump".to_owned(), counted.to_owned());
    let kind = Kind::CustomerData;
    let emails = RuleInfo { id, description, severity: Severity::Critical, kind, opens: None, revoke: None };
    let second = pictured(emails, list, "export/members.csv", (2, 1));
    let tips = [COMMIT.to_owned()];
    let context = Context { tips: &tips, ..context(HookKind::PreReceive) };
    let text = refused(&[first, second], &[], &context);
    let seen: String = text.lines().map(|line| format!("remote: {line}").trim_end().to_owned() + "\n").collect();
    assert!(include_str!("../../../README.md").contains(&seen), "README.md needs:\n{seen}");
}
