//! The only reader of the environment.
//!
//! *Invariant:* nothing here relaxes a check. A pusher controls part of a server's environment (`LC_*`, push options,
//! `GIT_PROTOCOL`), so what is read is where things lie, who the host says is there, and nothing else.

mod origin;

pub use origin::{Host, Origin};

use std::ffi::OsString;
use std::path::PathBuf;

/// Where git says things lie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HookEnv {
    /// `GIT_DIR`.
    pub git_dir: Option<PathBuf>,
    /// `GIT_WORK_TREE`.
    pub work_tree: Option<PathBuf>,
    /// `GIT_COMMON_DIR`.
    pub common_dir: Option<PathBuf>,
    /// `GIT_OBJECT_DIRECTORY`.
    pub object_dir: Option<PathBuf>,
    /// `GIT_ALTERNATE_OBJECT_DIRECTORIES`, a list in git's own quoting.
    pub alternates: Option<OsString>,
    /// `GIT_QUARANTINE_PATH`: set while pushed objects wait for the verdict.
    pub quarantine: Option<PathBuf>,
    /// `GIT_SHALLOW_FILE`.
    pub shallow_file: Option<PathBuf>,
    /// `GIT_INDEX_FILE`.
    pub index_file: Option<PathBuf>,
    /// `GIT_EDITOR`: `:` when git will not open one.
    pub editor: Option<OsString>,
    /// The ids in `GITHEAD_<id>`: what `git merge` is merging, before there is a `MERGE_HEAD`.
    pub merging: Vec<String>,
    /// `GIT_REFERENCE_BACKEND`: references elsewhere than in the repository.
    pub reference_backend: Option<OsString>,
    /// `GIT_CONFIG_PARAMETERS`: what `git -c` set, in git's own quoting.
    pub config_parameters: Option<OsString>,
    /// `HOME`.
    pub home: Option<PathBuf>,
    /// `XDG_CONFIG_HOME`.
    pub config_home: Option<PathBuf>,
    /// `GIT_CONFIG_GLOBAL`.
    pub global_config: Option<PathBuf>,
    /// `GIT_SSH_COMMAND`: a line for the shell that git starts in place of ssh.
    pub ssh_command: Option<OsString>,
    /// `GIT_SSH`: a program that git starts in place of ssh.
    pub ssh_program: Option<OsString>,
    /// `PRE_COMMIT_REMOTE_NAME` and `PRE_COMMIT_REMOTE_URL`: what pre-commit and prek say in place of git's arguments.
    pub framework_remote: Option<[OsString; 2]>,
    /// Who pushes where, as the host's own variables say.
    pub origin: Origin,
}

impl HookEnv {
    /// Reads the process's environment.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    pub fn read() -> Self {
        let var = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let path = |name: &str| var(name).map(PathBuf::from);
        Self {
            git_dir: path("GIT_DIR"),
            work_tree: path("GIT_WORK_TREE"),
            common_dir: path("GIT_COMMON_DIR"),
            object_dir: path("GIT_OBJECT_DIRECTORY"),
            alternates: var("GIT_ALTERNATE_OBJECT_DIRECTORIES"),
            quarantine: path("GIT_QUARANTINE_PATH"),
            shallow_file: path("GIT_SHALLOW_FILE"),
            index_file: path("GIT_INDEX_FILE"),
            editor: var("GIT_EDITOR"),
            merging: std::env::vars_os()
                .filter_map(|(name, _)| name.to_str()?.strip_prefix("GITHEAD_").map(str::to_owned))
                .collect(),
            reference_backend: var("GIT_REFERENCE_BACKEND"),
            config_parameters: var("GIT_CONFIG_PARAMETERS"),
            home: path("HOME"),
            config_home: path("XDG_CONFIG_HOME"),
            global_config: path("GIT_CONFIG_GLOBAL"),
            ssh_command: var("GIT_SSH_COMMAND"),
            ssh_program: var("GIT_SSH"),
            framework_remote: match (var("PRE_COMMIT_REMOTE_NAME"), var("PRE_COMMIT_REMOTE_URL")) {
                (Some(name), Some(url)) => Some([name, url]),
                (None, _) | (_, None) => None,
            },
            origin: Origin::read(&|name| var(name).map(|value| value.to_string_lossy().into_owned())),
        }
    }
}
