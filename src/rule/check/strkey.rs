//! Keys in base32 that end in a CRC-16: Stellar's secret seeds and the seeds of NATS.

use super::Answer;
use super::bytes::{BASE32, base32, encode};
use super::crc::crc16;

/// Gives the `S` in front.
const SEED: u8 = 18 << 3;

/// <https://stellar.org/protocol/sep-23>. Another text of 56 such characters is another thing.
pub(super) fn strkey(text: &[u8]) -> Answer {
    let bytes = base32(text).unwrap_or_default();
    match bytes.split_last_chunk::<2>() {
        Some((body, sum)) if body.len() == 33 && body.first() == Some(&SEED) && crc16(body).to_le_bytes() == *sum => {
            Answer::Verified("checksum verified")
        }
        _ => Answer::Foreign,
    }
}

/// The seeds of NATS: two bytes of kind, 32 bytes and a CRC-16. <https://github.com/nats-io/nkeys/blob/main/strkey.go>
pub(super) fn nkey(text: &[u8]) -> Answer {
    let bytes = base32(text).unwrap_or_default();
    match bytes.split_last_chunk::<2>() {
        Some((body, sum)) if body.len() == 34 && crc16(body).to_le_bytes() == *sum => {
            Answer::Verified("checksum verified")
        }
        _ => Answer::Foreign,
    }
}

/// A user's seed of NATS with `key` in it: `SU` in front.
pub(super) fn seal_nkey(key: &[u8]) -> String {
    let body = [&[SEED | 5, 0], key].concat();
    encode(&[&body[..], &crc16(&body).to_le_bytes()].concat(), BASE32)
}

/// A seed with `key` in it.
pub(super) fn seal(key: &[u8]) -> String {
    let body = [&[SEED], key].concat();
    encode(&[&body[..], &crc16(&body).to_le_bytes()].concat(), BASE32)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{changed, made};
    use super::*;

    #[test]
    fn a_seed_of_nats_is_verified_and_one_changed_character_makes_it_none() {
        for seed in 0..8 {
            let key = made("{{nkey:32}}", seed);
            assert!(key.starts_with("SU") && key.len() == 58, "{key}");
            assert_eq!(nkey(key.as_bytes()), Answer::Verified("checksum verified"));
            // The last character has two bits that belong to nothing.
            for at in 0..57 {
                assert_eq!(nkey(changed(&key, at).as_bytes()), Answer::Foreign, "{key} at {at}");
            }
        }
    }

    #[test]
    fn a_seed_is_verified_and_one_changed_character_makes_it_none() {
        for seed in 0..8 {
            let key = made("{{strkey:32}}", seed);
            assert!(key.starts_with('S') && key.len() == 56, "{key}");
            assert_eq!(strkey(key.as_bytes()), Answer::Verified("checksum verified"));
            for at in 0..56 {
                assert_eq!(strkey(changed(&key, at).as_bytes()), Answer::Foreign, "{key} at {at}");
            }
        }
        assert_eq!(strkey(b""), Answer::Foreign);
    }
}
