//! Where decisions are recorded, and what becomes of one that cannot be.
//!
//! Paths alone: the log is opened elsewhere, when there is something to record.
//!
//! *Invariant:* a work tree's file cannot say it (`committed.rs`). Whoever commits writes that file, and would choose where
//! the machine writes, or whether.

use super::document::Document;
use super::error::PolicyError;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// What becomes of a decision that cannot be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unwritten {
    /// The push is refused.
    Block,
    /// It stands, and the pusher is told.
    Allow,
}

/// Where decisions are recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLog {
    /// The file; none: no file.
    pub file: Option<PathBuf>,
    /// The local syslog's or journal's socket; none: nothing is sent.
    pub syslog: Option<PathBuf>,
    /// What becomes of a decision that cannot be recorded.
    pub unwritten: Unwritten,
}

/// `[audit]` as TOML has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireAudit {
    file: Option<Spanned<String>>,
    syslog: Option<Spanned<String>>,
    unwritten: Option<Unwritten>,
}

impl AuditLog {
    /// What holds when no file says otherwise.
    #[must_use]
    pub fn standard() -> Self {
        Self { file: None, syslog: None, unwritten: Unwritten::Block }
    }

    /// Whether anything is recorded.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.file.is_some() || self.syslog.is_some()
    }

    /// Takes over what a file sets.
    pub(super) fn apply(&mut self, doc: &Document, wire: &WireAudit) -> Result<(), PolicyError> {
        if let Some(file) = &wire.file {
            self.file = Some(path(doc, file, "audit.file")?);
        }
        if let Some(socket) = &wire.syslog {
            self.syslog = Some(path(doc, socket, "audit.syslog")?);
        }
        self.unwritten = wire.unwritten.unwrap_or(self.unwritten);
        Ok(())
    }
}

fn path(doc: &Document, text: &Spanned<String>, key: &str) -> Result<PathBuf, PolicyError> {
    match Path::new(text.get_ref()) {
        path if path.is_absolute() && path.file_name().is_some() => Ok(path.to_owned()),
        _ => {
            let remedy = "write the whole path, from / on: a hook runs in another folder";
            Err(doc.wrong(text, key, &format!("`{}` is not a whole path", text.get_ref()), remedy))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, with, with_all};
    use super::*;

    #[test]
    fn a_file_changes_what_it_names_and_no_other() {
        let first = "[audit]\nfile = '/var/log/a'\nunwritten = 'allow'";
        let audit = with_all(&[first, "[audit]\nsyslog = '/dev/log'"]).unwrap().audit;
        let expected =
            AuditLog { file: Some("/var/log/a".into()), syslog: Some("/dev/log".into()), unwritten: Unwritten::Allow };
        assert_eq!(audit, expected);
        assert!(!with("").unwrap().audit.is_kept());
    }

    #[test]
    fn paths_are_whole_and_words_are_known() {
        assert!(error("[audit]\nfile = 'a'").starts_with("p0.toml:2:8: audit.file: `a` is not a whole path"));
        assert!(error("[audit]\nsyslog = '/'").starts_with("p0.toml:2:10: audit.syslog: `/` is not a whole path"));
        assert!(error("[audit]\nunwritten = 'skip'").starts_with("p0.toml:2:13: audit.unwritten: unknown variant"));
    }
}
