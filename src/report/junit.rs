//! JUnit's XML in the form that Jenkins and GitLab read: a test case a place, which failed.

use super::facts::{Run, file, remedy, sentence};
use super::subject::located;
use super::{Mask, Unread};
use crate::text::{Finding, clock};

/// The whole report. Without anything found it holds one test that passed, since an empty suite counts as none.
#[must_use]
pub fn junit(findings: &[Finding], unread: &[Unread], run: Run) -> String {
    let mask = Mask::of(findings, unread);
    let (failures, errors) = (findings.len(), unread.len());
    let tests = (failures + errors).max(1);
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"");
    let time = format!("time=\"{}\"", run.ended.saturating_sub(run.began));
    let stamp = clock::second(run.began);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"leakgate\" {counts} {time}>\n\
         <testsuite name=\"leakgate\" {counts} {time} timestamp=\"{stamp}\">\n"
    );
    if findings.is_empty() && unread.is_empty() {
        out.push_str("<testcase classname=\"leakgate\" name=\"no leak\"/>\n");
    }
    for finding in findings {
        let place = located(&finding.subject, finding.place, &mask);
        let body = format!(
            "{place}\n{}\n{}\nfingerprint {}\n",
            sentence(finding, &mask),
            remedy(finding),
            finding.fingerprint.0
        );
        out.push_str(&case(&finding.rule.id, &place, "failure", &finding.rule.description, &body));
    }
    for item in unread {
        let body = format!("{}: {}\n", file(&item.subject, &mask), mask.text(item.obstacle.why.as_bytes()));
        out.push_str(&case("unreadable", &file(&item.subject, &mask), "error", "it could not be read", &body));
    }
    out + "</testsuite>\n</testsuites>\n"
}

fn case(class: &str, name: &str, outcome: &str, message: &str, body: &str) -> String {
    let (class, name, message, body) = (escaped(class), escaped(name), escaped(message), escaped(body));
    format!(
        "<testcase classname=\"leakgate.{class}\" name=\"{name}\" time=\"0\">\n\
         <{outcome} type=\"{class}\" message=\"{message}\">{body}</{outcome}>\n</testcase>\n"
    )
}

/// Text in XML. What comes in is fit for a terminal already: no control character but the line end.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push('\n'),
            // What XML 1.0 cannot say at all.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
