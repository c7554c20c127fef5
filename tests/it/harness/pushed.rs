//! A push that has happened: what the pusher saw and what the server kept.

use super::{Out, Payload, Server, Snapshot, check_text};

/// One push, measured on both sides.
#[derive(Debug)]
pub struct Pushed {
    /// `git push`'s exit code.
    pub code: Option<i32>,
    /// The hook's exit code, where a shim could note it.
    pub hook_code: Option<i32>,
    /// What the hook said: the lines after `remote: `, without git's padding.
    pub remote: Vec<u8>,
    /// Standard output of `git push`.
    pub stdout: String,
    /// Standard error of `git push`.
    pub stderr: String,
    /// The server before.
    pub before: Snapshot,
    /// The server after.
    pub after: Snapshot,
    /// What `git fsck` complains about afterwards; empty when all is well or nobody asked.
    pub fsck: String,
}

impl Pushed {
    /// Puts together what `push` reported and how `server` stands now.
    pub fn new(out: &Out, server: &Server, before: Snapshot) -> Self {
        let after = server.snapshot();
        Self {
            code: out.code,
            hook_code: server.take_code(),
            remote: remote_lines(&out.stderr),
            stdout: String::from_utf8_lossy(&out.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&out.stderr).into_owned(),
            fsck: if out.code == Some(0) { String::new() } else { fsck(server) },
            before,
            after,
        }
    }

    /// The hook's text, for reading.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.remote).into_owned()
    }

    /// Fails unless the push landed without a word from the hook.
    pub fn accepted(&self) -> &Self {
        assert_eq!(self.code, Some(0), "a push that should land was refused:\n{}", self.stderr);
        assert!(matches!(self.hook_code, Some(0) | None), "the hook ended with {:?}", self.hook_code);
        assert_eq!(self.text(), "", "an accepting hook says nothing");
        assert!(self.after.leftovers.is_empty(), "left behind: {:?}", self.after.leftovers);
        self
    }

    /// Fails unless the push was refused for what was found in it, with a text fit to be shown.
    pub fn refused(&self, payload: &Payload) -> &Self {
        self.stopped_with(1, payload);
        for name in payload.names() {
            assert!(self.shows(&name), "the refusal does not name {name:?}:\n{}", self.stderr);
        }
        self
    }

    /// As [`Self::refused`], naming `what` besides.
    pub fn refused_naming(&self, payload: &Payload, what: &str) -> &Self {
        self.refused(payload);
        assert!(self.shows(what), "the refusal does not name {what:?}:\n{}", self.stderr);
        self
    }

    /// Fails unless the push was stopped because it could not be judged.
    pub fn undecided(&self, payload: &Payload) -> &Self {
        self.stopped_with(2, payload)
    }

    /// Fails unless the push was stopped, for whichever of the two reasons.
    pub fn stopped(&self, payload: &Payload) -> &Self {
        self.stopped_with(self.hook_code.unwrap_or(1), payload)
    }

    fn stopped_with(&self, code: i32, payload: &Payload) -> &Self {
        if let Err(why) = self.check_stopped(code, &payload.secrets()) {
            panic!("{why}\n--- git push said:\n{}{}", self.stdout, self.stderr);
        }
        self
    }

    /// Says what is wrong with this push as one that the hook stopped with `code`.
    pub fn check_stopped(&self, code: i32, secrets: &[String]) -> Result<(), String> {
        if self.code == Some(0) {
            return Err("the push landed".into());
        }
        if self.hook_code.is_some_and(|noted| noted != code) {
            return Err(format!("the hook ended with {:?} instead of {code}", self.hook_code));
        }
        if !self.stderr.contains("hook declined") && !self.stdout.contains("hook declined") {
            return Err("not the hook stopped the push".into());
        }
        if self.before.refs != self.after.refs {
            return Err("a reference moved".into());
        }
        if let Some(new) = self.after.objects.difference(&self.before.objects).next() {
            return Err(format!("the server kept {}", new.display()));
        }
        if !self.after.leftovers.is_empty() {
            return Err(format!("left behind: {:?}", self.after.leftovers));
        }
        if !self.fsck.is_empty() {
            return Err(format!("git fsck: {}", self.fsck));
        }
        if self.remote.trim_ascii().is_empty() {
            return Err("the hook gave no reason".into());
        }
        check_text(&self.remote, secrets)
    }

    /// True when the hook's text shows `what`, be it broken over lines.
    pub fn shows(&self, what: &str) -> bool {
        let text = self.text();
        let squeeze = |text: &str| text.split_whitespace().collect::<String>();
        text.contains(what) || squeeze(&text).contains(&squeeze(what))
    }
}

/// The lines that git marks as the server's, without the eight blanks that it appends where there is no terminal.
fn remote_lines(stderr: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    for line in stderr.split(|byte| *byte == b'\n') {
        let Some(line) = line.strip_prefix(b"remote: ").or_else(|| line.strip_prefix(b"remote:")) else { continue };
        text.extend_from_slice(line.strip_suffix(b"        ").unwrap_or(line));
        text.push(b'\n');
    }
    text
}

fn fsck(server: &Server) -> String {
    let out = server.try_git(&["-c", "core.commitGraph=false", "fsck", "--connectivity-only", "--no-dangling"], b"");
    if out.code == Some(0) { String::new() } else { out.both() }
}
