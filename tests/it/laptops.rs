//! What people have on their own machines: the frameworks that run hooks, and git's own ways to have them everywhere.
//!
//! `.ci/run` installs the frameworks below `target/tools`; where one is missing, its test says so and passes, but in CI it
//! fails.

use crate::harness::{Call, Isolation, Local, Out, Payload, Stage, binary, check_text, run, shell_quote};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program of `.ci/run`'s, or one on the path.
fn tool(name: &str) -> Option<PathBuf> {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools");
    let ours = ["venv/bin", "node/node_modules/.bin"].map(|folder| tools.join(folder));
    let path = std::env::var_os("PATH").unwrap();
    let found = ours.into_iter().chain(std::env::split_paths(&path)).map(|folder| folder.join(name));
    // A shim of a version manager may stand for a program that is not installed. husky takes any word for a folder to set
    // up in the repository around it, so it is not asked; the others are asked where there is none.
    let runs = |file: &PathBuf| {
        name == "husky"
            || Command::new(file).arg("--version").current_dir("/").output().is_ok_and(|out| out.status.success())
    };
    let found = found.filter(|file| file.is_file()).find(runs);
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "{name} is missing: .ci/run installs it");
        eprintln!("skipped: no {name} on this machine");
    }
    found
}

/// A clone with leakgate on the path, and whatever a recipe puts into it.
struct Laptop {
    stage: Stage,
    path: String,
}

impl Laptop {
    fn new() -> Self {
        let stage = Stage::new();
        stage.server.install(crate::harness::Hook::Off);
        let bin = stage.home().join("bin");
        fs::create_dir(&bin).unwrap();
        symlink(binary(), bin.join("leakgate")).unwrap();
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        Self { stage, path }
    }

    fn command(&self, program: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.isolated(self.stage.home()).env("PATH", &self.path).args(args).current_dir(self.stage.work.path());
        // Where pip's programs and node's look for what belongs to them.
        command.env("GIT_CONFIG_GLOBAL", self.stage.home().join("gitconfig"));
        command
    }

    fn worked(&self, program: &Path, args: &[&str]) -> Out {
        let out = run(&mut self.command(program, args), b"");
        assert_eq!(out.code, Some(0), "{} {args:?}: {}", program.display(), out.both());
        out
    }

    fn git(&self, args: &[&str]) -> Out {
        run(&mut self.command(Path::new("git"), args), b"")
    }

    fn accepted(&self, args: &[&str]) {
        self.worked(Path::new("git"), args);
    }

    /// Fails unless git stopped, and leakgate said why without showing the value.
    fn refused(&self, args: &[&str], payload: &Payload) {
        let out = self.git(args);
        let text = out.both();
        assert_ne!(out.code, Some(0), "not stopped: {text}");
        assert!(text.contains("leakgate refused this"), "{text}");
        assert!(payload.secrets().iter().all(|secret| !text.contains(secret)), "{text}");
        // The frameworks print around it; what leakgate says fits a terminal.
        let start = text.find("error: leakgate").unwrap();
        let end = text[start..].find("(leakgate").unwrap() + start;
        let lines: Vec<&str> = text[start..end].lines().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect();
        check_text(lines.join("\n").as_bytes(), &payload.secrets()).unwrap();
    }

