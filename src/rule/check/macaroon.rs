//! Macaroons in the binary format of version 2, of which PyPI's tokens are made.

use super::Answer;
use super::bytes::{URL, base64, encode};

const LOCATION: u8 = 1;
const IDENTIFIER: u8 = 2;
const VERIFICATION: u8 = 4;
const SIGNATURE: u8 = 6;
const END: u8 = 0;

/// PyPI's tokens: `pypi-` and a macaroon in URL-safe base64. The signature needs the issuer's key, so that a structure
/// that fails refutes nothing: the text may have been cut.
///
/// <https://github.com/rescrv/libmacaroons/blob/master/doc/format.txt>
pub(super) fn pypi(token: &[u8]) -> Answer {
    let bytes = token.strip_prefix(b"pypi-").and_then(base64).unwrap_or_default();
    if parses(&bytes) { Answer::Verified("structure verified") } else { Answer::Silent }
}

/// Version, the issuer's section, a section a caveat, an empty one, a signature of 32 bytes, and no more.
fn parses(bytes: &[u8]) -> bool {
    let Some((2, mut rest)) = bytes.split_first() else { return false };
    let mut fields = Vec::new();
    loop {
        match field(rest) {
            Some((END, _, after)) => {
                // An empty section closes the caveats.
                let empty = fields.last().is_none_or(|last| *last == END);
                fields.push(END);
                rest = after;
                if empty {
                    break;
                }
            }
            Some((kind @ (LOCATION | IDENTIFIER | VERIFICATION), _, after)) => {
                fields.push(kind);
                rest = after;
            }
            Some(_) | None => return false,
        }
    }
    fields.contains(&IDENTIFIER) && matches!(field(rest), Some((SIGNATURE, value, [])) if value.len() == 32)
}

/// A field's kind, its value and what follows.
fn field(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (kind, rest) = bytes.split_first()?;
    if *kind == END {
        return Some((END, &[], rest));
    }
    // A length below 128 has one byte, one below 16,384 two, seven bits each.
    let (low, rest) = rest.split_first()?;
    let (length, rest) = match low {
        0..=127 => (usize::from(*low), rest),
        _ => {
            let (high, rest) = rest.split_first()?;
            (usize::from(low & 127) | (usize::from(*high) << 7), rest)
        }
    };
    let (value, after) = rest.split_at_checked(length)?;
    Some((*kind, value, after))
}

/// A token of pypi.org with one caveat, from 36 bytes of identifier and 32 of signature.
pub(super) fn seal(identifier: &[u8], signature: &[u8]) -> String {
    let part = |kind: u8, value: &[u8]| [&[kind, (value.len() & 127) as u8], value].concat();
    let bytes = [
        vec![2],
        part(LOCATION, b"pypi.org"),
        part(IDENTIFIER, identifier),
        vec![END],
        part(IDENTIFIER, b"[3, \"x\"]"),
        vec![END, END],
        part(SIGNATURE, signature),
    ];
    encode(&bytes.concat(), URL)
}

#[cfg(test)]
mod tests {
    use super::super::testing::made;
    use super::*;

    #[test]
    fn a_token_s_structure_is_verified_and_a_cut_one_stays_unproven() {
        for seed in 0..8 {
            let token = made("pypi-{{pypi:36}}", seed);
            assert!(token["pypi-".len()..].starts_with("AgEIcHlwaS5vcmc"), "{token}");
            assert_eq!(pypi(token.as_bytes()), Answer::Verified("structure verified"));
            for cut in 0..token.len() {
                assert_eq!(pypi(&token.as_bytes()[..cut]), Answer::Silent);
            }
        }
    }
}
