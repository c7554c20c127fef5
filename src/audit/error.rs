//! Why a decision could not be recorded.

use std::io;
use std::path::PathBuf;

/// Why a decision could not be recorded.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The system refuses.
    #[error("cannot write the audit log {path}", path = path.display())]
    File {
        /// The log.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The disk took a part of the record.
    #[error("the audit log {path} took {taken} of {length} bytes of a record", path = path.display())]
    Short {
        /// The log.
        path: PathBuf,
        /// How many bytes were written.
        taken: usize,
        /// How many there were.
        length: usize,
    },
    /// Where the log should be there is something else, or somebody else could put something there.
    #[error("the audit log {path} is not to be trusted: {why}", path = path.display())]
    Untrusted {
        /// The log.
        path: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The socket does not take it.
    #[error("cannot send the record to {path}", path = path.display())]
    Syslog {
        /// The socket.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

const ROOM: &str = "make room on the disk of the audit log";

/// Whether there is no room, on the disk or for the user (`ENOSPC`, `EDQUOT`).
fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

impl AuditError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::File { source, .. } if is_full(source) => ROOM,
            Self::File { .. } => "the hook's user must be able to write it, and its folder must exist",
            Self::Short { .. } => ROOM,
            Self::Untrusted { .. } => "it must be a regular file, in a folder that not everybody may write",
            Self::Syslog { .. } => "start the syslog daemon or the journal, or take `syslog` out of [audit]",
        };
        format!("for the server's administrator: {hint}; `unwritten = \"allow\"` in [audit] lets pushes pass meanwhile")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_not_taken_for_missing_rights() {
        let hint = |kind: io::ErrorKind| AuditError::File { path: "/a".into(), source: kind.into() }.hint();
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded] {
            assert!(hint(kind).contains("make room"), "{kind:?}");
        }
        assert!(hint(io::ErrorKind::PermissionDenied).contains("be able to write"));
    }
}
