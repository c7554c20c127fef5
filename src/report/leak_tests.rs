//! The one promise of this module, put to every output at once: nothing shown holds four bytes in a row of any secret.

use super::samples::{COMMIT, bulk, context, secret, unread};
use super::{Context, HookKind, Mask, Unread, json_line, json_unread_line, listing, rejection};
use crate::text::{Finding, Secret, Subject, Value};
use bstr::BString;
use proptest::prelude::*;

/// Letters that never stand four in a row in this module's own words, and bytes that escaping changes.
const ALPHABET: &[u8] = b"QXZJKVWY/+\n\x1b\xff\xc3";

/// A piece of a name: fixed text, or a part of a secret.
#[derive(Clone, Debug)]
enum Piece {
    Text(Vec<u8>),
    Part(usize, usize, usize),
}

fn secrets() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let one = prop::collection::vec(prop::sample::select(ALPHABET), 4..60);
    prop::collection::vec(one, 1..5)
}

fn name() -> impl Strategy<Value = Vec<Piece>> {
    let text = prop::collection::vec(prop::sample::select(&b"abc/.Q\xe3\x81\x82"[..]), 0..12).prop_map(Piece::Text);
    let part = (0..5_usize, 0..60_usize, 0..60_usize).prop_map(|(which, from, len)| Piece::Part(which, from, len));
    let whole = (0..5_usize).prop_map(|which| Piece::Part(which, 0, 60));
    prop::collection::vec(prop_oneof![text, part, whole], 0..8)
}

fn built(pieces: &[Piece], secrets: &[Vec<u8>]) -> BString {
    let mut out = BString::default();
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.extend_from_slice(text),
            Piece::Part(which, from, len) => {
                let secret = &secrets[which % secrets.len()];
                out.extend(secret.iter().skip(from % secret.len()).take(*len));
            }
        }
    }
    out
}

fn subject(kind: usize, name: BString) -> Subject {
    let commit = COMMIT.to_owned();
    match kind % 7 {
        0 => Subject::File { path: name, commit },
        1 => Subject::Symlink { path: name, commit },
        2 => Subject::FileName { path: name, commit },
        3 => Subject::RefName(name),
        4 => Subject::Staged { path: name },
        5 => Subject::Disk { path: name },
        _ => Subject::Commit { commit, part: "message" },
    }
}

fn finding(n: usize, value: &[u8], names: &[BString; 4], secrets: &[Vec<u8>]) -> Finding {
    let [path, title, member, sample] = names.clone();
    let mut finding = match n % 3 {
        0 => bulk(subject(n, path), 40 + n),
        _ => secret(subject(n, path), value),
    };
    if let Value::Bulk { samples, hidden, .. } = &mut finding.value {
        // A sample that its rule masked badly: the report masks it again.
        samples.push((finding.place, String::from_utf8_lossy(&sample).into_owned()));
        hidden.extend(secrets.iter().map(|secret| Secret::new(secret)));
    }
    finding.title = Some(title);
    finding.member = Some(member);
    finding
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|d| d as u8).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

fn strings(value: &serde_json::Value, out: &mut Vec<Vec<u8>>) {
    for (key, value) in value.as_object().unwrap() {
        match value.as_str() {
            Some(text) if key.ends_with("_bytes") => out.push(unhex(text)),
            Some(text) => out.push(text.as_bytes().to_vec()),
            None => out.push(value.to_string().into_bytes()),
        }
    }
}

fn outputs(findings: &[Finding], unread: &[Unread], context: &Context<'_>) -> Vec<Vec<u8>> {
    // The line ends in the texts are our own: a secret that holds one must not match there.
    let text = |text: String| text.replace('\n', "\0").into_bytes();
    let mut out = vec![text(rejection(findings, unread, context)), text(listing(findings, unread))];
    let mask = Mask::of(findings, unread);
    let lines = findings.iter().map(|finding| json_line(finding, &mask));
    for line in lines.chain(unread.iter().map(|item| json_unread_line(item, &mask))) {
        strings(&serde_json::from_str(&line).unwrap(), &mut out);
        out.push(line.into_bytes());
    }
    out
}

fn leaked<'s>(output: &[u8], secrets: &'s [Vec<u8>]) -> Option<&'s [u8]> {
    let mut windows = secrets.iter().flat_map(|secret| secret.windows(4));
    windows.find(|window| output.windows(4).any(|shown| shown == *window))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn no_output_holds_four_bytes_of_any_secret(
        secrets in secrets(),
        names in prop::collection::vec((name(), name(), name(), name()), 1..8),
        shown in 0..30_usize,
    ) {
        let findings: Vec<Finding> = names.iter().enumerate().map(|(n, (path, title, member, sample))| {
            let names = [path, title, member, sample].map(|pieces| built(pieces, &secrets));
            finding(n + shown, &secrets[n % secrets.len()], &names, &secrets)
        }).collect();
        // Secrets are those of the findings; with one finding of a kind not all of `secrets` are among them.
        let known: Vec<Vec<u8>> = findings.iter().flat_map(|finding| match &finding.value {
            Value::Secret(secret) => vec![secret.expose().to_vec()],
            Value::Bulk { .. } => secrets.clone(),
        }).collect();
        let mut item = unread("x");
        item.subject = Subject::Disk { path: built(&names[0].0, &secrets) };
        item.title = Some(built(&names[0].1, &secrets));
        item.obstacle.member = Some(built(&names[0].2, &secrets));
        item.obstacle.why = String::from_utf8_lossy(&built(&names[0].3, &secrets)).into_owned();
        let context = Context { shown, ..context(HookKind::PreReceive) };
        for output in outputs(&findings, &[item], &context) {
            let leak = leaked(&output, &known);
            prop_assert!(leak.is_none(), "{leak:?} in {}", String::from_utf8_lossy(&output));
        }
    }
}

#[test]
fn the_property_above_would_notice_a_leak() {
    let secrets = [b"QXZJKV".to_vec()];
    assert_eq!(leaked(b"a XZJK b", &secrets), Some(&b"XZJK"[..]));
    assert_eq!(leaked(b"a XZJ*K b", &secrets), None);
}
