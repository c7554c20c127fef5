//! Private keys in PEM or OpenPGP armour: whether what stands between the dashes is a key.

use super::Answer;
use super::armour::{Armour, Margin};
use super::bytes::base64;
use super::crc::crc24;
use super::der::{self, Shape};
use std::collections::BTreeSet;

const PARSES: Answer = Answer::Verified("key parses");
/// A key that is only partly there is a leak from two short lines of it on; less is a documentation's first line.
const PART: usize = 72;
/// From this many characters on, a body that nothing here can read may be a kind of key that is not known here.
const UNKNOWN: usize = 240;
/// Random base64 of that length has nearly all of its 64 characters.
const VARIETY: usize = 40;
/// <https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key>
const OPENSSH: &[u8] = b"openssh-key-v1\0";

/// A match that begins with a `BEGIN … PRIVATE KEY` line. RFC 7468, RFC 1421, RFC 4880 section 6.2.
///
/// A body that says it is encrypted (RFC 1421) has no structure to look at.
pub(super) fn pem(whole: &[u8]) -> Answer {
    let Some(armour) = Armour::open(whole) else { return Answer::Silent };
    let asked = [Margin::Part, Margin::Mark].map(|margin| read(&armour, &armour.characters(margin)));
    let best = |wanted: Answer| asked.contains(&wanted).then_some(wanted);
    let proven = asked.iter().find(|answer| matches!(answer, Answer::Verified(_)));
    proven.copied().or(best(Answer::Silent)).unwrap_or(Answer::Wrong)
}

fn read(armour: &Armour, characters: &[u8]) -> Answer {
    if memchr::memmem::find(&armour.label, b"PGP").is_some() {
        return openpgp(characters);
    }
    let Some(bytes) = base64(characters) else { return Answer::Wrong };
    // SSH.COM's own format (RFC 4716 has its frame) says nothing of its inside.
    let is_opaque = armour.is_encrypted() || memchr::memmem::find(&armour.label, b"SSH2").is_some();
    if is_opaque {
        return if bytes.len() >= PART { Answer::Silent } else { Answer::Wrong };
    }
    let shape = if bytes.starts_with(OPENSSH) { openssh(&bytes) } else { der::shape(&bytes) };
    match shape {
        Shape::Key => PARSES,
        Shape::Beginning if bytes.len() >= PART => Answer::Silent,
        Shape::Beginning => Answer::Wrong,
        Shape::Other => unknown(characters),
    }
}

fn unknown(characters: &[u8]) -> Answer {
    let variety = characters.iter().collect::<BTreeSet<_>>().len();
    if characters.len() >= UNKNOWN && variety >= VARIETY { Answer::Silent } else { Answer::Wrong }
}

/// Cipher, derivation, its options, a count, public keys and the private ones: strings with their lengths before them.
fn openssh(bytes: &[u8]) -> Shape {
    let complete = || {
        let rest = string(string(string(bytes.get(OPENSSH.len()..)?)?)?)?;
        let (count, mut rest) = rest.split_first_chunk::<4>()?;
        let count = u32::from_be_bytes(*count);
        for _ in 0..count.min(16) {
            rest = string(rest)?;
        }
        string(rest)
    };
    if complete().is_some() { Shape::Key } else { Shape::Beginning }
}

/// What follows a string.
fn string(bytes: &[u8]) -> Option<&[u8]> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.get(usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX)..)
}

/// A secret key packet (tag 5 or 7, RFC 4880, section 4.3) and, where the armour has one, its CRC-24. Newer writers leave
/// the sum out (RFC 9580, section 6.1).
fn openpgp(characters: &[u8]) -> Answer {
    let (data, sum) = match characters.iter().rposition(|b| *b == b'=') {
        Some(at) if characters.len() - at == 5 => characters.split_at(at),
        _ => (characters, &b""[..]),
    };
    let (Some(bytes), Some(sum)) = (base64(data), base64(sum.get(1..).unwrap_or_default())) else {
        return Answer::Wrong;
    };
    let is_secret = match bytes.first() {
        Some(first) if first & 0xc0 == 0xc0 => matches!(first & 0x3f, 5 | 7),
        Some(first) if first & 0xc0 == 0x80 => matches!((first >> 2) & 0x0f, 5 | 7),
        Some(_) | None => false,
    };
    match (is_secret, sum.as_slice()) {
        (true, [_, _, _]) if crc24(&bytes).to_be_bytes().get(1..) == Some(&sum[..]) => {
            Answer::Verified("checksum verified")
        }
        (true, [_, _, _]) => Answer::Wrong,
        (true, _) if bytes.len() >= PART => Answer::Silent,
        (true, _) => Answer::Wrong,
        (false, _) => unknown(data),
    }
}

#[cfg(test)]
mod tests {
    use super::super::bytes::{STANDARD, encode};
    use super::super::der::tests::rsa;
    use super::super::testing::made;
    use super::*;

