//! One configuration file, and the settings in it by git's rules: the last one counts, names ignore case.
//!
//! A thin layer over gix's parser, apart because two callers with different rules read such files: a repository's
//! format settings (no includes) and the settings for messages (all layers, with includes).
//!
//! *Invariant:* a file that is there and cannot be read or parsed is an error, never an empty configuration.

use super::config::ConfigError;
use bstr::{BString, ByteSlice};
use gix::config::file::init::Options;
use gix::config::file::{Metadata, SectionRef};
use gix::config::{Boolean, File, Source};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// A configuration or another small file of git's is at most this long, in bytes; real ones are a few kilobytes.
pub(super) const MAX_FILE: u64 = 64 << 20;

/// A parsed configuration.
pub(super) struct ConfigFile {
    path: PathBuf,
    file: File,
}

impl ConfigFile {
    /// Reads the file at `path` as `options` say; a missing file has no settings.
    pub(super) fn read(path: &Path, source: Source, options: Options<'_>) -> Result<Self, ConfigError> {
        let mut content = read_if_there(path)?.unwrap_or_default();
        let meta = Metadata::from(source).at(path);
        match File::from_bytes_owned(&mut content, meta, options) {
            Ok(file) => Ok(Self { path: path.to_owned(), file }),
            Err(source) => Err(ConfigError::Syntax { path: path.to_owned(), source }),
        }
    }

    /// Reads a repository's file at `path` without its includes.
    pub(super) fn read_plain(path: &Path) -> Result<Self, ConfigError> {
        Self::read(path, Source::Local, Options::default())
    }

    /// The last value of `section.<one of keys>`; keys in lower case. A key without `=` is an error, as in git for
    /// everything but booleans.
    pub(super) fn last(&self, section: &str, keys: &[&str]) -> Result<Option<BString>, ConfigError> {
        match self.last_implicit(section, keys) {
            None => Ok(None),
            Some(Some(value)) => Ok(Some(value)),
            Some(None) => Err(ConfigError::NoValue { key: format!("{section}.{}", keys.join("/")), path: self.path() }),
        }
    }

    /// The last truth value of `section.key`; a key without `=` is true.
    pub(super) fn boolean(&self, section: &str, key: &str) -> Result<Option<bool>, ConfigError> {
        self.last_implicit(section, &[key]).map(|value| truth(&format!("{section}.{key}"), value)).transpose()
    }

    /// All keys of `section`, in lower case, each with its last value within its part of the file, in the file's order;
    /// `subsection.key` for those of subsections.
    pub(super) fn all(&self, section: &str) -> Vec<(String, Option<BString>)> {
        let mut found = Vec::new();
        for part in self.file.sections().filter(|part| is_named(part, section)) {
            for name in part.value_names() {
                let key = match part.header().subsection_name() {
                    Some(subsection) => format!("{subsection}.{}", name.to_ascii_lowercase()),
                    None => name.to_ascii_lowercase(),
                };
                found.push((key, part.value_implicit(&name).flatten()));
            }
        }
        found
    }

    fn last_implicit(&self, section: &str, keys: &[&str]) -> Option<Option<BString>> {
        let mut last = None;
        for part in self.file.sections() {
            if !is_named(&part, section) || part.header().subsection_name().is_some() {
                continue;
            }
            let is_key = |name: &String| keys.iter().any(|key| name.eq_ignore_ascii_case(key));
            if let Some(name) = part.value_names().filter(is_key).last() {
                last = part.value_implicit(&name).or(last);
            }
        }
        last
    }

    fn path(&self) -> PathBuf {
        self.path.clone()
    }
}

fn is_named(part: &SectionRef<'_>, section: &str) -> bool {
    part.header().name().eq_ignore_ascii_case(section.as_bytes())
}

/// The truth value that git reads in `value`; a key without `=` (`None`) is true.
pub(super) fn truth(key: &str, value: Option<BString>) -> Result<bool, ConfigError> {
    let Some(value) = value else { return Ok(true) };
    match Boolean::try_from(value.as_bstr()) {
        Ok(boolean) => Ok(boolean.is_true()),
        Err(_) => Err(ConfigError::Value { key: key.into(), value }),
    }
}

/// The content of the file at `path`, `None` if there is no such file.
pub(super) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, ConfigError> {
    let failed = |source| ConfigError::Read { path: path.to_owned(), source };
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        // ENOTDIR: a part of the path is a file, so nothing can be there.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut content = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut content).map_err(failed)?;
    if content.len() as u64 > MAX_FILE {
        return Err(ConfigError::TooLong(path.to_owned()));
    }
    Ok(Some(content))
}

/// The path in the one-line file at `file`, relative to `base`; `None` if there is no such file.
pub(super) fn path_in(file: &Path, base: &Path) -> Result<Option<PathBuf>, ConfigError> {
    let Some(content) = read_if_there(file)? else { return Ok(None) };
    let line = content.trim_end_with(|c| matches!(c, '\n' | '\r'));
    match gix::path::from_byte_slice(line) {
        Ok(path) if !line.is_empty() && !line.contains(&0) => Ok(Some(base.join(path))),
        Ok(_) | Err(_) => Err(ConfigError::NotAPath(file.to_owned())),
    }
}
