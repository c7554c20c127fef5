//! A configuration and what it extends: which files those are, and how far that goes.
//!
//! Paths are relative to the folder of the file that names them; gitleaks takes them from wherever it is started, which
//! for a hook is nowhere that an author could know.
//!
//! *Invariant:* a file that cannot be found, goes in a circle or is too deep is an error: its rules would be missing.

use super::super::document::Document;
use super::super::error::PolicyError;
use super::super::layer::{self, Guard};
use super::config::{Config, StandIn, check};
use super::note::{Note, Notes};
use super::raw::{RawConfig, RawExtend, Reader};
use std::path::{Path, PathBuf};
use toml::Spanned;

/// How often a configuration may extend another, as in gitleaks: the third is passed over there without a word.
const DEPTH: usize = 2;
/// The last version of gitleaks whose keys are known here.
const KNOWN_VERSION: (u64, u64) = (8, 30);

/// The files of one `extend`.
pub(super) struct Chain<'a> {
    /// gitleaks' own default configuration, if the policy says where a copy lies.
    pub(super) default: Option<&'a Path>,
    /// Whether owners are checked.
    pub(super) guard: Guard,
    /// The folder that no file may lie outside of.
    pub(super) bounds: Option<&'a Path>,
    pub(super) notes: &'a mut Notes,
    /// The files so far, from the outermost on.
    pub(super) files: Vec<PathBuf>,
}

impl Chain<'_> {
    /// All that the file at `path` says, together with what it extends.
    pub(super) fn load(&mut self, path: &Path) -> Result<(Document, Config), PolicyError> {
        layer::confined(self.bounds, path)?;
        let text = layer::read(path, self.guard)?;
        let doc = Document::new(layer::shown(path), text.clone());
        self.files.push(same(path));
        let raw = Reader { doc: &doc, notes: self.notes }.config(&text)?;
        self.version(&doc, &raw);
        let mut config = check(&doc, &raw)?;
        if raw.rules.is_empty() && raw.extend.path.is_none() && raw.extend.use_default.is_none() {
            let what = "it has no rules and extends nothing: gitleaks finds nothing with it; its allowlists hold here";
            self.notes.push(Note::at(&doc, &(0..0), what));
        }
        if let Some(base) = self.base(&doc, path, &raw.extend)? {
            config.over(base, &raw.extend.disabled, &doc, self.notes);
        } else if let Some(id) = raw.extend.disabled.first() {
            let what = "`extend.disabledRules` without anything that is extended does nothing, as in gitleaks";
            self.notes.push(Note::at(&doc, &id.span(), what));
        }
        Ok((doc, config))
    }

    fn base(&mut self, doc: &Document, path: &Path, extend: &RawExtend) -> Result<Option<Config>, PolicyError> {
        if let Some(url) = &extend.url {
            let problem = "leakgate fetches nothing from a network, and gitleaks never read this key either";
            return Err(doc.wrong(
                url,
                "extend.url",
                problem,
                "save the file beside this one and name it under `path`",
            ));
        }
        let base = extend.path.as_ref().filter(|path| !path.get_ref().is_empty());
        let default = extend.use_default.as_ref().filter(|yes| *yes.get_ref());
        match (base, default) {
            (None, None) => Ok(None),
            (Some(path), Some(_)) => {
                let remedy = "gitleaks refuses both as well: put `useDefault = true` into the file that is extended";
                Err(doc.wrong(path, "extend.path", "there is `useDefault` as well", remedy))
            }
            (Some(base), None) => {
                self.not_too_deep(doc, base)?;
                let next = path.parent().unwrap_or(Path::new("")).join(base.get_ref());
                if self.files.contains(&same(&next)) {
                    let problem = format!("`{}` extends this file, which would go on for ever", base.get_ref());
                    return Err(doc.wrong(base, "extend.path", &problem, "take one of the two `extend` away"));
                }
                self.found(doc, base, &next)?;
                Ok(Some(self.load(&next)?.1))
            }
            (None, Some(yes)) => {
                self.not_too_deep(doc, yes)?;
                self.default().map(Some)
            }
        }
    }

    /// gitleaks' default rules: from the copy that the policy names, or leakgate's own in their place.
    fn default(&mut self) -> Result<Config, PolicyError> {
        let Some(path) = self.default else {
            return Ok(Config { stand_in: Some(StandIn::default()), ..Config::default() });
        };
        let (_, mut config) = self.load(path)?;
        config.lists_of_default = std::mem::take(&mut config.lists);
        Ok(config)
    }

    fn not_too_deep<T>(&self, doc: &Document, value: &Spanned<T>) -> Result<(), PolicyError> {
        match self.files.len() > DEPTH {
            false => Ok(()),
            true => {
                let problem = format!(
                    "this is extended itself, and gitleaks goes {DEPTH} files deep: it would pass over the next"
                );
                Err(doc.wrong(value, "extend", &problem, "extend fewer files, or delete this `extend`"))
            }
        }
    }

    fn found(&self, doc: &Document, base: &Spanned<String>, next: &Path) -> Result<(), PolicyError> {
        match next.symlink_metadata() {
            Ok(_) => Ok(()),
            Err(_) => {
                let problem = format!("there is no `{}`", layer::shown(next));
                let remedy = "the path begins at the folder of this file, whereas gitleaks starts where it is called";
                Err(doc.wrong(base, "extend.path", &problem, remedy))
            }
        }
    }

    fn version(&mut self, doc: &Document, raw: &RawConfig) {
        let Some(version) = &raw.min_version else { return };
        let mut parts =
            version.get_ref().trim_start_matches('v').split('.').map(|part| part.parse::<u64>().unwrap_or(0));
        let wanted = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        if wanted > KNOWN_VERSION {
            let what = format!("it is for gitleaks {} or later; leakgate knows the keys of 8.30", version.get_ref());
            self.notes.push(Note::at(doc, &version.span(), &what));
        }
    }
}

/// The one name of a file; one that is not there has its own.
fn same(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
