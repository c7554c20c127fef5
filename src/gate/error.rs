//! Why the gate could not decide: a variant a stage.

use super::judge::JudgeError;
use super::ssh::SshError;
use crate::audit::AuditError;
use crate::git::{ConfigError, DiscoverError, IndexError, ObjectError, RefsError, SentError, StoreError, TreeError};
use crate::policy::PolicyError;
use crate::push::PushError;
use crate::report::history::ResultsError;
use crate::rule::RuleSetError;
use crate::verdict::Unaccounted;
use std::path::PathBuf;

/// Why the gate could not decide.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The arguments are not understood.
    #[error("{0}")]
    Usage(String),
    /// Standard input or the arguments are not what git writes.
    #[error("cannot tell what is pushed")]
    Push(#[source] PushError),
    /// Reading standard input failed.
    #[error("cannot read standard input")]
    Stdin(#[source] std::io::Error),
    /// More on standard input than is read.
    #[error("standard input has more than {most} bytes")]
    StdinTooLong {
        /// The bound.
        most: u64,
    },
    /// More references than the policy lets one push move.
    #[error("the push moves {count} references; {most} are read at most (limits.refs_per_push)")]
    TooManyRefs {
        /// How many.
        count: usize,
        /// The bound.
        most: u64,
    },
    /// There is no repository.
    #[error("{start} is not in a git repository", start = start.display())]
    NoRepository {
        /// Where the search began.
        start: PathBuf,
    },
    /// The search for the repository failed.
    #[error("cannot find the repository")]
    Discover(#[source] DiscoverError),
    /// The repository's formats cannot be understood.
    #[error("cannot understand the repository")]
    Config(#[source] ConfigError),
    /// The references cannot be read.
    #[error("cannot read the repository's references")]
    Refs(#[source] RefsError),
    /// References lie where leakgate does not look.
    #[error("GIT_REFERENCE_BACKEND puts the references into {backend}, which leakgate cannot read")]
    ReferenceBackend {
        /// Its value.
        backend: String,
    },
    /// The index cannot be read.
    #[error("cannot read what is staged")]
    Index(#[source] IndexError),
    /// An id of another hash than the repository's.
    #[error("{id} is not an object id of this repository's hash")]
    ForeignId {
        /// The id.
        id: String,
    },
    /// The policy cannot be loaded.
    #[error("the policy cannot be used")]
    Policy(#[source] PolicyError),
    /// Nobody knows which host an ssh URL leads to.
    #[error("cannot tell which host {host} is, which remote.inside, public and outside are about")]
    Ssh {
        /// The host as the URL has it.
        host: String,
        /// Why.
        #[source]
        source: SshError,
    },
    /// The object stores cannot be opened.
    #[error("cannot open the object store")]
    Store(#[source] StoreError),
    /// A new object is missing or unreadable.
    #[error("cannot read an object that is new")]
    Walk(#[source] ObjectError),
    /// A new tree is unreadable.
    #[error("cannot compare the new files with their parents")]
    Tree(#[source] TreeError),
    /// The quarantine cannot be read.
    #[error("cannot read what was sent")]
    Sent(#[source] SentError<JudgeError>),
    /// A rule cannot run.
    #[error("cannot judge by the rules of the policy")]
    Rules(#[source] RuleSetError),
    /// Judging stopped.
    #[error("cannot judge everything")]
    Judge(#[source] JudgeError),
    /// The decision cannot be recorded.
    #[error("the decision cannot be recorded")]
    Audit(#[source] AuditError),
    /// Something new was not judged.
    #[error("the books do not balance")]
    Unaccounted(#[source] Unaccounted),
    /// A thread died.
    #[error("a worker thread died")]
    Worker,
    /// A file to scan cannot be read.
    #[error("cannot read {path}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file is larger than what is read.
    #[error("{path} has {bytes} bytes; {most} are read at most (limits.object_bytes)", path = path.display())]
    FileTooLong {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The bound.
        most: u64,
    },
    /// A report or results cannot be written.
    #[error("cannot write {path}", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file is not what a scan's results are.
    #[error("cannot use the results of {path}", path = path.display())]
    Results {
        /// The file, or the repository that they are of.
        path: PathBuf,
        /// Why.
        #[source]
        source: ResultsError,
    },
    /// The program cannot be started again.
    #[error("cannot start leakgate for a repository")]
    Program(#[source] std::io::Error),
    /// git, asked what a range means, did not say.
    #[error("git does not know the range `{range}`: {said}")]
    Range {
        /// The range as given.
        range: String,
        /// What git said.
        said: String,
    },
    /// git cannot be asked.
    #[error("cannot run git to resolve the range `{range}`")]
    Git {
        /// The range as given.
        range: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl Error {
    /// What reading the quarantine ended with: what the judge said there is its own word.
    pub(super) fn of_sent(error: SentError<JudgeError>) -> Self {
        match error {
            SentError::Visit(error) => Self::Judge(error),
            error @ (SentError::Pack { .. } | SentError::Loose { .. } | SentError::Vanished { .. }) => {
                Self::Sent(error)
            }
        }
    }

    /// What to do about it: one sentence a hint.
    #[must_use]
    pub fn hints(&self) -> Vec<String> {
        let hint: &str = match self {
            Self::Usage(_) => "`leakgate --help` lists the commands and options",
            Self::Push(PushError::Empty) => {
                "another hook or dispatcher in front has read standard input; give leakgate the same input \
                 (`leakgate doctor` shows what git runs)"
            }
            Self::Push(_) => "git writes these lines; whatever else calls leakgate must write them in the same form",
            Self::Stdin(_) | Self::StdinTooLong { .. } => "run leakgate as git's hook, with git's standard input",
            Self::TooManyRefs { .. } => "push in parts, or ask the server's administrator to raise the limit",
            Self::NoRepository { .. } => "run it in a repository, or name one with --repo",
            Self::Discover(_) | Self::Config(_) | Self::Store(_) => {
                "`git fsck` in the repository tells more; if git reads it and leakgate does not, report it"
            }
            Self::Refs(_) => "`git for-each-ref` and `git fsck` in the repository tell more; repair the reference",
            Self::ReferenceBackend { .. } => {
                "unset GIT_REFERENCE_BACKEND, or set extensions.refStorage in the repository"
            }
            Self::Index(_) => "`git status` tells more; a damaged index is rebuilt by removing it and `git reset`",
            Self::ForeignId { .. } => "the repository's object format and the pushed ids must agree",
            Self::Policy(_) => "correct the policy file; until then nothing is accepted",
            Self::Ssh { .. } => {
                "`ssh -G HOST` must print a hostname; where no host name is an alias of ssh's configuration,                  remote.resolve_ssh = false takes the names as they stand"
            }
            Self::Judge(JudgeError::Exact(error)) => return vec![error.hint()],
            Self::Audit(error) => return vec![error.hint()],
            Self::Walk(_) | Self::Tree(_) | Self::Sent(_) => {
                "try the push again; if it stays so, run `git fsck` on both sides, or ask the server's administrator \
                 about limits"
            }
            Self::Rules(_) => "correct the rule in the policy; `leakgate doctor` names the policy files",
            Self::Judge(_) => {
                "push in parts (fewer commits at a time), or ask the server's administrator for more time"
            }
            Self::Unaccounted(_) | Self::Worker => "this is a defect of leakgate: please report it with this message",
            Self::File { .. } | Self::FileTooLong { .. } => "scan what can be read, or raise the limit in the policy",
            Self::Write { .. } => "its folder must exist, be writable, and have room",
            Self::Results { .. } => "scan it again with `--format results`: what was cut off or changed is not used",
            Self::Program(_) => "scan the repositories one by one, or with fewer --jobs at once",
            Self::Range { .. } | Self::Git { .. } => "give a range such as main..topic that `git rev-parse` knows",
        };
        vec![hint.to_owned()]
    }
}
