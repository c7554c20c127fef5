//! A direct call of the binary, under conditions that git would not create.

use super::{Isolation, Out, binary, run, shell_quote};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A call being prepared.
#[derive(Debug, Clone)]
pub struct Call {
    home: PathBuf,
    folder: PathBuf,
    args: Vec<OsString>,
    set: Vec<(String, String)>,
    unset: Vec<String>,
    before: String,
    after: String,
}

impl Call {
    /// A call with `args` in `folder`.
    pub fn new(home: &Path, folder: &Path, args: &[&str]) -> Self {
        let args = args.iter().map(OsString::from).collect();
        let (home, folder) = (home.into(), folder.into());
        Self { home, folder, args, set: Vec::new(), unset: Vec::new(), before: String::new(), after: String::new() }
    }

    /// Sets a variable of the environment.
    pub fn env(mut self, key: &str, value: &str) -> Self {
        self.set.push((key.into(), value.into()));
        self
    }

    /// Takes a variable out of the environment.
    pub fn without(mut self, key: &str) -> Self {
        self.unset.push(key.into());
        self
    }

    /// Runs `shell` before the binary, in the same process: limits.
    pub fn under(mut self, shell: &str) -> Self {
        self.before = format!("{shell} && ");
        self
    }

    /// Redirects the binary's streams as a shell writes it.
    pub fn redirected(mut self, shell: &str) -> Self {
        self.after = format!(" {shell}");
        self
    }

    /// Makes the call.
    pub fn run(&self, stdin: &[u8]) -> Out {
        let mut command = if self.before.is_empty() && self.after.is_empty() {
            Command::new(binary())
        } else {
            let mut shell = Command::new("/bin/bash");
            shell
                .arg("-c")
                .arg(format!("{}exec {} \"$@\"{}", self.before, shell_quote(&binary()), self.after))
                .arg("sh");
            shell
        };
        command.args(&self.args).current_dir(&self.folder).isolated(&self.home);
        command.envs(self.set.iter().cloned());
        for key in &self.unset {
            command.env_remove(key);
        }
        run(&mut command, stdin)
    }
}
