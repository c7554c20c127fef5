//! From how many values on a file counts as customer data.
//!
//! Plain numbers: the detector that counts is elsewhere and knows no policy file. Where the defaults come from: over
//! 76,000 source files no honest one reached them, and customer lists of 20 rows did in 17 of 20 formats.

use super::document::Document;
use super::error::PolicyError;
use super::identifiers::{CustomerNumber, IdentifierRule, WireIdentifier, WireNumber, checked_pack};
use super::limits::whole;
use serde::Deserialize;
use toml::Spanned;

/// Whether customer data is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// It is.
    On,
    /// It is not.
    Off,
}

const COUNT: std::ops::RangeInclusive<u64> = 1..=4_096;
const SCORE: std::ops::RangeInclusive<f64> = 1.0..=20.0;

macro_rules! customer {
    ($( $(#[$doc:meta])* $name:ident = $default:literal in $range:expr; )*) => {
        /// What counts as customer data.
        #[derive(Clone, Debug, PartialEq)]
        pub struct CustomerData {
            /// Whether it is looked for at all.
            pub enabled: Switch,
            /// Mail domains whose addresses are the organisation's own people, not customers; subdomains included.
            pub own_domains: Vec<String>,
            /// Packs and countries whose identifiers count without a word beside them, too.
            pub packs: Vec<String>,
            /// What is said about single identifiers, the last word about one last.
            pub identifiers: Vec<IdentifierRule>,
            /// The organisation's own numbers.
            pub numbers: Vec<CustomerNumber>,
            $( $(#[$doc])* pub $name: u64, )*
            /// From this score on a file is a dump.
            pub dump_score: f64,
        }

        /// `[customer]` as TOML has it.
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct WireCustomer {
            enabled: Option<bool>,
            own_domains: Option<Vec<Spanned<String>>>,
            packs: Option<Vec<Spanned<String>>>,
            identifier: Option<Vec<WireIdentifier>>,
            number: Option<Vec<WireNumber>>,
            $( $name: Option<Spanned<i64>>, )*
            dump_score: Option<Spanned<f64>>,
        }

        impl CustomerData {
            /// What holds when no file says otherwise.
            #[must_use]
            pub fn standard() -> Self {
                Self {
                    enabled: Switch::On,
                    own_domains: Vec::new(),
                    packs: Vec::new(),
                    identifiers: Vec::new(),
                    numbers: Vec::new(),
                    $( $name: $default, )*
                    dump_score: 5.0,
                }
            }

            fn apply_counts(&mut self, doc: &Document, wire: &WireCustomer) -> Result<(), PolicyError> {
                $( if let Some(value) = &wire.$name {
                    self.$name = whole(doc, value, concat!("customer.", stringify!($name)), $range, Some($default))?;
                } )*
                Ok(())
            }
        }
    };
}

customer! {
    /// Distinct addresses, telephone numbers or customer numbers in one file, whatever their surroundings.
    values_per_file = 100 in COUNT;
    /// Distinct addresses in one push, over all files that look like parts of a list; half as many telephone numbers.
    values_per_push = 300 in COUNT;
    /// Distinct payment card numbers in one file without a word near them that says so.
    bare_cards = 3 in COUNT;
    /// Distinct payment card numbers in one file beside such a word.
    named_cards = 1 in COUNT;
    /// Distinct personal numbers (My Number, driving licence, social security) beside a word that names them.
    national_numbers = 1 in COUNT;
    /// Distinct bank account numbers beside a word that names them.
    ibans = 3 in COUNT;
}

impl CustomerData {
    /// Takes over what a file sets; a list replaces the earlier one.
    pub(super) fn apply(&mut self, doc: &Document, wire: &WireCustomer) -> Result<(), PolicyError> {
        match wire.enabled {
            Some(true) => self.enabled = Switch::On,
            Some(false) => self.enabled = Switch::Off,
            None => {}
        }
        if let Some(domains) = &wire.own_domains {
            self.own_domains = domains.iter().map(|domain| checked_domain(doc, domain)).collect::<Result<_, _>>()?;
        }
        if let Some(packs) = &wire.packs {
            self.packs = packs.iter().map(|pack| checked_pack(doc, pack)).collect::<Result<_, _>>()?;
        }
        for identifier in wire.identifier.iter().flatten() {
            self.identifiers.push(identifier.checked(doc)?);
        }
        for number in wire.number.iter().flatten() {
            let number = number.checked(doc, self.numbers.len())?;
            self.numbers.push(number);
        }
        self.apply_counts(doc, wire)?;
        if let Some(score) = &wire.dump_score {
            self.dump_score = checked_score(doc, score)?;
        }
        Ok(())
    }
}

fn checked_domain(doc: &Document, domain: &Spanned<String>) -> Result<String, PolicyError> {
    let lower = domain.get_ref().to_ascii_lowercase();
    let is_label = |l: &str| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-');
    if lower.contains('.') && lower.split('.').all(is_label) {
        return Ok(lower);
    }
    let remedy = "write the domain alone, such as \"corp.example\"; its subdomains are included";
    Err(doc.wrong(domain, "customer.own_domains", &format!("`{lower}` is not a domain"), remedy))
}

fn checked_score(doc: &Document, score: &Spanned<f64>) -> Result<f64, PolicyError> {
    if SCORE.contains(score.get_ref()) {
        return Ok(*score.get_ref());
    }
    let problem = format!("{} is out of range", score.get_ref());
    let remedy = "give a number from 1.0 to 20.0, or delete the line for the default, 5.0";
    Err(doc.wrong(score, "customer.dump_score", &problem, remedy))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, with, with_all};
    use super::*;

    #[test]
    fn a_file_changes_what_it_names_and_no_other() {
        let first = "[customer]\nvalues_per_file = 7\nown_domains = ['Corp.example']\ndump_score = 6";
        let second = "[customer]\nenabled = false";
        let customer = with_all(&[first, second]).unwrap().customer;
        let expected = CustomerData {
            enabled: Switch::Off,
            own_domains: vec!["corp.example".to_owned()],
            values_per_file: 7,
            dump_score: 6.0,
            ..CustomerData::standard()
        };
        assert_eq!(customer, expected);
    }

    #[test]
    fn a_domain_is_a_domain() {
        for wrong in ["corp", "@corp.example", "corp.example/x", "*.corp.example", ""] {
            let message = error(&format!("[customer]\nown_domains = ['{wrong}']"));
            assert!(message.starts_with("p0.toml:2:16: customer.own_domains: "), "{message}");
        }
    }

    #[test]
    fn counts_and_scores_have_bounds() {
        let zero = error("[customer]\nvalues_per_file = 0");
        assert!(zero.starts_with("p0.toml:2:19: customer.values_per_file: 0 is out"), "{zero}");
        assert!(error("[customer]\nibans = 4097").contains("from 1 to 4096"));
        assert!(with("[customer]\nibans = 4096").is_ok());
        for wrong in ["0.9", "20.1", "nan", "inf"] {
            let message = error(&format!("[customer]\ndump_score = {wrong}"));
            assert!(message.starts_with("p0.toml:2:14: customer.dump_score: "), "{message}");
        }
    }
}
