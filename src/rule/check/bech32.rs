//! Bech32 and Bech32m: keys with a readable name before a `1` and a checksum over both.

use super::Answer;

/// BIP 173: the 32 characters of the data part.
const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const SUM: usize = 6;
/// BIP 173 and BIP 350.
const BECH32: u32 = 1;
const BECH32M: u32 = 0x2bc8_30a3;

/// A key in Bech32 or Bech32m, of one case: age, nostr, Cardano, Sui, Zcash. BIP 173's limit of 90 characters is lifted,
/// as those formats do.
///
/// <https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki>,
/// <https://github.com/bitcoin/bips/blob/master/bip-0350.mediawiki>
pub(super) fn bech32(text: &[u8]) -> Answer {
    let one_case = !(text.iter().any(u8::is_ascii_lowercase) && text.iter().any(u8::is_ascii_uppercase));
    match parts(text) {
        Some((name, data)) if one_case && data.len() > SUM && matches!(polymod(&name, &data), BECH32 | BECH32M) => {
            Answer::Verified("checksum verified")
        }
        _ => Answer::Wrong,
    }
}

fn parts(text: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let lower = text.to_ascii_lowercase();
    let at = lower.iter().rposition(|b| *b == b'1')?;
    let (name, data) = (lower.get(..at)?.to_vec(), lower.get(at + 1..)?);
    let data = data.iter().map(|b| ALPHABET.iter().position(|it| it == b).map(|it| it as u8)).collect::<Option<_>>()?;
    (!name.is_empty()).then_some((name, data))
}

fn polymod(name: &[u8], data: &[u8]) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let high = name.iter().map(|b| b >> 5);
    let low = name.iter().map(|b| b & 31);
    high.chain([0]).chain(low).chain(data.iter().copied()).fold(1, |sum, value| {
        let next = ((sum & 0x01ff_ffff) << 5) ^ u32::from(value);
        GENERATOR
            .iter()
            .enumerate()
            .fold(next, |next, (bit, it)| if (sum >> (25 + bit)) & 1 == 1 { next ^ it } else { next })
    })
}

/// The data part for the name and the `1` at the end of `before`: `count` characters of `noise` and their checksum, in
/// the name's case.
pub(super) fn seal(before: &str, noise: &[u8]) -> String {
    let name = before.trim_end_matches('1').to_ascii_lowercase();
    let mut data: Vec<u8> = noise.iter().map(|b| b & 31).collect();
    let zeros = [&data[..], &[0; SUM]].concat();
    let sum = polymod(name.as_bytes(), &zeros) ^ BECH32;
    data.extend((0..SUM).map(|place| ((sum >> (5 * (5 - place))) & 31) as u8));
    let text: String = data.iter().filter_map(|it| ALPHABET.get(usize::from(*it))).map(|b| char::from(*b)).collect();
    if before.bytes().any(|b| b.is_ascii_uppercase()) { text.to_ascii_uppercase() } else { text }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{changed, made};
    use super::*;

    #[test]
    fn keys_are_verified_and_one_changed_character_refutes() {
        for template in ["AGE-SECRET-KEY-1{{bech32:58}}", "nsec1{{bech32:58}}", "suiprivkey1{{bech32:59}}"] {
            for seed in 0..8 {
                let key = made(template, seed);
                assert_eq!(bech32(key.as_bytes()), Answer::Verified("checksum verified"), "{key}");
                for at in 0..key.len() {
                    assert_eq!(bech32(changed(&key, at).as_bytes()), Answer::Wrong, "{template} at {at}");
                }
            }
        }
    }

    #[test]
    fn the_standards_vectors_hold() {
        for right in ["A12UEL5L", "a12uel5l", "A1LQFN3A", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"] {
            // The shortest ones have no data: no key, but the sum is right.
            let (name, data) = parts(right.as_bytes()).unwrap();
            assert!(matches!(polymod(&name, &data), BECH32 | BECH32M), "{right}");
        }
        for wrong in ["A12uEL5L", "1nwldj5", "abc1", "abc", ""] {
            assert_eq!(bech32(wrong.as_bytes()), Answer::Wrong);
        }
    }
}
