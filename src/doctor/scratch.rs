//! A directory for the length of one canary, closed to others.

use super::{DoctorError, token};
use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// A directory that goes away with this value.
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// Makes a new directory among the temporary ones.
    pub fn new() -> Result<Self, DoctorError> {
        // A name that nobody can guess, and `create` fails on one that exists: no link laid there beforehand is followed.
        let name: String = token::make()?.chars().skip(4).take(16).collect();
        let path = std::env::temp_dir().join(format!("leakgate-doctor-{name}"));
        DirBuilder::new().mode(0o700).create(&path).map_err(DoctorError::Scratch)?;
        Ok(Self { path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed holds a made-up token; the system's cleaning of temporary files gets it.
        if fs::remove_dir_all(&self.path).is_err() {}
    }
}
