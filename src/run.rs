//! From a [`Command`] to what is printed and the exit status.

mod allow;
mod audit;
mod baseline;
mod bypass;
mod compare;
mod customer;
mod decide;
mod edit;
mod fingerprint;
mod fleet;
mod gitleaks;
mod history;
mod leaving;
mod policy;
mod progress;
mod rules;
mod scan;

use crate::cli::{Command, Push as Probe};
use crate::doctor;
use crate::gate::error::Error;
use crate::gate::gauge::Gauge;
use crate::gate::hooks::{Outcome, Setting};
use crate::gate::judge::Judge;
use crate::gate::packages::Packages;
use crate::gate::remembered::Remembered;
use crate::gate::sift::{self, PassedOver};
use crate::gate::site;
use crate::git::{RepoFacts, UserConfig, message_settings, parse_parameters};
use crate::hook_env::HookEnv;
use crate::policy::{Baseline, Comments, Date, LayerFile, Policy, SourceState, Switch, Unread as Decision, Unwritten};
use crate::push::Push;
use crate::push::cleanup::Editor;
use crate::push::message::as_stored;
use crate::report::{self, Context, Destination, HookKind, Unread};
use crate::rule::RuleSet;
use crate::scan::{Limits, UnreadableKind};
use crate::verdict::{ExitStatus, Mode};
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
            let result = bench.map(ManuallyDrop::new).map(|mut bench| bench.hook(&args));
            let done = result.unwrap_or_else(|error| undecided(&error, hook));
            Done { err: report::for_host(done.err, &env.origin), ..done }
        }
        Command::Scan { repo, format, target, policy } => {
            let hook = HookKind::Scan;
            let result = scan::run(&env, repo.as_deref(), format, &target, policy.as_deref());
            result.unwrap_or_else(|error| undecided(&error, hook))
        }
        Command::History(job) => history::run(&env, &job),
        Command::Report { files, output } => history::report(&files, output),
        Command::Doctor { repos, push, policy } => doctor_command(&env, repos, push, policy.as_deref()),
        Command::Allow { it, repo, policy } => allow::run(&env, &it, repo.as_deref(), policy.as_deref()),
        Command::Baseline { it, repo, policy } => baseline::run(&env, &it, repo.as_deref(), policy.as_deref()),
        Command::Policy { ask, repo, policy } => policy::run(&env, &ask, repo.as_deref(), policy.as_deref()),
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
    let (mode, version) = (Mode::Enforced, env!("CARGO_PKG_VERSION"));
    let (notes, codes, tips) = (&[], &[], &[]);
    Context { hook, shown: 0, contact: None, version, mode, notes, codes, tips, destination: None, origin: None }
}

