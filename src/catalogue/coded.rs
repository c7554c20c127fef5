//! The rules that are code, not a pattern: lists of people and numbers that identify them.
//!
//! Apart from the customer module, which judges texts and knows no catalogue.

use crate::customer::{Class, IN_PUSH, Identifier};
use crate::text::Severity;

/// The group that they are listed under.
pub(super) const GROUP: &str = "customer-data";

/// A rule that is code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coded {
    pub(super) id: &'static str,
    /// None: the sum over a push.
    class: Option<Class>,
}

impl Coded {
    /// What it finds.
    pub(super) fn description(self) -> &'static str {
        self.class.map_or("customer data over several files of one push", Class::description)
    }

    /// What is verified in each value, for those with a check digit.
    pub(super) fn check(self) -> Option<&'static str> {
        self.class.and_then(Class::check)
    }

    /// How bad it is.
    pub(super) fn severity(self) -> &'static str {
        self.class.map_or(Severity::Critical, Class::severity).as_str()
    }

    /// The row of the table of identifiers that it is.
    pub(super) fn row(self) -> Option<&'static Identifier> {
        match self.class? {
            Class::Identifier(id) => Some(id.row()),
            Class::Dump | Class::Email | Class::Phone | Class::CustomerNumber | Class::Card | Class::Trace => None,
        }
    }
}

/// All of them.
pub(super) fn all() -> impl Iterator<Item = Coded> {
    Class::all().map(Some).chain([None]).map(|class| Coded { id: class.map_or(IN_PUSH, Class::as_str), class })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::packs;
    use crate::policy::{CODE_RULES, PACKS};

    #[test]
    fn every_pack_that_a_policy_may_name_has_rows() {
        assert_eq!(packs(), PACKS);
    }

    #[test]
    fn every_rule_of_code_that_a_policy_may_name_is_listed() {
        let listed: Vec<&str> = all().map(|it| it.id).collect();
        let mut named: Vec<&str> = CODE_RULES.iter().copied().filter(|id| !id.starts_with("unreadable-")).collect();
        named.sort_unstable();
        let mut sorted = listed.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, named);
    }
}
