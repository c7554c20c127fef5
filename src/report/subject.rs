//! How a report names the thing that a value was found in.

use super::Mask;
use crate::text::{Place, Subject};

/// How many hexadecimal digits of an id are shown: enough to be found, short enough for a line.
const SHORT: usize = 10;

/// The beginning of a hexadecimal id.
pub(super) fn short(id: &str) -> String {
    id.chars().take(SHORT).collect()
}

/// What and where: `path:line:column` for files, in a form that editors open.
pub(super) fn located(subject: &Subject, place: Place, mask: &Mask) -> String {
    let at = format!(":{}:{}", place.line, place.column);
    match subject {
        Subject::File { .. } | Subject::Staged { .. } | Subject::Disk { .. } => named(subject, mask) + &at,
        Subject::Symlink { .. } => format!("{}{at} (symlink target)", named(subject, mask)),
        Subject::FileName { .. } => format!("{} (the name itself)", named(subject, mask)),
        Subject::RefName(_) => format!("{} (the name itself)", named(subject, mask)),
        Subject::Commit { .. } | Subject::Tag { .. } | Subject::Object { .. } | Subject::Message | Subject::Stdin => {
            named(subject, mask) + &at
        }
    }
}

/// What, without a place in it.
pub(super) fn named(subject: &Subject, mask: &Mask) -> String {
    match subject {
        Subject::File { path, .. }
        | Subject::Symlink { path, .. }
        | Subject::FileName { path, .. }
        | Subject::Staged { path }
        | Subject::Disk { path } => mask.text(path),
        Subject::Commit { commit, part } => format!("commit {} {part}", short(commit)),
        Subject::Tag { id, part } => format!("tag {} {part}", short(id)),
        Subject::RefName(name) => mask.text(name),
        Subject::Object { id, kind } => format!("{kind} {}", short(id)),
        Subject::Message => "commit message".to_owned(),
        Subject::Stdin => "standard input".to_owned(),
    }
}
