//! SARIF 2.1.0, as GitHub, GitLab, Azure DevOps and editors read it.
//!
//! One run; a rule for each that found something; a result for each place. What could not be read is a notification, and
//! the invocation then was no success: an upload must not look like a clean bill.

use super::facts::{Run, has_line, masked, remedy, score, sentence, title, uri};
use super::subject::named;
use super::{Mask, Unread, json_object};
use crate::text::{Finding, RuleInfo, Severity, clock};
use serde_json::{Value, json};
use std::collections::HashMap;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The whole log, with its final line end.
#[must_use]
pub fn sarif(findings: &[Finding], unread: &[Unread], run: Run) -> String {
    let mask = Mask::of(findings, unread);
    let mut rules: Vec<&RuleInfo> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut seen: HashMap<(&str, String), usize> = HashMap::new();
    let mut results = Vec::with_capacity(findings.len());
    for finding in findings {
        let index = *known.entry(&finding.rule.id).or_insert_with(|| {
            rules.push(&finding.rule);
            rules.len() - 1
        });
        let uri = uri(&finding.subject, &mask);
        let nth = seen.entry((&finding.fingerprint.0, uri.clone())).and_modify(|n| *n += 1).or_insert(1);
        results.push(result(finding, index, uri, *nth, &mask));
    }
    let notes: Vec<Value> = unread.iter().map(|unread| note(unread, &mask)).collect();
    let time = |seconds: u64| clock::second(seconds) + "Z";
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "leakgate",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.into_iter().map(rule).collect::<Vec<_>>(),
            } },
            "columnKind": "utf16CodeUnits",
            "invocations": [{
                "executionSuccessful": unread.is_empty(),
                "startTimeUtc": time(run.began),
                "endTimeUtc": time(run.ended),
                "toolExecutionNotifications": notes,
            }],
            "results": results,
        }],
    });
    json_object(&log) + "\n"
}

fn rule(rule: &RuleInfo) -> Value {
    let opens = rule.opens.as_ref().map(|opens| format!(" It opens {opens}.")).unwrap_or_default();
    let page = rule.revoke.as_ref().map(|page| format!(" How to revoke it: {page}")).unwrap_or_default();
    let help = format!("{}.{opens} Revoke it first, then take it out of the history.{page}", rule.description);
    let mut out = json!({
        "id": rule.id,
        "name": rule.id,
        "shortDescription": { "text": rule.description },
        "fullDescription": { "text": format!("{}.{opens}", rule.description) },
        "help": { "text": help },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": { "tags": ["security", kind(rule)], "security-severity": score(rule.severity) },
    });
    if let (Some(page), Some(out)) = (&rule.revoke, out.as_object_mut()) {
        out.insert("helpUri".to_owned(), json!(page));
    }
    out
}

fn kind(rule: &RuleInfo) -> &'static str {
    match rule.kind {
        crate::text::Kind::Secret => "secret",
        crate::text::Kind::CustomerData => "customer-data",
        crate::text::Kind::Marker => "marker",
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

fn result(finding: &Finding, index: usize, uri: String, nth: usize, mask: &Mask) -> Value {
    let fingerprint = &finding.fingerprint.0;
    let region = match (&finding.extent, has_line(finding)) {
        (Some(extent), true) => json!({
            "startLine": finding.place.line,
            "startColumn": extent.start,
            "endLine": extent.end_line,
            "endColumn": extent.end,
        }),
        (None, true) => json!({ "startLine": finding.place.line }),
        (_, false) => json!({ "startLine": 1 }),
    };
    json!({
        "ruleId": finding.rule.id,
        "ruleIndex": index,
        "level": level(finding.rule.severity),
        "message": { "text": format!("{}. {}", sentence(finding, mask), remedy(finding)) },
        "locations": [{
            "physicalLocation": { "artifactLocation": { "uri": uri }, "region": region },
            "logicalLocations": [{ "fullyQualifiedName": named(&finding.subject, mask), "kind": "resource" }],
        }],
        // GitHub's own name for what tells alerts apart from one upload to the next, and ours, which outlives a move.
        "partialFingerprints": {
            "primaryLocationLineHash": format!("{fingerprint}:{nth}"),
            "leakgate/v1": fingerprint,
        },
        "properties": {
            "value": masked(finding, mask),
            "proof": finding.proof,
            "commit": finding.subject.commit(),
            "title": title(finding, mask),
            "security-severity": score(finding.rule.severity),
        },
    })
}

fn note(unread: &Unread, mask: &Mask) -> Value {
    let obstacle = &unread.obstacle;
    let member = obstacle.member.as_ref().map(|member| format!(" ({})", mask.text(member))).unwrap_or_default();
    let text =
        format!("{}{member} could not be read: {}", named(&unread.subject, mask), mask.text(obstacle.why.as_bytes()));
    json!({
        "level": "error",
        "message": { "text": text },
        "descriptor": { "id": format!("unreadable-{}", obstacle.format) },
        "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri(&unread.subject, mask) } } }],
    })
}
