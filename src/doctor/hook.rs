//! One hook of one repository: what git would start, and what that would start.
//!
//! git refuses a push when its hook dies, and takes it in silence when there is no hook, a dangling link, an empty file or
//! (with a hint) one that is not executable. Each of these is a state here.

use super::config_hook::Configured;
use super::repository::{Duty, Need, Repository};
use super::sheet::Sheet;
use super::shim::{self, Next, Shim};
use super::{DoctorError, quoted, show};
use std::ffi::OsString;
use std::fs;
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

/// What lies where git looks.
#[derive(Debug, PartialEq, Eq)]
enum State {
    Missing,
    Dangling(PathBuf),
    Directory,
    NotExecutable,
    Empty,
    Unreadable(String),
    Shim(Shim),
    /// This very program, copied or linked.
    Leakgate,
    /// Something else; whether it names leakgate.
    Other(Names),
}

#[derive(Debug, PartialEq, Eq)]
enum Names {
    Leakgate,
    Others,
}

/// Prints what git would run as `duty`'s hook.
pub fn examine(repo: &Repository, duty: &Duty, config: &Configured, sheet: &mut Sheet<'_>) -> Result<(), DoctorError> {
    let path = repo.hooks.join(duty.name);
    let mut state = look(&path);
    if let State::Shim(Shim { binary: None, next: Next::Own, .. }) = state {
        let own = repo.common_dir.join("hooks").join(duty.name);
        state = look(&own);
        if duty.need != Need::Optional || state != State::Missing {
            sheet.note(&format!("{}: passed on to {}", duty.name, show(&own)))?;
        }
    }
    if config.covers(duty.name) && !matches!(state, State::Shim(_) | State::Leakgate) {
        return Ok(sheet.good(&format!("{}: leakgate, by git's configuration", duty.name))?);
    }
    match &state {
        State::Shim(shim) => ours(repo, duty.name, &path, shim, sheet)?,
        State::Leakgate => sheet.good(&format!("{}: a copy of this leakgate", duty.name))?,
        State::Other(Names::Leakgate) => sheet.note(&format!(
            "{}: another program, which names leakgate: prove with --push that it asks it",
            duty.name
        ))?,
        State::Missing
        | State::Dangling(_)
        | State::Directory
        | State::NotExecutable
        | State::Empty
        | State::Unreadable(_)
        | State::Other(Names::Others) => return absent(repo, duty, &path, &state, sheet),
    }
    writable(&path, duty.name, sheet)?;
    linked(repo, duty.name, &path, sheet)
}

/// A hook that is no gate: how bad that is depends on the duty.
fn absent(
    repo: &Repository,
    duty: &Duty,
    path: &Path,
    state: &State,
    sheet: &mut Sheet<'_>,
) -> Result<(), DoctorError> {
    let silent = match repo.role {
        super::repository::Role::Server => "git takes every push without a word",
        super::repository::Role::WorkTree => "git goes on without a word",
    };
    let text = match state {
        State::Missing => format!("no hook: {silent}"),
        State::Dangling(target) => format!("a link to {}, which is not there: {silent}", show(target)),
        State::Empty => format!("an empty file: {silent}"),
        State::NotExecutable => "not executable: git passes it over with no more than a hint".to_owned(),
        State::Directory => "a directory: git refuses everything".to_owned(),
        State::Unreadable(why) => format!("cannot be read: {why}"),
        State::Other(_) | State::Shim(_) | State::Leakgate => match dispatched(path) {
            Some(entry) if executable(&entry) => {
                let entry = show(&entry);
                return Ok(sheet.note(&format!("{}: {entry}, if the host's dispatcher runs it", duty.name))?);
            }
            Some(entry) => format!("{} is not executable, so dispatchers pass it over", show(&entry)),
            None => "another program, without leakgate".to_owned(),
        },
    };
    let text = format!("{}: {text}", duty.name);
    match duty.need {
        Need::Required => sheet.problem(&text, &repo.install_command())?,
        Need::Wanted => sheet.note(&text)?,
        Need::Optional => {}
    }
    Ok(())
}

