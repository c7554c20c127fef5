//! A rule with what the files say about it: where it was written, and whether it is switched off.
//!
//! Apart from the policy, which only needs the rules that hold: this is for people who ask about a rule.

use super::{Switch, packs};
use crate::rule::{Borrowings, RuleSpec};

/// All that the files know.
#[derive(Clone, Debug)]
pub struct Known {
    /// The rules, in the order in which they were first added.
    pub rules: Vec<Listed>,
    /// Whether customer data is looked for.
    pub customer: Switch,
    /// What some of the rules have from gitleaks.
    pub borrowings: Borrowings,
}

/// A rule that some file knows.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The rule.
    pub spec: RuleSpec,
    /// The pack that it is from: its file's name without the end; `policy` for a rule in a policy file.
    pub group: String,
    /// Where it was written: the pack's name with `(built in)`, or `file:line`, fit for a terminal.
    pub origin: String,
    /// Whether it holds.
    pub state: State,
    /// Whether it is from a file that is being tried out.
    pub on_trial: bool,
}

/// Whether a rule holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It does.
    On,
    /// It does not.
    Off {
        /// `file:line` of the word that switched it off.
        by: String,
    },
}

impl Listed {
    pub(super) fn new(spec: RuleSpec, origin: String, state: State, on_trial: bool) -> Self {
        let named = origin.ends_with(packs::BUILT_IN) || spec.group == super::gitleaks::GROUP;
        let group = if named { spec.group.to_string() } else { group_of(&origin) };
        Self { group, spec, origin, state, on_trial }
    }

    /// Whether the rule holds.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.state == State::On
    }
}

fn group_of(origin: &str) -> String {
    let file = origin.rsplit('/').next().unwrap_or(origin);
    let name = file.split(".toml").next().unwrap_or(file);
    match name {
        "leakgate" | ".leakgate" => "policy".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::PolicyError;
    use super::super::testing::{list, today};
    use super::*;

    fn listed(texts: &[&str], trial: &[&str]) -> Result<Vec<Listed>, PolicyError> {
        list(texts, trial).map(|known| known.rules)
    }

    const MINE: &str = "\n[[rules]]\nid = 'mine'\ndescription = 'd'\nregex = 'xyz[0-9]{4}'\nkeywords = ['xyz']\n";

    #[test]
    fn the_group_is_the_pack_s_name() {
        assert_eq!(group_of("/etc/leakgate/rules/acme.toml:12"), "acme");
        assert_eq!(group_of("/srv/x/.leakgate.toml:3"), "policy");
        assert_eq!(group_of("/etc/leakgate/leakgate.toml:3"), "policy");
    }

    #[test]
    fn what_is_switched_off_is_listed_with_who_said_so() {
        let listed = listed(&[&format!("disable = ['acme-key']{MINE}")], &[]).unwrap();
        let ids: Vec<&str> = listed.iter().map(|it| &*it.spec.id).collect();
        assert_eq!(ids, ["acme-key", "acme-noise", "mine"]);
        assert!(matches!(&listed[0].state, State::Off { by } if by.ends_with("p0.toml:1")), "{listed:?}");
        assert!(
            listed[1].is_on() && listed[1].origin == "config/rules/acme.toml (built in)" && listed[1].group == "acme"
        );
        assert!(listed[2].origin.ends_with("p0.toml:3") && listed[2].group == "p0");
        let again = self::listed(&["disable = ['tag:acme']", "enable = ['acme-key']"], &[]).unwrap();
        assert_eq!(again.iter().map(Listed::is_on).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn a_file_on_trial_may_have_examples_that_do_not_match_and_ids_that_exist() {
        let bad = format!("{MINE}examples = ['abc']");
        assert!(listed(&[&bad], &[]).is_err());
        let again = MINE.replace("'mine'", "'acme-key'");
        let listed = listed(&[MINE], &[&bad, &again]).unwrap();
        let tried: Vec<(&str, bool)> = listed.iter().map(|it| (&*it.spec.id, it.on_trial)).collect();
        assert_eq!(tried, [("acme-key", true), ("acme-noise", false), ("mine", true)]);
        assert_eq!(listed[0].spec.regex, "xyz[0-9]{4}");
    }

    #[test]
    fn a_file_on_trial_with_another_mistake_is_an_error() {
        for wrong in ["[[rules]]", "contakt = 'a'", "disable = ['no-such']", &format!("{MINE}{MINE}")] {
            assert!(listed(&[], &[wrong]).is_err(), "{wrong}");
        }
        let missing = std::path::PathBuf::from("/nonexistent/pack.toml");
        assert!(super::super::Policy::list(&[], &[missing], today()).is_err());
    }
}
