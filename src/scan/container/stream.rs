//! Decompressing one stream within a limit, keeping everything that came out before it broke.

use super::budget::{End, OUT_OF_BUDGET};
use flate2::{Decompress, FlushDecompress, Status};
use std::io::{ErrorKind, Read};

/// Output is taken in pieces of this size.
const PIECE: usize = 32 << 10;

/// A reader that fails may lose what it had not handed over yet, so it is asked for little at a time.
const READ_PIECE: usize = 4 << 10;

/// Dictionaries and windows larger than this are refused; `xz -9e` and `zstd --ultra -22` stay within it.
pub const MAX_WINDOW: u32 = 128 << 20;

/// Whether a deflate stream has the header and checksum of zlib.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wrapping {
    /// Bare deflate, as in gzip and zip.
    Bare,
    /// RFC 1950.
    Zlib,
}

/// Inflates the stream at the start of `input` to the end of `out` until `out` is longer than `limit`; returns how much
/// input it took and how it ended.
pub fn inflate(input: &[u8], wrapping: Wrapping, limit: u64, out: &mut Vec<u8>) -> (usize, End) {
    let mut state = Decompress::new(wrapping == Wrapping::Zlib);
    let mut piece = vec![0; PIECE];
    loop {
        let read = position(state.total_in());
        let before = position(state.total_out());
        let result = state.decompress(input.get(read..).unwrap_or_default(), &mut piece, FlushDecompress::None);
        let (now, produced) = (position(state.total_in()), position(state.total_out()) - before);
        out.extend_from_slice(piece.get(..produced).unwrap_or_default());
        if cut_to(out, limit) {
            return (now, End::OverLimit(OUT_OF_BUDGET));
        }
        match result {
            Ok(Status::StreamEnd) => return (now, End::Complete),
            Ok(Status::Ok | Status::BufError) if produced == 0 && now == read => {
                return (now, End::Broken(String::from("the compressed data ends early")));
            }
            Ok(Status::Ok | Status::BufError) => {}
            Err(error) => return (now, End::Broken(format!("the compressed data is damaged: {error}"))),
        }
    }
}

/// More than this times its size no bare deflate is read: it is text, and text does not shrink further.
const MOST_GROWTH: u64 = 32;

/// As much text comes out of a stream at least.
const LEAST_TEXT: usize = 16;

/// What bare deflate inflates to. It has no mark, so it counts only where it takes all of `bytes` and text comes out;
/// other bytes are found wrong within their first few.
pub fn inflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let limit = MOST_GROWTH.saturating_mul(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
    let (taken, end) = inflate(bytes, Wrapping::Bare, limit, &mut out);
    let whole = match end {
        End::Complete => taken == bytes.len(),
        End::OverLimit(_) => true,
        End::Broken(_) | End::Unsupported(_) => false,
    };
    let is_text = out.len() >= LEAST_TEXT && !out.iter().any(|byte| matches!(byte, 0..=8 | 14..=31));
    (whole && is_text).then_some(out)
}

/// Reads `reader` to its end, or until `out` is longer than `limit`.
pub fn read_all(reader: &mut impl Read, limit: u64, out: &mut Vec<u8>) -> End {
    let mut piece = [0; READ_PIECE];
    loop {
        match reader.read(&mut piece) {
            Ok(0) => return End::Complete,
            Ok(count) => out.extend_from_slice(piece.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::OutOfMemory => return End::OverLimit("needs too much memory"),
            Err(error) => return End::Broken(format!("the compressed data is damaged: {error}")),
        }
        if cut_to(out, limit) {
            return End::OverLimit(OUT_OF_BUDGET);
        }
    }
}

fn cut_to(out: &mut Vec<u8>, limit: u64) -> bool {
    let limit = position(limit);
    let over = out.len() > limit;
    out.truncate(limit);
    over
}

/// A count of bytes in memory; more than fits cannot be in memory.
fn position(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{deflated, zlib};
    use super::*;

    fn inflated(input: &[u8], wrapping: Wrapping, limit: u64) -> (Vec<u8>, usize, End) {
        let mut out = Vec::new();
        let (read, end) = inflate(input, wrapping, limit, &mut out);
        (out, read, end)
    }

    #[test]
    fn a_stream_is_read_to_its_end_and_no_further() {
        let text = b"some text ".repeat(10_000);
        for (packed, wrapping) in [(deflated(&text), Wrapping::Bare), (zlib(&text), Wrapping::Zlib)] {
            let with_tail = [&packed[..], b"tail"].concat();
            assert_eq!(inflated(&with_tail, wrapping, u64::MAX), (text.clone(), packed.len(), End::Complete));
        }
    }

    #[test]
    fn the_limit_holds_at_and_above_and_cuts_below() {
        let packed = deflated(&[0; 100_000]);
        for (limit, length, over) in [(99_999, 99_999, true), (100_000, 100_000, false), (100_001, 100_000, false)] {
            let (out, _, end) = inflated(&packed, Wrapping::Bare, limit);
            assert_eq!((out.len(), end == End::OverLimit(OUT_OF_BUDGET)), (length, over), "{limit}");
        }
    }

    #[test]
    fn what_came_before_the_damage_is_kept() {
        let text: Vec<u8> = (0..20_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let mut packed = zlib(&text);
        packed.truncate(packed.len() / 2);
        let (out, _, end) = inflated(&packed, Wrapping::Zlib, u64::MAX);
        assert!(matches!(end, End::Broken(_)) && out.len() > text.len() / 3 && text.starts_with(&out));
        let mut packed = zlib(&text);
        *packed.last_mut().unwrap() ^= 1;
        let (out, _, end) = inflated(&packed, Wrapping::Zlib, u64::MAX);
        assert!(matches!(end, End::Broken(_)));
        assert_eq!(out, text);
    }
}
