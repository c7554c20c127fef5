//! The check digit of payment cards and of some customer numbers.

use super::Answer;

/// ISO/IEC 7812-1 annex B: from the right, every second digit is doubled (less 9 above 9); the sum is a multiple of 10.
/// Bytes that are no digits are separators; fewer than two digits never pass.
///
/// One number in ten passes by chance: neither a proof nor, in a rule that matches any digits, a refutation.
#[must_use]
pub fn luhn(value: &[u8]) -> Answer {
    let digits = value.iter().filter(|b| b.is_ascii_digit()).map(|b| u32::from(b - b'0'));
    let count = digits.clone().count();
    let sum: u32 = digits
        .enumerate()
        .map(|(at, digit)| match (count - at) % 2 {
            0 if digit > 4 => digit * 2 - 9,
            0 => digit * 2,
            _ => digit,
        })
        .sum();
    if count >= 2 && sum.is_multiple_of(10) { Answer::Silent } else { Answer::Foreign }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luhn_accepts_the_standard_s_example_and_no_neighbour() {
        assert_eq!(luhn(b"4992 73-9871 6"), Answer::Silent);
        for wrong in [&b"49927398717"[..], b"0", b""] {
            assert_eq!(luhn(wrong), Answer::Foreign);
        }
    }
}
