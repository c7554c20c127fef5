//! Digits as wide as kanji, which people type in Japanese and which read as any others.
//!
//! Apart from the decoders of secrets, since no key is written so: a number in a form is.

use std::ops::Range;

/// A text in which wide digits and the signs between them are ASCII, and how its places map back.
pub(super) struct Narrow {
    pub(super) text: Vec<u8>,
    /// Where each change ends: in `text`, and in the original. Both ascend.
    ends: Vec<(usize, usize)>,
}

impl Narrow {
    /// The original's range of a range of the narrow text.
    pub(super) fn wide(&self, range: &Range<usize>) -> Range<usize> {
        self.back(range.start)..self.back(range.end)
    }

    fn back(&self, at: usize) -> usize {
        let before = self.ends.partition_point(|(narrow, _)| *narrow <= at);
        let (narrow, wide) = before.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or((0, 0));
        wide + (at - narrow)
    }
}

/// U+FF10 to U+FF19 begin with these two bytes in UTF-8, and so do the other wide forms of ASCII up to U+FF3F.
const WIDE: [u8; 2] = [0xef, 0xbc];
/// So many wide digits in a row are a number.
const RUN: usize = 4;

/// The narrow text of `text`; none when it has no wide number.
pub(super) fn narrowed(text: &[u8]) -> Option<Narrow> {
    let first = memchr::memmem::find_iter(text, &WIDE).find(|at| is_number(text, *at))?;
    let mut out = Narrow { text: text.get(..first)?.to_vec(), ends: Vec::new() };
    let mut at = first;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(wide) = rest.first_chunk::<3>() else {
            out.text.extend_from_slice(rest);
            break;
        };
        match ascii(*wide) {
            Some(narrow) => {
                at += wide.len();
                out.text.push(narrow);
                out.ends.push((out.text.len(), at));
            }
            None => {
                at += 1;
                out.text.push(wide[0]);
            }
        }
    }
    Some(out)
}

fn is_number(text: &[u8], at: usize) -> bool {
    let digits = text.get(at..).unwrap_or_default().as_chunks::<3>().0.iter().map(|wide| ascii(*wide));
    digits.take(RUN).filter(|digit| digit.is_some_and(|it| it.is_ascii_digit())).count() == RUN
}

/// The digit, dash, plus, colon, at sign or blank that a wide character stands for.
fn ascii(wide: [u8; 3]) -> Option<u8> {
    Some(match wide {
        [0xef, 0xbc, digit @ 0x90..=0x99] => b'0' + (digit - 0x90),
        [0xef, 0xbc, 0x8d] | [0xe2, 0x88, 0x92] | [0xe2, 0x80, 0x90] => b'-',
        [0xef, 0xbc, 0x8b] => b'+',
        [0xef, 0xbc, 0x9a] => b':',
        [0xef, 0xbc, 0xa0] => b'@',
        [0xe3, 0x80, 0x80] => b' ',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_numbers_are_read_and_mapped_back() {
        let text = "個人番号：１２３４－５６７８ と 5";
        let narrow = narrowed(text.as_bytes()).unwrap();
        let shown = String::from_utf8(narrow.text.clone()).unwrap();
        assert_eq!(shown, "個人番号：1234-5678 と 5");
        let at = shown.find("1234").unwrap();
        assert_eq!(&text[narrow.wide(&(at..at + 9))], "１２３４－５６７８");
        assert_eq!(&text[narrow.wide(&(shown.len() - 1..shown.len()))], "5");
    }

    #[test]
    fn a_wide_digit_alone_changes_nothing() {
        assert!(narrowed("第１章 １２３".as_bytes()).is_none());
        assert!(narrowed(b"").is_none());
    }
}
