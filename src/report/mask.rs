//! Takes secrets out of the names around them.
//!
//! A token can stand in the path, in the commit's title or in the reference's name that a report must show, and a
//! finding's path may hold another finding's secret. So one mask is made from all findings of a run.

use super::Unread;
use crate::text::{Finding, Subject, Value, printable};
use bstr::ByteSlice as _;
use std::collections::HashSet;

/// This many bytes of a secret in a row are never shown. `Secret::redacted` shows one less.
const WINDOW: usize = 4;
/// From so many different secrets on, pieces of [`WIDE`] bytes are masked: the four-byte pieces of hundreds of secrets
/// are in every name by chance, and a path of stars helps nobody to find the file.
const MANY: usize = 17;
/// What nobody's random secret shares with a name by chance.
const WIDE: usize = 8;
/// What stands for a masked run, however long it was.
const STARS: &[u8] = b"****";

/// A piece of at most eight bytes.
type Gram = u64;

/// Knows which pieces of the names to be shown belong to a secret.
///
/// Built from the names' side: it keeps the pieces that names and secrets share, so its size follows what is shown and
/// not the (perhaps many megabytes of) secrets found.
#[derive(Debug)]
pub struct Mask {
    grams: HashSet<Gram>,
    window: usize,
}

impl Default for Mask {
    /// A mask of nothing.
    fn default() -> Self {
        Self { grams: HashSet::new(), window: WINDOW }
    }
}

impl Mask {
    /// A mask of all secrets in `findings`, good for the strings `shown` and no others. Linear in both.
    #[must_use]
    pub fn new<'s>(findings: &[Finding], shown: impl IntoIterator<Item = &'s [u8]>) -> Self {
        let names: HashSet<&[u8]> = shown.into_iter().collect();
        let secrets: HashSet<&[u8]> = findings.iter().flat_map(secrets).collect();
        let window = if secrets.len() < MANY { WINDOW } else { WIDE };
        let wanted: HashSet<Gram> = names.into_iter().flat_map(|name| grams(name, window)).collect();
        let shared = secrets.into_iter().flat_map(|secret| grams(secret, window)).filter(|gram| wanted.contains(gram));
        Self { grams: shared.collect(), window }
    }

    /// A mask of all secrets in `findings`, good for every string in the same findings and in `unread`.
    #[must_use]
    pub fn of(findings: &[Finding], unread: &[Unread]) -> Self {
        Self::new(findings, findings.iter().flat_map(strings).chain(unread.iter().flat_map(unread_strings)))
    }

    /// `raw` with stars for each longest run of bytes that pieces of secrets cover.
    #[must_use]
    pub fn bytes(&self, raw: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(raw.len());
        let mut covered_to = 0;
        let mut in_run = false;
        for (at, byte) in raw.iter().enumerate() {
            if raw.get(at..at + self.window).is_some_and(|piece| self.grams.contains(&gram(piece))) {
                covered_to = at + self.window;
            }
            let covered = at < covered_to;
            match (covered, in_run) {
                (true, false) => out.extend_from_slice(STARS),
                (true, true) => {}
                (false, _) => out.push(*byte),
            }
            in_run = covered;
        }
        out
    }

    /// `raw` masked, then made fit for a terminal. Masked first: escaping would break a secret's bytes up. A name of more
    /// than 8 KiB loses its middle to `...`.
    #[must_use]
    pub fn text(&self, raw: &[u8]) -> String {
        let shown = ends(raw).map(|end| printable(&self.bytes(end)));
        shown.join(if raw.len() > 2 * END { "..." } else { "" })
    }
}

fn grams(bytes: &[u8], window: usize) -> impl Iterator<Item = Gram> {
    bytes.windows(window).map(gram)
}

fn gram(piece: &[u8]) -> Gram {
    piece.iter().fold(0, |gram, byte| gram << 8 | Gram::from(*byte))
}

/// What is shown of a name at most, in bytes at each end: more than a file system takes. A crafted tree may hold a name
/// of many megabytes.
const END: usize = 4096;

/// The two ends of a name; the second is empty unless the name is longer than both.
pub(super) fn ends(raw: &[u8]) -> [&[u8]; 2] {
    if raw.len() <= 2 * END {
        return [raw, &[]];
    }
    let (head, rest) = raw.split_at(END);
    [head, rest.last_chunk::<END>().map_or(rest, |tail| tail)]
}

/// The strings of a finding that come from whoever pushes.
pub(super) fn strings(finding: &Finding) -> Vec<&[u8]> {
    let mut all = names(&finding.subject);
    all.extend(finding.title.iter().chain(&finding.member).map(|name| name.as_bytes()));
    if let Value::Bulk { samples, .. } = &finding.value {
        all.extend(samples.iter().map(|(_, sample)| sample.as_bytes()));
    }
    all
}

/// The strings of an unread thing that may come from whoever pushes.
pub(super) fn unread_strings(item: &Unread) -> Vec<&[u8]> {
    let mut all = names(&item.subject);
    all.extend(item.title.iter().chain(&item.obstacle.member).map(|name| name.as_bytes()));
    all.push(item.obstacle.why.as_bytes());
    all
}

