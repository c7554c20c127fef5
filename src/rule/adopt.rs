//! A set of rules of which some are from gitleaks, and all may have allowlists from there.

use super::RuleSpec;
use super::borrowed::{Borrowings, Looks, Ready, Report};
use super::exception::Sight;
use super::set::{Rule, RuleSet, RuleSetError};
use crate::text::Kind;
use std::collections::HashMap;

impl RuleSet {
    /// As [`Self::new`], with what some of the `specs` have from gitleaks.
    ///
    /// # Errors
    /// As there.
    pub fn with(specs: &[RuleSpec], borrowings: &Borrowings) -> Result<Self, RuleSetError> {
        let mut set = Self::new(specs)?;
        for rule in &mut set.rules {
            rule.borrowed = borrowings.rules.get(&*rule.id).map(Ready::new);
            rule.unless = borrowings.unless.get(&*rule.id).cloned().unwrap_or_else(Vec::new);
            if rule.kind == Kind::Secret {
                rule.unless.extend(borrowings.unless_any.iter().cloned());
            }
        }
        let ids =
            set.rules.iter().enumerate().filter_map(|(n, rule)| Some((rule.borrowed.as_ref()?.spec.id.clone(), n)));
        let numbers: HashMap<String, usize> = ids.collect();
        for (number, (rule, spec)) in set.rules.iter_mut().zip(specs).enumerate() {
            let Some(ready) = &mut rule.borrowed else { continue };
            ready.needs = ready.spec.needs.iter().map(|need| numbers.get(&need.id).copied()).collect();
            match (ready.spec.looks, ready.spec.report) {
                (Looks::Path, Report::Yes) => set.by_path.push(number),
                (Looks::Text, Report::Yes) if spec.keywords.is_empty() => set.always.push(number),
                (Looks::Path | Looks::Text, _) => {}
            }
        }
        Ok(set)
    }

    /// Compiles all that is from gitleaks, to find out what does not.
    ///
    /// # Errors
    /// When a pattern does not compile.
    pub fn compile_borrowed(&self) -> Result<(), RuleSetError> {
        for rule in &self.rules {
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
