//! Where policy files lie, in which order, and whether they are to be trusted.
//!
//! *Invariant:* a file that should be there or is there, and cannot be read, is an error. There is no falling back to
//! the defaults: whoever could make a file unreadable would switch its rules off.

use super::error::PolicyError;
use super::owner;
use crate::text::printable;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The largest policy file in bytes: a mistaken path (a core dump, a device) is refused, not read.
const LARGEST: u64 = 4 << 20;
/// The most packs in one folder.
const MOST_PACKS: usize = 1_000;

/// Whether a file must exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Its absence is an error.
    Required,
    /// Its absence means that this layer says nothing.
    Optional,
}

/// Whether a file's owner and permissions are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// It decides what others may push: root or the user that runs the hook must own it, and not everybody may write it.
    Owned,
    /// It is the caller's own affair.
    Unchecked,
}

/// Whose word a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The machine's, the served repository's, or that of whoever named it: those who answer for the machine.
    Keeper,
    /// The work tree's: it may have come with a clone, from anybody.
    WorkTree,
    /// A person's own, for all their clones.
    Person,
}

/// One layer's file, and the folder of rule packs that goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerFile {
    /// The policy file.
    pub path: PathBuf,
    /// A folder whose `*.toml` are rule packs, in the order of their names, read before the file; other names are
    /// left alone.
    pub packs: Option<PathBuf>,
    /// Whether the file must exist; the folder need not.
    pub presence: Presence,
    /// Whether owner and permissions are checked.
    pub guard: Guard,
    /// Whose word it is.
    pub(super) whose: Whose,
    /// What the file would hold, to try a change before it is written.
    draft: Option<String>,
}

impl LayerFile {
    /// The machine's own policy: `leakgate.toml` and `rules/*.toml` in `dir` (`/etc/leakgate`).
    #[must_use]
    pub fn system(dir: &Path) -> Self {
        Self {
            path: dir.join("leakgate.toml"),
            packs: Some(dir.join("rules")),
            presence: Presence::Optional,
            guard: Guard::Owned,
            whose: Whose::Keeper,
            draft: None,
        }
    }

    /// A served repository's own policy: `leakgate.toml` in its git directory, where no push can put it.
    #[must_use]
    pub fn repository(git_dir: &Path) -> Self {
        Self::at(git_dir.join("leakgate.toml"), Guard::Owned, Whose::Keeper)
    }

    /// A work tree's policy for local hooks: `.leakgate.toml` at its top. A courtesy, as local hooks are.
    #[must_use]
    pub fn work_tree(top: &Path) -> Self {
        Self::at(top.join(".leakgate.toml"), Guard::Unchecked, Whose::WorkTree)
    }

    /// A person's own policy for the hooks of all their clones: `leakgate.toml` in `dir` (`~/.config/leakgate`).
    #[must_use]
    pub fn developer(dir: &Path) -> Self {
        Self::at(dir.join("leakgate.toml"), Guard::Unchecked, Whose::Person)
    }

    /// The file named on the command line.
    #[must_use]
    pub fn command_line(path: &Path) -> Self {
        Self { presence: Presence::Required, ..Self::at(path.to_owned(), Guard::Unchecked, Whose::Keeper) }
    }

    fn at(path: PathBuf, guard: Guard, whose: Whose) -> Self {
        Self { path, packs: None, presence: Presence::Optional, guard, whose, draft: None }
    }

    /// The folder that a work tree's file must not lead out of.
    pub(super) fn bounds(&self) -> Option<&Path> {
        match self.whose {
            Whose::WorkTree => self.path.parent(),
            Whose::Keeper | Whose::Person => None,
        }
    }

    /// The same, where it need not be there yet.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { presence: Presence::Optional, ..self }
    }

    /// The same with `text` in the place of what it holds.
    #[must_use]
    pub fn drafted(self, text: String) -> Self {
        Self { draft: Some(text), ..self }
    }

    /// The file's text; none when it is optional and absent.
    pub(super) fn text(&self) -> Result<Option<String>, PolicyError> {
        if let Some(draft) = &self.draft {
            return Ok(Some(draft.clone()));
        }
        match (is_absent(&self.path)?, self.presence) {
            (true, Presence::Optional) => Ok(None),
            (true, Presence::Required) | (false, _) => {
                confined(self.bounds(), &self.path)?;
                read(&self.path, self.guard).map(Some)
            }
        }
    }

    /// The packs' paths in the order of their names.
    pub(super) fn pack_paths(&self) -> Result<Vec<PathBuf>, PolicyError> {
        let Some(dir) = &self.packs else { return Ok(Vec::new()) };
        if is_absent(dir)? {
            return Ok(Vec::new());
        }
        let mut paths = Vec::new();
        for entry in fs::read_dir(dir).map_err(|e| cannot(dir, e))? {
            let path = entry.map_err(|e| cannot(dir, e))?.path();
            if path.extension().is_some_and(|end| end == "toml") {
                paths.push(path);
            }
            if paths.len() > MOST_PACKS {
                return Err(refused(dir, "it holds more than 1000 packs", "join them into fewer files"));
            }
        }
        paths.sort();
        Ok(paths)
    }
}

