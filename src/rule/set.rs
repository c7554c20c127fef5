//! Rules ready to run, and the one prefilter over all of them.

use super::check::{self, Check};
use super::entropy::shannon;
use super::globs::{GlobError, PathGlobs};
use super::pattern::{Pattern, PatternError};
use super::placeholder::is_placeholder;
use super::prefilter::{Hit, Prefilter};
use super::{RuleSpec, Scope};
use crate::text::RuleInfo;
use once_cell::sync::OnceCell;
use std::sync::Arc;

/// A rule, its patterns compiled on first need.
#[derive(Debug)]
pub struct Rule {
    /// What a report says about it.
    pub info: Arc<RuleInfo>,
    /// In which forms of the bytes it is tried.
    pub scope: Scope,
    /// Words to select it by.
    pub tags: Vec<String>,
    pattern: Pattern,
    reach: OnceCell<Option<usize>>,
    group: Option<usize>,
    entropy: f64,
    paths: Globs,
    exclude_paths: Globs,
    allow: Vec<Pattern>,
    stopwords: Vec<Vec<u8>>,
    check: Option<Check>,
}

/// The rules of a policy.
#[derive(Debug)]
pub struct RuleSet {
    rules: Vec<Rule>,
    prefilter: Prefilter,
}

/// Why rules cannot be made ready or run.
#[derive(Debug, thiserror::Error)]
pub enum RuleSetError {
    /// The keywords do not fit the automaton.
    #[error("the keywords of the rules cannot be prepared")]
    Keywords(#[source] aho_corasick::BuildError),
    /// A rule names a check that does not exist.
    #[error("rule `{rule}` names the check `{check}`, which does not exist")]
    Check {
        /// The rule.
        rule: String,
        /// The check.
        check: String,
    },
    /// A pattern does not compile.
    #[error("rule `{rule}` cannot run")]
    Pattern {
        /// The rule.
        rule: String,
        /// Why.
        #[source]
        source: PatternError,
    },
    /// A glob does not compile.
    #[error("rule `{rule}` has a path glob that does not parse")]
    Glob {
        /// The rule.
        rule: String,
        /// Why.
        #[source]
        source: GlobError,
    },
    /// No rule at all: a gate that lets everything through.
    #[error("there is not one rule to judge by")]
    Empty,
}

impl RuleSet {
    /// Makes `specs` ready; patterns stay uncompiled.
    ///
    /// # Errors
    /// When there are none, or one names an unknown check.
    pub fn new(specs: Vec<RuleSpec>) -> Result<Self, RuleSetError> {
        if specs.is_empty() {
            return Err(RuleSetError::Empty);
        }
        let prefilter =
            Prefilter::new(specs.iter().map(|spec| spec.keywords.as_slice())).map_err(RuleSetError::Keywords)?;
        let rules = specs.into_iter().map(Rule::new).collect::<Result<_, _>>()?;
        Ok(Self { rules, prefilter })
    }

    /// The rule with this number.
    #[must_use]
    pub fn get(&self, number: usize) -> Option<&Rule> {
        self.rules.get(number)
    }

    /// All rules in order.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Calls `visit` for every keyword of every rule seen in `text`.
    pub fn keywords_in(&self, text: &[u8], visit: impl FnMut(Hit)) {
        self.prefilter.scan(text, visit);
    }
}

impl Rule {
    fn new(spec: RuleSpec) -> Result<Self, RuleSetError> {
        let check = match spec.check {
            None => None,
            Some(name) => match check::by_name(&name) {
                Some(check) => Some(check),
                None => return Err(RuleSetError::Check { rule: spec.id, check: name }),
            },
        };
        let unicode = spec.unicode;
        Ok(Self {
            info: Arc::new(RuleInfo {
                id: spec.id,
                description: spec.description,
                severity: spec.severity,
                kind: spec.kind,
                revoke: spec.revoke,
            }),
            scope: spec.scope,
            tags: spec.tags,
            pattern: Pattern::new(spec.regex, unicode),
            reach: OnceCell::new(),
            group: spec.secret_group,
            entropy: spec.entropy.unwrap_or(0.0),
            paths: Globs::new(spec.paths),
            exclude_paths: Globs::new(spec.exclude_paths),
            allow: spec.allow.into_iter().map(|source| Pattern::new(source, unicode)).collect(),
            stopwords: spec.stopwords.into_iter().map(|word| word.to_ascii_lowercase().into_bytes()).collect(),
            check,
        })
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
        *self.reach.get_or_init(|| self.pattern.reach())
    }

    /// The capture group that is the secret, in a pattern with `groups` groups (the whole match included).
    #[must_use]
    pub fn group(&self, groups: usize) -> usize {
        self.group.unwrap_or(usize::from(groups > 1))
    }

    /// Whether a value that the pattern found can be believed: random enough, no placeholder, not allowed by the rule.
    ///
    /// # Errors
    /// When one of the rule's allow patterns does not compile.
    pub fn believes(&self, secret: &[u8]) -> Result<bool, RuleSetError> {
        if secret.is_empty() || (self.entropy > 0.0 && shannon(secret) < self.entropy) || is_placeholder(secret) {
            return Ok(false);
        }
        if self.check.is_some_and(|check| !check(secret)) {
            return Ok(false);
        }
        if !self.stopwords.is_empty() {
            let lower = secret.to_ascii_lowercase();
            if self.stopwords.iter().any(|word| memchr::memmem::find(&lower, word).is_some()) {
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
        let glob = |source| RuleSetError::Glob { rule: self.info.id.clone(), source };
        let wanted = self.paths.is_empty() || self.paths.matches(path).map_err(glob)?;
        Ok(wanted && !self.exclude_paths.matches(path).map_err(glob)?)
    }

    /// Whether the rule is for certain paths only, so that text without a path is none of its business.
    #[must_use]
    pub fn wants_paths(&self) -> bool {
        !self.paths.is_empty()
    }

    fn broken(&self, source: PatternError) -> RuleSetError {
        RuleSetError::Pattern { rule: self.info.id.clone(), source }
    }
}

/// Path globs, compiled on first need.
#[derive(Debug)]
struct Globs {
    sources: Vec<String>,
    compiled: OnceCell<PathGlobs>,
}

impl Globs {
    fn new(sources: Vec<String>) -> Self {
        Self { sources, compiled: OnceCell::new() }
    }

    fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    fn matches(&self, path: &[u8]) -> Result<bool, GlobError> {
        if self.sources.is_empty() {
            return Ok(false);
        }
        let globs = self.compiled.get_or_try_init(|| PathGlobs::new(self.sources.iter().map(String::as_str)))?;
        Ok(globs.matches(path))
    }
}
