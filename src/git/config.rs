//! What leakgate needs to know of a repository before it reads objects: where things lie and in which formats.
//!
//! Read from the repository's own files, without a git process, as git's `setup.c` does: format settings count only in
//! `<common dir>/config` (and `config.worktree` where that is switched on), never in an included file or in a user's.
//! A setting that leakgate does not know can change what an object or a reference is, so it is an error.
//!
//! *Invariant:* no look at the environment; what it decides (work tree, shallow file) comes in as a parameter.

use super::config_file::{ConfigFile, MAX_FILE, path_in, read_if_there, truth};
use bstr::{BString, ByteSlice};
use gix::ObjectId;
use gix::hash::Kind;
use std::path::{Path, PathBuf};

/// How a repository stores its references.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefStorage {
    /// Loose files and `packed-refs`.
    Files,
    /// A stack of binary tables.
    Reftable,
}

/// Where a repository lies, as the environment of a hook says.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// The git directory of this work tree, or of the bare repository (`GIT_DIR`).
    pub git_dir: &'a Path,
    /// `GIT_COMMON_DIR`, if set; else the file `commondir` says, else it is the git directory.
    pub common_dir: Option<&'a Path>,
    /// `GIT_WORK_TREE`, if set.
    pub work_tree: Option<&'a Path>,
    /// `GIT_SHALLOW_FILE`, if set; set and empty means that nothing is shallow.
    pub shallow_file: Option<&'a Path>,
}

/// The facts about a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepoFacts {
    /// The git directory.
    pub git_dir: PathBuf,
    /// The directory with the objects and the references that all work trees share.
    pub common_dir: PathBuf,
    /// The hash that names objects.
    pub hash: Kind,
    /// How references are stored.
    pub ref_storage: RefStorage,
    /// The work tree's root; `None` for a bare repository and where only git's own working directory would tell.
    pub work_tree: Option<PathBuf>,
    /// Whether the repository is bare.
    pub bare: bool,
    /// Whether this work tree has settings of its own, in `config.worktree`.
    pub worktree_config: bool,
    /// The commits whose parents were left out, which count as roots.
    pub shallow: Vec<ObjectId>,
}

/// Why a repository's facts could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file could not be read.
    #[error("reading {path}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file is too long to be what it should be.
    #[error("{0} has more than {MAX_FILE} bytes")]
    TooLong(PathBuf),
    /// A configuration file is broken.
    #[error("{path} is not a valid git configuration")]
    Syntax {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: gix::Error,
    },
    /// A setting has a value that leakgate does not know.
    #[error("{key} is set to {value:?}, which leakgate does not know")]
    Value {
        /// The setting.
        key: String,
        /// Its value.
        value: BString,
    },
    /// A setting that needs a value has none.
    #[error("{key} has no value in {path}")]
    NoValue {
        /// The setting.
        key: String,
        /// The file.
        path: PathBuf,
    },
    /// The repository uses a format extension that leakgate does not know.
    #[error("the repository needs the extension {0:?}, which leakgate does not know")]
    Extension(String),
    /// A line that should name an object does not.
    #[error("line {line} of {path} is not an object id")]
    NotAnId {
        /// Which file.
        path: PathBuf,
        /// 1-based.
        line: usize,
    },
    /// A file that should hold a path does not.
    #[error("{0} does not hold a path")]
    NotAPath(PathBuf),
}

