//! Base58Check: keys of Bitcoin's kin, whose last four bytes are a checksum of the others.

use super::Answer;
use sha2::{Digest as _, Sha256};

/// <https://en.bitcoin.it/wiki/Base58Check_encoding>: no `0`, `O`, `I`, `l`.
const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const SUM: usize = 4;
/// <https://xrpl.org/docs/references/protocol/data-types/base58-encodings>: the same letters in another order.
const RIPPLE: &[u8; 58] = b"rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";
/// Longer than any key: decoding is quadratic.
const LONGEST: usize = 120;

/// A key in Base58Check of any version: WIF, BIP 32's extended keys, BIP 38, Tezos.
///
/// <https://github.com/bitcoin/bips/blob/master/bip-0032.mediawiki#serialization-format>,
/// <https://github.com/bitcoin/bips/blob/master/bip-0038.mediawiki>
pub(super) fn base58check(text: &[u8]) -> Answer {
    match decode(text, ALPHABET) {
        Some(bytes) if is_sealed(&bytes) => Answer::Verified("checksum verified"),
        _ => Answer::Wrong,
    }
}

/// A seed of the XRP Ledger. Words of that length that begin with `s` are many things.
pub(super) fn ripple(text: &[u8]) -> Answer {
    match decode(text, RIPPLE) {
        Some(bytes) if is_sealed(&bytes) => Answer::Verified("checksum verified"),
        _ => Answer::Foreign,
    }
}

/// The same for forms so loose that most matches are something else: what does not hold says nothing about others.
pub(super) fn wif(text: &[u8]) -> Answer {
    match base58check(text) {
        Answer::Wrong => Answer::Foreign,
        other @ (Answer::Verified(_) | Answer::Silent | Answer::Foreign) => other,
    }
}

fn is_sealed(bytes: &[u8]) -> bool {
    bytes
        .split_at_checked(bytes.len().saturating_sub(SUM))
        .is_some_and(|(body, sum)| body.len() > SUM && checksum(body) == sum)
}

/// The first bytes of SHA-256 taken twice.
fn checksum(body: &[u8]) -> Vec<u8> {
    Sha256::digest(Sha256::digest(body)).iter().take(SUM).copied().collect()
}

fn decode(text: &[u8], alphabet: &[u8; 58]) -> Option<Vec<u8>> {
    if text.len() > LONGEST {
        return None;
    }
    // Little-endian while it grows.
    let mut out: Vec<u8> = Vec::new();
    for byte in text {
        let mut carry = alphabet.iter().position(|it| it == byte)?;
        for place in &mut out {
            carry += usize::from(*place) * 58;
            *place = (carry & 0xff) as u8;
            carry >>= 8;
        }
        while carry > 0 {
            out.push((carry & 0xff) as u8);
            carry >>= 8;
        }
    }
    out.extend(text.iter().take_while(|b| alphabet.first() == Some(b)).map(|_| 0));
    out.reverse();
    Some(out)
}

/// `body` with its checksum, as a ledger's seed.
pub(super) fn seal_ripple(key: &[u8]) -> String {
    encode(&[&[33], key].concat(), RIPPLE)
}

/// `body` with its checksum, as text.
pub(super) fn seal(body: &[u8]) -> String {
    encode(body, ALPHABET)
}

fn encode(body: &[u8], alphabet: &[u8; 58]) -> String {
    let bytes = [body, &checksum(body)].concat();
    let mut digits: Vec<usize> = Vec::new();
    for byte in &bytes {
        let mut carry = usize::from(*byte);
        for digit in &mut digits {
            carry += *digit << 8;
            *digit = carry % 58;
            carry /= 58;
        }
        while carry > 0 {
            digits.push(carry % 58);
            carry /= 58;
        }
    }
    digits.extend(bytes.iter().take_while(|b| **b == 0).map(|_| 0));
    digits.iter().rev().filter_map(|digit| alphabet.get(*digit)).map(|b| char::from(*b)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{changed, made};
    use super::*;

    #[test]
    fn keys_are_verified_and_one_changed_character_refutes() {
        for template in ["{{wif:32}}", "{{wif:33}}", "{{xprv:74}}", "{{bip38:37}}", "{{edsk:32}}"] {
            for seed in 0..8 {
                let key = made(template, seed);
                assert_eq!(base58check(key.as_bytes()), Answer::Verified("checksum verified"), "{template}");
                for at in 0..key.len() {
                    assert_eq!(base58check(changed(&key, at).as_bytes()), Answer::Wrong, "{template} at {at}");
                }
            }
        }
    }

    #[test]
    fn versions_give_the_known_beginnings() {
        assert!(made("{{wif:32}}", 3).starts_with('5') && made("{{wif:32}}", 3).len() == 51);
        assert!(made("{{wif:33}}", 3).starts_with(['K', 'L']) && made("{{wif:33}}", 3).len() == 52);
        assert!(made("{{xprv:74}}", 3).starts_with("xprv") && made("{{xprv:74}}", 3).len() == 111);
        assert!(made("{{bip38:37}}", 3).starts_with("6P") && made("{{bip38:37}}", 3).len() == 58);
        assert!(made("{{edsk:32}}", 3).starts_with("edsk") && made("{{edsk:32}}", 3).len() == 54);
    }

    #[test]
    fn the_address_of_nobody_has_a_right_sum() {
        // Twenty zero bytes of version 0: Bitcoin's best known burn address, no key.
        assert_eq!(seal(&[0; 21]), "1111111111111111111114oLvT2");
        assert_eq!(decode(b"11", ALPHABET).unwrap(), [0, 0]);
        assert_eq!(decode(b"0", ALPHABET), None);
        assert_eq!(decode(&[b'z'; 121], ALPHABET), None);
    }

    #[test]
    fn a_seed_of_the_ledger_is_verified_and_one_changed_character_makes_it_none() {
        for seed in 0..8 {
            let key = made("{{ripple:16}}", seed);
            assert!(key.starts_with('s') && key.len() == 29, "{key}");
            assert_eq!(ripple(key.as_bytes()), Answer::Verified("checksum verified"));
            for at in 0..key.len() {
                assert_eq!(ripple(changed(&key, at).as_bytes()), Answer::Foreign, "{key} at {at}");
            }
        }
    }
}
