//! pg_dump's custom format (`-Fc`): the rows of each table are one compressed stream, cut into chunks.
//!
//! Chunks are joined by what stands before them, their length as pg_dump writes it (pg_backup_custom.c), not by the
//! file's table: streams are found by how they start, so that nothing depends on the version of the table.

use super::super::UnreadableKind;
use super::budget::Opening;
use super::zstd::is_zstd;
use crate::scan::decode::bytes::{at, cut};

const MAGIC: &[u8] = b"PGDMP";

/// What stands before a chunk: a sign, which is never set, and four bytes of length.
const LENGTH: usize = 5;

/// zlib's first two bytes at each of its levels; where it goes on lies behind the next chunk's length.
const ZLIB: [&[u8]; 4] = [b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"];

const LZ4: &[u8] = b"\x04\x22\x4d\x18";

/// Whether this is such a dump: integers of four bytes, the format by its number.
pub fn is_pg_dump(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) && at(bytes, 8) == 4 && at(bytes, 10) == 1
}

/// Gives each stream, whole and still compressed.
pub fn open(bytes: &[u8], opening: &mut Opening) {
    let mut here = MAGIC.len() + LENGTH;
    while let Some(found) = memchr::memchr3(0x78, 0x28, 0x04, cut(bytes, here..bytes.len())) {
        let start = here + found;
        here = start + 1;
        let rest = cut(bytes, start..bytes.len());
        if !(ZLIB.iter().any(|start| rest.starts_with(start)) || is_zstd(rest) || rest.starts_with(LZ4)) {
            continue;
        }
        let Some(stream) = Stream::at(bytes, start) else { continue };
        here = stream.end;
        opening.charge(stream.bytes.len());
        if !stream.is_whole {
            opening.obstacle(UnreadableKind::Broken, b"", "a table's rows end early");
        }
        if !opening.give(b"", "pg_dump", &stream.bytes) {
            return;
        }
    }
}

struct Stream {
    bytes: Vec<u8>,
    end: usize,
    is_whole: bool,
}

impl Stream {
    /// The stream whose first chunk starts at `start`; none where no length stands before it.
    fn at(bytes: &[u8], start: usize) -> Option<Self> {
        let mut stream = Self { bytes: Vec::new(), end: start.checked_sub(LENGTH)?, is_whole: false };
        loop {
            let head = cut(bytes, stream.end..stream.end + LENGTH);
            let [0, a, b, c, d] = head else { break };
            let length = u32::from_le_bytes([*a, *b, *c, *d]) as usize;
            let from = stream.end + LENGTH;
            if length == 0 {
                stream.is_whole = true;
                stream.end = from;
                break;
            }
            let Some(chunk) = from.checked_add(length).and_then(|end| bytes.get(from..end)) else { break };
            stream.bytes.extend_from_slice(chunk);
            stream.end = from + length;
        }
        (!stream.bytes.is_empty()).then_some(stream)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{members, zlib};
    use super::super::{Format, sniff};
    use super::*;

    fn dump(stream: &[u8], chunk: usize, end: &[u8]) -> Vec<u8> {
        let int = |number: usize| [&[0][..], &(number as u32).to_le_bytes()].concat();
        let head = [b"PGDMP\x01\x0f\0\x04\x08\x01\x01".to_vec(), int(3), b"COPY public.x (a) FROM stdin;\x01".to_vec()];
        let chunks =
            stream.chunks(chunk).flat_map(|part| [int(part.len()), part.to_vec()].concat()).collect::<Vec<_>>();
        [head.concat(), int(17), chunks, end.to_vec()].concat()
    }

    #[test]
    fn the_chunks_of_a_table_are_joined() {
        let rows = b"1\tsome rows of a table\n2\tthat are not the same\n".repeat(9);
        for chunk in [7, 20, 1 << 20] {
            let bytes = dump(&zlib(&rows), chunk, &[0; 5]);
            assert_eq!(sniff(&bytes), Some(Format::PgDump));
            let (found, obstacles) = members(&bytes, 1 << 20);
            assert_eq!((found.len(), found[0].1), (1, "pg_dump"), "{chunk}");
            assert_eq!((found[0].2.as_slice(), obstacles.as_slice()), (zlib(&rows).as_slice(), &[][..]));
        }
    }

    #[test]
    fn a_dump_that_ends_early_is_reported() {
        let (found, obstacles) = members(&dump(&zlib(b"rows"), 5, b"\0\xff\xff\xff\x7f"), 1000);
        assert_eq!((found.len(), obstacles[0].kind), (1, UnreadableKind::Broken));
        assert_eq!(members(b"PGDMP\x01\x0f\0\x04\x08\x01x\x9c no length before it", 1000), (vec![], vec![]));
    }
}