    /// What every recipe has to do: refuse a commit, a message and a push that leak, and take clean ones.
    fn proves(&self, hooks: &[&str]) {
        let work = &self.stage.work;
        let leak = Payload::new("laptop", true);
        work.write("clean.txt", "clean\n");
        self.accepted(&["add", "-A"]);
        self.accepted(&["commit", "-q", "-m", "Clean"]);
        self.accepted(&["push", "-q", "origin", "main"]);
        work.write("deploy.ini", leak.line());
        self.accepted(&["add", "-A"]);
        let before = work.id("HEAD");
        self.refused(&["commit", "-q", "-m", "Deploy"], &leak);
        assert_eq!(work.id("HEAD"), before);
        work.git(&["reset", "-q", "--hard"]);
        if hooks.contains(&"commit-msg") {
            work.write("more.txt", "more\n");
            self.accepted(&["add", "-A"]);
            self.refused(&["commit", "-q", "-m", &format!("Use {}", leak.value())], &leak);
        }
        if hooks.contains(&"pre-push") {
            work.git(&["reset", "-q", "--hard"]);
            work.write("deploy.ini", leak.line());
            // Past the commit hooks; the second of two branches holds it.
            work.git(&["add", "-A"]);
            work.git(&["-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "Deploy"]);
            work.git(&["branch", "second"]);
            work.git(&["reset", "-q", "--hard", "HEAD~1"]);
            work.git(&["branch", "first"]);
            let server = self.stage.server.snapshot();
            self.refused(&["push", "-q", "origin", "first", "second"], &leak);
            assert_eq!(self.stage.server.snapshot(), server);
        }
    }
}

const ALL: [&str; 3] = ["pre-commit", "commit-msg", "pre-push"];

/// The repository of hooks that a framework clones: ours, but with the program that is here instead of one to build.
fn hook_repository(laptop: &Laptop) -> String {
    let manifest = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".pre-commit-hooks.yaml")).unwrap();
    assert_eq!(manifest.matches("language: rust").count(), 4);
    let hooks = crate::harness::Work::init(laptop.stage.home(), "hooks", Path::new("/nonexistent"), &[]);
    hooks.write(".pre-commit-hooks.yaml", manifest.replace("language: rust", "language: system")).commit("Hooks");
    let ids = ["leakgate", "leakgate-merge", "leakgate-message", "leakgate-push"];
    let list: String = ids.iter().map(|id| format!("      - id: {id}\n")).collect();
    format!("repos:\n  - repo: {}\n    rev: {}\n    hooks:\n{list}", hooks.path().display(), hooks.id("HEAD"))
}

fn by_framework(name: &str) {
    let Some(tool) = tool(name) else { return };
    let laptop = Laptop::new();
    laptop.stage.work.write(".pre-commit-config.yaml", hook_repository(&laptop)).commit("Configuration");
    let stages = ["pre-commit", "pre-merge-commit", "commit-msg", "pre-push"];
    let args: Vec<&str> =
        ["install"].into_iter().chain(stages.iter().flat_map(|stage| ["--hook-type", stage])).collect();
    laptop.worked(&tool, &args);
    laptop.proves(&ALL);
}

#[test]
fn pre_commit_runs_all_four() {
    by_framework("pre-commit");
}

#[test]
fn prek_runs_all_four() {
    by_framework("prek");
}

#[test]
fn husky_runs_what_the_readme_says() {
    let Some(tool) = tool("husky") else { return };
    let laptop = Laptop::new();
    laptop.worked(Path::new("node"), &[fs::canonicalize(tool).unwrap().to_str().unwrap()]);
    let work = &laptop.stage.work;
    work.write(".husky/pre-commit", "leakgate pre-commit\n").write(".husky/commit-msg", "leakgate commit-msg \"$1\"\n");
    work.write(".husky/pre-push", "leakgate pre-push \"$@\"\n");
    laptop.proves(&ALL);
}

#[test]
fn lefthook_runs_what_the_readme_says() {
    let Some(tool) = tool("lefthook") else { return };
    let laptop = Laptop::new();
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks/README.md")).unwrap();
    let start = readme.find("```yaml\n# lefthook.yml\n").unwrap() + "```yaml\n".len();
    let text = &readme[start..start + readme[start..].find("```").unwrap()];
    laptop.stage.work.write("lefthook.yml", text).commit("Configuration");
    laptop.worked(&tool, &["install"]);
    laptop.proves(&ALL);
}

