//! `leakgate doctor`: what git would really run in a repository, and whether the gate there is shut.
//!
//! Apart from the gate because it answers another question. The gate judges a push; whether git ever asks the gate is
//! decided by a file's mode, a link's target and four layers of configuration, and git says nothing when the answer is
//! no. Doctor looks at exactly those, and with [`Probe::Push`] it tries.
//!
//! *Invariant:* doctor is the one place that starts processes (git, the hook's binary). It is never a hook, so nothing
//! that a pusher controls runs it.

mod canary;
mod config_hook;
mod git;
mod hook;
mod remotes;
mod repository;
mod scratch;
mod sheet;
mod shim;
mod store;
mod token;

use crate::text::printable;
use git::Git;
use repository::Repository;
use sheet::Sheet;
use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

/// What to examine, and how far to go.
#[derive(Debug, Clone)]
pub struct Options {
    /// The repositories; none means the one of the current directory.
    pub repos: Vec<PathBuf>,
    /// Whether to try a push.
    pub probe: Probe,
}

/// How far an examination goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// Only read.
    Look,
    /// Also push a planted token to each server repository, which must be refused, and then a clean commit.
    Push,
}

/// A policy file in force for a repository, as the caller found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFile {
    /// Where it is.
    pub path: PathBuf,
    /// Why it cannot be used, if it cannot.
    pub fault: Option<String>,
    /// What becomes of pushes meanwhile.
    pub then: &'static str,
    /// A setting of git's that must be true for what the file switches on.
    pub wants: Option<&'static str>,
}

/// What pre-push would say about a remote, as the caller found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// A push may go there, and what it is.
    Open(String),
    /// A push is refused, and why.
    Closed(String),
}

/// What only the caller knows: it reads policies.
#[derive(Clone, Copy)]
pub struct Answers<'a> {
    /// The policy files in force for a git directory.
    pub policy: &'a dyn Fn(&Path) -> Vec<PolicyFile>,
    /// What they say about a push from the git directory to a URL, in the work tree's folder.
    pub remote: &'a dyn Fn(&Path, &Path, &OsStr) -> Way,
}

/// The result of an examination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Health {
    /// No problem was found.
    Healthy,
    /// At least one problem was found and printed.
    Unhealthy,
}

