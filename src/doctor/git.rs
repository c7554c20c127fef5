//! git, asked from outside: the only witness to what git itself would do.
//!
//! *Invariant:* an answer is bytes and a status; a git that cannot be started is an error, never an empty answer.

use super::DoctorError;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Variables that would point git at another repository than the one in question, or change who commits.
const MISLEADING: [&str; 22] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_COUNT",
    "GIT_REPLACE_REF_BASE",
    "GIT_TEMPLATE_DIR",
    "GIT_AUTHOR_NAME",
    "GIT_AUTHOR_EMAIL",
    "GIT_AUTHOR_DATE",
    "GIT_COMMITTER_NAME",
    "GIT_COMMITTER_EMAIL",
    "GIT_COMMITTER_DATE",
];

/// git, run in one directory.
pub struct Git {
    dir: PathBuf,
}

/// What a git command said.
pub struct Answer {
    /// Whether it exited with 0.
    pub worked: bool,
    /// What it printed.
    pub stdout: Vec<u8>,
    /// What it complained of.
    pub stderr: String,
}

impl Git {
    /// git as run in `dir`.
    pub fn at(dir: &Path) -> Self {
        Self { dir: dir.to_path_buf() }
    }

    /// Runs git with `args` and waits for it.
    pub fn ask<S: AsRef<OsStr>>(&self, args: &[S]) -> Result<Answer, DoctorError> {
        let mut command = Command::new("git");
        for name in MISLEADING {
            command.env_remove(name);
        }
        // Messages are compared with words, so they must be in one language.
        command.env("LC_ALL", "C").arg("-C").arg(&self.dir).args(args).stdin(Stdio::null());
        let output = command.output().map_err(DoctorError::Git)?;
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok(Answer { worked: output.status.success(), stdout: output.stdout, stderr })
    }

    /// What git prints for `args`, without its final line feed; none when it fails.
    pub fn value<S: AsRef<OsStr>>(&self, args: &[S]) -> Result<Option<Vec<u8>>, DoctorError> {
        let mut answer = self.ask(args)?;
        if !answer.worked {
            return Ok(None);
        }
        if answer.stdout.last() == Some(&b'\n') {
            answer.stdout.pop();
        }
        Ok(Some(answer.stdout))
    }
}

impl Answer {
    /// The last line of complaint that says something, for a report.
    pub fn complaint(&self) -> &str {
        self.stderr.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("no message")
    }
}