/// A policy loaded, a repository located: ready to judge.
struct Bench<'a> {
    env: &'a HookEnv,
    hook: HookKind,
    facts: Option<RepoFacts>,
    policy: Policy,
    judge: Judge,
    baseline: Option<Baseline>,
    started: Instant,
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
        let layers = layers(env, hook, facts.as_ref(), extra);
        let mut policy = Policy::load(&layers, today()).map_err(Error::Policy)?;
        let going = leaving::fit(&mut policy, env, hook, args)?;
        let judge = judge_by(&policy, hook)?;
        let told = matches!(hook, HookKind::PreReceive | HookKind::Update).then(|| env.origin.told()).flatten();
        let baseline = policy.baseline.as_ref().map(Baseline::read).transpose().map_err(Error::Policy)?;
        Ok(Self { env, hook, facts, policy, judge, baseline, started: Instant::now(), going, told })
    }

    fn setting(&self) -> Setting<'_> {
        Setting { env: self.env, limits: &self.policy.limits, judge: &self.judge, actions: &self.policy.actions }
    }

    /// The message for what could not be decided. In a dry run a leak would go through as well: to stop at less would
    /// hold people up and protect nothing. A policy that cannot be used is no dry run, as nobody can tell that it is one.
    fn undecided(&self, error: &Error) -> Done {
        let err = report::undecided(error, &error.hints(), &self.context(&[]));
        Done { out: String::new(), err, status: ExitStatus::under(self.mode(), None) }
    }

    fn facts(&self) -> Result<RepoFacts, Error> {
        self.facts.clone().ok_or_else(|| Error::NoRepository { start: PathBuf::from(".") })
    }

    /// Decides, records the decision, and words it.
    fn hook(&mut self, args: &[OsString]) -> Done {
        let mut push = Push::default();
        match self.outcome(args, &mut push) {
            Ok(outcome) => self.conclude(outcome, &push),
            Err(error) => self.recorded_failure(&error, &push),
        }
    }

    fn outcome(&mut self, args: &[OsString], pushed: &mut Push) -> Result<Outcome, Error> {
        let setting = self.setting();
        Ok(match (self.hook, args) {
            (HookKind::Update, [name, old, new]) => {
                *pushed = Push::from_update(name.as_bytes(), old.as_bytes(), new.as_bytes()).map_err(Error::Push)?;
                setting.receive(pushed, self.facts()?)?
            }
            (HookKind::PrePush, []) => {
                let [remote, _url] = leaving::framework(self.env)?;
                setting.send_all(self.facts()?, &remote.to_string_lossy())?
            }
            (HookKind::PrePush, [remote, _url]) => {
                *pushed = Push::from_pre_push(&stdin()?).map_err(Error::Push)?;
                let sent = setting.send(pushed, self.facts()?, &remote.to_string_lossy())?;
                // Where nothing goes it goes nowhere: deletions, and a remote that has everything.
                self.going = self.going.take().filter(|_| pushed.updates.iter().any(|update| update.new.is_some()));
                sent
            }
            (HookKind::CommitMsg, [file]) => self.message(Path::new(file))?,
            (HookKind::PreCommit | HookKind::PreMergeCommit, _) => setting.staged(self.facts()?)?,
            (HookKind::PreReceive, _) => {
                *pushed = Push::from_pre_receive(&stdin()?).map_err(Error::Push)?;
                setting.receive(pushed, self.facts()?)?
            }
            (hook, _) => return Err(Error::Usage(format!("{hook:?} was given the wrong arguments"))),
        })
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

    fn context<'c>(&'c self, tips: &'c [String]) -> Context<'c> {
        Context {
            hook: self.hook,
            shown: usize::try_from(self.policy.limits.findings_shown).unwrap_or(usize::MAX),
            contact: self.policy.contact.as_deref(),
            version: env!("CARGO_PKG_VERSION"),
            mode: self.mode(),
            notes: &[],
            codes: &[],
            tips,
            destination: self.going.as_ref(),
            origin: self.told.as_deref(),
        }
    }
}

/// Whether the policy stops at something of a kind that could not be read through.
fn blocks(policy: &Policy, unread: &Unread) -> bool {
    let of = &policy.unreadable;
    let decision = match unread.obstacle.kind {
        UnreadableKind::Encrypted => of.encrypted,
        UnreadableKind::Unsupported => of.unsupported,
        UnreadableKind::OverLimit => of.over_limit,
        UnreadableKind::Broken => of.broken,
    };
    decision == Decision::Block
}

/// The rule that an obstacle goes by.
fn obstacle_rule(kind: UnreadableKind) -> &'static str {
    match kind {
        UnreadableKind::Encrypted => "unreadable-encrypted",
        UnreadableKind::Unsupported => "unreadable-unsupported",
        UnreadableKind::OverLimit => "unreadable-over-limit",
        UnreadableKind::Broken => "unreadable-broken",
    }
}

/// The policy's files for a run, each over the one before. On a server only the server's own; locally the work tree's.
fn layers(env: &HookEnv, hook: HookKind, facts: Option<&RepoFacts>, extra: Option<&Path>) -> Vec<LayerFile> {
    let mut layers = vec![LayerFile::system(Path::new(SYSTEM_POLICY))];
    let serves = matches!(hook, HookKind::PreReceive | HookKind::Update);
    if let Some(facts) = facts {
        match (&facts.work_tree, serves) {
            (Some(top), false) => layers.push(LayerFile::work_tree(top)),
            (None, _) | (Some(_), true) => layers.push(LayerFile::repository(&facts.common_dir)),
        }
    }
    // On a server the home is that of whoever runs the hook, perhaps of whoever pushes.
    if !serves && facts.is_none_or(|facts| facts.work_tree.is_some()) {
        let usual = || env.home.as_ref().map(|home| home.join(".config"));
        let own = env.config_home.clone().or_else(usual);
        layers.extend(own.map(|dir| LayerFile::developer(&dir.join("leakgate"))));
    }
    layers.extend(extra.map(LayerFile::command_line));
    layers
}

