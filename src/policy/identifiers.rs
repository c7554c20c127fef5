//! What a policy says about identifiers: packs, single ones, and the organisation's own numbers for its customers.
//!
//! Apart from the counts of `customer` because these are tables of their own. Names are checked here, so that a pack
//! that does not exist is an error and not a pack that finds nothing.

use super::document::Document;
use super::error::PolicyError;
use super::limits::whole;
use super::packs::CODE_RULES;
use super::suggest::nearest;
use serde::Deserialize;
use toml::Spanned;

/// The packs and the countries whose identifiers can be switched on.
pub const PACKS: &[&str] = &[
    "africa-middle-east",
    "americas",
    "ar",
    "asia-pacific",
    "at",
    "au",
    "be",
    "br",
    "ca",
    "ch",
    "cl",
    "cn",
    "cz",
    "de",
    "dk",
    "es",
    "eu",
    "fi",
    "fr",
    "gb",
    "gr",
    "hk",
    "ie",
    "il",
    "in",
    "it",
    "japan",
    "jp",
    "kr",
    "mx",
    "nl",
    "no",
    "pl",
    "pt",
    "ro",
    "se",
    "sg",
    "sk",
    "telematics",
    "th",
    "tr",
    "tw",
    "uk",
    "us",
    "za",
];

/// What happens to an identifier's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// They are not looked for.
    Off,
    /// They are reported, and the push may pass.
    Warn,
    /// They reject.
    Block,
}

/// What a policy says about one identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentifierRule {
    /// The rule's id.
    pub id: String,
    /// What happens to its values.
    pub action: Option<Action>,
    /// Distinct values in one file that are enough.
    pub threshold: Option<u64>,
    /// Whether values count without a word for them, too.
    pub without_words: Option<bool>,
}

/// How a customer number's check digit is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckDigit {
    /// There is none.
    None,
    /// Luhn.
    Luhn,
    /// Weights 2 to 7 from the right, modulo 11.
    Mod11,
    /// ISO 7064 MOD 97-10, two digits.
    #[serde(rename = "mod97-10")]
    Mod97,
    /// ISO 7064 MOD 11,10.
    #[serde(rename = "iso7064-11-10")]
    Iso7064,
    /// Verhoeff.
    Verhoeff,
    /// Damm.
    Damm,
}

/// One of the organisation's own numbers for its customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerNumber {
    /// What it is called.
    pub name: String,
    /// What stands before the digits.
    pub prefix: String,
    /// The fewest and the most digits, check digits included.
    pub digits: (usize, usize),
    /// What stands after the digits.
    pub suffix: String,
    /// The check digit.
    pub check: CheckDigit,
    /// Words that name it.
    pub words: Vec<String>,
    /// Distinct values in one file that reject.
    pub threshold: u64,
}

/// `[[customer.identifier]]` as TOML has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireIdentifier {
    id: Spanned<String>,
    action: Option<Action>,
    threshold: Option<Spanned<i64>>,
    without_words: Option<bool>,
}

/// `[[customer.number]]` as TOML has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WireNumber {
    name: Spanned<String>,
    prefix: Option<Spanned<String>>,
    digits: Spanned<Digits>,
    suffix: Option<Spanned<String>>,
    check: Option<CheckDigit>,
    words: Option<Vec<Spanned<String>>>,
    threshold: Option<Spanned<i64>>,
}

/// `8`, `"8-10"` or `{ min = 8, max = 10 }`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Digits {
    Exactly(i64),
    Between(String),
    Bounds { min: i64, max: i64 },
}

const COUNT: std::ops::RangeInclusive<u64> = 1..=4_096;
/// Fewer digits are everywhere, more are no number.
const DIGITS: std::ops::RangeInclusive<usize> = 4..=18;
/// Longer ones are no part of a number.
const AFFIX_MAX: usize = 12;
/// How many numbers an organisation can describe.
const NUMBERS_MAX: usize = 15;

pub(super) fn checked_pack(doc: &Document, pack: &Spanned<String>) -> Result<String, PolicyError> {
    let word = pack.get_ref().as_str();
    if PACKS.contains(&word) {
        return Ok(word.to_owned());
    }
    let remedy = match nearest(word, PACKS.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "config/leakgate.toml lists the packs; a country is its two letters".to_owned(),
    };
    Err(doc.wrong(pack, "customer.packs", &format!("no pack is called `{word}`"), &remedy))
}

impl WireIdentifier {
    pub(super) fn checked(&self, doc: &Document) -> Result<IdentifierRule, PolicyError> {
        let id = self.id.get_ref().as_str();
        if !CODE_RULES.contains(&id) {
            let remedy = match nearest(id, CODE_RULES.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`leakgate rules list --group customer-data` shows them".to_owned(),
            };
            return Err(doc.wrong(&self.id, "customer.identifier.id", &format!("no rule is called `{id}`"), &remedy));
        }
        let key = "customer.identifier.threshold";
        let threshold = self.threshold.as_ref().map(|n| whole(doc, n, key, COUNT, Some(1))).transpose()?;
        let without_words = self.without_words;
        Ok(IdentifierRule { id: id.to_owned(), action: self.action, threshold, without_words })
    }
}

