//! Checks in code that a value must pass to be a finding, by the name that a rule gives.

/// A check: whether the value's bytes are well formed.
pub type Check = fn(&[u8]) -> bool;

/// The check called `name`.
#[must_use]
pub fn by_name(name: &str) -> Option<Check> {
    match name {
        "luhn" => Some(luhn),
        _ => None,
    }
}

/// ISO/IEC 7812-1 annex B: from the right, every second digit is doubled (less 9 above 9); the sum is a multiple of 10.
/// Bytes that are no digits are separators; fewer than two digits never pass.
#[must_use]
pub fn luhn(value: &[u8]) -> bool {
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
    count >= 2 && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luhn_accepts_the_standard_s_example_and_no_neighbour() {
        assert!(luhn(b"4992 73-9871 6"));
        assert!(!luhn(b"49927398717"));
        assert!(!luhn(b"0"));
        assert!(!luhn(b""));
    }
}
