//! OpenPGP secret keys without armor (RFC 9580, sections 4.2 and 5.5.3): `secring.gpg`, `gpg --export-secret-keys`.

use super::Keys;

/// Packets in the old format have their length in one or two bytes, in the new one in one, two or five.
pub fn read(bytes: &[u8]) -> Option<Keys> {
    let body = match bytes {
        [0x94, _, body @ ..] | [0x95, _, _, body @ ..] => body,
        [0xc5, 0..=191, body @ ..] | [0xc5, 192..=223, _, body @ ..] | [0xc5, 255, _, _, _, _, body @ ..] => body,
        _ => return None,
    };
    is_key(body).then(|| Keys { kind: "openpgp", keys: vec![bytes.to_vec()], is_closed: false })
}

/// Version 4 or 6, a time after 1990, a known algorithm, and the first number of the key.
fn is_key(body: &[u8]) -> bool {
    let [4 | 6, time @ ..] = body else { return false };
    let [t0, t1, t2, t3, algorithm, rest @ ..] = time else { return false };
    /// 1990-01-01, in seconds since 1970.
    const EARLIEST: u32 = 631_152_000;
    let plausible = u32::from_be_bytes([*t0, *t1, *t2, *t3]) > EARLIEST;
    match (algorithm, rest) {
        // RSA, ElGamal, DSA: the bits of the modulus.
        (1..=3 | 16 | 17, [high, low, more @ ..]) => {
            let bits = usize::from(u16::from_be_bytes([*high, *low]));
            plausible && (512..=16_384).contains(&bits) && more.len() >= bits / 8
        }
        // Elliptic curves: the length of the curve's identifier, then its tag-less content.
        (18 | 19 | 22, [length @ 3..=16, curve @ ..]) => plausible && curve.len() > usize::from(*length) + 32,
        // The curves of RFC 9580, with keys of fixed length.
        (25..=28, more) => plausible && more.len() > 64,
        _ => false,
    }
}
