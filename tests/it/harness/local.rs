//! A work tree with local hooks, for commits and pushes that are stopped before they leave.

use super::{Out, Payload, Stage, binary, check_text, shell_quote};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

/// A stage whose work tree has the binary as its hooks; the server has none.
pub struct Local {
    /// Server and work tree.
    pub stage: Stage,
}

impl Local {
    /// Installs `hooks` in the work tree, each as a shell file that starts the binary.
    pub fn new(hooks: &[&str]) -> Self {
        let local = Self { stage: Stage::new() };
        local.stage.server.install(super::Hook::Off);
        local.install(hooks);
        local
    }

    /// As [`Self::new`], in a repository without a commit.
    pub fn unborn(hooks: &[&str]) -> Self {
        let local = Self { stage: Stage::empty() };
        local.stage.server.install(super::Hook::Off);
        local.install(hooks);
        local
    }

    fn install(&self, hooks: &[&str]) {
        let folder = self.stage.work.path().join(".git/hooks");
        fs::create_dir_all(&folder).unwrap();
        for hook in hooks {
            let note = shell_quote(&self.note());
            let text = format!(
                "#!/bin/sh\n{} {hook} \"$@\"\ncode=$?\necho $code >{note}\nexit $code\n",
                shell_quote(&binary())
            );
            fs::write(folder.join(hook), text).unwrap();
            fs::set_permissions(folder.join(hook), fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    fn note(&self) -> PathBuf {
        self.stage.home().join("local-hook-code")
    }

    /// Runs git with the words of `line` in the work tree, hooks and all.
    pub fn git(&self, line: &str) -> Done {
        self.git_args(&line.split_whitespace().collect::<Vec<_>>())
    }

    /// Runs git with `args` in the work tree, hooks and all.
    pub fn git_args(&self, args: &[&str]) -> Done {
        drop(fs::remove_file(self.note()));
        let out = self.stage.work.try_git(args);
        let hook_code = fs::read_to_string(self.note()).ok().and_then(|text| text.trim().parse().ok());
        Done { out, hook_code }
    }
}

/// A local command that has run under the hooks.
#[derive(Debug)]
pub struct Done {
    /// What git left behind.
    pub out: Out,
    /// The exit code of the last hook that ran, if one did.
    pub hook_code: Option<i32>,
}

impl Done {
    /// Fails unless a hook ran and let the command through.
    pub fn accepted(&self) -> &Self {
        assert_eq!(self.out.code, Some(0), "{}", self.out.both());
        assert_eq!(self.hook_code, Some(0), "no hook ran: {}", self.out.both());
        self
    }

    /// Fails unless a hook stopped the command for what it found, naming what the payload asks for.
    pub fn refused(&self, payload: &Payload) -> &Self {
        self.stopped_with(1, payload);
        for name in payload.names() {
            assert!(self.out.both().contains(&name), "does not name {name:?}: {}", self.out.both());
        }
        self
    }

    /// Fails unless a hook stopped the command because it could not decide.
    pub fn undecided(&self, payload: &Payload) -> &Self {
        self.stopped_with(2, payload)
    }

    fn stopped_with(&self, code: i32, payload: &Payload) -> &Self {
        assert!(!matches!(self.out.code, Some(0)), "not stopped: {}", self.out.both());
        assert_eq!(self.hook_code, Some(code), "{}", self.out.both());
        if let Err(why) = check_text(&self.out.stderr, &payload.secrets()) {
            panic!("{why}\n--- git said:\n{}", self.out.both());
        }
        self
    }

    /// Fails unless a hook stopped the command, for whatever reason, with a text fit to be shown.
    pub fn undone(&self) -> &Self {
        assert_ne!(self.out.code, Some(0), "not stopped: {}", self.out.both());
        assert!(matches!(self.hook_code, Some(1 | 2)), "{}", self.out.both());
        // git's own last words name the URL on one line, however long.
        let ours =
            self.out.stderr.split(|byte| *byte == b'\n').filter(|line| !line.starts_with(b"error: failed to push"));
        if let Err(why) = check_text(&ours.collect::<Vec<_>>().join(&b'\n'), &[]) {
            panic!("{why}\n--- git said:\n{}", self.out.both());
        }
        self
    }

    /// Refused when the payload leaks, accepted otherwise.
    pub fn judged(&self, payload: &Payload) -> &Self {
        if payload.leaks() { self.refused(payload) } else { self.accepted() }
    }
}
