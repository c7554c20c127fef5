//! JSON Lines: one finding a line, for programs. A public format: keys are added, never renamed or removed.

use super::{Mask, Unread};
use crate::scan::UnreadableKind;
use crate::text::{Finding, Kind, Subject, Value, printable};
use bstr::{BString, ByteSlice as _};
use serde::Serialize;
use std::fmt::Write as _;

/// A finding's keys, in their order. All are always there but those that end in `_bytes`; what does not apply is `null`.
#[derive(Serialize)]
struct Found<'a> {
    rule: &'a str,
    description: &'a str,
    severity: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    place: Where<'a>,
    line: u32,
    column: u32,
    via: &'a [&'static str],
    secret: Option<String>,
    distinct: Option<usize>,
    samples: Option<Vec<Sample>>,
    fingerprint: &'a str,
    proof: Option<&'static str>,
    opens: Option<&'a str>,
    revoke: Option<&'a str>,
    #[serde(flatten)]
    history: Option<InHistory<'a>>,
}

/// What a scan of whole histories adds to a finding.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct InHistory<'a> {
    /// The repository, as it was named.
    pub repository: &'a str,
    /// When its commit was made, by the committer's clock, in seconds since 1970.
    pub time: Option<i64>,
    /// Whether HEAD's files still hold the value; none when HEAD has no commit.
    pub in_head: Option<bool>,
}

/// The keys of something that could not be read.
#[derive(Serialize)]
struct NotRead<'a> {
    kind: &'static str,
    #[serde(flatten)]
    place: Where<'a>,
    obstacle: &'static str,
    format: &'static str,
    why: String,
}

/// The keys that both have.
#[derive(Serialize)]
struct Where<'a> {
    subject: &'static str,
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_bytes: Option<String>,
    commit: Option<&'a str>,
    title: Option<String>,
    object: Option<&'a str>,
    part: Option<&'static str>,
    r#ref: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ref_bytes: Option<String>,
    member: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    member_bytes: Option<String>,
}

#[derive(Serialize)]
struct Sample {
    line: u32,
    column: u32,
    value: String,
}

/// One finding as one line of JSON, without a line end. `mask` must be [`Mask::of`] the whole run.
///
/// | key | value |
/// |---|---|
/// | `rule`, `description` | the rule's id, and what its values are |
/// | `severity` | `low`, `medium`, `high` or `critical` |
/// | `kind` | `secret` or `customer-data` |
/// | `subject` | `file`, `symlink`, `file-name`, `commit`, `tag`, `ref-name`, `object`, `staged`, `message`, `disk` or `stdin` |
/// | `path` | the file's path; `null` where the subject has none |
/// | `path_bytes` | only if the path is not UTF-8 (`path` then has U+FFFD): its bytes in hexadecimal |
/// | `line`, `column` | 1-based, the column in bytes; for a decoded value, where the encoded form begins |
/// | `commit`, `title` | the commit's full id and its subject line; `null` outside of commits |
/// | `object` | the tag's or bare object's full id |
/// | `part` | for `commit` and `tag`: `message`, `author`, `committer`, `tagger` or `header`; for `object`: its type |
/// | `ref`, `ref_bytes` | the reference's full name, for `ref-name` |
/// | `via` | how the value was decoded, outermost first; empty if it stands there as it is |
/// | `member`, `member_bytes` | the path inside an archive |
/// | `secret` | the value, redacted; `null` for bulk data |
/// | `distinct`, `samples` | for bulk data: how many distinct values, and up to three of them as `line`, `column`, masked `value` |
/// | `fingerprint` | the same for the same rule and value, wherever it lies |
/// | `proof` | what was verified in the value, such as `checksum verified`; `null` where its format carries no check |
/// | `opens`, `revoke` | what the value opens, and the issuer's page on revoking it; `null` where the rule does not say |
///
/// Every piece of four bytes (of eight, where the run found more than 16 different secrets) that a name shares with a
/// secret of the run is replaced by `****`. Characters that could
/// steer a terminal are written as `\u` escapes.
#[must_use]
pub fn json_line(finding: &Finding, mask: &Mask) -> String {
    line_with(finding, mask, None)
}

/// As [`json_line`], with `repository`, `time` and `in_head` at its end.
#[must_use]
pub fn json_history_line(finding: &Finding, mask: &Mask, history: InHistory<'_>) -> String {
    line_with(finding, mask, Some(history))
}