impl WireNumber {
    pub(super) fn checked(&self, doc: &Document, known: usize) -> Result<CustomerNumber, PolicyError> {
        if known >= NUMBERS_MAX {
            let problem = format!("more than {NUMBERS_MAX} numbers");
            return Err(doc.wrong(
                &self.name,
                "customer.number",
                &problem,
                "describe several by one, with fewer rules",
            ));
        }
        let affix = |value: &Option<Spanned<String>>, key: &str| match value {
            None => Ok(String::new()),
            Some(value) if is_affix(value.get_ref()) => Ok(value.get_ref().clone()),
            Some(value) => {
                let remedy = format!("give at most {AFFIX_MAX} letters and dashes, such as \"TC\"");
                Err(doc.wrong(value, key, "this cannot stand beside the digits of a number", &remedy))
            }
        };
        let key = "customer.number.threshold";
        Ok(CustomerNumber {
            name: self.name.get_ref().clone(),
            prefix: affix(&self.prefix, "customer.number.prefix")?,
            digits: self.digits(doc)?,
            suffix: affix(&self.suffix, "customer.number.suffix")?,
            check: self.check.unwrap_or(CheckDigit::None),
            words: self.words.iter().flatten().map(|word| word.get_ref().clone()).collect(),
            threshold: match &self.threshold {
                None => 10,
                Some(n) => whole(doc, n, key, COUNT, Some(10))?,
            },
        })
    }

    fn digits(&self, doc: &Document) -> Result<(usize, usize), PolicyError> {
        let number = |n: i64| usize::try_from(n).unwrap_or(0);
        let bounds = match self.digits.get_ref() {
            Digits::Exactly(n) => (number(*n), number(*n)),
            Digits::Bounds { min, max } => (number(*min), number(*max)),
            Digits::Between(text) => {
                let (least, most) = text.split_once('-').unwrap_or((text, text));
                (least.trim().parse().unwrap_or(0), most.trim().parse().unwrap_or(0))
            }
        };
        let (least, most) = bounds;
        if least <= most && DIGITS.contains(&least) && DIGITS.contains(&most) {
            return Ok(bounds);
        }
        let remedy = "give from 4 to 18 digits, check digits included: 8, \"8-10\" or { min = 8, max = 10 }";
        Err(doc.wrong(&self.digits, "customer.number.digits", "this is no number of digits", remedy))
    }
}

fn is_affix(value: &str) -> bool {
    value.len() <= AFFIX_MAX && value.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, with};
    use super::*;

    #[test]
    fn packs_and_identifiers_are_known_by_name() {
        let customer = with("[customer]\npacks = ['japan', 'de']").unwrap().customer;
        assert_eq!(customer.packs, ["japan", "de"]);
        let message = error("[customer]\npacks = ['japn']");
        assert!(message.contains("no pack is called `japn`") && message.contains("`japan`?"), "{message}");
        let text = "[[customer.identifier]]\nid = 'de-tax-id'\naction = 'warn'\nthreshold = 3";
        let rule = with(text).unwrap().customer.identifiers.remove(0);
        assert_eq!((rule.action, rule.threshold, rule.without_words), (Some(Action::Warn), Some(3), None));
        let message = error("[[customer.identifier]]\nid = 'de-taxid'");
        assert!(message.contains("did you mean `de-tax-id`?"), "{message}");
    }

    #[test]
    fn a_number_is_described_in_three_ways() {
        for (digits, expected) in [("8", (8, 8)), ("'8-10'", (8, 10)), ("{ min = 6, max = 9 }", (6, 9))] {
            let text =
                format!("[[customer.number]]\nname = 'member'\nprefix = 'TC'\ndigits = {digits}\ncheck = 'mod97-10'");
            let number = with(&text).unwrap().customer.numbers.remove(0);
            assert_eq!((number.digits, number.check, number.threshold), (expected, CheckDigit::Mod97, 10));
        }
        for wrong in ["3", "19", "'10-8'", "'a-b'", "{ min = 0, max = 9 }"] {
            let message = error(&format!("[[customer.number]]\nname = 'm'\ndigits = {wrong}"));
            assert!(message.contains("customer.number.digits: this is no number of digits"), "{message}");
        }
        assert!(error("[[customer.number]]\nname = 'm'\ndigits = 8\nprefix = 'T1'").contains("customer.number.prefix"));
        let many = "[[customer.number]]\nname = 'm'\ndigits = 8\n";
        assert!(
            with(&many.repeat(NUMBERS_MAX)).is_ok() && error(&many.repeat(NUMBERS_MAX + 1)).contains("more than 15")
        );
    }
}