fn judge_by(policy: &Policy, hook: HookKind) -> Result<Judge, Error> {
    let limits = &policy.limits;
    let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    let rules = RuleSet::with(&policy.rules, &policy.gitleaks.borrowings).map_err(Error::Rules)?;
    Ok(Judge {
        remembered: Remembered::by(&rules),
        rules,
        limits: Limits {
            decode_depth: small(limits.decode_depth),
            container_depth: small(limits.container_depth),
            decompressed_bytes: limits.decompressed_bytes,
            members: small(limits.container_members),
        },
        thresholds: thresholds(policy),
        exact: compare::exact(policy),
        packages: Packages::of(&policy.markers),
        passed_over: passed_over(policy, hook),
        comments: comments(policy.comments, hook),
        deadline: limits.time_seconds.map(|seconds| (Instant::now() + Duration::from_secs(seconds), seconds)),
        gauge: Gauge::default(),
    })
}

/// Whether comments in files are heard. Who pushes to a server has written them.
fn comments(apply: Comments, hook: HookKind) -> Switch {
    let serves = matches!(hook, HookKind::PreReceive | HookKind::Update);
    match apply {
        Comments::Everywhere => Switch::On,
        Comments::Local if !serves => Switch::On,
        Comments::Local | Comments::Nowhere => Switch::Off,
    }
}

/// What is passed over by its place; gitleaks' own comments are heard where ours are.
fn passed_over(policy: &Policy, hook: HookKind) -> PassedOver {
    let heard = comments(policy.comments, hook) == Switch::On && !policy.gitleaks.files.is_empty();
    let comments = if heard { sift::Comments::Heard } else { sift::Comments::Unheard };
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

fn doctor_command(env: &HookEnv, repos: Vec<PathBuf>, push: Probe, extra: Option<&Path>) -> Done {
    let probe = match push {
        Probe::No => doctor::Probe::Look,
        Probe::Try => doctor::Probe::Push,
    };
    let mut out = Vec::new();
    let answers = doctor::Answers {
        policy: &|git_dir| policy_files(env, git_dir, extra),
        remote: &|git_dir, top, url| leaving::way(git_dir, top, url, extra),
    };
    let health = doctor::run(&doctor::Options { repos, probe }, answers, &mut out);
    let mut done = printed(String::from_utf8_lossy(&out).into_owned());
    match health {
        Ok(doctor::Health::Healthy) => {}
        Ok(doctor::Health::Unhealthy) => done.status = ExitStatus::Rejected,
        Err(error) => {
            let hint = "doctor needs git on the PATH and the rights to read the repository".to_owned();
            done.err = report::complaint(&error, &[hint]);
            done.status = ExitStatus::Undecided;
        }
    }
    done
}

/// What doctor says of a policy that cannot be used.
const REFUSED: &str = "every push is refused";

/// The policy files in force for the repository at `git_dir`, as its hooks would load them.
fn policy_files(env: &HookEnv, git_dir: &Path, extra: Option<&Path>) -> Vec<doctor::PolicyFile> {
    let facts = site::locate(&HookEnv { git_dir: Some(git_dir.to_owned()), ..HookEnv::default() }, Path::new(""));
    let file = |path: PathBuf, fault: Option<String>| doctor::PolicyFile { path, fault, then: REFUSED, wants: None };
    let facts = match facts {
        Ok(facts) => facts,
        Err(error) => return vec![file(git_dir.to_owned(), Some(error.to_string()))],
    };
    let hook = if facts.bare { HookKind::PreReceive } else { HookKind::PreCommit };
    let layers = layers(env, hook, Some(&facts), extra);
    match Policy::load(&layers, today()) {
        Ok(policy) => {
            // What is built in is always in force; only files can differ from what somebody believes.
            let files = policy
                .sources
                .iter()
                .filter(|source| source.state != SourceState::Absent && !source.name.ends_with("(built in)"));
            let tables = compare::fault(&policy).map(|(path, fault)| file(path, Some(fault)));
            let mut all: Vec<doctor::PolicyFile> =
                files.map(|source| file(PathBuf::from(&source.name), None)).chain(tables).collect();
            let log = crate::audit::fault(&policy.audit, &facts.common_dir, facts.work_tree.as_deref());
            all.extend(log.map(|(path, fault)| doctor::PolicyFile {
                then: if policy.audit.unwritten == Unwritten::Allow { "pushes pass unrecorded" } else { REFUSED },
                ..file(path, Some(fault))
            }));
            if let (true, Some(last)) = (policy.bypass.enabled && facts.bare, all.last_mut()) {
                last.wants = Some("receive.advertisePushOptions");
            }
            all
        }
        Err(error) => vec![file(git_dir.to_owned(), Some(error.to_string()))],
    }
}
