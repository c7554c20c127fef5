//! The sums that token formats end in, and the digits that they are written with.

/// Digits of base 62 in the order that GitHub and its followers use, those of base 36 and of base 10 first.
pub(super) const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Digits of base 36 as Ruby's `to_s(36)` writes them.
pub(super) const DIGITS_36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// CRC-32 as in zlib (ISO 3309), a bit at a time: tokens are too short for a table to pay.
#[must_use]
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 })
    })
}

/// CRC-24 of OpenPGP: RFC 4880, section 6.1.
#[must_use]
pub(super) fn crc24(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x00b7_04ce, |crc, byte| {
        (0..8).fold(crc ^ (u32::from(*byte) << 16), |crc, _| {
            let crc = crc << 1;
            if crc & 0x0100_0000 == 0 { crc } else { crc ^ 0x0186_4cfb }
        })
    }) & 0x00ff_ffff
}

/// CRC-16/XMODEM, as Stellar's keys end in.
#[must_use]
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8)
            .fold(crc ^ (u16::from(*byte) << 8), |crc: u16, _| (crc << 1) ^ if crc & 0x8000 == 0 { 0 } else { 0x1021 })
    })
}

/// `number` in as many digits of `alphabet` as fit `width`, zeros in front.
#[must_use]
pub(super) fn digits(mut number: u32, alphabet: &[u8], width: usize) -> Vec<u8> {
    let base = u32::try_from(alphabet.len()).unwrap_or(1).max(2);
    let mut out = vec![b'0'; width];
    for place in out.iter_mut().rev() {
        if let Some(digit) = alphabet.get((number % base) as usize) {
            *place = *digit;
        }
        number /= base;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The "check" value that every catalogue of these sums gives for this text.
    const CHECK: &[u8] = b"123456789";

    #[test]
    fn the_sums_have_their_catalogued_values() {
        assert_eq!(crc32(CHECK), 0xcbf4_3926);
        assert_eq!(crc24(CHECK), 0x0021_cf02);
        assert_eq!(crc16(CHECK), 0x31c3);
    }

    #[test]
    fn numbers_are_padded_with_zeros() {
        assert_eq!(digits(61, DIGITS, 6), b"00000z");
        assert_eq!(digits(62, DIGITS, 6), b"000010");
        assert_eq!(digits(u32::MAX, DIGITS, 6), b"4gfFC3");
        assert_eq!(digits(u32::MAX, DIGITS_36, 7), b"1z141z3");
    }
}
