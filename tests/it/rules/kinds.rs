//! What is built in, ready to be planted: each rule, a value of its kind, and whether that value needs words beside it.

use leakgate::catalogue;
use leakgate::policy::{Date, Known, Listed, Policy};
use leakgate::rule::{RuleSet, Scope, expand};
use leakgate::scan::{Limits, scan};
use std::sync::LazyLock;

/// All that is built in.
pub fn known() -> Known {
    Policy::list(&[], &[], Date::parse("2025-06-15").unwrap()).unwrap()
}

/// As deep as the default policy looks.
const LIMITS: Limits = Limits { decode_depth: 3, container_depth: 4, decompressed_bytes: 256 << 20, members: 100_000 };

/// All built-in rules, ready to run.
pub struct Built {
    pub rules: Vec<Listed>,
    pub set: RuleSet,
}

pub static BUILT: LazyLock<Built> = LazyLock::new(|| {
    let rules = known().rules;
    let set = RuleSet::new(&rules.iter().map(|rule| rule.spec.clone()).collect::<Vec<_>>()).unwrap();
    Built { rules, set }
});

impl Built {
    /// The values that the rule with this number finds in `blob`, in all its forms.
    pub fn values(&self, number: usize, blob: &[u8]) -> Vec<Vec<u8>> {
        let mut values = Vec::new();
        scan(&self.set, LIMITS, blob, &mut |_, candidates| {
            values.extend(candidates.into_iter().filter(|it| it.rule == number).map(|it| it.secret));
        })
        .unwrap();
        values
    }

    /// Whether that rule finds `secret`, or a value with it inside.
    pub fn finds(&self, number: usize, secret: &[u8], blob: &[u8]) -> bool {
        self.values(number, blob).iter().any(|value| value.windows(secret.len()).any(|part| part == secret))
    }
}

/// One kind of secret, with a value made of its rule's example.
#[derive(Clone, Debug)]
pub struct Kind {
    /// The rule's number.
    pub number: usize,
    pub id: String,
    pub group: String,
    /// What is planted: the bare value, or the whole example where the rule needs words beside it.
    pub text: String,
    pub secret: Vec<u8>,
    /// Whether the value is known by its own form, whatever stands beside it.
    pub is_bare: bool,
    /// Whether it is looked for in decoded text.
    pub is_decoded: bool,
}

/// A kind for each rule, with values of this seed.
pub fn kinds(seed: u64) -> Vec<Kind> {
    let built = &*BUILT;
    let mut kinds = Vec::new();
    for (number, rule) in built.rules.iter().enumerate() {
        let example = expand(&rule.spec.examples[0], seed).unwrap();
        let Some(secret) = built.values(number, example.as_bytes()).into_iter().next() else {
            panic!("{} does not find {example:?}", rule.spec.id);
        };
        let is_bare = built.finds(number, &secret, &secret);
        kinds.push(Kind {
            number,
            id: rule.spec.id.to_string(),
            group: rule.group.clone(),
            text: if is_bare { String::from_utf8(secret.clone()).unwrap() } else { example },
            secret,
            is_bare,
            is_decoded: rule.spec.scope == Scope::Everywhere,
        });
    }
    kinds
}

#[test]
fn every_group_has_kinds_that_are_planted_bare_or_with_their_words() {
    let kinds = kinds(1);
    let table = catalogue::table(&known());
    for group in kinds.iter().map(|kind| &kind.group) {
        assert!(table.contains(&format!("| {group} |")), "{group}");
    }
    let bare = kinds.iter().filter(|kind| kind.is_bare).count();
    // Of those with a form of their own: the others are known by the name beside them.
    let formed = known().rules.iter().filter(|rule| rule.spec.named.is_none()).count();
    assert!(bare * 3 > formed && bare < formed, "{bare} of {formed}");
}
