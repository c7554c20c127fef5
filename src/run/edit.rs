//! A policy file gets something added at its end, comments and all left as they are.
//!
//! *Invariant:* what is written was loaded first, as the hooks would load it with all that lies above and below: a change
//! that would leave no policy, or that a lock forbids, leaves the file as it was.

use crate::gate::error::Error;
use crate::policy::{Date, LayerFile, Policy};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub(super) enum EditError {
    /// The policy does not load, before or after.
    #[error("the policy {when} the change cannot be used")]
    Policy {
        when: &'static str,
        #[source]
        source: crate::policy::PolicyError,
    },
    /// The file cannot be read or written.
    #[error("cannot write {path}", path = path.display())]
    Write {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    /// The gate itself.
    #[error(transparent)]
    Gate(#[from] Error),
    /// What was asked for makes no entry.
    #[error("{0}")]
    Asked(String),
}

impl EditError {
    pub(super) fn hint(&self) -> Vec<String> {
        match self {
            Self::Policy { when: "before", .. } => vec!["correct it first: `leakgate policy check`".to_owned()],
            Self::Policy { .. } => vec!["nothing was written".to_owned()],
            Self::Write { .. } => vec!["name another file with --file, or run it as the file's owner".to_owned()],
            Self::Gate(error) => error.hints(),
            Self::Asked(_) => vec!["`leakgate allow --help` shows the forms".to_owned()],
        }
    }
}

/// The policy of `layers`, the file at `path` among them whether or not it was.
pub(super) fn load(layers: &[LayerFile], today: Date) -> Result<Policy, EditError> {
    Policy::load(layers, today).map_err(|source| EditError::Policy { when: "before", source })
}

/// `layers` with the file at `path` among them: its own layer, or as one more over all others.
pub(super) fn with_file(mut layers: Vec<LayerFile>, path: &Path) -> Vec<LayerFile> {
    let same = |layer: &LayerFile| std::path::absolute(&layer.path).is_ok_and(|it| Ok(it) == absolute(path));
    if !layers.iter().any(same) {
        let file = LayerFile::command_line(path);
        layers.push(if path.exists() { file } else { file.optional() });
    }
    layers
}

fn absolute(path: &Path) -> Result<PathBuf, ()> {
    std::path::absolute(path).map_err(|_no_current_folder| ())
}

/// Adds `text` to the end of the file at `path`, which need not be there.
pub(super) fn append(layers: &[LayerFile], path: &Path, text: &str, today: Date) -> Result<(), EditError> {
    let cannot = |source| EditError::Write { path: path.to_owned(), source };
    let old = match fs::read_to_string(path) {
        Ok(old) => old,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(cannot(error)),
    };
    let gap = match (old.is_empty(), old.ends_with('\n')) {
        (true, _) => "",
        (false, true) => "\n",
        (false, false) => "\n\n",
    };
    let new = format!("{old}{gap}{text}");
    let drafted: Vec<LayerFile> = layers
        .iter()
        .map(|layer| match absolute(&layer.path) == absolute(path) {
            true => layer.clone().drafted(new.clone()),
            false => layer.clone(),
        })
        .collect();
    Policy::load(&drafted, today).map_err(|source| EditError::Policy { when: "after", source })?;
    replace(path, new.as_bytes()).map_err(cannot)
}

/// Writes beside the file and renames, so that no hook reads half a file; a link is followed to what it names.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let real = match fs::canonicalize(path) {
        Ok(real) => real,
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(error),
    };
    let mut name = real.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = real.with_file_name(name);
    let written = (|| {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&beside)?;
        if let Ok(meta) = fs::metadata(&real) {
            file.set_permissions(meta.permissions())?;
        }
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, &real)
    })();
    if written.is_err() && beside.exists() {
        fs::remove_file(&beside)?;
    }
    written
}

/// A text as a TOML string.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

/// A list of texts as TOML.
pub(super) fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back_as_it_was() {
        for text in ["plain", "a \"b\" \\ c", "tab\there\nline \u{7f}\u{85}", "顧客"] {
            let parsed: toml::Table = toml::from_str(&format!("x = {}", quoted(text))).unwrap();
            assert_eq!(parsed["x"].as_str(), Some(text));
        }
    }
}
