//! Git's difference format: copies from a base and additions (gitformat-pack, "Deltified representation").

use super::budget::{End, OUT_OF_BUDGET};
use crate::scan::decode::bytes::cut;

/// A copy of no size given is this long.
const FULL_COPY: usize = 0x1_0000;

enum Step<'d> {
    Copy { offset: usize, length: usize },
    Add(&'d [u8]),
}

/// Applies `changes` to `base`; fails when they are damaged or make more than `limit`.
pub fn apply(base: &[u8], changes: &[u8], limit: u64) -> Result<Vec<u8>, End> {
    let damaged = || End::Broken(String::from("a difference is damaged"));
    let (from, rest) = size(changes).ok_or_else(damaged)?;
    let (to, mut rest) = size(rest).ok_or_else(damaged)?;
    if from != base.len() {
        return Err(damaged());
    }
    if to as u64 > limit {
        return Err(End::OverLimit(OUT_OF_BUDGET));
    }
    let mut out = Vec::new();
    while !rest.is_empty() {
        let (step, after) = step(rest).ok_or_else(damaged)?;
        let part = match step {
            Step::Copy { offset, length } => base.get(offset..offset + length).ok_or_else(damaged)?,
            Step::Add(text) => text,
        };
        if out.len() + part.len() > to {
            return Err(damaged());
        }
        out.extend_from_slice(part);
        rest = after;
    }
    if out.len() == to { Ok(out) } else { Err(damaged()) }
}

/// What `changes` add, one addition a line; as far as they are intact.
pub fn added(changes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let Some((_, rest)) = size(changes).and_then(|(_, rest)| size(rest)) else {
        return out;
    };
    let mut rest = rest;
    let mut joined = false;
    while let Some((found, after)) = step(rest) {
        match found {
            Step::Add(text) => {
                // Additions longer than 127 bytes follow one another.
                if !joined && !out.is_empty() {
                    out.push(b'\n');
                }
                out.extend_from_slice(text);
                joined = true;
            }
            Step::Copy { .. } => joined = false,
        }
        rest = after;
    }
    out.push(b'\n');
    out
}

/// A size: seven bits a byte, little-endian.
fn size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut size = 0_usize;
    for (count, byte) in bytes.iter().take(9).enumerate() {
        size |= usize::from(byte & 0x7f).checked_shl(u32::try_from(count * 7).unwrap_or(u32::MAX))?;
        if byte & 0x80 == 0 {
            return Some((size, cut(bytes, count + 1..bytes.len())));
        }
    }
    None
}

fn step(bytes: &[u8]) -> Option<(Step<'_>, &[u8])> {
    let (first, rest) = bytes.split_first()?;
    if first & 0x80 == 0 {
        let length = usize::from(*first);
        // Zero is reserved.
        let text = rest.get(..length).filter(|text| !text.is_empty())?;
        return Some((Step::Add(text), cut(rest, length..rest.len())));
    }
    let mut rest = rest.iter();
    let mut field = |bits: std::ops::Range<u8>| {
        bits.clone().filter(|bit| first >> bit & 1 == 1).try_fold(0_usize, |value, bit| {
            rest.next().map(|byte| value | usize::from(*byte) << (8 * (bit - bits.start)))
        })
    };
    let offset = field(0..4)?;
    let length = field(4..7)?;
    let length = if length == 0 { FULL_COPY } else { length };
    Some((Step::Copy { offset, length }, rest.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_additions_make_the_new_content() {
        let changes = [11, 13, 0x91, 6, 5, 2, b',', b' ', 0x90, 6];
        assert_eq!(apply(b"hello world", &changes, 99), Ok(b"world, hello ".to_vec()));
        assert_eq!(added(&changes), b", \n");
    }

    #[test]
    fn the_limit_holds_at_and_above_and_not_below() {
        let changes = [5, 5, 0x90, 5];
        for (limit, fits) in [(4, false), (5, true), (6, true)] {
            assert_eq!(apply(b"hello", &changes, limit).is_ok(), fits, "{limit}");
        }
    }

    #[test]
    fn a_copy_without_a_size_is_64_kib() {
        let base = vec![b'x'; FULL_COPY];
        assert_eq!(apply(&base, &[0x80, 0x80, 4, 0x80, 0x80, 4, 0x80], 1 << 20), Ok(base));
    }

    #[test]
    fn damaged_differences_are_refused() {
        for changes in [
            &b""[..],
            &[5],
            &[4, 5, 0x90, 5],
            &[5, 6, 0x90, 5],
            &[5, 4, 0x90, 5],
            &[5, 9, 0x90, 9],
            &[5, 5, 0],
            &[5, 5, 9, 1],
        ] {
            assert!(matches!(apply(b"hello", changes, 99), Err(End::Broken(_))), "{changes:?}");
        }
    }
}
