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

/// What the reference called `wanted` names, of those in the content of a `packed-refs` file; the number of its line, if
/// that is none. Only that line is read: there may be a hundred thousand.
pub(super) fn packed_ref(content: &[u8], hash: Kind, wanted: &BStr) -> Result<Option<ObjectId>, usize> {
    let end = [b" ", wanted.as_bytes(), b"\n"].concat();
    for at in memchr::memmem::find_iter(content, &end) {
        let start = memchr::memrchr(b'\n', content.get(..at).unwrap_or_default()).map_or(0, |newline| newline + 1);
        let line = content.get(start..at + end.len()).unwrap_or_default();
        match packed_line(line, hash) {
            Some((name, id)) if name == wanted => return Ok(Some(id)),
            // A name in the first line, which lists what the file has.
            _ if start == 0 && line.starts_with(b"#") => {}
            _ => return Err(memchr::memchr_iter(b'\n', content.get(..at).unwrap_or_default()).count() + 1),
        }
    }
    Ok(None)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reference_is_found_by_its_whole_name_alone() {
        let (a, b) = ("1".repeat(40), "2".repeat(40));
        let content = format!(
            "# pack-refs with: peeled fully-peeled sorted \n{a} refs/heads/main\n{b} refs/heads/main2\n^{a}\n\
             {a} refs/x refs/heads/side\nshort refs/heads/broken\n"
        );
        let found = |name: &str| packed_ref(content.as_bytes(), Kind::Sha1, name.into());
        assert_eq!(found("refs/heads/main"), Ok(Some(ObjectId::from_hex(a.as_bytes()).unwrap())));
        assert_eq!(found("refs/heads/main2"), Ok(Some(ObjectId::from_hex(b.as_bytes()).unwrap())));
        for none in ["refs/heads/mai", "heads/main", "main", "refs/heads"] {
            assert_eq!(found(none), Ok(None), "{none}");
        }
        assert_eq!(found("sorted "), Ok(None));
        assert_eq!((found("refs/heads/side"), found("refs/heads/broken")), (Err(5), Err(6)));
    }
}
