//! What is pushed and committed: generated histories of a stated shape, and real ones.
//!
//! A push is built as git builds it: a server with what was there before, and a quarantine with the pack that
//! `git push` would have sent, thin and completed as `receive-pack` completes it (or unpacked, if it is small).

use crate::measure::Job;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Below this many objects `receive-pack` unpacks what it was sent (`receive.unpackLimit`).
const UNPACK_LIMIT: usize = 100;

/// A push that waits for its verdict.
pub struct Push {
    /// The server's repository, where the hook runs.
    pub server: PathBuf,
    /// The hook's environment.
    pub env: Vec<(String, OsString)>,
    /// The hook's standard input.
    pub input: PathBuf,
    /// The new tip.
    pub new: String,
    /// How many commits are new, by `git rev-list --count NEW --not --all`.
    pub commits: usize,
}

/// Runs git in `dir` and gives what it printed.
pub fn git(dir: &Path, args: &[&str]) -> String {
    let job = Job::new("git", dir, args);
    let output = job.command().output().expect("git runs");
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A new bare repository in `dir`.
pub fn bare(dir: &Path) -> PathBuf {
    fs::create_dir_all(dir).expect("a folder");
    git(dir, &["init", "-q", "--bare", "-b", "main", "."]);
    git(dir, &["config", "gc.auto", "0"]);
    dir.to_owned()
}

/// Feeds `write`'s stream to `git fast-import` in `dir`.
pub fn import(dir: &Path, write: impl FnOnce(&mut dyn Write)) {
    let mut command = Job::new("git", dir, ["fast-import", "--quiet", "--force"]).command();
    let mut child = command.stdin(Stdio::piped()).spawn().expect("git runs");
    let mut stream = std::io::BufWriter::new(child.stdin.take().expect("a pipe"));
    write(&mut stream);
    stream.flush().expect("git reads");
    drop(stream);
    assert!(child.wait().expect("git ends").success(), "git fast-import");
}

/// A commit of the stream: a second a commit from 2025 on.
pub fn commit(out: &mut dyn Write, number: usize, files: &[(String, Vec<u8>)]) {
    let time = 1_735_689_600 + number;
    let message = format!("Change {number}");
    write!(
        out,
        "commit refs/heads/main\ncommitter Ada Example <ada@example.com> {time} +0000\ndata {}\n{message}\n",
        message.len()
    )
    .expect("git reads");
    for (path, bytes) in files {
        write!(out, "M 100644 inline {path}\ndata {}\n", bytes.len()).expect("git reads");
        out.write_all(bytes).expect("git reads");
        out.write_all(b"\n").expect("git reads");
    }
}

/// Something like source code: `lines` lines of words, different for every `seed`.
pub fn source(seed: u64, lines: usize) -> Vec<u8> {
    const WORDS: [&str; 24] = [
        "let", "value", "return", "self", "match", "index", "buffer", "state", "if", "else", "count", "node", "push",
        "while", "result", "map", "name", "for", "range", "None", "Some", "error", "size", "fn",
    ];
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    let mut text = Vec::with_capacity(lines * 40);
    for _ in 0..lines {
        text.extend(std::iter::repeat_n(b' ', 4 * next(4) as usize));
        for _ in 0..3 + next(6) {
            text.extend_from_slice(WORDS.get(next(24) as usize).expect("24 words").as_bytes());
            text.extend_from_slice(match next(6) {
                0 => b"(",
                1 => b").",
                2 => b" = ",
                3 => b", ",
                _ => b" ",
            });
        }
        text.push(b'\n');
    }
    text
}

/// A generated history of `commits` commits in a tree of `files` files of 60 lines in folders of 50; each commit changes
/// one line of one file.
pub fn history(dir: &Path, commits: usize, files: usize) -> PathBuf {
    let repo = bare(dir);
    let path = |n: usize| format!("src/m{}/f{n}.rs", n / 50);
    import(&repo, |out| {
        let all: Vec<_> = (0..files).map(|n| (path(n), source(n as u64, 60))).collect();
        commit(out, 0, &all);
        for number in 1..commits {
            let n = number * 7919 % files;
            let mut text = source(n as u64, 60);
            text.extend_from_slice(&source(number as u64 + 1_000_000, 1));
            commit(out, number, &[(path(n), text)]);
        }
    });
    repo
}

/// The commit on the first-parent line below `tip` since which `wanted` commits at least are new.
pub fn ancestor(repo: &Path, tip: &str, wanted: usize) -> Option<String> {
    let line = git(repo, &["rev-list", "--first-parent", tip]);
    let ids: Vec<&str> = line.lines().collect();
    let count = |n: usize| -> usize {
        git(repo, &["rev-list", "--count", tip, &format!("^{}", ids.get(n).expect("an id"))]).parse().expect("a count")
    };
    let (mut low, mut high) = (1, ids.len().checked_sub(1).filter(|last| *last > 0)?);
    if count(high) < wanted {
        return None;
    }
    while low < high {
        let middle = low.midpoint(high);
        match count(middle) >= wanted {
            true => high = middle,
            false => low = middle + 1,
        }
    }
    ids.get(low).map(|id| (*id).to_owned())
}

/// A server that has `old` of `repo` (nothing: an empty one) and is pushed `new`, under `place`.
pub fn push(place: &Path, repo: &Path, old: Option<&str>, new: &str) -> Push {
    let server = bare(&place.join("server"));
    if let Some(old) = old {
        fill(repo, old, &server);
        git(&server, &["update-ref", "refs/heads/main", old]);
    }
    push_to(server, place, repo, old, new)
}

/// Stores all that `tip` reaches.
pub fn fill(repo: &Path, tip: &str, server: &Path) {
    copy(repo, &format!("{tip}\n"), &["--delta-base-offset"], server, &[], &["index-pack", "--stdin"]);
}

/// As [`push`], to a server that is there.
pub fn push_to(server: PathBuf, place: &Path, repo: &Path, old: Option<&str>, new: &str) -> Push {
    let quarantine = place.join("quarantine");
    fs::create_dir_all(&quarantine).expect("a folder");
    let env: Vec<(String, OsString)> = vec![
        ("GIT_DIR".to_owned(), ".".into()),
        ("GIT_OBJECT_DIRECTORY".to_owned(), quarantine.clone().into()),
        ("GIT_QUARANTINE_PATH".to_owned(), quarantine.clone().into()),
        ("GIT_ALTERNATE_OBJECT_DIRECTORIES".to_owned(), server.join("objects").into()),
    ];
    let hidden = old.map_or_else(String::new, |old| format!("^{old}\n"));
    let mut listing = vec!["rev-list", "--objects", "--count", new];
    let not = old.map(|old| format!("^{old}"));
    listing.extend(not.as_deref());
    let count: usize = git(repo, &listing).parse().expect("a count");
    let store: &[&str] =
        if count < UNPACK_LIMIT { &["unpack-objects", "-q"] } else { &["index-pack", "--stdin", "--fix-thin"] };
    copy(repo, &format!("{new}\n{hidden}"), &["--thin", "--delta-base-offset"], &server, &env, store);
    let input = place.join("input");
    let zero = "0".repeat(new.len());
    fs::write(&input, format!("{} {new} refs/heads/main\n", old.unwrap_or(&zero))).expect("the input");
    let job = Job::new("git", &server, ["rev-list", "--count", new, "--not", "--all"]).with_env(&env);
    let commits = job.output().1.trim().parse().expect("a count");
    Push { server, env, input, new: new.to_owned(), commits }
}

fn copy(from: &Path, revs: &str, how: &[&str], to: &Path, env: &[(String, OsString)], store: &[&str]) {
    let mut args = vec!["pack-objects", "-q", "--revs", "--stdout"];
    args.extend(how);
    let mut pack: Command = Job::new("git", from, args).command();
    let mut pack = pack.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("git runs");
    pack.stdin.take().expect("a pipe").write_all(revs.as_bytes()).expect("git reads");
    let mut store = Job::new("git", to, store.iter().copied()).with_env(env).command();
    let status = store.stdin(pack.stdout.take().expect("a pipe")).stdout(Stdio::null()).status();
    assert!(status.expect("git runs").success() && pack.wait().expect("git ends").success(), "the pack is stored");
}
