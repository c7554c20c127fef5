//! xz, several streams in a row, and the older lzma, alone or in a zip.

use super::budget::{End, Opening, Unpacked};
use super::stream::{MAX_WINDOW, read_all};
use crate::scan::decode::bytes::cut;
use lzma_rust2::{LzmaReader, XzReader, lzma_get_memory_usage_by_props};

const MAGIC: &[u8] = b"\xfd7zXZ\0";

/// What a decoder may use, in KiB: the dictionary and its tables.
const MAX_KIB: u32 = MAX_WINDOW / 1024 + 1024;

/// The header of an lzma file: properties, dictionary size, size of the content.
const LZMA_HEADER: usize = 13;

/// Whether these are the magic and flags of an xz stream.
pub fn is_xz(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC) && matches!(bytes.get(6..8), Some([0, 0..16]))
}

/// Whether this is an lzma file: it has no magic, so the properties must be usual ones, or else the size unknown as `xz`
/// writes it, and a first piece must unpack.
pub fn is_lzma(bytes: &[u8]) -> bool {
    let [properties, dictionary @ ..] = bytes else {
        return false;
    };
    let dictionary = u32::from_le_bytes(dictionary.first_chunk().copied().unwrap_or_default());
    let size = bytes.get(5..LZMA_HEADER).and_then(|size| size.first_chunk()).map(|size| u64::from_le_bytes(*size));
    let usual = *properties == 0x5d;
    let plausible = size.is_some_and(|size| size == u64::MAX || usual && size < 1 << 38);
    // Encoders write powers of two, and sums of two of them.
    if !plausible
        || *properties >= 9 * 5 * 5
        || !(4096..=MAX_WINDOW).contains(&dictionary)
        || dictionary.count_ones() > 2
    {
        return false;
    }
    let mut out = Vec::new();
    let end = unpack_lzma(bytes, 64, &mut out);
    !out.is_empty() && matches!(end, End::Complete | End::OverLimit(_))
}

/// Unpacks all streams into one; returns where they end.
pub fn open(bytes: &[u8], opening: &mut Opening) -> usize {
    let mut out = Vec::new();
    let (read, end) = unpack(bytes, opening.left(), &mut out);
    opening.give_unpacked(b"", "xz", &Unpacked { bytes: out, end }, read);
    read
}

/// Unpacks an lzma file, which has no end that could be found.
pub fn open_lzma(bytes: &[u8], opening: &mut Opening) {
    let mut out = Vec::new();
    let end = unpack_lzma(bytes, opening.left(), &mut out);
    opening.give_unpacked(b"", "lzma", &Unpacked { bytes: out, end }, bytes.len());
}

/// Decompresses the xz streams at the start of `input` to the end of `out`.
pub fn unpack(input: &[u8], limit: u64, out: &mut Vec<u8>) -> (usize, End) {
    let mut rest = input;
    loop {
        let mut reader = XzReader::new_mem_limit(rest, false, MAX_KIB);
        let end = read_all(&mut reader, limit, out);
        if end != End::Complete {
            return (input.len(), end);
        }
        rest = reader.into_inner();
        // Padding between streams comes in fours.
        while let Some(padded) = rest.strip_prefix(&[0; 4]) {
            rest = padded;
        }
        if !is_xz(rest) {
            return (input.len() - rest.len(), end);
        }
    }
}

fn unpack_lzma(input: &[u8], limit: u64, out: &mut Vec<u8>) -> End {
    match LzmaReader::new_mem_limit(input, MAX_KIB, None) {
        Ok(mut reader) => read_all(&mut reader, limit, out),
        Err(error) if error.kind() == std::io::ErrorKind::OutOfMemory => End::OverLimit("needs too much memory"),
        Err(error) => End::Broken(format!("the compressed data is damaged: {error}")),
    }
}

