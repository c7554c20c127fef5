//! One command, run often enough to be measured: wall time, processor time of it and all its children, peak memory.
//!
//! The benchmark calls itself for each measurement (`--measure`), because the system adds up the time and the memory of
//! ended children for a process and tells it nothing about a single one.

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// The word by which the benchmark calls itself.
pub const MEASURE: &str = "--measure";
/// A command is repeated until it has run for so many seconds, so that milliseconds can be told apart.
const LONG_ENOUGH: f64 = 0.2;
/// And no more often than this.
const MOST_OFTEN: f64 = 40.0;

/// A command, where it runs and what it reads.
#[derive(Clone, Debug)]
pub struct Job {
    pub program: PathBuf,
    pub args: Vec<OsString>,
    pub dir: PathBuf,
    pub env: Vec<(String, OsString)>,
    pub stdin: Option<PathBuf>,
}

/// What one run cost, in seconds and bytes.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    pub wall: f64,
    pub cpu: f64,
    pub memory: u64,
    /// Exit status of the last run; a signal has none.
    pub status: Option<i32>,
}

impl Job {
    /// `program` with `args` in `dir`.
    pub fn new<A: Into<OsString>>(program: impl Into<PathBuf>, dir: &Path, args: impl IntoIterator<Item = A>) -> Self {
        Self {
            program: program.into(),
            args: args.into_iter().map(Into::into).collect(),
            dir: dir.to_owned(),
            env: Vec::new(),
            stdin: None,
        }
    }

    /// A line of shell.
    pub fn shell(line: &str, dir: &Path) -> Self {
        Self::new("sh", dir, ["-c", line])
    }

    pub fn reading(mut self, input: &Path) -> Self {
        self.stdin = Some(input.to_owned());
        self
    }

    pub fn with_env(mut self, env: &[(String, OsString)]) -> Self {
        self.env.extend_from_slice(env);
        self
    }

    /// The command in an environment of its own: no user's configuration, no policy of this machine's user.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args);
        self.surround(&mut command);
        command
    }

    fn surround(&self, command: &mut Command) {
        command.current_dir(&self.dir).stdin(
            self.stdin
                .as_ref()
                .map_or_else(Stdio::null, |path| Stdio::from(File::open(path).expect("the input of the command"))),
        );
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(name);
            }
        }
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").env("HOME", "/nonexistent");
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
    }

    /// Runs it once and gives everything that it printed.
    pub fn output(&self) -> (Option<i32>, String) {
        let output = self.command().output().expect("the command runs");
        let text = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&text).into_owned())
    }

    /// Runs it `times` times in a row and gives the mean.
    pub fn measure(&self, times: usize) -> Sample {
        let own = std::env::current_exe().expect("the benchmark knows itself");
        let mut command = Command::new(own);
        command.arg(MEASURE).arg(times.to_string());
        command.arg(self.stdin.as_deref().unwrap_or(Path::new("/dev/null"))).arg(&self.program).args(&self.args);
        self.surround(&mut command);
        let output = command.output().expect("the benchmark runs itself");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let words: Vec<&str> = text.split_whitespace().collect();
        let [wall, cpu, memory, status] = words.as_slice() else {
            panic!("{:?}: {}", self.program, String::from_utf8_lossy(&output.stderr))
        };
        Sample {
            wall: wall.parse().expect("seconds"),
            cpu: cpu.parse().expect("seconds"),
            memory: memory.parse().expect("bytes"),
            status: status.parse().ok(),
        }
    }

    /// How often it has to run to be measured, judged by one run that also warms the caches.
    pub fn times(&self) -> (usize, Sample) {
        let first = self.measure(1);
        ((LONG_ENOUGH / first.wall.max(1e-4)).clamp(1.0, MOST_OFTEN) as usize, first)
    }
}

/// The called benchmark's side: `--measure TIMES STDIN PROGRAM ARG…`.
pub fn serve(mut args: impl Iterator<Item = OsString>) {
    let times: usize = args.next().and_then(|it| it.into_string().ok()?.parse().ok()).expect("how often");
    let (stdin, program) = (args.next().expect("an input"), args.next().expect("a program"));
    let args: Vec<OsString> = args.collect();
    let start = Instant::now();
    let mut status = None;
    for _ in 0..times {
        let input = File::open(&stdin).expect("the input");
        let mut command = Command::new(&program);
        command.args(&args).stdin(input).stdout(Stdio::null()).stderr(Stdio::null());
        status = command.status().expect("the program runs").code();
    }
    let wall = start.elapsed().as_secs_f64() / times as f64;
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the system's count");
    let cpu = (usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64 / 1e6;
    let status = status.map_or("signal".to_owned(), |code| code.to_string());
    println!("{wall} {} {} {status}", cpu / times as f64, usage.max_rss() * 1024);
}

/// The least, the one in the middle and the greatest.
pub fn spread(values: impl Iterator<Item = f64>) -> (f64, f64, f64) {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let at = |n: usize| values.get(n).copied().unwrap_or(f64::NAN);
    (at(0), at(values.len() / 2), at(values.len().saturating_sub(1)))
}
