//! A repository as git finds it: where it is, what it is for, and where its hooks are looked up.

use super::git::Git;
use super::sheet::Sheet;
use super::{DoctorError, quoted, show};
use crate::text::printable;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

/// An opened repository.
pub struct Repository {
    /// The name it was asked for by, made absolute.
    pub path: PathBuf,
    /// The directory that hooks are started in: the git directory, or the top of the work tree.
    pub top: PathBuf,
    /// The git directory that all its work trees share.
    pub common_dir: PathBuf,
    /// Where git looks for hooks.
    pub hooks: PathBuf,
    /// Where people push to, or where they work.
    pub role: Role,
    /// git, run in `top`.
    pub git: Git,
    /// git's version, such as (2, 47).
    pub git_version: (u32, u32),
}

/// What a repository is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A bare repository: its gate is pre-receive.
    Server,
    /// A work tree: its gates are the local hooks.
    WorkTree,
}

/// One of leakgate's hooks in one repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duty {
    /// The hook's name.
    pub name: &'static str,
    /// Whether its absence matters here.
    pub need: Need,
}

/// Whether a hook's absence matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Without it the gate is open.
    Required,
    /// Without it something smaller is missed.
    Wanted,
    /// Only looked at when it is there.
    Optional,
}

const SERVER: [Duty; 2] =
    [Duty { name: "pre-receive", need: Need::Required }, Duty { name: "update", need: Need::Optional }];
const WORK_TREE: [Duty; 5] = [
    Duty { name: "pre-commit", need: Need::Required },
    Duty { name: "pre-merge-commit", need: Need::Wanted },
    Duty { name: "commit-msg", need: Need::Required },
    Duty { name: "pre-push", need: Need::Required },
    Duty { name: "pre-receive", need: Need::Optional },
];

impl Repository {
    /// Opens the repository at `path`; one that git does not open is reported, and none.
    pub fn open(path: &Path, sheet: &mut Sheet<'_>) -> Result<Option<Self>, DoctorError> {
        let path = match std::fs::canonicalize(path) {
            Ok(path) => path,
            Err(error) => {
                sheet.title(&show(path))?;
                sheet.problem(&format!("cannot be opened: {error}"), "check the name")?;
                return Ok(None);
            }
        };
        let asked = Git::at(&path);
        let bare = asked.ask(&["rev-parse", "--is-bare-repository"])?;
        if !bare.worked {
            sheet.title(&show(&path))?;
            refused(&path, &bare.stderr, bare.complaint(), sheet)?;
            return Ok(None);
        }
        let role = if bare.stdout.starts_with(b"true") { Role::Server } else { Role::WorkTree };
        let top = match (role, asked.value(&["rev-parse", "--show-toplevel"])?) {
            (Role::WorkTree, Some(top)) => path_of(top),
            (Role::WorkTree | Role::Server, _) => ask_path(&asked, &path, "--absolute-git-dir")?,
        };
        let git = Git::at(&top);
        let common_dir = ask_path(&git, &top, "--git-common-dir")?;
        let hooks = match git.value(&["rev-parse", "--git-path", "hooks"])? {
            Some(hooks) => top.join(path_of(hooks)),
            None => common_dir.join("hooks"),
        };
        let git_version = version(&git)?;
        Ok(Some(Self { path, top, common_dir, hooks: plain(&hooks), role, git, git_version }))
    }

    /// The hooks that matter here.
    pub fn duties(&self) -> &'static [Duty] {
        match self.role {
            Role::Server => &SERVER,
            Role::WorkTree => &WORK_TREE,
        }
    }

    /// The command that sets this repository up.
    pub fn install_command(&self) -> String {
        match self.role {
            Role::Server => format!("./install.sh --server {}", quoted(&self.path)),
            Role::WorkTree => format!("./install.sh {}", quoted(&self.top)),
        }
    }

    /// Prints what it is and where its hooks are looked up.
    pub fn describe(&self, sheet: &mut Sheet<'_>) -> Result<(), DoctorError> {
        let role = match self.role {
            Role::Server => "server",
            Role::WorkTree => "work tree",
        };
        let refs = self.text(&["rev-parse", "--show-ref-format"])?.filter(|f| !f.starts_with("--"));
        let refs = refs.unwrap_or_else(|| "files".to_owned());
        let hash = self.text(&["rev-parse", "--show-object-format"])?.unwrap_or_else(|| "unknown".to_owned());
        let (major, minor) = self.git_version;
        sheet.title(&format!("{} ({role}, {refs}, {hash}, git {major}.{minor})", show(&self.path)))?;
        if refs != "files" {
            sheet.note(&format!("references are stored as {refs}: prove with --push that leakgate can read them"))?;
        }
        let hooks = show(&self.hooks);
        match self.hooks_path_origin()? {
            Some(origin) => sheet.note(&format!("hooks directory: {hooks}, by core.hooksPath from {origin}"))?,
            None => sheet.good(&format!("hooks directory: {hooks}"))?,
        }
        if !self.hooks.is_dir() {
            sheet.problem(
                &format!("{hooks} is not a directory: git runs no hook at all, and does not say so"),
                "correct core.hooksPath, or set the repository up again",
            )?;
        }
        Ok(())
    }

    /// The layer and file that set `core.hooksPath`, if any does.
    fn hooks_path_origin(&self) -> Result<Option<String>, DoctorError> {
        let args = ["config", "-z", "--show-origin", "--show-scope", "--get", "core.hooksPath"];
        let Some(value) = self.git.value(&args)? else { return Ok(None) };
        let mut fields = value.split(|&b| b == 0).map(printable);
        let (Some(scope), Some(origin)) = (fields.next(), fields.next()) else { return Ok(None) };
        Ok(Some(format!("{scope} {origin}")))
    }

    /// What git prints for `args`, for people.
    pub fn text(&self, args: &[&str]) -> Result<Option<String>, DoctorError> {
        Ok(self.git.value(args)?.map(|value| printable(&value)))
    }
}

fn refused(path: &Path, stderr: &str, complaint: &str, sheet: &mut Sheet<'_>) -> Result<(), DoctorError> {
    let said = printable(complaint.as_bytes());
    if stderr.contains("dubious ownership") {
        let command = format!("git config --global --add safe.directory {}", quoted(path));
        sheet
            .problem("belongs to another user, so git does not open it", &format!("run as its owner, or {command}"))?;
    } else {
        sheet.problem(&format!("git does not open it: {said}"), "check the name and the permissions")?;
    }
    Ok(())
}

fn ask_path(git: &Git, top: &Path, question: &str) -> Result<PathBuf, DoctorError> {
    let answer = git.value(&["rev-parse", question])?;
    Ok(answer.map_or_else(|| top.to_path_buf(), |answer| plain(&top.join(path_of(answer)))))
}

/// `path` without the `.` steps that git's relative answers bring in.
fn plain(path: &Path) -> PathBuf {
    path.components().filter(|part| *part != std::path::Component::CurDir).collect()
}

fn path_of(bytes: Vec<u8>) -> PathBuf {
    OsString::from_vec(bytes).into()
}

fn version(git: &Git) -> Result<(u32, u32), DoctorError> {
    let said = git.value(&["version"])?.unwrap_or_else(Vec::new);
    let said = String::from_utf8_lossy(&said).into_owned();
    let mut numbers = said.trim_start_matches("git version ").split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => Ok((major, minor)),
        _ => Ok((0, 0)),
    }
}