/// Decompresses lzma as a zip holds it: a version, the length of the properties, the properties; the size is the zip's
/// unless its flags say that an end mark follows.
pub fn unpack_zip_lzma(input: &[u8], flags: usize, size: usize, limit: u64, out: &mut Vec<u8>) -> End {
    let [_, _, 5, 0, properties, a, b, c, d, ..] = input else {
        return End::Broken(String::from("the header of the compressed data is damaged"));
    };
    let dictionary = u32::from_le_bytes([*a, *b, *c, *d]);
    match lzma_get_memory_usage_by_props(dictionary, *properties) {
        Ok(needed) if needed <= MAX_KIB => {}
        Ok(_) => return End::OverLimit("needs too much memory"),
        Err(error) => return End::Broken(format!("the compressed data is damaged: {error}")),
    }
    let size = if flags & 2 != 0 { u64::MAX } else { size as u64 };
    match LzmaReader::new_with_props(cut(input, 9..input.len()), size, *properties, dictionary, None) {
        Ok(mut reader) => read_all(&mut reader, limit, out),
        Err(error) => End::Broken(format!("the compressed data is damaged: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{members, unhex};
    use super::super::{Format, sniff};
    use crate::scan::UnreadableKind;

    const TEXT: &[u8] = b"some text that is long enough to be packed, packed, packed";

    /// `TEXT` as liblzma packs it.
    const XZ: &str = "fd377a585a000004e6d6b4460200210110000000a8708e86e0003900305d00399bc9f2e750b8c5e25da5d4fb90d72af6\
        178a38cee7a4ba7712c59b4205f117f6948144a8c37b360da4f269c50e000000c3b97260e4c26b4300014c3a906c46ba\
        1fb6f37d010000000004595a";

    /// The same as an lzma file, and as an entry of a zip.
    const LZMA: &str = "5d00001000ffffffffffffffff00399bc9f2e750b8c5e25da5d4fb90d72af6178a38cee7a4ba7712c59b4205f117f694\
        8144a8c37b360da4f26a2566677fffceb24000";
    const ZIP: &str = "504b03043f0002000e00000021002d8424203e0000003a0000000100000061090405005d0000800000399bc9f2e750b8\
        c5e25da5d4fb90d72af6178a38cee8506b3f7e03469102438e7be02fbc9356c8b35691ce51f9851c9ffed9af40504b01\
        023f033f0002000e00000021002d8424203e0000003a00000001000000000000000000000080010000000061504b0506\
        00000000010001002f0000005d0000000000";

    /// A hundred thousand zeros.
    const ZEROS: &str = "fd377a585a000004e6d6b4460200210116000000742fe5a3e1869f00535d00006ffdffffa3b7ff473e481572396151b8\
        9228e6a38607f9eee41e82d32fc53a3c014bb17ec98a8a4d2fa30dd97fa6e38c231153e05918c5758ae277f8b6947f0c\
        6ac0de744964e2e95c53b204d6b1f597000000008fc694a218e370f100016fa08d06000090e46e51b1c467fb02000000\
        0004595a";

    /// `TEXT` with headers that ask for dictionaries of 96 MiB, 128 MiB, 192 MiB, and 4 GiB; without their first byte,
    /// or the gate would find them here and refuse what it cannot unpack.
    const DICTIONARIES: [(&str, bool); 4] = [
        (
            "377a585a000004e6d6b446020021011d00000075a8e474e0003900305d00399bc9f2e750b8c5e25da5d4fb90d72af6\
            178a38cee7a4ba7712c59b4205f117f6948144a8c37b360da4f269c50e000000c3b97260e4c26b4300014c3a906c46ba\
            1fb6f37d010000000004595a",
            false,
        ),
        (
            "377a585a000004e6d6b446020021011e0000009b075166e0003900305d00399bc9f2e750b8c5e25da5d4fb90d72af6\
            178a38cee7a4ba7712c59b4205f117f6948144a8c37b360da4f269c50e000000c3b97260e4c26b4300014c3a906c46ba\
            1fb6f37d010000000004595a",
            false,
        ),
        (
            "377a585a000004e6d6b446020021011f000000fe60eddee0003900305d00399bc9f2e750b8c5e25da5d4fb90d72af6\
            178a38cee7a4ba7712c59b4205f117f6948144a8c37b360da4f269c50e000000c3b97260e4c26b4300014c3a906c46ba\
            1fb6f37d010000000004595a",
            true,
        ),
        (
            "377a585a000004e6d6b4460200210128000000e6a011b3e0003900305d00399bc9f2e750b8c5e25da5d4fb90d72af6\
            178a38cee7a4ba7712c59b4205f117f6948144a8c37b360da4f269c50e000000c3b97260e4c26b4300014c3a906c46ba\
            1fb6f37d010000000004595a",
            true,
        ),
    ];

    #[test]
    fn streams_in_a_row_with_padding_are_one_text() {
        let bytes = [unhex(XZ), vec![0; 4], unhex(XZ)].concat();
        assert_eq!(sniff(&bytes), Some(Format::Xz));
        assert_eq!(members(&bytes, 1 << 20), (vec![(String::new(), "xz", TEXT.repeat(2))], vec![]));
    }

    #[test]
    fn lzma_is_opened_alone_and_in_a_zip() {
        assert_eq!(sniff(&unhex(LZMA)), Some(Format::Lzma));
        for (bytes, name, how) in [(unhex(LZMA), "", "lzma"), (unhex(ZIP), "a", "zip")] {
            assert_eq!(members(&bytes, 1 << 20), (vec![(name.to_owned(), how, TEXT.to_vec())], vec![]));
        }
        assert_eq!(sniff(b"]\0\0\x01\0 some text that starts like lzma"), None);
    }

    #[test]
    fn a_bomb_stops_at_the_budget() {
        for (limit, over) in [(99_999, true), (100_000, false), (100_001, false)] {
            let (found, obstacles) = members(&unhex(ZEROS), limit);
            assert_eq!((found[0].2.len() as u64, obstacles.is_empty()), (limit.min(100_000), !over));
        }
    }

    #[test]
    fn giant_dictionaries_are_over_the_limit() {
        for (bytes, over) in DICTIONARIES {
            let (_, obstacles) = members(&unhex(&format!("fd{bytes}")), 1 << 20);
            assert_eq!(obstacles.iter().any(|found| found.kind == UnreadableKind::OverLimit), over, "{obstacles:?}");
        }
    }

    #[test]
    fn a_cut_stream_is_broken() {
        let bytes = unhex(XZ);
        let (found, obstacles) = members(&bytes[..bytes.len() - 30], 1 << 20);
        assert_eq!(obstacles[0].kind, UnreadableKind::Broken);
        assert!(found.iter().all(|member| TEXT.starts_with(&member.2)));
    }
}