/// Refuses a file outside `bounds`. What a clone brings could name any file of the machine, and messages show the line
/// that is wrong: a key would stand in the public log of a CI job that scans a stranger's branch.
pub(super) fn confined(bounds: Option<&Path>, path: &Path) -> Result<(), PolicyError> {
    // What is not there is an error of its own, and shows nothing.
    let (Some(top), Ok(real)) = (bounds, fs::canonicalize(path)) else { return Ok(()) };
    match real.starts_with(fs::canonicalize(top).map_err(|e| cannot(top, e))?) {
        true => Ok(()),
        false => {
            let remedy = "put a copy into the work tree, or name it in a policy of your own (--policy FILE)";
            Err(refused(path, "a work tree's policy cannot lead out of the work tree", remedy))
        }
    }
}

/// A path for a message.
pub(super) fn shown(path: &Path) -> String {
    printable(path.as_os_str().as_encoded_bytes())
}

/// Whether there is nothing at `path`. A link that leads nowhere is something: it was put there to lead to a policy.
fn is_absent(path: &Path) -> Result<bool, PolicyError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(false),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(e) => Err(cannot(path, e)),
    }
}

/// Reads a whole policy file.
pub(super) fn read(path: &Path, guard: Guard) -> Result<String, PolicyError> {
    read_up_to(path, guard, LARGEST)
}

/// Reads a whole file of at most `most` bytes that a policy names.
pub(super) fn read_up_to(path: &Path, guard: Guard, most: u64) -> Result<String, PolicyError> {
    // Looked at before it is opened: opening a named pipe would wait for ever.
    refuse_other_kinds(path, &fs::metadata(path).map_err(|e| cannot(path, e))?)?;
    let file = File::open(path).map_err(|e| cannot(path, e))?;
    let metadata = file.metadata().map_err(|e| cannot(path, e))?;
    refuse_other_kinds(path, &metadata)?;
    if guard == Guard::Owned {
        owner::check(path, &metadata)?;
    }
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(|e| cannot(path, e))?;
    if u64::try_from(bytes.len()).is_ok_and(|len| len > most) {
        let why = format!("it is larger than {} MiB", most >> 20);
        return Err(refused(path, &why, "is it the right file? divide it into rule packs if so"));
    }
    String::from_utf8(bytes).map_err(|e| {
        let line = 1 + e.as_bytes().iter().take(e.utf8_error().valid_up_to()).filter(|b| **b == b'\n').count();
        refused(path, &format!("line {line} is not UTF-8"), "save it as UTF-8; in patterns write other bytes as \\xff")
    })
}

fn refuse_other_kinds(path: &Path, metadata: &Metadata) -> Result<(), PolicyError> {
    match metadata.is_file() {
        true => Ok(()),
        false => Err(refused(path, "it is not a regular file", "put a file there, or remove it")),
    }
}

/// The error for what the system refuses.
pub(super) fn cannot(path: &Path, source: io::Error) -> PolicyError {
    PolicyError::Read { path: shown(path), source }
}

