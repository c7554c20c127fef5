//! The score that tells a dump of customers from a file that mentions people.
//!
//! Weights and limits come from 76,039 source files (none reaches 5.0) and generated dumps (all of twenty rows do).
//!
//! *Invariant:* a pure function of counts.

/// What was counted in one file, either on its added lines or as a whole.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub emails: usize,
    pub phones: usize,
    pub customers: usize,
    /// Distinct values of each class that only supports others: cards, births, addresses, postal codes, national ids.
    pub supporting: [usize; 5],
    /// Distinct addresses that are nobody's.
    pub reserved: usize,
    /// Rows of one form, and those of them with a value.
    pub rows: usize,
    pub rows_with_value: usize,
    /// The most values under one key.
    pub repeats: usize,
    /// Distinct dates of birth, as far as there are as many cells with a person's name.
    pub people: usize,
    /// Columns or keys that name personal data, and those of them that name one person.
    pub named: usize,
    pub named_identifying: usize,
    pub lines: usize,
}

/// Names with dates of birth, from so many on.
const PEOPLE: usize = 10;

/// Where the file stands, as far as its name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ground {
    Ordinary,
    TestOrDocument,
    Authors,
}

impl Counts {
    /// Distinct values of the class that has most.
    pub(super) fn identifying(&self) -> usize {
        self.emails.max(self.phones).max(self.customers)
    }

    /// Classes with enough distinct values to belong to the rows.
    pub(super) fn classes(&self) -> usize {
        let least = 5.max(self.identifying() * 3 / 10);
        let identifying = [self.emails, self.phones, self.customers];
        identifying.iter().chain(&self.supporting).filter(|count| **count >= least).count()
    }

    /// Whether columns or keys say what the values are: two of them, one leading to a person.
    pub(super) fn has_header(&self) -> bool {
        self.named >= 2 && self.named_identifying >= 1 && self.identifying() >= 5
    }

    /// Whether people stand here with their dates of birth, though nothing else leads to them; tests and documents are
    /// full of small tables of famous ones.
    pub(super) fn has_people(&self, ground: Ground) -> bool {
        match ground {
            Ground::Authors => false,
            Ground::TestOrDocument => self.people >= 2 * PEOPLE,
            Ground::Ordinary => self.people >= PEOPLE,
        }
    }

    fn has_rows(&self) -> bool {
        self.repeats >= 10 || (self.rows_with_value >= 10 && self.rows_with_value * 2 >= self.rows)
    }

    /// Whether the addresses in a file of authors are all that it has.
    pub(super) fn is_exempt(&self, ground: Ground) -> bool {
        ground == Ground::Authors && self.classes() < 2
    }

    /// The score; 5 and more is a dump.
    pub(super) fn score(&self, ground: Ground) -> f32 {
        let distinct = self.identifying();
        if distinct < 3 {
            return 0.0;
        }
        let mut score = 2.5 * real(distinct).log10();
        score += if self.has_header() { 2.0 } else { 0.0 };
        score += if self.has_rows() { 2.0 } else { 0.0 };
        score += 1.5 * real(self.classes().saturating_sub(1));
        score -= if self.reserved > 0 && self.reserved >= 9 * self.emails { 3.0 } else { 0.0 };
        score -= if real(distinct) < 0.02 * real(self.lines) { 1.5 } else { 0.0 };
        score -= match ground {
            Ground::Authors if self.is_exempt(ground) => 5.0,
            Ground::TestOrDocument => 0.5,
            Ground::Ordinary | Ground::Authors => 0.0,
        };
        score
    }
}

/// Counts stay far below the 24 bits that a float holds exactly, or need no more.
fn real(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_rows_of_address_and_customer_number_are_a_dump() {
        let five = Counts { emails: 5, customers: 5, named: 2, named_identifying: 2, lines: 6, ..Counts::default() };
        assert!((five.score(Ground::Ordinary) - 5.25).abs() < 0.01);
        let three = Counts { emails: 3, customers: 3, ..five };
        assert!(three.score(Ground::Ordinary) < 3.5);
    }

    #[test]
    fn a_hundred_bare_addresses_are_a_dump_and_fifty_are_not() {
        let bare = |emails| Counts { emails, lines: emails, ..Counts::default() }.score(Ground::Ordinary);
        assert!(bare(100) >= 5.0 && bare(50) < 5.0);
    }

    #[test]
    fn ten_names_with_dates_of_birth_are_people_and_in_tests_twenty() {
        let people = |people, ground| Counts { people, ..Counts::default() }.has_people(ground);
        for (count, ordinary, test) in [(9, false, false), (10, true, false), (19, true, false), (20, true, true)] {
            assert_eq!(people(count, Ground::Ordinary), ordinary, "{count}");
            assert_eq!(people(count, Ground::TestOrDocument), test, "{count}");
            assert!(!people(count, Ground::Authors));
        }
    }

    #[test]
    fn authors_are_exempt_until_a_second_class_joins() {
        let authors = Counts { emails: 90, lines: 90, ..Counts::default() };
        assert!(authors.score(Ground::Authors) < 0.0);
        assert!(Counts { phones: 50, ..authors }.score(Ground::Authors) > 5.0);
    }
}
