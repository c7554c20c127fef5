//! Which repository a folder belongs to, found as git finds it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A `.git` file is a line of a path; anything larger is none.
const MOST_LINK_BYTES: u64 = 64 << 10;

/// Why the search stopped.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// A folder or file on the way cannot be read.
    #[error("cannot look for a repository at {path}", path = path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A `.git` file without a path.
    #[error("{path} is not a link to a git directory", path = path.display())]
    Link {
        /// The file.
        path: PathBuf,
    },
}

/// The git directory at or above `start`, with the work tree it was found in; a bare repository has none.
///
/// # Errors
/// When a `.git` file cannot be read or holds no path.
pub fn discover_git_dir(start: &Path) -> Result<Option<(PathBuf, Option<PathBuf>)>, DiscoverError> {
    let start = match fs::canonicalize(start) {
        Ok(start) => start,
        Err(source) => return Err(DiscoverError::Io { path: start.to_owned(), source }),
    };
    for folder in start.ancestors() {
        let dot_git = folder.join(".git");
        if dot_git.is_file() {
            return Ok(Some((read_link(&dot_git, folder)?, Some(folder.to_owned()))));
        }
        if is_git_dir(&dot_git) {
            return Ok(Some((dot_git, Some(folder.to_owned()))));
        }
        if is_git_dir(folder) {
            return Ok(Some((folder.to_owned(), None)));
        }
    }
    Ok(None)
}

/// git's own test: `HEAD`, `objects` and `refs`, or what stands for them in a linked work tree.
fn is_git_dir(folder: &Path) -> bool {
    let head = fs::symlink_metadata(folder.join("HEAD")).is_ok();
    head && (folder.join("commondir").is_file() || (folder.join("objects").is_dir() && folder.join("refs").is_dir()))
}

/// `gitdir: <path>`, relative to the file's folder: a linked work tree or a submodule.
fn read_link(file: &Path, folder: &Path) -> Result<PathBuf, DiscoverError> {
    let io = |source| DiscoverError::Io { path: file.to_owned(), source };
    let link = || DiscoverError::Link { path: file.to_owned() };
    if fs::metadata(file).map_err(io)?.len() > MOST_LINK_BYTES {
        return Err(link());
    }
    let text = fs::read(file).map_err(io)?;
    let path = text.strip_prefix(b"gitdir:").ok_or_else(link)?;
    let path = bstr::ByteSlice::trim(path);
    match (path.is_empty(), gix::path::from_bstr(bstr::BStr::new(path))) {
        (false, Ok(path)) => Ok(folder.join(path)),
        _ => Err(link()),
    }
}