fn line_with(finding: &Finding, mask: &Mask, history: Option<InHistory<'_>>) -> String {
    let (secret, distinct, samples) = value(&finding.value, mask);
    written(&Found {
        rule: &finding.rule.id,
        description: &finding.rule.description,
        severity: finding.rule.severity.as_str(),
        kind: match finding.rule.kind {
            Kind::Secret => "secret",
            Kind::CustomerData => "customer-data",
            Kind::Marker => "marker",
        },
        place: Where::of(&finding.subject, finding.title.as_ref(), finding.member.as_ref(), mask),
        line: finding.place.line,
        column: finding.place.column,
        via: &finding.via,
        secret,
        distinct,
        samples,
        fingerprint: &finding.fingerprint.0,
        proof: finding.proof,
        opens: finding.rule.opens.as_deref(),
        revoke: finding.rule.revoke.as_deref(),
        history,
    })
}

/// Something that could not be read as one line of JSON, without a line end; `mask` must be [`Mask::of`]
/// the whole run.
///
/// `kind` is `unreadable`; `subject` to `member_bytes` are as in [`json_line`]; `obstacle` is `encrypted`,
/// `unsupported`, `over-limit` or `broken`, `format` the file's format, and `why` what stood in the way.
#[must_use]
pub fn json_unread_line(item: &Unread, mask: &Mask) -> String {
    let obstacle = &item.obstacle;
    written(&NotRead {
        kind: "unreadable",
        place: Where::of(&item.subject, item.title.as_ref(), obstacle.member.as_ref(), mask),
        obstacle: match obstacle.kind {
            UnreadableKind::Encrypted => "encrypted",
            UnreadableKind::Unsupported => "unsupported",
            UnreadableKind::OverLimit => "over-limit",
            UnreadableKind::Broken => "broken",
        },
        format: obstacle.format,
        why: mask.text(obstacle.why.as_bytes()),
    })
}

