//! Findings for this module's tests.

use super::{Context, HookKind, Unread};
use crate::scan::{Unreadable, UnreadableKind};
use crate::text::{Finding, Fingerprint, Kind, Place, RuleInfo, Secret, Severity, Subject, Value};
use crate::verdict::Mode;
use std::sync::Arc;

pub(super) const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

pub(super) fn context(hook: HookKind) -> Context<'static> {
    Context {
        hook,
        shown: 10,
        contact: Some("security@example.org"),
        version: "0.1.0",
        mode: Mode::Enforced,
        notes: &[],
        codes: &[],
        tips: &[],
        destination: None,
        origin: None,
    }
}

pub(super) fn file(path: &str) -> Subject {
    Subject::File { path: path.into(), commit: COMMIT.to_owned() }
}

pub(super) fn secret(subject: Subject, value: &[u8]) -> Finding {
    let rule = RuleInfo {
        id: "sample-token".to_owned(),
        description: "sample token".to_owned(),
        severity: Severity::High,
        kind: Kind::Secret,
        opens: Some("the sample account".to_owned()),
        revoke: Some("https://example.org/revoke".to_owned()),
    };
    // Not a digest: equal values get equal fingerprints, which is all the report relies on.
    let sum = value.iter().fold(value.len() as u64, |sum, b| sum.wrapping_mul(0x0100_0000_01b3) ^ u64::from(*b));
    Finding {
        rule: Arc::new(rule),
        value: Value::Secret(Secret::new(value)),
        subject,
        title: Some("add settings".into()),
        place: Place { line: 12, column: 18 },
        extent: None,
        via: Vec::new(),
        member: None,
        fingerprint: Fingerprint(format!("{sum:016x}")),
        proof: None,
        beneath: Vec::new(),
    }
}

pub(super) fn bulk(subject: Subject, distinct: usize) -> Finding {
    let rule = RuleInfo {
        id: "jp-email-bulk".to_owned(),
        description: "e-mail addresses".to_owned(),
        severity: Severity::Critical,
        kind: Kind::CustomerData,
        opens: None,
        revoke: None,
    };
    let value = Value::Bulk {
        distinct,
        samples: vec![(Place { line: 2, column: 1 }, "u***@q***.example".to_owned())],
        hidden: vec![Secret::new(b"UVWX@QQQQ.example")],
    };
    Finding { rule: Arc::new(rule), value, ..secret(subject, format!("bulk{distinct}").as_bytes()) }
}

pub(super) fn with_title(finding: Finding, title: &str) -> Finding {
    Finding { title: Some(title.into()), ..finding }
}

pub(super) fn unread(path: &str) -> Unread {
    let why = "its members are encrypted".to_owned();
    let obstacle = Unreadable { kind: UnreadableKind::Encrypted, format: "zip", member: None, why };
    Unread { subject: file(path), title: Some("add archive".into()), obstacle }
}