/// A shim of ours: the binary that it names must run, and what it hands over to must be there.
fn ours(repo: &Repository, name: &str, path: &Path, shim: &Shim, sheet: &mut Sheet<'_>) -> Result<(), DoctorError> {
    let again = repo.install_command();
    let version = shim.version;
    if version > shim::NEWEST {
        sheet
            .problem(&format!("{name}: shim {version} is newer than this doctor"), "use the newer leakgate's doctor")?;
    }
    let Some(binary) = &shim.binary else {
        return Ok(sheet.problem(&format!("{name}: the shim names no binary: it was cut short"), &again)?);
    };
    let shown = show(binary);
    match said_version(binary) {
        Ok(said) => sheet.good(&format!("{name}: shim {version}, {shown}, which says: {said}"))?,
        Err(why) => sheet.problem(&format!("{name}: {shown} does not run ({why}): everything is refused"), &again)?,
    }
    writable(binary, &shown, sheet)?;
    let kept = with_suffix(path, ".leakgate-kept");
    match shim.next {
        Next::Kept if executable(&kept) => sheet.good(&format!("{name}: then {}", show(&kept)))?,
        Next::Kept => {
            let text = format!("{name}: {} is gone or not executable: everything is refused", show(&kept));
            sheet.problem(&text, &again)?;
        }
        Next::Nothing if fs::symlink_metadata(&kept).is_ok() => {
            sheet.note(&format!("{name}: {} is kept and does not run", show(&kept)))?;
        }
        Next::Nothing => {}
        Next::Own => {
            let own = repo.common_dir.join("hooks").join(name);
            if executable(&own) {
                sheet.good(&format!("{name}: then {}", show(&own)))?;
            }
        }
    }
    Ok(())
}

fn linked(repo: &Repository, name: &str, path: &Path, sheet: &mut Sheet<'_>) -> Result<(), DoctorError> {
    let Ok(target) = fs::read_link(path) else { return Ok(()) };
    let text = format!("{name}: a link to {}: should that go away, git would take everything", show(&target));
    Ok(sheet.problem(&text, &repo.install_command())?)
}

/// Whoever can write the file, or replace it in its directory, decides what the gate says.
fn writable(path: &Path, name: &str, sheet: &mut Sheet<'_>) -> Result<(), DoctorError> {
    const BY_ALL: u32 = 0o002;
    const STICKY: u32 = 0o1000;
    let parent = path.parent().unwrap_or(path);
    for (place, harmless) in [(path, 0), (parent, STICKY)] {
        let Ok(meta) = fs::metadata(place) else { continue };
        if meta.mode() & BY_ALL != 0 && meta.mode() & harmless == 0 {
            let text = format!("{name}: every user can write {}", show(place));
            sheet.problem(&text, &format!("chmod o-w {}", quoted(place)))?;
        }
    }
    Ok(())
}

fn look(path: &Path) -> State {
    let link = match fs::symlink_metadata(path) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return State::Missing,
        Err(error) => return State::Unreadable(error.to_string()),
        Ok(meta) => meta.is_symlink(),
    };
    let meta = match fs::metadata(path) {
        Err(_) if link => return State::Dangling(fs::read_link(path).unwrap_or_else(|_| PathBuf::from("?"))),
        Err(error) => return State::Unreadable(error.to_string()),
        Ok(meta) => meta,
    };
    if meta.is_dir() {
        return State::Directory;
    }
    if !executable(path) {
        return State::NotExecutable;
    }
    if meta.len() == 0 {
        return State::Empty;
    }
    let text = match fs::read(path) {
        Err(error) => return State::Unreadable(error.to_string()),
        Ok(text) => text,
    };
    if let Some(shim) = shim::parse(&text) {
        return State::Shim(shim);
    }
    if is_this_program(&text) {
        return State::Leakgate;
    }
    let names = bstr::ByteSlice::contains_str(text.as_slice(), "leakgate");
    State::Other(if names { Names::Leakgate } else { Names::Others })
}