/// A folder with a shim for each hook, as `install.sh --print-shim` gives it.
fn shims(folder: &Path, home: &Path) {
    fs::create_dir_all(folder).unwrap();
    fs::create_dir_all(home.join("opt")).unwrap();
    symlink(home.join("bin"), home.join("opt/bin")).unwrap();
    for hook in ["pre-commit", "pre-merge-commit", "commit-msg", "pre-push"] {
        let mut script = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("install.sh"));
        let out = run(script.args(["--print-shim", hook, "--prefix"]).arg(home.join("opt")), b"");
        assert_eq!(out.code, Some(0), "{}", out.both());
        fs::write(folder.join(hook), out.stdout).unwrap();
        fs::set_permissions(folder.join(hook), fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn a_hooks_path_for_all_clones_holds() {
    let laptop = Laptop::new();
    let folder = laptop.stage.home().join("all-hooks");
    shims(&folder, laptop.stage.home());
    laptop.accepted(&["config", "--global", "core.hooksPath", folder.to_str().unwrap()]);
    laptop.proves(&ALL);
}

#[test]
fn a_template_holds_for_clones_that_are_made_later() {
    let laptop = Laptop::new();
    shims(&laptop.stage.home().join("template/hooks"), laptop.stage.home());
    laptop.accepted(&[
        "config",
        "--global",
        "init.templateDir",
        laptop.stage.home().join("template").to_str().unwrap(),
    ]);
    let (server, clone) = (laptop.stage.server.path().to_owned(), laptop.stage.home().join("clone"));
    laptop.accepted(&["clone", "-q", server.to_str().unwrap(), clone.to_str().unwrap()]);
    let work = crate::harness::Work::at(laptop.stage.home(), &clone);
    Laptop { stage: laptop.stage.with_work(work), path: laptop.path }.proves(&ALL);
}

#[test]
fn hooks_named_in_the_configuration_hold() {
    let version = run(Command::new("git").arg("version"), b"").text();
    let mut numbers = version.trim_start_matches("git version ").split('.').map(|n| n.parse::<u32>().unwrap_or(0));
    if (numbers.next(), numbers.next()) < (Some(2), Some(54)) {
        return eprintln!("skipped: {version} has no hooks in its configuration; 2.54 does");
    }
    let laptop = Laptop::new();
    for hook in ALL {
        let name = format!("hook.leakgate-{hook}");
        let command = format!("{} {hook}", shell_quote(&laptop.stage.home().join("bin/leakgate")));
        laptop.accepted(&["config", "--global", &format!("{name}.event"), hook]);
        laptop.accepted(&["config", "--global", &format!("{name}.command"), &command]);
    }
    laptop.proves(&ALL);
}

#[test]
fn a_push_from_a_framework_without_its_words_is_undecided() {
    let laptop = Laptop::new();
    let out = run(&mut laptop.command(&binary(), &["pre-push"]), b"");
    assert_eq!(out.code, Some(2), "{}", out.both());
    assert!(out.both().contains("pre-push takes two arguments"), "{}", out.both());
}

/// VS Code shows the first line that is not empty, without git's `error: `; other editors show all of it, as text.
#[test]
fn a_dialog_that_shows_one_line_shows_what_was_refused_and_nothing_that_a_terminal_would_colour() {
    let payload = Payload::new("dialog", true);
    let local = Local::new(&["pre-commit", "commit-msg", "pre-push"]);
    let work = &local.stage.work;
    work.write(".leakgate.toml", "[[action]]\naction = 'warn'\npaths = ['warned.ini']\n");
    work.write("warned.ini", format!("note = {}\n", payload.nth(1))).write("a.ini", payload.line());
    work.git(&["add", "-A"]);
    let shows = |out: &Out, wanted: &str| {
        let text = String::from_utf8(out.stderr.clone()).unwrap();
        let line = text.split(['\r', '\n']).find(|line| !line.is_empty()).unwrap();
        assert_eq!(line.replacen("error: ", "", 1), wanted, "{text}");
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    };
    shows(&local.git("commit -q -m Add").out, "leakgate refused this commit: 1 secret");
    work.run("reset -q a.ini warned.ini");
    let message = format!("Use {}", payload.value());
    shows(&local.git_args(&["commit", "-q", "-m", &message]).out, "leakgate refused this commit message: 1 secret");
    work.run("add a.ini");
    work.run("-c core.hooksPath=/dev/null commit -q -m Past");
    shows(&local.git("push -q origin HEAD:refs/heads/main").out, "leakgate refused this push: 1 secret");
    work.write("b.ini", format!("note = {}\n", payload.nth(2))).run("add b.ini");
    for (name, value) in [("FORCE_COLOR", "1"), ("CLICOLOR_FORCE", "1"), ("TERM", "xterm-256color")] {
        let out = Call::new(local.stage.home(), work.path(), &["pre-commit"]).env(name, value).run(b"");
        shows(&out, "leakgate refused this commit: 1 secret");
    }
}
