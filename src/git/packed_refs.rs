//! The format of `packed-refs`: a line a reference, sometimes followed by the object behind a tag.
//!
//! Read strictly, as git does: a line that is neither is an error with its number, never skipped.
//!
//! *Invariant:* nothing here decides which references count; `refs` does.

use super::loose_refs::is_gone;
use super::refs::RefsError;
use bstr::{BStr, ByteSlice};
use gix::ObjectId;
use gix::hash::Kind;
use std::path::Path;

/// The content of the file at `path`; empty if there is none.
pub(super) fn read_packed_file(path: &Path) -> Result<Vec<u8>, RefsError> {
    match std::fs::read(path) {
        Ok(content) => Ok(content),
        Err(error) if is_gone(&error) => Ok(Vec::new()),
        Err(source) => Err(RefsError::Read { path: path.to_owned(), source }),
    }
}

/// Name, id, and the id behind a tag.
type Packed<'a> = (&'a BStr, ObjectId, Option<ObjectId>);

/// The references in the content of a `packed-refs` file; the number of a line that is none as an error.
pub(super) fn packed_refs(content: &[u8], hash: Kind) -> impl Iterator<Item = Result<Packed<'_>, usize>> {
    let mut lines = lines(content).enumerate().peekable();
    std::iter::from_fn(move || {
        let (mut number, mut line) = lines.next()?;
        if number == 0 && line.starts_with(b"# pack-refs with:") && line.ends_with(b"\n") {
            (number, line) = lines.next()?;
        }
        let Some((name, id)) = packed_line(line, hash) else { return Some(Err(number + 1)) };
        let Some((number, line)) = lines.next_if(|(_, line)| line.starts_with(b"^")) else {
            return Some(Ok((name, id, None)));
        };
        match line.strip_prefix(b"^").and_then(|line| line.strip_suffix(b"\n")).map(ObjectId::from_hex) {
            Some(Ok(peeled)) if peeled.kind() == hash => Some(Ok((name, id, Some(peeled)))),
            _ => Some(Err(number + 1)),
        }
    })
}

/// The lines with their newline, if they have one; by `memchr`, as there are megabytes of them.
fn lines(content: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = content.get(start..).filter(|rest| !rest.is_empty())?;
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        start += end;
        rest.get(..end)
    })
}

/// `<id> <name>` and a newline: git refuses a file whose last line has none.
fn packed_line(line: &[u8], hash: Kind) -> Option<(&BStr, ObjectId)> {
    let (hex, rest) = line.split_at_checked(hash.len_in_hex())?;
    let name = rest.strip_prefix(b" ")?.strip_suffix(b"\n")?;
    match ObjectId::from_hex(hex) {
        Ok(id) if !name.is_empty() && !name.contains(&0) => Some((name.as_bstr(), id)),
        Ok(_) | Err(_) => None,
    }
}