impl<'a> Where<'a> {
    fn of(subject: &'a Subject, title: Option<&BString>, member: Option<&BString>, mask: &Mask) -> Self {
        let (object, part, name) = match subject {
            Subject::Commit { part, .. } => (None, Some(*part), None),
            Subject::Tag { id, part } => (Some(id.as_str()), Some(*part), None),
            Subject::Object { id, kind } => (Some(id.as_str()), Some(*kind), None),
            Subject::RefName(name) => (None, None, Some(name)),
            Subject::File { .. }
            | Subject::Symlink { .. }
            | Subject::FileName { .. }
            | Subject::Staged { .. }
            | Subject::Message
            | Subject::Disk { .. }
            | Subject::Stdin => (None, None, None),
        };
        let (path, path_bytes) = shown(subject.path(), mask);
        let (name, ref_bytes) = shown(name, mask);
        let (member, member_bytes) = shown(member, mask);
        let commit = subject.commit();
        let (title, _) = shown(title, mask);
        let subject = word(subject);
        Self { subject, path, path_bytes, commit, title, object, part, r#ref: name, ref_bytes, member, member_bytes }
    }
}

/// A name as text, and its bytes in hexadecimal where the text cannot say them.
fn shown(raw: Option<&BString>, mask: &Mask) -> (Option<String>, Option<String>) {
    let Some(raw) = raw else { return (None, None) };
    let masked = mask.bytes(raw);
    let bytes = masked.to_str().is_err().then(|| hex(&masked));
    (Some(masked.to_str_lossy().into_owned()), bytes)
}

type Shown = (Option<String>, Option<usize>, Option<Vec<Sample>>);

fn value(value: &Value, mask: &Mask) -> Shown {
    match value {
        Value::Secret(secret) => (Some(secret.redacted()), None, None),
        Value::Bulk { distinct, samples, .. } => {
            let samples = samples.iter().map(|(place, sample)| Sample {
                line: place.line,
                column: place.column,
                value: mask.text(sample.as_bytes()),
            });
            (None, Some(*distinct), Some(samples.collect()))
        }
    }
}

/// The word for a subject's kind.
fn word(subject: &Subject) -> &'static str {
    match subject {
        Subject::File { .. } => "file",
        Subject::Symlink { .. } => "symlink",
        Subject::FileName { .. } => "file-name",
        Subject::Commit { .. } => "commit",
        Subject::Tag { .. } => "tag",
        Subject::RefName(_) => "ref-name",
        Subject::Object { .. } => "object",
        Subject::Staged { .. } => "staged",
        Subject::Message => "message",
        Subject::Disk { .. } => "disk",
        Subject::Stdin => "stdin",
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |n: u8| DIGITS.get(usize::from(n)).copied().unwrap_or('?');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// `line` as one line of JSON that a terminal survives, without a line end.
///
/// serde escapes what lies below U+0020; a terminal also obeys DEL, C1 and bidi controls, so that they are escaped too.
/// All of them can only be inside of a string.
pub(crate) fn written(line: &impl Serialize) -> String {
    let json = match serde_json::to_string(line) {
        Ok(json) => json,
        // Strings, numbers and `None` are all that is written, and none of them can fail; said rather than dropped.
        Err(error) => serde_json::json!({ "error": error.to_string() }).to_string(),
    };
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() && c != '\u{7f}' {
            out.push(c);
        } else {
            push_escaped(&mut out, c);
        }
    }
    out
}

fn push_escaped(out: &mut String, c: char) {
    let mut utf8 = [0; 4];
    let text = c.encode_utf8(&mut utf8);
    if printable(text.as_bytes()) == *text {
        out.push(c);
        return;
    }
    let mut utf16 = [0; 2];
    for unit in c.encode_utf16(&mut utf16) {
        // Writing to a `String` cannot fail.
        if write!(out, "\\u{unit:04x}").is_err() {
            out.push('?');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{COMMIT, bulk, file, secret, unread};
    use super::*;

    const PAGE: &str = "https://example.org/revoke";

    fn parsed(finding: &Finding) -> serde_json::Value {
        let line = json_line(finding, &Mask::of(std::slice::from_ref(finding), &[]));
        assert!(!line.contains('\n'));
        serde_json::from_str(&line).unwrap()
    }

    #[test]
    fn a_finding_has_all_keys_and_no_secret() {
        let json = parsed(&secret(file("src/QWERTYUI.rs"), b"QWERTYUIOPASDFGHJKLZXCVBNM"));
        assert_eq!(json["rule"], "sample-token");
        assert_eq!(json["severity"], "high");
        assert_eq!(json["kind"], "secret");
        assert_eq!(json["subject"], "file");
        assert_eq!(json["path"], "src/****.rs");
        assert_eq!((json["line"].as_u64(), json["column"].as_u64()), (Some(12), Some(18)));
        assert_eq!(json["commit"], COMMIT);
        assert_eq!(json["title"], "add settings");
        assert_eq!(json["secret"], "QWE**** (26 bytes)");
        assert_eq!(json["via"], serde_json::json!([]));
        assert_eq!((json["opens"].as_str(), json["revoke"].as_str()), (Some("the sample account"), Some(PAGE)));
        let keys = json.as_object().unwrap();
        for key in ["object", "part", "ref", "member", "distinct", "samples", "proof"] {
            assert!(keys.contains_key(key) && json[key].is_null(), "{key}");
        }
        assert!(!keys.contains_key("path_bytes"));
    }

    #[test]
    fn bulk_data_is_counted_and_sampled() {
        let json = parsed(&bulk(file("list.csv"), 312));
        assert_eq!(json["kind"], "customer-data");
        assert_eq!(json["distinct"], 312);
        assert!(json["opens"].is_null() && json["revoke"].is_null());
        assert_eq!(json["samples"][0]["line"], 2);
        assert!(json["secret"].is_null());
    }

    #[test]
    fn a_name_that_is_not_utf8_keeps_its_bytes() {
        let path = BString::from(&b"k\xff\xfey/a\nb"[..]);
        let json = parsed(&secret(Subject::Disk { path }, b"QWERTYUIOP"));
        assert_eq!(json["path"], "k\u{fffd}\u{fffd}y/a\nb");
        assert_eq!(json["path_bytes"], "6bfffe792f610a62");
    }

    #[test]
    fn what_steers_a_terminal_is_escaped_and_read_back_unchanged() {
        let hostile = "a\u{202e}b\u{7f}c\u{9b}d\u{e0041}\x1b[m顧客";
        let finding = secret(file(hostile), b"QWERTYUIOP");
        let line = json_line(&finding, &Mask::default());
        assert_eq!(printable(line.as_bytes()), line);
        assert!(line.contains("\\u202e") && line.contains("\\udb40\\udc41") && line.contains("顧客"), "{line}");
        assert_eq!(parsed(&finding)["path"], hostile);
    }

    #[test]
    fn what_could_not_be_read_has_a_line_of_its_own_kind() {
        let item = unread("x.zip");
        let json: serde_json::Value = serde_json::from_str(&json_unread_line(&item, &Mask::default())).unwrap();
        assert_eq!((json["kind"].as_str(), json["obstacle"].as_str()), (Some("unreadable"), Some("encrypted")));
        assert_eq!((json["path"].as_str(), json["format"].as_str()), (Some("x.zip"), Some("zip")));
    }
}