impl RepoFacts {
    /// Reads the facts of the repository at `places`.
    ///
    /// # Errors
    ///
    /// When a file is there and cannot be read or understood, or a format is not known.
    pub fn read(places: &Places<'_>) -> Result<Self, ConfigError> {
        let git_dir = places.git_dir.to_owned();
        let linked_common = path_in(&git_dir.join("commondir"), &git_dir)?;
        let is_linked = linked_common.is_some();
        let common_dir = places.common_dir.map(Path::to_owned).or(linked_common).unwrap_or_else(|| git_dir.clone());

        let common = ConfigFile::read_plain(&common_dir.join("config"))?;
        let format = Format::of(&common)?;
        // In a linked work tree git ignores these two settings of the shared file: they speak of the main one.
        let mut files = if is_linked { Vec::new() } else { vec![common] };
        if format.worktree_config {
            files.push(ConfigFile::read_plain(&git_dir.join("config.worktree"))?);
        }
        let (mut bare, mut set_tree) = (None, None);
        for file in &files {
            bare = file.boolean("core", "bare")?.or(bare);
            set_tree = file.last("core", &["worktree"])?.or(set_tree);
        }
        let bare = bare.unwrap_or(!is_linked && git_dir.file_name() != Some(".git".as_ref()));
        let work_tree = work_tree(places, &git_dir, set_tree, if bare { Shape::Bare } else { Shape::WithTree })?;
        let shallow = shallow_commits(places.shallow_file, &common_dir, format.hash)?;
        let bare = bare && work_tree.is_none();
        let Format { hash, ref_storage, worktree_config } = format;
        Ok(Self { git_dir, common_dir, hash, ref_storage, work_tree, bare, worktree_config, shallow })
    }
}

#[derive(PartialEq, Eq)]
enum Shape {
    Bare,
    WithTree,
}

fn work_tree(
    places: &Places<'_>,
    git_dir: &Path,
    set: Option<BString>,
    shape: Shape,
) -> Result<Option<PathBuf>, ConfigError> {
    if let Some(tree) = places.work_tree {
        return Ok(Some(tree.to_owned()));
    }
    if let Some(set) = set {
        let Ok(path) = gix::path::from_bstring(set.clone()) else {
            return Err(ConfigError::Value { key: "core.worktree".into(), value: set });
        };
        return Ok(Some(git_dir.join(path)));
    }
    if shape == Shape::Bare {
        return Ok(None);
    }
    // A linked work tree's git directory names the `.git` file in the work tree.
    if let Some(dot_git) = path_in(&git_dir.join("gitdir"), git_dir)? {
        return Ok(dot_git.parent().map(Path::to_owned));
    }
    if git_dir.file_name() != Some(".git".as_ref()) {
        return Ok(None);
    }
    Ok(git_dir.parent().map(|tree| if tree.as_os_str().is_empty() { PathBuf::from(".") } else { tree.to_owned() }))
}

/// The ids in the shallow file: `chosen` if given, else the repository's.
fn shallow_commits(chosen: Option<&Path>, common_dir: &Path, hash: Kind) -> Result<Vec<ObjectId>, ConfigError> {
    let path = match chosen {
        // git sets it empty while a push makes the repository whole again.
        Some(path) if path.as_os_str().is_empty() => return Ok(Vec::new()),
        Some(path) => path.to_owned(),
        None => common_dir.join("shallow"),
    };
    ids_in(&path, hash)
}

/// The object ids in the file at `path`, one a line; none if there is no such file.
///
/// # Errors
///
/// When the file cannot be read or a line is something else.
pub fn ids_in(path: &Path, hash: Kind) -> Result<Vec<ObjectId>, ConfigError> {
    let Some(content) = read_if_there(path)? else { return Ok(Vec::new()) };
    let mut ids = Vec::new();
    for (number, line) in content.lines().enumerate() {
        match ObjectId::from_hex(line) {
            Ok(id) if id.kind() == hash => ids.push(id),
            Ok(_) | Err(_) => return Err(ConfigError::NotAnId { path: path.to_owned(), line: number + 1 }),
        }
    }
    Ok(ids)
}

/// The format settings that change what objects and references are.
struct Format {
    hash: Kind,
    ref_storage: RefStorage,
    worktree_config: bool,
}

