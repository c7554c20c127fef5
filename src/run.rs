//! From a [`Command`] to what is printed and the exit status.

mod compare;
mod customer;
mod fingerprint;
mod gitleaks;
mod leaving;
mod rules;

use crate::cli::{Command, Format, Push as Probe, Target};
use crate::doctor;
use crate::gate::error::Error;
use crate::gate::files::Judged;
use crate::gate::hooks::{Outcome, Setting};
use crate::gate::judge::Judge;
use crate::gate::sift::{Comments, PassedOver};
use crate::gate::{scan, site};
use crate::git::{RepoFacts, UserConfig, message_settings, parse_parameters};
use crate::hook_env::HookEnv;
use crate::policy::{Asked, Date, LayerFile, Policy, SourceState, Unread as Decision};
use crate::push::Push;
use crate::push::cleanup::Editor;
use crate::push::message::as_stored;
use crate::report::{self, Context, Destination, HookKind, Mask, Unread};
use crate::rule::RuleSet;
use crate::scan::{Limits, UnreadableKind};
use crate::verdict::{ExitStatus, Ledger, Verdict};
use bstr::ByteSlice;
use customer::thresholds;
use std::ffi::OsString;
use std::io::Read;
use std::mem::ManuallyDrop;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Where the machine's own policy lies.
const SYSTEM_POLICY: &str = "/etc/leakgate";
/// The most that is read from standard input by a hook, in bytes: a million references of long names.
const MOST_STDIN: u64 = 1 << 30;

/// What is to be printed, and the exit status.
#[derive(Debug)]
pub struct Done {
    /// For standard output.
    pub out: String,
    /// For standard error.
    pub err: String,
    /// The status.
    pub status: ExitStatus,
}

/// Does what `command` says.
#[must_use]
pub fn run(command: Command) -> Done {
    let env = HookEnv::read();
    match command {
        Command::Print(text) => printed(text.to_owned()),
        Command::Version => printed(format!("leakgate {}\n", env!("CARGO_PKG_VERSION"))),
        Command::Hook { hook, args, policy } => {
            let bench = Bench::new(&env, hook, policy.as_deref(), &args);
            // The process ends here: to give a thousand rules back one by one would be work for nothing.
            let result = bench.map(ManuallyDrop::new).and_then(|mut bench| bench.hook(&args));
            let done = result.unwrap_or_else(|error| undecided(&error, hook));
            Done { err: report::for_host(done.err, &env.origin), ..done }
        }
        Command::Scan { repo, format, target, policy } => {
            let hook = HookKind::Scan;
            let result = scan_command(&env, repo.as_deref(), format, &target, policy.as_deref());
            result.unwrap_or_else(|error| undecided(&error, hook))
        }
        Command::Doctor { repos, push, policy } => doctor_command(repos, push, policy.as_deref()),
        Command::Rules { ask, policy } => rules::run(&env, &ask, policy.as_deref()),
        Command::Gitleaks(ask) => gitleaks::run(&env, &ask),
        Command::Fingerprint(job) => fingerprint::run(&job),
    }
}

fn printed(out: String) -> Done {
    Done { out, err: String::new(), status: ExitStatus::Accepted }
}

/// The message for what could not be decided.
#[must_use]
pub fn undecided(error: &Error, hook: HookKind) -> Done {
    let err = report::undecided(error, &error.hints(), &plain_context(hook));
    Done { out: String::new(), err, status: ExitStatus::Undecided }
}

/// A context before there is a policy.
fn plain_context(hook: HookKind) -> Context<'static> {
    let version = env!("CARGO_PKG_VERSION");
    Context { hook, shown: 0, contact: None, version, tips: &[], destination: None, origin: None }
}

/// A policy loaded, a repository located: ready to judge.
struct Bench<'a> {
    env: &'a HookEnv,
    hook: HookKind,
    facts: Option<RepoFacts>,
    policy: Policy,
    judge: Judge,
    /// Where a push is about to go, and who pushes.
    going: Option<Destination>,
    told: Option<String>,
}

impl<'a> Bench<'a> {
    fn new(env: &'a HookEnv, hook: HookKind, extra: Option<&Path>, args: &[OsString]) -> Result<Self, Error> {
        let facts = site::locate(env, Path::new("."))?;
        Self::with(env, hook, Some(facts), extra, args)
    }

