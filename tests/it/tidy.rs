//! The walls of the house: who may name whom, how files look, and that the repository passes its own gate.

use crate::harness::{Call, run};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const MOST_LINES: usize = 400;

/// What each module may name besides itself: imports point down.
const MAY_NAME: [(&str, &[&str]); 18] = [
    ("text", &[]),
    ("rule", &["text"]),
    ("push", &["text"]),
    ("hook_env", &["text"]),
    ("git", &["text", "push", "hook_env"]),
    ("scan", &["text", "push", "hook_env", "rule"]),
    ("customer", &["text", "push", "hook_env"]),
    ("policy", &["text", "push", "hook_env", "rule"]),
    ("exact", &["text", "push", "hook_env", "customer"]),
    ("verdict", &["text", "rule", "push", "hook_env", "scan", "customer", "policy"]),
    ("report", &["text", "rule", "push", "hook_env", "git", "scan", "customer", "policy", "verdict"]),
    ("audit", &["text", "push", "hook_env", "policy", "verdict", "report"]),
    (
        "gate",
        &[
            "text", "rule", "push", "hook_env", "git", "scan", "customer", "exact", "policy", "verdict", "report",
            "audit",
        ],
    ),
    (
        "catalogue",
        &[
            "text", "rule", "push", "hook_env", "git", "scan", "customer", "exact", "policy", "verdict", "report",
            "gate",
        ],
    ),
    ("cli", EVERYTHING),
    ("main", EVERYTHING),
    ("doctor", EVERYTHING),
    ("run", EVERYTHING),
];
const EVERYTHING: &[&str] = &[
    "text",
    "rule",
    "push",
    "hook_env",
    "git",
    "scan",
    "customer",
    "exact",
    "policy",
    "verdict",
    "report",
    "audit",
    "gate",
    "catalogue",
    "cli",
    "doctor",
    "run",
];

/// Where a process may be started: never on the way of a server's hook. `pre-push` asks the author's own ssh what a
/// host name means.
const MAY_START_A_PROCESS: [&str; 6] =
    ["src/doctor", "src/doctor.rs", "src/gate/scan.rs", "src/gate/ssh.rs", "src/git/test_repo.rs", "src/run/fleet.rs"];

