//! DER: PKCS#1 and SEC 1 keys, PKCS#8 (RFC 5958), and PKCS#12 (RFC 7292), which is built of them.

use super::Keys;

/// A value's tag, its content, and what follows.
struct Tlv<'b> {
    tag: u8,
    content: &'b [u8],
    rest: &'b [u8],
}

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const OID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
/// The algorithms of keys: rsaEncryption, id-ecPublicKey, id-dsa, dhKeyAgreement, X25519 to Ed448 (the last byte differs).
const ALGORITHMS: [&[u8]; 5] = [
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x01",
    b"\x2a\x86\x48\xce\x3d\x02\x01",
    b"\x2a\x86\x48\xce\x38\x04\x01",
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x03\x01",
    b"\x2b\x65",
];
/// PKCS#5 and PKCS#12 password-based encryption, of an encrypted PKCS#8 key.
const ENCRYPTIONS: [&[u8]; 2] = [b"\x2a\x86\x48\x86\xf7\x0d\x01\x05", b"\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01"];
/// `pkcs-7-data`, the content of an unencrypted part, and `encryptedData`.
const DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
const ENCRYPTED_DATA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06";
/// `keyBag` and `pkcs8ShroudedKeyBag` less their last byte, 1 or 2 (RFC 7292 section 4.2).
const KEY_BAG: &[u8] = b"\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01";
/// A key takes at least so many bytes in DER; the shortest, of Ed25519, takes 48.
const LEAST_KEY: usize = 32;

/// The keys in a DER file.
pub fn read(bytes: &[u8]) -> Option<Keys> {
    let outer = tlv(bytes).filter(|outer| outer.tag == SEQUENCE)?;
    let first = tlv(outer.content)?;
    let second = tlv(first.rest)?;
    match (first.tag, first.content, second.tag) {
        (INTEGER, [3], SEQUENCE) => pkcs12(second.content, outer.content),
        (INTEGER, [0] | [1], SEQUENCE) if is_key_of(second.content, &ALGORITHMS) => {
            (tlv(second.rest)?.tag == OCTETS).then(|| key("pkcs8", bytes))
        }
        // RSAPrivateKey: version, modulus, public exponent, private exponent, …; DSAPrivateKey has six integers too.
        (INTEGER, [0] | [1], INTEGER) if second.content.len() >= LEAST_KEY => {
            let third = tlv(second.rest).filter(|third| third.tag == INTEGER)?;
            (tlv(third.rest)?.tag == INTEGER).then(|| key("der", bytes))
        }
        // ECPrivateKey (RFC 5915): version 1, the key, the curve.
        (INTEGER, [1], OCTETS) if (20..=66).contains(&second.content.len()) => {
            matches!(second.rest.first(), None | Some(0xa0 | 0xa1)).then(|| key("der", bytes))
        }
        (SEQUENCE, _, OCTETS) if is_key_of(first.content, &ENCRYPTIONS) && second.content.len() >= LEAST_KEY => {
            Some(key("encrypted-pkcs8", bytes))
        }
        _ => None,
    }
}

fn key(kind: &'static str, bytes: &[u8]) -> Keys {
    Keys { kind, keys: vec![bytes.to_vec()], is_closed: false }
}

fn is_key_of(algorithm: &[u8], known: &[&[u8]]) -> bool {
    tlv(algorithm).is_some_and(|oid| oid.tag == OID && known.iter().any(|start| oid.content.starts_with(start)))
}

/// PFX: version 3 and a ContentInfo. Bags of keys lie open, with the keys in them encrypted; certificates and, rarely,
/// keys lie in encrypted parts.
fn pkcs12(info: &[u8], whole: &[u8]) -> Option<Keys> {
    tlv(info).filter(|oid| oid.tag == OID && (oid.content == DATA || oid.content.starts_with(b"\x2a\x86\x48")))?;
    let keys = memchr::memmem::find_iter(whole, KEY_BAG)
        .filter_map(|at| whole.get(at + KEY_BAG.len()..))
        .filter(|rest| matches!(rest.first(), Some(1 | 2)))
        // The bag's value follows: what tells one key from another is within its first bytes.
        .map(|rest| rest.get(..512).unwrap_or(rest).to_vec())
        .collect();
    Some(Keys { kind: "pkcs12", keys, is_closed: memchr::memmem::find(whole, ENCRYPTED_DATA).is_some() })
}

/// The value at the start of `bytes`, of definite or (as BER allows) indefinite length.
fn tlv(bytes: &[u8]) -> Option<Tlv<'_>> {
    let (&tag, rest) = bytes.split_first()?;
    let (&length, rest) = rest.split_first()?;
    let (size, rest) = match length {
        // Indefinite: to the end of what is there; its end mark does not matter here.
        0x80 => (rest.len(), rest),
        0..=0x7f => (usize::from(length), rest),
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(length - 0x80))?;
            (digits.iter().fold(0, |size, byte| size << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(size)?;
    Some(Tlv { tag, content, rest })
}
