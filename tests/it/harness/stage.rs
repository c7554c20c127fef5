//! A server and a work tree that knows it, with some common past: where a case begins.

use super::{Hook, Payload, Pushed, Server, Work, run};
use std::path::Path;
use tempfile::TempDir;

/// A server with the hook installed and a work tree whose `main` it already has.
pub struct Stage {
    home: TempDir,
    /// Where is pushed to.
    pub server: Server,
    /// Where is pushed from.
    pub work: Work,
}

impl Stage {
    /// A plain bare server.
    pub fn new() -> Self {
        Self::with("server.git", &[], &[])
    }

    /// A server that does not hold a single commit.
    pub fn empty() -> Self {
        Self::bare_minimum("server.git", &[], &[])
    }

    /// A server called `name`, both sides made with their options for `git init`.
    pub fn with(name: &str, server: &[&str], work: &[&str]) -> Self {
        let stage = Self::bare_minimum(name, server, work);
        stage.work.write("README.md", "# A project\n\nIt does what it does.\n");
        stage.work.write("conf/app.ini", (1..=20).map(|n| format!("setting{n} = {n}\n")).collect::<String>());
        stage.work.commit("Begin");
        stage.publish("main");
        stage
    }

    /// A server with a work tree of its own whose branch is still to be born.
    pub fn empty_with_work_tree() -> Self {
        Self::bare_minimum("server", &["--not-bare"], &[])
    }

    fn bare_minimum(name: &str, server: &[&str], work: &[&str]) -> Self {
        let home = TempDir::new().unwrap();
        let server = Server::init(home.path(), name, server);
        let work = Work::init(home.path(), "work", server.path(), work);
        server.install(Hook::Shim);
        Self { home, server, work }
    }

    /// The test's own folder.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Pushes `refs` while the hook is off: what the server has had since before there was a gate.
    pub fn publish(&self, refs: &str) -> &Self {
        self.server.install(Hook::Off);
        self.work.run(&format!("push -q --force origin {refs}"));
        self.server.install(Hook::Shim);
        self
    }

    /// Pushes for good, with the words after `git push`.
    pub fn push(&self, words: &str) -> Pushed {
        words.push(self)
    }

    /// Runs git in `work` with `words` and measures it as a push.
    pub fn push_from(&self, work: &Work, words: &[&str]) -> Pushed {
        let before = self.server.snapshot();
        let out = run(&mut work.command(words), b"");
        Pushed::new(&out, &self.server, before)
    }

    /// The same server with another work tree.
    pub fn with_work(self, work: Work) -> Self {
        Self { work, ..self }
    }

    /// Another clone of the server, for a second pusher.
    pub fn clone_as(&self, name: &str, options: &[&str]) -> Work {
        let path = self.home.path().join(name);
        let url = format!("file://{}", self.server.path().display());
        let mut args = vec!["clone", "-q", "--template="];
        args.extend_from_slice(options);
        args.extend_from_slice(&[&url, path.to_str().unwrap()]);
        self.work.git(&args);
        Work::at(self.home.path(), &path)
    }
}

/// What a case ends with: what is to be pushed, or a push already made.
pub trait Push {
    /// Makes the push from `stage`.
    fn push(self, stage: &Stage) -> Pushed;
}

impl Push for () {
    fn push(self, stage: &Stage) -> Pushed {
        "origin HEAD:refs/heads/main".push(stage)
    }
}

impl Push for &str {
    fn push(self, stage: &Stage) -> Pushed {
        let mut words = vec!["push"];
        words.extend(self.split_whitespace());
        stage.push_from(&stage.work, &words)
    }
}

impl Push for String {
    fn push(self, stage: &Stage) -> Pushed {
        self.as_str().push(stage)
    }
}

impl Push for Pushed {
    fn push(self, _: &Stage) -> Pushed {
        self
    }
}

/// Prepares and pushes twice on a plain server: the benign twin must land, the leak must be refused.
pub fn twin<P: Push>(name: &str, prepare: impl Fn(&Stage, &Payload) -> P) {
    twin_on(name, Stage::new, prepare);
}

/// As [`twin`], on the stages that `stage` sets up.
pub fn twin_on<P: Push>(name: &str, stage: impl Fn() -> Stage, prepare: impl Fn(&Stage, &Payload) -> P) {
    for leaking in [false, true] {
        let payload = Payload::new(name, leaking);
        let stage = stage();
        let pushed = prepare(&stage, &payload).push(&stage);
        if leaking {
            pushed.refused(&payload);
        } else {
            assert_eq!(pushed.hook_code, Some(0), "the hook did not accept the benign twin:\n{}", pushed.stderr);
            pushed.accepted();
        }
    }
}
