//! The policy's words on customer data as what the detectors take.

use crate::customer::{Choice, Id, Limit, Mode, Number, Override, Scheme, Thresholds};
use crate::policy::{Action, CheckDigit, CustomerData, CustomerNumber, Policy, Switch};

pub(super) fn thresholds(policy: &Policy) -> Option<Thresholds> {
    let customer = &policy.customer;
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    match customer.enabled {
        Switch::Off => None,
        Switch::On => Some(Thresholds {
            identifying: count(customer.values_per_file),
            identifying_in_push: count(customer.values_per_push),
            bare_cards: count(customer.bare_cards),
            named_cards: count(customer.named_cards),
            national: count(customer.national_numbers),
            ibans: count(customer.ibans),
            choice: choice(customer),
            reject_score: customer.dump_score as f32,
            warn_score: None,
            own_domains: customer.own_domains.clone(),
        }),
    }
}

/// Which identifiers are looked for; the policy's reader has checked the names.
fn choice(customer: &CustomerData) -> Choice {
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let mut choice = Choice::standard();
    for pack in &customer.packs {
        choice.add_pack(pack);
    }
    for said in &customer.identifiers {
        let Some(id) = Id::named(&said.id) else { continue };
        let mode = match (said.action, said.without_words) {
            (Some(Action::Off), _) => Some(Mode::Off),
            (_, Some(true)) => Some(Mode::Full),
            (_, Some(false)) => Some(Mode::Words),
            (Some(Action::Warn | Action::Block), None) => Some(Mode::Words).filter(|_| !choice.has(id)),
            (None, None) => None,
        };
        let warns = said.action.map(|action| action == Action::Warn);
        choice.set(id, &Override { mode, warns, threshold: said.threshold.map(count) });
    }
    for number in &customer.numbers {
        choice.add_number(own_number(number));
    }
    choice
}

fn own_number(number: &CustomerNumber) -> Number {
    let file = usize::try_from(number.threshold).unwrap_or(usize::MAX);
    Number {
        name: number.name.clone(),
        prefix: number.prefix.clone(),
        least: number.digits.0,
        most: number.digits.1,
        suffix: number.suffix.clone(),
        scheme: match number.check {
            CheckDigit::None => Scheme::None,
            CheckDigit::Luhn => Scheme::Luhn,
            CheckDigit::Mod11 => Scheme::Mod11,
            CheckDigit::Mod97 => Scheme::Mod97,
            CheckDigit::Iso7064 => Scheme::Iso11And10,
            CheckDigit::Verhoeff => Scheme::Verhoeff,
            CheckDigit::Damm => Scheme::Damm,
        },
        words: number.words.clone(),
        limit: Limit { file, push: file.saturating_mul(3) },
    }
}
