//! System calls that fail, one by one: whatever the n-th of its kind returns, a push with a leak is never accepted.
//!
//! `strace` makes the n-th call of a kind fail, for n until a run completes without. The hook is called as git calls it:
//! the pushed objects lie in a quarantine beside the store.
//!
//! The long run is `LEAKGATE_FAULTS=all cargo test --test it fault_calls`: every error of every call with a leak in each
//! place (2,000 fault points, two minutes), and 2,000 flipped bits a file; without it each call fails in one way.
//! `LEAKGATE_PUSHES=1000` makes more pushes at once.

use crate::harness::{Isolation, Out, Payload, Rng, Stage, binary, check_text, run};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// A run makes fewer calls of a kind than this; more would mean that it never completes.
const MOST_CALLS: usize = 5000;

/// Calls and what becomes of them. A read of nothing is the end of a file that is longer.
const FAULTS: [(&str, &[&str]); 17] = [
    ("read", &["error=EIO", "retval=0", "error=ENOMEM"]),
    ("pread64", &["error=EIO", "retval=0"]),
    ("openat", &["error=EMFILE", "error=EACCES", "error=EIO", "error=ENOMEM"]),
    ("mmap", &["error=ENOMEM"]),
    ("write", &["error=EPIPE", "error=ENOSPC", "error=EIO", "retval=0"]),
    ("getdents64", &["error=EIO", "retval=0", "error=ENOMEM"]),
    ("statx", &["error=EIO", "error=EACCES", "error=ENOMEM"]),
    ("newfstatat", &["error=EIO", "error=EACCES"]),
    ("lseek", &["error=EINVAL"]),
    ("readlink", &["error=EIO"]),
    ("getcwd", &["error=ENOMEM"]),
    ("clone3", &["error=EAGAIN"]),
    ("brk", &["error=ENOMEM"]),
    ("mprotect", &["error=ENOMEM"]),
    ("munmap", &["error=EINVAL"]),
    ("close", &["error=EIO"]),
    ("poll", &["error=EINTR"]),
];

/// Where the leak of an offered push lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leak {
    /// In a file of the new commit.
    Reachable,
    /// In an object of the quarantine that nothing reaches.
    Unreachable,
    /// In a file of the new commit that the server holds already.
    Present,
}

/// A push as the hook finds it, to be judged again and again.
struct Quarantine {
    stage: Stage,
    payload: Payload,
    objects: PathBuf,
    line: String,
}

impl Quarantine {
    fn new(name: &str, leak: Leak) -> Self {
        let (stage, payload) = (Stage::new(), Payload::new(name, true));
        let old = stage.work.id("HEAD");
        let text = if leak == Leak::Unreachable { "note = env\n".to_owned() } else { payload.line() };
        stage.work.write("conf/new.ini", text).commit("Offer");
        let range = stage.work.git(&["rev-list", "--objects", "--no-object-names", &format!("{old}..HEAD")]);
        let mut ids: Vec<&str> = range.lines().collect();
        let blob = stage.work.blob(payload.line());
        if leak == Leak::Unreachable {
            ids.push(&blob);
        }
        if leak == Leak::Present {
            stage.publish("HEAD:refs/heads/gone").publish(":refs/heads/gone");
            ids.retain(|id| *id != blob);
        }
        let objects = stage.server.git_dir().join("objects/tmp_objdir-incoming-test");
        fs::create_dir_all(objects.join("pack")).unwrap();
        let pack = stage.pack(&ids);
        let path = objects.join("pack/pack-x.pack");
        fs::write(&path, pack).unwrap();
        let out = stage.server.try_git(&["index-pack", path.to_str().unwrap()], b"");
        assert_eq!(out.code, Some(0), "git index-pack: {}", out.both());
        let line = format!("{old} {} refs/heads/main\n", stage.work.id("HEAD"));
        Self { stage, payload, objects, line }
    }

    fn prepared(&self, program: &Path) -> Command {
        let store = self.stage.server.git_dir().join("objects");
        let mut command = Command::new(program);
        command.isolated(self.stage.home()).current_dir(self.stage.server.git_dir()).env("GIT_DIR", ".");
        command.env("GIT_QUARANTINE_PATH", &self.objects).env("GIT_OBJECT_DIRECTORY", &self.objects);
        command.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", store);
        command
    }

    fn judge(&self) -> Out {
        run(self.prepared(&binary()).arg("pre-receive"), self.line.as_bytes())
    }

    /// Judges with the `n`-th call of a kind failing; false when none did.
    fn judge_with(&self, call: &str, fault: &str, n: usize) -> bool {
        let trace = self.stage.home().join(format!("trace-{call}-{}-{n}", fault.replace('=', "-")));
        let mut strace = self.prepared(Path::new("strace"));
        strace.args(["-f", "-qq", "-o"]).arg(&trace).args(["-e", &format!("trace=?{call}")]);
        strace.args(["-e", &format!("inject=?{call}:{fault}:when={n}")]).arg(binary()).arg("pre-receive");
        let out = run(&mut strace, self.line.as_bytes());
        let injected = String::from_utf8_lossy(&fs::read(&trace).unwrap()).contains("(INJECTED)");
        fs::remove_file(&trace).unwrap();
        self.check(&out, &format!("{call} {n} with {fault}"));
        injected
    }

