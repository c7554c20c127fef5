//! What every built-in rule promises, held against all of them together.
//!
//! A counter-example is a text in which no rule at all may report anything: it is what people really write.

use super::kinds::{BUILT, known};
use leakgate::catalogue::{Which, trial};
use leakgate::rule::{Pattern, samples};

/// Rules that go by the names beside a value have no pattern to make texts of.
const BY_NAME: &str = "generic";
/// How many texts are made of each pattern.
const SAMPLES: u64 = 400;

#[test]
fn every_rule_finds_its_examples_and_no_rule_anything_in_a_counter_example() {
    let known = known();
    let report = trial(&known, Which::All).unwrap();
    assert_eq!(report.tried.len(), known.rules.len());
    let mut wrong = Vec::new();
    for one in &report.tried {
        let spec = &one.rule.spec;
        wrong.extend(one.faults.iter().map(|fault| format!("{}: {fault:?}", spec.id)));
        if spec.examples.is_empty() || spec.counter_examples.is_empty() {
            wrong.push(format!("{}: it needs an example and a counter-example", spec.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_pattern_compiles_within_its_bound() {
    for (number, listed) in BUILT.rules.iter().enumerate() {
        let rule = BUILT.set.get(number).unwrap();
        assert!(rule.regex().is_ok(), "{}: {:?}", listed.spec.id, rule.regex());
        for allow in &listed.spec.allow {
            let pattern = Pattern::new(allow.clone(), listed.spec.unicode);
            assert!(pattern.regex().is_ok(), "{}: {allow}", listed.spec.id);
        }
    }
}

#[test]
fn every_text_that_a_pattern_takes_holds_one_of_its_keywords() {
    let (mut made, mut wrong) = (0, Vec::new());
    for (number, listed) in BUILT.rules.iter().enumerate() {
        let rule = BUILT.set.get(number).unwrap();
        let spec = &listed.spec;
        // A rule with names has no pattern to go beyond them.
        if spec.named.is_some() {
            continue;
        }
        let texts = samples(&spec.regex, spec.unicode, rule.regex().unwrap(), SAMPLES);
        made += usize::from(texts.len() >= 20);
        let lost = texts.iter().map(|text| String::from_utf8_lossy(text).to_lowercase());
        let lost = lost.into_iter().find(|text| !spec.keywords.iter().any(|word| text.contains(&**word)));
        wrong.extend(lost.map(|text| format!("{} takes {text:?}", spec.id)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Of some patterns few texts can be made (a word's edge beside any byte); of nearly all there must be many.
    let formed = BUILT.rules.iter().filter(|rule| rule.spec.named.is_none()).count();
    assert!(made * 100 > formed * 90, "texts were made of {made} of {formed} patterns");
}

#[test]
fn every_rule_says_what_to_do_with_its_value() {
    let is_by_name = |tags: &[leakgate::rule::Text]| tags.iter().any(|tag| tag == BY_NAME);
    let silent = BUILT.rules.iter().filter(|rule| rule.spec.opens.is_none() && !is_by_name(&rule.spec.tags));
    let silent: Vec<&str> = silent.map(|rule| &*rule.spec.id).collect();
    assert!(silent.is_empty(), "these do not say what their value opens: {silent:?}");
    // A key that people make themselves (a private key, a password of one's own) has no issuer's page.
    let with_page = BUILT.rules.iter().filter(|rule| rule.spec.revoke.is_some()).count();
    assert!(with_page * 100 > BUILT.rules.len() * 80, "{with_page} of {} say how to revoke", BUILT.rules.len());
    for rule in &BUILT.rules {
        let pages = rule.spec.revoke.iter().chain(&rule.spec.source).filter(|page| *page != "observed");
        for page in pages {
            assert!(page.starts_with("https://") && !page.contains(' '), "{}: {page}", rule.spec.id);
        }
    }
}
