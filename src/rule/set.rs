//! Rules ready to run, and the one prefilter over all of them.

use super::adopt::Unless;
use super::globs::GlobError;
use super::keywords::Keywords;
use super::one::Rule;
use super::packed::{Packed, PackedError};
use super::pattern::PatternError;
use super::prefilter::Hit;
use super::{Choice, RuleSpec, Rules};
use once_cell::sync::OnceCell;
use std::ops::Range;
use std::slice;

/// The rules of a policy.
#[derive(Debug)]
pub struct RuleSet {
    packed: &'static Packed,
    /// Those in the binary are unpacked when one of their keywords was seen.
    pub(super) rules: Box<[OnceCell<Box<Rule>>]>,
    keywords: Keywords,
    /// None: every rule has the number that it is packed by.
    numbers: Option<Numbers>,
    /// What lets findings pass, for the rules that are yet to be unpacked.
    pub(super) unless: Unless,
    /// The rules that no keyword of three letters leads to.
    pub(super) always: Vec<usize>,
    /// The rules about paths alone.
    pub(super) by_path: Vec<usize>,
}

/// Which rule is which, where not all that are packed hold, or others do.
#[derive(Debug, Default)]
struct Numbers {
    /// The rule in the set for the number that its keywords have; none: it does not hold.
    of_keywords: Vec<Option<usize>>,
    /// The number in the binary for each rule of the set; none: it was written.
    packed: Vec<Option<usize>>,
}

/// Why rules cannot be made ready or run.
#[derive(Debug, thiserror::Error)]
pub enum RuleSetError {
    /// A rule has a keyword that nothing can be looked for by.
    #[error("rule `{rule}` has the keyword `{keyword}`, which is shorter than 3 bytes")]
    Keyword {
        /// The rule.
        rule: String,
        /// The keyword.
        keyword: String,
    },
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
    /// A rule in the binary cannot be unpacked.
    #[error(transparent)]
    Packed(#[from] PackedError),
    /// No rule at all: a gate that lets everything through.
    #[error("there is not one rule to judge by")]
    Empty,
}

impl RuleSet {
    /// Makes `specs` ready; patterns stay uncompiled.
    ///
    /// # Errors
    /// When there are none, or one names an unknown check.
    pub fn new(specs: &[RuleSpec]) -> Result<Self, RuleSetError> {
        Self::of(&Rules::written(specs.to_vec()))
    }

    /// Makes `rules` ready. Those in the binary stay packed.
    ///
    /// # Errors
    /// When there are none, or one that somebody wrote names an unknown check.
    pub fn of(rules: &Rules) -> Result<Self, RuleSetError> {
        if rules.is_empty() {
            return Err(RuleSetError::Empty);
        }
        let packed = rules.packed();
        let mut made: Box<[OnceCell<Box<Rule>>]> = (0..rules.len()).map(|_| OnceCell::new()).collect();
        let mut written: Vec<&RuleSpec> = Vec::new();
        let numbers = rules.choices().map(|choices| Numbers::of(packed, choices));
        for (choice, slot) in rules.choices().unwrap_or_default().iter().zip(&mut made) {
            if let Choice::Written(spec) = choice {
                written.push(spec);
                *slot = OnceCell::with_value(Box::new(Rule::new(spec, None)?));
            }
        }
        let keywords = Keywords::new(packed, &written).map_err(|short| {
            let rule = written.get(short.rule).map_or_else(String::new, |spec| spec.id.to_string());
            RuleSetError::Keyword { rule, keyword: short.word }
        })?;
        let unless = Unless::default();
        Ok(Self { packed, rules: made, keywords, numbers, unless, always: Vec::new(), by_path: Vec::new() })
    }

    /// The rule with this number.
    ///
    /// # Errors
    /// When it is in the binary and cannot be unpacked, and when there is none.
    pub fn get(&self, number: usize) -> Result<&Rule, RuleSetError> {
        let nowhere = || PackedError::Rule { number, source: None };
        let slot = self.rules.get(number).ok_or_else(nowhere)?;
        let unpack = || {
            let number = self.packed_number(number).ok_or_else(nowhere)?;
            let mut rule = Rule::new(&self.packed.rule(number)?, Some((self.packed, number)))?;
            self.unless.put_on(&mut rule);
            Ok(Box::new(rule))
        };
        slot.get_or_try_init(unpack).map(|rule| &**rule)
    }

    fn packed_number(&self, number: usize) -> Option<usize> {
        match &self.numbers {
            None => Some(number),
            Some(numbers) => numbers.packed.get(number).copied().flatten(),
        }
    }

    /// How many rules there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there is none, which [`Self::of`] refuses.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The length of the longest keyword that somebody wrote; those in the binary are shorter than [`crate::text::NEAR`].
    #[must_use]
    pub fn longest_keyword(&self) -> usize {
        self.keywords.longest_written()
    }

    /// Calls `visit` for every keyword of every rule seen in `text` where the rule could find something.
    pub fn keywords_in(&self, text: &[u8], visit: impl FnMut(Hit)) {
        self.keywords_in_parts(text, slice::from_ref(&(0..text.len())), visit);
    }

    /// As [`Self::keywords_in`], in `parts` of it, each of whole lines.
    pub fn keywords_in_parts(&self, text: &[u8], parts: &[Range<usize>], mut visit: impl FnMut(Hit)) {
        match &self.numbers {
            None => self.keywords.scan(text, parts, visit),
            Some(numbers) => self.keywords.scan(text, parts, |hit| {
                if let Some(rule) = numbers.of_keywords.get(hit.rule).copied().flatten() {
                    visit(Hit { rule, ..hit });
                }
            }),
        }
    }
}

impl Numbers {
    fn of(packed: &Packed, choices: &[Choice]) -> Self {
        let mut numbers = Self { of_keywords: vec![None; packed.len() + 1], packed: Vec::with_capacity(choices.len()) };
        for (rule, choice) in choices.iter().enumerate() {
            match choice {
                Choice::Packed(_, number) => {
                    if let Some(of) = numbers.of_keywords.get_mut(*number) {
                        *of = Some(rule);
                    }
                    numbers.packed.push(Some(*number));
                }
                Choice::Written(_) => {
                    numbers.of_keywords.push(Some(rule));
                    numbers.packed.push(None);
                }
            }
        }
        numbers
    }
}
