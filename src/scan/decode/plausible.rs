//! Whether decoded bytes are worth a scan: nearly every long word *can* be decoded as base64 or hex.

use super::super::container;
use super::utf16;

/// A stretch of text this long does not come out of other bytes by chance (one in 10^7 a word).
const TEXT: usize = 16;

/// What decoded bytes turned out to be.
pub enum Found {
    /// Text, or other bytes with a stretch of text in them.
    Text,
    /// UTF-16, here as UTF-8.
    Wide(Vec<u8>),
    /// A container that the caller can open.
    Packed,
}

/// Looks for a reason to keep `decoded`.
pub fn look(decoded: &[u8]) -> Option<Found> {
    if has_text(decoded) {
        return Some(Found::Text);
    }
    if container::sniff(decoded).is_some() {
        return Some(Found::Packed);
    }
    let wide = utf16::text(decoded)?;
    has_text(&wide.bytes).then_some(Found::Wide(wide.bytes))
}

/// Whether there is a stretch of text, or the whole is text when it is shorter than one.
fn has_text(decoded: &[u8]) -> bool {
    let need = TEXT.min(decoded.len());
    if !has_stretch(decoded, need) {
        return false;
    }
    let mut length = 0;
    let mut letters = 0;
    for chunk in decoded.utf8_chunks() {
        for letter in chunk.valid().chars() {
            if letter.is_control() && !matches!(letter, '\t' | '\n' | '\r') {
                (length, letters) = (0, 0);
                continue;
            }
            length += letter.len_utf8();
            letters += usize::from(letter.is_ascii_alphanumeric());
            if length >= need && letters >= need / 3 || length >= 4 * TEXT {
                return need > 0;
            }
        }
        if !chunk.invalid().is_empty() {
            (length, letters) = (0, 0);
        }
    }
    false
}

/// Whether so many bytes without a control character among them stand in a row: digests, which most long hex is, have
/// none, and are not read letter by letter.
fn has_stretch(decoded: &[u8], need: usize) -> bool {
    let mut length = 0;
    decoded.iter().any(|byte| {
        let control = byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r');
        length = if control { 0 } else { length + 1 };
        length >= need
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_of_text_counts_at_and_above_the_minimum_and_not_below() {
        for (length, found) in [(TEXT - 1, false), (TEXT, true), (TEXT + 1, true)] {
            let bytes = [&[0xff; 40][..], &vec![b'k'; length], &[0xff; 40]].concat();
            assert_eq!(has_text(&bytes), found, "{length}");
        }
    }

    #[test]
    fn short_bytes_must_be_text_as_a_whole() {
        assert!(has_text(b"user:secret1"));
        assert!(!has_text(b"user:secret\xff"));
        assert!(!has_text(b""));
    }

    #[test]
    fn long_text_without_ascii_letters_counts() {
        assert!(has_text("吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。".as_bytes()));
    }
}
