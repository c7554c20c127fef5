//! Several files, one over the other, and what a finding passes by.

use super::testing::{error, load, put, with, with_all};
use super::*;
use crate::text::{Fingerprint, Kind, Place, RuleInfo, Secret, Severity, Subject, Value};
use std::sync::Arc;

#[test]
fn without_any_file_the_defaults_hold() {
    let policy = load(&[]).unwrap();
    assert_eq!((policy.limits, policy.unreadable), (Limits::standard(), Unreadable::standard()));
    assert_eq!((policy.customer, policy.contact), (CustomerData::standard(), None));
    assert_eq!((policy.rules.len(), policy.allow.len()), (2, 0));
}

#[test]
fn layers_are_read_in_their_order_and_listed() {
    let dir = tempfile::tempdir().unwrap();
    let (etc, git, top) = (dir.path().join("etc"), dir.path().join("git"), dir.path().join("top"));
    for folder in [&etc, &git, &top] {
        std::fs::create_dir(folder).unwrap();
    }
    put(&etc, "leakgate.toml", "contact = 'system'\nlimits.tag_depth = 5\nlimits.tree_depth = 5");
    put(&git, "leakgate.toml", "contact = 'repository'\nlimits.tag_depth = 6");
    let last = put(dir.path(), "p.toml", "limits.tag_depth = 7");
    let layers = [
        LayerFile::system(&etc),
        LayerFile::repository(&git),
        LayerFile::work_tree(&top),
        LayerFile::command_line(&last),
    ];
    let policy = load(&layers).unwrap();
    assert_eq!(policy.contact.as_deref(), Some("repository"));
    assert_eq!((policy.limits.tag_depth, policy.limits.tree_depth), (7, 5));
    let states: Vec<bool> = policy.sources.iter().map(|s| s.state == SourceState::Absent).collect();
    assert_eq!(states, [false, false, false, false, true, false]);
    assert_eq!(policy.sources[0].state, SourceState::InForce { rules: 2, allows: 0 });
}

#[test]
fn a_mistake_in_any_layer_is_an_error_and_not_the_defaults() {
    for texts in [["y = 1", ""], ["", "y = 1"]] {
        assert!(with_all(&texts).is_err());
    }
}

#[test]
fn the_contact_is_one_line_fit_for_a_terminal() {
    assert_eq!(with("contact = \" a\\u001b[2Jb \"").unwrap().contact.as_deref(), Some("a\\x1b[2Jb"));
    for wrong in ["''", "' '", "\"a\\nb\"", &format!("'{}'", "x".repeat(201))] {
        let message = error(&format!("contact = {wrong}"));
        assert!(message.starts_with("p0.toml:1:11: contact: it is not one line"), "{message}");
    }
    assert!(with(&format!("contact = '{}'", "x".repeat(200))).is_ok());
}

fn finding(value: Value) -> Finding {
    let rule = RuleInfo {
        id: "acme-key".to_owned(),
        description: String::new(),
        severity: Severity::High,
        kind: Kind::Secret,
        opens: None,
        revoke: None,
    };
    Finding {
        rule: Arc::new(rule),
        value,
        subject: Subject::File { path: "a/b.c".into(), commit: "0".repeat(40) },
        title: None,
        place: Place { line: 1, column: 1 },
        extent: None,
        via: Vec::new(),
        member: None,
        fingerprint: Fingerprint("0123456789abcdef".to_owned()),
        proof: None,
        beneath: Vec::new(),
    }
}

#[test]
fn a_finding_passes_by_the_entry_that_fits_it() {
    let found = finding(Value::Secret(Secret::new(b"acme_abcdefgh")));
    let fits = |lines: &str| with(&format!("[[allow]]\nreason = 'r'\n{lines}")).unwrap().allowance(&found).is_some();
    assert!(fits("paths = ['/a']\nrules = ['acme-*']\nvalues = ['^acme_a']\nfingerprints = ['0123456789abcdef']"));
    assert!(fits(&format!("commits = ['{}']", "0".repeat(40))));
    assert!(!fits("paths = ['/b']"));
}

#[test]
fn a_pattern_on_one_value_never_lets_a_list_of_values_pass() {
    let samples = vec![(Place { line: 1, column: 1 }, "a".to_owned())];
    let bulk = finding(Value::Bulk { distinct: 500, samples, hidden: vec![Secret::new(b"acme_a")] });
    let policy = with("[[allow]]\nreason = 'r'\nvalues = ['acme']").unwrap();
    assert!(policy.allowance(&bulk).is_none());
}

#[test]
fn rules_that_are_added_leave_the_others_in_force() {
    let added = with("[markers]\ntexts = ['Acme-Only']\n").unwrap().markers.rules();
    let mut policy = Policy::load(&[], Date::parse("2025-06-15").unwrap()).unwrap();
    let all = policy.rules.len() + added.len();
    policy.rules.extend(added);
    let set = crate::rule::RuleSet::of(&policy.rules).unwrap();
    assert_eq!(set.len(), all);
    let mut seen = Vec::new();
    let text = crate::rule::expand("ghp_{{crc62:36}} Acme-Only", 1).unwrap();
    set.keywords_in(text.as_bytes(), |hit| seen.push(set.get(hit.rule).unwrap().id().to_owned()));
    assert!(seen.iter().any(|id| id.starts_with("github")), "{seen:?}");
    assert!(seen.iter().any(|id| id.starts_with("marker")), "{seen:?}");
}
