//! The organisation's own numbers for its customers, as a policy describes them.
//!
//! *Invariant:* a number without a prefix of its own counts beside a word alone: eight digits are anything.

use super::Limit;
use super::sums::{damm, iso_11_10, luhn, rest_97, verhoeff};
use std::ops::Range;

/// How the check digit of a number is computed; it is among its digits, the last of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// There is none.
    None,
    /// ISO/IEC 7812-1, Luhn.
    Luhn,
    /// Weights 2 to 7 from the right, again and again; eleven less the rest modulo 11, where 10 and 11 are 0.
    Mod11,
    /// ISO/IEC 7064 MOD 97-10: the last two digits.
    Mod97,
    /// ISO/IEC 7064 MOD 11,10.
    Iso11And10,
    /// Verhoeff's dihedral scheme.
    Verhoeff,
    /// Damm's quasigroup.
    Damm,
}

impl Scheme {
    fn passes(self, digits: &[u8]) -> bool {
        match self {
            Self::None => true,
            Self::Luhn => luhn(digits),
            Self::Mod11 => mod_11(digits),
            Self::Mod97 => rest_97(digits.iter().copied()) == 1,
            Self::Iso11And10 => iso_11_10(digits),
            Self::Verhoeff => verhoeff(digits),
            Self::Damm => damm(digits),
        }
    }
}

/// As cheques and hospital numbers do in many countries.
fn mod_11(digits: &[u8]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let weigh = |(n, b): (usize, &u8)| (n % 6 + 2) * usize::from(b.wrapping_sub(b'0'));
    let rest = body.iter().rev().enumerate().map(weigh).sum::<usize>() % 11;
    let wanted = (11 - rest) % 11 % 10;
    usize::from(check.wrapping_sub(b'0')) == wanted
}

/// A configured number.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// What it is called.
    pub name: String,
    /// What stands before the digits.
    pub prefix: String,
    /// The fewest digits, check digits included.
    pub least: usize,
    /// The most digits.
    pub most: usize,
    /// What stands after the digits.
    pub suffix: String,
    /// Its check digit.
    pub scheme: Scheme,
    /// Words that name it, beside those for customer numbers.
    pub words: Vec<String>,
    /// Distinct values that reject.
    pub limit: Limit,
}

impl Number {
    /// The one whose digits are `run`, if it stands alone.
    pub(in crate::customer) fn at(&self, text: &[u8], run: &Range<usize>) -> Option<Range<usize>> {
        let start = run.start.checked_sub(self.prefix.len())?;
        let end = run.end.checked_add(self.suffix.len())?;
        let is = |span: Range<usize>, word: &str| {
            text.get(span).is_some_and(|written| written.eq_ignore_ascii_case(word.as_bytes()))
        };
        let whole = is(start..run.start, &self.prefix) && is(run.end..end, &self.suffix);
        let digits = text.get(run.clone()).filter(|digits| whole && self.accepts(digits));
        let part = |at: Option<usize>| {
            at.and_then(|at| text.get(at)).is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'/' | b'+'))
        };
        (digits.is_some() && !part(start.checked_sub(1)) && !part(Some(end))).then_some(start..end)
    }

    fn accepts(&self, digits: &[u8]) -> bool {
        let same = digits.windows(2).all(|two| two.first() == two.last());
        (self.least..=self.most).contains(&digits.len()) && !same && self.scheme.passes(digits)
    }

    /// Whether it can be told from other numbers without a word.
    pub(in crate::customer) fn has_prefix(&self) -> bool {
        self.prefix.bytes().any(|b| b.is_ascii_alphabetic()) || self.suffix.bytes().any(|b| b.is_ascii_alphabetic())
    }

    /// Whether one of its own words stands in `flat`: small letters, separators gone.
    pub(in crate::customer) fn is_called(&self, flat: &[u8]) -> bool {
        self.words.iter().any(|word| {
            let word: Vec<u8> = word.bytes().filter_map(crate::customer::lexicon::flatten).collect();
            !word.is_empty() && memchr::memmem::find(flat, &word).is_some()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(scheme: Scheme, most: usize) -> Number {
        Number {
            name: "customer".into(),
            prefix: "TC".into(),
            least: most,
            most,
            suffix: String::new(),
            scheme,
            words: Vec::new(),
            limit: Limit { file: 10, push: 30 },
        }
    }

    fn takes(number: &Number, text: &str) -> bool {
        let start = text.find(|c: char| c.is_ascii_digit()).unwrap();
        let end = text.rfind(|c: char| c.is_ascii_digit()).unwrap() + 1;
        number.at(text.as_bytes(), &(start..end)).is_some()
    }

    #[test]
    fn the_vectors_pass_or_fail() {
        let luhn = number(Scheme::Luhn, 9);
        assert!(takes(&luhn, "TC123456782") && takes(&luhn, "TC000000018") && takes(&luhn, "no tc123456782."));
        assert!(!takes(&luhn, "TC123456783") && !takes(&luhn, "TC12345678") && !takes(&luhn, "ETC123456782"));
    }

    #[test]
    fn each_scheme_gives_its_own_digit() {
        let published = [
            (Scheme::Luhn, "2"),
            (Scheme::Damm, "6"),
            (Scheme::Verhoeff, "4"),
            (Scheme::Mod11, "5"),
            (Scheme::Iso11And10, "8"),
            (Scheme::Mod97, "89"),
        ];
        for (scheme, check) in published {
            let text = format!("TC12345678{check}");
            let right = number(scheme, 8 + check.len());
            assert!(takes(&right, &text), "{scheme:?}");
            assert!(!takes(&right, &text.replace("345", "346")), "{scheme:?}");
        }
    }
}
