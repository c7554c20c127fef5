//! Files that hold private keys in a binary form: PKCS#12, Java keystores, DER, Kerberos keytabs, OpenPGP, PVK.
//!
//! No pattern can find these: there is no text in them. Each key is handed on as a line of text that says what it is,
//! with a digest of the key's bytes, so that the rules of `config/rules/private-keys.toml` judge it as they judge all
//! else. A store that holds certificates only is no secret.

mod der;
mod java;
mod kerberos;
mod openpgp;

use super::super::UnreadableKind;
use super::budget::Opening;
use sha2::{Digest, Sha256};

/// What a file of keys holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// What kind of file it is, as the rules know it.
    pub kind: &'static str,
    /// Each private key's bytes, often encrypted with a password.
    pub keys: Vec<Vec<u8>>,
    /// Whether there may be keys in a part that nobody without the password can read.
    pub is_closed: bool,
}

/// More keys than this in one file are not told apart.
const MOST: usize = 1000;

/// Whether this is a binary file of keys.
pub fn is_keys(bytes: &[u8]) -> bool {
    read(bytes).is_some()
}

/// Hands on a line for each key.
pub fn open(bytes: &[u8], opening: &mut Opening) {
    let Some(found) = read(bytes) else { return };
    if found.is_closed && found.keys.is_empty() {
        opening.obstacle(UnreadableKind::Encrypted, b"", "the content is encrypted");
    }
    let lines = lines(&found);
    if !lines.is_empty() {
        opening.charge(lines.len());
        opening.give(b"", found.kind, lines.as_bytes());
    }
}

/// The lines for the keys in `bytes` and what kind of file it is; none when it is no file of keys.
pub fn describe(bytes: &[u8]) -> Option<(&'static str, String)> {
    read(bytes).map(|found| (found.kind, lines(&found)))
}

fn lines(found: &Keys) -> String {
    found.keys.iter().take(MOST).map(|key| line(found.kind, key)).collect()
}

/// The words that the rules look for; 64 bits of digest tell one key from another and say nothing of it.
fn line(kind: &str, key: &[u8]) -> String {
    let digest: String = Sha256::digest(key).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("leakgate-key-file {kind} private-key {digest}\n")
}

fn read(bytes: &[u8]) -> Option<Keys> {
    match bytes {
        [0x30, ..] => der::read(bytes),
        [0xfe, 0xed, 0xfe, 0xed, ..] | [0xce, 0xce, 0xce, 0xce, ..] => java::read(bytes),
        [0x05, 0x01 | 0x02, ..] => kerberos::read(bytes),
        [0x94 | 0x95 | 0xc5, ..] => openpgp::read(bytes),
        // Microsoft's PVK; the key follows the header (the format is undocumented; OpenSSL's pvkfmt.c reads it).
        [0x1e, 0xf1, 0xb5, 0xb0, rest @ ..] if rest.len() > 20 => {
            Some(Keys { kind: "pvk", keys: vec![rest.to_vec()], is_closed: false })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
