//! What counts in content that leaves the organisation: less than inside.
//!
//! Numbers like those of `[customer]` and `[exact]`, and never more than those: to leave is never easier than to stay.

use super::customer::CustomerData;
use super::document::Document;
use super::error::PolicyError;
use super::exact::ExactMatch;
use super::identifiers::Action;
use super::limits::whole;
use super::unreadable::{Unread, Unreadable};
use serde::Deserialize;
use toml::Spanned;

const COUNT: std::ops::RangeInclusive<u64> = 1..=4_096;
const SCORE: std::ops::RangeInclusive<f64> = 1.0..=20.0;

macro_rules! strict {
    ($( $(#[$doc:meta])* $name:ident = $default:literal; )*) => {
        /// What counts in content that leaves.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Strict {
            $( $(#[$doc])* pub $name: u64, )*
            /// From this score on a file is a dump.
            pub dump_score: f64,
        }

        /// `[remote.strict]` as TOML has it.
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct WireStrict {
            $( $name: Option<Spanned<i64>>, )*
            dump_score: Option<Spanned<f64>>,
        }

        impl Strict {
            /// What holds when no file says otherwise.
            #[must_use]
            pub fn standard() -> Self {
                Self { $( $name: $default, )* dump_score: 3.0 }
            }

            /// The lower number of each, where `other` gives one that is not the default.
            pub(super) fn lowered_by(&self, other: &Self) -> Self {
                let usual = Self::standard();
                let dump_score = match other.dump_score < usual.dump_score {
                    true => self.dump_score.min(other.dump_score),
                    false => self.dump_score,
                };
                Self {
                    $( $name: if other.$name < usual.$name { self.$name.min(other.$name) } else { self.$name }, )*
                    dump_score,
                }
            }

            fn apply_counts(&mut self, doc: &Document, wire: &WireStrict) -> Result<(), PolicyError> {
                $( if let Some(value) = &wire.$name {
                    let key = concat!("remote.strict.", stringify!($name));
                    self.$name = whole(doc, value, key, COUNT, Some($default))?;
                } )*
                Ok(())
            }
        }
    };
}

strict! {
    /// As in `[customer]`.
    values_per_file = 20;
    /// As in `[customer]`.
    values_per_push = 60;
    /// As in `[customer]`.
    bare_cards = 1;
    /// As in `[customer]`.
    named_cards = 1;
    /// As in `[customer]`.
    national_numbers = 1;
    /// As in `[customer]`.
    ibans = 1;
    /// As in `[exact]`.
    emails = 1;
    /// As in `[exact]`.
    numbers = 1;
}

impl Strict {
    /// Takes over what a file sets.
    pub(super) fn apply(&mut self, doc: &Document, wire: &WireStrict) -> Result<(), PolicyError> {
        self.apply_counts(doc, wire)?;
        if let Some(score) = &wire.dump_score {
            if !SCORE.contains(score.get_ref()) {
                let problem = format!("{} is out of range", score.get_ref());
                let remedy = "give a number from 1.0 to 20.0, or delete the line for the default, 3.0";
                return Err(doc.wrong(score, "remote.strict.dump_score", &problem, remedy));
            }
            self.dump_score = *score.get_ref();
        }
        Ok(())
    }

    /// Lowers what counts inside to what counts outside.
    pub fn tighten(&self, customer: &mut CustomerData, exact: &mut ExactMatch, unreadable: &mut Unreadable) {
        for (inside, outside) in [
            (&mut customer.values_per_file, self.values_per_file),
            (&mut customer.values_per_push, self.values_per_push),
            (&mut customer.bare_cards, self.bare_cards),
            (&mut customer.named_cards, self.named_cards),
            (&mut customer.national_numbers, self.national_numbers),
            (&mut customer.ibans, self.ibans),
            (&mut exact.emails, self.emails),
            (&mut exact.numbers, self.numbers),
        ] {
            *inside = outside.min(*inside);
        }
        customer.dump_score = customer.dump_score.min(self.dump_score);
        for said in &mut customer.identifiers {
            if said.action == Some(Action::Warn) {
                said.action = Some(Action::Block);
            }
        }
        // Damaged archives were read up to the damage; the other kinds are what nobody here could look into.
        for kind in [&mut unreadable.encrypted, &mut unreadable.unsupported, &mut unreadable.over_limit] {
            *kind = Unread::Block;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, with};

    #[test]
    fn what_leaves_is_never_judged_more_mildly_than_what_stays() {
        let text = "[customer]\nvalues_per_file = 9\nibans = 7\n[remote.strict]\nvalues_per_file = 50\nibans = 2\n\
            [[customer.identifier]]\nid = 'uk-nhs-number'\naction = 'warn'\n[unreadable]\nencrypted = 'allow'";
        let mut policy = with(text).unwrap();
        let strict = policy.remote.strict();
        strict.tighten(&mut policy.customer, &mut policy.exact, &mut policy.unreadable);
        assert_eq!((policy.customer.values_per_file, policy.customer.ibans), (9, 2));
        assert_eq!((policy.exact.emails, policy.customer.dump_score), (1, 3.0));
        assert_eq!(policy.customer.identifiers[0].action, Some(super::Action::Block));
        assert_eq!(policy.unreadable.encrypted, super::Unread::Block);
    }

    #[test]
    fn numbers_out_of_range_are_errors() {
        assert!(error("[remote.strict]\nibans = 0").contains("remote.strict.ibans: 0 is out of range"));
        assert!(error("[remote.strict]\ndump_score = 0.5").contains("remote.strict.dump_score: 0.5 is out of range"));
    }
}
