//! A work tree that commits are made in, also such as git's own commands would not make.

use super::{Isolation, Out, run};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

/// A repository with a work tree. Every commit is a second younger than the one before.
#[derive(Debug)]
pub struct Work {
    home: PathBuf,
    path: PathBuf,
    clock: AtomicU64,
}

impl Work {
    /// A new repository at `home/name` whose `origin` is `remote`.
    pub fn init(home: &Path, name: &str, remote: &Path, options: &[&str]) -> Self {
        let path = home.join(name);
        let work = Self { home: home.into(), path: path.clone(), clock: AtomicU64::new(1_750_000_000) };
        let mut command = Command::new("git");
        command.isolated(home).args(["init", "-q", "--template=", "-b", "main"]).args(options).arg(&path);
        assert_eq!(run(&mut command, b"").code, Some(0), "git init {}", path.display());
        let config = format!(
            "[core]\n\tfsync = none\n\teditor = true\n[gc]\n\tauto = 0\n[advice]\n\tdetachedHead = false\n[remote \"origin\"]\n\turl = {:?}\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n",
            remote.to_str().unwrap()
        );
        let file = path.join(".git/config");
        fs::write(&file, fs::read_to_string(&file).unwrap() + &config).unwrap();
        work
    }

    /// A work tree that is already there, such as a clone.
    pub fn at(home: &Path, path: &Path) -> Self {
        Self { home: home.into(), path: path.into(), clock: AtomicU64::new(1_760_000_000) }
    }

    /// The work tree's folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file, making its folders.
    pub fn write(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let file = self.path.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
        self
    }

    /// Appends to a file.
    pub fn append(&self, path: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let mut all = fs::read(self.path.join(path)).unwrap();
        all.extend_from_slice(bytes.as_ref());
        self.write(path, all)
    }

