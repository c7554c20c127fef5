//! Files of keys and tables: opened only if nobody else can read them, written beside and renamed, read by position.
//!
//! *Invariant:* no memory map and no `unsafe`: what is read is a copy that was whole when it was read.

use super::error::ExactError;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Who may be able to read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Readers {
    /// Its owner alone.
    Owner,
    /// Its owner and its group: the hook may run as another user than the one that builds.
    Group,
}

/// Why a file was not opened.
pub(super) enum NotOpened {
    /// The system said so.
    Io(io::Error),
    /// It is not a regular file.
    Kind,
    /// Others may read or write it.
    Mode {
        /// Its permissions.
        mode: u32,
        /// The command that sets them right.
        chmod: &'static str,
    },
}

impl NotOpened {
    pub(super) fn about(self, what: &'static str, path: &Path) -> ExactError {
        let (why, remedy) = match self {
            Self::Io(source) => return ExactError::read(path, source),
            Self::Kind => ("it is not a regular file".to_owned(), "name the right file".to_owned()),
            Self::Mode { mode, chmod } => (
                format!("others can read or change it (its mode is {mode:04o})"),
                format!("{chmod} {}; if others could read it before, make a new one", super::error::shown(path)),
            ),
        };
        ExactError::Refused { what, path: super::error::shown(path), why, remedy }
    }
}

/// Opens a file that holds personal data or the key to them.
pub(super) fn open(path: &Path, readers: Readers) -> Result<File, NotOpened> {
    // Looked at before it is opened: opening a named pipe would wait for ever.
    if !fs::metadata(path).map_err(NotOpened::Io)?.is_file() {
        return Err(NotOpened::Kind);
    }
    let file = File::open(path).map_err(NotOpened::Io)?;
    check_mode(&file.metadata().map_err(NotOpened::Io)?, readers)?;
    Ok(file)
}

#[cfg(unix)]
fn check_mode(metadata: &fs::Metadata, readers: Readers) -> Result<(), NotOpened> {
    use std::os::unix::fs::MetadataExt;
    let (forbidden, chmod) = match readers {
        Readers::Owner => (0o077, "chmod 400"),
        Readers::Group => (0o027, "chmod 640"),
    };
    let mode = metadata.mode() & 0o7777;
    if mode & forbidden == 0 { Ok(()) } else { Err(NotOpened::Mode { mode, chmod }) }
}

/// Elsewhere access lists say who may read a file; std cannot ask them.
#[cfg(not(unix))]
fn check_mode(_metadata: &fs::Metadata, _readers: Readers) -> Result<(), NotOpened> {
    Ok(())
}

/// Reads exactly `buffer` from `offset`, without moving anything that another thread uses.
#[cfg(unix)]
pub(super) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

/// Reads exactly `buffer` from `offset`.
#[cfg(windows)]
pub(super) fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    let (mut done, mut at) = (0, offset);
    while done < buffer.len() {
        let rest = buffer.get_mut(done..).unwrap_or_default();
        let read = std::os::windows::fs::FileExt::seek_read(file, rest, at)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        done += read;
        at += read as u64;
    }
    Ok(())
}

/// Makes the file of a key: for its owner alone from the first moment on, and never over another.
pub(super) fn create_key(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o400);
    options.open(path)
}

/// A file that is written beside its place and takes it whole, or leaves no trace.
pub(super) struct Beside {
    target: PathBuf,
    scratch: PathBuf,
    out: BufWriter<File>,
    done: bool,
}

impl Beside {
    /// Begins to write what will be `target`. It gets the permissions of what is there, less everybody's; else it is for
    /// its owner alone.
    pub(super) fn new(target: &Path) -> Result<Self, ExactError> {
        Self::like(target, target)
    }

    /// As [`Beside::new`], with the permissions of `model`.
    pub(super) fn like(target: &Path, model: &Path) -> Result<Self, ExactError> {
        let mut name = std::ffi::OsString::from(".");
        name.push(target.file_name().unwrap_or_default());
        name.push(format!(".{}.new", std::process::id()));
        let scratch = target.with_file_name(name);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&scratch).map_err(|source| ExactError::write(&scratch, source))?;
        let out = BufWriter::with_capacity(1 << 20, file);
        let made = Self { target: target.to_owned(), scratch, out, done: false };
        made.inherit(model).map_err(|source| ExactError::write(target, source))?;
        Ok(made)
    }

    /// A hook that reads the old table by its group must be able to read the new one.
    #[cfg(unix)]
    fn inherit(&self, model: &Path) -> io::Result<()> {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
        let Ok(old) = fs::metadata(model) else { return Ok(()) };
        // Only root can give a file away; a builder that is not root owned the old one, too.
        if fchown(self.out.get_ref(), Some(old.uid()), Some(old.gid())).is_ok() {
            self.out.get_ref().set_permissions(fs::Permissions::from_mode(old.mode() & 0o640))?;
        }
        Ok(())
    }

    #[cfg(not(unix))]
    fn inherit(&self, _model: &Path) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), ExactError> {
        self.out.write_all(bytes).map_err(|source| ExactError::write(&self.target, source))
    }

    /// Goes back to the start, to overwrite what was left open there.
    pub(super) fn rewind(&mut self) -> Result<(), ExactError> {
        io::Seek::rewind(&mut self.out).map_err(|source| ExactError::write(&self.target, source))
    }

    /// Puts it in its place: afterwards there is the old file or the new one, whole, also when the machine stops.
    pub(super) fn finish(mut self) -> Result<(), ExactError> {
        let cannot = |source| ExactError::write(&self.target, source);
        self.out.flush().and_then(|()| self.out.get_ref().sync_all()).map_err(cannot)?;
        fs::rename(&self.scratch, &self.target).map_err(cannot)?;
        self.done = true;
        let folder = match self.target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            Some(_) | None => Path::new("."),
        };
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|source| ExactError::write(&self.target, source))
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if !self.done
            && let Err(_stays) = fs::remove_file(&self.scratch)
        {
            // What is left is half a table that nothing opens: the error that led here says more.
        }
    }
}
