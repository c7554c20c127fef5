//! Which host ssh makes of the name in a URL: `git@work:x/y` may be any host of the world.
//!
//! `ssh -G` says what the configuration comes to and connects to nothing; git itself calls whatever stands in ssh's
//! place in this way, to see whether it is OpenSSH. So the command that git would start is asked: `GIT_SSH_COMMAND`,
//! `core.sshCommand`, `GIT_SSH`, or ssh.
//!
//! *Invariant:* the one place on the way of a hook that starts processes. Only `pre-push` comes here, in the author's
//! own clone and with the author's own settings; no answer in time is an error, never the name as it stands.

use crate::hook_env::HookEnv;
use crate::text::printable;
use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::os::unix::ffi::OsStringExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// What `ssh -G` may take: it reads files, but `Match exec` in them runs commands.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most that is read of its answer, in bytes; a whole configuration takes a few thousand.
const ANSWER: u64 = 1 << 20;

/// Where ssh would connect to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The host.
    pub host: String,
    /// The port.
    pub port: Option<u16>,
}

/// Why nobody knows where ssh would connect to.
#[derive(Debug, thiserror::Error)]
pub enum SshError {
    /// The name is one that ssh would take for an option.
    #[error("the host name `{0}` is an option to ssh")]
    Option(String),
    /// It could not be started.
    #[error("cannot run {command}")]
    Start {
        /// What.
        command: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It took too long.
    #[error("{command} did not answer within {} s", PATIENCE.as_secs())]
    Slow {
        /// What.
        command: String,
    },
    /// It gave no answer.
    #[error("{command} named no host ({status})")]
    Silent {
        /// What.
        command: String,
        /// How it ended.
        status: String,
    },
}

/// Asks ssh which host `host` is, for `user` and `port` as the URL has them.
///
/// # Errors
/// When ssh cannot be asked, or says nothing in time.
pub fn resolve(env: &HookEnv, host: &str, user: Option<&str>, port: Option<u16>) -> Result<Target, SshError> {
    if host.starts_with('-') || user.is_some_and(|user| user.starts_with('-')) {
        return Err(SshError::Option(printable(host.as_bytes())));
    }
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let mut args: Vec<OsString> = vec!["-G".into()];
    if let Some(port) = port {
        args.extend(["-p".into(), port.to_string().into()]);
    }
    args.push(user.map_or_else(|| host.into(), |user| format!("{user}@{host}").into()));
    let (mut command, shown) = command(env)?;
    let (status, text) = answer(command.args(&args), &shown)?;
    let value = |key: &str| {
        let lines = text.lines().filter_map(|line| line.split_once(' '));
        lines.filter(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value.trim().to_owned()).next()
    };
    match value("hostname") {
        Some(found) if status.success() && !found.is_empty() => {
            let found = if found.contains(':') { format!("[{found}]") } else { found };
            let port = match value("port").map(|port| port.parse()) {
                Some(Ok(port)) => Some(port),
                Some(Err(_)) | None => None,
            };
            Ok(Target { host: found, port })
        }
        _ => Err(SshError::Silent { command: shown, status: status.to_string() }),
    }
}

/// What git would start, and its name for people.
fn command(env: &HookEnv) -> Result<(Command, String), SshError> {
    let line = match &env.ssh_command {
        Some(line) => Some(line.clone()),
        None => setting("core.sshCommand")?,
    };
    match (line, &env.ssh_program) {
        (Some(line), _) => {
            // As git does: a line for the shell, to which the arguments are added.
            let mut script = line;
            script.push(" \"$@\"");
            let mut shell = Command::new("sh");
            shell.arg("-c").arg(script).arg("ssh");
            Ok((shell, "the ssh command that is set for git".to_owned()))
        }
        (None, Some(program)) => Ok((Command::new(program), printable(program.as_encoded_bytes()))),
        (None, None) => Ok((Command::new("ssh"), "ssh".to_owned())),
    }
}

/// A setting of git's, from wherever git reads it, `git -c` included.
fn setting(key: &str) -> Result<Option<OsString>, SshError> {
    let mut git = Command::new("git");
    let (status, value) = raw_answer(git.args([OsStr::new("config"), OsStr::new("--get"), OsStr::new(key)]), "git")?;
    let value = value.strip_suffix(b"\n").unwrap_or(&value).to_vec();
    // 1: not set. Anything else is a configuration that git cannot read, and then git would not have come here.
    Ok((status.success() && !value.is_empty()).then(|| OsString::from_vec(value)))
}

fn answer(command: &mut Command, shown: &str) -> Result<(ExitStatus, String), SshError> {
    let (status, bytes) = raw_answer(command, shown)?;
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
}

fn raw_answer(command: &mut Command, shown: &str) -> Result<(ExitStatus, Vec<u8>), SshError> {
    let failed = |source| SshError::Start { command: shown.to_owned(), source };
    let slow = || SshError::Slow { command: shown.to_owned() };
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let until = Instant::now() + PATIENCE;
    let mut child = command.spawn().map_err(failed)?;
    let (sender, receiver) = mpsc::channel();
    if let Some(out) = child.stdout.take() {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = out.take(ANSWER).read_to_end(&mut bytes);
            drop(sender.send(read.map(|_| bytes)));
        });
    }
    let bytes = match receiver.recv_timeout(PATIENCE) {
        Ok(read) => read.map_err(failed),
        Err(_) => Err(slow()),
    };
    match (bytes, ended(&mut child, until)) {
        (Ok(bytes), Some(status)) => Ok((status, bytes)),
        (Ok(_), None) => Err(slow()),
        (Err(error), _) => Err(error),
    }
}

/// How the child ended; one that does not end in time is killed.
fn ended(child: &mut Child, until: Instant) -> Option<ExitStatus> {
    while Instant::now() < until {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) => thread::sleep(Duration::from_millis(2)),
            Err(_) => break,
        }
    }
    // It may have ended between the two looks; then there is nothing left to kill.
    drop(child.kill());
    drop(child.wait());
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str) -> Result<Target, SshError> {
        let env = HookEnv { ssh_command: Some(line.into()), ..HookEnv::default() };
        resolve(&env, "work", Some("git"), Some(7))
    }

    #[test]
    fn the_command_is_asked_as_git_would_start_it() {
        let script =
            "f() { test \"$*\" = '-G -p 7 git@work' && printf 'user git\\nhostname 2001:db8::1\\nport 99\\n'; }; f";
        assert_eq!(asked(script).unwrap(), Target { host: "[2001:db8::1]".into(), port: Some(99) });
        let target = asked("printf 'HostName github.com\\nport none\\n#'").unwrap();
        assert_eq!(target, Target { host: "github.com".into(), port: None });
    }

    #[test]
    fn no_answer_is_an_error_and_never_the_name_as_it_stands() {
        assert!(matches!(asked("true"), Err(SshError::Silent { .. })));
        assert!(matches!(asked("echo hostname github.com; false"), Err(SshError::Silent { .. })));
        assert!(matches!(asked("nonexistent-program-of-nobody"), Err(SshError::Silent { .. })));
        let absent = HookEnv { ssh_program: Some("/nonexistent/ssh".into()), ..HookEnv::default() };
        assert!(matches!(resolve(&absent, "h", None, None), Err(SshError::Start { .. })));
        assert!(matches!(resolve(&absent, "-oProxyCommand=x", None, None), Err(SshError::Option(_))));
        let started = Instant::now();
        assert!(matches!(asked("sleep 60; :"), Err(SshError::Slow { .. })));
        assert!(started.elapsed() < PATIENCE * 2);
    }
}
