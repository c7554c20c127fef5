//! Whether lines of base64 are a signature: noise that is public, in every signed commit and tag.
//!
//! Apart from the decoders, because it is what they leave alone. Joined, a megabyte of signatures holds by chance what a
//! short prefix and enough letters promise.
//!
//! *Invariant:* a signature to the last byte, or none: nothing else hides below its header.

use super::base64::sextet;
use super::bytes::cut;
use std::ops::Range;

/// How far above the first line its header stands: OpenPGP's may be followed by a few of its own (RFC 9580, section 6.2).
const HEADER: usize = 200;

/// Whether `parts`, whole lines, are all of a PGP signature.
pub(super) fn is_signature(input: &[u8], parts: &[Range<usize>]) -> bool {
    let Some(first) = parts.first() else { return false };
    let above = cut(input, first.start.saturating_sub(HEADER)..first.start);
    if memchr::memmem::find(above, b"-----BEGIN PGP SIGNATURE-----").is_none() {
        return false;
    }
    // The checksum's line begins with a sign that no other has there.
    let lines = parts.iter().map(|part| cut(input, part.clone())).filter(|line| line.first() != Some(&b'='));
    let letters: Vec<u8> = lines.flatten().copied().filter(|byte| *byte != b'=').collect();
    let bytes = letters.len() * 6 / 8;
    let start: Vec<u8> = letters.get(..8).unwrap_or_default().chunks(4).flat_map(three).collect();
    length(&start) == Some(bytes)
}

fn three(letters: &[u8]) -> [u8; 3] {
    let bits = letters.iter().fold(0, |bits, letter| bits << 6 | sextet(*letter));
    let [_, a, b, c] = bits.to_be_bytes();
    [a, b, c]
}

/// The bytes of the packet that begins so, its head included, if it is a signature (RFC 9580, sections 4.2 and 5.2).
fn length(packet: &[u8]) -> Option<usize> {
    Some(match packet {
        [0x88, one, ..] => 2 + usize::from(*one),
        [0x89, one, two, ..] => 3 + usize::from(u16::from_be_bytes([*one, *two])),
        [0xc2, one @ 0..=191, ..] => 2 + usize::from(*one),
        [0xc2, one @ 192..=223, two, ..] => 3 + (usize::from(*one) - 192) * 256 + usize::from(*two) + 192,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::decode::base64::encode;

    /// An armoured block of a packet whose head says `said` bytes and that has `has`, and the places of its lines.
    fn block(header: &str, said: u16, has: usize) -> (String, Vec<Range<usize>>) {
        let mut packet = vec![0x89];
        packet.extend(said.to_be_bytes());
        packet.extend((0..has).map(|n| (n * 131 % 251) as u8));
        let letters = encode(&packet, b"+/");
        let mut text = format!("gpgsig {header}\n \n");
        let mut parts = Vec::new();
        for line in letters.as_bytes().chunks(64) {
            let start = text.len() + 1;
            text.push_str(&format!(" {}\n", std::str::from_utf8(line).unwrap()));
            parts.push(start..start + line.len());
        }
        let start = text.len() + 1;
        text.push_str(" =KScA\n");
        parts.push(start..start + 5);
        (text, parts)
    }

    #[test]
    fn a_signature_is_one_to_its_last_byte() {
        let header = "-----BEGIN PGP SIGNATURE-----";
        for has in [70, 71, 72, 307] {
            let (text, parts) = block(header, has, usize::from(has));
            assert!(is_signature(text.as_bytes(), &parts), "{has}");
        }
        let (text, parts) = block(header, 70, 120);
        assert!(!is_signature(text.as_bytes(), &parts), "something is hidden behind it");
        let (text, parts) = block("-----BEGIN PGP MESSAGE-----", 70, 70);
        assert!(!is_signature(text.as_bytes(), &parts));
    }
}
