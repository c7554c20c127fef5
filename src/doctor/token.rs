//! A token that never belonged to anyone, made up for one canary.
//!
//! The form is public: GitHub's tokens are `ghp_`, 30 letters and digits, and the CRC-32 of those in base 62
//! (<https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/>).

use std::fs::File;
use std::io::{self, Read as _};

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BODY: usize = 30;
const CHECK: u32 = 6;

/// A new token.
pub fn make() -> io::Result<String> {
    let mut noise = [0; BODY];
    File::open("/dev/urandom")?.read_exact(&mut noise)?;
    let body: String = noise.iter().map(|&byte| digit(u32::from(byte))).collect();
    let sum = crc32(body.as_bytes());
    let check: String = (0..CHECK).rev().map(|place| digit(sum / 62_u32.pow(place))).collect();
    Ok(format!("ghp_{body}{check}"))
}

/// The last base-62 digit of `n`. A byte's bias towards the first digits is of no matter here.
fn digit(n: u32) -> char {
    DIGITS.get((n % 62) as usize).map_or('0', |&b| char::from(b))
}

/// CRC-32 as in zlib, a bit at a time: 30 bytes need no table.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            let low = crc & 1;
            crc >>= 1;
            if low == 1 {
                crc ^= 0xedb8_8320;
            }
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_its_form_and_no_two_are_the_same() {
        let (one, two) = (make().unwrap(), make().unwrap());
        assert_ne!(one, two);
        assert_eq!(one.len(), 40);
        assert!(one.strip_prefix("ghp_").unwrap().bytes().all(|b| b.is_ascii_alphanumeric()));
    }

    #[test]
    fn the_checksum_is_crc_32() {
        // The check value that every description of CRC-32 gives.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        let token = make().unwrap();
        let sum = crc32(token.get(4..34).unwrap().as_bytes());
        let check = token
            .bytes()
            .skip(34)
            .fold(0_u64, |n, b| n * 62 + DIGITS.iter().position(|&digit| digit == b).unwrap() as u64);
        assert_eq!(check, u64::from(sum));
    }
}
