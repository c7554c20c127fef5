//! The only reader of the environment.
//!
//! *Invariant:* nothing here relaxes a check. A pusher controls part of a server's environment (`LC_*`, push options,
//! `GIT_PROTOCOL`), so what is read is where things lie, and who the host says is there. Push options are requests: the
//! policy decides whether one is heard, and whose variable it believes about who asks.

mod origin;

pub use origin::{Host, Origin};

use std::ffi::{OsStr, OsString};
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
    /// `GIT_PUSH_OPTION_0` and so on, as the client sent them.
    pub push_options: Vec<OsString>,
    /// Those of [`PUSHERS`] that are set.
    pub pushers: Vec<(&'static str, OsString)>,
    /// `GIT_SSH_COMMAND`: a line for the shell that git starts in place of ssh.
    pub ssh_command: Option<OsString>,
    /// `GIT_SSH`: a program that git starts in place of ssh.
    pub ssh_program: Option<OsString>,
    /// `PRE_COMMIT_REMOTE_NAME` and `PRE_COMMIT_REMOTE_URL`: what pre-commit and prek say in place of git's arguments.
    pub framework_remote: Option<[OsString; 2]>,
    /// Who pushes where, as the host's own variables say.
    pub origin: Origin,
}

/// The variables in which hosts say who pushes, the surest first: GitLab, Gitea and Forgejo, GitHub Enterprise Server,
/// Bitbucket Data Center, gitolite, a web server's own login, and the account of a plain ssh server.
pub const PUSHERS: [&str; 7] =
    ["GL_USERNAME", "GITEA_PUSHER_NAME", "GITHUB_USER_LOGIN", "BB_USER_NAME", "GL_USER", "REMOTE_USER", "LOGNAME"];

/// More push options than anybody types; git itself knows no bound.
const MOST_OPTIONS: usize = 1_000;

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
            push_options: push_options(&var),
            pushers: PUSHERS.into_iter().filter_map(|name| Some((name, var(name)?))).collect(),
            ssh_command: var("GIT_SSH_COMMAND"),
            ssh_program: var("GIT_SSH"),
            framework_remote: match (var("PRE_COMMIT_REMOTE_NAME"), var("PRE_COMMIT_REMOTE_URL")) {
                (Some(name), Some(url)) => Some([name, url]),
                (None, _) | (_, None) => None,
            },
            origin: Origin::read(&|name| var(name).map(|value| value.to_string_lossy().into_owned())),
        }
    }

    /// Who pushes, by the surest variable that is set, and which one that is. For records and messages; what depends on
    /// it asks for the variable that the policy names.
    #[must_use]
    pub fn pusher(&self) -> Option<(&'static str, &OsStr)> {
        self.pushers.first().map(|(variable, name)| (*variable, name.as_os_str()))
    }

    /// Who pushes according to `variable`.
    #[must_use]
    pub fn pusher_by(&self, variable: &str) -> Option<&OsStr> {
        self.pushers.iter().find(|(name, _)| *name == variable).map(|(_, value)| value.as_os_str())
    }
}

/// A count that is no number counts nothing: an option that is not heard relaxes nothing.
fn push_options(var: &dyn Fn(&str) -> Option<OsString>) -> Vec<OsString> {
    let count = var("GIT_PUSH_OPTION_COUNT").and_then(|count| match count.to_str().map(str::parse::<usize>) {
        Some(Ok(count)) => Some(count),
        Some(Err(_)) | None => None,
    });
    let numbers = 0..count.unwrap_or(0).min(MOST_OPTIONS);
    numbers.filter_map(|n| var(&format!("GIT_PUSH_OPTION_{n}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn push_options_are_read_as_counted_and_within_bounds() {
        let read = |count: &str| {
            push_options(&|name| match name.strip_prefix("GIT_PUSH_OPTION_")? {
                "COUNT" => Some(count.into()),
                n => Some(format!("option {n}").into()),
            })
        };
        assert_eq!(read("2"), ["option 0", "option 1"]);
        assert_eq!(read("99999999").len(), MOST_OPTIONS);
        for none in ["0", "-1", "x", "18446744073709551616"] {
            assert!(read(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn a_pusher_is_believed_by_the_variable_that_is_asked_for() {
        let env = HookEnv {
            pushers: vec![("GITEA_PUSHER_NAME", "ada".into()), ("LOGNAME", "git".into())],
            ..HookEnv::default()
        };
        assert_eq!(env.pusher(), Some(("GITEA_PUSHER_NAME", OsStr::new("ada"))));
        assert_eq!(env.pusher_by("LOGNAME"), Some(OsStr::new("git")));
        assert_eq!(env.pusher_by("GL_USER"), None);
    }
}
