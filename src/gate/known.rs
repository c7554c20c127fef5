//! What the organisation's own tables know in a text, made into findings.
//!
//! Apart from the judge, because here something can be worth a look and yet stop nothing: one real address may be a
//! colleague's test.

use super::judge::{About, fingerprint, member_of};
use crate::customer::Thresholds;
use crate::exact::Known;
use crate::scan::Text;
use crate::text::{Finding, Kind, LineIndex, Place, RuleInfo, Secret, Severity, Subject, Value};
use bstr::BString;
use std::sync::Arc;

/// What one known customer adds to the dump score of a text: a few addresses beside a real one are a list.
const SCORE: f32 = 4.0;
/// No less is asked for, however many are known.
const SCORE_MIN: f32 = 1.0;

/// Whether values in `subject` are compared: authors and committers of commits are people, too, and may be customers.
pub(super) fn is_compared(subject: &Subject) -> bool {
    !matches!(subject, Subject::Commit { part: "header", .. } | Subject::Tag { part: "header", .. })
}

/// The thresholds for a text in which something is known.
pub(super) fn lowered(thresholds: &Thresholds, known: &[Known]) -> Thresholds {
    let mut lowered = thresholds.clone();
    if !known.is_empty() {
        lowered.reject_score = (lowered.reject_score - SCORE).max(SCORE_MIN);
    }
    lowered
}

/// The finding about what is known.
pub(super) fn finding(text: &Text<'_>, index: &LineIndex, known: Known, about: &About<'_>, content: &[u8]) -> Finding {
    let (id, what) = (known.what.rule(), known.what.description());
    let many = known.distinct.max(1);
    let samples: Vec<(Place, String)> =
        known.samples.into_iter().map(|sample| (index.place(sample.span.start), sample.masked)).collect();
    let info = RuleInfo {
        id: id.to_owned(),
        description: what.to_owned(),
        severity: if known.stops { Severity::Critical } else { Severity::Low },
        kind: Kind::CustomerData,
        opens: None,
        revoke: None,
    };
    Finding {
        fingerprint: fingerprint(id, content),
        rule: Arc::new(info),
        place: samples.first().map_or(Place { line: 1, column: 1 }, |(place, _)| *place),
        value: Value::Bulk {
            distinct: many,
            samples,
            hidden: known.hidden.iter().map(|value| Secret::new(value)).collect(),
        },
        subject: about.subject.clone(),
        title: about.title.map(BString::from),
        extent: None,
        via: text.via.to_vec(),
        member: member_of(text),
        proof: Some("in the organisation's own customer list"),
        beneath: Vec::new(),
    }
}