    /// A file's content.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path.join(path)).unwrap()
    }

    /// Deletes a file.
    pub fn remove(&self, path: &str) -> &Self {
        fs::remove_file(self.path.join(path)).unwrap();
        self
    }

    /// Makes a symbolic link.
    pub fn link(&self, path: &str, target: &str) -> &Self {
        let file = self.path.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        symlink(target, file).unwrap();
        self
    }

    /// Makes a file executable.
    pub fn executable(&self, path: &str) -> &Self {
        fs::set_permissions(self.path.join(path), fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    /// A git command in the work tree, with the clock moved on.
    pub fn command(&self, args: &[&str]) -> Command {
        let date = format!("{} +0000", self.clock.fetch_add(1, Ordering::Relaxed));
        let mut command = Command::new("git");
        command.isolated(&self.home).current_dir(&self.path).args(args);
        command.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        command
    }

    /// Runs git and returns what it prints; failing is a failed test.
    pub fn git(&self, args: &[&str]) -> String {
        let out = self.try_git(args);
        assert_eq!(out.code, Some(0), "git {args:?}: {}", out.both());
        out.text()
    }

    /// Runs git with the words of `line`.
    pub fn run(&self, line: &str) -> &Self {
        self.git(&line.split_whitespace().collect::<Vec<_>>());
        self
    }

    /// Runs git, whatever comes of it.
    pub fn try_git(&self, args: &[&str]) -> Out {
        run(&mut self.command(args), b"")
    }

    /// Runs git with `input` and returns what it prints.
    pub fn feed(&self, args: &[&str], input: &[u8]) -> String {
        let out = run(&mut self.command(args), input);
        assert_eq!(out.code, Some(0), "git {args:?}: {}", out.both());
        out.text()
    }

    /// Runs git with variables set.
    pub fn git_with(&self, env: &[(&str, &str)], args: &[&str]) -> String {
        let out = run(self.command(args).envs(env.iter().copied()), b"");
        assert_eq!(out.code, Some(0), "git {args:?}: {}", out.both());
        out.text()
    }

    /// Stages everything and commits it.
    pub fn commit(&self, message: &str) -> &Self {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--no-verify", "--allow-empty", "-m", message]);
        self
    }

    /// As [`Self::commit`], with variables set: names, dates.
    pub fn commit_with(&self, env: &[(&str, &str)], message: &str) -> &Self {
        self.git(&["add", "-A"]);
        self.git_with(env, &["commit", "-q", "--no-verify", "--allow-empty", "-m", message]);
        self
    }

    /// Starts the branch `name` at `start` and checks it out.
    pub fn branch(&self, name: &str, start: &str) -> &Self {
        self.git(&["checkout", "-q", "-b", name, start]);
        self
    }

    /// Checks `name` out.
    pub fn checkout(&self, name: &str) -> &Self {
        self.git(&["checkout", "-q", name]);
        self
    }

    /// Starts a branch without a past and an empty tree.
    pub fn orphan(&self, name: &str) -> &Self {
        self.git(&["checkout", "-q", "--orphan", name]);
        self.git(&["rm", "-rfq", "--ignore-unmatch", "."]);
        self
    }

    /// Merges `others` but stops before the commit, conflicts included.
    pub fn merge_uncommitted(&self, others: &[&str]) -> &Self {
        let mut args = vec!["merge", "-q", "--no-commit", "--no-ff"];
        args.extend_from_slice(others);
        let out = self.try_git(&args);
        assert!(matches!(out.code, Some(0 | 1)), "git merge: {}", out.both());
        self
    }

    /// The object id that `name` means.
    pub fn id(&self, name: &str) -> String {
        self.git(&["rev-parse", "--verify", name])
    }

    /// Writes an object as given, however wrong.
    pub fn object(&self, kind: &str, bytes: impl AsRef<[u8]>) -> String {
        self.feed(&["hash-object", "-t", kind, "--literally", "-w", "--stdin"], bytes.as_ref())
    }

    /// Writes a blob.
    pub fn blob(&self, bytes: impl AsRef<[u8]>) -> String {
        self.feed(&["hash-object", "-w", "--stdin"], bytes.as_ref())
    }

    /// Writes a tree of entries (mode, kind, id, name).
    pub fn tree(&self, entries: &[(&str, &str, &str, &[u8])]) -> String {
        let mut input = Vec::new();
        for (mode, kind, id, name) in entries {
            input.extend_from_slice(format!("{mode} {kind} {id}\t").as_bytes());
            input.extend_from_slice(name);
            input.push(0);
        }
        self.feed(&["mktree", "-z"], &input)
    }

    /// Writes a tree as given, unsorted or with names twice: entries (mode, id, name).
    pub fn raw_tree(&self, entries: &[(&str, &str, &[u8])]) -> String {
        let mut bytes = Vec::new();
        for (mode, id, name) in entries {
            bytes.extend_from_slice(mode.as_bytes());
            bytes.push(b' ');
            bytes.extend_from_slice(name);
            bytes.push(0);
            bytes.extend((0..id.len()).step_by(2).map(|at| u8::from_str_radix(&id[at..at + 2], 16).unwrap()));
        }
        self.object("tree", bytes)
    }

    /// Writes a commit of `tree` with `parents`.
    pub fn commit_tree(&self, tree: &str, parents: &[&str], message: &str) -> String {
        let mut args = vec!["commit-tree", tree, "-m", message];
        parents.iter().for_each(|parent| args.extend_from_slice(&["-p", *parent]));
        self.git(&args)
    }

    /// Writes a commit whose tree is HEAD's with the blob `bytes` at `name` besides.
    pub fn commit_file(&self, name: &[u8], bytes: impl AsRef<[u8]>, parents: &[&str]) -> String {
        let blob = self.blob(bytes);
        let tree = self.tree(&[("100644", "blob", &blob, name)]);
        self.commit_tree(&tree, parents, "Add a file by hand")
    }

    /// Feeds `git fast-import`: long histories in one process.
    pub fn import(&self, script: &[u8]) -> &Self {
        self.feed(&["fast-import", "--quiet", "--force", "--date-format=raw"], script);
        self
    }
}
