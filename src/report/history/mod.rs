//! Whole histories told by what was found in them: one value, all its places, since when, and whether it is still there.
//!
//! Apart from the other reports because it reads what scans have written (their results, as JSON Lines): of one
//! repository or of thousands, made here or on another machine, today or last week.
//!
//! *Invariant:* results hold no values, so nothing here can show one; every text in them came from a push, and is made
//! fit for its medium again where it is printed.

mod bars;
mod group;
mod html;
mod page;
mod plot;
mod text;

pub use group::{Leak, leaks};
pub use html::html;
pub use text::{by_finding, counted};

use serde::{Deserialize, Serialize};

/// One repository's scan: the first line of its results.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// `repository`.
    pub kind: String,
    /// As it was named.
    pub repository: String,
    /// leakgate's version.
    pub version: String,
    /// A digest of its references, the policy and the version: while it stays, so do the results.
    pub state: String,
    /// When the scan began, in seconds since 1970.
    pub began: u64,
    /// When it ended.
    pub ended: u64,
    /// Commits.
    pub commits: u64,
    /// Objects that were read.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Places where something was found.
    pub places: usize,
    /// Things that could not be read through and that the policy does not let pass.
    pub unread: usize,
    /// Whether HEAD names a branch without a commit: then nobody knows what is still there.
    #[serde(default)]
    pub unborn: bool,
    /// Why it could not be scanned.
    pub error: Option<String>,
}

/// A finding at one place: the keys of a results line that the reports need.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Sighting {
    pub(super) rule: String,
    pub(super) description: String,
    pub(super) severity: String,
    pub(super) kind: String,
    pub(super) subject: String,
    pub(super) path: Option<String>,
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) commit: Option<String>,
    pub(super) title: Option<String>,
    pub(super) object: Option<String>,
    pub(super) part: Option<String>,
    pub(super) r#ref: Option<String>,
    pub(super) member: Option<String>,
    pub(super) via: Vec<String>,
    pub(super) secret: Option<String>,
    pub(super) distinct: Option<usize>,
    pub(super) fingerprint: String,
    pub(super) proof: Option<String>,
    pub(super) opens: Option<String>,
    pub(super) revoke: Option<String>,
    pub(super) repository: String,
    pub(super) time: Option<i64>,
    pub(super) in_head: Option<bool>,
}

/// What scans found.
#[derive(Clone, Debug, Default)]
pub struct Results {
    /// The repositories.
    pub repositories: Vec<Summary>,
    /// All places.
    pub sightings: Vec<Sighting>,
}

/// Results that are not what a scan writes.
#[derive(Debug, thiserror::Error)]
#[error("line {line} is not of a scan's results: {why}")]
pub struct ResultsError {
    line: usize,
    why: String,
}

impl Results {
    /// Adds the results in `text`: any number of scans, one after the other.
    ///
    /// # Errors
    /// When a line is not what `leakgate scan --all --format results` writes, such as one that was cut off.
    pub fn read(&mut self, text: &str) -> Result<(), ResultsError> {
        let mut due: usize = 0;
        for (number, line) in text.lines().enumerate() {
            let wrong = |why: String| ResultsError { line: number + 1, why };
            let kind: Kind = serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?;
            match kind.kind.as_str() {
                "repository" if due > 0 => return Err(wrong(format!("{due} findings are missing before it"))),
                "repository" => {
                    let summary: Summary = serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?;
                    due = summary.places.saturating_add(summary.unread);
                    self.repositories.push(summary);
                }
                _ if due == 0 => return Err(wrong("it belongs to no repository".to_owned())),
                "unreadable" => due -= 1,
                _ => {
                    due -= 1;
                    self.sightings.push(serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?);
                }
            }
        }
        match due {
            0 => Ok(()),
            due => {
                Err(ResultsError { line: text.lines().count(), why: format!("{due} findings are missing after it") })
            }
        }
    }
}

#[derive(Deserialize)]
struct Kind {
    kind: String,
}

impl Summary {
    /// The first line of the results in `text`, if it is one.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        match serde_json::from_str::<Self>(text.lines().next()?) {
            Ok(summary) if summary.kind == "repository" => Some(summary),
            Ok(_) | Err(_) => None,
        }
    }

    /// As a line of results, without a line end.
    #[must_use]
    pub fn line(&self) -> String {
        super::json_object(self)
    }
}

impl Sighting {
    /// What was found in what, without a place in it.
    pub(super) fn location(&self) -> String {
        let short = |id: &Option<String>| id.as_deref().unwrap_or_default().chars().take(10).collect::<String>();
        let part = self.part.as_deref().unwrap_or_default();
        match (&self.path, self.subject.as_str()) {
            (Some(path), "file") => format!("{path}:{}:{}", self.line, self.column),
            (Some(path), "file-name") => format!("{path} (its name)"),
            (Some(path), "symlink") => format!("{path} (where it points)"),
            (Some(path), _) => path.clone(),
            (None, "commit") => format!("commit {} {part}", short(&self.commit)),
            (None, "ref-name") => self.r#ref.clone().unwrap_or_default(),
            (None, subject) => format!("{subject} {} {part}", short(&self.object)),
        }
    }

    /// The word for a place that is still there.
    pub(super) fn still(&self) -> Option<&'static str> {
        match (self.in_head, self.subject.as_str()) {
            (Some(true), "ref-name") => Some("still there"),
            (Some(true), _) => Some("in HEAD"),
            (Some(false) | None, _) => None,
        }
    }

    /// The value, masked.
    pub(super) fn masked(&self) -> String {
        match (&self.secret, self.distinct) {
            (Some(secret), _) => secret.clone(),
            (None, Some(distinct)) => format!("{distinct} distinct values"),
            (None, None) => String::new(),
        }
    }
}

#[cfg(test)]
pub(super) mod samples;
#[cfg(test)]
mod tests;
