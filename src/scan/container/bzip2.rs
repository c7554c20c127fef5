//! bzip2, several streams in a row.

use super::budget::{End, OUT_OF_BUDGET, Opening, Unpacked};
use bzip2::{Decompress, Status};

/// Output is taken in pieces of this size.
const PIECE: usize = 32 << 10;

/// `BZh`, the block size, and the mark of a block or of the end (of an empty file).
pub fn is_bzip2(bytes: &[u8]) -> bool {
    let [b'B', b'Z', b'h', b'1'..=b'9', mark @ ..] = bytes else {
        return false;
    };
    mark.starts_with(b"1AY&SY") || mark.starts_with(b"\x17\x72\x45\x38\x50\x90")
}

/// Unpacks all streams into one; returns where they end.
pub fn open(bytes: &[u8], opening: &mut Opening) -> usize {
    let mut out = Vec::new();
    let (read, end) = unpack(bytes, opening.left(), &mut out);
    opening.give_unpacked(b"", "bzip2", &Unpacked { bytes: out, end }, read);
    read
}

/// Decompresses the streams at the start of `input` to the end of `out`.
pub fn unpack(input: &[u8], limit: u64, out: &mut Vec<u8>) -> (usize, End) {
    let mut here = 0;
    loop {
        let rest = input.get(here..).unwrap_or_default();
        let (read, end) = stream(rest, limit, out);
        here += read;
        let more = is_bzip2(input.get(here..).unwrap_or_default());
        if end != End::Complete || !more {
            return (here, end);
        }
    }
}

fn stream(input: &[u8], limit: u64, out: &mut Vec<u8>) -> (usize, End) {
    let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let limit = count(limit);
    let mut state = Decompress::new(false);
    let mut piece = vec![0; PIECE];
    loop {
        let (read, before) = (count(state.total_in()), count(state.total_out()));
        let result = state.decompress(input.get(read..).unwrap_or_default(), &mut piece);
        let (now, produced) = (count(state.total_in()), count(state.total_out()) - before);
        out.extend_from_slice(piece.get(..produced).unwrap_or_default());
        if out.len() > limit {
            out.truncate(limit);
            return (now, End::OverLimit(OUT_OF_BUDGET));
        }
        match result {
            Ok(Status::StreamEnd) => return (now, End::Complete),
            Ok(Status::MemNeeded) => return (now, End::OverLimit("needs too much memory")),
            Ok(_) if produced == 0 && now == read => {
                return (now, End::Broken(String::from("the compressed data ends early")));
            }
            Ok(_) => {}
            Err(error) => return (now, End::Broken(format!("the compressed data is damaged: {error}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::members;
    use super::super::{Format, sniff};
    use crate::scan::UnreadableKind;
    use bzip2::Compression;
    use bzip2::write::BzEncoder;
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = BzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn streams_in_a_row_are_one_text() {
        let bytes = [packed(b"one, "), packed(b""), packed(b"two")].concat();
        assert_eq!(sniff(&bytes), Some(Format::Bzip2));
        assert_eq!(members(&bytes, 1 << 20), (vec![(String::new(), "bzip2", b"one, two".to_vec())], vec![]));
    }

    #[test]
    fn a_bomb_stops_at_the_budget_and_a_cut_stream_is_broken() {
        let bytes = packed(&vec![0; 1 << 20]);
        for (limit, over) in [((1 << 20) - 1, true), (1 << 20, false), ((1 << 20) + 1, false)] {
            let (members, obstacles) = members(&bytes, limit);
            assert_eq!((members[0].2.len() as u64, obstacles.is_empty()), (limit.min(1 << 20), !over));
        }
        let (_, obstacles) = members(&bytes[..bytes.len() - 4], 1 << 21);
        assert_eq!(obstacles[0].kind, UnreadableKind::Broken);
    }
}
