//! The rules that are code, not a pattern: lists of people and numbers that identify them.
//!
//! Apart from the customer module, which judges texts and knows no catalogue.

use crate::customer::{Class, IN_PUSH};
use crate::exact::What;

/// The group that they are listed under.
pub(super) const GROUP: &str = "customer-data";

/// A rule that is code.
#[derive(Clone, Copy, Debug)]
pub(super) struct Coded {
    pub(super) id: &'static str,
    pub(super) description: &'static str,
    /// What is verified in each value, for those with a check digit.
    pub(super) check: Option<&'static str>,
}

/// All of them.
pub(super) fn all() -> impl Iterator<Item = Coded> {
    let sum = Coded { id: IN_PUSH, description: "customer data over several files of one push", check: None };
    let known = What::ALL.iter().map(|what| Coded {
        id: what.rule(),
        description: what.description(),
        check: Some("a keyed fingerprint in the organisation's own table ([exact])"),
    });
    let counted = Class::ALL.iter().map(|class| Coded {
        id: class.as_str(),
        description: class.description(),
        check: match class {
            Class::Card => Some("the issuer's range and the check digit (ISO/IEC 7812-1, Luhn)"),
            Class::MyNumber | Class::Licence => Some("the check digit (weights, modulo 11)"),
            Class::Iban => Some("the check digits (ISO 13616, modulo 97) and the country's length"),
            Class::Dump
            | Class::Email
            | Class::Phone
            | Class::CustomerNumber
            | Class::SocialSecurity
            | Class::Trace => None,
        },
    });
    counted.chain([sum]).chain(known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::CODE_RULES;

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
