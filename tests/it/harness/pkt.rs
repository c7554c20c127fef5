//! A client made by hand: it says what no honest `git push` says.

use super::{Isolation, Out, Pushed, Stage, run};
use std::process::Command as Process;

/// One line of a push: what the reference is said to be, and what it is to become.
#[derive(Debug, Clone)]
pub struct Command {
    /// The claimed present value.
    pub old: String,
    /// The wanted value.
    pub new: String,
    /// The reference.
    pub name: String,
}

impl Stage {
    /// Speaks to `git receive-pack` directly: `commands`, then the bytes of `pack` whatever they are.
    pub fn push_raw(&self, commands: &[Command], pack: &[u8]) -> Pushed {
        let mut wire = Vec::new();
        for (n, Command { old, new, name }) in commands.iter().enumerate() {
            let mut line = format!("{old} {new} {name}").into_bytes();
            if n == 0 {
                line.extend_from_slice(b"\0 report-status side-band-64k agent=by-hand");
            }
            wire.extend_from_slice(&packet(&line));
        }
        wire.extend_from_slice(b"0000");
        wire.extend_from_slice(pack);
        let before = self.server.snapshot();
        let mut receive = Process::new("git");
        receive.isolated(self.home()).arg("receive-pack").arg(self.server.path());
        let out = run(&mut receive, &wire);
        Pushed::new(&as_push(&out), &self.server, before)
    }

    /// A pack of exactly `ids`, which may be none.
    pub fn pack(&self, ids: &[&str]) -> Vec<u8> {
        let mut command = self.work.command(&["pack-objects", "--stdout", "-q", "--window=0"]);
        let out = run(&mut command, format!("{}\n", ids.join("\n")).trim_start().as_bytes());
        assert_eq!(out.code, Some(0), "git pack-objects: {}", out.both());
        out.stdout
    }
}

fn packet(bytes: &[u8]) -> Vec<u8> {
    let mut packet = format!("{:04x}", bytes.len() + 4).into_bytes();
    packet.extend_from_slice(bytes);
    packet
}

/// Reads the server's answer and tells it as `git push` would.
fn as_push(out: &Out) -> Out {
    let mut rest = out.stdout.as_slice();
    while let Some((Some(_), after)) = next(rest) {
        rest = after; // the advertisement, up to its flush
    }
    rest = next(rest).map_or(b"".as_slice(), |(_, after)| after);
    let (mut report, mut remote) = (Vec::new(), Vec::new());
    while let Some((Some(bytes), after)) = next(rest) {
        rest = after;
        match bytes.split_first() {
            Some((1, bytes)) => report.extend_from_slice(bytes),
            Some((2, bytes)) => remote.extend_from_slice(bytes),
            _ => {}
        }
    }
    let mut status = Vec::new();
    let mut rest = report.as_slice();
    while let Some((Some(line), after)) = next(rest) {
        rest = after;
        status.push(String::from_utf8_lossy(line).trim_end().to_owned());
    }
    let landed = !status.is_empty() && status.iter().all(|line| line == "unpack ok" || line.starts_with("ok "));
    let mut stderr = Vec::new();
    for line in remote.split_inclusive(|byte| *byte == b'\n') {
        stderr.extend_from_slice(b"remote: ");
        stderr.extend_from_slice(line);
    }
    stderr.extend_from_slice(&out.stderr);
    stderr.extend_from_slice(status.join("\n").as_bytes());
    Out { code: Some(i32::from(!landed)), stdout: Vec::new(), stderr }
}

/// The next packet of `bytes` (`None` for a flush) and what follows it.
fn next(bytes: &[u8]) -> Option<(Option<&[u8]>, &[u8])> {
    let length = usize::from_str_radix(std::str::from_utf8(bytes.get(..4)?).ok()?, 16).ok()?;
    if length == 0 { Some((None, &bytes[4..])) } else { Some((Some(bytes.get(4..length)?), bytes.get(length..)?)) }
}
