//! One rule, ready to run.

use super::borrowed::Ready;
use super::check::{Answer, Check};
use super::entropy::shannon;
use super::exception::Exception;
use super::globs::{GlobError, PathGlobs};
use super::named::{Ask, Pair, Reader};
use super::packed::Packed;
use super::pattern::{Pattern, PatternError};
use super::placeholder::is_placeholder;
use super::spec::Notice;
use super::{RuleSetError, RuleSpec, Scope, Text};
use crate::text::{Kind, RuleInfo, Severity};
use once_cell::sync::OnceCell;
use std::sync::Arc;

/// A rule, its patterns compiled on first need.
#[derive(Debug)]
pub struct Rule {
    pub(super) id: Text,
    description: Text,
    severity: Severity,
    pub(super) kind: Kind,
    opens: Option<Text>,
    revoke: Option<Text>,
    /// Where it is in the binary, which says the rest of it.
    packed: Option<(&'static Packed, usize)>,
    info: OnceCell<Arc<RuleInfo>>,
    /// In which forms of the bytes it is tried.
    pub scope: Scope,
    /// Words to select it by.
    pub tags: Vec<Text>,
    named: Option<Ask>,
    pattern: Pattern,
    reach: Option<usize>,
    group: Option<usize>,
    entropy: f64,
    paths: Globs,
    exclude_paths: Globs,
    allow: Vec<Pattern>,
    stopwords: Vec<Text>,
    check: Option<Check>,
    yields: bool,
    pub(super) borrowed: Option<Ready>,
    pub(super) unless: Vec<Arc<Exception>>,
}

/// What a rule makes of a value that its pattern found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belief {
    /// A finding; the words say what was verified, if the format carries a check.
    Yes(Option<&'static str>),
    /// No finding.
    No,
    /// No finding, and no secret at all: the format carries a check and it fails.
    Refuted,
}

impl Rule {
    /// Makes `spec` ready, which is at `packed` if it is in the binary; nothing is compiled yet.
    pub(super) fn new(spec: &RuleSpec, packed: Option<(&'static Packed, usize)>) -> Result<Self, RuleSetError> {
        let missing = |name: &Text| RuleSetError::Check { rule: spec.id.to_string(), check: name.to_string() };
        let check = spec.check.as_ref().map(|name| Check::named(name).ok_or_else(|| missing(name))).transpose()?;
        let unicode = spec.unicode;
        Ok(Self {
            id: spec.id.clone(),
            description: spec.description.clone(),
            severity: spec.severity,
            kind: spec.kind,
            opens: spec.opens.clone(),
            revoke: spec.revoke.clone(),
            packed,
            info: OnceCell::new(),
            scope: spec.scope,
            tags: spec.tags.clone(),
            named: spec.named.clone().map(Ask::new),
            pattern: Pattern::new(spec.regex.clone(), unicode),
            reach: spec.reach,
            group: spec.secret_group,
            entropy: spec.entropy.unwrap_or(0.0),
            paths: Globs::new(spec.paths.clone()),
            exclude_paths: Globs::new(spec.exclude_paths.clone()),
            allow: spec.allow.iter().map(|source| Pattern::new(source.clone(), unicode)).collect(),
            stopwords: spec.stopwords.clone(),
            check,
            yields: spec.yields,
            borrowed: None,
            unless: Vec::new(),
        })
    }

    /// Whether the rule knows its secret by the name beside it, and not by a pattern of its own.
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.named.is_some()
    }

    /// The value beside the name that stands at `hit`, for a rule with names.
    ///
    /// # Errors
    /// When the pattern of the value does not compile.
    pub fn beside(&self, reader: &mut Reader<'_>, hit: &std::ops::Range<usize>) -> Result<Option<Pair>, RuleSetError> {
        match &self.named {
            Some(ask) => reader.ask(hit, ask).map_err(|source| self.broken(source)),
            None => Ok(None),
        }
    }

    /// The values below the name that stands at `hit` in the header of a table, for a rule that goes by their look.
    pub fn below(&self, reader: &mut Reader<'_>, hit: &std::ops::Range<usize>) -> Vec<Pair> {
        self.named.as_ref().map_or_else(Vec::new, |ask| reader.below(hit, ask))
    }

    /// Secret or customer data.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How bad a finding is.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// What it is called.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What a report says about it; made on first need, which few rules ever have.
    ///
    /// # Errors
    /// When the rule is in the binary and that is damaged.
    pub fn info(&self) -> Result<&Arc<RuleInfo>, RuleSetError> {
        self.info.get_or_try_init(|| {
            let Notice { description, opens, revoke } = match self.packed {
                Some((packed, number)) => packed.notice(number)?,
                None => Notice {
                    description: &self.description,
                    opens: self.opens.as_deref(),
                    revoke: self.revoke.as_deref(),
                },
            };
            Ok(Arc::new(RuleInfo {
                id: self.id.to_string(),
                description: description.to_owned(),
                severity: self.severity,
                kind: self.kind,
                opens: opens.map(str::to_owned),
                revoke: revoke.map(str::to_owned),
            }))
        })
    }