    fn with(
        env: &'a HookEnv,
        hook: HookKind,
        facts: Option<RepoFacts>,
        extra: Option<&Path>,
        args: &[OsString],
    ) -> Result<Self, Error> {
        let layers = layers(hook, facts.as_ref(), extra);
        let mut policy = Policy::load(&layers, today()).map_err(Error::Policy)?;
        let going = leaving::fit(&mut policy, env, hook, args)?;
        let judge = judge_by(&policy, hook)?;
        let told = matches!(hook, HookKind::PreReceive | HookKind::Update).then(|| env.origin.told()).flatten();
        Ok(Self { env, hook, facts, policy, judge, going, told })
    }

    fn setting(&self) -> Setting<'_> {
        Setting { env: self.env, limits: &self.policy.limits, judge: &self.judge }
    }

    fn facts(&self) -> Result<RepoFacts, Error> {
        self.facts.clone().ok_or_else(|| Error::NoRepository { start: PathBuf::from(".") })
    }

    fn hook(&mut self, args: &[OsString]) -> Result<Done, Error> {
        let setting = self.setting();
        let outcome = match (self.hook, args) {
            (HookKind::Update, [name, old, new]) => {
                let push = Push::from_update(name.as_bytes(), old.as_bytes(), new.as_bytes()).map_err(Error::Push)?;
                setting.receive(&push, self.facts()?)?
            }
            (HookKind::PrePush, []) => {
                let [remote, _url] = leaving::framework(self.env)?;
                setting.send_all(self.facts()?, &remote.to_string_lossy())?
            }
            (HookKind::PrePush, [remote, _url]) => {
                let push = Push::from_pre_push(&stdin()?).map_err(Error::Push)?;
                let sent = setting.send(&push, self.facts()?, &remote.to_string_lossy())?;
                // Where nothing goes it goes nowhere: deletions, and a remote that has everything.
                self.going = self.going.take().filter(|_| push.updates.iter().any(|update| update.new.is_some()));
                sent
            }
            (HookKind::CommitMsg, [file]) => self.message(Path::new(file))?,
            (HookKind::PreCommit | HookKind::PreMergeCommit, _) => setting.staged(self.facts()?)?,
            (HookKind::PreReceive, _) => {
                let push = Push::from_pre_receive(&stdin()?).map_err(Error::Push)?;
                setting.receive(&push, self.facts()?)?
            }
            (hook, _) => return Err(Error::Usage(format!("{hook:?} was given the wrong arguments"))),
        };
        Ok(self.conclude(outcome))
    }

    fn message(&self, file: &Path) -> Result<Outcome, Error> {
        let facts = self.facts()?;
        let raw = std::fs::read(file).map_err(|source| Error::File { path: file.to_owned(), source })?;
        let home = self.env.home.as_deref();
        let mut user = UserConfig::usual(Some(Path::new("/etc/gitconfig")), self.env.config_home.as_deref(), home);
        if let Some(global) = &self.env.global_config {
            user.files = vec![PathBuf::from("/etc/gitconfig"), global.clone()];
        }
        if let Some(set) = &self.env.config_parameters {
            user.overrides = parse_parameters(set.as_bytes().as_bstr()).map_err(Error::Config)?;
        }
        let settings = message_settings(&facts, &user).map_err(Error::Config)?;
        let editor = match self.env.editor.as_deref().is_some_and(|editor| editor == ":") {
            true => Editor::Skipped,
            false => Editor::Used,
        };
        self.setting().message(&raw, &as_stored(&raw, &settings, editor))
    }

    /// Leaves out what the policy excepts, judges, and words the answer.
    fn conclude(&self, outcome: Outcome) -> Done {
        let judged = self.excepted(outcome.judged);
        let stops = self.going.as_ref().map_or(0, |going| going.stops.len());
        let verdict = Verdict::decide(&outcome.balanced, stops + judged.findings.len(), judged.unread.len());
        let err = match verdict {
            Verdict::Accept => {
                let remote = self.going.as_ref().map_or_else(String::new, Destination::warnings);
                remote + &report::warnings(&judged.warnings, &self.context(&[]))
            }
            Verdict::Reject | Verdict::Undecided => {
                report::rejection(&judged.findings, &judged.unread, &self.context(&outcome.tips))
            }
        };
        Done { out: String::new(), err, status: verdict.into() }
    }

    fn context<'c>(&'c self, tips: &'c [String]) -> Context<'c> {
        Context {
            hook: self.hook,
            shown: usize::try_from(self.policy.limits.findings_shown).unwrap_or(usize::MAX),
            contact: self.policy.contact.as_deref(),
            version: env!("CARGO_PKG_VERSION"),
            tips,
            destination: self.going.as_ref(),
            origin: self.told.as_deref(),
        }
    }

    fn excepted(&self, mut judged: Judged) -> Judged {
        judged.findings.retain(|finding| self.policy.allowance(finding).is_none());
        judged.warnings.retain(|finding| self.policy.allowance(finding).is_none());
        judged.unread.retain(|unread| blocks(&self.policy, unread));
        judged.findings.sort_by(|a, b| {
            (&a.subject, a.place, &a.rule.id, &a.member).cmp(&(&b.subject, b.place, &b.rule.id, &b.member))
        });
        judged
    }
}

