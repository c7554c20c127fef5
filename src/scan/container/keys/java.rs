//! Java keystores, JKS and JCEKS (OpenJDK's `sun.security.provider.JavaKeyStore` and `com.sun.crypto.provider`).

use super::Keys;

const JKS: u32 = 0xfeed_feed;
/// Entries of a keystore: a private key with its certificates, a certificate, a secret key (JCEKS).
const PRIVATE_KEY: u32 = 1;
const CERTIFICATE: u32 = 2;

/// The private keys; what follows the first entry that cannot be skipped (a secret key is a serialised object) is taken
/// for keys too.
pub fn read(bytes: &[u8]) -> Option<Keys> {
    let mut rest = bytes;
    let kind = if u32(&mut rest)? == JKS { "jks" } else { "jceks" };
    let version = u32(&mut rest).filter(|version| matches!(version, 1 | 2))?;
    let count = u32(&mut rest)?;
    let mut found = Keys { kind, ..Keys::default() };
    for _ in 0..count {
        let before = rest;
        match entry(&mut rest, version) {
            Some(Some(key)) => found.keys.push(key.to_vec()),
            Some(None) => {}
            None => {
                if !before.is_empty() {
                    found.keys.push(before.to_vec());
                }
                break;
            }
        }
    }
    Some(found)
}

/// One entry: its private key, nothing for a certificate; none when it cannot be read.
fn entry<'b>(rest: &mut &'b [u8], version: u32) -> Option<Option<&'b [u8]>> {
    let tag = u32(rest)?;
    let alias = u16(rest)?;
    // The alias, and the date in eight bytes.
    take(rest, usize::from(alias) + 8)?;
    match tag {
        PRIVATE_KEY => {
            let length = u32(rest)?;
            let key = take(rest, size(length))?;
            let chain = u32(rest)?;
            for _ in 0..chain.min(100) {
                certificate(rest, version)?;
            }
            Some(Some(key))
        }
        CERTIFICATE => certificate(rest, version).map(|()| None),
        _ => None,
    }
}

fn certificate(rest: &mut &[u8], version: u32) -> Option<()> {
    if version == 2 {
        let kind = u16(rest)?;
        take(rest, usize::from(kind))?;
    }
    let length = u32(rest)?;
    take(rest, size(length)).map(|_| ())
}

fn take<'b>(rest: &mut &'b [u8], count: usize) -> Option<&'b [u8]> {
    let (taken, after) = rest.split_at_checked(count)?;
    *rest = after;
    Some(taken)
}

/// A length that does not fit is longer than any file.
fn size(length: u32) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

fn u16(rest: &mut &[u8]) -> Option<u16> {
    let (bytes, after) = rest.split_first_chunk::<2>()?;
    *rest = after;
    Some(u16::from_be_bytes(*bytes))
}

fn u32(rest: &mut &[u8]) -> Option<u32> {
    let (bytes, after) = rest.split_first_chunk::<4>()?;
    *rest = after;
    Some(u32::from_be_bytes(*bytes))
}
