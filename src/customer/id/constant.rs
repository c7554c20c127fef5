//! Numbers that pass a check digit and identify nobody: constants, times, counters, the examples of documentation.
//!
//! Apart from the checks because no check digit tells them from issued numbers: 2,147,483,648 has a right NHS check
//! digit. A general rule instead of a long list; what it cannot know stands in each identifier's `specimens`.
//!
//! *Invariant:* looks at the digits alone, so that a separator hides no constant.

use super::sums::long;
use crate::customer::number::digits_of;

/// Account ids of cloud documentation and big constants with a right check digit (measured over 76,039 files).
const NUMBERS: &[&[u8]] = &[b"111122223333", b"444455556666", b"222233334444", b"810000000000000"];

/// Whether `value` is a constant, whatever stands beside it: one digit all along, counting, mostly zeros, a power of
/// two. Values with fewer than seven digits have letters that tell more.
pub(super) fn is_constant(value: &[u8]) -> bool {
    let Some(digits) = digits_of(value) else { return true };
    let digits = digits.as_slice();
    let plain = digits.len() == value.len();
    digits.len() >= 7
        && (NUMBERS.contains(&digits)
            || is_one_digit(digits)
            || counts(digits)
            || digits.iter().filter(|b| **b == b'0').count() * 10 >= digits.len() * 6
            || (plain && is_power(digits)))
}

/// Whether `value` without a word beside it is rather a time, a counter or something typed: seconds since 1970, one
/// group of digits again and again. People's numbers are among these (a Romanian's with a 1 in front looks like
/// milliseconds), so a word beside the value, or over its column, outweighs it.
pub(super) fn is_ordinary(value: &[u8]) -> bool {
    let Some(digits) = digits_of(value) else { return true };
    let digits = digits.as_slice();
    digits.len() >= 7 && (is_repeated(digits) || (digits.len() == value.len() && is_time(digits)))
}

fn is_one_digit(digits: &[u8]) -> bool {
    digits.windows(2).all(|two| two.first() == two.last())
}

/// One digit all along but for one at an end (a check digit), or one group of four or less again and again.
fn is_repeated(digits: &[u8]) -> bool {
    let inner = digits.len() - 1;
    let groups = (1..=4).any(|n| digits.len() >= 2 * n && digits.chunks(n).all(|part| digits.starts_with(part)));
    let fours = digits.len() == 12 && digits.chunks(4).all(is_one_digit);
    let all_but_one = [digits.get(..inner), digits.get(1..)].into_iter().flatten().any(is_one_digit);
    groups || fours || all_but_one
}

/// Counting up or down all along, or but for the last digits (a check): `123456789`, `1234567890`, `98765432`,
/// `12345678000`, `123456789018`.
fn counts(digits: &[u8]) -> bool {
    let run = |by: u8| {
        let next = |two: &&[u8]| matches!(two, [a, b] if (a - b'0' + by) % 10 == b - b'0');
        1 + digits.windows(2).take_while(next).count()
    };
    let longest = run(1).max(run(9));
    longest >= 8 || longest + 1 >= digits.len()
}

/// 2ⁿ and its neighbours, as programs have them.
fn is_power(digits: &[u8]) -> bool {
    if digits.len() > 19 {
        return false;
    }
    let value = long(digits);
    [value.wrapping_sub(1), value, value.wrapping_add(1)].iter().any(|near| near.is_power_of_two())
}

/// Seconds (10 digits) and milliseconds (13) since 1970 from 2001 to 2036, and `yyyymmddHHMMSS`.
fn is_time(digits: &[u8]) -> bool {
    let value = long(digits);
    match digits.len() {
        10 => (1_000_000_000..2_100_000_000).contains(&value),
        13 => (1_000_000_000_000..2_100_000_000_000).contains(&value),
        12 => is_stamp(value * 100),
        14 => is_stamp(value),
        _ => false,
    }
}

fn is_stamp(value: u64) -> bool {
    let (date, time) = (value / 1_000_000, value % 1_000_000);
    let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
    let (hour, minute, second) = (time / 10_000, time / 100 % 100, time % 100);
    let dated = (1_970..2_100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    dated && hour < 24 && minute < 60 && second < 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_of_programs_and_documents_are_known() {
        for value in [
            "111122223333",
            "444455556666",
            "222233334444",
            "123456789111",
            "123456789123",
            "123456789018",
            "000000000000",
            "0123456789",
            "1111111111",
            "9999999999",
            "2147483648",
            "2147483647",
            "4294967297",
            "12345678000",
            "9000000000000",
            "9999999999999",
            "900000000000",
            "810000000000000",
            "987654321",
        ] {
            assert!(is_constant(value.as_bytes()), "{value}");
        }
        for value in ["1700000000", "1700000000000", "20310203112233", "203102031122", "120120120", "99999999R"] {
            assert!(is_ordinary(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn numbers_of_people_are_not() {
        for value in ["73920184", "6012945273", "304598261157", "5938201746", "AB482916C", "4410173580261"] {
            assert!(!is_constant(value.as_bytes()) && !is_ordinary(value.as_bytes()), "{value}");
        }
        for value in [concat!("99999999", "9996"), "1850412038651", "1237010180"] {
            assert!(!is_constant(value.as_bytes()), "{value}: a word outweighs it");
        }
    }
}
