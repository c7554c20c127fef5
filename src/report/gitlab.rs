//! GitLab's secret detection report (its security report schema 15): what `artifacts:reports:secret_detection` takes.
//!
//! *Invariant:* `raw_source_code_extract` stays out. GitLab's own analyzers put the secret itself there, in clear, for
//! everybody who may see the pipeline.

use super::facts::{Run, file, has_line, masked, remedy, sentence, title};
use super::{Mask, Unread, json_object};
use crate::text::{Finding, Severity, clock};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The schema's version that the report keeps to.
const VERSION: &str = "15.0.0";
/// What stands for a commit where there is none; GitLab's own analyzers write it.
const NO_COMMIT: &str = "0000000";
/// The schema's bounds in characters, with room to spare.
const NAME: usize = 250;

/// The whole report, with its final line end.
#[must_use]
pub fn gitlab(findings: &[Finding], unread: &[Unread], run: Run) -> String {
    let mask = Mask::of(findings, unread);
    let tool = json!({
        "id": "leakgate",
        "name": "leakgate",
        "version": env!("CARGO_PKG_VERSION"),
        "vendor": { "name": "leakgate" },
    });
    let notes: Vec<Value> = unread
        .iter()
        .map(|item| {
            let text = format!("{}: {}", file(&item.subject, &mask), mask.text(item.obstacle.why.as_bytes()));
            json!({ "level": "warn", "value": text })
        })
        .collect();
    let report = json!({
        "version": VERSION,
        "scan": {
            "analyzer": tool,
            "scanner": tool,
            "type": "secret_detection",
            "status": if unread.is_empty() { "success" } else { "failure" },
            "start_time": clock::second(run.began),
            "end_time": clock::second(run.ended),
            "messages": notes,
        },
        "vulnerabilities": findings.iter().map(|finding| vulnerability(finding, &mask)).collect::<Vec<_>>(),
    });
    json_object(&report) + "\n"
}

fn vulnerability(finding: &Finding, mask: &Mask) -> Value {
    let rule = &finding.rule;
    let path = file(&finding.subject, mask);
    let line = if has_line(finding) { finding.place.line } else { 1 };
    let end = finding.extent.map_or(line, |extent| extent.end_line.max(line));
    let page = rule.revoke.as_deref().filter(|page| page.starts_with("https://") || page.starts_with("http://"));
    let mut commit = json!({ "sha": finding.subject.commit().unwrap_or(NO_COMMIT) });
    if let (Some(title), Some(commit)) = (title(finding, mask), commit.as_object_mut()) {
        commit.insert("message".to_owned(), json!(title));
    }
    json!({
        "id": uuid(finding, &path, line),
        "category": "secret_detection",
        "name": rule.description.chars().take(NAME).collect::<String>(),
        "description": sentence(finding, mask),
        "severity": match rule.severity {
            Severity::Critical => "Critical",
            Severity::High => "High",
            Severity::Medium => "Medium",
            Severity::Low => "Low",
        },
        "solution": remedy(finding),
        "identifiers": [{
            "type": "leakgate_rule_id",
            "name": format!("leakgate rule {}", rule.id),
            "value": rule.id,
        }],
        "links": page.map(|page| json!({ "name": "How to revoke it", "url": page })).into_iter().collect::<Vec<_>>(),
        "details": {
            "value": { "name": "Value", "type": "text", "value": masked(finding, mask) },
            "fingerprint": { "name": "Fingerprint", "type": "text", "value": finding.fingerprint.0 },
        },
        "location": { "file": path, "start_line": line, "end_line": end, "commit": commit },
    })
}

/// The same for the same value at the same place: a UUID of version 8 (RFC 9562), which leaves its bits to whoever makes it.
fn uuid(finding: &Finding, path: &str, line: u32) -> String {
    let commit = finding.subject.commit().unwrap_or_default();
    let place = format!("{}\0{path}\0{line}\0{}\0{commit}", finding.fingerprint.0, finding.place.column);
    let hex: String = Sha256::digest(place.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
    format!("{}-{}-8{}-8{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}
