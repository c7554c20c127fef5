//! Runs one command apart from the machine's settings, and not for ever.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// No command of a test takes longer; one that does hangs, and is a failure rather than a slow success.
const WATCHDOG: Duration = Duration::from_secs(120);

/// What a command left behind.
#[derive(Debug)]
pub struct Out {
    /// The exit code; `None` after a signal.
    pub code: Option<i32>,
    /// All of standard output.
    pub stdout: Vec<u8>,
    /// All of standard error.
    pub stderr: Vec<u8>,
}

impl Out {
    /// Standard output as text, without the last line end.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).trim_end_matches('\n').to_owned()
    }

    /// Both streams as text, for a message and for checks that hold for either.
    pub fn both(&self) -> String {
        format!("{}{}", String::from_utf8_lossy(&self.stdout), String::from_utf8_lossy(&self.stderr))
    }
}

/// Gives commands an environment that holds nothing of the machine's but `PATH`.
pub trait Isolation {
    /// Clears the environment and sets what git needs to be deterministic, with `home` as the home directory.
    fn isolated(&mut self, home: &Path) -> &mut Self;
}

impl Isolation for Command {
    fn isolated(&mut self, home: &Path) -> &mut Self {
        let path = std::env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into());
        self.env_clear().env("PATH", path).env("HOME", home).env("TMPDIR", home);
        for (key, value) in [
            ("LC_ALL", "C"),
            ("TZ", "UTC"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_AUTHOR_NAME", "Ada Example"),
            ("GIT_AUTHOR_EMAIL", "ada@example.com"),
            ("GIT_COMMITTER_NAME", "Ada Example"),
            ("GIT_COMMITTER_EMAIL", "ada@example.com"),
            ("GIT_AUTHOR_DATE", "1750000000 +0000"),
            ("GIT_COMMITTER_DATE", "1750000000 +0000"),
            // Nothing here outlives the test: no need to wait for the disk.
            ("GIT_TEST_FSYNC", "false"),
        ] {
            self.env(key, value);
        }
        self
    }
}

/// Runs `command` with `stdin`, to its end or to the watchdog's, which is a failed test.
pub fn run(command: &mut Command, stdin: &[u8]) -> Out {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    let mut input = child.stdin.take().unwrap();
    let bytes = stdin.to_vec();
    // A child that does not read its input is no error here; the test looks at what the child did instead.
    thread::spawn(move || drop(input.write_all(&bytes)));
    let stdout = drain(child.stdout.take().unwrap());
    let stderr = drain(child.stderr.take().unwrap());
    let started = Instant::now();
    let mut nap = Duration::from_micros(200);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > WATCHDOG {
            child.kill().unwrap();
            panic!("{command:?} did not end within {WATCHDOG:?}");
        }
        thread::sleep(nap);
        nap = (nap * 2).min(Duration::from_millis(5));
    };
    let wait = |receiver: mpsc::Receiver<Vec<u8>>| {
        receiver
            .recv_timeout(WATCHDOG)
            .unwrap_or_else(|_| panic!("{command:?} left a child that holds its output open"))
    };
    Out { code: status.code(), stdout: wait(stdout), stderr: wait(stderr) }
}

fn drain(mut stream: impl Read + Send + 'static) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if stream.read_to_end(&mut bytes).is_ok() {
            drop(sender.send(bytes));
        }
    });
    receiver
}
