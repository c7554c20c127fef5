//! Whether a field's numbers can count alone: how many of the numbers that stand in ordinary source would be a real
//! customer's by chance.
//!
//! A fingerprint never errs; a number does. With ten million customers in a space of 10⁸ numbers every tenth number of
//! that form is somebody's, whatever it counts in the program where it stands.

use super::header::{Alone, Shape};
use super::norm::Kind;
use crate::customer::candidates::passes_luhn;
use std::collections::BTreeMap;

/// Bare numbers of one length in a megabyte of source: 257,660 of nine digits in 680 MB.
const BARE_A_PUSH: f64 = 400.0;
/// Numbers after the same one or more letters: at most three in a megabyte, in 613 MB of other source.
const LETTERED_A_PUSH: f64 = 1.0;
/// Numbers with the form of a telephone number.
const PHONES_A_PUSH: f64 = 1.0;
/// A field counts alone if fewer than so many of a push's numbers are a customer's by chance.
const CHANCE: f64 = 1e-3;
/// Fewer values do not show whether all of them carry a check digit.
const CHECKED_MIN: u64 = 50;
/// A longer prefix is told as far as this.
const PREFIX_MAX: usize = 8;

/// What the values of one field have in common.
#[derive(Clone, Debug, Default)]
pub(super) struct Forms {
    /// How many values have so many digits and letters.
    counts: BTreeMap<(u8, u8), u64>,
    prefix: Option<Vec<u8>>,
    min: usize,
    max: usize,
    checked: u64,
    all: u64,
}

/// What that means.
#[derive(Clone, Debug, PartialEq)]
pub struct Density {
    /// Of how many numbers of that form, with a right check digit if they carry one, one is a customer's.
    pub density: f64,
    /// How many of an ordinary push's numbers would be.
    pub by_chance: f64,
    /// Whether all values pass the Luhn check.
    pub checked: bool,
}

impl Forms {
    /// Takes in one value in its one spelling.
    pub(super) fn add(&mut self, value: &[u8]) {
        let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
        let letters = value.iter().take_while(|b| b.is_ascii_alphabetic()).take(PREFIX_MAX).count();
        let letters_in_front = value.get(..letters).unwrap_or_default();
        match &mut self.prefix {
            None => self.prefix = Some(letters_in_front.to_vec()),
            Some(prefix) => {
                let common = prefix.iter().zip(letters_in_front).take_while(|(a, b)| a == b).count();
                prefix.truncate(common);
            }
        }
        self.min = if self.all == 0 { value.len() } else { self.min.min(value.len()) };
        self.max = self.max.max(value.len());
        self.checked += u64::from(passes_luhn(value));
        self.all += 1;
        let form = (small(digits), small(value.len() - digits));
        *self.counts.entry(form).or_insert(0) += 1;
    }

    /// The form of all values.
    pub(super) fn shape(&self) -> Shape {
        let prefix = self.prefix.clone().unwrap_or_default();
        Shape { min: small(self.min), max: small(self.max), prefix: String::from_utf8_lossy(&prefix).into_owned() }
    }

    /// How densely the values fill their space; none for fields whose values cannot be counted through.
    pub(super) fn density(&self, kind: Kind) -> Option<Density> {
        let prefix = self.prefix.as_ref().map_or(0, Vec::len);
        let (same_form, known) = match kind {
            Kind::Email | Kind::Text => return None,
            // Country code and trunk are known; of ten digits the first one is, nearly.
            Kind::Phone => (PHONES_A_PUSH, 3),
            Kind::Number if prefix > 0 => (LETTERED_A_PUSH, 0),
            Kind::Number => (BARE_A_PUSH, 0),
        };
        let checked = kind == Kind::Number && self.all >= CHECKED_MIN && self.checked == self.all;
        let check = if checked { 0.1 } else { 1.0 };
        let space = |(digits, letters): (u8, u8)| {
            let letters = i32::from(letters) - i32::try_from(prefix).map_or(0, |prefix| prefix);
            10f64.powi((i32::from(digits) - known).max(0)) * 26f64.powi(letters.max(0)) * check
        };
        let densities = self.counts.iter().map(|(form, count)| as_float(*count) / space(*form));
        let density = densities.fold(0.0, f64::max).min(1.0);
        // Numbers that fail the check are not looked up in vain: they are not in the table.
        Some(Density { density, by_chance: density * same_form * check, checked })
    }
}

impl Density {
    /// Whether the field's values may count alone.
    pub(super) fn alone(&self) -> Alone {
        if self.by_chance < CHANCE { Alone::Counts } else { Alone::PairOnly }
    }
}

fn small(n: usize) -> u8 {
    u8::try_from(n).map_or(u8::MAX, |n| n)
}

#[allow(clippy::cast_precision_loss, reason = "a share to two digits")]
fn as_float(n: u64) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: impl Iterator<Item = String>) -> (Shape, Density) {
        let mut forms = Forms::default();
        values.for_each(|value| forms.add(value.as_bytes()));
        (forms.shape(), forms.density(Kind::Number).unwrap())
    }

    fn spread(count: u64, of: u64) -> impl Iterator<Item = u64> {
        // Another step would do; a prime one leaves no pattern.
        (0..count).map(move |n| n * 7_919 % of)
    }

    #[test]
    fn bare_numbers_that_fill_their_space_do_not_count_alone() {
        let (shape, density) = of(spread(20_000, 100_000_000).map(|n| format!("{n:08}")));
        assert_eq!(shape, Shape { min: 8, max: 8, prefix: String::new() });
        assert!((density.density - 2e-4).abs() < 1e-6 && density.alone() == Alone::PairOnly, "{density:?}");
        let (_, wide) = of(spread(20_000, 1_000_000_000_000).map(|n| format!("{n:014}")));
        assert_eq!(wide.alone(), Alone::Counts, "{wide:?}");
    }

    #[test]
    fn letters_in_front_let_the_same_numbers_count() {
        let (shape, density) = of(spread(20_000, 100_000_000).map(|n| format!("TC{n:08}")));
        assert_eq!((shape.prefix.as_str(), density.alone()), ("TC", Alone::Counts));
        let mixed = ["TC12", "TD12", "X1"].into_iter().map(|head| format!("{head}73920184"));
        assert_eq!(of(mixed).0.prefix, "");
    }

    #[test]
    fn a_check_digit_narrows_the_space() {
        let luhn = spread(100_000, 100_000_000).filter(|n| passes_luhn(format!("{n:08}").as_bytes()));
        let (_, density) = of(luhn.map(|n| format!("{n:08}")));
        assert!(density.checked && (density.density - 1e-3).abs() < 2e-4, "{density:?}");
    }
}