    /// Fails if the leak was accepted, or shown.
    fn check(&self, out: &Out, what: &str) {
        assert_ne!(out.code, Some(0), "the leak was accepted: {what}: {}", out.both());
        match out.code {
            Some(1 | 2) => {
                check_text(&out.stderr, &self.payload.secrets()).unwrap_or_else(|why| panic!("{what}: {why}"))
            }
            // The loader's and the runtime's own words when they give up.
            _ => assert!(!out.both().contains(&self.payload.value()), "{what}: {}", out.both()),
        }
    }
}

fn is_long_run() -> bool {
    std::env::var("LEAKGATE_FAULTS").is_ok_and(|wanted| wanted == "all")
}

/// Whether a process may be traced here; containers often forbid it.
pub fn may_trace() -> bool {
    let traced = Command::new("strace").args(["-qq", "-o", "/dev/null", "true"]).output();
    let may = traced.is_ok_and(|out| out.status.success());
    if !may {
        eprintln!("skipped: strace is not installed, or no process may be traced here");
    }
    may
}

#[test]
fn the_offered_push_is_refused_when_nothing_fails() {
    for leak in [Leak::Reachable, Leak::Unreachable, Leak::Present] {
        let out = Quarantine::new("nothing fails", leak).judge();
        assert_eq!(out.code, Some(1), "{leak:?}: {}", out.both());
    }
}

#[test]
fn whichever_system_call_fails_a_leak_is_never_accepted() {
    if !may_trace() {
        return;
    }
    let all = is_long_run();
    let leaks: &[Leak] = if all { &[Leak::Reachable, Leak::Unreachable, Leak::Present] } else { &[Leak::Unreachable] };
    let work: Vec<(Leak, &str, &str)> = leaks
        .iter()
        .flat_map(|leak| FAULTS.iter().map(move |(call, faults)| (leak, call, faults)))
        .flat_map(|(leak, call, faults)| {
            faults[..if all { faults.len() } else { 1 }].iter().map(move |fault| (*leak, *call, *fault))
        })
        .collect();
    let (next, points) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some((leak, call, fault)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let offer = Quarantine::new(&format!("{call} {fault}"), *leak);
                    let count = (1..).take_while(|n| *n < MOST_CALLS && offer.judge_with(call, fault, *n)).count();
                    assert!(count + 1 < MOST_CALLS, "{call} never completes");
                    points.fetch_add(count, Ordering::Relaxed);
                    eprintln!("{call} {fault} {leak:?}: {count} fault points");
                }
            });
        }
    });
    eprintln!("{} fault points", points.load(Ordering::Relaxed));
    assert!(points.load(Ordering::Relaxed) > 100, "nothing was made to fail");
}

#[test]
fn wherever_a_bit_is_flipped_a_leak_is_never_accepted() {
    for leak in [Leak::Reachable, Leak::Unreachable] {
        let offer = Quarantine::new("bits", leak);
        let mut rng = Rng::named("bits");
        for end in ["pack", "idx"] {
            let path = offer.objects.join(format!("pack/pack-x.{end}"));
            let whole = fs::read(&path).unwrap();
            fs::remove_file(&path).unwrap();
            for _ in 0..if is_long_run() { 2000 } else { 60 } {
                let (at, bit) = (rng.below(whole.len()), rng.below(8));
                let mut bytes = whole.clone();
                bytes[at] ^= 1 << bit;
                fs::write(&path, bytes).unwrap();
                offer.check(&offer.judge(), &format!("bit {bit} of byte {at} of the {end}, {leak:?}"));
            }
            for length in [0, 1, 12, whole.len() / 2, whole.len() - 20, whole.len() - 1] {
                fs::write(&path, &whole[..length]).unwrap();
                offer.check(&offer.judge(), &format!("{length} bytes of the {end}, {leak:?}"));
            }
            fs::write(&path, whole).unwrap();
        }
    }
}

#[test]
fn a_quarantine_that_loses_a_file_is_never_accepted() {
    for leak in [Leak::Reachable, Leak::Unreachable] {
        for end in ["pack", "idx"] {
            let offer = Quarantine::new("lost", leak);
            fs::remove_file(offer.objects.join(format!("pack/pack-x.{end}"))).unwrap();
            offer.check(&offer.judge(), &format!("no {end}, {leak:?}"));
        }
        let offer = Quarantine::new("lost", leak);
        fs::remove_dir_all(&offer.objects).unwrap();
        offer.check(&offer.judge(), "no quarantine");
    }
}

