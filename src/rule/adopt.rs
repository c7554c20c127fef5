//! A set of rules of which some are from gitleaks, and all may have allowlists from there.

use super::borrowed::{Borrowings, Looks, Ready, Report};
use super::exception::{Exception, Sight};
use super::one::Rule;
use super::set::{RuleSet, RuleSetError};
use super::{Choice, Rules};
use crate::text::Kind;
use std::collections::HashMap;
use std::sync::Arc;

/// gitleaks' allowlists, for the rules that are made ready.
#[derive(Debug, Default)]
pub(super) struct Unless {
    /// By the rule's id.
    rules: HashMap<String, Vec<Arc<Exception>>>,
    /// For all rules for secrets.
    any: Vec<Arc<Exception>>,
}

impl Unless {
    pub(super) fn put_on(&self, rule: &mut Rule) {
        rule.unless = self.rules.get(&*rule.id).cloned().unwrap_or_else(Vec::new);
        if rule.kind == Kind::Secret {
            rule.unless.extend(self.any.iter().cloned());
        }
    }
}

impl RuleSet {
    /// As [`Self::of`], with what some of the rules that somebody wrote have from gitleaks.
    ///
    /// # Errors
    /// As there.
    pub fn with(rules: &Rules, borrowings: &Borrowings) -> Result<Self, RuleSetError> {
        let mut set = Self::of(rules)?;
        set.unless = Unless { rules: borrowings.unless.clone(), any: borrowings.unless_any.clone() };
        let choices = rules.choices().unwrap_or_default();
        let numbers: HashMap<&str, usize> = choices
            .iter()
            .enumerate()
            .filter_map(|(number, choice)| Some((borrowings.rules.get(choice.id())?.id.as_str(), number)))
            .collect();
        for (number, (choice, slot)) in choices.iter().zip(&mut set.rules).enumerate() {
            let (Choice::Written(spec), Some(rule)) = (choice, slot.get_mut()) else { continue };
            set.unless.put_on(rule);
            let Some(mut ready) = borrowings.rules.get(&*spec.id).map(Ready::new) else { continue };
            ready.needs = ready.spec.needs.iter().map(|need| numbers.get(need.id.as_str()).copied()).collect();
            match (ready.spec.looks, ready.spec.report) {
                (Looks::Path, Report::Yes) => set.by_path.push(number),
                (Looks::Text, Report::Yes) if spec.keywords.is_empty() => set.always.push(number),
                (Looks::Path | Looks::Text, _) => {}
            }
            rule.borrowed = Some(ready);
        }
        Ok(set)
    }

    /// Compiles all that is from gitleaks, to find out what does not.
    ///
    /// # Errors
    /// When a pattern does not compile.
    pub fn compile_borrowed(&self) -> Result<(), RuleSetError> {
        for number in 0..self.len() {
            let rule = self.get(number)?;
            if let Some(borrowed) = &rule.borrowed {
                rule.regex()?;
                borrowed.takes_path(Some(b"")).map_err(|source| rule.broken(source))?;
            }
            rule.unless.iter().try_for_each(|it| it.compile()).map_err(|source| rule.broken(source))?;
        }
        Ok(())
    }

    /// The rules about paths alone.
    #[must_use]
    pub fn by_path(&self) -> &[usize] {
        &self.by_path
    }

    /// The rules to try on every text.
    #[must_use]
    pub fn always(&self) -> &[usize] {
        &self.always
    }
}

impl Rule {
    /// What the rule has from gitleaks, if it is from there.
    #[must_use]
    pub fn borrowed(&self) -> Option<&Ready> {
        self.borrowed.as_ref()
    }

    /// Whether there is an allowlist for it at all.
    #[must_use]
    pub fn has_pardons(&self) -> bool {
        !self.unless.is_empty()
    }

    /// Whether one of gitleaks' allowlists lets what is seen pass.
    ///
    /// # Errors
    /// When a pattern in one does not compile.
    pub fn pardons(&self, seen: &Sight<'_>) -> Result<bool, RuleSetError> {
        for exception in &self.unless {
            if exception.pardons(seen).map_err(|source| self.broken(source))? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
