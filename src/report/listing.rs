//! `leakgate scan`'s text: one line a place, in the form `path:line:column: …` that editors and CI systems open.
//!
//! Apart from the rejection, because a scan lists every place and nobody waits for it at a prompt: lines are as long
//! as their names, and there are as many as there are findings.

use super::layout::shorten;
use super::subject::{located, named, short};
use super::{Mask, Unread};
use crate::text::{Finding, Subject, Value, printable};

/// A name's columns: longer than any path that a file system takes, short of what a crafted tree can hold.
const NAME: usize = 4096;
/// Likewise for a commit's subject line.
const TITLE: usize = 100;

/// One line for each finding and each thing that could not be read.
#[must_use]
pub fn listing(findings: &[Finding], unread: &[Unread]) -> String {
    let mask = Mask::of(findings, unread);
    let found = findings.iter().map(|finding| listing_line(finding, &mask));
    let not_read = unread.iter().map(|item| unread_line(item, &mask));
    found.chain(not_read).map(|line| line + "\n").collect()
}

/// `path:line:column: rule: value (details)`, without a line end. `mask` must be [`Mask::of`] the whole run.
#[must_use]
pub fn listing_line(finding: &Finding, mask: &Mask) -> String {
    let value = match &finding.value {
        Value::Secret(secret) => secret.redacted(),
        Value::Bulk { distinct, samples, .. } => {
            let shown: Vec<String> = samples.iter().map(|(_, sample)| mask.text(sample.as_bytes())).collect();
            format!("{distinct} distinct values, such as {}", shown.join(", "))
        }
    };
    let mut details = Vec::new();
    if !finding.via.is_empty() {
        details.push(finding.via.iter().rev().copied().collect::<Vec<_>>().join(" in "));
    }
    details.extend(finding.member.iter().map(|member| format!("member {}", shorten(&mask.text(member), NAME))));
    if let Some(commit) = finding.subject.commit() {
        let title = finding.title.as_ref().map(|title| shorten(&mask.text(title), TITLE)).unwrap_or_default();
        details.push(format!("commit {} {title}", short(commit)).trim_end().to_owned());
    }
    let details = if details.is_empty() { String::new() } else { format!(" ({})", details.join("; ")) };
    let at = shorten(&located(&finding.subject, finding.place, mask), NAME);
    format!("{at}: {}: {value}{details}", printable(finding.rule.id.as_bytes()))
}

/// `path: cannot be read: why (details)`, without a line end. `mask` must be [`Mask::of`] the whole run.
#[must_use]
pub fn unread_line(item: &Unread, mask: &Mask) -> String {
    let why = shorten(&mask.text(item.obstacle.why.as_bytes()), NAME);
    let member = item.obstacle.member.as_ref();
    let member = member.map(|name| format!("; member {}", shorten(&mask.text(name), NAME))).unwrap_or_default();
    let commit = item.subject.commit().filter(|_| !matches!(item.subject, Subject::Commit { .. }));
    let commit = commit.map(|commit| format!("; commit {}", short(commit))).unwrap_or_default();
    let at = shorten(&named(&item.subject, mask), NAME);
    format!("{at}: cannot be read: {why} ({}{member}{commit})", item.obstacle.format)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{bulk, file, secret, unread};
    use super::*;

    #[test]
    fn every_place_is_a_line_that_an_editor_can_open() {
        let value = b"QWERTYUIOPASDFGHJKLZXCVBNM";
        let mut second = secret(Subject::Disk { path: "b/顧客.csv".into() }, value);
        second.via = vec!["gzip", "base64"];
        second.member = Some("in/side".into());
        let text = listing(&[secret(file("src/a.rs"), value), second, bulk(file("list.csv"), 312)], &[unread("x.zip")]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[0], "src/a.rs:12:18: sample-token: QWE**** (26 bytes) (commit 0123456789 add settings)");
        assert_eq!(lines[1], "b/顧客.csv:12:18: sample-token: QWE**** (26 bytes) (base64 in gzip; member in/side)");
        assert!(lines[2].starts_with("list.csv:12:18: jp-email-bulk: 312 distinct values, such as u***@q***"));
        assert_eq!(lines[3], "x.zip: cannot be read: its members are encrypted (zip; commit 0123456789)");
    }

    #[test]
    fn no_name_can_make_a_line_of_its_own() {
        let hostile = file("a\nb.rs:1:1: fake\x1b[1m");
        let text = listing(&[secret(hostile, b"QWERTYUIOP")], &[]);
        assert_eq!(text.lines().count(), 1);
        assert!(text.starts_with("a\\nb.rs:1:1: fake\\x1b[1m:12:18: "), "{text}");
    }
}
