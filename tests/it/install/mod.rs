//! `install.sh`, run as a person runs it, in scratch homes: what it sets up, what it keeps, what it puts back.
//!
//! Apart from the other tests because the thing under test is a shell script and the hooks that it writes; the binary is
//! only what they call.
//!
//! *Invariant:* no user's configuration is read or written: `HOME`, git's global file and the prefix lie in a temporary
//! directory, and the system file is switched off.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

mod chaining;
mod failing;
mod targets;

const LOCAL: [&str; 4] = ["pre-commit", "pre-merge-commit", "commit-msg", "pre-push"];
/// Accepts everything, as a gate must not.
const ACCEPTS_ALL: &str = "#!/bin/sh\necho leakgate\ncat >/dev/null\nexit 0\n";
/// Refuses everything, as a gate must not either.
const REFUSES_ALL: &str = "#!/bin/sh\n[ \"$1\" != --version ] || exit 0\nexit 2\n";

/// What a command did.
struct Outcome {
    code: i32,
    text: String,
}

impl Outcome {
    #[track_caller]
    fn worked(self) -> Self {
        assert_eq!(self.code, 0, "{}", self.text);
        self
    }

    #[track_caller]
    fn failed(self) -> Self {
        assert_ne!(self.code, 0, "{}", self.text);
        self
    }

    #[track_caller]
    fn says(self, words: &str) -> Self {
        assert!(self.text.contains(words), "expected {words:?} in:\n{}", self.text);
        self
    }
}

/// A home of its own, with repositories and a prefix below it.
struct Home {
    dir: TempDir,
}

impl Home {
    fn new() -> Self {
        let home = Self { dir: tempfile::tempdir().unwrap() };
        fs::write(
            home.path(".gitconfig"),
            "[user]\n name = Test\n email = test@example.invalid\n[init]\n defaultBranch = main\n",
        )
        .unwrap();
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn binary(&self) -> PathBuf {
        self.path("prefix/bin/leakgate")
    }

    fn run(&self, command: &mut Command) -> Outcome {
        for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "XDG_CONFIG_HOME"] {
            if command.get_envs().all(|(set, _)| set != name) {
                command.env_remove(name);
            }
        }
        let output = command
            .env("HOME", self.dir.path())
            .env("GIT_CONFIG_GLOBAL", self.path(".gitconfig"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        Outcome { code: output.status.code().unwrap_or(-1), text: String::from_utf8_lossy(&text).into_owned() }
    }

    fn git(&self, repo: &Path, args: &[&str]) -> Outcome {
        self.run(Command::new("git").arg("-C").arg(repo).args(args))
    }

    fn work_tree(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        self.run(Command::new("git").args(["init", "-q"]).arg(&path)).worked();
        path
    }

    fn server(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        self.run(Command::new("git").args(["init", "-q", "--bare"]).arg(&path)).worked();
        path
    }

    /// `install.sh --prefix PREFIX ARGS… TARGETS…`
    fn script(&self, args: &[&str], targets: &[&Path]) -> Command {
        let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/install.sh"));
        command.arg("--prefix").arg(self.path("prefix")).args(args).args(targets);
        command
    }

    fn install(&self, args: &[&str], targets: &[&Path]) -> Outcome {
        let bin = ["--bin", env!("CARGO_BIN_EXE_leakgate")];
        self.run(&mut self.script(&[&bin, args].concat(), targets))
    }

    fn uninstall(&self, args: &[&str], targets: &[&Path]) -> Outcome {
        self.run(&mut self.script(&[&["--uninstall"], args].concat(), targets))
    }

    /// Commits a file with `text`, past the hooks when `flags` say so.
    fn commit(&self, repo: &Path, text: &str, flags: &[&str]) -> Outcome {
        fs::write(repo.join("settings.txt"), format!("key = \"{text}\"\n")).unwrap();
        self.git(repo, &["add", "settings.txt"]).worked();
        self.git(repo, &[&["commit", "-q", "-m", "settings"], flags].concat())
    }

    /// Pushes one commit with `text` to a new branch of `server`; whether the branch is there afterwards is the answer.
    fn push(&self, server: &Path, text: &str) -> (bool, String) {
        let client = tempfile::tempdir_in(self.dir.path()).unwrap();
        self.git(client.path(), &["init", "-q"]).worked();
        self.commit(client.path(), text, &["--no-verify"]).worked();
        let branch = format!("refs/heads/b{}", random(9));
        let url = server.to_str().unwrap();
        let said = self.git(client.path(), &["push", "--no-verify", url, &format!("HEAD:{branch}")]);
        let landed = self.git(server, &["rev-parse", "-q", "--verify", &branch]).code == 0;
        assert_eq!(landed, said.code == 0, "{}", said.text);
        (landed, said.text)
    }

    #[track_caller]
    fn assert_gated(&self, server: &Path) {
        let (landed, text) = self.push(server, &token());
        assert!(!landed && text.contains("pre-receive hook declined"), "{text}");
        let (landed, text) = self.push(server, "nothing secret");
        assert!(landed, "{text}");
    }

    #[track_caller]
    fn assert_open(&self, server: &Path) {
        assert!(self.push(server, &token()).0);
    }
}

/// `len` letters and digits that no two calls share.
fn random(len: usize) -> String {
    use std::hash::{BuildHasher as _, RandomState};
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    let digits = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    (0..len).map(|i| char::from(digits[(RandomState::new().hash_one((now, i)) % 62) as usize])).collect()
}

/// A token as GitHub makes them, checksum (CRC-32 in base 62) included, made up on the spot.
fn token() -> String {
    let body = random(30);
    let mut crc = u32::MAX;
    for byte in body.bytes() {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    let digits = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rest = !crc;
    let mut sum = Vec::new();
    for _ in 0..6 {
        sum.push(digits[(rest % 62) as usize]);
        rest /= 62;
    }
    sum.reverse();
    format!("ghp_{body}{}", String::from_utf8(sum).unwrap())
}

/// Written by another process: a file that this one still has open for writing, in a fork of another test, does not
/// execute.
fn script_file(path: &Path, text: &str, mode: u32) {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "printf %s \"$2\" >\"$1\" && chmod \"$3\" \"$1\"", "sh"]).arg(path).arg(text);
    assert!(shell.arg(format!("{mode:o}")).status().unwrap().success());
}

fn kept(hook: &Path) -> PathBuf {
    let mut name = hook.to_path_buf().into_os_string();
    name.push(".leakgate-kept");
    name.into()
}

#[track_caller]
fn assert_shim(hook: &Path) {
    let meta = fs::symlink_metadata(hook).unwrap();
    assert!(meta.is_file(), "{} is not a regular file", hook.display());
    assert_eq!(meta.mode() & 0o777, 0o755);
    assert!(fs::read_to_string(hook).unwrap().starts_with("#!/bin/sh\n# leakgate shim 1\n"));
}

/// Names, modes, link targets and contents of everything in `dir`, by which two states of it can be compared.
fn listing(dir: &Path) -> Vec<String> {
    let mut all: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let meta = fs::symlink_metadata(&path).unwrap();
            let what = match fs::read_link(&path) {
                Ok(target) => format!("-> {}", target.display()),
                Err(_) if meta.is_dir() => "a directory".to_owned(),
                Err(_) => String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned(),
            };
            format!("{} {:o} {what}", path.display(), meta.mode())
        })
        .collect();
    all.sort();
    all
}
