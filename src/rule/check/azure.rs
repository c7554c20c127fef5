//! Azure's keys that can be told by a mark: the last four bytes are a Marvin checksum of the others.

use super::Answer;
use super::bytes::{STANDARD, URL, base64, encode};

/// Marks, where they stand from the end of the key, and the seeds of the sums of the kinds of key that have them.
///
/// <https://github.com/microsoft/security-utilities> (`IdentifiableMetadata.cs`)
const MARKS: &[(&str, &[u64])] = &[
    ("+ASt", &[0x4465_6661_756c_7430]),
    ("+ABa", &[0x4162_4163_6374_3030]),
    ("+AMC", &[0x436c_6173_7369_6330]),
    ("+ACR", &[0x4143_5244_666c_7430]),
    ("+ASb", MESSAGING),
    ("+AEh", MESSAGING),
    ("+ARm", MESSAGING),
    ("AIoT", &[0x496f_5448_7562_3030, 0x4470_734b_6579_3030, 0x4465_7669_6365_3030]),
    ("AzFu", &[0x4d61_7374_6572_3030, 0x5379_7374_656d_3030, 0x4675_6e63_7469_3030]),
    ("AzSe", &[0x5175_6572_7930_3030, 0x5041_646d_696e_3030]),
    ("AzCa", &[0x4163_6365_7373_3030]),
    ("APIM", &[0x5465_6e61_6e74_3030, 0x496f_5448_7562_3030, 0x4761_7465_7779_3030, 0x4769_744b_6579_3030]),
    (
        "ACDb",
        &[
            0x5379_7341_6c6c_3030,
            0x5265_736f_7572_3030,
            0x4d61_7374_524f_3030,
            0x5379_7374_524f_3030,
            0x456e_6372_7970_3030,
            0x4d61_7374_5257_3030,
            0x5379_7374_5257_3030,
        ],
    ),
];
const MESSAGING: &[u64] = &[
    0x5365_6e64_3030_3030,
    0x4d61_6e61_6765_3030,
    0x4c69_7374_656e_3030,
    0x5379_7374_656d_3030,
    0x556e_6b6e_6f77_6e30,
];
/// Characters of base64 that the sum takes.
const SUM: usize = 6;

/// A key with one of the marks. Keys of Redis have had signs replaced after the sum was made, and keys of the newer common
/// format have other sums: these are not refuted.
pub(super) fn azure(key: &[u8]) -> Answer {
    let trimmed = key.strip_suffix(b"==").or(key.strip_suffix(b"=")).unwrap_or(key);
    let Some((before, _)) = trimmed.split_at_checked(trimmed.len().saturating_sub(SUM)) else { return Answer::Silent };
    let Some((mark, seeds)) = MARKS.iter().find(|(mark, _)| before.ends_with(mark.as_bytes())) else {
        return Answer::Silent;
    };
    let bytes = base64(trimmed).unwrap_or_default();
    let Some((body, sum)) = bytes.split_last_chunk::<4>() else { return Answer::Silent };
    if seeds.iter().any(|seed| marvin(body, *seed).to_le_bytes() == *sum) {
        return Answer::Verified("checksum verified");
    }
    if *mark == "AzCa" { Answer::Silent } else { Answer::Wrong }
}

/// Marvin32, folded to 32 bits: <https://github.com/microsoft/SymCrypt/blob/main/lib/marvin32.c>.
fn marvin(bytes: &[u8], seed: u64) -> u32 {
    let hash = marvin64(bytes, seed);
    ((hash >> 32) as u32) ^ (hash as u32)
}

fn marvin64(bytes: &[u8], seed: u64) -> u64 {
    let mut state = (seed as u32, (seed >> 32) as u32);
    let (words, tail) = bytes.as_chunks::<4>();
    for word in words {
        state = mix(state.0.wrapping_add(u32::from_le_bytes(*word)), state.1);
    }
    // What is left, little-endian, with a byte 0x80 behind it.
    let last = tail.iter().chain([&0x80]).rev().fold(0, |sum, byte| (sum << 8) | u32::from(*byte));
    state = mix(state.0.wrapping_add(last), state.1);
    state = mix(state.0, state.1);
    (u64::from(state.1) << 32) | u64::from(state.0)
}

