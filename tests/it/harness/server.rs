//! A server: a repository with the hook in it, and all that can be seen of it from outside.

use super::{Call, Isolation, Out, binary, run, shell_quote};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A hook that spins outlives the push that the watchdog ends; the system ends it then.
const MOST_CPU_SECONDS: u32 = 100;

/// What stands in the server's `hooks` folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hook<'a> {
    /// None: the window before a gate is installed.
    Off,
    /// A shell file that starts the binary and notes its exit code.
    Shim,
    /// A copy of the binary under the hook's name.
    Copy,
    /// The `update` hook instead, as a shell file.
    Update,
    /// A shell script, in place of the binary.
    Script(&'a str),
}

/// A repository that is pushed to.
#[derive(Debug)]
pub struct Server {
    home: PathBuf,
    path: PathBuf,
    git_dir: PathBuf,
}

/// A server at one moment, read from its files without git's help.
#[derive(Debug, PartialEq, Eq, Clone)]
pub struct Snapshot {
    /// Every file that says where a reference points, with its content.
    pub refs: BTreeSet<(PathBuf, Vec<u8>)>,
    /// Every file of the object store.
    pub objects: BTreeSet<PathBuf>,
    /// Quarantines and other temporary things that a push should have taken along.
    pub leftovers: BTreeSet<PathBuf>,
}

impl Server {
    /// A repository at `home/name` made with `git init` and `options`; no hook yet.
    pub fn init(home: &Path, name: &str, options: &[&str]) -> Self {
        let path = home.join(name);
        let bare = !options.contains(&"--not-bare");
        let git_dir = if bare { path.clone() } else { path.join(".git") };
        let mut command = Command::new("git");
        command.isolated(home).args(["init", "-q", "--template=", "-b", "main"]);
        command.args(bare.then_some("--bare")).args(options.iter().filter(|o| **o != "--not-bare")).arg(&path);
        let out = run(&mut command, b"");
        assert_eq!(out.code, Some(0), "git init: {}", out.both());
        fs::create_dir(git_dir.join("hooks")).unwrap();
        let server = Self { home: home.into(), path, git_dir };
        server.append("config", "[core]\n\tfsync = none\n[gc]\n\tauto = 0\n[receive]\n\tdenyCurrentBranch = ignore\n");
        server
    }

    /// Where it is pushed to.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder with `objects`, `refs` and `hooks`.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// Puts `hook` in place of what was there.
    pub fn install(&self, hook: Hook<'_>) -> &Self {
        let hooks = self.git_dir.join("hooks");
        for name in ["pre-receive", "update"] {
            if hooks.join(name).exists() {
                fs::remove_file(hooks.join(name)).unwrap();
            }
        }
        let place = |name: &str, text: &str| {
            fs::write(hooks.join(name), text).unwrap();
            fs::set_permissions(hooks.join(name), fs::Permissions::from_mode(0o755)).unwrap();
        };
        let shim = |arguments: &str| {
            let (binary, note) = (shell_quote(&binary()), shell_quote(&self.note()));
            format!(
                "#!/bin/sh\nulimit -t {MOST_CPU_SECONDS}\n{binary} {arguments}\ncode=$?\necho $code >{note}\nexit $code\n"
            )
        };
        match hook {
            Hook::Off => {}
            Hook::Shim => place("pre-receive", &shim("pre-receive")),
            Hook::Update => place("update", &shim("update \"$@\"")),
            Hook::Script(script) => place("pre-receive", script),
            Hook::Copy => {
                fs::copy(binary(), hooks.join("pre-receive")).unwrap();
            }
        }
        self
    }

    /// Writes the repository's own policy.
    pub fn policy(&self, toml: &str) -> &Self {
        fs::write(self.git_dir.join("leakgate.toml"), toml).unwrap();
        self
    }

    /// Runs git in the repository and returns what it prints.
    pub fn git(&self, args: &[&str]) -> String {
        let out = self.try_git(args, b"");
        assert_eq!(out.code, Some(0), "git {args:?} on the server: {}", out.both());
        out.text()
    }

    /// Runs git in the repository, whatever comes of it.
    pub fn try_git(&self, args: &[&str], stdin: &[u8]) -> Out {
        run(
            Command::new("git")
                .isolated(&self.home)
                .arg("--git-dir")
                .arg(&self.git_dir)
                .args(args)
                .current_dir(&self.path),
            stdin,
        )
    }

    /// Sets a key of the repository's configuration.
    pub fn config(&self, key: &str, value: &str) -> &Self {
        self.git(&["config", key, value]);
        self
    }

    /// Appends to a file of the repository, making it and its folder if need be.
    pub fn append(&self, file: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.git_dir.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut bytes = if path.exists() { fs::read(&path).unwrap() } else { Vec::new() };
        bytes.extend_from_slice(text.as_ref());
        fs::write(path, bytes).unwrap();
        self
    }

    /// Prepares a call of the binary in this repository as git would make it, but without a quarantine.
    pub fn call(&self, args: &[&str]) -> Call {
        Call::new(&self.home, &self.path, args).env("GIT_DIR", self.git_dir.to_str().unwrap())
    }

    /// The exit code that the hook's last run noted; taken away by reading it.
    pub fn take_code(&self) -> Option<i32> {
        let text = fs::read_to_string(self.note()).ok()?;
        fs::remove_file(self.note()).unwrap();
        text.trim().parse().ok()
    }

    fn note(&self) -> PathBuf {
        self.home.join("hook-code")
    }

    /// The object file of `id`, if it lies loose.
    pub fn loose(&self, id: &str) -> PathBuf {
        self.git_dir.join("objects").join(&id[..2]).join(&id[2..])
    }

    /// Reads the repository's files as they are now.
    pub fn snapshot(&self) -> Snapshot {
        let mut snapshot = Snapshot { refs: BTreeSet::new(), objects: BTreeSet::new(), leftovers: BTreeSet::new() };
        for folder in ["refs", "reftable"] {
            walk(&self.git_dir, Path::new(folder), &mut |path, file| {
                snapshot.refs.insert((path.into(), fs::read(file).unwrap()));
            });
        }
        for name in ["packed-refs", "HEAD"] {
            if self.git_dir.join(name).exists() {
                snapshot.refs.insert((name.into(), fs::read(self.git_dir.join(name)).unwrap()));
            }
        }
        walk(&self.git_dir, Path::new("objects"), &mut |path, _| {
            snapshot.objects.insert(path.into());
        });
        for entry in fs::read_dir(self.git_dir.join("objects")).unwrap() {
            let name = entry.unwrap().file_name();
            if name.to_string_lossy().starts_with("tmp_") || name.to_string_lossy().starts_with("incoming") {
                snapshot.leftovers.insert(name.into());
            }
        }
        snapshot
    }
}

fn walk(root: &Path, folder: &Path, visit: &mut dyn FnMut(&Path, &Path)) {
    let Ok(entries) = fs::read_dir(root.join(folder)) else { return };
    for entry in entries {
        let entry = entry.unwrap();
        let path = folder.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() { walk(root, &path, visit) } else { visit(&path, &root.join(&path)) }
    }
}