    /// Whether a match of the pattern may lie in `text` from `at` on; asked before the pattern is compiled.
    #[must_use]
    pub fn may_match(&self, text: &[u8], at: usize) -> bool {
        self.pattern.may_match(text, at)
    }

    /// The pattern.
    ///
    /// # Errors
    /// When it does not compile.
    pub fn regex(&self) -> Result<&regex::bytes::Regex, RuleSetError> {
        self.pattern.regex().map_err(|source| self.broken(source))
    }

    /// The longest match that the pattern can have, in bytes; none when it has no bound or looks at the text's ends.
    #[must_use]
    pub fn reach(&self) -> Option<usize> {
        self.reach
    }

    /// The capture group that is the secret, in a pattern with `groups` groups (the whole match included).
    #[must_use]
    pub fn group(&self, groups: usize) -> usize {
        self.group.unwrap_or(usize::from(groups > 1))
    }

    /// Whether the rule is of the group `generic`: what any specific rule says of the same value says more.
    #[must_use]
    pub fn is_generic(&self) -> bool {
        self.tags.iter().any(|tag| tag == "generic")
    }

    /// Whether the rule came after a lock: what the files before it say of their own rules' findings must go on to hold,
    /// so it takes none of their values under its own id.
    #[must_use]
    pub fn yields(&self) -> bool {
        self.yields
    }

    /// Whether the rule says where a secret stands and not what it looks like: what a format's own check refutes is none
    /// for it either.
    #[must_use]
    pub fn goes_by_context(&self) -> bool {
        self.tags.iter().any(|tag| matches!(&**tag, "generic" | "context"))
    }

    /// Whether a value that the pattern found can be believed: random enough, no placeholder, not allowed by the rule,
    /// and not turned down by the rule's check. `whole` is the match that `secret` is in.
    ///
    /// # Errors
    /// When one of the rule's allow patterns does not compile.
    pub fn believes(&self, whole: &[u8], secret: &[u8]) -> Result<Belief, RuleSetError> {
        if !self.takes(secret)? {
            return Ok(Belief::No);
        }
        Ok(match self.check.map(|check| check.ask(whole, secret)) {
            None | Some(Answer::Silent) => Belief::Yes(None),
            Some(Answer::Verified(what)) => Belief::Yes(Some(what)),
            Some(Answer::Wrong) => Belief::Refuted,
            Some(Answer::Foreign) => Belief::No,
        })
    }

    fn takes(&self, secret: &[u8]) -> Result<bool, RuleSetError> {
        if secret.is_empty() || (self.entropy > 0.0 && shannon(secret) < self.entropy) || is_placeholder(secret) {
            return Ok(false);
        }
        if !self.stopwords.is_empty() {
            let lower = secret.to_ascii_lowercase();
            if self.stopwords.iter().any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some()) {
                return Ok(false);
            }
        }
        for allow in &self.allow {
            if allow.regex().map_err(|source| self.broken(source))?.is_match(secret) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the rule is for the file at `path`.
    ///
    /// # Errors
    /// When one of its globs does not parse.
    pub fn applies_to(&self, path: &[u8]) -> Result<bool, RuleSetError> {
        if let Some(borrowed) = &self.borrowed {
            return borrowed.takes_path(Some(path)).map_err(|source| self.broken(source));
        }
        let glob = |source| RuleSetError::Glob { rule: self.id.clone().into(), source };
        let wanted = self.paths.is_empty() || self.paths.matches(path).map_err(glob)?;
        Ok(wanted && !self.exclude_paths.matches(path).map_err(glob)?)
    }

    /// Whether the rule is for certain paths only, so that text without a path is none of its business.
    #[must_use]
    pub fn wants_paths(&self) -> bool {
        !self.paths.is_empty() || self.borrowed.as_ref().is_some_and(|borrowed| borrowed.spec.path.is_some())
    }

    pub(super) fn broken(&self, source: PatternError) -> RuleSetError {
        RuleSetError::Pattern { rule: self.id.clone().into(), source }
    }
}

/// Path globs, compiled on first need.
#[derive(Debug)]
struct Globs {
    sources: Vec<Text>,
    compiled: OnceCell<PathGlobs>,
}

impl Globs {
    fn new(sources: Vec<Text>) -> Self {
        Self { sources, compiled: OnceCell::new() }
    }

    fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    fn matches(&self, path: &[u8]) -> Result<bool, GlobError> {
        if self.sources.is_empty() {
            return Ok(false);
        }
        let globs = self.compiled.get_or_try_init(|| PathGlobs::new(self.sources.iter().map(|glob| &**glob)))?;
        Ok(globs.matches(path))
    }
}
