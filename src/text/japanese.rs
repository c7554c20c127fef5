//! The bytes of a text in the encodings of files that are not UTF-8: what a policy names in UTF-8 stands so in CP932 and
//! EUC-JP, and a word with accents in Latin-1.
//!
//! Apart from decoding: a file is matched as the bytes it has, so the few words of a policy are encoded, not the file.

/// JIS X 0208 with the rows that CP932 adds (13: NEC's, 115 to 119: IBM's), a row of 94 characters on each line, `.` where
/// there is none; by the mapping that Windows uses (unicode.org, MAPPINGS/VENDORS/MICSFT/WINDOWS/CP932.TXT).
const ROWS: &str = include_str!("jis_x_0208.txt");

/// The spellings of `text` in CP932, EUC-JP and Latin-1, each where all of it can be written; none for ASCII, which is
/// the same in all.
#[must_use]
pub fn legacy(text: &str) -> Vec<Vec<u8>> {
    if text.is_ascii() {
        return Vec::new();
    }
    let spell = |one: fn(char) -> Option<Vec<u8>>| {
        let letters: Option<Vec<Vec<u8>>> = text.chars().map(|c| ascii(c).or_else(|| one(c))).collect();
        letters.map(|letters| letters.concat())
    };
    [spell(cp932), spell(euc_jp), spell(latin_1)].into_iter().flatten().collect()
}

fn ascii(c: char) -> Option<Vec<u8>> {
    c.is_ascii().then(|| c.to_string().into_bytes())
}

/// Row and cell, from 1 on each.
fn place(c: char) -> Option<(u8, u8)> {
    // What other tables than that of Windows map the same cells to.
    let c = match c {
        '〜' => '～',
        '−' => '－',
        '—' => '―',
        '‖' => '∥',
        other => other,
    };
    ROWS.lines().zip(1_u8..).find_map(|(row, number)| {
        let cell = row.chars().zip(1_u8..).find(|(it, _)| *it == c && c != '.')?;
        Some((number, cell.1))
    })
}

/// Half-width katakana: JIS X 0201.
fn half_width(c: char) -> Option<u8> {
    let number = u32::from(c).checked_sub(0xff61)?;
    (number < 63).then_some(0xa1 + number as u8)
}

/// Two rows share a lead byte; trail bytes leave out 0x7f.
fn cp932(c: char) -> Option<Vec<u8>> {
    if let Some(byte) = half_width(c) {
        return Some(vec![byte]);
    }
    let (row, cell) = place(c)?;
    let lead = (row - 1) / 2 + if row <= 62 { 0x81 } else { 0xc1 };
    let trail = match row % 2 {
        1 => cell + 0x3f + u8::from(cell > 63),
        _ => cell + 0x9e,
    };
    Some(vec![lead, trail])
}

fn euc_jp(c: char) -> Option<Vec<u8>> {
    if let Some(byte) = half_width(c) {
        return Some(vec![0x8e, byte]);
    }
    let (row, cell) = place(c)?;
    (row <= 94).then(|| vec![0xa0 + row, 0xa0 + cell])
}

fn latin_1(c: char) -> Option<Vec<u8>> {
    ('\u{a0}'..='\u{ff}').contains(&c).then(|| vec![c as u8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_spelt_as_the_encodings_have_them() {
        // By the codecs of Python; IBM's rows as Windows writes them.
        assert_eq!(legacy("社外秘"), [b"\x8e\xd0\x8aO\x94\xe9".to_vec(), b"\xbc\xd2\xb3\xb0\xc8\xeb".to_vec()]);
        assert_eq!(legacy("㈱A～ｱ"), [b"\x87\x8aA\x81`\xb1".to_vec(), b"\xad\xeaA\xa1\xc1\x8e\xb1".to_vec()]);
        assert_eq!(legacy("ミ髙"), [b"\x83~\xfb\xfc".to_vec()], "IBM's row 118 is not in EUC-JP");
        assert_eq!(legacy("ム"), [b"\x83\x80".to_vec(), b"\xa5\xe0".to_vec()], "no trail byte is 0x7f");
        assert_eq!(legacy("société"), [b"soci\xe9t\xe9".to_vec()]);
    }

    #[test]
    fn what_cannot_be_written_has_no_spelling() {
        assert!(legacy("Acme Confidential").is_empty());
        assert!(legacy("기밀 社").is_empty());
    }
}
