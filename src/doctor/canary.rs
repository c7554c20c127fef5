//! The proof: a push with a made-up token, which must be refused, and one without, which must land.
//!
//! Both go to a branch of their own name. What lands is deleted at once; hooks that announce pushes will have seen the
//! clean one.

use super::repository::{Repository, Role};
use super::scratch::Scratch;
use super::sheet::Sheet;
use super::{DoctorError, git::Answer, git::Git, quoted, token};
use crate::text::printable;
use std::ffi::OsString;
use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

/// Settings of the user that would get between the scratch clone and the push.
const PLAIN: [&str; 14] = [
    "-c",
    "user.name=leakgate doctor",
    "-c",
    "user.email=doctor@leakgate.invalid",
    "-c",
    "commit.gpgSign=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "protocol.file.allow=always",
    "-c",
    "push.recurseSubmodules=no",
    "-c",
    "push.followTags=false",
];

/// Pushes to `repo` and prints whether its gate held.
pub fn prove(repo: &Repository, sheet: &mut Sheet<'_>) -> Result<(), DoctorError> {
    if repo.role == Role::WorkTree {
        return Ok(sheet.note("--push proves server repositories; nothing was pushed here")?);
    }
    let clone = Clone::new(repo)?;
    let planted = format!("key = \"{}\"\n", token::make()?);
    let answer = clone.push(&planted)?;
    if repo.git.ask(&["rev-parse", "-q", "--verify", &clone.branch])?.worked {
        sheet.problem(
            &format!("THE GATE IS OPEN: a push with a planted token landed as {}", clone.branch),
            &repo.install_command(),
        )?;
        return clone.delete(repo, sheet);
    }
    // The branch's own name is in what the client says; only the server's lines tell who refused.
    let ours = remarks(&answer).any(|line| line.contains("leakgate"));
    if answer.worked || !ours || !answer.stderr.contains("pre-receive hook declined") {
        let why = printable(answer.complaint().as_bytes());
        let text = format!("a push with a planted token failed, but not because leakgate refused it: {why}");
        return Ok(sheet.problem(&text, "run doctor as a user who may push here")?);
    }
    sheet.good("canary: a push with a planted token was refused")?;
    clean(repo, &clone, sheet)
}

fn clean(repo: &Repository, clone: &Clone, sheet: &mut Sheet<'_>) -> Result<(), DoctorError> {
    let answer = clone.push("nothing secret\n")?;
    if !repo.git.ask(&["rev-parse", "-q", "--verify", &clone.branch])?.worked {
        let why = printable(remarks(&answer).next().unwrap_or_else(|| answer.complaint()).as_bytes());
        // git's words for `update`, which runs after pre-receive: gitolite's refuses who came over no ssh.
        let ours = |line: &str| line.contains("leakgate") && !line.contains(&clone.branch);
        if answer.stderr.contains("(hook declined)") && !remarks(&answer).any(ours) {
            return Ok(sheet.note(&format!(
                "canary: a push without secrets passed pre-receive; update, which is not leakgate, refused it: {why}"
            ))?);
        }
        return Ok(sheet.problem(&format!("a push without secrets was refused: {why}"), "see what leakgate says")?);
    }
    sheet.good("canary: a push without secrets landed")?;
    clone.delete(repo, sheet)
}

/// The lines that the server said.
fn remarks(answer: &Answer) -> impl Iterator<Item = &str> {
    let lines = answer.stderr.lines().filter_map(|line| line.strip_prefix("remote:"));
    lines.map(str::trim).filter(|line| !line.is_empty())
}

/// A scratch repository that pushes to one branch of `url`.
struct Clone {
    scratch: Scratch,
    git: Git,
    url: OsString,
    branch: String,
}

impl Clone {
    fn new(repo: &Repository) -> Result<Self, DoctorError> {
        let scratch = Scratch::new()?;
        let git = Git::at(scratch.path());
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let branch = format!("refs/heads/leakgate-canary-{}-{now}", std::process::id());
        let clone = Self { scratch, git, url: repo.common_dir.clone().into(), branch };
        let format = repo.text(&["rev-parse", "--show-object-format"])?.unwrap_or_else(|| "sha1".to_owned());
        let format = format!("--object-format={format}");
        clone.must(&["init", "-q", "--template=", &format])?;
        Ok(clone)
    }

    /// Commits `text` as the only file of a new root commit and pushes it.
    fn push(&self, text: &str) -> Result<Answer, DoctorError> {
        let head = format!("refs/heads/{}", text.len());
        fs::write(self.scratch.path().join("canary.txt"), text).map_err(DoctorError::Scratch)?;
        self.must(&["symbolic-ref", "HEAD", &head])?;
        self.must(&["add", "-f", "canary.txt"])?;
        self.must(&["commit", "-q", "--no-verify", "-m", "leakgate doctor: a canary, to be deleted"])?;
        let mut args: Vec<OsString> = PLAIN.iter().map(OsString::from).collect();
        args.extend(["push", "-q", "--no-verify", "--no-signed"].map(OsString::from));
        args.push(self.url.clone());
        args.push(format!("HEAD:{}", self.branch).into());
        self.git.ask(&args)
    }

    fn must(&self, args: &[&str]) -> Result<(), DoctorError> {
        let answer = self.git.ask(&[&PLAIN[..], args].concat())?;
        if answer.worked { Ok(()) } else { Err(DoctorError::Commit(printable(answer.complaint().as_bytes()))) }
    }

    fn delete(&self, repo: &Repository, sheet: &mut Sheet<'_>) -> Result<(), DoctorError> {
        if repo.git.ask(&["update-ref", "-d", &self.branch])?.worked {
            return Ok(sheet.note(&format!("canary: {} is deleted again", self.branch))?);
        }
        let remedy = format!("git -C {} update-ref -d {}", quoted(&repo.common_dir), self.branch);
        Ok(sheet.problem(&format!("canary: {} could not be deleted", self.branch), &remedy)?)
    }
}
