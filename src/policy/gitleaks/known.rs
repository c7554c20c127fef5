//! Findings that gitleaks was told to pass over one by one: `.gitleaksignore`, and baseline reports.
//!
//! Both name a place: file, rule and line, and mostly the commit. So they hold for history that is scanned again and for
//! the same lines in a work tree; a value that moves is a new finding, in gitleaks and here. A baseline's secrets are
//! kept as digests.
//!
//! *Invariant:* an entry that cannot be read excuses nothing and is noted; a file that cannot be read is an error.

use super::names;
use super::note::{Note, Notes};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// What is passed over.
#[derive(Clone, Debug, Default)]
pub struct KnownPlaces {
    by_place: HashMap<(Vec<u8>, u64), Vec<Entry>>,
    count: usize,
    /// The files that the entries are from, each fit for a terminal.
    files: Vec<String>,
}

#[derive(Clone, Debug)]
struct Entry {
    rule: String,
    commit: In,
    secret: Option<[u8; 32]>,
    /// Its file's index.
    file: usize,
}

/// In which commit an entry holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum In {
    /// In any, and where there is none.
    Any,
    /// Only where there is none: in files on disk.
    Disk,
    /// In this one.
    Commit(String),
}

/// What is asked about.
#[derive(Clone, Copy, Debug)]
pub struct Spot<'a> {
    /// gitleaks' id of the rule, if it is from there.
    pub theirs: Option<&'a str>,
    /// The rule's id here.
    pub ours: &'a str,
    /// The file's path.
    pub path: &'a [u8],
    /// The line where the match begins.
    pub line: u64,
    /// The commit, where there is one.
    pub commit: Option<&'a str>,
    /// The secret.
    pub secret: &'a [u8],
}

/// One finding of a report, as far as it matters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reported {
    #[serde(rename = "RuleID")]
    rule: String,
    file: String,
    start_line: u64,
    #[serde(default)]
    commit: String,
    #[serde(default)]
    secret: String,
}

impl KnownPlaces {
    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether what is asked about is to be passed over.
    #[must_use]
    pub fn has(&self, spot: &Spot<'_>) -> bool {
        self.origin(spot).is_some()
    }

    /// The file that says that what is asked about is to be passed over.
    #[must_use]
    pub fn origin(&self, spot: &Spot<'_>) -> Option<&str> {
        // The key owns its path; nothing is copied where there is nothing to ask.
        if self.is_empty() {
            return None;
        }
        let entry = self.by_place.get(&(spot.path.to_vec(), spot.line))?.iter().find(|entry| entry.is_about(spot))?;
        self.files.get(entry.file).map(String::as_str)
    }

    /// Adds the entries of a `.gitleaksignore`: `file:rule:line` or `commit:file:rule:line`.
    pub(super) fn ignore(&mut self, name: &str, text: &str, notes: &mut Notes) {
        self.files.push(name.to_owned());
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match parse(line) {
                Some((path, at, entry)) => self.add(path, at, entry),
                None => {
                    let what = "neither `file:rule:line` nor `commit:file:rule:line`: it excuses nothing";
                    notes.push(Note::on_line(name, number + 1, what));
                }
            }
        }
    }

    /// Adds the findings of gitleaks' JSON report.
    ///
    /// # Errors
    /// When it is none.
    pub(super) fn baseline(&mut self, name: &str, text: &str, notes: &mut Notes) -> Result<(), String> {
        self.files.push(name.to_owned());
        let reported: Vec<Reported> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut redacted = 0_usize;
        for it in reported {
            let hidden = it.secret.is_empty() || it.secret == "REDACTED" || it.secret.ends_with("...");
            redacted += usize::from(hidden);
            let commit = match it.commit.is_empty() {
                true => In::Disk,
                false => In::Commit(it.commit.to_ascii_lowercase()),
            };
            let secret = (!hidden).then(|| digest(it.secret.as_bytes()));
            self.add(it.file.into_bytes(), it.start_line, Entry { rule: it.rule, commit, secret, file: 0 });
        }
        if redacted > 0 {
            let what =
                format!("{redacted} findings of this baseline do not show the secret: they hold by their place alone");
            notes.push(Note::on_line(name, 1, &what));
        }
        Ok(())
    }

    /// Adds an entry of the last file.
    fn add(&mut self, path: Vec<u8>, line: u64, entry: Entry) {
        self.count += 1;
        let file = self.files.len().saturating_sub(1);
        self.by_place.entry((path, line)).or_default().push(Entry { file, ..entry });
    }
}

