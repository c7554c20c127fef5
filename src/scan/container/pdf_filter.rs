//! The simple filters of PDF (ISO 32000-1, 7.4): hexadecimal, base 85, run lengths.

use super::budget::{End, OUT_OF_BUDGET};
use crate::scan::decode::bytes::{cut, hex_digit};

/// Pairs of digits up to `>`; white space does not count, a missing last digit is zero.
pub fn hexadecimal(input: &[u8], out: &mut Vec<u8>) -> End {
    let digits: Vec<u8> = input.iter().take_while(|byte| **byte != b'>').filter_map(|byte| hex_digit(*byte)).collect();
    out.extend(digits.chunks(2).map(|pair| match pair {
        [high, low] => high << 4 | low,
        [high] => high << 4,
        _ => 0,
    }));
    End::Complete
}

/// Groups of five letters from `!` to `u` for four bytes, `z` for four zeros, up to `~>`.
pub fn ascii85(input: &[u8], out: &mut Vec<u8>) -> End {
    let mut group = Vec::with_capacity(5);
    for byte in input.strip_prefix(b"<~").unwrap_or(input) {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            _ => {}
        }
        if group.len() == 5 {
            out.extend(four(&group));
            group.clear();
        }
    }
    if group.len() > 1 {
        let count = group.len() - 1;
        group.resize(5, 84);
        out.extend(cut(&four(&group), 0..count));
    }
    End::Complete
}

fn four(group: &[u8]) -> [u8; 4] {
    group.iter().fold(0_u32, |value, digit| value.wrapping_mul(85).wrapping_add(u32::from(*digit))).to_be_bytes()
}

/// A length below 128 and one byte more than that as they are, or a length above and one byte repeated.
pub fn run_lengths(input: &[u8], limit: u64, out: &mut Vec<u8>) -> End {
    let mut rest = input;
    while let [length, after @ ..] = rest {
        let length = usize::from(*length);
        rest = match (length, after) {
            (0..=127, _) => {
                out.extend_from_slice(after.get(..=length).unwrap_or(after));
                after.get(length + 1..).unwrap_or_default()
            }
            (129..=255, [byte, after @ ..]) => {
                out.extend(std::iter::repeat_n(*byte, 257 - length));
                after
            }
            _ => return End::Complete,
        };
        if out.len() as u64 > limit {
            out.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            return End::OverLimit(OUT_OF_BUDGET);
        }
    }
    End::Complete
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_filter_gives_the_content() {
        let mut out = Vec::new();
        hexadecimal(b"68 65\n6C6c 7>", &mut out);
        assert_eq!(out, b"hellp");
        out.clear();
        ascii85(b"<~87cURD]i,\"Ebo80z~>", &mut out);
        assert_eq!(out, b"Hello World!\0\0\0\0");
        out.clear();
        ascii85(b"87cUR\nDZ~>", &mut out);
        assert_eq!(out, b"Hello");
        out.clear();
        assert_eq!(run_lengths(&[1, b'a', b'b', 254, b'c', 128, b'x'], 99, &mut out), End::Complete);
        assert_eq!(out, b"abccc");
    }

    #[test]
    fn run_lengths_stop_at_the_limit() {
        for (limit, over) in [(127, true), (128, false), (129, false)] {
            let mut out = Vec::new();
            let end = run_lengths(&[129, b'x'], limit, &mut out);
            assert_eq!((out.len() as u64, end == End::OverLimit(OUT_OF_BUDGET)), (limit.min(128), over));
        }
    }
}
