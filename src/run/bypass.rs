//! The bypass on servers: a person whom the policy names lets through the very findings that they were shown.
//!
//! A refusal prints a code beside each finding that its reader may let through. A code is made of the time and of a
//! digest, keyed with the server's own key, over that time, the repository, the person, the rule and the finding's
//! fingerprint: another's code, one for another value or repository, one that is too old and one that is made up all
//! fail to verify. Nothing is kept for codes that nobody uses. A code that is used becomes a file in the policy's folder
//! `spent`, made so that only one push can make it, before the push is accepted; that file is also the record of who, what
//! and why. It is written under another name and comes to its own whole, so that a run that is killed uses up no code
//! without a record. It is taken away only by the run that made it, and only when that run then refuses its push.
//!
//! *Invariant:* whatever is missing, wrong or cannot be written, the findings stop the push as they did before.

use crate::exact::Key;
use crate::hook_env::HookEnv;
use crate::policy::Bypass;
use crate::report::json_object;
use crate::text::{Finding, Kind, printable};
use crate::verdict::{Excuse, Excused};
use serde::Serialize;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Push options that are meant for the gate.
const ALLOW: &[u8] = b"leakgate.allow=";
const REASON: &[u8] = b"leakgate.reason=";
const OURS: &[u8] = b"leakgate.";
/// A reason is a few words.
const REASON_CHARS: std::ops::RangeInclusive<usize> = 8..=500;
/// Servers of one cluster may differ in their clocks by as much, in minutes.
const AHEAD: u64 = 10;
/// No more codes are made for one push, nor heard.
const MOST: usize = 100;
/// Names are no longer anywhere.
const NAME_CHARS: usize = 100;
/// Findings that no code is for: the sum over a push has no one value, so that a code would be for any.
const NEVER: &str = crate::customer::IN_PUSH;

/// What the client asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    codes: Vec<String>,
    reason: Option<String>,
    /// Something that begins with `leakgate.` and means nothing.
    unknown: bool,
}

impl Asked {
    pub(super) fn of(env: &HookEnv) -> Self {
        let mut asked = Self::default();
        for option in &env.push_options {
            let bytes = option.as_encoded_bytes();
            let text = |bytes: &[u8]| printable(bytes).trim().to_owned();
            match (bytes.strip_prefix(ALLOW), bytes.strip_prefix(REASON)) {
                (Some(code), _) if asked.codes.len() < MOST => asked.codes.push(text(code)),
                (_, Some(reason)) => asked.reason = Some(text(reason)),
                _ => asked.unknown |= bytes.starts_with(OURS),
            }
        }
        asked
    }

    /// Whether the client asked for anything.
    pub(super) fn anything(&self) -> bool {
        !self.codes.is_empty() || self.reason.is_some() || self.unknown
    }

    /// The reason as given, to be judged before it is kept.
    pub(super) fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

/// A person who may let something through, and all that a code is made of besides the finding.
pub(super) struct Desk<'a> {
    policy: &'a Bypass,
    key: Key,
    spent: PathBuf,
    user: String,
    repository: String,
    now: u64,
}

impl<'a> Desk<'a> {
    /// The desk for whoever pushes; the words why there is none, for those who asked.
    pub(super) fn open(policy: &'a Bypass, env: &HookEnv, common_dir: &Path, now: u64) -> Result<Self, String> {
        let (true, Some(variable), Some(key), Some(spent)) =
            (policy.enabled, policy.variable, &policy.key, &policy.spent)
        else {
            return Err("this server takes no codes: its policy has no bypass switched on".to_owned());
        };
        let user = env.pusher_by(variable).and_then(|name| name.to_str()).map(str::trim);
        let Some(user) = user.filter(|name| !name.is_empty() && name.chars().count() <= NAME_CHARS) else {
            return Err(format!("codes are not taken: {variable} does not say who pushes"));
        };
        if !policy.is_for(user) {
            let user = printable(user.as_bytes());
            return Err(format!("codes are not taken: the policy does not let {user} use them"));
        }
        check_folder(spent)?;
        let key = Key::read(key).map_err(|error| format!("codes are not taken: {error}"))?;
        // The same repository by another path would be another one, and its codes worth nothing: the safe way to err.
        let place = fs::canonicalize(common_dir).map_err(|error| format!("codes are not taken: {error}"))?;
        let repository = printable(place.as_os_str().as_encoded_bytes());
        Ok(Self { policy, key, spent: spent.clone(), user: user.to_owned(), repository, now })
    }

