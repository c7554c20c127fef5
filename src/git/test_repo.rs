//! A git repository in a temporary directory, driven by git itself: the oracle of this module's tests.

use gix::ObjectId;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(super) struct TestRepo {
    dir: tempfile::TempDir,
}

impl TestRepo {
    /// `git init` with `args`; the branch is `main`.
    pub(super) fn init(args: &[&str]) -> Self {
        let this = Self { dir: tempfile::tempdir().unwrap() };
        this.git(&[&["init", "-q", "-b", "main"], args].concat());
        for (key, value) in [("user.name", "n"), ("user.email", "n@example.org"), ("gc.auto", "0")] {
            this.git(&["config", key, value]);
        }
        this
    }

    pub(super) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(super) fn git_dir(&self) -> PathBuf {
        self.path().join(".git")
    }

    pub(super) fn command(&self) -> Command {
        let mut git = Command::new("git");
        for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_CONFIG_PARAMETERS"] {
            git.env_remove(name);
        }
        git.current_dir(self.path()).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        git.env("LC_ALL", "C").stdin(Stdio::null());
        git
    }

    /// What `git args` prints, without the last newline; it must succeed.
    pub(super) fn git(&self, args: &[&str]) -> String {
        self.git_with_input(args, b"")
    }

    pub(super) fn git_with_input(&self, args: &[&str], input: &[u8]) -> String {
        let mut command = self.command();
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let writer = std::thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().unwrap();
        let written = writer.join().unwrap();
        assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        written.unwrap();
        String::from_utf8_lossy(&output.stdout).trim_end_matches('\n').to_owned()
    }

    pub(super) fn id(&self, revision: &str) -> ObjectId {
        ObjectId::from_hex(self.git(&["rev-parse", revision]).as_bytes()).unwrap()
    }

    pub(super) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    pub(super) fn commit(&self, message: &str) -> ObjectId {
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.id("HEAD")
    }
}
