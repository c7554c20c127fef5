//! The rules that are code, not a pattern: lists of people and numbers that identify them.
//!
//! Apart from the customer module, which judges texts and knows no catalogue.

use crate::customer::{Class, IN_PUSH, Identifier};
use crate::exact::What;
use crate::text::Severity;

/// The group that they are listed under.
pub(super) const GROUP: &str = "customer-data";

/// A rule that is code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coded {
    pub(super) id: &'static str,
    of: Of,
}

#[derive(Clone, Copy, Debug)]
enum Of {
    /// A class of customer data in one text.
    Class(Class),
    /// The sum over a push.
    Push,
    /// What the organisation's own tables know.
    Known(What),
}

impl Coded {
    /// What it finds.
    pub(super) fn description(self) -> &'static str {
        match self.of {
            Of::Class(class) => class.description(),
            Of::Push => "customer data over several files of one push",
            Of::Known(what) => what.description(),
        }
    }

    /// What is verified in each value, for those with a check digit.
    pub(super) fn check(self) -> Option<&'static str> {
        match self.of {
            Of::Class(class) => class.check(),
            Of::Push => None,
            Of::Known(_) => Some("a keyed fingerprint in the organisation's own table ([exact])"),
        }
    }

    /// How bad it is.
    pub(super) fn severity(self) -> &'static str {
        match self.of {
            Of::Class(class) => class.severity(),
            Of::Push | Of::Known(_) => Severity::Critical,
        }
        .as_str()
    }

    /// The row of the table of identifiers that it is.
    pub(super) fn row(self) -> Option<&'static Identifier> {
        match self.of {
            Of::Class(Class::Identifier(id)) => Some(id.row()),
            Of::Class(
                Class::Dump | Class::Email | Class::Phone | Class::CustomerNumber | Class::Card | Class::Trace,
            )
            | Of::Push
            | Of::Known(_) => None,
        }
    }
}

/// All of them.
pub(super) fn all() -> impl Iterator<Item = Coded> {
    let counted = Class::all().map(|class| Coded { id: class.as_str(), of: Of::Class(class) });
    let known = What::ALL.iter().map(|what| Coded { id: what.rule(), of: Of::Known(*what) });
    counted.chain([Coded { id: IN_PUSH, of: Of::Push }]).chain(known)
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
