//! The evasion ledger (`tests/corpus/evasion.toml`): every known way past a push scanner, replayed as a real push.
//!
//! An entry's leak must be stopped, and the same push without a secret must land. What no push scanner can see is in the
//! ledger as well and is replayed too: it lands, so that the ledger says so in earnest, and fails when that changes.
//!
//! `LEAKGATE_EVASION=word` replays the entries whose id contains the word; `LEAKGATE_EVASION_LIST=1` prints the outcomes.
//! `LEAKGATE_EVASION_SCORE=file`, with `LEAKGATE_TEST_BIN` naming another gate, writes what became of each push there
//! (a twin's where the leak was stopped) and demands nothing of it: `tests/peers/evasion.py` makes a table of that.

mod coats;
mod dumps;
mod entry;
mod forms;
mod special;
mod steps;
mod template;
mod written;

use crate::harness::{Payload, Pushed, Stage};
use entry::{Evasion, Must, Twin, faults, ledger};
use std::fs;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use steps::Scene;

/// The issue that the ledger answers asks for this many.
const LEAST_STOPPED: usize = 120;

#[test]
fn the_ledger_is_whole() {
    let ledger = ledger();
    let mut wrong = faults(&ledger);
    let tests = test_names();
    for entry in &ledger.evasion {
        if let Some(test) = entry.test.as_ref().filter(|test| !tests.contains(&format!("{test}("))) {
            wrong.push(format!("{}: there is no test {test}", entry.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let stopped = ledger.evasion.iter().filter(|entry| matches!(entry.must, Must::Refuse | Must::Stop)).count();
    assert!(stopped >= LEAST_STOPPED, "only {stopped} entries are stopped");
}

/// All integration tests' sources, in which an entry's test must be found by its name.
fn test_names() -> String {
    let mut all = String::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                all += &fs::read_to_string(path).unwrap();
            }
        }
    }
    all
}

#[test]
fn every_entry_of_the_ledger_ends_as_it_must() {
    let ledger = ledger();
    let wanted = std::env::var("LEAKGATE_EVASION").unwrap_or_default();
    let entries: Vec<&Evasion> = ledger
        .evasion
        .iter()
        .filter(|entry| entry.test.is_none() && entry.must != Must::Outside && entry.id.contains(&wanted))
        .collect();
    let score = std::env::var_os("LEAKGATE_EVASION_SCORE").map(|path| Mutex::new(fs::File::create(path).unwrap()));
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        // A push waits for processes more than it computes.
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) * 2 {
            scope.spawn(|| {
                while let Some(entry) = entries.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(score) = &score {
                        let leak = became(entry, true);
                        // Only a leak that was stopped makes one wonder whether everything is.
                        let twin = if leak == "stopped" { became(entry, false) } else { "landed" };
                        let line = format!("{}\t{}\t{:?}\t{leak}\t{twin}", entry.tier, entry.id, entry.must);
                        writeln!(score.lock().unwrap(), "{line}").unwrap();
                        continue;
                    }
                    let outcome = replay(entry);
                    if std::env::var_os("LEAKGATE_EVASION_LIST").is_some() {
                        eprintln!("{} {} {}", entry.tier, entry.id, if outcome.is_ok() { "as it must" } else { "NOT" });
                    }
                    failures.lock().unwrap().extend(outcome.err().map(|why| format!("=== {}: {why}", entry.id)));
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{} of {} entries:\n{}", failures.len(), entries.len(), failures.join("\n"));
    assert!(!entries.is_empty(), "no entry is called {wanted:?}");
}

/// Makes the push and looks at it with `look`.
fn pushed<T>(entry: &Evasion, leaking: bool, look: impl Fn(&Pushed, &Payload, &Scene<'_>) -> T) -> thread::Result<T> {
    catch_unwind(AssertUnwindSafe(|| {
        let payload = Payload::new(&entry.id, leaking);
        let stage = if entry.unborn { Stage::empty() } else { Stage::new() };
        let mut scene = Scene::new(entry, &stage, &payload);
        scene.prepare(entry);
        look(&scene.push(entry), &payload, &scene)
    }))
}

/// What another gate makes of the push. Where it refuses what must land first, there is nothing to see.
fn became(entry: &Evasion, leaking: bool) -> &'static str {
    match pushed(entry, leaking, |pushed, _, _| pushed.hook_code.unwrap_or(pushed.code.unwrap_or(1))) {
        Ok(0) => "landed",
        Ok(_) => "stopped",
        Err(_) => "none",
    }
}

/// Pushes the leak and the twin; says what did not end as it must.
fn replay(entry: &Evasion) -> Result<(), String> {
    for leaking in [false, true] {
        let caught = pushed(entry, leaking, |pushed, payload, scene| judge(entry, pushed, payload, scene));
        let side = if leaking { "leak" } else { "twin" };
        match caught {
            Ok(outcome) => outcome.map_err(|why| format!("the {side}: {why}"))?,
            Err(panic) => {
                let said = panic.downcast_ref::<String>().map_or("no text", String::as_str);
                return Err(format!("the {side} could not be pushed: {said}"));
            }
        }
    }
    Ok(())
}

fn judge(entry: &Evasion, pushed: &Pushed, payload: &Payload, scene: &Scene<'_>) -> Result<(), String> {
    let secrets = payload.secrets();
    let said = |what: String| format!("{what}\n{}", pushed.stderr);
    let outcome = match (payload.leaks(), entry.must, entry.twin) {
        (true, Must::Refuse, _) => pushed.check_stopped(1, &secrets).and_then(|()| named(entry, pushed, scene)),
        (true, Must::Stop, _) | (false, _, Twin::Stop) => {
            pushed.check_stopped(pushed.hook_code.unwrap_or(1), &secrets).and_then(|()| named(entry, pushed, scene))
        }
        (true, Must::Pass | Must::Outside, _) | (false, _, Twin::Land) => match (pushed.code, pushed.hook_code) {
            (Some(0), Some(0)) if pushed.text().is_empty() => Ok(()),
            (_, Some(0)) if pushed.text().is_empty() => Ok(()),
            _ => Err("it did not land".to_owned()),
        },
    };
    outcome.map_err(said)
}

/// A refusal names the file, unless the entry says what else.
fn named(entry: &Evasion, pushed: &Pushed, scene: &Scene<'_>) -> Result<(), String> {
    let Some(name) = entry.named.as_ref().or(entry.file.as_ref()) else { return Ok(()) };
    let name = scene.text(name);
    if pushed.shows(&name) { Ok(()) } else { Err(format!("the refusal does not name {name:?}")) }
}
