//! What every format for other programs says about a finding, in the same words.

use super::Mask;
use super::subject::{named, short};
use crate::text::{Finding, Kind, Severity, Subject, Value};
use bstr::ByteSlice as _;

/// About the run itself.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// When it began, in seconds since 1970.
    pub began: u64,
    /// When it ended.
    pub ended: u64,
}

/// The value as it may be shown.
pub(super) fn masked(finding: &Finding, mask: &Mask) -> String {
    match &finding.value {
        Value::Secret(secret) => secret.redacted(),
        Value::Bulk { distinct, samples, .. } => {
            let shown: Vec<String> = samples.iter().map(|(_, sample)| mask.text(sample.as_bytes())).collect();
            match shown.is_empty() {
                true => format!("{distinct} distinct values"),
                false => format!("{distinct} distinct values, such as {}", shown.join(", ")),
            }
        }
    }
}

/// One sentence: what it is, what it shows, what it opens, where it comes from.
pub(super) fn sentence(finding: &Finding, mask: &Mask) -> String {
    let mut text = format!("{}: {}", finding.rule.description, masked(finding, mask));
    if !finding.via.is_empty() {
        text.push_str(&format!(", as {}", finding.via.iter().rev().copied().collect::<Vec<_>>().join(" in ")));
    }
    if let Some(member) = &finding.member {
        text.push_str(&format!(", in its member {}, line {}", mask.text(member), finding.place.line));
    }
    if let Some(commit) = finding.subject.commit() {
        text.push_str(&format!(", added by commit {}", short(commit)));
    }
    if let Some(opens) = &finding.rule.opens {
        text.push_str(&format!("; it opens {opens}"));
    }
    text
}

/// What to do about it.
pub(super) fn remedy(finding: &Finding) -> String {
    match (finding.rule.kind, &finding.rule.revoke) {
        (Kind::Secret, Some(page)) => format!("Revoke it ({page}), then take it out of the history."),
        (Kind::Secret, None) => "Revoke it where it was issued, then take it out of the history.".to_owned(),
        (Kind::CustomerData, _) => {
            "Take it out of the history, pass it on to nobody, and talk to your privacy officer.".to_owned()
        }
        (Kind::Marker, _) => "Take it out before it leaves the organisation.".to_owned(),
    }
}

/// A CVSS-like number, by which GitHub sorts: its own bounds are 9.0 for critical, 7.0 for high, 4.0 for medium.
pub(super) fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
    }
}

/// Where it lies as a relative URI, or one from the root for an absolute path: masked, and every byte escaped that is
/// not plain. What has no path of its own gets one that says what it is.
pub(super) fn uri(subject: &Subject, mask: &Mask) -> String {
    match subject.path() {
        Some(path) => {
            let masked = mask.bytes(path);
            let relative = masked.strip_prefix(b"./").unwrap_or(&masked);
            let scheme = if relative.starts_with(b"/") { "file://" } else { "" };
            format!("{scheme}{}", escaped(relative))
        }
        None => escaped(named(subject, mask).replace(' ', "/").as_bytes()),
    }
}

/// Percent-encoding; a colon as well, so that no first folder reads as a scheme.
fn escaped(path: &[u8]) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    path.iter().map(|b| if plain(*b) { char::from(*b).to_string() } else { format!("%{b:02X}") }).collect()
}

/// The path as text, for formats that know no escapes: masked, fit for a terminal.
pub(super) fn file(subject: &Subject, mask: &Mask) -> String {
    match subject.path() {
        Some(path) => mask.text(path),
        None => named(subject, mask),
    }
}

/// Whether the place's line is a line of the file that the path names.
pub(super) fn has_line(finding: &Finding) -> bool {
    finding.member.is_none()
        && matches!(
            finding.subject,
            Subject::File { .. } | Subject::Staged { .. } | Subject::Disk { .. } | Subject::Stdin | Subject::Message
        )
}

/// The commit's title, masked.
pub(super) fn title(finding: &Finding, mask: &Mask) -> Option<String> {
    finding.title.as_ref().map(|title| mask.text(title.as_bstr()))
}

#[cfg(test)]
mod tests {
    use super::super::samples::{file as in_file, secret};
    use super::*;

    #[test]
    fn a_path_becomes_a_uri_that_nothing_can_break_out_of() {
        let uri_of = |path: &str| uri(&in_file(path), &Mask::default());
        assert_eq!(uri_of("a b/ü\"#?.txt"), "a%20b/%C3%BC%22%23%3F.txt");
        assert_eq!(uri_of("javascript:alert(1)"), "javascript%3Aalert%281%29");
        assert_eq!(uri(&Subject::Disk { path: "./a".into() }, &Mask::default()), "a");
        assert_eq!(uri(&Subject::Disk { path: "/a".into() }, &Mask::default()), "file:///a");
        let commit = Subject::Commit { commit: "0".repeat(40), part: "message" };
        assert_eq!(uri(&commit, &Mask::default()), "commit/0000000000/message");
    }

    #[test]
    fn a_secret_in_the_path_is_no_part_of_the_uri() {
        let found = secret(in_file("x/QWERTYUIOP"), b"QWERTYUIOP");
        assert_eq!(uri(&found.subject, &Mask::of(std::slice::from_ref(&found), &[])), "x/%2A%2A%2A%2A");
    }
}