    /// Whether this person may let `finding` through.
    fn may(&self, finding: &Finding) -> bool {
        let id = finding.rule.id.as_str();
        id != NEVER && finding.rule.kind != Kind::Marker && self.policy.reaches(id, finding.rule.severity)
    }

    fn code(&self, finding: &Finding, minute: u64) -> String {
        let minute = format!("{minute:x}");
        let parts = [&minute, &self.repository, &self.user, &finding.rule.id, &finding.fingerprint.0];
        let digest = self.key.single("leakgate bypass", parts.map(String::as_str).join("\0").as_bytes());
        format!("{minute}-{digest:016x}")
    }

    /// Codes for what this person may let through, each with its finding's fingerprint.
    pub(super) fn codes(&self, findings: &[Finding]) -> Vec<(String, String)> {
        let mut codes: Vec<(String, String)> = Vec::new();
        for finding in findings.iter().filter(|finding| self.may(finding)) {
            if codes.len() < MOST && codes.iter().all(|(known, _)| *known != finding.fingerprint.0) {
                codes.push((finding.fingerprint.0.clone(), self.unused(finding)));
            }
        }
        codes
    }

    /// A code that was not used up: by a run that was killed, or for a branch that was set back, in this very minute.
    fn unused(&self, finding: &Finding) -> String {
        let minute = self.now / 60;
        let mut codes = (minute..minute.saturating_add(AHEAD)).map(|minute| self.code(finding, minute));
        let good = codes.find(|code| !self.is_spent(code));
        good.unwrap_or_else(|| self.code(finding, minute))
    }

    fn is_spent(&self, code: &str) -> bool {
        self.spent.join(code).symlink_metadata().is_ok()
    }

    /// The one of `codes` that is for `finding` and not too old.
    fn fitting<'c>(&self, finding: &Finding, codes: &'c [String]) -> Option<&'c String> {
        let now = self.now / 60;
        codes.iter().filter(|_| self.may(finding)).find(|code| {
            let minute = code.split_once('-').map(|(minute, _)| u64::from_str_radix(minute, 16));
            let Some(Ok(minute)) = minute else { return false };
            let fresh = minute <= now + AHEAD && now.saturating_sub(minute) < self.policy.hours.saturating_mul(60);
            fresh && self.code(finding, minute) == **code
        })
    }

    /// Divides `findings` into what stays and what a code is for.
    pub(super) fn divide(&self, findings: Vec<Finding>, asked: &Asked, reason: &str) -> Divided {
        let mut divided = Divided { stays: Vec::new(), passes: Vec::new() };
        for finding in findings {
            match self.fitting(&finding, &asked.codes) {
                None => divided.stays.push(finding),
                Some(code) => {
                    let (user, code, reason) = (self.user.clone(), code.clone(), reason.to_owned());
                    divided.passes.push(Excused { what: finding, why: Excuse::Bypass { user, code, reason } });
                }
            }
        }
        divided
    }

    /// Uses up the codes of `passes` and records them; the words why not, if one was used before or cannot be recorded.
    pub(super) fn spend(&self, passes: &[Excused<Finding>]) -> Result<Spent, String> {
        // First all of them are looked at: one that was used before leaves the others good.
        for it in passes {
            if let Excuse::Bypass { code, .. } = &it.why
                && self.is_spent(code)
            {
                return Err(used(code));
            }
        }
        let mut spent = Spent(Vec::new());
        for it in passes {
            let Excuse::Bypass { code, reason, .. } = &it.why else { continue };
            // A code that fits is hexadecimal digits and a hyphen: no path.
            let path = self.spent.join(code);
            if spent.0.contains(&path) {
                continue;
            }
            if let Err(error) = self.record(&it.what, code, reason, &path, &mut spent) {
                let why = match error.kind() == io::ErrorKind::AlreadyExists {
                    true => used(code),
                    false => format!("it cannot be recorded in bypass.spent, so nothing is let through: {error}"),
                };
                return Err(format!("{why}{}", spent.give_back().map(|lost| format!("; {lost}")).unwrap_or_default()));
            }
        }
        Ok(spent)
    }

    fn record(&self, finding: &Finding, code: &str, reason: &str, path: &Path, spent: &mut Spent) -> io::Result<()> {
        let record = Record {
            time: self.now,
            user: &self.user,
            repository: &self.repository,
            rule: &finding.rule.id,
            fingerprint: &finding.fingerprint.0,
            code,
            reason,
        };
        let beside = self.spent.join(format!(".{code}.{}.new", std::process::id()));
        let written = written(&beside, (json_object(&record) + "\n").as_bytes());
        let linked = written.and_then(|()| fs::hard_link(&beside, path));
        if linked.is_ok() {
            spent.0.push(path.to_owned());
        }
        // What cannot be taken away stays beside the record, and says no more than that.
        drop(fs::remove_file(&beside));
        linked?;
        File::open(&self.spent)?.sync_all()
    }
}