fn is_this_program(text: &[u8]) -> bool {
    match std::env::current_exe().and_then(fs::read) {
        Ok(this) => this == text,
        Err(_) => false,
    }
}

/// What the kernel says to `access(X_OK)`, which is what git asks: mode, user and `noexec` mounts count.
fn executable(path: &Path) -> bool {
    let test = Command::new("/bin/sh").args(["-c", "test -f \"$1\" && test -x \"$1\"", "sh"]).arg(path).status();
    matches!(test, Ok(status) if status.success())
}

/// leakgate's entry in a dispatcher's directory, such as Gitea's `pre-receive.d`.
fn dispatched(path: &Path) -> Option<PathBuf> {
    let Ok(entries) = fs::read_dir(with_suffix(path, ".d")) else { return None };
    entries.flatten().map(|entry| entry.path()).find(|path| show(path).contains(".d/leakgate"))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The first line that `binary --version` prints.
fn said_version(binary: &Path) -> Result<String, String> {
    const LONGEST: usize = 60;
    let mut command = Command::new(binary);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let status = wait(&mut child)?;
    if !status.success() {
        return Err(status.to_string());
    }
    let mut said = Vec::new();
    if let Some(out) = child.stdout.take() {
        out.take(LONGEST as u64).read_to_end(&mut said).map_err(|error| error.to_string())?;
    }
    Ok(crate::text::printable(said.split(|&b| b == b'\n').next().unwrap_or_default()))
}

/// Waits ten seconds at most: doctor is run by timers, and a program that hangs must not hang it.
fn wait(child: &mut Child) -> Result<ExitStatus, String> {
    const PAUSE: Duration = Duration::from_millis(20);
    const ROUNDS: u32 = 500;
    for _ in 0..ROUNDS {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) => return Ok(status),
            None => std::thread::sleep(PAUSE),
        }
    }
    child.kill().and_then(|()| child.wait()).map_err(|error| error.to_string())?;
    Err("no answer in ten seconds".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    #[test]
    fn each_way_in_which_git_passes_a_hook_over_has_its_name() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let write = |name: &str, text: &str, mode| {
            fs::write(at(name), text).unwrap();
            fs::set_permissions(at(name), fs::Permissions::from_mode(mode)).unwrap();
        };
        assert_eq!(look(&at("missing")), State::Missing);
        symlink("/nonexistent/leakgate", at("dangling")).unwrap();
        assert_eq!(look(&at("dangling")), State::Dangling("/nonexistent/leakgate".into()));
        fs::create_dir(at("directory")).unwrap();
        assert_eq!(look(&at("directory")), State::Directory);
        write("off", "#!/bin/sh\n", 0o644);
        assert_eq!(look(&at("off")), State::NotExecutable);
        write("empty", "", 0o755);
        assert_eq!(look(&at("empty")), State::Empty);
        write("other", "#!/bin/sh\n", 0o755);
        assert_eq!(look(&at("other")), State::Other(Names::Others));
        write("dispatch", "#!/bin/sh\nleakgate pre-receive\n", 0o755);
        assert_eq!(look(&at("dispatch")), State::Other(Names::Leakgate));
        write("shim", "#!/bin/sh\n# leakgate shim 1\nleakgate='/l'\n", 0o755);
        assert!(matches!(look(&at("shim")), State::Shim(_)));
    }

    #[test]
    fn an_entry_in_a_dispatchers_directory_is_found() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("pre-receive.d")).unwrap();
        assert_eq!(dispatched(&dir.path().join("pre-receive")), None);
        let entry = dir.path().join("pre-receive.d/leakgate");
        fs::write(&entry, "").unwrap();
        assert_eq!(dispatched(&dir.path().join("pre-receive")), Some(entry));
    }
}