fn mix(low: u32, high: u32) -> (u32, u32) {
    let high = high ^ low;
    let low = low.rotate_left(20).wrapping_add(high);
    let high = high.rotate_left(9) ^ low;
    let low = low.rotate_left(27).wrapping_add(high);
    (low, high.rotate_left(19))
}

/// A key as long as `noise` with the mark whose letters `name` has (signs are no part of a class's name).
pub(super) fn seal(name: &str, noise: &[u8]) -> Option<String> {
    let (mark, seeds) = MARKS.iter().find(|(mark, _)| mark.trim_start_matches('+') == name)?;
    let padding = (3 - noise.len() % 3) % 3;
    let alphabet = if *mark == "AzFu" { URL } else { STANDARD };
    // Keys of these kinds have letters and digits only.
    let plain = matches!(*mark, "AzSe" | "AzCa");
    (0..=u8::MAX)
        .map(|try_| {
            let mut text = encode(noise, alphabet).into_bytes();
            let at = text.len().saturating_sub(SUM + mark.len());
            // What the letter behind the mark holds of the bytes before the sum is zero in all keys.
            let marked = mark.bytes().chain([b'A']);
            text.iter_mut().skip(at).zip(marked).for_each(|(place, letter)| *place = letter);
            if plain {
                text.iter_mut().take(at).filter(|b| !b.is_ascii_alphanumeric()).for_each(|b| *b = b'Q');
            }
            text.first_mut()
                .into_iter()
                .for_each(|b| *b = alphabet.get(usize::from(try_ & 31)).copied().unwrap_or(b'A'));
            let mut bytes = base64(&text).unwrap_or_default();
            let length = bytes.len().saturating_sub(4);
            let sum = marvin(bytes.get(..length).unwrap_or_default(), seeds.first().copied().unwrap_or_default());
            bytes.truncate(length);
            bytes.extend(sum.to_le_bytes());
            encode(&bytes, alphabet) + "==".get(..padding).unwrap_or_default()
        })
        .find(|key| !plain || key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'='))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{changed, made};
    use super::*;

    #[test]
    fn marvin_gives_the_vectors_of_its_authors() {
        // SymCrypt's own self-test, and the long text of the same test.
        assert_eq!(marvin64(b"abc", 0xd53c_d9ce_cd08_93b7), 0x22c7_4339_4927_69bf);
        assert_eq!(marvin64(b"abcdefghijklmnopqrstuvwxyz", 0x0ddd_deee_efff_f000), 0xa128_eb7e_7260_aca2);
    }

    #[test]
    fn marked_keys_are_verified_and_one_changed_character_refutes() {
        for template in [
            "{{azureASt:64}}",
            "{{azureABa:64}}",
            "{{azureACDb:64}}",
            "{{azureASb:32}}",
            "{{azureAIoT:32}}",
            "{{azureACR:39}}",
            "{{azureAzFu:40}}",
            "{{azureAzSe:39}}",
            "{{azureAPIM:64}}",
        ] {
            for seed in 0..4 {
                let key = made(template, seed);
                assert_eq!(azure(key.as_bytes()), Answer::Verified("checksum verified"), "{template}: {key}");
                let end = key.trim_end_matches('=').len();
                // The last character before padding has bits that belong to nothing.
                for at in (0..end - 10).chain(end - 6..end - 1) {
                    assert_eq!(azure(changed(&key, at).as_bytes()), Answer::Wrong, "{template} at {at}");
                }
            }
        }
    }

    #[test]
    fn keys_without_a_mark_are_silent() {
        for text in [made("{{base64:86}}==", 1), made("{{alnum:33}}AzCaA{{alnum:5}}=", 1), String::new()] {
            assert_eq!(azure(text.as_bytes()), Answer::Silent);
        }
    }
}
