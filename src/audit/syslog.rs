//! Sends a record to the local syslog daemon or journal.
//!
//! The form is RFC 3164's as `syslog(3)` writes it, without a host name: what journald and rsyslog's local socket parse
//! (RFC 5424's is for the network; journald would take it for text).

use super::{AuditError, Decision};
use crate::text::clock;
use crate::verdict::ExitStatus;
use std::io::{self, ErrorKind};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::Duration;

/// `authpriv`: who did what, for few eyes.
const FACILITY: u8 = 10;
/// A daemon that hangs must not hang the push.
const PATIENCE: Duration = Duration::from_secs(2);

/// Sends `line` in one datagram.
pub(super) fn send(socket: &Path, decision: &Decision<'_>, line: &str) -> Result<(), AuditError> {
    let text = message(decision, std::process::id(), line);
    deliver(socket, text.as_bytes()).map_err(|source| AuditError::Syslog { path: socket.to_owned(), source })
}

fn message(decision: &Decision<'_>, process: u32, line: &str) -> String {
    let severity = match decision.status {
        ExitStatus::Accepted => 6,
        ExitStatus::Rejected => 4,
        ExitStatus::Undecided => 3,
    };
    let time = clock::syslog(decision.time.as_secs());
    format!("<{}>{time} leakgate[{process}]: {line}", FACILITY * 8 + severity)
}

/// Whether somebody listens.
pub(super) fn reach(socket: &Path) -> io::Result<()> {
    UnixDatagram::unbound()?.connect(socket)
}

fn deliver(socket: &Path, bytes: &[u8]) -> io::Result<()> {
    let sender = UnixDatagram::unbound()?;
    sender.set_write_timeout(Some(PATIENCE))?;
    sender.connect(socket)?;
    match sender.send(bytes)? {
        taken if taken == bytes.len() => Ok(()),
        _ => Err(io::Error::new(ErrorKind::WriteZero, "the datagram was cut")),
    }
}
