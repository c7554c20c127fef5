//! Private keys in DER, as PEM carries them: enough of the structure to tell a key from text that looks like one.

/// What bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A whole private key.
    Key,
    /// The beginning of one, or one whose inner parts do not fit.
    Beginning,
    /// Something else.
    Other,
}

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const OID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
/// The parts of the longest kind (multi-prime RSA) come nowhere near.
const MOST_PARTS: usize = 32;

/// PKCS #1 (RFC 8017, appendix A.1.2), SEC 1 (RFC 5915), OpenSSL's DSA: a sequence that begins with a version.
/// PKCS #8 (RFC 5958): version, algorithm, key; or, encrypted, algorithm and ciphertext.
pub(super) fn shape(bytes: &[u8]) -> Shape {
    let Some((SEQUENCE, length, rest)) = header(bytes) else { return Shape::Other };
    if !begins_like_a_key(rest) {
        return Shape::Other;
    }
    match rest.get(..length) {
        Some(body) if parts(body).is_some_and(|count| count >= 2) => Shape::Key,
        _ => Shape::Beginning,
    }
}

fn begins_like_a_key(body: &[u8]) -> bool {
    match header(body) {
        Some((INTEGER, 1, rest)) => {
            matches!(rest, [0..=1, after @ ..] if matches!(header(after), Some((INTEGER | OCTETS | SEQUENCE, ..))))
        }
        Some((SEQUENCE, _, rest)) => matches!(header(rest), Some((OID, 5..=11, _))),
        _ => false,
    }
}

/// How many parts fill `body` exactly; none when they do not.
fn parts(mut body: &[u8]) -> Option<usize> {
    let mut count = 0;
    while !body.is_empty() && count < MOST_PARTS {
        let (_, length, rest) = header(body)?;
        body = rest.get(length..)?;
        count += 1;
    }
    body.is_empty().then_some(count)
}

/// Tag, length of the value, and all that follows the length.
fn header(bytes: &[u8]) -> Option<(u8, usize, &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    if *first < 0x80 {
        return Some((*tag, usize::from(*first), rest));
    }
    // No key takes more than 64 KiB.
    let count = usize::from(first & 0x7f);
    let (length, rest) = rest.split_at_checked(count).filter(|_| (1..=2).contains(&count))?;
    Some((*tag, length.iter().fold(0, |sum, byte| (sum << 8) | usize::from(*byte)), rest))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A part with its header.
    pub(crate) fn part(tag: u8, value: &[u8]) -> Vec<u8> {
        let length = match value.len() {
            n @ 0..128 => vec![n as u8],
            n @ 128..256 => vec![0x81, n as u8],
            n => vec![0x82, (n >> 8) as u8, n as u8],
        };
        [&[tag], &length[..], value].concat()
    }

    /// An RSA key's structure around numbers of `bytes` bytes.
    pub(crate) fn rsa(bytes: usize) -> Vec<u8> {
        let number = |n: usize| part(INTEGER, &(0..n).map(|i| (i * 89 + 7) as u8 | 1).collect::<Vec<u8>>());
        let half = bytes / 2;
        let parts = [part(INTEGER, &[0]), number(bytes), part(INTEGER, &[1, 0, 1]), number(bytes)];
        let rest = [number(half), number(half), number(half), number(half), number(half)];
        part(SEQUENCE, &[parts.concat(), rest.concat()].concat())
    }

    #[test]
    fn keys_of_every_kind_have_their_shape() {
        let algorithm = part(SEQUENCE, &part(OID, &[0x2b, 0x65, 0x70, 1, 1]));
        let pkcs8 = part(SEQUENCE, &[part(INTEGER, &[0]), algorithm.clone(), part(OCTETS, &[7; 34])].concat());
        let encrypted = part(SEQUENCE, &[algorithm, part(OCTETS, &[7; 160])].concat());
        let ec = part(SEQUENCE, &[part(INTEGER, &[1]), part(OCTETS, &[9; 32])].concat());
        for key in [rsa(128), rsa(256), rsa(512), pkcs8, encrypted, ec] {
            assert_eq!(shape(&key), Shape::Key);
            assert_eq!(shape(&[&key[..], b"junk"].concat()), Shape::Key);
            assert_eq!(shape(&key[..key.len() - 1]), Shape::Beginning);
        }
    }

    #[test]
    fn public_keys_certificates_and_noise_are_something_else() {
        let algorithm = part(SEQUENCE, &part(OID, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d]));
        let certificate = part(SEQUENCE, &part(SEQUENCE, &[part(0xa0, &[2, 1, 2]), algorithm].concat()));
        let numbers = part(SEQUENCE, &[part(INTEGER, &[9; 129]), part(INTEGER, &[1, 0, 1])].concat());
        for other in [&certificate[..], &numbers, b"", b"0", &[0x30, 0x84, 1, 1, 1, 1], &[7; 200]] {
            assert_eq!(shape(other), Shape::Other);
        }
    }
}