/// Whether the policy stops at something that could not be read through.
fn blocks(policy: &Policy, unread: &Unread) -> bool {
    let of = &policy.unreadable;
    let (rule, decision) = match unread.obstacle.kind {
        UnreadableKind::Encrypted => ("unreadable-encrypted", of.encrypted),
        UnreadableKind::Unsupported => ("unreadable-unsupported", of.unsupported),
        UnreadableKind::OverLimit => ("unreadable-over-limit", of.over_limit),
        UnreadableKind::Broken => ("unreadable-broken", of.broken),
    };
    let asked = Asked {
        rule,
        path: unread.subject.path().map(|path| path.as_slice()),
        fingerprint: None,
        value: None,
        commit: unread.subject.commit(),
    };
    decision == Decision::Block && policy.covering(&asked).is_none()
}

/// The policy's files for a run, each over the one before. On a server only the server's own; locally the work tree's.
fn layers(hook: HookKind, facts: Option<&RepoFacts>, extra: Option<&Path>) -> Vec<LayerFile> {
    let mut layers = vec![LayerFile::system(Path::new(SYSTEM_POLICY))];
    let serves = matches!(hook, HookKind::PreReceive | HookKind::Update);
    if let Some(facts) = facts {
        match (&facts.work_tree, serves) {
            (Some(top), false) => layers.push(LayerFile::work_tree(top)),
            (None, _) | (Some(_), true) => layers.push(LayerFile::repository(&facts.common_dir)),
        }
    }
    layers.extend(extra.map(LayerFile::command_line));
    layers
}

fn judge_by(policy: &Policy, hook: HookKind) -> Result<Judge, Error> {
    let limits = &policy.limits;
    let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(Judge {
        rules: RuleSet::with(&policy.rules, &policy.gitleaks.borrowings).map_err(Error::Rules)?,
        limits: Limits {
            decode_depth: small(limits.decode_depth),
            container_depth: small(limits.container_depth),
            decompressed_bytes: limits.decompressed_bytes,
            members: small(limits.container_members),
        },
        thresholds: thresholds(policy),
        exact: compare::exact(policy),
        passed_over: passed_over(policy, hook),
        deadline: limits.time_seconds.map(|seconds| (Instant::now() + Duration::from_secs(seconds), seconds)),
    })
}

/// A comment excuses in a clone, where its author could skip the hook as well; on a server it would be for whoever is
/// judged to say what is judged.
fn passed_over(policy: &Policy, hook: HookKind) -> PassedOver {
    let is_server = matches!(hook, HookKind::PreReceive | HookKind::Update);
    let heard = !is_server && !policy.gitleaks.files.is_empty();
    let comments = if heard { Comments::Heard } else { Comments::Unheard };
    PassedOver { known: policy.gitleaks.known.clone(), comments }
}

fn today() -> Date {
    Date::from_unix_seconds(now())
}

/// Seconds since 1970; a clock before that is one that was never set.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs()
}

fn stdin() -> Result<Vec<u8>, Error> {
    let mut input = Vec::new();
    std::io::stdin().lock().take(MOST_STDIN + 1).read_to_end(&mut input).map_err(Error::Stdin)?;
    match input.len() as u64 > MOST_STDIN {
        true => Err(Error::StdinTooLong { most: MOST_STDIN }),
        false => Ok(input),
    }
}