/// All Rust files below `folder`, as path from the repository's root and content.
fn rust_files(folder: &str) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(ROOT).join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                files.push((path.strip_prefix(ROOT).unwrap().into(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// The module that a file of `src` belongs to: its first folder or its own name.
fn module(path: &Path) -> String {
    let first = path.components().nth(1).unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

/// The code without comments, and without the tests at its end, which may look further.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    text[..end].lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code)).collect::<Vec<_>>().join("\n")
}

/// The modules that stand after `root` (`crate::` or `leakgate::`) in `code`, those in braces included.
fn named(code: &str, root: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices(root) {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = &code[at + root.len()..];
        match rest.strip_prefix('{') {
            None => names.extend(identifier(rest)),
            Some(list) => {
                let mut depth = 0;
                let mut start = true;
                for (at, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' => start = depth == 0,
                        c if start && depth == 0 && !c.is_whitespace() => {
                            names.extend(identifier(&list[at..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    names
}

fn identifier(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_' || c.is_ascii_digit()).collect();
    (!name.is_empty()).then_some(name)
}

#[test]
fn imports_point_down() {
    let mut wrong = Vec::new();
    for (path, text) in rust_files("src") {
        let module = module(&path);
        if module == "lib" {
            continue;
        }
        let Some((_, allowed)) = MAY_NAME.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!("{}: no row for the module {module}", path.display()));
            continue;
        };
        let code = code(&text);
        for name in named(&code, "crate::").into_iter().chain(named(&code, "leakgate::")) {
            let is_module = MAY_NAME.iter().any(|(module, _)| *module == name);
            if is_module && name != module && !allowed.contains(&name.as_str()) {
                wrong.push(format!("{}: {module} names {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn names_in_imports_are_read_with_and_without_braces() {
    let code = "use crate::{text::{Secret, Finding}, rule, git::Store};\nlet x = crate::scan::scan(); mycrate::no; use crate::policy;";
    let names: Vec<String> = named(code, "crate::").into_iter().collect();
    assert_eq!(names, ["git", "policy", "rule", "scan", "text"]);
}

#[test]
fn only_git_names_gix_only_hook_env_reads_the_environment_and_no_server_hook_starts_a_process() {
    for (path, text) in rust_files("src") {
        let (module, code) = (module(&path), code(&text));
        assert!(module == "git" || !code.contains("gix::") && !code.contains("gix_"), "{} names gix", path.display());
        assert!(module == "hook_env" || !code.contains("env::var"), "{} reads the environment", path.display());
        let may_start = MAY_START_A_PROCESS.iter().any(|may| path.starts_with(may));
        assert!(may_start || !code.contains("Command::new"), "{} starts a process", path.display());
    }
}

#[test]
fn every_file_opens_with_what_it_decides_and_is_short() {
    for (path, text) in ["src", "tests/it", "config"].into_iter().flat_map(rust_files) {
        assert!(text.starts_with("//! "), "{} does not open with what it is for", path.display());
        assert!(text.lines().count() <= MOST_LINES, "{} has {} lines", path.display(), text.lines().count());
    }
}

#[test]
fn every_dependency_has_its_reason_above_it() {
    let manifest = fs::read_to_string(Path::new(ROOT).join("Cargo.toml")).unwrap();
    let (mut section, mut before) = (String::new(), String::new());
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line.to_owned();
        } else if section.ends_with("dependencies]") && line.contains('=') && !line.starts_with('#') {
            assert!(before.starts_with('#'), "no reason above: {line}");
        }
        before = line.to_owned();
    }
}

/// What git tracks here; nothing where this is no repository, such as an unpacked archive.
fn tracked() -> Vec<String> {
    let home = TempDir::new().unwrap();
    let mut command = Command::new("git");
    crate::harness::Isolation::isolated(&mut command, home.path());
    let out = run(command.args(["-C", ROOT, "-c", "safe.directory=*", "ls-files", "-z"]), b"");
    out.text()
        .split('\0')
        .filter(|path| !path.is_empty() && Path::new(ROOT).join(path).is_file())
        .map(str::to_owned)
        .collect()
}

#[test]
fn no_file_holds_a_text_that_looks_like_a_secret() {
    let shapes = [
        format!("gh{}[0-9A-Za-z]{{36}}", "[pousr]_"),
        format!("AK{}[A-Z2-7]{{16}}", "IA"),
        format!("-----BEGIN [A-Z ]*PRIVATE {}-----\\s+[A-Za-z0-9+/=]{{40}}", "KEY"),
        format!("xox{}-[0-9A-Za-z-]{{20}}", "[abprs]"),
    ];
    let shapes = regex::Regex::new(&shapes.join("|")).unwrap();
    for path in tracked() {
        let text = String::from_utf8_lossy(&fs::read(Path::new(ROOT).join(&path)).unwrap()).into_owned();
        // Amazon's own example says of itself that it is one, and a row of one letter is no secret either.
        let varied = |text: &str| text.bytes().collect::<BTreeSet<u8>>().len() > 10;
        let live = shapes.find_iter(&text).find(|found| !found.as_str().contains("EXAMPLE") && varied(found.as_str()));
        assert!(live.is_none(), "{path} holds something that looks like a secret");
    }
}

#[test]
fn the_repository_passes_its_own_gate() {
    let paths = tracked();
    if paths.is_empty() {
        return;
    }
    let home = TempDir::new().unwrap();
    let mut args = vec!["scan"];
    args.extend(paths.iter().map(String::as_str));
    let out = Call::new(home.path(), Path::new(ROOT), &args).run(b"");
    assert_eq!(out.code, Some(0), "{}", out.both());
}
