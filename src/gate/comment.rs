//! Comments by which a file's author says why a secret is none: `leakgate:allow RULE REASON`.
//!
//! Heard on the line where the value begins, after or before it, and on the line above if nothing but the comment stands
//! there (JSON has no comment at a line's end, a key in PEM form no room for one).
//!
//! *Invariant:* a comment is about one rule, named in full, and about one line. It speaks for secrets that stand in a
//! file of its own: not for customer data, not for markers, not for what lies in an archive, a message or a name; and a
//! reason that holds the value itself is none.

use crate::scan::Text;
use crate::text::{Finding, Kind, KnowsBy, LineIndex, Subject, Value};
use crate::verdict::{Excuse, Excused};
use bstr::ByteSlice;

const MARK: &[u8] = b"leakgate:allow";
/// A reason has at least as many letters and digits: `x` is no reason.
const LEAST: usize = 3;
/// More of a reason is not kept.
const MOST: usize = 200;
/// What closes a comment in some language, and is no part of the reason.
const CLOSERS: [&str; 7] = ["*/", "-->", "--}}", "%>", "#}", "-}", "*)"];

/// Sorts `finding` by whether a comment in `text` speaks for it. One that is excused leaves what other rules know by its
/// form: a comment is about one rule.
pub(super) fn listen(
    text: &Text<'_>,
    index: &LineIndex,
    finding: Finding,
    excused: &mut Vec<Excused<Finding>>,
    findings: &mut Vec<Finding>,
) {
    match heard(text, index, finding) {
        Ok(mut it) => {
            let beneath = std::mem::take(&mut it.what.beneath);
            excused.push(it);
            for other in beneath.into_iter().filter(|other| other.knows_by == KnowsBy::Form) {
                listen(text, index, other.finding, excused, findings);
            }
        }
        Err(finding) => findings.push(*finding),
    }
}

/// The finding with its excuse if a comment in `text` speaks for it, and the finding alone if not.
fn heard(text: &Text<'_>, index: &LineIndex, finding: Finding) -> Result<Excused<Finding>, Box<Finding>> {
    let is_file = matches!(finding.subject, Subject::File { .. } | Subject::Staged { .. } | Subject::Disk { .. });
    let Value::Secret(secret) = &finding.value else { return Err(Box::new(finding)) };
    if !is_file || finding.rule.kind != Kind::Secret || !text.has_file_lines() || finding.member.is_some() {
        return Err(Box::new(finding));
    }
    let at = index.offset(finding.place);
    let number = index.lines_of(&(at..at)).start;
    let same = about(index.line(text.bytes, number), &finding.rule.id).map(|reason| (0, reason));
    let above = number.checked_sub(1).and_then(|above| alone(index.line(text.bytes, above), &finding.rule.id));
    let found = same.or(above.map(|reason| (1, reason)));
    match found.filter(|(_, reason)| !reason.contains_str(secret.expose())) {
        Some((back, reason)) => {
            let reason: String = reason.to_str_lossy().chars().take(MOST).collect();
            let line = finding.place.line.saturating_sub(back);
            Ok(Excused { what: finding, why: Excuse::Comment { line, reason } })
        }
        None => Err(Box::new(finding)),
    }
}

/// The reason of a comment about `rule` on a line.
fn about<'l>(line: &'l [u8], rule: &str) -> Option<&'l [u8]> {
    line.find_iter(MARK).find_map(|at| {
        let rest = line.get(at + MARK.len()..)?;
        let said = rest.trim_start();
        // A word that goes on is another word.
        if said.len() == rest.len() {
            return None;
        }
        let end = said.find_byteset(b" \t").unwrap_or(said.len());
        let (named, reason) = said.split_at_checked(end)?;
        let reason = reason.find(MARK).map_or(reason, |next| reason.get(..next).unwrap_or_default());
        let reason = without_closer(reason);
        let letters = reason.chars().filter(|c| c.is_alphanumeric()).count();
        (named == rule.as_bytes() && letters >= LEAST).then_some(reason)
    })
}

/// The same for a line that holds nothing but a comment: before it stand only what opens one.
fn alone<'l>(line: &'l [u8], rule: &str) -> Option<&'l [u8]> {
    let before = line.get(..line.find(MARK)?)?;
    let opens = |b: &u8| b.is_ascii_punctuation() || b.is_ascii_whitespace();
    if before.iter().all(opens) { about(line, rule) } else { None }
}

fn without_closer(reason: &[u8]) -> &[u8] {
    let reason = reason.trim();
    CLOSERS.iter().find_map(|closer| reason.strip_suffix(closer.as_bytes())).unwrap_or(reason).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(line: &str) -> Option<String> {
        about(line.as_bytes(), "acme-key").map(|reason| reason.to_str_lossy().into_owned())
    }

    #[test]
    fn a_comment_names_its_rule_and_a_reason_in_any_language() {
        for line in [
            "x = 1 # leakgate:allow acme-key made up for tests",
            "<!-- leakgate:allow acme-key made up for tests -->",
            "/* leakgate:allow acme-key made up for tests */ x",
            "// leakgate:allow acme-noise other // leakgate:allow acme-key made up for tests",
            "-- leakgate:allow\tacme-key  made up for tests",
        ] {
            let said = reason(line).unwrap();
            assert!(said.starts_with("made up for tests"), "{line}: {said}");
        }
        assert_eq!(reason("# leakgate:allow acme-key made up -->").as_deref(), Some("made up"));
    }

    #[test]
    fn what_lacks_rule_or_reason_or_names_more_than_one_rule_says_nothing() {
        for line in [
            "# leakgate:allow",
            "# leakgate:allow acme-key",
            "# leakgate:allow acme-key -- */",
            "# leakgate:allow acme-key no",
            "# leakgate:allow made up for tests",
            "# leakgate:allow acme-* made up for tests",
            "# leakgate:allow acme-key,acme-noise made up for tests",
            "# leakgate:allow acme made up for tests",
            "# leakgate:allow-all acme-key made up",
            "# leakgate:allowacme-key made up",
            "# LEAKGATE:ALLOW acme-key made up",
            "# leakgate:ignore acme-key made up",
            "# leakgate:allow acme-key leakgate:allow acme-noise made up",
        ] {
            assert_eq!(reason(line), None, "{line}");
        }
    }

    #[test]
    fn a_line_above_is_heard_only_if_it_holds_nothing_else() {
        assert!(alone(b"  // leakgate:allow acme-key made up", "acme-key").is_some());
        assert!(alone(b"<!-- leakgate:allow acme-key made up -->", "acme-key").is_some());
        assert!(alone(b"a = 1 # leakgate:allow acme-key made up", "acme-key").is_none());
        assert!(alone(b"", "acme-key").is_none());
    }
}
