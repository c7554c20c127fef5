//! Base64, base32 and their like, to bytes and back.
//!
//! Apart from the scanner's decoders, which look for encoded values in text: here a value's encoding is known.

pub(super) const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
pub(super) const URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
pub(super) const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Decodes base64 of either alphabet (RFC 4648, sections 4 and 5) up to the first `=`; leftover bits are dropped.
/// None when another character is in it.
#[must_use]
pub(super) fn base64(text: &[u8]) -> Option<Vec<u8>> {
    unpack(text.split(|b| *b == b'=').next().unwrap_or_default(), 6, |byte| {
        Some(match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        })
    })
}

/// Decodes base32 (RFC 4648, section 6) of either case; leftover bits are dropped.
#[must_use]
pub(super) fn base32(text: &[u8]) -> Option<Vec<u8>> {
    unpack(text, 5, |byte| {
        Some(match byte.to_ascii_uppercase() {
            upper @ b'A'..=b'Z' => upper - b'A',
            digit @ b'2'..=b'7' => digit - b'2' + 26,
            _ => return None,
        })
    })
}

fn unpack(text: &[u8], bits: u32, value: impl Fn(u8) -> Option<u8>) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let (mut held, mut count) = (0_u32, 0_u32);
    for byte in text {
        held = ((held << bits) | u32::from(value(*byte)?)) & 0xffff;
        count += bits;
        if count >= 8 {
            count -= 8;
            out.push(((held >> count) & 0xff) as u8);
        }
    }
    Some(out)
}

/// Encodes `bytes` with `alphabet`, without padding.
#[must_use]
pub(super) fn encode(bytes: &[u8], alphabet: &[u8]) -> String {
    let bits = alphabet.len().trailing_zeros().max(1);
    let mask = (1_u32 << bits) - 1;
    let letter = |index: u32| alphabet.get((index & mask) as usize).map_or('?', |b| char::from(*b));
    let mut out = String::new();
    let (mut held, mut count) = (0_u32, 0_u32);
    for byte in bytes {
        held = ((held << 8) | u32::from(*byte)) & 0xffff;
        count += 8;
        while count >= bits {
            count -= bits;
            out.push(letter(held >> count));
        }
    }
    if count > 0 {
        out.push(letter(held << (bits - count)));
    }
    out
}

/// Lower-case hexadecimal digits.
#[must_use]
pub(super) fn hex(bytes: &[u8]) -> String {
    encode(bytes, b"0123456789abcdef")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_decodes_again() {
        for length in 0..70_usize {
            let bytes: Vec<u8> = (0..length).map(|n| (n * 37 + length) as u8).collect();
            assert_eq!(base64(encode(&bytes, STANDARD).as_bytes()).unwrap(), bytes);
            assert_eq!(base64(encode(&bytes, URL).as_bytes()).unwrap(), bytes);
            assert_eq!(base32(encode(&bytes, BASE32).as_bytes()).unwrap(), bytes);
        }
    }

    #[test]
    fn the_standard_s_vectors_hold() {
        // RFC 4648, section 10.
        assert_eq!(encode(b"fooba", STANDARD), "Zm9vYmE");
        assert_eq!(encode(b"foobar", BASE32), "MZXW6YTBOI");
        assert_eq!(hex(b"foo"), "666f6f");
        assert_eq!(base64(b"Zm9vYg==").unwrap(), b"foob");
        assert_eq!(base64(b"Zm 9"), None);
        assert_eq!(base32(b"MZ1W"), None);
    }
}