    fn lines(text: &str, before: &str, after: &str) -> String {
        let rows: Vec<String> = text
            .as_bytes()
            .chunks(64)
            .map(|row| format!("{before}{}{after}", std::str::from_utf8(row).unwrap()))
            .collect();
        rows.join("\n")
    }

    fn armoured(label: &str, body: &str) -> String {
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
    }

    #[test]
    fn a_key_is_found_whatever_carries_its_lines() {
        let key = encode(&rsa(256), STANDARD);
        for (before, after) in [
            ("", ""),
            ("    ", ""),
            ("> ", ""),
            ("# ", ""),
            (" * ", ""),
            ("+", ""),
            ("\"", "\\n\" +"),
            ("", "\r"),
            ("'", "',"),
        ] {
            let text = armoured("RSA PRIVATE KEY", &lines(&key, before, after));
            assert_eq!(pem(text.as_bytes()), PARSES, "{before}…{after}");
        }
        let escaped = armoured("PRIVATE KEY", &lines(&key, "", "")).replace('\n', "\\n");
        assert_eq!(pem(escaped.as_bytes()), PARSES);
        assert_eq!(pem(escaped.replace('/', "\\/").as_bytes()), PARSES);
    }

    #[test]
    fn a_part_is_a_leak_from_two_lines_on() {
        let key = encode(&rsa(256), STANDARD);
        let cut =
            |length: usize| pem(armoured("RSA PRIVATE KEY", &(lines(&key[..length], "", "") + "\n...")).as_bytes());
        assert_eq!(cut(0), Answer::Wrong);
        assert_eq!(cut(64), Answer::Wrong);
        assert_eq!(cut(95), Answer::Wrong);
        assert_eq!(cut(96), Answer::Silent);
        assert_eq!(cut(1024), Answer::Silent);
    }

    #[test]
    fn text_that_is_no_key_is_refuted_unless_it_is_long_and_random() {
        let body = |n: usize| pem(armoured("PRIVATE KEY", &made(&format!("x{{{{base64:{n}}}}}"), 4)).as_bytes());
        assert_eq!(body(64), Answer::Wrong);
        assert_eq!(body(UNKNOWN - 20), Answer::Wrong);
        assert_eq!(body(UNKNOWN + 20), Answer::Silent);
        let words = "thisIsOnlySomeTextThatStandsForAKeyInATest/".repeat(20);
        assert_eq!(pem(armoured("PRIVATE KEY", &words).as_bytes()), Answer::Wrong);
    }

    #[test]
    fn an_encrypted_key_has_no_structure_to_check() {
        let head = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n";
        let body = |n: usize| head.to_owned() + &made(&format!("{{{{base64:{n}}}}}"), 4);
        assert_eq!(pem(armoured("RSA PRIVATE KEY", &body(128)).as_bytes()), Answer::Silent);
        assert_eq!(pem(armoured("RSA PRIVATE KEY", &body(64)).as_bytes()), Answer::Wrong);
    }

    #[test]
    fn an_openssh_key_is_parsed_to_its_end() {
        let string = |value: &[u8]| [&(value.len() as u32).to_be_bytes()[..], value].concat();
        let parts =
            [string(b"none"), string(b"none"), string(b""), vec![0, 0, 0, 1], string(&[7; 51]), string(&[9; 136])];
        let key = [OPENSSH, &parts.concat()].concat();
        let check =
            |bytes: &[u8]| pem(armoured("OPENSSH PRIVATE KEY", &lines(&encode(bytes, STANDARD), "", "")).as_bytes());
        assert_eq!(check(&key), PARSES);
        assert_eq!(check(&key[..key.len() - 3]), Answer::Silent);
        assert_eq!(check(&key[..60]), Answer::Wrong);
    }

    #[test]
    fn an_openpgp_key_has_a_right_sum_or_none() {
        let packet = [&[0x95, 0x01, 0xfe][..], &[0x37; 510]].concat();
        let body = lines(&encode(&packet, STANDARD), "", "");
        let sum = encode(&crc24(&packet).to_be_bytes()[1..], STANDARD);
        let check = |body: &str| pem(armoured("PGP PRIVATE KEY BLOCK", &format!("Version: x\n\n{body}")).as_bytes());
        assert_eq!(check(&format!("{body}\n={sum}")), Answer::Verified("checksum verified"));
        assert_eq!(check(&body), Answer::Silent);
        for at in 0..4 {
            let wrong = super::super::testing::changed(&sum, at);
            assert_eq!(check(&format!("{body}\n={wrong}")), Answer::Wrong, "{wrong}");
        }
        let public = encode(&[&[0x99, 0x01, 0x0d][..], &[0x37; 60]].concat(), STANDARD);
        assert_eq!(check(&public), Answer::Wrong);
    }
}