impl Entry {
    fn is_about(&self, spot: &Spot<'_>) -> bool {
        let commit = match (&self.commit, spot.commit) {
            (In::Any, _) | (In::Disk, None) => true,
            (In::Commit(id), Some(commit)) => id.eq_ignore_ascii_case(commit),
            (In::Disk, Some(_)) | (In::Commit(_), None) => false,
        };
        let rule = match spot.theirs {
            Some(theirs) => theirs == self.rule,
            None => names::ours(&self.rule).contains(&spot.ours),
        };
        commit && rule && self.secret.is_none_or(|known| known == digest(spot.secret))
    }
}

fn digest(secret: &[u8]) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// Line and rule are the last two parts; a path may hold colons.
fn parse(line: &str) -> Option<(Vec<u8>, u64, Entry)> {
    let (rest, at) = line.rsplit_once(':')?;
    let (rest, rule) = rest.rsplit_once(':')?;
    let at: u64 = match at.parse() {
        Ok(at) => at,
        Err(_) => return None,
    };
    let is_id = |text: &str| matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
    let (commit, path) = match rest.split_once(':') {
        Some((id, path)) if is_id(id) => (In::Commit(id.to_ascii_lowercase()), path),
        _ => (In::Any, rest),
    };
    if path.is_empty() || rule.is_empty() {
        return None;
    }
    let path = path.replace('\\', "/").into_bytes();
    Some((path, at, Entry { rule: rule.to_owned(), commit, secret: None, file: 0 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef01234567";

    fn spot<'a>(line: u64, commit: Option<&'a str>) -> Spot<'a> {
        Spot { theirs: Some("acme"), ours: "gitleaks-acme", path: b"a/b.c", line, commit, secret: b"s3cr3t" }
    }

    fn ignoring(text: &str) -> (KnownPlaces, Notes) {
        let (mut known, mut notes) = (KnownPlaces::default(), Notes::new());
        known.ignore("i", text, &mut notes);
        (known, notes)
    }

    #[test]
    fn an_entry_holds_at_its_place_and_in_its_commit() {
        let (known, notes) = ignoring(&format!("# why\n\n a\\b.c:acme:3 \n{ID}:a/b.c:acme:4\n"));
        assert!(notes.is_empty() && known.len() == 2);
        assert!(known.has(&spot(3, None)) && known.has(&spot(3, Some("x"))) && known.has(&spot(4, Some(ID))));
        assert!(!known.has(&spot(4, None)) && !known.has(&spot(5, Some(ID))));
        assert_eq!(known.origin(&spot(3, None)), Some("i"));
        assert!(!known.has(&Spot { theirs: Some("other"), ..spot(3, None) }));
    }

    #[test]
    fn an_entry_about_a_default_rule_holds_for_the_rule_that_stands_for_it() {
        let (known, _) = ignoring("a/b.c:slack-bot-token:3");
        assert!(known.has(&Spot { theirs: None, ours: "slack-token", ..spot(3, None) }));
        assert!(!known.has(&Spot { theirs: None, ours: "slack-webhook", ..spot(3, None) }));
    }

    #[test]
    fn what_is_no_entry_is_noted_and_excuses_nothing() {
        let (known, notes) = ignoring("abc\na:b\na:b:c\n:r:1\nc:/x:y:3\n");
        assert_eq!((known.len(), notes.len()), (1, 4));
        assert_eq!(notes[2].at, "i:3");
    }

    #[test]
    fn a_baseline_holds_for_the_same_secret_at_the_same_place() {
        let one = |secret: &str, commit: &str| {
            format!(
                r#"[{{"RuleID":"acme","File":"a/b.c","StartLine":3,"Commit":"{commit}","Secret":"{secret}","Tags":[]}}]"#
            )
        };
        for (text, holds) in [
            (one("s3cr3t", ID), true),
            (one("other", ID), false),
            (one("REDACTED", ID), true),
            (one("s3cr3t", ""), false),
        ] {
            let (mut known, mut notes) = (KnownPlaces::default(), Notes::new());
            known.baseline("b", &text, &mut notes).unwrap();
            assert_eq!(known.has(&spot(3, Some(ID))), holds, "{text}");
            assert_eq!(notes.len(), usize::from(text.contains("REDACTED")));
        }
        assert!(KnownPlaces::default().baseline("b", "{}", &mut Notes::new()).is_err());
    }
}
