//! gzip (RFC 1952), several members in a row, and bare zlib (RFC 1950), which loose git objects are.

use super::budget::{End, Opening, Unpacked};
use super::stream::{Wrapping, inflate};
use crate::scan::decode::bytes::at;

/// A CRC and a length.
const TRAILER: usize = 8;

/// Zlib streams that unpack to less must be complete to be recognised: two bytes of magic prove little.
const PROOF: u64 = 64;

/// Where the deflate data of a gzip member starts, if `bytes` start with a sane header.
pub fn header(bytes: &[u8]) -> Option<usize> {
    let [0x1f, 0x8b, 8, flags @ 0..0x20, ..] = bytes else {
        return None;
    };
    let mut end = 10;
    if flags & 4 != 0 {
        end += 2 + usize::from(u16::from_le_bytes([at(bytes, end), at(bytes, end + 1)]));
    }
    for text in [8, 16] {
        if flags & text != 0 {
            end += memchr::memchr(0, bytes.get(end..)?)? + 1;
        }
    }
    end += usize::from(flags & 2);
    (end <= bytes.len()).then_some(end)
}

/// Unpacks all members into one, as `gunzip` does; returns where they end.
pub fn open(bytes: &[u8], opening: &mut Opening) -> usize {
    let mut out = Vec::new();
    let mut here = 0;
    let mut end = End::Complete;
    while let Some(start) = header(bytes.get(here..).unwrap_or_default()) {
        let data = bytes.get(here + start..).unwrap_or_default();
        let (read, ended) = inflate(data, Wrapping::Bare, opening.left(), &mut out);
        here += start + read;
        end = ended;
        if end != End::Complete {
            break;
        }
        here = bytes.len().min(here + TRAILER);
    }
    opening.give_unpacked(b"", "gzip", &Unpacked { bytes: out, end }, here);
    here
}

/// Whether `bytes` are a zlib stream: the header's check, and what comes out of it.
pub fn is_zlib(bytes: &[u8]) -> bool {
    let header = u16::from_be_bytes([at(bytes, 0), at(bytes, 1)]);
    let [method, flags, ..] = bytes else {
        return false;
    };
    if method & 0xf != 8 || method >> 4 > 7 || flags & 0x20 != 0 || !header.is_multiple_of(31) {
        return false;
    }
    let mut out = Vec::new();
    let (_, end) = inflate(bytes, Wrapping::Zlib, PROOF, &mut out);
    !out.is_empty() && (end == End::Complete || out.len() as u64 >= PROOF)
}

/// Unpacks a zlib stream; returns where it ends.
pub fn open_zlib(bytes: &[u8], opening: &mut Opening) -> usize {
    let mut out = Vec::new();
    let (read, end) = inflate(bytes, Wrapping::Zlib, opening.left(), &mut out);
    opening.give_unpacked(b"", "zlib", &Unpacked { bytes: out, end }, read);
    read
}

#[cfg(test)]
mod tests {
    use super::super::samples::{gzip, members, zlib};
    use super::super::{Format, sniff};
    use crate::scan::UnreadableKind;

    #[test]
    fn members_in_a_row_are_one_text() {
        let bytes = [gzip(b"first half, "), gzip(b"second half")].concat();
        assert_eq!(sniff(&bytes), Some(Format::Gzip));
        let (members, obstacles) = members(&bytes, 1 << 20);
        assert_eq!(members, [(String::new(), "gzip", b"first half, second half".to_vec())]);
        assert_eq!(obstacles, []);
    }

    #[test]
    fn a_header_with_all_fields_is_read() {
        let plain = gzip(b"content");
        let mut bytes = vec![0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 3, 0, 1, 2, 3];
        bytes.extend(b"name\0comment\0\x12\x34");
        bytes.extend(&plain[10..]);
        assert_eq!(members(&bytes, 1 << 20).0[0].2, b"content");
    }

    #[test]
    fn a_cut_stream_gives_its_start_and_is_broken() {
        let text = b"abcdefghijklmnopqrstuvwxyz0123456789".repeat(50);
        let bytes = gzip(&text);
        let (members, obstacles) = members(&bytes[..bytes.len() - 9], 1 << 20);
        assert!(text.starts_with(&members[0].2));
        assert_eq!(obstacles[0].kind, UnreadableKind::Broken);
    }

    #[test]
    fn a_bomb_stops_at_the_budget_with_what_came_out() {
        let bytes = gzip(&vec![0; 1 << 20]);
        for (limit, over) in [((1 << 20) - 1, true), (1 << 20, false), ((1 << 20) + 1, false)] {
            let (members, obstacles) = members(&bytes, limit);
            assert_eq!(members[0].2.len() as u64, limit.min(1 << 20));
            assert_eq!(obstacles.iter().any(|found| found.kind == UnreadableKind::OverLimit), over);
        }
    }

    #[test]
    fn zlib_is_told_from_text_that_starts_alike() {
        assert_eq!(sniff(&zlib(b"blob 3\0abc")), Some(Format::Zlib));
        assert_eq!(members(&zlib(b"blob 3\0abc"), 99).0[0].2, b"blob 3\0abc");
        for text in ["x^2 + y^2 = z^2, and so on for a while in ordinary prose", "x\x01", "x\u{9c}", "H\u{7}"] {
            assert_eq!(sniff(text.as_bytes()), None, "{text}");
        }
    }
}