fn scan_command(
    env: &HookEnv,
    repo: Option<&Path>,
    format: Format,
    target: &Target,
    extra: Option<&Path>,
) -> Result<Done, Error> {
    let facts = site::locate(env, repo.unwrap_or(Path::new(".")));
    let facts = match (facts, target, repo) {
        (Ok(facts), ..) => Some(facts),
        // Files and standard input need no repository.
        (Err(Error::NoRepository { .. }), Target::Paths(_) | Target::Stdin, None) => None,
        (Err(error), ..) => return Err(error),
    };
    // As above: the process ends with this.
    let bench = ManuallyDrop::new(Bench::with(env, HookKind::Scan, facts, extra, &[])?);
    let setting = bench.setting();
    let outcome = match target {
        Target::Range(range) => setting.range(bench.facts()?, range)?,
        Target::All => setting.all(bench.facts()?)?,
        Target::Staged => setting.staged(bench.facts()?)?,
        Target::Stdin => setting.stdin(&stdin()?)?,
        Target::Paths(paths) => {
            let judged = scan::join(setting.paths(paths)?);
            // Each file's own books balanced, or there would be no outcome.
            let balanced = Ledger::<u8>::new().balance().map_err(Error::Unaccounted)?;
            Outcome { judged, balanced, tips: Vec::new() }
        }
    };
    let judged = bench.excepted(outcome.judged);
    let verdict = Verdict::decide(&outcome.balanced, judged.findings.len(), judged.unread.len());
    let err = report::warnings(&judged.warnings, &plain_context(HookKind::Scan));
    Ok(Done { out: list(&judged, format), err, status: verdict.into() })
}

fn list(judged: &Judged, format: Format) -> String {
    match format {
        Format::Text => report::listing(&judged.findings, &judged.unread),
        Format::JsonLines => {
            let mask = Mask::of(&judged.findings, &judged.unread);
            let found = judged.findings.iter().map(|finding| report::json_line(finding, &mask));
            let unread = judged.unread.iter().map(|unread| report::json_unread_line(unread, &mask));
            found.chain(unread).map(|line| line + "\n").collect()
        }
    }
}

fn doctor_command(repos: Vec<PathBuf>, push: Probe, extra: Option<&Path>) -> Done {
    let probe = match push {
        Probe::No => doctor::Probe::Look,
        Probe::Try => doctor::Probe::Push,
    };
    let mut out = Vec::new();
    let answers = doctor::Answers {
        policy: &|git_dir| policy_files(git_dir, extra),
        remote: &|git_dir, top, url| leaving::way(git_dir, top, url, extra),
    };
    let health = doctor::run(&doctor::Options { repos, probe }, answers, &mut out);
    let mut done = printed(String::from_utf8_lossy(&out).into_owned());
    match health {
        Ok(doctor::Health::Healthy) => {}
        Ok(doctor::Health::Unhealthy) => done.status = ExitStatus::Rejected,
        Err(error) => {
            let hint = "doctor needs git on the PATH and the rights to read the repository".to_owned();
            done.err = report::undecided(&error, &[hint], &plain_context(HookKind::Scan));
            done.status = ExitStatus::Undecided;
        }
    }
    done
}

/// The policy files in force for the repository at `git_dir`, as its hooks would load them.
fn policy_files(git_dir: &Path, extra: Option<&Path>) -> Vec<doctor::PolicyFile> {
    let facts = site::locate(&HookEnv { git_dir: Some(git_dir.to_owned()), ..HookEnv::default() }, Path::new(""));
    let file = |path: PathBuf, fault: Option<String>| doctor::PolicyFile { path, fault };
    let facts = match facts {
        Ok(facts) => facts,
        Err(error) => return vec![file(git_dir.to_owned(), Some(error.to_string()))],
    };
    let hook = if facts.bare { HookKind::PreReceive } else { HookKind::PreCommit };
    let layers = layers(hook, Some(&facts), extra);
    match Policy::load(&layers, today()) {
        Ok(policy) => {
            // What is built in is always in force; only files can differ from what somebody believes.
            let files = policy
                .sources
                .iter()
                .filter(|source| source.state != SourceState::Absent && !source.name.ends_with("(built in)"));
            let tables = compare::fault(&policy).map(|(path, fault)| file(path, Some(fault)));
            files.map(|source| file(PathBuf::from(&source.name), None)).chain(tables).collect()
        }
        Err(error) => vec![file(git_dir.to_owned(), Some(error.to_string()))],
    }
}