#[test]
fn a_read_only_file_system_changes_nothing() {
    let offer = Quarantine::new("read only", Leak::Reachable);
    let script = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" && cd \"$1/server.git\" && exec \"$2\" pre-receive";
    let mut command = offer.prepared(Path::new("unshare"));
    command.args(["-m", "sh", "-c", script, "sh"]).arg(offer.stage.home()).arg(binary());
    let out = run(&mut command, offer.line.as_bytes());
    if out.both().contains("unshare") || out.both().contains("mount:") {
        eprintln!("skipped: nothing may be mounted here");
        return;
    }
    assert_eq!(out.code, Some(1), "{}", out.both());
}

#[test]
fn two_hundred_pushes_at_once_beside_garbage_collection_are_all_judged() {
    let count: usize = std::env::var("LEAKGATE_PUSHES").map_or(200, |count| count.parse().unwrap());
    let stage = Stage::new();
    stage.server.config("receive.unpackLimit", "1");
    let pushers: Vec<_> = (0..4).map(|n| stage.clone_as(&format!("pusher{n}"), &[])).collect();
    let (next, busy) = (AtomicUsize::new(0), AtomicUsize::new(pushers.len()));
    thread::scope(|scope| {
        scope.spawn(|| {
            while busy.load(Ordering::Relaxed) > 0 {
                stage.server.try_git(&["gc", "-q", "--prune=1.hour.ago"], b"");
                // Not `-a`: that drops what no reference names yet, the objects of a push on its way with it.
                stage.server.try_git(&["repack", "-Adq"], b"");
            }
        });
        for work in &pushers {
            let (stage, next, busy) = (&stage, &next, &busy);
            scope.spawn(move || {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= count {
                        break;
                    }
                    one_of_many(stage, work, n);
                }
                busy.fetch_sub(1, Ordering::Relaxed);
            });
        }
    });
    let kept = stage.server.snapshot();
    assert!(kept.leftovers.is_empty(), "left behind: {:?}", kept.leftovers);
    let fsck = stage.server.try_git(&["fsck", "--connectivity-only", "--no-dangling"], b"");
    assert_eq!(fsck.code, Some(0), "{}", fsck.both());
}

/// A push to a branch of its own, every second with a leak. What cannot be judged while packs vanish is refused.
fn one_of_many(stage: &Stage, work: &crate::harness::Work, n: usize) {
    let payload = Payload::new(&format!("push {n}"), n % 2 == 1);
    let name = format!("refs/heads/push{n}");
    let commit = work.commit_file(b"x.ini", payload.line(), &["HEAD"]);
    let out = work.try_git(&["push", "-q", "origin", &format!("{commit}:{name}")]);
    let landed = stage.server.try_git(&["rev-parse", "-q", "--verify", &name], b"").code == Some(0);
    assert!(!(payload.leaks() && landed), "leak {n} landed: {}", out.both());
    assert!(!out.both().contains(&payload.value()) || !payload.leaks(), "leak {n} was shown");
    if !payload.leaks() && !landed {
        // The gate that could not read, or git itself whose pack has just been replaced.
        assert!(!out.both().contains("refused this push"), "push {n}: {}", out.both());
    }
}

#[test]
fn a_servers_hook_opens_no_socket_starts_no_process_and_writes_no_file() {
    if !may_trace() {
        return;
    }
    let offer = Quarantine::new("least", Leak::Reachable);
    let trace = offer.stage.home().join("trace");
    let mut strace = offer.prepared(Path::new("strace"));
    let calls = "trace=%network,execve,?execveat,?fork,?vfork,?open,openat,?openat2,?creat,?rename,?renameat,?renameat2,\
                 ?unlink,?unlinkat,?mkdir,?mkdirat,?link,?linkat,?symlink,?symlinkat,?truncate,?ftruncate,?chmod,?fchmodat,?ptrace";
    strace.args(["-f", "-qq", "-o"]).arg(&trace).args(["-e", calls]).arg(binary()).arg("pre-receive");
    offer.check(&run(&mut strace, offer.line.as_bytes()), "traced");
    let traced = fs::read_to_string(&trace).unwrap();
    let reads = |line: &&str| {
        line.contains(" open") && line.contains("O_RDONLY") && !line.contains("O_CREAT") && !line.contains("O_TRUNC")
    };
    let other: Vec<&str> = traced.lines().filter(|line| !reads(line)).collect();
    // The one process is the hook itself, and its threads end.
    let (started, other): (Vec<&str>, Vec<&str>) = other.into_iter().partition(|line| line.contains("execve("));
    assert_eq!(started.len(), 1, "{started:?}");
    let rest: Vec<&str> =
        other.into_iter().filter(|line| !line.contains("+++") && !line.contains("resumed>")).collect();
    assert!(rest.is_empty(), "{rest:?}");
    assert!(traced.lines().filter(reads).count() > 10, "nothing was traced: {traced}");
}
