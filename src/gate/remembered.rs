//! What first looks at the blobs of one run remember, so that the next version of a file costs what is new in it.
//!
//! Kept with the judge, since what a piece of text gives depends on the rules and thresholds.

use crate::customer::Glanced;
use crate::rule::RuleSet;
use crate::scan::Matched;

/// The memory of a run.
#[derive(Debug, Default)]
pub struct Remembered {
    /// What was matched by rules; none: every text is matched whole.
    pub matched: Option<Matched>,
    /// What was looked at for customer data.
    pub glanced: Glanced,
}

impl Remembered {
    /// Nothing yet, for these rules.
    #[must_use]
    pub fn by(rules: &RuleSet) -> Self {
        Self { matched: Matched::new(rules.longest_keyword()), glanced: Glanced::default() }
    }
}
