//! A loose reference: a small file with an id or the name of another reference.
//!
//! Apart from the list of references because `HEAD` is read the same way but judged more strictly.
//!
//! *Invariant:* a file that is there and cannot be read is an error; what it says may be garbage, which is a value.

use super::refs::RefsError;
use bstr::{BString, ByteSlice};
use gix::ObjectId;
use gix::hash::Kind;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// A loose reference is an id or the name of another reference; git's names end at 4096 bytes, so more is garbage.
const MAX_LOOSE: u64 = 8192;

/// What a loose reference's file says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Loose {
    Id(ObjectId),
    Symbolic(BString),
    /// Neither.
    Broken,
}

/// The entries of `directory` with their kinds; those that vanish meanwhile are left out.
pub(super) fn entries(directory: &Path) -> Result<Vec<(std::fs::DirEntry, std::fs::FileType)>, RefsError> {
    let failed = |source| RefsError::Read { path: directory.to_owned(), source };
    let listing = match std::fs::read_dir(directory) {
        Ok(listing) => listing,
        // git removes a directory with its last reference.
        Err(error) if is_gone(&error) => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut entries = Vec::new();
    for entry in listing {
        let entry = entry.map_err(failed)?;
        match entry.file_type() {
            Ok(kind) => entries.push((entry, kind)),
            Err(error) if is_gone(&error) => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(entries)
}

pub(super) fn is_gone(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

/// What the file at `path` says; `None` if it is not there, or not any more.
pub(super) fn loose_at(path: &Path, hash: Kind) -> Result<Option<Loose>, RefsError> {
    // Before symbolic references were text, they were symbolic links to the name, which may not exist yet.
    if let Ok(target) = std::fs::read_link(path)
        && target.as_os_str().as_encoded_bytes().starts_with(b"refs/")
    {
        return Ok(Some(Loose::Symbolic(target.as_os_str().as_encoded_bytes().into())));
    }
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if is_gone(&error) => return Ok(None),
        Err(source) => return Err(RefsError::Read { path: path.to_owned(), source }),
    };
    let mut content = Vec::new();
    match file.take(MAX_LOOSE).read_to_end(&mut content) {
        Ok(_) => Ok(Some(parse_loose(&content, hash))),
        // A reference that made way for a directory of references.
        Err(error) if error.kind() == ErrorKind::IsADirectory => Ok(None),
        Err(source) => Err(RefsError::Read { path: path.to_owned(), source }),
    }
}

pub(super) fn parse_loose(content: &[u8], hash: Kind) -> Loose {
    if let Some(target) = content.strip_prefix(b"ref:") {
        return Loose::Symbolic(target.trim().into());
    }
    let (hex, rest) = content.split_at(hash.len_in_hex().min(content.len()));
    match ObjectId::from_hex(hex) {
        Ok(id) if id.kind() == hash && !id.is_null() && rest.first().is_none_or(u8::is_ascii_whitespace) => {
            Loose::Id(id)
        }
        Ok(_) | Err(_) => Loose::Broken,
    }
}