/// The file may be there, left by a run of the same number that was killed.
fn written(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o640).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The files of the codes that this push uses up.
#[derive(Default)]
pub(super) struct Spent(Vec<PathBuf>);

impl Spent {
    /// Whether there are any.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Makes the codes good again, as the push is refused after all; the words for those that stay used up.
    pub(super) fn give_back(self) -> Option<String> {
        let fault = self.0.iter().find_map(|path| Some((path, fs::remove_file(path).err()?)));
        fault.map(|(path, error)| {
            let path = printable(path.as_os_str().as_encoded_bytes());
            format!("the code is used up all the same, since {path} cannot be taken away: {error}")
        })
    }
}

fn used(code: &str) -> String {
    format!("the code {} was used already", printable(code.as_bytes()))
}

/// What stays and what passes.
pub(super) struct Divided {
    pub(super) stays: Vec<Finding>,
    pub(super) passes: Vec<Excused<Finding>>,
}

/// One use of the bypass, as its file has it.
#[derive(Serialize)]
struct Record<'a> {
    time: u64,
    user: &'a str,
    repository: &'a str,
    rule: &'a str,
    fingerprint: &'a str,
    code: &'a str,
    reason: &'a str,
}

/// Whoever can take a file away can use its code again.
fn check_folder(folder: &Path) -> Result<(), String> {
    let fault = match fs::metadata(folder) {
        Err(error) => error.to_string(),
        Ok(it) if !it.is_dir() => "it is not a folder".to_owned(),
        Ok(it) if it.mode() & 0o022 != 0 => "others may write it: chmod go-w".to_owned(),
        Ok(_) => return Ok(()),
    };
    let folder = printable(folder.as_os_str().as_encoded_bytes());
    Err(format!("codes are not taken: bypass.spent, {folder}: {fault}"))
}

/// The words why a reason is not good enough.
pub(super) fn reason_fault(asked: &Asked) -> Option<String> {
    match asked.reason() {
        Some(reason) if REASON_CHARS.contains(&reason.chars().count()) => None,
        _ => Some("a code needs a reason, 8 to 500 characters long: -o leakgate.reason=\"why\"".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

    fn asked(options: &[&str]) -> Asked {
        let push_options = options.iter().map(OsString::from).collect();
        Asked::of(&HookEnv { push_options, ..HookEnv::default() })
    }

    #[test]
    fn only_our_own_options_ask_for_anything() {
        assert!(!asked(&["ci.skip", "merge_request.create", "xleakgate.allow=1"]).anything());
        let both = asked(&["leakgate.allow=a", "ci.skip", "leakgate.reason= made up ", "leakgate.allow=b"]);
        assert_eq!((both.codes.as_slice(), both.reason()), (&["a".to_owned(), "b".to_owned()][..], Some("made up")));
        assert!(asked(&["leakgate.skip=true"]).unknown && asked(&["leakgate.skip=true"]).anything());
        assert_eq!(asked(&vec!["leakgate.allow=x"; MOST + 1]).codes.len(), MOST);
    }

    #[test]
    fn a_reason_is_a_few_words() {
        for (reason, good) in [("", false), ("because", false), ("it is made up", true)] {
            let fault = reason_fault(&asked(&[&format!("leakgate.reason={reason}")]));
            assert_eq!(fault.is_none(), good, "{reason}");
        }
        assert!(reason_fault(&asked(&["leakgate.allow=x"])).is_some());
        assert!(reason_fault(&asked(&[&format!("leakgate.reason={}", "x".repeat(501))])).is_some());
    }
}
