//! zstd, several frames in a row, skippable ones between them.

use super::budget::{End, OUT_OF_BUDGET, Opening, Unpacked};
use super::stream::MAX_WINDOW;
use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

const MAGIC: &[u8] = b"\x28\xb5\x2f\xfd";

/// Whether this is a frame: the magic, and the reserved bit of the header clear.
pub fn is_zstd(bytes: &[u8]) -> bool {
    bytes.strip_prefix(MAGIC).and_then(<[u8]>::first).is_some_and(|descriptor| descriptor & 8 == 0)
}

/// The length of the skippable frame at the start of `bytes`.
fn skippable(bytes: &[u8]) -> Option<usize> {
    let [0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d, ..] = bytes else {
        return None;
    };
    usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).map_or(None, |length| length.checked_add(8))
}

/// Unpacks all frames into one; returns where they end.
pub fn open(bytes: &[u8], opening: &mut Opening) -> usize {
    let mut out = Vec::new();
    let (read, end) = unpack(bytes, opening.left(), &mut out);
    opening.give_unpacked(b"", "zstd", &Unpacked { bytes: out, end }, read);
    read
}

/// Decompresses the frames at the start of `input` to the end of `out`.
pub fn unpack(input: &[u8], limit: u64, out: &mut Vec<u8>) -> (usize, End) {
    let mut decoder = FrameDecoder::new();
    decoder.set_max_window_size(u64::from(MAX_WINDOW));
    let mut rest = input;
    loop {
        if let Some(length) = skippable(rest) {
            rest = rest.get(length..).unwrap_or_default();
        } else if is_zstd(rest) || rest.len() == input.len() {
            let end = frame(&mut decoder, &mut rest, limit, out);
            if end != End::Complete {
                return (input.len() - rest.len(), end);
            }
        } else {
            return (input.len() - rest.len(), End::Complete);
        }
    }
}

fn frame(decoder: &mut FrameDecoder, rest: &mut &[u8], limit: u64, out: &mut Vec<u8>) -> End {
    if let Err(error) = decoder.reset(&mut *rest) {
        return failure(&error);
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    loop {
        let result = decoder.decode_blocks(&mut *rest, BlockDecodingStrategy::UptoBlocks(1));
        if result.is_err() {
            end_frame(decoder);
        }
        out.extend(decoder.collect().unwrap_or_default());
        if out.len() > limit {
            out.truncate(limit);
            return End::OverLimit(OUT_OF_BUDGET);
        }
        match result {
            Ok(_) if decoder.is_finished() => return End::Complete,
            Ok(_) => {}
            Err(error) => return failure(&error),
        }
    }
}

/// Ends a damaged frame with an empty last block and a checksum that nobody compares: only at the end of a frame does
/// the decoder hand over the window, which may be all that was decoded.
fn end_frame(decoder: &mut FrameDecoder) {
    const LAST: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];
    if let Err(error) = decoder.decode_blocks(&LAST[..], BlockDecodingStrategy::UptoBlocks(1)) {
        // The frame has ended already, but for its checksum; `collect` then needs no help.
        drop(error);
    }
}

fn failure(error: &FrameDecoderError) -> End {
    if let FrameDecoderError::WindowSizeTooBig { .. } = error {
        return End::OverLimit("needs too much memory");
    }
    if let FrameDecoderError::DictNotProvided { .. } = error {
        return End::Unsupported("needs a dictionary that is not in the file");
    }
    End::Broken(format!("the compressed data is damaged: {error}"))
}

#[cfg(test)]
mod tests {
    use super::super::samples::members;
    use super::super::{Format, sniff};
    use crate::scan::UnreadableKind;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    fn packed(bytes: &[u8]) -> Vec<u8> {
        compress_to_vec(bytes, CompressionLevel::Fastest)
    }

    #[test]
    fn frames_in_a_row_are_one_text() {
        let skipped = [&[0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
        let bytes = [packed(b"one, "), skipped, packed(b"two")].concat();
        assert_eq!(sniff(&bytes), Some(Format::Zstd));
        assert_eq!(members(&bytes, 1 << 20), (vec![(String::new(), "zstd", b"one, two".to_vec())], vec![]));
    }

    #[test]
    fn a_bomb_stops_at_the_budget() {
        let bytes = packed(&vec![0; 1 << 20]);
        for (limit, over) in [((1 << 20) - 1, true), (1 << 20, false), ((1 << 20) + 1, false)] {
            let (members, obstacles) = members(&bytes, limit);
            assert_eq!((members[0].2.len() as u64, obstacles.is_empty()), (limit.min(1 << 20), !over));
        }
    }

    #[test]
    fn a_cut_frame_gives_what_came_before_the_cut() {
        let text: Vec<u8> = (0..200_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let bytes = packed(&text);
        for length in [bytes.len() - 1, bytes.len() - 5, bytes.len() / 2] {
            let (members, obstacles) = members(&bytes[..length], 1 << 22);
            assert_eq!(obstacles[0].kind, UnreadableKind::Broken);
            assert!(text.starts_with(&members[0].2) && members[0].2.len() > text.len() / 4, "{}", members[0].2.len());
        }
    }

    #[test]
    fn a_giant_window_is_over_the_limit() {
        // Window descriptors: exponent in the upper five bits, 1 KiB shifted by it.
        for (descriptor, over) in [(17 << 3, false), ((17 << 3) + 1, true), (31 << 3, true)] {
            let bytes = [0x28, 0xb5, 0x2f, 0xfd, 0, descriptor, 9, 0, 0, b'x'];
            let (_, obstacles) = members(&bytes, 1 << 20);
            assert_eq!(obstacles.iter().any(|found| found.kind == UnreadableKind::OverLimit), over, "{obstacles:?}");
        }
    }
}