impl Format {
    fn of(file: &ConfigFile) -> Result<Self, ConfigError> {
        let version = file.last("core", &["repositoryformatversion"])?.unwrap_or_else(|| "0".into());
        let is_v1 = match version.as_slice() {
            b"0" => false,
            b"1" => true,
            _ => return Err(ConfigError::Value { key: "core.repositoryformatversion".into(), value: version }),
        };
        let mut format = Self { hash: Kind::Sha1, ref_storage: RefStorage::Files, worktree_config: false };
        for (name, value) in file.all("extensions") {
            match name.as_str() {
                "worktreeconfig" => format.worktree_config = truth("extensions.worktreeConfig", value)?,
                // They change neither what an object is nor where references are.
                "noop" | "preciousobjects" | "partialclone" => {}
                // Nor do these; git ignores them in a repository of version 0, as it does those that it does not know.
                "noop-v1" | "relativeworktrees" | "submodulepathconfig" | "compatobjectformat" if is_v1 => {}
                "objectformat" if is_v1 => format.hash = hash_named(value)?,
                "refstorage" if is_v1 => format.ref_storage = storage_named(value)?,
                "objectformat" | "refstorage" => return Err(ConfigError::Extension(format!("{name} in version 0"))),
                _ if is_v1 => return Err(ConfigError::Extension(name)),
                _ => {}
            }
        }
        Ok(format)
    }
}

fn hash_named(value: Option<BString>) -> Result<Kind, ConfigError> {
    match value.as_deref().map(|value| value.as_slice()) {
        Some(b"sha1") => Ok(Kind::Sha1),
        Some(b"sha256") => Ok(Kind::Sha256),
        _ => Err(ConfigError::Value { key: "extensions.objectFormat".into(), value: value.unwrap_or_default() }),
    }
}

