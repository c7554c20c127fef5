//! Files of keys, made piece by piece.

use super::super::samples::members;
use crate::scan::UnreadableKind;

/// A DER value.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut out = vec![tag];
    match length {
        0..=127 => out.push(length as u8),
        128..=255 => out.extend([0x81, length as u8]),
        _ => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    out.extend_from_slice(content);
    out
}

fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    der(0x30, &parts.concat())
}

fn noise(seed: u8, length: usize) -> Vec<u8> {
    (0..length).map(|at| (at as u8).wrapping_mul(37).wrapping_add(seed) | 1).collect()
}

const DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
const ENCRYPTED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06";
const SHROUDED: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x02";
const CERTIFICATE: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x03";
const RSA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";

fn pkcs12(bags: &[&[u8]], with_encrypted: bool) -> Vec<u8> {
    let bag = |oid: &&[u8]| sequence(&[der(6, oid), der(0xa0, &noise(oid[10], 80))]);
    let safe = sequence(&bags.iter().map(bag).collect::<Vec<_>>());
    let mut contents = vec![sequence(&[der(6, DATA), der(0xa0, &der(4, &safe))])];
    if with_encrypted {
        contents.push(sequence(&[der(6, ENCRYPTED), der(0xa0, &noise(3, 90))]));
    }
    let authenticated = der(4, &sequence(&contents));
    sequence(&[der(2, &[3]), sequence(&[der(6, DATA), der(0xa0, &authenticated)])])
}

/// The lines that come out of `bytes`.
fn lines(bytes: &[u8]) -> Vec<String> {
    let (found, obstacles) = members(bytes, 1 << 20);
    assert_eq!(obstacles, []);
    let text = found.into_iter().map(|(_, _, text)| String::from_utf8(text).unwrap()).collect::<String>();
    text.lines().map(str::to_owned).collect()
}

/// Whether one line came out, of a key in a file of `kind`.
fn is_one(bytes: &[u8], kind: &str) -> bool {
    let found = lines(bytes);
    found.len() == 1 && found[0].starts_with(&format!("leakgate-key-file {kind} private-key "))
}

#[test]
fn a_key_in_a_pkcs12_file_is_named_and_told_apart() {
    assert!(is_one(&pkcs12(&[SHROUDED, CERTIFICATE], true), "pkcs12"));
    let two = lines(&pkcs12(&[SHROUDED], false));
    let mut changed = pkcs12(&[SHROUDED], false);
    *changed.last_mut().unwrap() ^= 2;
    assert_ne!(two, lines(&changed));
}

#[test]
fn a_pkcs12_file_of_certificates_is_no_secret_and_an_encrypted_one_cannot_be_read() {
    assert!(lines(&pkcs12(&[CERTIFICATE], false)).is_empty());
    let (found, obstacles) = members(&pkcs12(&[CERTIFICATE], true), 1 << 20);
    assert_eq!((found, obstacles[0].kind), (vec![], UnreadableKind::Encrypted));
}

#[test]
fn keys_in_der_are_seen() {
    let algorithm = |oid: &[u8]| sequence(&[der(6, oid), der(5, &[])]);
    assert!(is_one(&sequence(&[der(2, &[0]), algorithm(RSA), der(4, &noise(1, 300))]), "pkcs8"));
    let encryption = sequence(&[der(6, b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d"), der(0x30, &noise(2, 30))]);
    assert!(is_one(&sequence(&[encryption, der(4, &noise(1, 300))]), "encrypted-pkcs8"));
    let numbers = [der(2, &[0]), der(2, &noise(1, 256)), der(2, &[1, 0, 1]), der(2, &noise(2, 256))];
    assert!(is_one(&sequence(&numbers), "der"));
    assert!(is_one(&sequence(&[der(2, &[1]), der(4, &noise(1, 32)), der(0xa0, &[6, 0])]), "der"));
}

#[test]
fn public_keys_and_certificates_in_der_are_not() {
    let algorithm = sequence(&[der(6, RSA), der(5, &[])]);
    let public = sequence(&[algorithm.clone(), der(3, &noise(1, 270))]);
    let certificate = sequence(&[sequence(&[der(0xa0, &[2, 1, 2]), der(2, &noise(1, 9)), algorithm]), der(3, b"x")]);
    let rsa_public = sequence(&[der(2, &noise(1, 256)), der(2, &[1, 0, 1])]);
    for bytes in [public, certificate, rsa_public, b"0123456789 is text".to_vec(), vec![0x30]] {
        assert_eq!(super::read(&bytes), None);
    }
}

fn java(magic: u32, entries: &[(u32, &[u8])]) -> Vec<u8> {
    let mut out = [magic.to_be_bytes(), 2_u32.to_be_bytes(), (entries.len() as u32).to_be_bytes()].concat();
    for (tag, content) in entries {
        out.extend(tag.to_be_bytes());
        out.extend(b"\0\x05alias\0\0\0\0\0\0\0\0");
        if *tag == 2 {
            out.extend(b"\0\x05X.509");
        }
        out.extend((content.len() as u32).to_be_bytes());
        out.extend_from_slice(content);
        if *tag == 1 {
            out.extend(1_u32.to_be_bytes());
            out.extend(b"\0\x05X.509\0\0\0\x03abc");
        }
    }
    out
}

#[test]
fn java_keystores_are_read_entry_by_entry() {
    let key = noise(1, 300);
    assert!(is_one(&java(0xfeed_feed, &[(2, b"cert"), (1, &key), (2, b"cert")]), "jks"));
    assert_eq!(lines(&java(0xfeed_feed, &[(1, &key), (1, &noise(2, 300))])).len(), 2);
    assert!(lines(&java(0xfeed_feed, &[(2, b"cert"), (2, b"cert")])).is_empty(), "a truststore");
    assert!(is_one(&java(0xcece_cece, &[(3, b"\xac\xed serialised")]), "jceks"));
}

#[test]
fn keytabs_openpgp_and_pvk_are_seen() {
    let entry = [&b"\0\x02\0\x0bEXAMPLE.ORG\0\x04host\0\x03web"[..], &noise(1, 40)].concat();
    let keytab = [b"\x05\x02", &(entry.len() as u32).to_be_bytes()[..], &entry].concat();
    assert!(is_one(&keytab, "keytab"));
    let secret = [&b"\x95\x03\x98\x04\x5f\x00\x00\x00\x01\x08\x00"[..], &noise(1, 600)].concat();
    assert!(is_one(&secret, "openpgp"));
    assert!(is_one(&[&b"\x1e\xf1\xb5\xb0"[..], &noise(1, 40)].concat(), "pvk"));
}

#[test]
fn what_only_begins_alike_is_no_file_of_keys() {
    let public = [&b"\x99\x03\x98\x04\x5f\x00\x00\x00\x01\x08\x00"[..], &noise(1, 600)].concat();
    let future = [&b"\x95\x03\x98\x04\x00\x00\x00\x00\x01\x08\x00"[..], &noise(1, 600)].concat();
    for bytes in
        [public, future, b"\x05\x02\0\0\0\x04abcd".to_vec(), b"\x05\x02".to_vec(), vec![0xfe, 0xed, 0xfe, 0xed]]
    {
        assert_eq!(super::read(&bytes), None);
    }
}
