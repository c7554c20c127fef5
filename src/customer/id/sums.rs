//! The check-digit schemes that several identifiers share, and the dates inside them.
//!
//! Apart from the families so that each scheme stands once, with its source.
//!
//! *Invariant:* pure functions of a value without separators, letters in upper case; a byte outside the alphabet makes
//! a value invalid, never a panic.

/// The digit's value; something above every modulus here for any other byte.
pub(super) fn digit(b: u8) -> u32 {
    if b.is_ascii_digit() { u32::from(b - b'0') } else { NO_DIGIT }
}

/// Larger than any check digit, so that a comparison with it fails.
const NO_DIGIT: u32 = 1_000;

/// The digit at `at`.
pub(super) fn at(value: &[u8], at: usize) -> u32 {
    value.get(at).copied().map_or(NO_DIGIT, digit)
}

/// Whether all bytes are digits and there are `len` of them.
pub(super) fn is_digits(value: &[u8], len: usize) -> bool {
    value.len() == len && value.iter().all(u8::is_ascii_digit)
}

/// The number that digits write; at most nine of them.
pub(super) fn number(value: &[u8]) -> u32 {
    value.iter().take(9).fold(0, |sum, b| sum * 10 + digit(*b) % 10)
}

/// The number that up to 19 digits write.
pub(super) fn long(value: &[u8]) -> u64 {
    value.iter().take(19).fold(0, |sum, b| sum.wrapping_mul(10).wrapping_add(u64::from(digit(*b) % 10)))
}

/// Digits from `from` on, `len` of them; none if they are not there.
pub(super) fn part(value: &[u8], from: usize, len: usize) -> u32 {
    value.get(from..from + len).filter(|part| part.iter().all(u8::is_ascii_digit)).map_or(NO_DIGIT, number)
}

/// Digits from the left, each times its weight, summed; digits beyond the weights do not count.
pub(super) fn weighted(value: &[u8], weights: &[u32]) -> u32 {
    value.iter().zip(weights).map(|(b, weight)| (digit(*b) % NO_DIGIT) * weight).sum()
}

/// ISO/IEC 7812-1 annex B (Luhn).
pub(super) fn luhn(value: &[u8]) -> bool {
    value.iter().all(u8::is_ascii_digit) && crate::customer::card::luhn(value)
}

/// ISO/IEC 7064 MOD 11,10, the check digit last.
pub(super) fn iso_11_10(value: &[u8]) -> bool {
    let Some((check, body)) = value.split_last() else { return false };
    let product = body.iter().fold(10, |product, b| {
        let sum = match (digit(*b) % NO_DIGIT + product) % 10 {
            0 => 10,
            sum => sum,
        };
        2 * sum % 11
    });
    digit(*check) == (11 - product) % 10
}

/// ISO/IEC 7064 MOD 97-10 over letters and digits (A is 10, Z is 35): the rest of the whole value.
pub(super) fn rest_97(value: impl Iterator<Item = u8>) -> u32 {
    value.fold(0, |rest, b| match b {
        b'0'..=b'9' => (rest * 10 + u32::from(b - b'0')) % 97,
        b => (rest * 100 + u32::from(b.wrapping_sub(b'A')) + 10) % 97,
    })
}

/// J. Verhoeff, Error Detecting Decimal Codes, 1969: the dihedral group of order ten and one permutation; the check
/// digit last.
pub(super) fn verhoeff(value: &[u8]) -> bool {
    let step = |sum: u8, (place, b): (usize, &u8)| {
        let digit = (0..place % 8).fold(b.wrapping_sub(b'0'), |digit, _| permuted(digit));
        dihedral(sum, digit)
    };
    value.iter().all(u8::is_ascii_digit) && value.iter().rev().enumerate().fold(0, step) == 0
}

/// Verhoeff's permutation: (1 5 8 9 4 2 7 0)(3 6).
fn permuted(digit: u8) -> u8 {
    match digit {
        0 => 1,
        1 => 5,
        2 => 7,
        3 => 6,
        4 => 2,
        5 => 8,
        6 => 3,
        7 => 0,
        8 => 9,
        _ => 4,
    }
}

/// The product in the group of a pentagon's turns (0 to 4) and flips (5 to 9).
fn dihedral(a: u8, b: u8) -> u8 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b) % 5 + 5,
        (false, true) => (a + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

/// H. M. Damm, Total anti-symmetrische Quasigruppen, 2004: the check digit last.
pub(super) fn damm(value: &[u8]) -> bool {
    const TABLE: [[u8; 10]; 10] = [
        [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
        [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
        [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
        [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
        [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
        [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
        [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
        [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
        [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
        [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
    ];
    let next = |row: u8, b: &u8| {
        let row = TABLE.get(usize::from(row)).and_then(|row| row.get(usize::from(b.wrapping_sub(b'0'))));
        row.copied().unwrap_or(0)
    };
    value.iter().all(u8::is_ascii_digit) && value.iter().fold(0, next) == 0
}

/// Whether these can be a day and a month.
pub(super) fn is_day(day: u32, month: u32) -> bool {
    let longest = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=longest).contains(&day)
}

/// Whether these can be a day, month and year: in common years February has 28 days.
pub(super) fn is_date(day: u32, month: u32, year: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    is_day(day, month) && (leap || month != 2 || day <= 28)
}

/// Whether `YYMMDD` begins at `at`; the century is unknown, so 29 February is there every fourth year.
pub(super) fn is_yymmdd(value: &[u8], at: usize) -> bool {
    is_date(part(value, at + 4, 2), part(value, at + 2, 2), 2000 + part(value, at, 2))
}

/// Whether `DDMMYY` begins at `at`.
pub(super) fn is_ddmmyy(value: &[u8], at: usize) -> bool {
    is_date(part(value, at, 2), part(value, at + 2, 2), 2000 + part(value, at + 4, 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_schemes_give_the_published_digits() {
        assert!(luhn(b"123456782") && damm(b"123456786") && verhoeff(b"123456784") && iso_11_10(b"123456788"));
        assert!(damm(b"5724") && verhoeff(b"2363"));
        assert_eq!(rest_97(b"1234567889".iter().copied()), 1);
    }

    #[test]
    fn days_and_leap_years() {
        assert!(is_date(29, 2, 2000) && !is_date(29, 2, 1900) && !is_date(30, 2, 2000) && !is_date(31, 4, 2001));
        assert!(is_yymmdd(b"811228", 0) && !is_yymmdd(b"811328", 0) && is_ddmmyy(b"311200", 0));
    }

    proptest! {
        #[test]
        fn each_scheme_finds_every_changed_digit(body in "[0-9]{5,17}", place in 0usize..17, by in 1u8..10) {
            for scheme in [luhn, iso_11_10, verhoeff, damm] {
                let right: Vec<Vec<u8>> =
                    (b'0'..=b'9').map(|check| [body.as_bytes(), &[check]].concat()).filter(|v| scheme(v)).collect();
                prop_assert_eq!(right.len(), 1, "one check digit a body");
                let mut wrong = right[0].clone();
                let place = place % wrong.len();
                wrong[place] = (wrong[place] - b'0' + by) % 10 + b'0';
                prop_assert!(!scheme(&wrong));
            }
        }
    }
}
