//! BIP 39: twelve to twenty-four words that are a wallet's master secret, with a checksum in the last one.
//!
//! *Invariant:* of each of the 2,048 English words only the first four letters are kept, by which the standard lets them
//! be told apart: 8 KiB instead of 13.

use super::Answer;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The words' first four letters in order, short ones filled with `_`: <https://github.com/bitcoin/bips/blob/master/bip-0039.mediawiki>.
const WORDS: &str = include_str!("bip39.txt");
/// The lengths that the standard allows, the longest first.
const LENGTHS: [usize; 5] = [24, 21, 18, 15, 12];
/// The published phrases of test networks repeat one word; of twelve random ones, six equal ones never come.
const DISTINCT: usize = 8;

/// Whether somewhere in `text` stand words of the list, as many as the standard allows, whose checksum holds.
pub(super) fn mnemonic(text: &[u8]) -> Answer {
    let words: Vec<Option<usize>> = split(text).map(number).collect();
    let runs = words.split(Option::is_none).map(|run| run.iter().flatten().copied().collect::<Vec<usize>>());
    let mut answer = Answer::Foreign;
    for run in runs {
        // Words of a sentence may stand around a phrase; in a run that is a phrase's length, no shorter one is sought.
        let Some(length) = LENGTHS.iter().find(|length| **length <= run.len()) else { continue };
        if run.windows(*length).any(|it| it.iter().collect::<BTreeSet<_>>().len() >= DISTINCT && holds(it)) {
            return Answer::Verified("checksum verified");
        }
        answer = Answer::Wrong;
    }
    answer
}

fn split(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|b| !b.is_ascii_alphabetic()).filter(|word| !word.is_empty())
}

/// The word's place in the list.
fn number(word: &[u8]) -> Option<usize> {
    if !(3..=8).contains(&word.len()) {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let mut key = [b'_'; 4];
    key.iter_mut().zip(&lower).for_each(|(place, letter)| *place = *letter);
    match list().binary_search(&&key[..]) {
        Ok(number) => Some(number),
        Err(_) => None,
    }
}

fn list() -> &'static [&'static [u8]] {
    static LIST: LazyLock<Vec<&'static [u8]>> =
        LazyLock::new(|| WORDS.lines().flat_map(|line| line.as_bytes().chunks(4)).collect());
    &LIST
}

/// Eleven bits a word; the last one of each 33 is checksum: the first bits of SHA-256 over the others.
fn holds(words: &[usize]) -> bool {
    let bits: Vec<bool> = words.iter().flat_map(|word| (0..11).rev().map(move |bit| (word >> bit) & 1 == 1)).collect();
    let (entropy, sum) = bits.split_at(bits.len() - bits.len() / 33);
    checksum(entropy).take(sum.len()).eq(sum.iter().copied())
}

fn checksum(entropy: &[bool]) -> impl Iterator<Item = bool> {
    let bytes: Vec<u8> =
        entropy.chunks(8).map(|bits| bits.iter().fold(0, |byte, bit| (byte << 1) | u8::from(*bit))).collect();
    let digest: Vec<u8> = Sha256::digest(&bytes).to_vec();
    digest.into_iter().flat_map(|byte| (0..8).rev().map(move |bit| (byte >> bit) & 1 == 1))
}

/// As many words as `noise` has groups of four bytes times three, their first four letters each.
pub(super) fn seal(noise: &[u8]) -> String {
    let bits: Vec<bool> = noise.iter().flat_map(|byte| (0..8).rev().map(move |bit| (byte >> bit) & 1 == 1)).collect();
    let all: Vec<bool> = bits.iter().copied().chain(checksum(&bits).take(bits.len() / 32)).collect();
    let list = list();
    let word = |bits: &[bool]| {
        let number = bits.iter().fold(0, |sum, bit| sum * 2 + usize::from(*bit));
        String::from_utf8_lossy(list.get(number).copied().unwrap_or_default()).trim_end_matches('_').to_owned()
    };
    all.chunks(11).map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::testing::made;
    use super::*;

    #[test]
    fn the_list_has_2048_words_in_order() {
        assert_eq!(list().len(), 2048);
        assert!(list().windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!((number(b"abandon"), number(b"zoo"), number(b"ZOO")), (Some(0), Some(2047), Some(2047)));
        assert_eq!((number(b"zz"), number(b"lorem"), number(b"")), (None, None, None));
    }

    #[test]
    fn phrases_are_verified_and_a_changed_word_refutes_most() {
        let (mut wrong, mut all) = (0, 0);
        for words in [12, 15, 18, 21, 24] {
            for seed in 0..8 {
                let phrase = made(&format!("{{{{mnemonic:{words}}}}}"), seed);
                assert_eq!(phrase.split(' ').count(), words);
                let text = format!("the phrase: {phrase}");
                assert_eq!(mnemonic(text.as_bytes()), Answer::Verified("checksum verified"), "{phrase}");
                let last = phrase.rsplit(' ').next().unwrap();
                let other =
                    phrase.strip_suffix(last).unwrap().to_owned() + if last == "zoo" { "abandon" } else { "zoo" };
                all += 1;
                wrong += usize::from(mnemonic(other.as_bytes()) == Answer::Wrong);
            }
        }
        // The checksum has four to eight bits.
        assert!(wrong * 10 > all * 8, "{wrong} of {all}");
    }

    #[test]
    fn the_phrase_of_every_test_network_is_no_secret() {
        assert_eq!(mnemonic(format!("{}junk", "test ".repeat(11)).as_bytes()), Answer::Wrong);
        assert_eq!(mnemonic(format!("{}about", "abandon ".repeat(11)).as_bytes()), Answer::Wrong);
        assert_eq!(
            mnemonic(b"seed phrase: twelve words that you have to write down and never show to anyone"),
            Answer::Foreign
        );
    }
}