/// The error for what the gate refuses.
pub(super) fn refused(path: &Path, why: &str, remedy: &str) -> PolicyError {
    PolicyError::Refused { path: shown(path), why: why.to_owned(), remedy: remedy.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{load, put};
    use super::super::{Source, SourceState};
    use super::*;

    fn message(layer: LayerFile) -> String {
        load(&[layer]).unwrap_err().to_string()
    }

    #[test]
    fn an_optional_file_may_be_absent_and_a_required_one_not() {
        let dir = tempfile::tempdir().unwrap();
        let layers =
            [LayerFile::system(dir.path()), LayerFile::repository(dir.path()), LayerFile::work_tree(dir.path())];
        let sources = load(&layers).unwrap().sources;
        assert_eq!(sources.iter().filter(|s| s.state == SourceState::Absent).count(), 3);
        let text = message(LayerFile::command_line(&dir.path().join("p.toml")));
        assert!(text.starts_with("cannot read the policy `") && text.contains("p.toml`"), "{text}");
    }

    #[test]
    fn a_folder_or_a_device_in_the_place_of_a_file_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("leakgate.toml")).unwrap();
        assert!(message(LayerFile::repository(dir.path())).contains("it is not a regular file"));
        assert!(message(LayerFile::command_line(Path::new("/dev/null"))).contains("it is not a regular file"));
    }

    #[test]
    fn a_link_that_leads_nowhere_is_an_error_not_an_absence() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/nonexistent/policy", dir.path().join("leakgate.toml")).unwrap();
        assert!(message(LayerFile::repository(dir.path())).starts_with("cannot read the policy"));
    }

    #[test]
    fn a_path_through_a_file_is_an_error_not_an_absence() {
        let dir = tempfile::tempdir().unwrap();
        let file = put(dir.path(), "f", "");
        assert!(message(LayerFile::repository(&file)).starts_with("cannot read the policy"));
    }

    #[test]
    fn a_file_that_may_not_be_read_is_an_error_not_an_absence() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let file = put(dir.path(), "leakgate.toml", "contact = 'x'");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
        if File::open(&file).is_ok() {
            // Root reads everything: there is no such file for it.
            return;
        }
        assert!(message(LayerFile::repository(dir.path())).starts_with("cannot read the policy"));
    }

    #[test]
    fn text_that_is_not_utf_8_is_an_error_with_its_line() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("leakgate.toml"), b"# a\n# b\n# \xff\n").unwrap();
        let text = message(LayerFile::repository(dir.path()));
        assert!(text.contains("leakgate.toml`: line 3 is not UTF-8\n  save it as UTF-8"), "{text}");
    }

    #[test]
    fn a_file_of_4_mib_is_read_and_a_larger_one_refused() {
        let dir = tempfile::tempdir().unwrap();
        let comment = |len: u64| "#".repeat(usize::try_from(len).unwrap());
        for (len, is_read) in [(LARGEST - 1, true), (LARGEST, true), (LARGEST + 1, false)] {
            put(dir.path(), "leakgate.toml", &comment(len));
            assert_eq!(load(&[LayerFile::repository(dir.path())]).is_ok(), is_read, "{len}");
        }
        assert!(message(LayerFile::repository(dir.path())).contains("larger than 4 MiB"));
    }

    #[test]
    fn packs_are_read_in_the_order_of_their_names_and_before_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let rules = dir.path().join("rules");
        fs::create_dir(&rules).unwrap();
        put(&rules, "b.toml", "");
        put(&rules, "a.toml", "");
        put(&rules, "a.toml.bak", "no TOML at all");
        put(dir.path(), "leakgate.toml", "");
        let sources = load(&[LayerFile::system(dir.path())]).unwrap().sources;
        let names: Vec<&str> = sources.iter().map(|Source { name, .. }| name.rsplit('/').next().unwrap()).collect();
        assert_eq!(names, ["acme.toml (built in)", "leakgate.toml (built in)", "a.toml", "b.toml", "leakgate.toml"]);
    }

    #[test]
    fn a_pack_holds_rules_and_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("rules")).unwrap();
        put(&dir.path().join("rules"), "a.toml", "\ndisable = ['acme-key']");
        let text = message(LayerFile::system(dir.path()));
        assert!(text.contains("rules/a.toml:2:1: disable: unknown key `disable`"), "{text}");
    }

    #[test]
    fn a_thousand_packs_are_read_and_no_more() {
        let dir = tempfile::tempdir().unwrap();
        let rules = dir.path().join("rules");
        fs::create_dir(&rules).unwrap();
        for n in 0..MOST_PACKS {
            put(&rules, &format!("{n}.toml"), "");
        }
        assert!(load(&[LayerFile::system(dir.path())]).is_ok());
        put(&rules, "x.toml", "");
        assert!(message(LayerFile::system(dir.path())).contains("more than 1000 packs"));
    }

    #[test]
    fn a_name_with_control_characters_is_shown_without_them() {
        let text = message(LayerFile::command_line(Path::new("/nonexistent/\u{1b}[2J\u{202e}.toml")));
        assert!(text.contains("\\x1b[2J\\u{202e}.toml"), "{text}");
    }
}