fn storage_named(value: Option<BString>) -> Result<RefStorage, ConfigError> {
    // git 2.54 can add where they are stored (`reftable:///path`): then references are not where leakgate looks.
    match value.as_deref().map(|value| value.as_slice()) {
        Some(b"files") => Ok(RefStorage::Files),
        Some(b"reftable") => Ok(RefStorage::Reftable),
        _ => Err(ConfigError::Value { key: "extensions.refStorage".into(), value: value.unwrap_or_default() }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_repo::TestRepo;
    use super::*;

    fn places(git_dir: &Path) -> Places<'_> {
        Places { git_dir, common_dir: None, work_tree: None, shallow_file: None }
    }

    fn facts(git_dir: &Path) -> Result<RepoFacts, ConfigError> {
        RepoFacts::read(&places(git_dir))
    }

    #[test]
    fn the_formats_are_those_that_git_made() {
        for (format, hash) in [("sha1", Kind::Sha1), ("sha256", Kind::Sha256)] {
            for (storage, ref_storage) in [("files", RefStorage::Files), ("reftable", RefStorage::Reftable)] {
                let repo = TestRepo::init(&["--object-format", format, "--ref-format", storage]);
                let facts = facts(&repo.git_dir()).unwrap();
                assert_eq!((facts.hash, facts.ref_storage, facts.bare), (hash, ref_storage, false));
                assert_eq!(facts.work_tree.as_deref(), Some(repo.path()));
                assert_eq!(facts.common_dir, repo.git_dir());
            }
        }
    }

    #[test]
    fn a_bare_repository_has_no_work_tree_unless_the_environment_gives_one() {
        let repo = TestRepo::init(&["--bare"]);
        let found = facts(repo.path()).unwrap();
        assert_eq!((found.bare, found.work_tree), (true, None));
        let tree = Path::new("/elsewhere");
        let found = RepoFacts::read(&Places { work_tree: Some(tree), ..places(repo.path()) }).unwrap();
        assert_eq!((found.bare, found.work_tree.as_deref()), (false, Some(tree)));
    }

    #[test]
    fn a_linked_work_tree_shares_the_repository() {
        let repo = TestRepo::init(&[]);
        repo.commit("one");
        repo.git(&["config", "extensions.worktreeConfig", "true"]);
        repo.git(&["worktree", "add", "-q", "linked"]);
        let found = facts(&repo.git_dir().join("worktrees/linked")).unwrap();
        assert_eq!(found.common_dir.canonicalize().unwrap(), repo.git_dir().canonicalize().unwrap());
        assert_eq!(
            found.work_tree.unwrap().canonicalize().unwrap(),
            repo.path().join("linked").canonicalize().unwrap()
        );
        assert!(found.worktree_config && !found.bare);
    }

    #[test]
    fn the_settings_of_the_work_tree_count_more() {
        let repo = TestRepo::init(&[]);
        repo.git(&["config", "extensions.worktreeConfig", "yes"]);
        repo.git(&["config", "core.worktree", "/one"]);
        repo.git(&["config", "--worktree", "core.worktree", "../other"]);
        assert_eq!(facts(&repo.git_dir()).unwrap().work_tree.unwrap(), repo.git_dir().join("../other"));
    }

    #[test]
    fn a_format_that_leakgate_does_not_know_is_an_error() {
        for (set, is_known) in [
            ("[core]\nrepositoryformatversion = 2", false),
            ("[core]\nrepositoryformatversion = 1\n[extensions]\nneverSeen = 1", false),
            ("[core]\nrepositoryformatversion = 1\n[extensions \"sub\"]\nneverSeen = 1", false),
            ("[core]\nrepositoryformatversion = 1\n[extensions]\nobjectFormat = sha512", false),
            ("[core]\nrepositoryformatversion = 1\n[extensions]\nobjectFormat", false),
            ("[core]\nrepositoryformatversion = 1\n[extensions]\nrefStorage = reftable:///elsewhere", false),
            ("[core]\nrepositoryformatversion = 0\n[extensions]\nrefStorage = reftable", false),
            ("[core]\nrepositoryformatversion = 0\n[extensions]\nneverSeen = 1", true),
            ("[core]\nrepositoryformatversion = 1\n[EXTENSIONS]\nPartialClone = origin\nnoop", true),
            ("[core]\nbare = perhaps", false),
            ("[core]\nbare", true),
            ("[core\nbare = true", false),
            ("\0", false),
            ("", true),
        ] {
            let dir = tempfile::tempdir().unwrap();
            std::fs::write(dir.path().join("config"), set).unwrap();
            assert_eq!(facts(dir.path()).is_ok(), is_known, "{set}");
        }
    }

    #[test]
    fn an_included_file_changes_no_format() {
        let repo = TestRepo::init(&["--object-format", "sha256"]);
        repo.write("more", "[extensions]\nobjectFormat = sha1\n[core]\nbare = true\n");
        repo.git(&["config", "include.path", "../more"]);
        let found = facts(&repo.git_dir()).unwrap();
        assert_eq!((found.hash, found.bare), (Kind::Sha256, false));
    }

    #[test]
    fn the_shallow_boundary_is_read_from_the_file_that_the_environment_names() {
        let origin = TestRepo::init(&[]);
        origin.commit("one");
        let tip = origin.commit("two");
        let url = format!("file://{}", origin.path().display());
        let repo = TestRepo::init(&[]);
        repo.git(&["fetch", "-q", "--depth=1", &url, "main"]);
        assert_eq!(facts(&repo.git_dir()).unwrap().shallow, [tip]);

        let other = repo.path().join("proposed");
        std::fs::write(&other, format!("{}\n", "1".repeat(40))).unwrap();
        let git_dir = repo.git_dir();
        let with = |file: &Path| RepoFacts::read(&Places { shallow_file: Some(file), ..places(&git_dir) });
        assert_eq!(with(&other).unwrap().shallow, [ObjectId::from_hex(&[b'1'; 40]).unwrap()]);
        assert!(with(Path::new("")).unwrap().shallow.is_empty());
        std::fs::write(&other, format!("{tip}\nx{tip}\n")).unwrap();
        assert!(matches!(with(&other), Err(ConfigError::NotAnId { line: 2, .. })));
    }
}
