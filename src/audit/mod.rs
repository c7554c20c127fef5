//! The record of every decision: who, what, when, and why, without a single value.
//!
//! Apart from the report, because nobody waits for it: it is for the person who asks a year later.
//!
//! *Invariant:* a record is one line of JSON, written by one call; it holds no secret's bytes and no control character;
//! its length is bounded whatever was pushed.

mod error;
mod file;
mod probe;
mod record;
mod syslog;

pub use error::AuditError;
pub use probe::fault;
pub use record::{Decision, Size};

use crate::policy::AuditLog;
use std::path::Path;

/// The longest record in a file, in bytes.
const IN_FILE: usize = 16 << 10;
/// In a datagram: what every receiver of RFC 5424 should take.
const IN_DATAGRAM: usize = 2_048;

/// Records `decision` where `log` says. `work_tree`: the served repository's own, in which nothing is ever written.
///
/// # Errors
/// When the file or the socket did not take all of it; the other one is still tried.
pub fn record(log: &AuditLog, decision: &Decision<'_>, work_tree: Option<&Path>) -> Result<(), AuditError> {
    let filed = match &log.file {
        Some(path) => file::append(path, work_tree, &record::line(decision, IN_FILE)),
        None => Ok(()),
    };
    let sent = match &log.syslog {
        Some(socket) => syslog::send(socket, decision, &record::line(decision, IN_DATAGRAM)),
        None => Ok(()),
    };
    filed.and(sent)
}