/// The names in a subject.
fn names(subject: &Subject) -> Vec<&[u8]> {
    match subject {
        Subject::RefName(name) => vec![name.as_bytes()],
        Subject::File { path, .. }
        | Subject::Symlink { path, .. }
        | Subject::FileName { path, .. }
        | Subject::Staged { path }
        | Subject::Disk { path } => vec![path.as_bytes()],
        Subject::Commit { .. } | Subject::Tag { .. } | Subject::Object { .. } | Subject::Message | Subject::Stdin => {
            Vec::new()
        }
    }
}

fn secrets(finding: &Finding) -> Vec<&[u8]> {
    let mut all: Vec<&[u8]> = match &finding.value {
        Value::Secret(secret) => vec![secret.expose()],
        Value::Bulk { hidden, .. } => hidden.iter().map(|secret| secret.expose()).collect(),
    };
    all.extend(encoded(finding));
    all
}

/// The encoded form, where a name itself holds it: base64 of a token is as good as the token. Its end is not known, so
/// it is taken to reach to the end of the name.
fn encoded(finding: &Finding) -> Option<&[u8]> {
    if finding.via.is_empty() {
        return None;
    }
    let name = match &finding.subject {
        Subject::FileName { path, .. } => path,
        Subject::RefName(name) => name,
        Subject::Commit { .. } if finding.place.line == 1 => finding.title.as_ref()?,
        Subject::File { .. }
        | Subject::Symlink { .. }
        | Subject::Commit { .. }
        | Subject::Tag { .. }
        | Subject::Object { .. }
        | Subject::Staged { .. }
        | Subject::Message
        | Subject::Disk { .. }
        | Subject::Stdin => return None,
    };
    let start = usize::try_from(finding.place.column).map_or(0, |column| column.saturating_sub(1));
    name.get(start..)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{file, secret, with_title};
    use super::*;
    use crate::text::Place;

    #[test]
    fn each_longest_shared_run_becomes_stars() {
        let findings = [secret(file("a/xQWERTYUIOPx/b.txt"), b"QWERTYUIOP")];
        let mask = Mask::of(&findings, &[]);
        assert_eq!(mask.text(b"a/xQWERTYUIOPx/b.txt"), "a/x****x/b.txt");
        let mask = Mask::new(&findings, [&b"QWE-QWER-TYUIO"[..]]);
        assert_eq!(mask.text(b"QWE-QWER-TYUIO"), "QWE-****-****");
    }

    #[test]
    fn a_name_may_hold_another_findings_secret() {
        let findings = [secret(file("ok"), b"QWERTYUIOP"), secret(file("dir/ASDFGHJK/QWERT"), b"ASDFGHJK")];
        assert_eq!(Mask::of(&findings, &[]).text(b"dir/ASDFGHJK/QWERT"), "dir/****/****");
    }

    #[test]
    fn of_many_secrets_only_longer_pieces_are_masked() {
        let many = |count: usize| -> Vec<Finding> {
            (0..count).map(|n| secret(file("a"), format!("{n:02}-QWERTYUIOP").as_bytes())).collect()
        };
        let name = b"QWER/x-QWERTYUIOPx";
        assert_eq!(Mask::new(&many(MANY - 1), [&name[..]]).text(name), "****/x****x");
        assert_eq!(Mask::new(&many(MANY), [&name[..]]).text(name), "QWER/x****x");
    }

    #[test]
    fn a_masked_secret_may_hold_bytes_that_would_be_escaped() {
        let findings = [secret(file("p/AB\nCD\x1bEF.txt"), b"AB\nCD\x1bEF")];
        assert_eq!(Mask::of(&findings, &[]).text(b"p/AB\nCD\x1bEF.txt"), "p/****.txt");
    }

    #[test]
    fn the_encoded_form_in_a_name_is_masked_too() {
        let subject = Subject::FileName { path: "keys/UVdFUlRZ.txt".into(), commit: "c".repeat(40) };
        let mut finding = secret(subject, b"QWERTY");
        finding.via = vec!["base64"];
        finding.place = Place { line: 1, column: 6 };
        assert_eq!(Mask::of(&[finding], &[]).text(b"keys/UVdFUlRZ.txt"), "keys/****");

        let subject = Subject::Commit { commit: "c".repeat(40), part: "message" };
        let mut finding = with_title(secret(subject, b"QWERTY"), "add UVdFUlRZ");
        finding.via = vec!["base64"];
        finding.place = Place { line: 1, column: 5 };
        assert_eq!(Mask::of(&[finding], &[]).text(b"add UVdFUlRZ"), "add ****");
    }
    #[test]
    fn of_an_endless_name_both_ends_are_shown_and_masked() {
        let name = format!("QWERTYUIOP/{}/QWERTYUIOP.txt", "x".repeat(9_000_000));
        let findings = [secret(file(&name), b"QWERTYUIOP")];
        let mask = Mask::new(&findings, ends(name.as_bytes()));
        let text = mask.text(name.as_bytes());
        assert!(text.starts_with("****/xxx") && text.ends_with("x/****.txt") && text.contains("x...x"), "{text}");
        assert!(text.len() < 3 * END);
    }
}