/// Why doctor could not look.
#[derive(Debug, thiserror::Error)]
pub enum DoctorError {
    /// git could not be started.
    #[error("cannot run git")]
    Git(#[source] std::io::Error),
    /// The report could not be printed.
    #[error("cannot write the report")]
    Write(#[from] std::io::Error),
    /// There is no place for the canary's clone.
    #[error("cannot make a scratch directory for the canary push")]
    Scratch(#[source] std::io::Error),
    /// git made no commit for the canary.
    #[error("cannot make the canary's commit: {0}")]
    Commit(String),
    /// Some repositories could not be opened; the others were examined.
    #[error("could not look into {0} of the repositories")]
    Blind(usize),
}

/// Examines each repository and prints what was found to `out`.
///
/// # Errors
/// When git cannot be started, `out` cannot be written, or a repository cannot be opened (after all others are done).
pub fn run(options: &Options, answers: Answers<'_>, out: &mut dyn Write) -> Result<Health, DoctorError> {
    let here = [PathBuf::from(".")];
    let repos = if options.repos.is_empty() { &here[..] } else { &options.repos[..] };
    let mut sheet = Sheet::new(out);
    let mut blind = 0;
    for path in repos {
        let Some(repo) = Repository::open(path, &mut sheet)? else {
            blind += 1;
            continue;
        };
        examine(&repo, options.probe, answers, &mut sheet)?;
    }
    if blind > 0 {
        return Err(DoctorError::Blind(blind));
    }
    Ok(if sheet.problems() == 0 { Health::Healthy } else { Health::Unhealthy })
}

fn examine(repo: &Repository, probe: Probe, answers: Answers<'_>, sheet: &mut Sheet<'_>) -> Result<(), DoctorError> {
    repo.describe(sheet)?;
    let config = config_hook::read(repo, sheet)?;
    for duty in repo.duties() {
        hook::examine(repo, duty, &config, sheet)?;
    }
    policies(&(answers.policy)(&repo.common_dir), &repo.git, sheet)?;
    remotes::examine(repo, answers.remote, sheet)?;
    store::examine(repo, sheet)?;
    match probe {
        Probe::Look => Ok(()),
        Probe::Push => canary::prove(repo, sheet),
    }
}

fn policies(files: &[PolicyFile], git: &Git, sheet: &mut Sheet<'_>) -> Result<(), DoctorError> {
    if files.is_empty() {
        sheet.good("policy: the built-in one")?;
    }
    for PolicyFile { path, fault, then, wants } in files {
        let path = show(path);
        match fault {
            None => sheet.good(&format!("policy: {path}"))?,
            Some(fault) => {
                sheet.problem(&format!("policy {path}: {}: {then}", printable(fault.as_bytes())), "correct the file")?
            }
        }
        if let Some(key) = wants
            && git.value(&["config", "--type=bool", "--get", key])?.as_deref() != Some(b"true")
        {
            let remedy = format!("git config --system {key} true");
            sheet
                .problem(&format!("policy {path}: git does not take push options, so no code can be given"), &remedy)?;
        }
    }
    Ok(())
}

/// A path for people.
fn show(path: &Path) -> String {
    printable(path.as_os_str().as_bytes())
}

/// A path as one word of shell source, for commands that people copy.
fn quoted(path: &Path) -> String {
    let shown = show(path);
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@%:".contains(c);
    if shown.chars().all(plain) { shown } else { format!("'{}'", shown.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bare repository whose pre-receive names a gate of `body`, and what doctor says about it.
    struct Server {
        dir: tempfile::TempDir,
    }

    fn answers(policy: &dyn Fn(&Path) -> Vec<PolicyFile>) -> Answers<'_> {
        Answers { policy, remote: &|_, _, _| Way::Closed("nobody asks".to_owned()) }
    }

    /// Refuses what holds a token, as leakgate does.
    const GATE: &str = "while read -r old new ref; do\n    git show \"$new\" | grep -q 'gh[p]_' || continue\n    \
        echo 'leakgate: refused' >&2\n    exit 1\ndone\n";

    impl Server {
        fn new(body: &str) -> Self {
            let server = Self { dir: tempfile::tempdir().unwrap() };
            let hooks = server.path().join("hooks");
            let git = Git::at(server.dir.path());
            assert!(git.ask(&["init", "-q", "--bare", "--template=", "gate.git"]).unwrap().worked);
            std::fs::create_dir(&hooks).unwrap();
            // Said by the repository itself, so that nothing in the tester's configuration leads elsewhere.
            let git = Git::at(&server.path());
            assert!(git.ask(&["config", "core.hooksPath", hooks.to_str().unwrap()]).unwrap().worked);
            let binary = server.dir.path().join("leakgate");
            let version = "[ \"$1\" != --version ] || { echo leakgate 9; exit 0; }";
            executable(&binary, &format!("#!/bin/sh\n{version}\n{body}"));
            let shim = format!("leakgate='{}'\nexec \"$leakgate\" pre-receive \"$@\"\n", binary.display());
            executable(&hooks.join("pre-receive"), &format!("#!/bin/sh\n# leakgate shim 1\n{shim}"));
            server
        }

        fn path(&self) -> PathBuf {
            self.dir.path().join("gate.git")
        }

        fn doctor(&self, probe: Probe) -> (Health, String) {
            let mut out = Vec::new();
            let health = run(&Options { repos: vec![self.path()], probe }, answers(&|_| Vec::new()), &mut out).unwrap();
            let branches = Git::at(&self.path()).value(&["for-each-ref"]).unwrap().unwrap();
            assert!(branches.is_empty(), "the canary left a branch");
            (health, String::from_utf8(out).unwrap().split_whitespace().collect::<Vec<_>>().join(" "))
        }
    }

    /// Written by another process: a file that this one still has open for writing, in a fork of another test, does not
    /// execute.
    fn executable(path: &Path, text: &str) {
        let mut shell = std::process::Command::new("/bin/sh");
        shell.args(["-c", "printf %s \"$2\" >\"$1\" && chmod 755 \"$1\"", "sh"]).arg(path).arg(text);
        assert!(shell.status().unwrap().success());
    }

    #[test]
    fn a_shut_gate_is_proven_by_a_canary_that_leaves_no_branch() {
        let (health, said) = Server::new(GATE).doctor(Probe::Push);
        assert_eq!(health, Health::Healthy, "{said}");
        assert!(said.contains("which says: leakgate 9"), "{said}");
        assert!(said.contains("planted token was refused") && said.contains("without secrets landed"), "{said}");
    }

    #[test]
    fn an_open_gate_is_called_open_and_what_landed_is_deleted() {
        let (health, said) = Server::new("cat >/dev/null\n").doctor(Probe::Push);
        assert_eq!(health, Health::Unhealthy);
        assert!(said.contains("THE GATE IS OPEN") && said.contains("is deleted again"), "{said}");
    }

    #[test]
    fn a_gate_that_refuses_everything_or_says_nothing_is_not_called_shut() {
        let (health, said) = Server::new("echo 'leakgate: could not check' >&2\nexit 2\n").doctor(Probe::Push);
        assert_eq!(health, Health::Unhealthy);
        assert!(said.contains("without secrets was refused: leakgate: could not check"), "{said}");
        let (health, said) = Server::new("exit 1\n").doctor(Probe::Push);
        assert_eq!(health, Health::Unhealthy);
        assert!(said.contains("not because leakgate refused it"), "{said}");
    }

    #[test]
    fn a_hook_that_git_would_pass_over_is_a_problem_without_any_push() {
        let server = Server::new(GATE);
        assert_eq!(server.doctor(Probe::Look).0, Health::Healthy);
        let hook = server.path().join("hooks/pre-receive");
        std::fs::remove_file(&hook).unwrap();
        let (health, said) = server.doctor(Probe::Look);
        assert_eq!(health, Health::Unhealthy);
        assert!(said.contains("no hook: git takes every push without a word"), "{said}");
        std::os::unix::fs::symlink(server.dir.path().join("gone"), &hook).unwrap();
        let said = server.doctor(Probe::Look).1;
        assert!(said.contains("a link to ") && said.contains("gone, which is not there"), "{said}");
    }

    #[test]
    fn a_binary_that_is_gone_and_a_quarantine_left_behind_are_problems() {
        let server = Server::new(GATE);
        std::fs::remove_file(server.dir.path().join("leakgate")).unwrap();
        let quarantine = server.path().join("objects/tmp_objdir-incoming-x");
        std::fs::create_dir(&quarantine).unwrap();
        let old = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
        std::fs::File::open(&quarantine).unwrap().set_modified(old).unwrap();
        let (health, said) = server.doctor(Probe::Look);
        assert_eq!(health, Health::Unhealthy);
        assert!(said.contains("does not run (No such file") && said.contains("1 left by killed pushes"), "{said}");
    }

    #[test]
    fn a_policy_that_cannot_be_read_is_a_problem_and_a_place_without_a_repository_an_error() {
        let server = Server::new(GATE);
        let bad = |_: &Path| {
            vec![PolicyFile {
                path: "/etc/x.toml".into(),
                fault: Some("line 3".to_owned()),
                then: "every push is refused",
                wants: None,
            }]
        };
        let options = Options { repos: vec![server.path()], probe: Probe::Look };
        assert_eq!(run(&options, answers(&bad), &mut Vec::new()).unwrap(), Health::Unhealthy);
        let options = Options { repos: vec![server.dir.path().join("nowhere")], probe: Probe::Look };
        assert!(matches!(run(&options, answers(&bad), &mut Vec::new()), Err(DoctorError::Blind(1))));
    }

    #[test]
    fn a_path_that_a_shell_would_take_apart_is_quoted() {
        assert_eq!(quoted(Path::new("/srv/a.git")), "/srv/a.git");
        assert_eq!(quoted(Path::new("/srv/it's a.git")), "'/srv/it'\\''s a.git'");
    }
}
