//! An id from its digits, eight at once.
//!
//! Apart because `packed-refs` may hold a hundred thousand of them, and a general decoder that is built for size takes
//! longer over them than reading the file.
//!
//! *Invariant:* digits of either case and nothing else, as git reads them.

use gix::ObjectId;
use gix::hash::Kind;

/// The id of the kind `hash` that `hex` writes; none if it is not one in full.
pub(super) fn id_of(hex: &[u8], hash: Kind) -> Option<ObjectId> {
    if hex.len() != hash.len_in_hex() {
        return None;
    }
    let mut bytes = [[0; 4]; 8];
    for (eight, four) in hex.as_chunks::<8>().0.iter().zip(&mut bytes) {
        *four = four_bytes(u64::from_le_bytes(*eight))?;
    }
    match ObjectId::try_from(bytes.as_flattened().get(..hash.len_in_bytes())?) {
        Ok(id) => Some(id),
        Err(_another_length) => None,
    }
}

/// The bytes that eight digits write, the first digit in the lowest byte; each step for all eight.
#[inline(always)]
fn four_bytes(digits: u64) -> Option<[u8; 4]> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    /// What lifts a byte of `least` and more over 127.
    const fn lift(least: u8) -> u64 {
        (0x80 - least as u64) * ONES
    }
    if digits & HIGH != 0 {
        return None;
    }
    let lower = digits | (0x20 * ONES);
    let is_digit = (digits + lift(b'0')) & !(digits + lift(b'9' + 1));
    let is_letter = (lower + lift(b'a')) & !(lower + lift(b'f' + 1));
    if (is_digit | is_letter) & HIGH != HIGH {
        return None;
    }
    // Of letters the low bits count from 1.
    let values = (digits & (0x0f * ONES)) + 9 * ((digits >> 6) & ONES);
    let pairs = ((values << 4) | (values >> 8)) & 0x00ff_00ff_00ff_00ff;
    let pairs = (pairs | (pairs >> 8)) & 0x0000_ffff_0000_ffff;
    ((pairs | (pairs >> 16)) as u32).to_le_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_gix(hex: &[u8]) -> Option<ObjectId> {
        match ObjectId::from_hex(hex) {
            Ok(id) => Some(id),
            Err(_) => None,
        }
    }

    #[test]
    fn every_byte_at_every_place_is_read_as_gix_reads_it() {
        for (kind, digits) in
            [(Kind::Sha1, "0123456789abcdefABCDEF99887766554433221f"), (Kind::Sha256, &"9aF0".repeat(16))]
        {
            assert_eq!(id_of(digits.as_bytes(), kind), by_gix(digits.as_bytes()));
            assert!(id_of(digits.as_bytes(), kind).is_some());
            for at in 0..digits.len() {
                for byte in 0..=u8::MAX {
                    let mut hex = digits.as_bytes().to_vec();
                    hex[at] = byte;
                    assert_eq!(id_of(&hex, kind), by_gix(&hex), "{byte} at {at}");
                }
            }
            assert_eq!(id_of(&digits.as_bytes()[1..], kind), None);
            assert_eq!(id_of(format!("{digits}0").as_bytes(), kind), None);
        }
        assert_eq!(id_of("1".repeat(40).as_bytes(), Kind::Sha256), None);
    }

    proptest! {
        #[test]
        fn ids_are_what_gix_makes_of_them(hex in "[0-9a-fA-F]{40}") {
            prop_assert_eq!(id_of(hex.as_bytes(), Kind::Sha1), by_gix(hex.as_bytes()));
        }
    }
}
