//! What many texts hold together: a list cut into files is a list.
//!
//! A text counts towards the sum only if it looks like part of a list: from ten values on, on a twentieth of its lines.
//! Else the authors, fixtures and manuals of a large first push would make one.
//!
//! *Invariant:* digests alone, at most [`CAP`] a class, however many texts are added.

use super::Thresholds;
use super::distinct::{CAP, Distinct};
use super::exempt::Named;
use super::score::Ground;
use super::tally::Tally;
use super::verdict::{Class, ground};
use std::collections::BTreeSet;

/// The rule of the sum. It has an id of its own: an exception for one file says nothing about the others.
pub const IN_PUSH: &str = "customer-data-in-push";
/// Fewer values are somebody's contacts.
const LEAST: usize = 10;
/// Lines for each value, at most.
const LINES: usize = 20;

/// Distinct values of the classes that lead to a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crowd {
    emails: BTreeSet<u64>,
    phones: BTreeSet<u64>,
    customers: BTreeSet<u64>,
}

impl Crowd {
    /// What the added lines of one text bring.
    pub(super) fn of(tally: &Tally, names: Named) -> Option<Self> {
        let counts = tally.added();
        let listed = counts.identifying() >= LEAST && counts.identifying() * LINES >= counts.lines;
        let exempt = ground(names) == Ground::Authors && counts.is_exempt(Ground::Authors);
        let digests = |set: &Distinct| if set.added() >= LEAST { set.digests().collect() } else { BTreeSet::new() };
        (listed && !exempt).then(|| Self {
            emails: digests(&tally.emails),
            phones: digests(&tally.phones),
            customers: digests(&tally.customers),
        })
    }

    /// Adds the values of another text.
    pub fn join(&mut self, other: Self) {
        let sets = [
            (&mut self.emails, other.emails),
            (&mut self.phones, other.phones),
            (&mut self.customers, other.customers),
        ];
        for (mine, theirs) in sets {
            for value in theirs {
                if mine.len() >= CAP {
                    break;
                }
                mine.insert(value);
            }
        }
    }

    /// The class of which there are too many in one push, and how many there are.
    #[must_use]
    pub fn excess(&self, thresholds: &Thresholds) -> Option<(Class, usize)> {
        let most = thresholds.identifying_in_push;
        // Telephones and numbers of customers are rarer in source than addresses, by what was measured.
        let limits = [
            (Class::Email, self.emails.len(), most),
            (Class::Phone, self.phones.len(), most.div_ceil(2)),
            (Class::CustomerNumber, self.customers.len(), most.div_ceil(3)),
        ];
        limits.into_iter().find(|(_, count, limit)| count >= limit).map(|(class, count, _)| (class, count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_several_texts_count_once() {
        let part = |from: u64, to: u64| Crowd { emails: (from..to).collect(), ..Crowd::default() };
        let mut all = part(0, 200);
        all.join(part(150, 299));
        assert_eq!(all.excess(&Thresholds::standard()), None);
        all.join(part(299, 300));
        assert_eq!(all.excess(&Thresholds::standard()), Some((Class::Email, 300)));
        all.join(part(0, 9_999));
        assert_eq!(all.excess(&Thresholds::standard()), Some((Class::Email, CAP)));
    }
}
